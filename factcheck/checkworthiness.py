"""How likely a sentence asserts something that can be checked.

A logistic model over the packaged encoder's vector of a sentence and a few cues that a
vector does not hold: how long it is, whether it ends as a sentence does. Its weights stand in
`data/checkworthiness.json`; `training/checkworthiness.py` made them.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from factcheck.errors import DamagedWeightsError, ModelError
from factcheck.sentences import is_closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

WEIGHTS_FILE = Path(__file__).parent / "data" / "checkworthiness.json"
WEIGHTS_SHA256 = "c11b77fcc8d17ff29adef78a7ac69022d654c695d42e7bc69e2f43a01ba63027"
"""The sha256 of `WEIGHTS_FILE`, checked before use."""

CUES = ("words", "figure", "thanks", "hope", "open", "capitals")
"""What is read off the words of a sentence, in the order of the columns of `cues`."""

_READ = 4000  # characters of a sentence that are read; the encoder reads fewer
_MARKS = re.compile(r"[*#_]|<[^<>]{1,40}>")
_WORD = re.compile(r"[^\W\d_]{4,}")
_THANKS = re.compile(
    r"\b(?:thank|gratitude|grateful|appreciation (?:to|for)|hospitality|pay tribute|paid tribute"
    r"|condolence|congratulat|salute)",
    re.IGNORECASE,
)
_HOPE = re.compile(
    r"\b(?:hope[sd]?|look(?:s|ed|ing)? forward|call(?:s|ed|ing)? (?:up)?on|urge[sd]?|invite[sd]?"
    r"|encourage[sd]?|request(?:s|ed)?|instruct(?:s|ed)?|wish(?:es|ed)?|may)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_UNIT = 1e-3  # how far from 1 the length of a vector may be


@dataclass(frozen=True)
class Checkworthiness:
    """A logistic model over a sentence's vector and `CUES`.

    Attributes:
        encoder_sha256: Of the weights of the encoder that it was fitted on.
        threshold: The probability from which a sentence is proposed as a claim.
        intercept: Added to the weighted vector and cues.
        vector: One weight a component of the vector.
        cues: One weight a cue, in their order.
    """

    encoder_sha256: str
    threshold: float
    intercept: float
    vector: tuple[float, ...]
    cues: tuple[float, ...]

    def probabilities(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """The probability of each sentence; see `checkworthy`."""
        _check(vectors, len(texts), len(self.vector))
        told = self.intercept + vectors.astype(np.float64) @ np.array(self.vector)
        told += cues(texts) @ np.array(self.cues)
        return np.asarray(1 / (1 + np.exp(-np.clip(told, -50, 50))), np.float32)


def checkworthy(vectors: Vectors, texts: Sequence[str], *, encoder_sha256: str) -> Vectors:
    """How likely it is that a curator of claims would take each sentence.

    Args:
        vectors: Float32, shape (n, 384), rows of length 1: the sentences as the packaged
            encoder gives them.
        texts: The n sentences.
        encoder_sha256: Of the weights of the encoder that made the vectors.

    Returns:
        Float32, shape (n,), 0..1; those from `default_model().threshold` are proposed.

    Raises:
        ModelError: The vectors are another encoder's.
        DamagedWeightsError: The weights are not the ones they should be.
        ValueError: The vectors have another shape or type, or are no unit vectors.
    """
    model = default_model()
    if encoder_sha256 != model.encoder_sha256:
        raise ModelError(
            "check-worthiness is known for the vectors of the packaged encoder only: "
            f"its sha256 is {model.encoder_sha256}, given is {encoder_sha256}"
        )
    return model.probabilities(vectors, texts)


@cache
def default_model() -> Checkworthiness:
    """The model that comes with the package, verified.

    Raises:
        DamagedWeightsError: The weights are not the ones they should be.
    """
    return read_model(WEIGHTS_FILE, WEIGHTS_SHA256)


def read_model(path: Path, expected_sha256: str) -> Checkworthiness:
    """A model from its file.

    Raises:
        DamagedWeightsError: The file is missing, or its sha256 is another.
    """
    try:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
    except OSError as error:
        content, sha256 = b"", error.strerror or "unreadable"
    if sha256 != expected_sha256:
        raise DamagedWeightsError(
            f"the weights of check-worthiness in {path} are damaged or missing: "
            f"sha256 {sha256}, should be {expected_sha256}; "
            "reinstall them: pip install --force-reinstall --no-deps factcheck-cli"
        )
    told = json.loads(content)
    return Checkworthiness(
        encoder_sha256=told["encoder"]["sha256"],
        threshold=told["threshold"],
        intercept=told["intercept"],
        vector=tuple(told["vector"]),
        cues=tuple(told["cues"][name] for name in CUES),
    )


def cues(texts: Sequence[str]) -> NDArray[np.float64]:
    """What is read off the words of sentences: shape (n, 6), columns as `CUES`.

    `words` is the logarithm of 1 and the number of words; `capitals` the share of longer words
    with a capital, as titles have them; the others are 0 or 1: holds a figure, gives thanks,
    hopes or calls on somebody, is `open` at its end, without final punctuation or a list's "; and".
    """
    return np.array([_cues(text) for text in texts], np.float64).reshape(len(texts), len(CUES))


def _cues(text: str) -> tuple[float, ...]:
    read = _MARKS.sub("", text[:_READ])
    longer = _WORD.findall(read)
    capitals = sum(word[0].isupper() for word in longer)
    return (
        math.log1p(len(read.split())),
        float(_FIGURE.search(read) is not None),
        float(_THANKS.search(read) is not None),
        float(_HOPE.search(read) is not None),
        float(not is_closed(_MARKS.sub("", text[-_READ:]))),
        capitals / max(1, len(longer)),
    )


def _check(vectors: Vectors, count: int, width: int) -> None:
    if vectors.shape != (count, width) or vectors.dtype != np.float32:
        raise ValueError(
            f"vectors must be float32 of shape ({count}, {width}), one row a text, "
            f"not {vectors.dtype} of {vectors.shape}"
        )
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    if not np.all(np.abs(lengths - 1) <= _UNIT):
        raise ValueError("vectors must have rows of length 1")
