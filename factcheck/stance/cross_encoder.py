"""A cross-encoder as the stance model: any that was trained for natural-language inference.

The statement is the premise, the claim the hypothesis: what entails a claim supports
it, what contradicts it opposes it.
"""

from __future__ import annotations

from logging import ERROR, getLogger
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.errors import ModelError
from factcheck.stance import LABELS, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.records import Weights
    from factcheck.stance import Probabilities

_MEANINGS = {
    "opposes": ("oppose", "contra", "refut", "disagree"),
    "neutral": ("neutral", "nei", "not_enough", "not enough", "unrelated"),
    "supports": ("support", "entail", "agree"),
}
_MIN_ROWS = 2


class CrossEncoderStance:
    """A stance model that runs a cross-encoder on the CPU.

    The model is loaded when the first pair comes. As with the encoder, pairs are
    batched with others of the same length in tokens, never fewer than two at once, so
    that a pair's probabilities do not depend on what it was batched with.

    Args:
        weights: A verified model; its configuration names three labels.
        batch_size: At most so many pairs at once.
    """

    def __init__(self, weights: Weights, batch_size: int = 32) -> None:
        """Remember the model; nothing is loaded yet."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = weights.fingerprint
        self._weights = weights
        self._batch_size = batch_size
        self._model: Any = None
        self._columns: list[int] = []

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs: float32, shape (n, 3), columns as `LABELS`.

        Raises:
            ModelError: The model will not load, or its labels are not understood.
        """
        progress(0, len(pairs))
        if self._model is None:
            self._model = _load(self._weights)
            self._columns = columns(self.name, self._model.config.id2label)
        logits = np.empty((len(pairs), len(LABELS)), np.float64)
        done = 0
        for batch in self._batches(pairs):
            logits[batch] = self._run([pairs[index] for index in batch])[:, self._columns]
            done += len(batch)
            progress(done, len(pairs))
        return softmax(logits)

    def _batches(self, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
        """Indices of pairs of equal token length, short ones first."""
        by_length: dict[int, list[int]] = {}
        for start in range(0, len(pairs), 1024):
            part = [list(pair) for pair in pairs[start : start + 1024]]
            lengths = self._model.preprocess(part)["attention_mask"].sum(dim=1).tolist()
            for index, length in enumerate(lengths, start=start):
                by_length.setdefault(length, []).append(index)
        size = self._batch_size
        return [
            indices[start : start + size]
            for _, indices in sorted(by_length.items())
            for start in range(0, len(indices), size)
        ]

    def _run(self, pairs: list[tuple[str, str]]) -> NDArray[np.float32]:
        import torch  # noqa: PLC0415 - seconds to import; a warm cache needs none of it

        filled = pairs * _MIN_ROWS if len(pairs) < _MIN_ROWS else pairs
        logits: NDArray[np.float32] = self._model.predict(
            filled,
            batch_size=len(filled),
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
        )
        return logits[: len(pairs)]


def columns(name: str, id2label: dict[int, str]) -> list[int]:
    """Which column of a model's output is which of `LABELS`.

    Raises:
        ModelError: The model's labels are not three that can be understood.
    """
    found = {}
    for number, label in id2label.items():
        for meaning, beginnings in _MEANINGS.items():
            if str(label).lower().startswith(beginnings):
                found[meaning] = int(number)
    if len(id2label) != len(LABELS) or len(found) != len(LABELS):
        labels = ", ".join(map(str, id2label.values()))
        raise ModelError(
            f"model {name!r}: its labels ({labels}) are not those of natural-language inference: "
            "contradiction, neutral, entailment"
        )
    return [found[label] for label in LABELS]


def softmax(logits: NDArray[np.float64]) -> Probabilities:
    """Rows of logits to rows of probabilities, float32."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def _load(weights: Weights) -> Any:
    import torch  # noqa: PLC0415 - seconds to import; a warm cache needs none of it
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - likewise
    from transformers.utils import logging  # noqa: PLC0415 - likewise

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    getLogger("sentence_transformers").setLevel(ERROR)
    try:
        model = CrossEncoder(
            str(weights.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
    except Exception as error:
        first = str(error).strip().splitlines()[:1] or [type(error).__name__]
        place = f"{weights.name!r} will not load from {weights.folder}"
        raise ModelError(f"model {place}: {first[0]}") from error
    return model.eval()
