"""Lines through what indices of several sizes took, and what they foretell of a larger one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import nnls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index_runs import Run

MEBI = 2**20
COUNTS = (1, 100, 1_000)


@dataclass(frozen=True)
class Line:
    """A figure as `start + row·N + claim·q + pair·N·q`, of N statements and q claims.

    Attributes:
        start: What there is without any.
        row: For each statement.
        claim: For each claim.
        pair: For each pair of both.
    """

    start: float = 0.0
    row: float = 0.0
    claim: float = 0.0
    pair: float = 0.0

    def at(self, rows: float, claims: float = 0.0) -> float:
        """The figure at a size."""
        fixed = self.start + self.claim * claims
        return fixed + (self.row + self.pair * claims) * rows


@dataclass(frozen=True)
class Quantity:
    """A figure of a run that a line is drawn through.

    Attributes:
        title: What it is.
        unit: `s` or `bytes`.
        values: A run's figures: claims (0 where they do not matter) and the value.
        parts: Which parts of a line it has.
    """

    title: str
    unit: str
    values: Callable[[Run], Iterator[tuple[int, float]]]
    parts: tuple[str, ...] = ("start", "row")


def _built(run: Run) -> Iterator[tuple[int, float]]:
    told = run.steps["build"]
    yield 0, told["seconds"] - told["encoding"] - told["making"]


def _of(step: str, name: str) -> Callable[[Run], Iterator[tuple[int, float]]]:
    def values(run: Run) -> Iterator[tuple[int, float]]:
        if step in run.steps:
            yield 0, float(run.steps[step][name])

    return values


def _searched(way: str, value: Callable[[dict[str, Any]], float]) -> Any:
    def values(run: Run) -> Iterator[tuple[int, float]]:
        for count in COUNTS:
            if told := run.steps.get(f"{way}, {count}"):
                yield count, value(told)

    return values


WITH_CLAIMS = ("start", "row", "claim", "pair")
QUANTITIES: dict[str, Quantity] = {
    "build": Quantity("building, without encoding", "s", _built),
    "bytes": Quantity("bytes on disk", "bytes", _of("compact", "files")),
    "opening": Quantity(
        "opening for a search", "s", _searched("exact", lambda told: told["opening"])
    ),
    "exact": Quantity(
        "exact search", "s", _searched("exact", lambda told: told["search"]), WITH_CLAIMS
    ),
    "peak": Quantity(
        "peak memory of an exact search",
        "bytes",
        _searched("exact", lambda told: told["peak"] * MEBI),
        ("start", "row", "claim"),
    ),
    "ann build": Quantity("index over vectors, building", "s", _of("ann", "seconds")),
    "ann bytes": Quantity("index over vectors, on disk", "bytes", _of("ann", "bytes")),
    "ann": Quantity(
        "search by the index over vectors",
        "s",
        _searched("ann", lambda told: told["search"]),
        WITH_CLAIMS,
    ),
}


def fit(runs: Sequence[Run]) -> dict[str, Line]:
    """A line for each figure that was measured at two sizes or more.

    Least squares of the relative errors, no part below zero: a small run counts as a large one.
    """
    found = {}
    for name, quantity in QUANTITIES.items():
        points = [(run.rows, q, v) for run in runs for q, v in quantity.values(run)]
        if len({rows for rows, _, _ in points}) > 1:
            found[name] = line(points, quantity.parts)
    return found


def line(points: Sequence[tuple[int, int, float]], parts: Sequence[str]) -> Line:
    """The line through points of statements, claims and value."""
    rows, claims, values = (np.array(each, np.float64) for each in zip(*points, strict=True))
    columns = {"start": np.ones_like(rows), "row": rows, "claim": claims, "pair": rows * claims}
    matrix = np.stack([columns[part] for part in parts], axis=1) / values[:, None]
    # Of like size, or the least of them would be lost in rounding.
    sizes = np.maximum(np.abs(matrix).max(axis=0), np.finfo(float).tiny)
    weights, _ = nnls(matrix / sizes, np.ones(len(values)))
    told = dict(zip(parts, (weights / sizes).tolist(), strict=True))
    return Line(**told)


def predicted(lines: dict[str, Line], rows: int) -> dict[str, float]:
    """What a size is foretold to take, by figure and number of claims."""
    found: dict[str, float] = {}
    for name, each in lines.items():
        counts = COUNTS if "claim" in QUANTITIES[name].parts else (0,)
        found |= {f"{name}, {count}": each.at(rows, count) for count in counts}
    return found


def measured(run: Run) -> dict[str, float]:
    """What a size took, by the same names."""
    found: dict[str, float] = {}
    for name, quantity in QUANTITIES.items():
        values = list(quantity.values(run))
        if "claim" not in quantity.parts:
            # Opening is the same work whatever is asked: the middle of all.
            values = [(0, float(np.median([value for _, value in values])))] if values else []
        found |= {f"{name}, {count}": value for count, value in values}
    return found


def errors(foretold: dict[str, float], run: Run) -> list[dict[str, Any]]:
    """What was foretold beside what was measured; the error is a part of what was measured."""
    told = measured(run)
    found = []
    for key, value in foretold.items():
        if key in told:
            name, _, count = key.rpartition(", ")
            row: dict[str, Any] = {"what": QUANTITIES[name].title, "unit": QUANTITIES[name].unit}
            row |= {"claims": int(count), "predicted": value, "measured": told[key]}
            found.append({**row, "error": value / told[key] - 1})
    return found
