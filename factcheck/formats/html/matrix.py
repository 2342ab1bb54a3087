"""Claims by critique sources, coloured by the strongest opposing statement."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.html.texts import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.formats.html.shared import Shared, SourceView
    from factcheck.landscape import Cell, Landscape
    from factcheck.report import Report

MOST_COLUMNS = 24
"""So many sources have a column of their own; the rest share the last one."""

_ROWS_AT_ONCE = 40  # a browser leaves out whole tables that are not in sight
_TITLES_UP_TO = 3_000  # cells; beyond, a page would grow by megabytes
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: a figure, its step of the palette, and whether it counts as opposing."""

    figure: str
    level: int
    counts: bool
    title: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A claim and its cells, one a column; None where no statement of the source was judged."""

    anchor: str
    text: str
    verdict: str
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The matrix, in tables of some rows each.

    Attributes:
        columns: The sources.
        others: How many sources share the last column; 0 where there is none.
        tables: Rows, some at once.
        steps: Where the steps of the palette begin.
        complete: Whether all pairs judged are in it.
    """

    columns: tuple[SourceView, ...]
    others: int
    tables: tuple[tuple[RowView, ...], ...]
    steps: tuple[str, ...]
    complete: bool


def matrix_of(report: Report, landscape: Landscape, shared: Shared) -> Matrix | None:
    """The matrix; None without a stance model, as nearness does not say who opposes."""
    limit = report.run.opposes_at
    if limit is None or not any(landscape.cells):
        return None
    seen = Counter(cell.source_id for row in landscape.cells for cell in row)
    most = sorted(seen, key=lambda source_id: (-seen[source_id], source_id))[:MOST_COLUMNS]
    columns = sorted(most)
    steps = _steps(limit)
    titled = len(report.findings) * len(columns) <= _TITLES_UP_TO
    rows = [
        RowView(
            shared.anchors[place],
            said(finding.claim.text),
            finding.verdict or "unjudged",
            tuple(
                None if cell is None else _cell(cell, steps, limit, titled=titled)
                for cell in _in_columns(
                    landscape.cells[place], columns, shared=len(seen) > len(columns)
                )
            ),
        )
        for place, finding in enumerate(report.findings)
    ]
    return Matrix(
        columns=tuple(shared.sources[each] for each in columns),
        others=len(seen) - len(columns),
        tables=tuple(
            tuple(rows[at : at + _ROWS_AT_ONCE]) for at in range(0, len(rows), _ROWS_AT_ONCE)
        ),
        steps=tuple(f"{step:.2f}" for step in (0.0, *steps)),
        complete=landscape.complete,
    )


def _steps(limit: float) -> tuple[float, ...]:
    """Where the palette changes: a step lies on the threshold, two below and two above."""
    above = (1 - limit) / 3
    return (limit / 3, limit * 2 / 3, limit, limit + above, limit + 2 * above)


def _in_columns(cells: Sequence[Cell], columns: list[str], *, shared: bool) -> list[Cell | None]:
    """The cells in the order of the columns, and the strongest of the rest."""
    by_source = {cell.source_id: cell for cell in cells}
    told = [by_source.get(source_id) for source_id in columns]
    rest = (cell for cell in cells if cell.source_id not in columns)
    return [*told, next(rest, None)] if shared else told


def _cell(cell: Cell, steps: tuple[float, ...], limit: float, *, titled: bool) -> CellView:
    return CellView(
        figure=f"{cell.opposes:.2f}",
        level=bisect_right(steps, cell.opposes),
        counts=cell.opposes >= limit,
        title=said(cell.statement.text)[:_LONGEST_TITLE] if titled else "",
    )
