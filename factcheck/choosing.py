"""Which parts of a ranking to fit anew: those that are better on claims that a fit has not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from sklearn.model_selection import KFold

from factcheck.fitting import (
    OPPOSES,
    OTHER,
    SUPPORTS,
    JudgedClaim,
    fit_limit,
    fit_temperature,
    fit_weights,
    holds,
    losses,
    order,
    right,
    shares,
    tempered,
)
from factcheck.inference import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factcheck.stance.ranking import Ranking

Part = Literal["temperature", "weights", "opposes_at", "supports_at"]
"""What can be fitted by itself."""

FOLDS = 5
REPEATS = 10
MIN_OF_A_KIND = 10
"""From how many claims of either kind rank weights and limits are fitted."""

# By how many standard errors a part must be better. The one figure of the temperature is seldom
# wrong; ranks and limits often are: benchmarks/calibration.py.
_SURE: dict[Part, float] = {
    "temperature": 1.0,
    "weights": 2.0,
    "opposes_at": 2.0,
    "supports_at": 2.0,
}
_SIDES: dict[Part, int] = {"opposes_at": OPPOSES, "supports_at": SUPPORTS}


@dataclass(frozen=True)
class Trial:
    """Claims to fit on, and places of others to try the fit on.

    Attributes:
        claims: What is fitted on.
        places: Where the claims that it is tried on stand among all.
        base: What fits begin with.
    """

    claims: tuple[JudgedClaim, ...]
    places: tuple[int, ...]
    base: Ranking

    @cached_property
    def temperature(self) -> float:
        """The temperature fitted."""
        return fit_temperature(self.claims, self.base)

    @cached_property
    def weights(self) -> Ranking:
        """The ranking with weights fitted, all else as it was."""
        return fit_weights(self.claims, self.base)

    def fit(self, parts: Iterable[Part]) -> Ranking:
        """The ranking with some parts fitted, the limits after all else."""
        ranking = self.base
        if "weights" in parts:
            ranking = self.weights
        if "temperature" in parts:
            ranking = tempered(self.claims, ranking, self.temperature)
        for part, side in _SIDES.items():
            if part in parts:
                ranking = fit_limit(self.claims, ranking, side)
        return ranking


def trials(claims: Sequence[JudgedClaim], base: Ranking) -> list[Trial]:
    """All parts of the claims but one to fit on, and that one to try; each in turn, repeatedly."""
    told = []
    for seed in range(REPEATS):
        splits = KFold(FOLDS, shuffle=True, random_state=seed).split(np.arange(len(claims)))
        for rest, part in splits:
            told.append(Trial(tuple(claims[n] for n in rest), tuple(part.tolist()), base))
    return told


def parts_possible(claims: Sequence[JudgedClaim]) -> list[Part]:
    """The parts that there are labels for."""
    parts: list[Part] = ["temperature"]
    if sum(claim.ranked for claim in claims) >= MIN_OF_A_KIND:
        parts.append("weights")
    return parts + [part for part, side in _SIDES.items() if _two_sided(claims, side)]


def parts_better(
    claims: Sequence[JudgedClaim], tried: Sequence[Trial], progress: Progress = silent
) -> list[Part]:
    """The parts that are better on claims that they were not fitted on.

    A temperature that turns plainly more verdicts wrong is not. Limits are tried at the
    temperature that was chosen before.

    Args:
        claims: All claims.
        tried: Where fits are tried.
        progress: Told how many of the fits are made.
    """
    chosen: list[Part] = []
    possible = parts_possible(claims)
    for done, part in enumerate(possible):
        gains = np.zeros(len(claims))
        verdicts = np.zeros(len(claims))
        for number, trial in enumerate(tried):
            progress(done * len(tried) + number, len(possible) * len(tried))
            rest: list[Part] = [each for each in chosen if each != "weights"]
            before, after = trial.fit(rest), trial.fit([*rest, part])
            for place in trial.places:
                gains[place] += _gain(claims[place], before, after, part, trial)
                verdicts[place] += verdict_gain(claims[place], after, before)
        asked = [n for n, claim in enumerate(claims) if part != "weights" or claim.ranked]
        if not plainly(gains[asked].tolist(), _SURE[part]):
            continue
        if part != "temperature" or not plainly((-verdicts).tolist()):
            chosen.append(part)
    progress(len(possible) * len(tried), len(possible) * len(tried))
    return chosen


def _gain(claim: JudgedClaim, before: Ranking, after: Ranking, part: Part, trial: Trial) -> float:
    """By how much a claim is better told: its loss, its reciprocal rank, or its verdict."""
    if part == "temperature":
        return loss_of(claim, before) - loss_of(claim, after)
    if part == "weights":
        if not claim.ranked:
            return 0.0
        return reciprocal_rank(claim, after) - reciprocal_rank(claim, before)
    side = _SIDES[part]
    turned = float(right(claim, after, side)) - float(right(claim, before, side))
    return turned / shares(trial.claims, side)[holds(claim, side)]


def verdict_gain(claim: JudgedClaim, after: Ranking, before: Ranking) -> float:
    """1 where only `after` tells rightly whether a claim is opposed, -1 where it alone errs."""
    return float(right(claim, after, OPPOSES)) - float(right(claim, before, OPPOSES))


def loss_of(claim: JudgedClaim, ranking: Ranking) -> float:
    """The summed loss of a claim's labels."""
    return float(losses(ranking.tempered(claim.probabilities), claim.labels).sum())


def reciprocal_rank(claim: JudgedClaim, ranking: Ranking) -> float:
    """One by the place of the first opposing statement."""
    return 1 / (1 + int(np.argmax(claim.opposing[order(claim, ranking)])))


def plainly(gains: Sequence[float], sure: float = 2.0) -> bool:
    """Whether the mean gain is more than so many times its standard error."""
    values = np.array(gains)
    return bool(
        len(values) > 1 and values.mean() > sure * values.std(ddof=1) / np.sqrt(len(values))
    )


def rounded_ranking(ranking: Ranking) -> Ranking:
    """A ranking with the four decimals that are written."""
    return replace(
        ranking,
        intercept=round(ranking.intercept, 4),
        weights=tuple(round(weight, 4) for weight in ranking.weights),
        opposes_at=round(ranking.opposes_at, 4),
        supports_at=round(ranking.supports_at, 4),
        temperature=round(ranking.temperature, 4),
    )


def _two_sided(claims: Sequence[JudgedClaim], side: int) -> bool:
    """Whether enough claims have a statement on a side, and enough are known to have none."""
    if side != OPPOSES and any((claim.labels == OTHER).any() for claim in claims):
        return False
    count = sum(holds(claim, side) for claim in claims)
    return min(count, len(claims) - count) >= MIN_OF_A_KIND
