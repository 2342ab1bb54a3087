"""What a report leaves out: all pairs that were judged, in little memory.

A report holds the few counterpoints shown a claim. A page also draws all pairs, and the
statement of each source that opposes a claim the most; that is kept here, beside the
report, whose format stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.records import StanceLabel
    from factcheck.report import Report, ReportStatement, Stance


@dataclass(frozen=True, slots=True)
class Cell:
    """The statement of a source that opposes a claim the most.

    Attributes:
        source_id: The critique source.
        statement: Its most opposing statement, ties by id.
        opposes: The probability that it opposes the claim.
    """

    source_id: str
    statement: ReportStatement
    opposes: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A pair in the plot, or how many there are about one place.

    Attributes:
        similarity: Cosine, -1..1; of many pairs, the middle of their bin.
        contrast: 0..1, likewise.
        label: How the statements stand to their claims.
        count: How many pairs.
    """

    similarity: float
    contrast: float
    label: StanceLabel
    count: int = 1


@dataclass(frozen=True, slots=True)
class Expected:
    """A counterpoint that a claim file expects, and where it ranks.

    Attributes:
        claim: The place of the claim among the findings, from 0.
        key: `source/id` of the statement.
        statement: The statement; None where there is none of this name among those judged.
        rank: By what the report ranks by, from 1.
        rank_by_similarity: By similarity alone, from 1.
        similarity: Cosine, -1..1.
        contrast: 0..1.
        stance: How it stands to the claim.
    """

    claim: int
    key: str
    statement: ReportStatement | None = None
    rank: int | None = None
    rank_by_similarity: int | None = None
    similarity: float = 0.0
    contrast: float = 0.0
    stance: Stance | None = None


@dataclass(frozen=True)
class Nearest:
    """How many claims have a nearest statement that opposes them, and so on."""

    opposes: int = 0
    neutral: int = 0
    supports: int = 0


@dataclass(frozen=True)
class Landscape:
    """All judged pairs of a run, summed up.

    Attributes:
        cells: For each claim, in the order of the findings, the most opposing statement of
            each source, most opposing first.
        dots: The pairs; empty where contrast is not known.
        binned: Whether the dots are counts of a grid, as there are too many pairs.
        expected: The expected counterpoints, always one by one.
        nearest: How the nearest statements stand.
        pairs: How many pairs there are.
        statements: How many statements were compared.
        complete: Whether these are all pairs judged, or only those that a report shows.
    """

    cells: tuple[tuple[Cell, ...], ...]
    dots: tuple[Dot, ...]
    binned: bool
    expected: tuple[Expected, ...]
    nearest: Nearest | None
    pairs: int
    statements: int
    complete: bool = True


def of_report(report: Report) -> Landscape:
    """What can be told from the counterpoints that a report shows, and from no more."""
    judged = [
        [each for each in finding.counterpoints if each.stance] for finding in report.findings
    ]
    by_contrast = report.run.rank == "contrast"
    return Landscape(
        cells=tuple(_cells(report, place) for place in range(len(report.findings))),
        dots=tuple(
            Dot(each.similarity, each.score, each.stance.label)
            for row in judged
            for each in row
            if by_contrast and each.stance
        ),
        binned=False,
        expected=(),
        nearest=None,
        pairs=sum(map(len, judged)),
        statements=len(
            {
                (each.statement.source_id, each.statement.id)
                for finding in report.findings
                for each in finding.counterpoints
            }
        ),
        complete=False,
    )


def _cells(report: Report, place: int) -> tuple[Cell, ...]:
    found: dict[str, Cell] = {}
    for each in report.findings[place].counterpoints:
        if each.stance is None:
            continue
        cell = Cell(each.statement.source_id, each.statement, each.stance.opposes)
        best = found.get(cell.source_id)
        if best is None or _order(cell) < _order(best):
            found[cell.source_id] = cell
    return tuple(sorted(found.values(), key=_order))


def _order(cell: Cell) -> tuple[float, str, str]:
    return -cell.opposes, cell.source_id, cell.statement.id
