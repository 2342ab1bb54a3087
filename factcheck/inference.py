"""How models are run: loaded from verified weights, and fed batches of equal length.

Rows batched with others of the same length in tokens, never fewer than two at once,
are not padded, and the products have shapes that do not change their last bits: what a
model gives for a row does not depend on the row's company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from factcheck.errors import ModelError
from factcheck.report import Model

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from factcheck.records import Precision, Weights

    Rows = NDArray[np.float32]

Kind = Literal["SentenceTransformer", "CrossEncoder"]

Progress = Callable[[int, int], None]
"""Called with the number of rows done and of all rows."""

_MIN_ROWS = 2
_TOKENIZED_AT_ONCE = 256


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Identified(Protocol):
    """A model that can be told apart from others.

    Attributes:
        name: What the model is called in reports.
        sha256: Of its weights.
        fingerprint: Of all that bears on what it gives; what the cache goes by.
        precision: What its products are computed in.
    """

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def precision(self) -> Precision: ...


class StandIn:
    """What stands in for a model, under its identity."""

    def __init__(self, inner: Identified) -> None:
        """Take on the inner model's identity."""
        self.name = inner.name
        self.sha256 = inner.sha256
        self.fingerprint = inner.fingerprint
        self.precision = inner.precision


def described(model: Identified) -> Model:
    """What a report tells of a model."""
    return Model(name=model.name, sha256=model.sha256, precision=model.precision)


class TorchModel:
    """A model of sentence-transformers.

    Args:
        kind: Which of its classes runs it.
        weights: A verified model.
        device: Where, as torch calls it.
        precision: What its weights are held and its products computed in.

    Attributes:
        labels: What the columns of a cross-encoder's output mean, by their number.

    Raises:
        ModelError: It will not load.
    """

    def __init__(
        self, kind: Kind, weights: Weights, device: str = "cpu", precision: Precision = "f32"
    ) -> None:
        """Load it; takes seconds."""
        self._model = load(kind, weights, device, precision)
        self._encodes = kind == "SentenceTransformer"
        self.labels: dict[int, str] = {} if self._encodes else self._model.config.id2label
        self.width = self._model.get_embedding_dimension() if self._encodes else len(self.labels)

    def __call__(self, rows: Sequence[Any], size: int, progress: Progress) -> Rows:
        """What the model gives for rows: unit vectors of texts, or logits of pairs.

        Args:
            rows: n texts, or n pairs of texts.
            size: At most so many rows at once.
            progress: Told after each batch how far it is, in rows of mean length.

        Returns:
            Float32, shape (n, `width`), in the order of the rows.
        """
        given = np.empty((len(rows), self.width), np.float32)
        for batch, chosen in batches(self._model, rows, size, progress):
            given[batch] = self._batch(chosen)[: len(batch)]
        return given

    def _batch(self, rows: list[Any]) -> Rows:
        options = {"batch_size": len(rows), "show_progress_bar": False}
        if self._encodes:
            vectors: Rows = self._model.encode(rows, normalize_embeddings=True, **options)
            return vectors
        from torch.nn import Identity  # noqa: PLC0415 - loaded by now, with the model

        logits: Rows = self._model.predict(rows, activation_fn=Identity(), **options)
        return logits


def load(kind: Kind, weights: Weights, device: str = "cpu", precision: Precision = "f32") -> Any:
    """Load a model of sentence-transformers, from its folder alone.

    Raises:
        ModelError: It will not load.
    """
    import sentence_transformers  # noqa: PLC0415 - seconds to import; a warm cache needs none
    import torch  # noqa: PLC0415 - likewise
    from transformers.utils import logging  # noqa: PLC0415 - likewise

    # What to show while loading is the command line's to say.
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    getLogger("sentence_transformers").setLevel(ERROR)
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    head: dict[str, Any] = {}
    if weights.delta:
        named = dict(enumerate(weights.labels))
        ids = {"id2label": named, "label2id": {label: number for number, label in named.items()}}
        head = {"num_labels": len(named), "config_kwargs": ids}
    try:
        model = getattr(sentence_transformers, kind)(
            str(weights.folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": dtype},
            **head,
        )
        if weights.delta:
            _replace_tensors(model.model, weights.delta)
    except Exception as error:
        first = str(error).strip().splitlines()[:1] or [type(error).__name__]
        place = f"{weights.name!r} will not load from {weights.folder}"
        raise ModelError(f"model {place}: {first[0]}") from error
    return model.eval()


def _replace_tensors(model: Any, delta: Path) -> None:
    """Put the tensors of a file in the place of the model's own."""
    from safetensors.torch import load_file  # noqa: PLC0415 - with torch

    tensors = {name: tensor.float() for name, tensor in load_file(delta).items()}
    changed = model.load_state_dict(tensors, strict=False)
    if changed.unexpected_keys:
        unknown = changed.unexpected_keys[0]
        raise ValueError(f"{delta.name} holds tensors the model has not, as {unknown}")
    if any(name.startswith("classifier") for name in changed.missing_keys):
        raise ValueError(f"{delta.name} holds no head; without one the labels would be chance")


def batches(
    model: Any, rows: Sequence[Any], size: int, progress: Progress
) -> Iterator[tuple[list[int], list[Any]]]:
    """Batches of rows of equal length in tokens, short ones first.

    Args:
        model: As `load` gives it.
        rows: n texts, or n pairs of texts.
        size: At most so many rows at once.
        progress: Told after each batch how far it is, in rows of mean length: short ones go
            first, and a count of them would promise too much.

    Yields:
        The indices of a batch, and its rows; a row alone is given twice, and what the
        model gives for the second of them is to be left out.
    """
    by_length: dict[int, list[int]] = {}
    for start in range(0, len(rows), _TOKENIZED_AT_ONCE):
        part = list(rows[start : start + _TOKENIZED_AT_ONCE])
        lengths = model.preprocess(part)["attention_mask"].sum(dim=1).tolist()
        for index, length in enumerate(lengths, start=start):
            by_length.setdefault(length, []).append(index)
    whole = max(1, sum(length * len(indices) for length, indices in by_length.items()))
    done = 0
    for length, indices in sorted(by_length.items()):
        for start in range(0, len(indices), size):
            batch = indices[start : start + size]
            chosen = [rows[index] for index in batch]
            yield batch, chosen * _MIN_ROWS if len(chosen) < _MIN_ROWS else chosen
            done += length * len(batch)
            progress(len(rows) * done // whole, len(rows))
