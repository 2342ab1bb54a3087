"""What a calibration does on claims that it has not seen, and whether it may be written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score

from factcheck.choosing import (
    FOLDS,
    REPEATS,
    Part,
    Trial,
    parts_better,
    parts_possible,
    plainly,
    rounded_ranking,
    trials,
    verdict_gain,
)
from factcheck.evaluation import RankedClaim, calibration_error, ranking_metrics
from factcheck.fitting import OPPOSES, OTHER, SUPPORTS, JudgedClaim, losses, order
from factcheck.inference import Progress, silent
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.stance.ranking import Ranking

MIN_CLAIMS = 30
MIN_OPPOSED = 10
MIN_PAIRS = 20
"""Below these, what was fitted did worse than the packaged figures: benchmarks/calibration.py."""

_NEUTRAL = LABELS.index("neutral")
_WORSE = 1e-9


@dataclass(frozen=True)
class Counts:
    """How many labels there are.

    Attributes:
        claims: Claims with a labelled statement.
        opposed: Claims with one that opposes.
        pairs: Pairs by their label; `other` is known only not to oppose.
    """

    claims: int
    opposed: int
    pairs: dict[str, int]

    @property
    def lacking(self) -> list[str]:
        """What is too few, in words."""
        opposing = self.pairs["opposes"]
        rest = sum(self.pairs.values()) - opposing
        needs = (
            (self.claims, MIN_CLAIMS, "claims"),
            (self.opposed, MIN_OPPOSED, "claims with an opposing statement"),
            (opposing, MIN_PAIRS, "opposing pairs"),
            (rest, MIN_PAIRS, "pairs that do not oppose"),
        )
        return [
            f"{have} {what}, of at least {least}" for have, least, what in needs if have < least
        ]


def counts(claims: Sequence[Sequence[int]]) -> Counts:
    """Count labels by class and by claim; a claim is given as its labels."""
    found = Counter(label for labels in claims for label in labels)
    names = (*LABELS, "other")
    return Counts(
        claims=len(claims),
        opposed=sum(OPPOSES in labels for labels in claims),
        pairs={name: found[n] for n, name in enumerate(names)},
    )


@dataclass(frozen=True)
class Validated:
    """A fit, and its figures beside those of the packaged ranking, on claims not fitted on.

    Attributes:
        ranking: Fitted on all claims, with the decimals that are written.
        parts: Which parts were fitted anew.
        before: The packaged ranking's figures by name; None where nothing can be told.
        after: Those of the same parts fitted on other claims, the mean of the repeats.
        misleads: Whether plainly more claims are wrongly called opposed, or not opposed.
    """

    ranking: Ranking
    parts: tuple[Part, ...]
    before: dict[str, float | None]
    after: dict[str, float | None]
    misleads: bool = False

    @property
    def worse(self) -> list[str]:
        """Which of the figures that decide are worse after, in words."""
        told = []
        for name, sign in (("nll", 1), ("MRR", -1)):
            before, after = self.before[name], self.after[name]
            if before is not None and after is not None and sign * (after - before) > _WORSE:
                told.append(f"{name} {before:.4f} before, {after:.4f} after")
        if self.misleads:
            told.append("more verdicts are wrong")
        return told


def calibrated(
    claims: Sequence[JudgedClaim],
    base: Ranking,
    *,
    forced: bool = False,
    progress: Progress = silent,
) -> Validated:
    """Fit what is better, and measure it on parts of the claims that it was not fitted on.

    A claim is in one part with all its statements. Which parts of the ranking are fitted is
    chosen once, by the same parts of the claims: their figures tell slightly too much.

    Args:
        claims: At least as many as folds.
        base: The packaged ranking.
        forced: Whether all parts are fitted, better or not.
        progress: Told how many fits are done.
    """
    tried = trials(claims, base)
    parts = parts_possible(claims) if forced else parts_better(claims, tried, progress)
    rows = []
    gains = np.zeros(len(claims))
    for repeat in range(REPEATS):
        rankings = [base] * len(claims)
        for trial in tried[repeat * FOLDS : (repeat + 1) * FOLDS]:
            found = trial.fit(parts)
            for place in trial.places:
                rankings[place] = found
        rows.append(figures(claims, rankings))
        pairs = zip(claims, rankings, strict=True)
        gains += [verdict_gain(claim, ranking, base) / REPEATS for claim, ranking in pairs]
    before = figures(claims, [base] * len(claims))
    return Validated(
        ranking=rounded_ranking(Trial(tuple(claims), (), base).fit(parts)),
        parts=tuple(parts),
        before=before,
        after={name: _mean([row[name] for row in rows]) for name in before},
        misleads=plainly((-gains).tolist()),
    )


def figures(claims: Sequence[JudgedClaim], rankings: Sequence[Ranking]) -> dict[str, float | None]:
    """How well rankings, one a claim, tell the labels.

    Where some pairs are known only not to oppose, all are judged two-way.

    Returns:
        nll and ece of the probabilities; macro_f1 of the labels that the limits give; acc@1, P@3
        and MRR over claims with opposing and other statements; countered, the share of the
        claims with an opposing statement that are called so, and false_alarms, that of those
        without one.
    """
    pairs = list(zip(claims, rankings, strict=True))
    labels = np.concatenate([claim.labels for claim in claims])
    rows = np.concatenate([ranking.tempered(claim.probabilities) for claim, ranking in pairs])
    said = np.concatenate([_said(claim, ranking) for claim, ranking in pairs])
    if (labels == OTHER).any():
        labels, said = (np.where(each == OPPOSES, 0, 1) for each in (labels, said))
        rows = np.column_stack([rows[:, OPPOSES], 1 - rows[:, OPPOSES]])
    told = ranking_metrics([_ranked(claim, ranking) for claim, ranking in pairs if claim.ranked])
    return {
        "nll": float(_two_way_losses(rows, labels).mean()),
        "ece": calibration_error(labels == rows.argmax(axis=1), rows.max(axis=1)),
        "macro_f1": float(
            f1_score(labels, said, labels=np.unique(labels), average="macro", zero_division=0)
        ),
        **{name: told[name] for name in ("acc@1", "P@3", "MRR")},
        "countered": _alarms([pair for pair in pairs if pair[0].opposing.any()]),
        "false_alarms": _alarms([pair for pair in pairs if not pair[0].opposing.any()]),
    }


def _two_way_losses(rows: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    if rows.shape[1] == len(LABELS):
        return losses(rows, labels)
    return losses(np.column_stack([rows, np.zeros(len(rows))]), labels)


def _said(claim: JudgedClaim, ranking: Ranking) -> NDArray[np.int64]:
    """The label that the limits give each statement; neutral where none is reached."""
    rows = ranking.tempered(claim.probabilities)
    opposes, supports = rows[:, OPPOSES], rows[:, SUPPORTS]
    told = np.where(supports >= ranking.supports_at, SUPPORTS, _NEUTRAL)
    first = (opposes >= ranking.opposes_at) & ((told == _NEUTRAL) | (opposes >= supports))
    return np.asarray(np.where(first, OPPOSES, told), np.int64)


def _ranked(claim: JudgedClaim, ranking: Ranking) -> RankedClaim:
    opposing = {str(n) for n in np.flatnonzero(claim.opposing)}
    return RankedClaim(tuple(str(n) for n in order(claim, ranking)), opposing)


def _alarms(pairs: Sequence[tuple[JudgedClaim, Ranking]]) -> float | None:
    """The share of claims with a statement that is said to oppose."""
    said = [
        float((ranking.tempered(claim.probabilities)[:, OPPOSES] >= ranking.opposes_at).any())
        for claim, ranking in pairs
    ]
    return _mean(said)


def _mean(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return float(np.mean(told)) if told else None
