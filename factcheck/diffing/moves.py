"""Which figures of a claim's statements moved between two reports, and which came and went.

A report shows the best k statements a claim and no more. What it does not show may be below
them, or no longer there; where it cannot tell, neither is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from factcheck.changes import Figures, PairMoved, Shown
from factcheck.diffing.matching import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factcheck.changes import ClaimMoved, InCorpus
    from factcheck.records import StanceLabel
    from factcheck.report import Counterpoint, Finding, Report, Signal

_DECIMALS = 4
_STEP = 10**-_DECIMALS
_LABELS: tuple[StanceLabel, ...] = ("opposes", "neutral", "supports")


@dataclass(frozen=True)
class Knowledge:
    """What a report tells of statements that it does not show.

    Attributes:
        sources: The ids of all sources.
        complete: Whether it shows all that were compared.
        same_corpus: Whether the other report is of the same texts.
        min_similarity: The least similarity of what it can show.
    """

    sources: frozenset[str]
    complete: bool
    same_corpus: bool
    min_similarity: float | None

    @classmethod
    def of(cls, report: Report, other: Report) -> Knowledge:
        """What a report tells, beside another."""
        return cls(
            sources=frozenset(source.id for source in report.sources),
            complete=shows_all(report),
            same_corpus=report.run.corpus_sha256 == other.run.corpus_sha256,
            min_similarity=report.run.min_similarity,
        )

    def has(self, source: str | None) -> InCorpus:
        """Whether a statement of a source was compared, which is nowhere shown.

        Args:
            source: The source's id in this report; None where it has none.
        """
        if source is None or source not in self.sources:
            return "no"
        if self.same_corpus:
            return "yes"
        return "no" if self.complete else "unknown"

    def may_show(self, each: Counterpoint, k: int) -> bool:
        """Whether one that the other report shows is within this one's limits too."""
        least = self.min_similarity
        return each.rank <= k and (least is None or each.similarity >= least)


def shows_all(report: Report) -> bool:
    """Whether a report shows all statements: fewer than k, and the same for every claim."""
    if report.run.min_similarity is not None or not report.findings:
        return False
    shown = (
        frozenset(key(counterpoint.statement) for counterpoint in finding.counterpoints)
        for finding in report.findings
    )
    first = next(shown)
    return len(first) < report.run.k and all(each == first for each in shown)


@dataclass(frozen=True)
class Terms:
    """How two reports are held against each other.

    Attributes:
        least: The least move shown.
        k: How many statements a claim both reports can show.
        scores: Whether both rank by the same, so that their scores can be compared.
        names: By the key of an old statement its key in the new report.
        old_names: The other way round.
        sources: By the id of an old source its id in the new report.
        old_sources: The other way round.
        edited: Statements, by their new keys, whose text was edited.
        before: What the old report knows.
        after: What the new report knows.
    """

    least: float
    k: int
    scores: bool
    names: Mapping[str, str]
    old_names: Mapping[str, str]
    sources: Mapping[str, str]
    old_sources: Mapping[str, str]
    edited: frozenset[str]
    before: Knowledge
    after: Knowledge

    def in_new(self, each: Counterpoint) -> InCorpus:
        """Whether the new run compared a statement of the old report."""
        known = key(each.statement) in self.names
        return "yes" if known else self.after.has(self.sources.get(each.statement.source_id))

    def in_old(self, each: Counterpoint) -> InCorpus:
        """Whether the old run compared a statement of the new report."""
        known = key(each.statement) in self.old_names
        return "yes" if known else self.before.has(self.old_sources.get(each.statement.source_id))


@dataclass
class Tally:
    """What came of the claims that both reports have, and of their statements."""

    verdicts: list[ClaimMoved] = field(default_factory=list)
    grounds: list[ClaimMoved] = field(default_factory=list)
    moves: list[PairMoved] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    below: int = 0
    ranks: int = 0
    follow: int = 0
    beyond: int = 0


def tell_moves(old: Finding, new: Finding, terms: Terms, tally: Tally) -> None:
    """Add to a tally what became of the statements of one claim."""
    # What the new report does not have is told apart from what has its old key there.
    before = {
        terms.names.get(key(each.statement), f"\n{key(each.statement)}"): each
        for each in old.counterpoints
    }
    after = {key(each.statement): each for each in new.counterpoints}
    both = [name for name in after if name in before]
    was = {name: at for at, name in enumerate(sorted(both, key=lambda each: before[each].rank))}
    now = sorted(both, key=lambda each: after[each].rank)
    for at, name in enumerate(now):
        pair = _Pair(old, new, before[name], after[name], reordered=was[name] != at)
        _tell_pair(pair, terms, tally)
    for name, each in before.items():
        if name not in after:
            _tell_one("left", new, each, other=new, terms=terms, tally=tally)
    for name, each in after.items():
        if name not in before:
            _tell_one("entered", new, each, other=old, terms=terms, tally=tally)


@dataclass(frozen=True)
class _Pair:
    old: Finding
    new: Finding
    before: Counterpoint
    after: Counterpoint
    reordered: bool


def _tell_pair(pair: _Pair, terms: Terms, tally: Tally) -> None:
    before, after = pair.before, pair.after
    size = round(max(_differences(before, after, scores=terms.scores)), _DECIMALS)
    label = _labels(before, after)
    edited = _edited(pair, terms)
    signals = not edited and _signals(before.signals) != _signals(after.signals)
    # Where scores can be compared, another order follows from those that moved.
    by_rule = pair.reordered and not terms.scores
    if not (label or signals or by_rule or size >= max(terms.least, _STEP)):
        tally.below += size > 0
        tally.ranks += size == 0 and before.rank != after.rank
        return
    tally.moves.append(
        PairMoved(
            claim=key(pair.new.claim),
            claim_text=pair.new.claim.text,
            statement=key(after.statement),
            statement_text=after.statement.text,
            edited=edited,
            label=label,
            reordered=pair.reordered,
            size=size,
            old=_figures(before),
            new=_figures(after),
        )
    )


def _edited(pair: _Pair, terms: Terms) -> tuple[Literal["claim", "statement"], ...]:
    told: list[Literal["claim", "statement"]] = []
    if pair.old.claim.text != pair.new.claim.text:
        told.append("claim")
    if key(pair.after.statement) in terms.edited:
        told.append("statement")
    return tuple(told)


def _differences(before: Counterpoint, after: Counterpoint, *, scores: bool) -> Iterator[float]:
    yield abs(before.similarity - after.similarity)
    if scores:
        yield abs(before.score - after.score)
    if before.stance and after.stance:
        for label in _LABELS:
            yield abs(getattr(before.stance, label) - getattr(after.stance, label))


def _labels(before: Counterpoint, after: Counterpoint) -> tuple[StanceLabel, StanceLabel] | None:
    if not before.stance or not after.stance or before.stance.label == after.stance.label:
        return None
    return before.stance.label, after.stance.label


def _tell_one(
    change: Literal["entered", "left"],
    new: Finding,
    each: Counterpoint,
    *,
    other: Finding,
    terms: Terms,
    tally: Tally,
) -> None:
    """Tell of a statement that one report shows for a claim, and `other` does not."""
    left = change == "left"
    elsewhere = terms.in_new(each) if left else terms.in_old(each)
    if not (terms.after if left else terms.before).may_show(each, terms.k):
        tally.beyond += 1
        return
    follows = elsewhere != "no" and _follows(each, other, terms)
    tally.follow += follows
    name = key(each.statement)
    tally.shown.append(
        Shown(
            change=change,
            claim=key(new.claim),
            claim_text=new.claim.text,
            statement=terms.names.get(name, name) if left else name,
            statement_text=each.statement.text,
            elsewhere=elsewhere,
            follows=follows,
            figures=_figures(each),
        )
    )


def _follows(each: Counterpoint, other: Finding, terms: Terms) -> bool:
    """Whether it may stand in the other report just below the last that is shown there."""
    if not terms.scores or len(other.counterpoints) < terms.k:
        return False
    last = other.counterpoints[terms.k - 1]
    return round(each.score - last.score, _DECIMALS) < terms.least


def _figures(each: Counterpoint) -> Figures:
    return Figures(
        rank=each.rank,
        score=each.score,
        similarity=each.similarity,
        stance=each.stance,
        signals=_signals(each.signals),
    )


def _signals(found: tuple[Signal, ...]) -> tuple[str, ...]:
    return tuple(f"{each.kind}: {each.claim.text} / {each.statement.text}" for each in found)
