"""How models are run: loaded from verified weights, and fed batches of equal length.

Rows batched with others of the same length in tokens, never fewer than two at once,
are not padded, and the products have shapes that do not change their last bits: what a
model gives for a row does not depend on the row's company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Any, Literal, Protocol

from factcheck.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from factcheck.records import Weights

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
    """

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


def load(kind: Literal["SentenceTransformer", "CrossEncoder"], weights: Weights) -> Any:
    """Load a model of sentence-transformers on the CPU, from its folder alone.

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
    head: dict[str, Any] = {}
    if weights.delta:
        named = dict(enumerate(weights.labels))
        ids = {"id2label": named, "label2id": {label: number for number, label in named.items()}}
        head = {"num_labels": len(named), "config_kwargs": ids}
    try:
        model = getattr(sentence_transformers, kind)(
            str(weights.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
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


def check_batch_size(batch_size: int) -> None:
    """Refuse a batch size below 1.

    Raises:
        ValueError: It is.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")


def batches(
    model: Any, rows: Sequence[Any], size: int, progress: Progress
) -> Iterator[tuple[list[int], list[Any]]]:
    """Batches of rows of equal length in tokens, short ones first.

    Args:
        model: As `load` gives it.
        rows: n texts, or n pairs of texts.
        size: At most so many rows at once.
        progress: Told after each batch how many rows are done.

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
    done = 0
    for _, indices in sorted(by_length.items()):
        for start in range(0, len(indices), size):
            batch = indices[start : start + size]
            chosen = [rows[index] for index in batch]
            yield batch, chosen * _MIN_ROWS if len(chosen) < _MIN_ROWS else chosen
            done += len(batch)
            progress(done, len(rows))
