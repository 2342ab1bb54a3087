"""Similarity against contrast, all pairs, as SVG: why nearest is not opposing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from factcheck.formats.html.texts import count, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.formats.html.shared import Shared
    from factcheck.landscape import Dot, Expected, Landscape
    from factcheck.records import StanceLabel
    from factcheck.report import Report

WIDTH, HEIGHT = 560, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 18, 14, 50
_MOST_MARKS = 600  # expected counterpoints that are drawn as links; more would hide each other


class Tick(NamedTuple):
    """A line of the grid: where, and what it says."""

    at: float
    label: str


class Mark(NamedTuple):
    """An expected counterpoint: a place, a link and its words."""

    x: float
    y: float
    link: str
    title: str


class Layer(NamedTuple):
    """All pairs of one label and size, as the data of one path."""

    label: StanceLabel
    size: int
    path: str


class ExpectedRow(NamedTuple):
    """An expected counterpoint in the table that says what the plot shows."""

    link: str
    claim: str
    statement: str
    rank: str
    by_similarity: str
    similarity: str
    contrast: str
    stance: str


@dataclass(frozen=True)
class Plot:
    """The plot, ready to draw, and the sentences beneath it."""

    width: int
    height: int
    frame: tuple[int, int, int, int]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    layers: tuple[Layer, ...]
    marks: tuple[Mark, ...]
    rows: tuple[ExpectedRow, ...]
    told: tuple[str, ...]
    binned: bool


@dataclass(frozen=True)
class _Scale:
    """A range of values to a range of places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> tuple[Tick, ...]:
        tenths = range(round(self.low * 10), round(self.high * 10) + 1)
        every = max(1, math.ceil(len(tenths) / 7))
        return tuple(Tick(self(n / 10), f"{n / 10:.1f}") for n in tenths if n % every == 0)


def plot_of(report: Report, landscape: Landscape, shared: Shared) -> Plot | None:
    """The plot; None where no pair has both figures."""
    if not landscape.dots:
        return None
    known = [each for each in landscape.expected if each.rank]
    points = [(d.similarity, d.contrast) for d in landscape.dots]
    points += [(e.similarity, e.contrast) for e in known]
    x = _scale([a for a, _ in points], _LEFT, WIDTH - _RIGHT, -1)
    y = _scale([0.0, *(b for _, b in points)], HEIGHT - _BOTTOM, _TOP, 0)
    return Plot(
        width=WIDTH,
        height=HEIGHT,
        frame=(_LEFT, _TOP, WIDTH - _RIGHT, HEIGHT - _BOTTOM),
        across=x.ticks(),
        up=y.ticks(),
        layers=_layers(landscape.dots, x, y),
        marks=tuple(
            Mark(x(e.similarity), y(e.contrast), shared.anchors[e.claim], _title(report, e))
            for e in known[:_MOST_MARKS]
        ),
        rows=tuple(_row(report, each, shared) for each in landscape.expected),
        told=tuple(_told(report, landscape)),
        binned=landscape.binned,
    )


def _scale(values: Sequence[float], start: float, end: float, least: float) -> _Scale:
    """From the tenth below the smallest to the tenth above the greatest."""
    low = max(least, math.floor(min(values) * 10) / 10)
    high = min(1.0, math.ceil(max(values) * 10) / 10)
    return _Scale(low, high if high > low else low + 0.1, start, end)


def _layers(dots: Sequence[Dot], x: _Scale, y: _Scale) -> tuple[Layer, ...]:
    """One path a label and size: thousands of marks are then a handful of elements."""
    labels: tuple[StanceLabel, ...] = ("neutral", "supports", "opposes")  # opposing ones on top
    drawn: dict[tuple[StanceLabel, int], list[str]] = {}
    for dot in dots:
        size = min(3, round(math.log10(dot.count) + 0.3)) if dot.count > 1 else 0
        drawn.setdefault((dot.label, size), []).append(
            f"M{x(dot.similarity):g} {y(dot.contrast):g}{_shape(dot.label, size)}"
        )
    return tuple(
        Layer(label, size, "".join(drawn[label, size]))
        for label in labels
        for size in range(3, -1, -1)
        if (label, size) in drawn
    )


def _shape(label: StanceLabel, size: int) -> str:
    """A triangle; the others are points that the stylesheet draws round or square, as large."""
    if label != "opposes":
        return "h0"
    r = (2.0 + size) * 1.35
    return f"m0-{r:.3g}l{r:.3g} {1.7 * r:.3g}h-{2 * r:.3g}z"


def _title(report: Report, expected: Expected) -> str:
    claim = report.findings[expected.claim].claim
    return (
        f"{said(expected.key)} against {said(claim.id)}: similarity {expected.similarity:.2f}, "
        f"contrast {expected.contrast:.2f}, rank {expected.rank}"
    )


def _row(report: Report, expected: Expected, shared: Shared) -> ExpectedRow:
    stance, known = expected.stance, expected.rank is not None
    return ExpectedRow(
        shared.anchors[expected.claim],
        said(report.findings[expected.claim].claim.text),
        said(expected.statement.text if expected.statement else expected.key),
        str(expected.rank or "not judged"),
        str(expected.rank_by_similarity or "–"),
        f"{expected.similarity:.2f}" if known else "–",
        f"{expected.contrast:.2f}" if known else "–",
        f"{stance.label} {getattr(stance, stance.label):.2f}" if stance else "–",
    )


def _told(report: Report, landscape: Landscape) -> list[str]:
    """What a reader is to see in it, in figures."""
    near, k = landscape.nearest, report.run.k
    told = []
    if near:
        claims = near.opposes + near.neutral + near.supports
        told.append(
            f"Of {count(claims, 'claim')}, the statement nearest in words opposes the claim for "
            f"{near.opposes:,}, supports it for {near.supports:,} and is neutral for "
            f"{near.neutral:,}."
        )
    known = [each for each in landscape.expected if each.rank]
    if known:
        shown = sum((each.rank or 0) <= k for each in known)
        nearest = sum((each.rank_by_similarity or 0) <= k for each in known)
        told.append(
            f"Of {count(len(known), 'expected counterpoint')}, {shown:,} are among the {k} "
            f"shown of their claim; by similarity alone {nearest:,} would be."
        )
    return told
