"""A cross-encoder as the stance model: any that was trained for natural-language inference.

The statement is the premise, the claim the hypothesis: what entails a claim supports
it, what contradicts it opposes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.compiled import Backend, CompiledModel, Precision, compiles, fingerprint
from factcheck.errors import ModelError
from factcheck.inference import Progress, batches, check_batch_size, load, silent
from factcheck.stance import LABELS

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


class CrossEncoderStance:
    """A stance model that runs a cross-encoder on the CPU.

    The model is loaded when the first pair comes. A pair's probabilities do not depend on
    what it was batched with (tests/test_stance_model.py measures it).

    Args:
        weights: A verified model; its configuration names three labels.
        batch_size: At most so many pairs at once.
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
        self._columns: list[int] = []

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs: float32, shape (n, 3), columns as `LABELS`.

        Raises:
            ModelError: The model will not load, or its labels are not understood.
        """
        progress(0, len(pairs))
        if self._compiled:
            self._model = self._model or CompiledModel(self._weights, self._precision)
            order = columns(self.name, dict(enumerate(self._weights.labels)))
            told = self._model(pairs, self._batch_size, progress)[:, order]
            return softmax(told.astype(np.float64))
        if self._model is None:
            self._model = load("CrossEncoder", self._weights)
            self._columns = columns(self.name, self._model.config.id2label)
        from torch.nn import Identity  # noqa: PLC0415 - loaded by now, with the model

        logits = np.empty((len(pairs), len(LABELS)), np.float64)
        for batch, rows in batches(self._model, pairs, self._batch_size, progress):
            given: NDArray[np.float32] = self._model.predict(
                rows, batch_size=len(rows), activation_fn=Identity(), show_progress_bar=False
            )
            logits[batch] = given[: len(batch), self._columns]
        return softmax(logits)


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
