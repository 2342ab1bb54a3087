"""What a decision does to what a claim is held to.

`opposes` makes the statement one of the claim's expected counterpoints; `neutral` and `supports`
take it from among them. A claim that is marked `uncovered` loses that mark to an opposing
statement, but only where that was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from factcheck.errors import InputError
from factcheck.records import Expectation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.records import Decision


class UncoveredError(InputError):
    """A claim is marked as one that nothing opposes, and a reviewer finds that something does."""


@dataclass(frozen=True)
class Effect:
    """What a decision changed besides being recorded.

    Attributes:
        added: The statement became an expected counterpoint.
        removed: It is no longer one.
        covered: The claim lost its mark `uncovered`.
        replaced: The reviewer's earlier decision on the pair.
    """

    added: bool = False
    removed: bool = False
    covered: bool = False
    replaced: Decision | None = None

    def told(self) -> list[str]:
        """The same in words."""
        parts = []
        if self.replaced:
            parts.append(f"in place of your decision of {self.replaced.date}")
        if self.covered:
            parts.append("the claim is no longer marked uncovered")
        if self.added:
            parts.append("now an expected counterpoint")
        if self.removed:
            parts.append("no longer an expected counterpoint")
        return parts


def with_decision(
    expect: Expectation | None, decision: Decision, *, replace_uncovered: bool = False
) -> tuple[Expectation, Effect]:
    """What a claim is held to once a reviewer has decided.

    Args:
        expect: What it was held to.
        decision: On one of its pairs.
        replace_uncovered: Whether an opposing statement may take the mark `uncovered` away.

    Raises:
        UncoveredError: It is marked uncovered, the statement opposes, and nobody was asked.
    """
    now = expect or Expectation()
    opposes = decision.stance == "opposes"
    if now.uncovered and opposes and not replace_uncovered:
        raise UncoveredError(
            "the claim is marked 'uncovered: true': nothing may oppose it; to decide that this "
            "statement does takes the mark away"
        )
    listed = decision.statement in now.counterpoints
    at = _place(now.decisions, decision)
    effect = Effect(
        added=opposes and not listed,
        removed=listed and not opposes,
        covered=bool(now.uncovered and opposes),
        replaced=None if at is None else now.decisions[at],
    )
    counterpoints = now.counterpoints
    if effect.added:
        counterpoints = (*counterpoints, decision.statement)
    if effect.removed:
        counterpoints = _without(counterpoints, decision.statement)
    kept = list(now.decisions)
    kept[len(kept) if at is None else at :] = [decision, *([] if at is None else kept[at + 1 :])]
    uncovered = None if effect.covered else now.uncovered
    return _expectation(counterpoints, tuple(kept), covered=not uncovered), effect


def without_decision(expect: Expectation | None, decision: Decision, effect: Effect) -> Expectation:
    """What a claim is held to once a decision is taken back, whatever else was changed since.

    Raises:
        InputError: The decision is no longer there as it was made.
    """
    now = expect or Expectation()
    if decision not in now.decisions:
        raise InputError(
            f"the decision on {decision.statement} is no longer in the file as you made it"
        )
    put_back = [effect.replaced] if effect.replaced else []
    at = now.decisions.index(decision)
    decisions = (*now.decisions[:at], *put_back, *now.decisions[at + 1 :])
    counterpoints = now.counterpoints
    if effect.added:
        counterpoints = _without(counterpoints, decision.statement)
    if effect.removed and decision.statement not in counterpoints:
        counterpoints = (*counterpoints, decision.statement)
    uncovered = True if effect.covered and not counterpoints else now.uncovered
    return _expectation(counterpoints, decisions, covered=not uncovered)


def _expectation(
    counterpoints: tuple[str, ...], decisions: tuple[Decision, ...], *, covered: bool
) -> Expectation:
    try:
        return Expectation(
            counterpoints=counterpoints, uncovered=None if covered else True, decisions=decisions
        )
    except ValidationError:
        raise InputError(
            "the claim has as many counterpoints or decisions as a claim file may hold"
        ) from None


def _place(decisions: Sequence[Decision], decision: Decision) -> int | None:
    """Where the same reviewer decided on the same statement."""
    wanted = decision.statement, decision.reviewer
    found = (n for n, each in enumerate(decisions) if (each.statement, each.reviewer) == wanted)
    return next(found, None)


def _without(counterpoints: tuple[str, ...], statement: str) -> tuple[str, ...]:
    return tuple(each for each in counterpoints if each != statement)
