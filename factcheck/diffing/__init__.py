"""Two reports to what differs between them: the data path of `factcheck diff`.

Pure: reports are read before, and nothing is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck import __version__
from factcheck.changes import Changes, Shown, Side, Untold
from factcheck.diffing.holdings import claim_moved, other_grounds
from factcheck.diffing.inventory import claims_changed, places, sources_changed, statements_changed
from factcheck.diffing.matching import key, match_passages, match_sources, statements_of
from factcheck.diffing.moves import Knowledge, Tally, Terms, shows_all, tell_moves
from factcheck.diffing.runs import run_changes
from factcheck.report import Summary, Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factcheck.changes import ClaimMoved, PairMoved
    from factcheck.diffing.matching import Match
    from factcheck.report import Finding, Report, ReportClaim, ReportSource, ReportStatement

    Claims = Sequence[Match[ReportClaim]]
    Statements = Sequence[Match[ReportStatement]]

__all__ = ["LEAST_MOVE", "diff"]

LEAST_MOVE = 0.01
"""The last decimal that reports show to people; several times what rounding, and the shorter
vectors of a lock, do to a figure."""


@dataclass(frozen=True)
class _Report:
    """A report with its findings by claim, and its statements, by their keys."""

    report: Report
    findings: Mapping[str, Finding]
    statements: Mapping[str, ReportStatement]

    @classmethod
    def of(cls, report: Report) -> _Report:
        findings = {key(finding.claim): finding for finding in report.findings}
        return cls(report, findings, statements_of(report))

    @property
    def claims(self) -> list[ReportClaim]:
        return [finding.claim for finding in self.report.findings]

    def side(self) -> Side:
        return Side(
            tool=self.report.tool,
            run=self.report.run,
            sources=len(self.report.sources),
            statements=len(self.statements),
            shows_all=shows_all(self.report),
            summary=Summary.of(self.report.findings),
        )


def diff(old: Report, new: Report, *, least_move: float = LEAST_MOVE) -> Changes:
    """What differs between two reports, the largest first.

    Args:
        old: The report before.
        new: The report after.
        least_move: Figures that moved less are counted and not listed, 0..1. A verdict or a
            label that changed is listed in any case.

    Raises:
        ValueError: `least_move` is out of range.
    """
    if not 0 <= least_move <= 1:
        raise ValueError(f"least_move must be within 0..1, not {least_move}")
    before, after = _Report.of(old), _Report.of(new)
    sources = match_sources(old, new)
    ids = {match.old.id: match.new.id for match in sources if match.old and match.new}
    claims = match_passages(before.claims, after.claims, ids)
    statements = match_passages(before.statements.values(), after.statements.values(), ids)
    terms = _terms(before, after, ids, statements, least_move)
    tally = _tally(before, after, claims, terms)
    return _changes(before, after, (sources, claims, statements), terms, tally)


def _changes(
    before: _Report,
    after: _Report,
    matches: tuple[Sequence[Match[ReportSource]], Claims, Statements],
    terms: Terms,
    tally: Tally,
) -> Changes:
    sources, claims, statements = matches
    run = run_changes(before.report, after.report)
    told = {
        "sources": sources_changed(sources),
        "claims": claims_changed(claims, before.findings, after.findings),
        "statements": statements_changed(statements, before.report, after.report, terms),
        "verdicts": tuple(sorted(tally.verdicts, key=_by_size)),
        "grounds": tuple(sorted(tally.grounds, key=_by_size)),
        "moves": tuple(sorted(tally.moves, key=_largest)),
        "shown": tuple(sorted(tally.shown, key=_first)),
    }
    moved = places(sources, claims, statements)
    return Changes.model_validate(
        {
            "tool": Tool(version=__version__),
            "least_move": terms.least,
            "different": bool(run) or _counts(told),
            "old": before.side(),
            "new": after.side(),
            "run": run,
            **told,
            "places": moved,
            "untold": Untold(
                below=tally.below,
                ranks=tally.ranks,
                follow=tally.follow,
                beyond=tally.beyond,
                places=len(moved),
            ),
        }
    )


def _counts(told: Mapping[str, Sequence[object]]) -> bool:
    """Whether anything is a difference by itself."""
    shown = any(not each.follows for each in told["shown"] if isinstance(each, Shown))
    return shown or any(every for name, every in told.items() if name != "shown")


def _terms(
    before: _Report,
    after: _Report,
    sources: dict[str, str],
    statements: Statements,
    least: float,
) -> Terms:
    old, new = before.report, after.report
    both = [(match.old, match.new) for match in statements if match.old and match.new]
    names = {key(was): key(now) for was, now in both}
    return Terms(
        least=least,
        k=min(old.run.k, new.run.k),
        scores=old.run.rank == new.run.rank,
        names=names,
        old_names={now: was for was, now in names.items()},
        sources=sources,
        old_sources={now: was for was, now in sources.items()},
        edited=frozenset(key(now) for was, now in both if was.text != now.text),
        before=Knowledge.of(old, new),
        after=Knowledge.of(new, old),
    )


def _tally(before: _Report, after: _Report, claims: Claims, terms: Terms) -> Tally:
    """What became of the claims that both reports have."""
    tally = Tally()
    for match in claims:
        if match.old is None or match.new is None:
            continue
        old, new = before.findings[key(match.old)], after.findings[key(match.new)]
        tell_moves(old, new, terms, tally)
        if old.verdict != new.verdict:
            tally.verdicts.append(claim_moved(old, new, before.statements, after.statements))
        elif other_grounds(old, new, terms.names, terms.least):
            tally.grounds.append(claim_moved(old, new, before.statements, after.statements))
        else:
            tally.below += old.reason != new.reason
    return tally


def _by_size(each: ClaimMoved) -> tuple[float, str]:
    return -each.size, each.claim


def _largest(each: PairMoved) -> tuple[bool, float, int, str, str]:
    """Labels that changed first, then by how much: figures, then ranks."""
    ranks = abs(each.old.rank - each.new.rank)
    return each.label is None, -each.size, -ranks, each.claim, each.statement


def _first(each: Shown) -> tuple[int, str, str, str]:
    return each.figures.rank, each.claim, each.change, each.statement
