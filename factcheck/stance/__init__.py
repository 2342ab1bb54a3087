"""How a statement stands to a claim: opposes it, supports it, or only touches it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float32]

LABELS = ("opposes", "neutral", "supports")
"""The order of the columns of all probabilities."""

Progress = Callable[[int, int], None]
"""Called with the number of pairs done and of all pairs."""


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class StanceModel(Protocol):
    """Pairs of a statement and a claim to probabilities.

    Attributes:
        name: What the model is called in reports.
        sha256: Of its weights.
        fingerprint: Of all that bears on a probability; what the cache goes by.
    """

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """How each statement stands to its claim.

        Args:
            pairs: n pairs (statement, claim).
            progress: Told how far it is.

        Returns:
            Float32, shape (n, 3), columns as `LABELS`, rows summing to 1.
        """
        ...
