"""A cross-encoder as the stance model: any that was trained for natural-language inference.

The statement is the premise, the claim the hypothesis: what entails a claim supports
it, what contradicts it opposes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.errors import ModelError
from factcheck.inference import Progress, silent
from factcheck.running import BY_DEFAULT, Execution, Runner
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.records import Weights
    from factcheck.stance import Probabilities

_MEANINGS = {
    "opposes": ("oppose", "contra", "refut", "disagree"),
    "neutral": ("neutral", "nei", "not_enough", "not enough", "unrelated"),
    "supports": ("support", "entail", "agree"),
}


class CrossEncoderStance:
    """A stance model that runs a cross-encoder: on the CPU the packaged one compiled.

    The model is loaded when the first pair comes. On the CPU a pair's probabilities do not
    depend on what it was batched with (tests/test_stance_model.py measures it).

    Args:
        weights: A verified model; its configuration names three labels.
        execution: How it is run.
        before: Called before the model is loaded, to make room, as `SentenceEncoder.let_go`.

    Raises:
        ModelError: The model, or the machine, cannot be run so.
    """

    def __init__(
        self,
        weights: Weights,
        execution: Execution = BY_DEFAULT,
        before: Callable[[], None] | None = None,
    ) -> None:
        """Remember the model; nothing is loaded yet."""
        self._runner = Runner("CrossEncoder", weights, execution, before)
        self.name = weights.name
        self.sha256 = weights.sha256
        self.fingerprint = self._runner.fingerprint
        self.precision = self._runner.precision

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs: float32, shape (n, 3), columns as `LABELS`.

        Raises:
            ModelError: The model will not load, or its labels are not understood.
        """
        progress(0, len(pairs))
        order = columns(self.name, self._runner.labels())
        logits = self._runner.run(pairs, progress)[:, order]
        return softmax(logits.astype(np.float64))


def columns(name: str, id2label: Mapping[int, str]) -> list[int]:
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
