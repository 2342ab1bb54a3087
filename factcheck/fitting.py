"""Temperature, rank weights and limits from labelled pairs: few figures, held back by few labels.

docs/calibration.md tells how each is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit

from factcheck.inference import Progress, silent
from factcheck.shown import rounded, shown
from factcheck.stance import LABELS
from factcheck.stance.ranking import FEATURES, Ranking, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.labelling import LabelledClaim
    from factcheck.stance import StanceModel

    Figures = NDArray[np.float64]
    Labels = NDArray[np.int64]

OPPOSES, SUPPORTS = LABELS.index("opposes"), LABELS.index("supports")
OTHER = len(LABELS)  # known only not to oppose
_LIMITS = {OPPOSES: "opposes_at", SUPPORTS: "supports_at"}
_LEAST = 5e-5  # half a step of what is shown
_TEMPERATURES = (0.2, 5.0)
_BOUND = 20.0
# How strongly the packaged figures hold against the labels: chosen in benchmarks/calibration.py.
_HOLD_TEMPERATURE = 10.0
_HOLD_WEIGHTS = 10.0
_HOLD_LIMIT = 0.5


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its labelled statements, and what the models say of them.

    Attributes:
        text: The claim's.
        similarities: Shape (n,), as shown.
        probabilities: Shape (n, 3), as shown, columns as `stance.LABELS`.
        labels: Shape (n,), columns of `stance.LABELS`, or one more where it is known only
            that a statement does not oppose.
    """

    text: str
    similarities: Figures
    probabilities: Figures
    labels: Labels

    @property
    def opposing(self) -> NDArray[np.bool_]:
        """Which statements oppose it."""
        return np.asarray(self.labels == OPPOSES, np.bool_)

    @property
    def ranked(self) -> bool:
        """Whether a ranking can be right or wrong on it: some oppose, and some do not."""
        return bool(self.opposing.any() and not self.opposing.all())


def judge(
    claims: Sequence[LabelledClaim],
    *,
    encoder: Encoder,
    stance: StanceModel,
    progress: Progress = silent,
    judging: Progress = silent,
) -> list[JudgedClaim]:
    """Judge labelled pairs, each text and pair once.

    Args:
        claims: No two with the same text.
        encoder: For similarities.
        stance: For probabilities.
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.
    """
    pairs = [(text, each.text) for each in claims for text in each.statements]
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    vectors = dict(zip(texts, encoder.encode(texts, progress).astype(np.float64), strict=True))
    distinct = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
    judged = shown(stance.judge(list(distinct), judging))[[distinct[pair] for pair in pairs]]
    told, at = [], 0
    for each in claims:
        rows = judged[at : at + len(each.statements)]
        at += len(each.statements)
        near = [float(vectors[text] @ vectors[each.text]) for text in each.statements]
        told.append(JudgedClaim(each.text, rounded(near), rows, np.array(each.labels, np.int64)))
    return told


def losses(probabilities: Figures, labels: Labels) -> Figures:
    """The negative logarithm of the probability of each label: shape (n,)."""
    right = probabilities[np.arange(len(labels)), np.minimum(labels, SUPPORTS)]
    right = np.where(labels == OTHER, 1 - probabilities[:, OPPOSES], right)
    return np.asarray(-np.log(np.clip(right, _LEAST, 1)), np.float64)


def fit_temperature(claims: Sequence[JudgedClaim], base: Ranking) -> float:
    """The temperature with the least loss, drawn towards 1.

    Guo et al. 2017, https://arxiv.org/abs/1706.04599; the penalty is the square of its logarithm.
    """
    rows = np.concatenate([claim.probabilities for claim in claims])
    labels = np.concatenate([claim.labels for claim in claims])

    def loss(logarithm: float) -> float:
        tempered = replace(base, temperature=float(np.exp(logarithm))).tempered(rows)
        return float(losses(tempered, labels).sum() + _HOLD_TEMPERATURE * logarithm**2)

    found = minimize_scalar(loss, bounds=np.log(_TEMPERATURES), method="bounded")
    return float(np.exp(found.x))


def fit_weights(claims: Sequence[JudgedClaim], base: Ranking) -> Ranking:
    """A logistic model of which pairs oppose, drawn towards the weights of `base`."""
    rows = [features(claim.similarities, claim.probabilities) for claim in claims]
    inputs = np.concatenate(rows)
    inputs = np.column_stack([np.ones(len(inputs)), inputs])
    gold = np.concatenate([claim.opposing for claim in claims]).astype(np.float64)
    start = np.array([base.intercept, *base.weights])

    def loss(weights: Figures) -> tuple[float, Figures]:
        logits, away = inputs @ weights, weights - start
        value = np.logaddexp(0, logits).sum() - gold @ logits + _HOLD_WEIGHTS * (away @ away)
        return float(value), inputs.T @ (expit(logits) - gold) + 2 * _HOLD_WEIGHTS * away

    bounds = [(-_BOUND, _BOUND)] * (len(FEATURES) + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    intercept, *weights = map(float, found.x)
    return replace(base, intercept=intercept, weights=tuple(weights))


def tempered(claims: Sequence[JudgedClaim], base: Ranking, temperature: float) -> Ranking:
    """A ranking at a temperature, with limits that as many pairs reach as before."""
    if temperature == base.temperature:
        return base
    rows = np.concatenate([claim.probabilities for claim in claims])
    ranking = replace(base, temperature=temperature)
    moved = ranking.tempered(rows)
    limits = [
        _followed(base.tempered(rows)[:, column], moved[:, column], limit)
        for column, limit in ((OPPOSES, base.opposes_at), (SUPPORTS, base.supports_at))
    ]
    return replace(ranking, opposes_at=limits[0], supports_at=limits[1])


def _followed(before: Figures, after: Figures, limit: float) -> float:
    """The limit that as many of the values after reach as of those before reached the old one."""
    reached = int((before >= limit).sum())
    if not 0 < reached < len(after):
        return limit
    greatest = np.sort(after)[::-1]
    return float(np.clip((greatest[reached - 1] + greatest[reached]) / 2, 0.01, 0.99))


def fit_limit(claims: Sequence[JudgedClaim], base: Ranking, side: int) -> Ranking:
    """The limit by which most claims are called rightly, drawn towards that of `base`.

    Claims that have a statement on the side, and those that have none, weigh the same in all.

    Args:
        claims: Some of both kinds.
        base: Its temperature stays.
        side: The column of `stance.LABELS`.
    """
    name = _LIMITS[side]
    weight = shares(claims, side)
    start = getattr(base, name)
    tops = np.array([base.tempered(claim.probabilities)[:, side].max() for claim in claims])
    held = np.array([holds(claim, side) for claim in claims])
    weights = np.where(held, 1 / weight[True], 1 / weight[False]) / 2

    def worth(limit: float) -> float:
        share = weights @ ((tops >= limit) == held)
        return float(share - _HOLD_LIMIT * (_logit(limit) - _logit(start)) ** 2)

    grid = [start, *np.round(np.arange(0.1, 0.991, 0.01), 2).tolist()]
    limit = float(max(grid, key=worth))
    return replace(base, opposes_at=limit) if side == OPPOSES else replace(base, supports_at=limit)


def _logit(value: float) -> float:
    return float(np.log(value / (1 - value)))


def holds(claim: JudgedClaim, side: int) -> bool:
    """Whether a claim has a statement on a side."""
    return bool((claim.labels == side).any())


def right(claim: JudgedClaim, ranking: Ranking, side: int) -> bool:
    """Whether a ranking's limit tells that."""
    reached = ranking.tempered(claim.probabilities)[:, side] >= getattr(ranking, _LIMITS[side])
    return bool(reached.any()) == holds(claim, side)


def shares(claims: Sequence[JudgedClaim], side: int) -> dict[bool, float]:
    """The share of the claims with a statement on a side, and of those without; never 0."""
    count = sum(holds(claim, side) for claim in claims)
    return {
        True: max(count, 1) / len(claims),
        False: max(len(claims) - count, 1) / len(claims),
    }


def order(claim: JudgedClaim, ranking: Ranking) -> NDArray[np.int64]:
    """A claim's statements, best first by the score as it is shown."""
    scores = rounded(ranking.scores(claim.similarities, claim.probabilities))
    return np.argsort(-scores, kind="stable")
