"""Sources, claims and statements that came, went, were edited, renamed or moved elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from factcheck.changes import ClaimChanged, Place, SourceChanged, StatementChanged
from factcheck.diffing.matching import edited_fields, edited_source, key, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factcheck.changes import Change, InCorpus, StatementChange
    from factcheck.diffing.matching import Match
    from factcheck.diffing.moves import Knowledge, Terms
    from factcheck.report import Finding, Report, ReportClaim, ReportSource, ReportStatement


Changed = TypeVar("Changed", SourceChanged, ClaimChanged, StatementChanged)

_ORDER = ("edited", "added", "removed", "renamed", "newly shown", "no longer shown")


def sources_changed(matches: Iterable[Match[ReportSource]]) -> tuple[SourceChanged, ...]:
    """The sources that are not the same in both reports."""
    return _in_order(
        SourceChanged(change=change, old=match.old, new=match.new, fields=fields)
        for match in matches
        if (change := _change(match, edited=bool(fields := edited_source(match))))
    )


def claims_changed(
    matches: Iterable[Match[ReportClaim]], old: Mapping[str, Finding], new: Mapping[str, Finding]
) -> tuple[ClaimChanged, ...]:
    """The claims that are not the same in both reports, with their verdicts."""
    return _in_order(
        ClaimChanged(
            change=change,
            old=match.old,
            new=match.new,
            fields=fields,
            old_verdict=old[key(match.old)].verdict if match.old else None,
            new_verdict=new[key(match.new)].verdict if match.new else None,
        )
        for match in matches
        if (change := _change(match, edited=bool(fields := edited_fields(match))))
    )


def statements_changed(
    matches: Iterable[Match[ReportStatement]], old: Report, new: Report, terms: Terms
) -> tuple[StatementChanged, ...]:
    """The statements that are not the same in both reports, as far as these tell."""
    gone, come = _within(old, terms.after, terms.k), _within(new, terms.before, terms.k)

    def change_of(match: Match[ReportStatement], *, edited: bool) -> StatementChange | None:
        if match.new is None and match.old is not None:
            there = terms.after.has(terms.sources.get(match.old.source_id))
            within = key(match.old) in gone
            return _told(there, "removed", "no longer shown" if within else None)
        if match.old is None and match.new is not None:
            there = terms.before.has(terms.old_sources.get(match.new.source_id))
            within = key(match.new) in come
            return _told(there, "added", "newly shown" if within else None)
        return _change(match, edited=edited)

    return _in_order(
        StatementChanged(change=change, old=match.old, new=match.new, fields=fields)
        for match in matches
        if (change := change_of(match, edited=bool(fields := edited_fields(match))))
    )


def places(
    sources: Iterable[Match[ReportSource]],
    claims: Iterable[Match[ReportClaim]],
    statements: Iterable[Match[ReportStatement]],
) -> tuple[Place, ...]:
    """What stands elsewhere now: in another file, or in another line."""
    return tuple(_places(sources, claims, statements))


def _in_order(every: Iterable[Changed]) -> tuple[Changed, ...]:
    """What is sure before what is not, each sort by the keys it came by."""
    return tuple(sorted(every, key=lambda each: _ORDER.index(each.change)))


def _places(
    sources: Iterable[Match[ReportSource]],
    claims: Iterable[Match[ReportClaim]],
    statements: Iterable[Match[ReportStatement]],
) -> Iterator[Place]:
    for source in sources:
        if source.old and source.new and place(source.old) != place(source.new):
            was, now = place(source.old), place(source.new)
            yield Place(what="source", key=source.new.id, old=was, new=now)
    for claim in claims:
        if claim.old and claim.new and place(claim.old) != place(claim.new):
            was, now = place(claim.old), place(claim.new)
            yield Place(what="claim", key=key(claim.new), old=was, new=now)
    for said in statements:
        if said.old and said.new and place(said.old) != place(said.new):
            was, now = place(said.old), place(said.new)
            yield Place(what="statement", key=key(said.new), old=was, new=now)


def _change(
    match: Match[ReportSource] | Match[ReportClaim] | Match[ReportStatement], *, edited: bool
) -> Change | None:
    if match.old is None:
        return "added"
    if match.new is None:
        return "removed"
    if match.old.id != match.new.id:
        return "renamed"
    return "edited" if edited else None


def _told(
    there: InCorpus, sure: StatementChange, unsure: StatementChange | None
) -> StatementChange | None:
    """What is told of a statement that one report does not show, by what that one knows."""
    if there == "no":
        return sure
    return unsure if there == "unknown" else None


def _within(report: Report, other: Knowledge, k: int) -> set[str]:
    """What the other report could show too: within both k, and its least similarity."""
    return {
        key(each.statement)
        for finding in report.findings
        for each in finding.counterpoints
        if other.may_show(each, k)
    }
