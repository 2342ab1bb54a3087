"""Which pairs a reviewer is shown, and in what order.

First the pairs at which the verdict may turn: the probability that the statement opposes is near
the threshold from which it counts as opposing. Among those, nearness to the threshold is
weighed with similarity: a judgement on two texts that are not about the same thing teaches
little, and bores. Then all others, the highest score first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from factcheck.errors import EmptyInputError, InputError
from factcheck.messages import suggestion
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.ranked import Pair, RankedPairs
    from factcheck.records import Claim, Statement

    Figures = NDArray[np.float64]

BAND = 0.1
"""How near to its threshold a probability makes a pair borderline."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A pair to be judged: a place of a claim's ranking.

    Attributes:
        pairs: The ranking.
        place: From 0.
        borderline: Whether the verdict may turn at it.
    """

    pairs: RankedPairs
    place: int
    borderline: bool

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.pairs.claim

    @property
    def statement(self) -> Statement:
        """The statement set against it."""
        return self.pair.statement

    @property
    def pair(self) -> Pair:
        """The statement with its figures."""
        return self.pairs.pair(self.place)


def chosen(
    claims: Sequence[Claim], statements: Sequence[Statement], sources: Sequence[str]
) -> tuple[tuple[Claim, ...], tuple[Statement, ...]]:
    """The passages of some sources; a side of which no source is named stays whole.

    Raises:
        InputError: A source is not among them.
    """
    sides = [{each.source.id for each in side} for side in (claims, statements)]
    for name in sources:
        if not any(name in side for side in sides):
            known = sorted(sides[0] | sides[1])
            raise InputError(f"no source is called {name!r}{suggestion(name, known)}")
    named = [side & set(sources) or side for side in sides]
    return (
        tuple(claim for claim in claims if claim.source.id in named[0]),
        tuple(statement for statement in statements if statement.source.id in named[1]),
    )


def queued(
    rankings: Sequence[RankedPairs],
    reviewer: str,
    *,
    limit: int | None = None,
    again: bool = False,
) -> tuple[Candidate, ...]:
    """The pairs that a reviewer has not decided yet, the most informative first.

    Args:
        rankings: One a claim.
        reviewer: Whose decisions count as made.
        limit: At most so many pairs.
        again: Show also what is decided.

    Raises:
        EmptyInputError: There is no ranking.
    """
    if not rankings:
        raise EmptyInputError("there is no claim to review")
    # In the order of their claims' keys: the same whatever the order of the files.
    rankings = sorted(rankings, key=lambda ranking: ranking.claim.key)
    weighed = [_weighed(ranking) for ranking in rankings]
    weights, band = (np.concatenate(each) for each in zip(*weighed, strict=True))
    of = np.repeat(np.arange(len(rankings)), [len(ranking) for ranking in rankings])
    places = np.concatenate([np.arange(len(ranking)) for ranking in rankings])
    order = np.lexsort((places, of, -weights, ~band))
    made = [set[str]() if again else decided_by(ranking.claim, reviewer) for ranking in rankings]
    queue: list[Candidate] = []
    for n in order:
        if limit is not None and len(queue) >= limit:
            break
        number = int(of[n])
        candidate = Candidate(rankings[number], int(places[n]), bool(band[n]))
        if not made[number] or candidate.statement.key not in made[number]:
            queue.append(candidate)
    return tuple(queue)


def decided_by(claim: Claim, reviewer: str) -> set[str]:
    """The statements on which a reviewer has decided for a claim."""
    decisions = claim.expect.decisions if claim.expect else ()
    return {each.statement for each in decisions if each.reviewer == reviewer}


def _weighed(ranking: RankedPairs) -> tuple[Figures, NDArray[np.bool_]]:
    """What each pair of a ranking is ordered by, and whether it is borderline."""
    if ranking.probabilities is None:
        return ranking.scores, np.zeros(len(ranking), bool)
    opposes = ranking.probabilities[:, LABELS.index("opposes")]
    distance = np.abs(opposes - ranking.ranking.opposes_at)
    band = distance <= BAND
    near = (1 - distance / BAND) * np.maximum(ranking.similarities, 0)
    return np.where(band, near, ranking.scores), band
