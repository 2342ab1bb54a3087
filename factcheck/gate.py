"""What CI decides by: claims and their rankings to findings, rule by rule.

Pure: the models have spoken before, files are read before, and the day is handed in.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factcheck.outcome import Diagnostic, FailOn, Level
from factcheck.records import Claim
from factcheck.rules import DEFAULT_SELECT, RULES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from factcheck.corpus import Corpus
    from factcheck.errors import Problem
    from factcheck.ranked import Pair, RankedPairs
    from factcheck.records import Passage, Statement

REVIEW_BAND = 0.05
JUDGED = frozenset({"FC101", "FC202", "FC203"})
"""The rules that need a stance model."""
_ON_EXPECTATIONS = frozenset({"FC201", "FC202", "FC203"})
_ON_ALL = frozenset({"FC101", "FC301", "FC302", "FC401", "FC402"})


@dataclass(frozen=True)
class Policy:
    """What is checked, and how strictly.

    Attributes:
        rules: The codes that are on.
        ignored: Codes that are off for files whose path matches a pattern.
        k: How many statements a claim count as shown.
        review_band: Within so much of the threshold a finding is for review, 0..1.
        strict: Whether there is no such band.
        fail_on: From which level on a finding fails the check.
    """

    rules: frozenset[str] = frozenset(DEFAULT_SELECT)
    ignored: Mapping[str, frozenset[str]] = field(default_factory=dict)
    k: int = 5
    review_band: float = REVIEW_BAND
    strict: bool = False
    fail_on: FailOn = "error"

    def level(self, figure: float, threshold: float) -> Level:
        """How sure a finding is whose figure stands so far from its threshold."""
        near = round(abs(figure - threshold), 4) <= self.review_band
        return "review" if near and not self.strict else "error"

    def checks(self, claim: Claim) -> bool:
        """Whether a rule that is on has a say on a claim."""
        return bool(self.rules & _ON_ALL) or bool(claim.expect and self.rules & _ON_EXPECTATIONS)


@dataclass(frozen=True)
class Evidence:
    """What a finding is told from, beside its rule.

    Attributes:
        message: What is wrong.
        passes: What would make it pass.
        about: The claim or statement at whose place it stands.
        statement: The statement that has a part, by its key.
        content: The texts that it goes by, for its fingerprint.
        figure: The probability that decided.
        threshold: What it was held against.
        level: How sure it is.
    """

    message: str
    passes: str
    about: Passage
    statement: str | None = None
    content: tuple[str, ...] = ()
    figure: float | None = None
    threshold: float | None = None
    level: Level = "error"


def diagnostic(rule: str, found: Evidence) -> Diagnostic:
    """A finding at the place of a claim or statement."""
    about = found.about
    is_claim = isinstance(about, Claim)
    return Diagnostic(
        rule=rule,
        level=found.level,
        status="new",
        message=found.message,
        figure=found.figure,
        threshold=found.threshold,
        fix=f"{found.passes} {RULES[rule].fix}".strip(),
        source_id=about.source.id,
        claim=about.key if is_claim else None,
        statement=found.statement if is_claim else about.key,
        path=about.path,
        line=about.line,
        column=about.column,
        fingerprint=fingerprint(rule, about.source.id, about.text, *found.content),
    )


def evidence_of(rule: str, problem: Problem, about: Passage) -> Diagnostic:
    """A finding on a claim or statement, at a place of its own."""
    quote = about.quote.exact if about.quote else ""
    found = diagnostic(rule, Evidence(problem.message, "", about, content=(quote,)))
    return found.model_copy(update={"line": problem.line, "column": problem.column})


def at_problem(rule: str, problem: Problem, source_id: str | None, *content: str) -> Diagnostic:
    """A finding at a place in a file that is no claim and no statement."""
    return Diagnostic(
        rule=rule,
        level="error",
        status="new",
        message=problem.message,
        figure=None,
        threshold=None,
        fix=RULES[rule].fix,
        source_id=source_id,
        claim=None,
        statement=None,
        path=problem.path,
        line=problem.line,
        column=problem.column,
        fingerprint=fingerprint(rule, source_id or "", *content),
    )


def fingerprint(rule: str, *content: str) -> str:
    """What a finding is known by: 32 digits, of its rule and texts, of no line and no day."""
    canonical = json.dumps([rule, *content], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def claim_findings(
    pairs: RankedPairs, policy: Policy, known: Container[str]
) -> Iterator[Diagnostic]:
    """What the rules on claims find.

    Args:
        pairs: The claim's statements, ranked.
        policy: What is checked.
        known: The keys of all statements, or what tells whether one is among them.
    """
    claim = pairs.claim
    expect = claim.expect
    if expect is None or not (expect.counterpoints or expect.uncovered):
        if "FC302" in policy.rules:
            yield diagnostic("FC302", Evidence("no expectation is given for this claim", "", claim))
        if "FC101" in policy.rules:
            yield from _opposed("FC101", pairs, policy, "and no counterpoint is expected")
        return
    if expect.uncovered and "FC203" in policy.rules:
        yield from _opposed("FC203", pairs, policy, "and nothing may")
    for key in expect.counterpoints:
        place = pairs.place(key)
        if place is None or place >= policy.k:
            if "FC201" in policy.rules:
                yield diagnostic("FC201", _lost(pairs, policy, key, place, exists=key in known))
        elif "FC202" in policy.rules:
            yield from _changed(pairs.pair(place), pairs, policy)


def _opposed(rule: str, pairs: RankedPairs, policy: Policy, ends: str) -> Iterator[Diagnostic]:
    limit = pairs.ranking.opposes_at
    strongest = pairs.strongest("opposes")
    if strongest is None or strongest.opposes < limit:
        return
    statement, figure = strongest.statement, strongest.opposes
    yield diagnostic(
        rule,
        Evidence(
            f"{statement.key} opposes it, {ends}",
            f"Passes while nothing opposes it at {limit} or more.",
            pairs.claim,
            statement.key,
            (statement.source.id, statement.text),
            figure,
            limit,
            policy.level(figure, limit),
        ),
    )


def _lost(
    pairs: RankedPairs, policy: Policy, key: str, place: int | None, *, exists: bool
) -> Evidence:
    if place is None:
        what = "is not among the statements judged" if exists else "does not exist"
        passes = "Passes once it is among the statements shown."
        return Evidence(
            f"{key}, an expected counterpoint, {what}", passes, pairs.claim, key, (key,)
        )
    lost, last = pairs.pair(place), pairs.pair(policy.k - 1)
    return Evidence(
        f"{key}, an expected counterpoint, ranks {place + 1}; {policy.k} are shown",
        f"Passes from a score of {last.score:.4f}.",
        pairs.claim,
        key,
        _content(lost),
        lost.score,
        last.score,
        policy.level(lost.score, last.score),
    )


def _changed(pair: Pair, pairs: RankedPairs, policy: Policy) -> Iterator[Diagnostic]:
    limit = pairs.ranking.opposes_at
    if pair.opposes >= limit:
        return
    key = pair.statement.key
    yield diagnostic(
        "FC202",
        Evidence(
            f"{key}, an expected counterpoint, does not oppose it clearly enough",
            f"Passes once it opposes the claim at {limit} or more.",
            pairs.claim,
            key,
            _content(pair),
            pair.opposes,
            limit,
            policy.level(pair.opposes, limit),
        ),
    )


def _content(pair: Pair) -> tuple[str, str]:
    return pair.statement.source.id, pair.statement.text


def unreached(statements: Iterable[Statement], shown: set[str]) -> Iterator[Diagnostic]:
    """FC301: the statements that are among those shown of no claim.

    Args:
        statements: All of them.
        shown: The keys of those shown.
    """
    for statement in statements:
        if statement.key not in shown:
            message = f"{statement.key} is among the statements shown of no claim"
            passes = "Passes once a claim shows it."
            yield diagnostic("FC301", Evidence(message, passes, statement))


def check_claims(
    ranked: Iterable[RankedPairs], statements: Corpus, policy: Policy
) -> list[Diagnostic]:
    """What the rules on claims and on what they reach find.

    Args:
        ranked: The claims, each with its statements in order.
        statements: All statements.
        policy: What is checked.
    """
    shown: set[str] = set()
    found: list[Diagnostic] = []
    for pairs in ranked:
        found += claim_findings(pairs, policy, statements)
        if "FC301" in policy.rules:
            first = [pairs.statements[row] for row in pairs.rows[: policy.k]]
            shown.update(each.key for one in first for each in (one, *statements.others(one)))
    if "FC301" in policy.rules:
        found += unreached(statements, shown)
    return found
