"""What the filters of the page offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.html.shared import SIGNALS, VERDICTS
from factcheck.formats.html.texts import said
from factcheck.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.formats.html.shared import Shared
    from factcheck.report import Report


@dataclass(frozen=True)
class Choice:
    """A value of a filter, and how many claims it leaves."""

    value: str
    label: str
    claims: int


@dataclass(frozen=True)
class Choices:
    """The filters: each a list of choices, some in parts with a name."""

    verdicts: tuple[Choice, ...]
    sources: tuple[tuple[str, tuple[Choice, ...]], ...]
    topics: tuple[Choice, ...]
    rules: tuple[tuple[str, tuple[Choice, ...]], ...]
    signals: bool


def choices(report: Report, shared: Shared) -> Choices:
    """Only what leaves a claim or more is offered."""
    verdicts: list[str] = [finding.verdict or "unjudged" for finding in report.findings]
    signals = _signals(report, shared)
    return Choices(
        verdicts=_kept(Choice(name, name, verdicts.count(name)) for name in VERDICTS),
        sources=_parted(
            ("Claims of", _sources(report, shared, claims=True)),
            ("With a statement of", _sources(report, shared, claims=False)),
        ),
        topics=_kept(
            Choice(str(number), said(topic), sum(topic in f.claim.topics for f in report.findings))
            for topic, number in shared.topics.items()
        ),
        rules=_parted(("Signal", signals), ("Found by check", _codes(shared))),
        signals=bool(signals),
    )


def _sources(report: Report, shared: Shared, *, claims: bool) -> tuple[Choice, ...]:
    counts = dict.fromkeys(shared.sources, 0)
    for finding in report.findings:
        said_by = {each.statement.source_id for each in finding.counterpoints}
        for source_id in {finding.claim.source_id} if claims else said_by:
            counts[source_id] += 1
    return _kept(
        Choice(str(view.place), view.title, counts[source_id])
        for source_id, view in shared.sources.items()
    )


def _signals(report: Report, shared: Shared) -> tuple[Choice, ...]:
    kinds = [
        {signal.kind for each in finding.counterpoints for signal in each.signals}
        for finding in report.findings
    ]
    return _kept(
        Choice(str(shared.rules[kind]), kind, sum(kind in row for row in kinds)) for kind in SIGNALS
    )


def _codes(shared: Shared) -> tuple[Choice, ...]:
    return _kept(
        Choice(
            str(number),
            f"{said(code)} {RULES[code].name}" if code in RULES else said(code),
            sum(any(each.rule == code for each in found) for found in shared.found.values()),
        )
        for code, number in shared.rules.items()
        if code not in SIGNALS
    )


def _kept(offered: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(each for each in offered if each.claims)


def _parted(
    *parts: tuple[str, tuple[Choice, ...]],
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    return tuple((name, offered) for name, offered in parts if offered)
