"""Texts to unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from factcheck.compiled import Backend, CompiledModel, Precision, compiles, fingerprint
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
    """An encoder that runs a sentence-transformers model on the CPU: the packaged one compiled.

    The model is loaded when the first text comes. A text's vector does not depend on
    what it was batched with (tests/test_encoders.py measures it).

    Args:
        weights: A verified model.
        batch_size: At most so many texts at once.
        backend: What runs it.
        precision: What a compiled model's products are computed in.

    Raises:
        ModelError: The backend cannot run this model.
        ValueError: `batch_size` is below 1.
    """

    def __init__(
        self,
        weights: Weights,
        batch_size: int = 32,
        backend: Backend = "auto",
        precision: Precision = "f32",
    ) -> None:
        """Remember the model; nothing is loaded yet."""
        check_batch_size(batch_size)
        self._compiled = compiles(weights, backend)
        self._precision = precision
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = (
            fingerprint(weights, precision) if self._compiled else weights.fingerprint
        )
        self._weights = weights
        self._batch_size = batch_size
        self._model: Any = None

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts: float32, shape (n, d), rows of length 1.

        Raises:
            ModelError: The model will not load.
        """
        progress(0, len(texts))
        if self._compiled:
            self._model = self._model or CompiledModel(self._weights, self._precision)
            given: Vectors = self._model(texts, self._batch_size, progress)
            return given
        if self._model is None:
            self._model = load("SentenceTransformer", self._weights)
        vectors = np.empty((len(texts), self._model.get_embedding_dimension()), np.float32)
        for batch, rows in batches(self._model, texts, self._batch_size, progress):
            encoded: Vectors = self._model.encode(
                rows, batch_size=len(rows), normalize_embeddings=True, show_progress_bar=False
            )
            vectors[batch] = encoded[: len(batch)]
        return vectors
