"""Texts to unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from factcheck.inference import Identified, Progress, silent
from factcheck.running import BY_DEFAULT, Execution, Runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from factcheck.records import Weights

    Vectors = NDArray[np.float32]


class Encoder(Identified, Protocol):
    """Texts to unit vectors, by a model with a name."""

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts.

        Args:
            texts: n texts.
            progress: Told how far it is.

        Returns:
            Float32, shape (n, d), rows of length 1.
        """
        ...


class SentenceEncoder:
    """An encoder that runs a sentence-transformers model: on the CPU the packaged one compiled.

    The model is loaded when the first text comes. On the CPU a text's vector does not depend
    on what it was batched with (tests/test_encoders.py measures it).

    Args:
        weights: A verified model.
        execution: How it is run.

    Raises:
        ModelError: The model, or the machine, cannot be run so.
    """

    def __init__(self, weights: Weights, execution: Execution = BY_DEFAULT) -> None:
        """Remember the model; nothing is loaded yet."""
        self._runner = Runner("SentenceTransformer", weights, execution)
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = self._runner.fingerprint
        self.precision = self._runner.precision

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts: float32, shape (n, d), rows of length 1.

        Raises:
            ModelError: The model will not load.
        """
        progress(0, len(texts))
        return self._runner.run(texts, progress)

    def let_go(self) -> None:
        """Give the model's memory back; it is loaded again when the next text comes."""
        self._runner.let_go()
