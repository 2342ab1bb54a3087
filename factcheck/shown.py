"""Figures as reports show them: four decimals, and probabilities that sum to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.report import Stance
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_DECIMALS = 4


def rounded(scores: ArrayLike) -> NDArray[np.float64]:
    """Four decimals within -1..1, and no negative zero; the shape stays."""
    told = np.round(np.asarray(scores, np.float64), _DECIMALS)
    return np.asarray(np.clip(told, -1, 1) + 0.0, np.float64)


def shown(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Rows of three probabilities rounded so that they still sum to 1: shape (n, 3)."""
    told = rounded(probabilities)
    rows, top = np.arange(len(told)), told.argmax(axis=1)
    told[rows, top] = 0.0
    told[rows, top] = rounded(1 - told.sum(axis=1))
    return told


def stance_of(probabilities: Sequence[float]) -> Stance:
    """Probabilities in the order of `LABELS`, with the label of the greatest."""
    label = LABELS[int(np.argmax(probabilities))]
    return Stance.model_validate({"label": label, **dict(zip(LABELS, probabilities, strict=True))})
