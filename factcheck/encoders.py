"""Texts to unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from factcheck.inference import Identified, Progress, batches, check_batch_size, load, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """An encoder that runs a sentence-transformers model on the CPU.

    The model is loaded when the first text comes. A text's vector does not depend on
    what it was batched with (tests/test_encoders.py measures it).

    Args:
        weights: A verified model.
        batch_size: At most so many texts at once.
    """

    def __init__(self, weights: Weights, batch_size: int = 32) -> None:
        """Remember the model; nothing is loaded yet."""
        check_batch_size(batch_size)
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = weights.fingerprint
        self._weights = weights
        self._batch_size = batch_size
        self._model: Any = None

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts: float32, shape (n, d), rows of length 1.

        Raises:
            ModelError: The model will not load.
        """
        progress(0, len(texts))
        if self._model is None:
            self._model = load("SentenceTransformer", self._weights)
        vectors = np.empty((len(texts), self._model.get_embedding_dimension()), np.float32)
        for batch, rows in batches(self._model, texts, self._batch_size, progress):
            given: Vectors = self._model.encode(
                rows, batch_size=len(rows), normalize_embeddings=True, show_progress_bar=False
            )
            vectors[batch] = given[: len(batch)]
        return vectors
