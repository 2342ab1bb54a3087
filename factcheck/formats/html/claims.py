"""Findings to what the page shows of them: each claim, and its counterpoints beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from factcheck.formats.html.texts import Piece, pieces, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.formats.html.shared import Shared, SourceView
    from factcheck.landscape import Landscape
    from factcheck.outcome import Diagnostic
    from factcheck.records import Quote, StanceLabel
    from factcheck.report import (
        Counterpoint,
        Finding,
        Report,
        ReportStatement,
        SignalKind,
        Stance,
    )

MOST_OTHERS = 6
"""At most so many statements that are not among the k shown are told of a claim."""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote in its context."""

    prefix: str
    exact: str
    suffix: str
    nested: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A claim's or a statement's words, and where they stand."""

    name: str
    text: tuple[Piece, ...]
    quote: QuoteView | None
    source: SourceView
    speaker: str | None
    locator: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class StanceView:
    """Three probabilities as text, and as lengths of 100."""

    label: StanceLabel
    figures: tuple[tuple[StanceLabel, str, int], ...]


@dataclass(frozen=True, slots=True)
class SignalView:
    """What two texts put differently."""

    kind: SignalKind
    claim: str
    statement: str


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """Another place where the same text stands."""

    name: str
    source: SourceView
    locator: str | None


@dataclass(frozen=True, slots=True)
class CounterpointView:
    """A statement beside its claim."""

    rank: int
    passage: Passage
    stance: StanceView | None
    similarity: str
    score: str
    signals: tuple[SignalView, ...]
    expected: bool
    also_in: tuple[OccurrenceView, ...]


@dataclass(frozen=True, slots=True)
class OtherView:
    """A statement that is not among the k shown, and why it is told of."""

    why: str
    passage: Passage | None
    stance: StanceView | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with all that the page shows of it."""

    anchor: str
    passage: Passage
    verdict: str
    reason: str
    topics: tuple[str, ...]
    counterpoints: tuple[CounterpointView, ...]
    others: tuple[OtherView, ...]
    found: tuple[Diagnostic, ...]
    in_sources: str
    in_topics: str
    in_rules: str


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one official source that follow each other."""

    source: SourceView
    claims: tuple[ClaimView, ...]


def groups(report: Report, landscape: Landscape, shared: Shared) -> tuple[Group, ...]:
    """All claims under their sources, in the order of the report."""
    numbered = enumerate(report.findings)
    return tuple(
        Group(
            shared.sources[source_id],
            tuple(_claim(report, landscape, shared, place, finding) for place, finding in part),
        )
        for source_id, part in groupby(numbered, key=lambda pair: pair[1].claim.source_id)
    )


def _claim(
    report: Report, landscape: Landscape, shared: Shared, place: int, finding: Finding
) -> ClaimView:
    claim = finding.claim
    spans = [
        (signal.claim.start, signal.claim.end, signal.kind)
        for each in finding.counterpoints
        for signal in each.signals
    ]
    expected = {each.key for each in shared.expected.get(place, ())}
    found = shared.found.get(f"{claim.source_id}/{claim.id}", ())
    sources = {claim.source_id, *(c.statement.source_id for c in finding.counterpoints)}
    sources |= {other.source_id for c in finding.counterpoints for other in c.also_in}
    rules = {kind for _, _, kind in spans} | {each.rule for each in found}
    return ClaimView(
        anchor=shared.anchors[place],
        passage=_passage(claim, shared, spans),
        verdict=finding.verdict or "unjudged",
        reason=said(finding.reason),
        topics=tuple(map(said, claim.topics)),
        counterpoints=tuple(
            _counterpoint(each, shared, expected) for each in finding.counterpoints
        ),
        others=_others(report, landscape, shared, place),
        found=found,
        in_sources=_numbers(shared.sources[each].place for each in sources),
        in_topics=_numbers(shared.topics[each] for each in claim.topics),
        in_rules=_numbers(shared.rules[each] for each in rules),
    )


def _numbers(places: Iterable[int]) -> str:
    return " ".join(map(str, sorted(set(places))))


def _counterpoint(each: Counterpoint, shared: Shared, expected: set[str]) -> CounterpointView:
    spans = [(s.statement.start, s.statement.end, s.kind) for s in each.signals]
    return CounterpointView(
        rank=each.rank,
        passage=_passage(each.statement, shared, spans),
        stance=_stance(each.stance),
        similarity=f"{each.similarity:.2f}",
        score=f"{each.score:.2f}",
        signals=tuple(
            SignalView(s.kind, said(s.claim.text), said(s.statement.text)) for s in each.signals
        ),
        expected=not expected.isdisjoint(_names(each)),
        also_in=tuple(
            OccurrenceView(
                said(f"{other.source_id}/{other.id}"),
                shared.sources[other.source_id],
                said(other.locator) if other.locator else None,
            )
            for other in each.also_in
        ),
    )


def _names(each: Counterpoint) -> set[str]:
    """What a counterpoint may be called, by any of its sources."""
    others = (f"{other.source_id}/{other.id}" for other in each.also_in)
    return {f"{each.statement.source_id}/{each.statement.id}", *others}


def _passage(
    passage: ReportStatement, shared: Shared, spans: list[tuple[int, int, SignalKind]]
) -> Passage:
    quote = passage.quote
    return Passage(
        name=said(f"{passage.source_id}/{passage.id}"),
        text=pieces(passage.text, spans),
        quote=_quote(quote) if quote and not _same(quote, passage.text) else None,
        source=shared.sources[passage.source_id],
        speaker=said(passage.speaker) if passage.speaker else None,
        locator=said(passage.locator) if passage.locator else None,
        place=said(f"{passage.path}:{passage.line}") if passage.path and passage.line else None,
    )


def _same(quote: Quote, text: str) -> bool:
    """Whether a quote tells no more than the text above it."""
    same = quote.exact.rstrip(" .") == text.rstrip(" .")
    return same and not quote.prefix and not quote.suffix


def _quote(quote: Quote) -> QuoteView:
    exact = said(quote.exact)
    nested = "“" in exact or '"' in exact  # marks within are left, so those around give way
    return QuoteView(said(quote.prefix or ""), exact, said(quote.suffix or ""), nested)


def _stance(stance: Stance | None) -> StanceView | None:
    if stance is None:
        return None
    values: tuple[tuple[StanceLabel, float], ...] = (
        ("opposes", stance.opposes),
        ("neutral", stance.neutral),
        ("supports", stance.supports),
    )
    return StanceView(
        stance.label, tuple((label, f"{value:.2f}", round(value * 100)) for label, value in values)
    )


def _others(
    report: Report, landscape: Landscape, shared: Shared, place: int
) -> tuple[OtherView, ...]:
    """Expected counterpoints, and most opposing statements of sources, that are not shown."""
    shown = {name for each in report.findings[place].counterpoints for name in _names(each)}
    told: list[OtherView] = []
    for each in shared.expected.get(place, ()):
        if each.key in shown:
            continue
        shown.add(each.key)
        where = f"ranked {each.rank:,}" if each.rank else "not among the statements judged"
        passage = _passage(each.statement, shared, []) if each.statement else None
        name = "" if each.statement else f" {said(each.key)}"
        told.append(OtherView(f"Expected{name}, {where}", passage, _stance(each.stance)))
    for cell in landscape.cells[place]:
        if len(told) >= MOST_OTHERS:
            break
        if f"{cell.source_id}/{cell.statement.id}" not in shown:
            why = f"The most opposing of its source, opposes {cell.opposes:.2f}"
            told.append(OtherView(why, _passage(cell.statement, shared, []), None))
    return tuple(told)
