"""Texts to unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from factcheck.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.records import Weights

    Vectors = NDArray[np.float32]

Progress = Callable[[int, int], None]
"""Called with the number of texts done and of all texts."""

_MIN_ROWS = 2


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Encoder(Protocol):
    """Texts to unit vectors, by a model with a name.

    Attributes:
        name: What the model is called in reports.
        sha256: Of its weights.
        fingerprint: Of all that bears on a vector; what the cache goes by.
    """

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...

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

    The model is loaded when the first text comes. Texts are batched with others of
    the same length in tokens, never fewer than two rows at once: then no row is
    padded, the products have the shapes that do not change their last bits, and a
    text's vector does not depend on its company (tests/test_encoders.py measures it).

    Args:
        weights: A verified model.
        batch_size: At most so many texts at once.
    """

    def __init__(self, weights: Weights, batch_size: int = 32) -> None:
        """Remember the model; nothing is loaded yet."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = weights.fingerprint
        self._folder = str(weights.folder)
        self._batch_size = batch_size
        self._model: Any = None

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts: float32, shape (n, d), rows of length 1.

        Raises:
            ModelError: The model will not load.
        """
        progress(0, len(texts))
        if self._model is None:
            self._model = _load(self.name, self._folder)
        dimension = self._model.get_embedding_dimension()
        vectors = np.empty((len(texts), dimension), np.float32)
        done = 0
        for batch in self._batches(texts):
            vectors[batch] = self._run([texts[index] for index in batch])
            done += len(batch)
            progress(done, len(texts))
        return vectors

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        """Indices of texts of equal token length, short ones first."""
        by_length: dict[int, list[int]] = {}
        for start in range(0, len(texts), 256):
            part = list(texts[start : start + 256])
            lengths = self._model.preprocess(part)["attention_mask"].sum(dim=1).tolist()
            for index, length in enumerate(lengths, start=start):
                by_length.setdefault(length, []).append(index)
        size = self._batch_size
        return [
            indices[start : start + size]
            for _, indices in sorted(by_length.items())
            for start in range(0, len(indices), size)
        ]

    def _run(self, texts: list[str]) -> Vectors:
        filled = texts * _MIN_ROWS if len(texts) < _MIN_ROWS else texts
        vectors: Vectors = self._model.encode(
            filled, batch_size=len(filled), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors[: len(texts)]


def _load(name: str, folder: str) -> Any:
    import torch  # noqa: PLC0415 - seconds to import; a warm cache needs none of it
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - likewise
    from transformers.utils import logging  # noqa: PLC0415 - likewise

    # What to show while loading is the command line's to say.
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    getLogger("sentence_transformers").setLevel(ERROR)
    try:
        model = SentenceTransformer(
            folder,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
    except Exception as error:
        first = str(error).strip().splitlines()[:1] or [type(error).__name__]
        raise ModelError(f"model {name!r} will not load from {folder}: {first[0]}") from error
    return model.eval()
