"""What several parts of the page go by: sources, links of claims, numbers of filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from factcheck.formats.html.anchors import anchors
from factcheck.formats.html.texts import https, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factcheck.landscape import Expected, Landscape
    from factcheck.outcome import Diagnostic, Outcome
    from factcheck.records import Kind
    from factcheck.report import Report, ReportSource, SignalKind

VERDICTS = ("countered", "conflicting", "supported", "uncovered", "unjudged")
SIGNALS: tuple[SignalKind, ...] = (
    *("number", "date", "negation", "antonym", "quantifier", "planned"),
)


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as it is shown; `place` is what filters know it by."""

    place: int
    id: str
    kind: Kind
    title: str
    publisher: str | None
    date: str | None
    url: str | None
    archived_url: str | None
    path: str | None


@dataclass(frozen=True)
class Shared:
    """What several parts of the page go by.

    Attributes:
        sources: By id, in the order of the report.
        anchors: The link of each claim, in the order of the findings.
        links: The links of claims by `source/id`.
        topics: The number of each topic.
        rules: The number of each kind of signal and each code of a rule.
        found: What `factcheck check` found, by `source/id` of the claim.
        expected: The expected counterpoints, by the place of their claim.
    """

    sources: Mapping[str, SourceView]
    anchors: tuple[str, ...]
    links: Mapping[str, str]
    topics: Mapping[str, int]
    rules: Mapping[str, int]
    found: Mapping[str, tuple[Diagnostic, ...]]
    expected: Mapping[int, tuple[Expected, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, landscape: Landscape, outcome: Outcome | None) -> Shared:
        """Gather it once."""
        keys = [(finding.claim.source_id, finding.claim.id) for finding in report.findings]
        links = anchors(keys)
        topics = sorted({topic for finding in report.findings for topic in finding.claim.topics})
        diagnostics = outcome.diagnostics if outcome else ()
        rules = (*SIGNALS, *sorted({each.rule for each in diagnostics}))
        return cls(
            sources={s.id: _source(n, s) for n, s in enumerate(report.sources)},
            anchors=links,
            links={f"{a}/{b}": link for (a, b), link in zip(keys, links, strict=True)},
            topics={topic: number for number, topic in enumerate(topics)},
            rules={rule: number for number, rule in enumerate(rules)},
            found=_by_claim(diagnostics),
            expected={
                place: tuple(each)
                for place, each in groupby(landscape.expected, key=lambda e: e.claim)
            },
        )


def _source(place: int, source: ReportSource) -> SourceView:
    return SourceView(
        place=place,
        id=said(source.id),
        kind=source.kind,
        title=said(source.title),
        publisher=said(source.publisher) if source.publisher else None,
        date=source.date.isoformat() if source.date else None,
        url=https(source.url),
        archived_url=https(source.archived_url),
        path=said(source.path) if source.path else None,
    )


def _by_claim(diagnostics: tuple[Diagnostic, ...]) -> dict[str, tuple[Diagnostic, ...]]:
    found: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        if each.claim is not None:
            found.setdefault(each.claim, []).append(each)
    return {claim: tuple(each) for claim, each in found.items()}
