"""What curators and reviewers decided: pairs with labels.

A pair is labelled by the reviewers who decided on it, by majority; by the claim file where it
expects a counterpoint that nobody reviewed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.errors import InputError
from factcheck.messages import suggestion
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factcheck.records import Claim, Decision, StanceLabel, Statement

THE_FILE = "the file"
"""Who labelled what a claim file expects and nobody reviewed."""


@dataclass(frozen=True)
class Label:
    """How a statement stands to a claim, and who says so.

    Attributes:
        claim: The claim.
        statement: The statement.
        stance: The label.
        decisions: Those it rests on, in the order of the file; none where `by` is the file.
        votes: How many reviewers decided on the pair.
    """

    claim: Claim
    statement: Statement
    stance: StanceLabel
    decisions: tuple[Decision, ...] = ()
    votes: int = 0


@dataclass(frozen=True)
class Labels:
    """Labelled pairs, and what was left out.

    Attributes:
        found: In the order of the claims, statements by key.
        uncovered: Claims that nothing opposes, by their files: no pair is labelled by that.
        ties: Pairs on which as many reviewers hold one label as another.
        missing: Pairs whose statement is not among those read.
    """

    found: tuple[Label, ...]
    uncovered: tuple[Claim, ...]
    ties: int
    missing: int

    @property
    def by_file(self) -> int:
        """How many labels no reviewer decided."""
        return sum(not label.decisions for label in self.found)

    def count(self, stance: StanceLabel) -> int:
        """How many pairs have a label."""
        return sum(label.stance == stance for label in self.found)


def labels_of(
    claims: Sequence[Claim], statements: Iterable[Statement], reviewers: Sequence[str] = ()
) -> Labels:
    """Labels from the expectations and decisions of claims.

    Args:
        claims: With what is expected of them.
        statements: What decisions and expectations name.
        reviewers: Whose decisions count; all, and what files expect, where none is named.

    Raises:
        InputError: A reviewer is named who decided nothing.
    """
    _check_reviewers(claims, reviewers)
    known = {statement.key: statement for statement in statements}
    found: list[Label] = []
    ties = missing = 0
    for claim in claims:
        decided = _decided(claim, reviewers)
        keys = set(decided)
        if claim.expect and (not reviewers or THE_FILE in reviewers):
            keys |= set(claim.expect.counterpoints)
        for key in sorted(keys):
            if key not in known:
                missing += 1
                continue
            decisions = decided.get(key, ())
            stance = _majority(decisions) if decisions else "opposes"
            if stance is None:
                ties += 1
                continue
            agreed = tuple(each for each in decisions if each.stance == stance)
            found.append(Label(claim, known[key], stance, agreed, len(decisions)))
    uncovered = tuple(claim for claim in claims if claim.expect and claim.expect.uncovered)
    return Labels(tuple(found), uncovered, ties, missing)


def _check_reviewers(claims: Sequence[Claim], reviewers: Sequence[str]) -> None:
    known = {each.reviewer for claim in claims if claim.expect for each in claim.expect.decisions}
    for name in reviewers:
        if name not in {*known, THE_FILE}:
            raise InputError(
                f"no decision is by {name!r}{suggestion(name, known)}; decisions are by "
                f"{', '.join(map(repr, sorted(known))) or 'nobody'}"
            )


def _decided(claim: Claim, reviewers: Sequence[str]) -> dict[str, tuple[Decision, ...]]:
    """By a statement's key each reviewer's last decision on it."""
    last: dict[tuple[str, str], Decision] = {}
    for each in claim.expect.decisions if claim.expect else ():
        if reviewers and each.reviewer not in reviewers:
            continue
        before = last.get((each.statement, each.reviewer))
        if before is None or each.date >= before.date:
            last[each.statement, each.reviewer] = each
    told: dict[str, tuple[Decision, ...]] = {}
    for (key, _), each in last.items():
        told[key] = (*told.get(key, ()), each)
    return told


def _majority(decisions: Sequence[Decision]) -> StanceLabel | None:
    """The label most reviewers hold; None where two are held by as many."""
    (first, most), *rest = Counter(each.stance for each in decisions).most_common()
    return None if rest and rest[0][1] == most else first


@dataclass(frozen=True)
class LabelledClaim:
    """A claim's text with its labelled statements.

    Attributes:
        text: The claim's.
        statements: Texts.
        labels: Columns of `stance.LABELS`, or one more for what is known only not to oppose.
    """

    text: str
    statements: tuple[str, ...]
    labels: tuple[int, ...]


NOT_OPPOSING = len(LABELS)
"""The label of a pair that is known only not to oppose."""


def by_claim(
    pairs: Iterable[tuple[tuple[str, str], int]],
) -> tuple[list[LabelledClaim], int]:
    """Labelled pairs (statement, claim) by the claim's text; a pair that comes twice counts once.

    Texts are what the models see: the same texts under other ids are the same pair. What is
    known only not to oppose gives way to a label that says more.

    Returns:
        The claims, and how many pairs were left out because they have two labels.
    """
    found: dict[str, dict[str, int]] = {}
    torn: set[tuple[str, str]] = set()
    for pair, label in pairs:
        statement, claim = pair
        held = found.setdefault(claim, {})
        before = held.get(statement, label)
        if before != label and NOT_OPPOSING not in {before, label}:
            torn.add(pair)
        held[statement] = min(before, label)
    for statement, claim in torn:
        del found[claim][statement]
    claims = [
        LabelledClaim(claim, tuple(held), tuple(held.values()))
        for claim, held in found.items()
        if held
    ]
    return claims, len(torn)


def known_pairs(
    labels: Labels, claims: Sequence[Claim], statements: Sequence[Statement], *, complete: bool
) -> list[tuple[tuple[str, str], int]]:
    """What claim files say of pairs, those included that they leave unsaid.

    Nothing opposes an uncovered claim. With `complete`, neither does what a claim's
    expectation does not name.

    Args:
        labels: What is said of single pairs.
        claims: The claims.
        statements: All statements.
        complete: Whether expectations name all that opposes.
    """
    said = {(each.claim.key, each.statement.key): each.stance for each in labels.found}
    uncovered = {claim.key for claim in labels.uncovered}
    told = []
    for claim in claims:
        expects = bool(claim.expect and (claim.expect.counterpoints or claim.expect.uncovered))
        rest = claim.key in uncovered or (complete and expects)
        for statement in statements:
            stance = said.get((claim.key, statement.key))
            if stance is not None:
                told.append(((statement.text, claim.text), LABELS.index(stance)))
            elif rest:
                told.append(((statement.text, claim.text), NOT_OPPOSING))
    return told


def digest(claims: Iterable[LabelledClaim]) -> str:
    """The sha256 of labelled pairs, in whatever order they were read."""
    rows = sorted(
        [each.text, text, label]
        for each in claims
        for text, label in zip(each.statements, each.labels, strict=True)
    )
    canonical = json.dumps(rows, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
