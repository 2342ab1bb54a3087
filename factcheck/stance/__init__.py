"""How a statement stands to a claim: opposes it, supports it, or only touches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from factcheck.inference import Identified, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float32]

LABELS = ("opposes", "neutral", "supports")
"""The order of the columns of all probabilities."""


class StanceModel(Identified, Protocol):
    """Pairs of a statement and a claim to probabilities, by a model with a name."""

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """How each statement stands to its claim.

        Args:
            pairs: n pairs (statement, claim).
            progress: Told how far it is.

        Returns:
            Float32, shape (n, 3), columns as `LABELS`, rows summing to 1.
        """
        ...
