"""What counterpoints are ranked by, and what a claim's verdict is.

The score of a pair is a logistic model over its similarity and the logarithms of its
stance probabilities. Its few weights stand in `ranking.json` beside this module,
with a note of how they were fitted. A calibration puts a ranking of its own in its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.report import Verdict

FEATURES = ("similarity", "log_opposes", "log_neutral", "log_supports")
_LEAST = 1e-4  # a probability below is as good as none
_HALF_A_STEP = 5e-5  # what a probability shown as 0 may be at most


@dataclass(frozen=True)
class Ranking:
    """A logistic model over `FEATURES`, and where verdicts begin.

    Attributes:
        intercept: Added to the weighted features.
        weights: One a feature, in their order.
        opposes_at: The probability from which a statement counts as opposing.
        supports_at: The probability from which it counts as supporting.
        temperature: What the logits of the stance model are divided by; 1 leaves them as
            they are.
    """

    intercept: float
    weights: tuple[float, ...]
    opposes_at: float
    supports_at: float
    temperature: float = 1.0

    def tempered(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities at the ranking's temperature: as wide as the model's are right.

        Args:
            probabilities: Shape (n, 3), as a model gives them, of four decimals: so a lock,
                which holds no more, gives the same.

        Returns:
            Shape (n, 3), rows summing to 1; their order within a row stays.
        """
        if self.temperature == 1:
            return probabilities
        logs = np.log(np.clip(probabilities, _HALF_A_STEP, 1)) / self.temperature
        told = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(told / told.sum(axis=1, keepdims=True), np.float64)

    def scores(
        self, similarities: NDArray[np.float64], probabilities: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """The probability that an editor would print the statement as a counterpoint.

        Args:
            similarities: Shape (n,), -1..1.
            probabilities: Shape (n, 3), columns as `stance.LABELS`, as the model gives them: a
                temperature by itself changes no rank.

        Returns:
            Shape (n,), 0..1.
        """
        inputs = features(similarities, probabilities)
        scores = 1 / (1 + np.exp(-(self.intercept + inputs @ np.array(self.weights))))
        return np.asarray(scores, np.float64)

    def verdict(self, opposes: Sequence[float], supports: Sequence[float]) -> Verdict:
        """What statements hold on a claim, by the probabilities that each opposes, supports it."""
        opposed = any(value >= self.opposes_at for value in opposes)
        supported = any(value >= self.supports_at for value in supports)
        if opposed and supported:
            return "conflicting"
        if opposed:
            return "countered"
        return "supported" if supported else "uncovered"


def features(
    similarities: NDArray[np.float64], probabilities: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The inputs of the logistic model: shape (n, 4), columns as `FEATURES`."""
    logs = np.log(np.clip(probabilities.astype(np.float64), _LEAST, 1))
    return np.column_stack([similarities, logs])


@cache
def default_ranking() -> Ranking:
    """The ranking that comes with the package."""
    told = json.loads((files(__package__) / "ranking.json").read_text("utf-8"))
    return Ranking(
        intercept=told["intercept"],
        weights=tuple(told["weights"][name] for name in FEATURES),
        opposes_at=told["opposes_at"],
        supports_at=told["supports_at"],
    )
