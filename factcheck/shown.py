"""Figures as reports show them: four decimals, and probabilities that sum to 1."""

from __future__ import annotations

from factcheck.report import Stance
from factcheck.stance import LABELS


def rounded(score: float) -> float:
    """Four decimals within -1..1, and no negative zero."""
    return min(1.0, max(-1.0, round(float(score), 4))) + 0.0


def shown(probabilities: list[float]) -> tuple[float, ...]:
    """Probabilities rounded to four decimals so that they still sum to 1."""
    told = [rounded(value) for value in probabilities]
    top = probabilities.index(max(probabilities))
    told[top] = rounded(1 - sum(told[:top] + told[top + 1 :]))
    return tuple(told)


def stance_of(probabilities: tuple[float, ...]) -> Stance:
    """Probabilities in the order of `LABELS`, with the label of the greatest."""
    label = LABELS[probabilities.index(max(probabilities))]
    return Stance.model_validate({"label": label, **dict(zip(LABELS, probabilities, strict=True))})
