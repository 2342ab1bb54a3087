"""What the benchmarks of the index share: a made-up corpus, vectors for it, work in a process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from made_up import made_statements

from factcheck import weights
from factcheck.encoders import SentenceEncoder
from factcheck.inference import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from factcheck.records import Precision

    Vectors = NDArray[np.float32]

KINDS = ("ngo", "press", "analysis")
_A_SOURCE = 200
_TWICE = 50  # one in so many statements has the text of the one before, of another source
_NOISE = 0.35


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Statements as rows of JSON lines, 200 a source; the same count gives the same rows."""
    texts = made_statements(count)
    for number, own in enumerate(texts):
        source = number // _A_SOURCE
        text = texts[number - 1] if number % _TWICE == _TWICE - 1 else own
        yield {
            "id": f"n{number}",
            "text": text,
            "locator": f"para. {number % _A_SOURCE + 1}",
            "topics": [("media", "law", "land", "work")[number % 4]],
            "source": f"source-{source:06d}",
            "kind": KINDS[source % 3],
            "title": f"Letter {source} on the accord",
            "publisher": f"Publisher {source % 97}",
            "date": f"{2000 + source % 25}-{source % 12 + 1:02d}-01",
            "language": "en",
        }


def write_rows(path: Path, count: int) -> None:
    """Write them to a file."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows(count):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


class PartlyEncoded:
    """The packaged encoder for the first texts; the others get vectors of the same shape.

    A made-up vector lies between those of two encoded texts, chosen by the text's hash, with
    noise besides: unit rows that crowd where real ones do. How long encoding takes is measured
    on the texts that are encoded.

    Args:
        real: How many texts are encoded.
    """

    def __init__(self, real: int) -> None:
        """Load nothing yet."""
        self._inner = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
        self.name, self.sha256 = self._inner.name, self._inner.sha256
        self.fingerprint = self._inner.fingerprint
        self.precision: Precision = "f32"
        self._left = real
        self._known: Vectors = np.empty((0, 384), np.float32)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts."""
        if self._left > 0 or len(self._known) < 2:
            self._left -= len(texts)
            found: Vectors = self._inner.encode(texts, progress)
            self._known = np.concatenate([self._known, found])[:50_000]
            return found
        rng = np.random.default_rng([len(texts), *texts[0].encode()[:64]])
        picked = rng.integers(0, len(self._known), (2, len(texts)))
        made: Vectors = self._known[picked[0]] + self._known[picked[1]]
        noise = rng.standard_normal(made.shape, dtype=np.float32)
        made += noise * (_NOISE / np.sqrt(made.shape[1]))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def in_process(script: Path, *arguments: object) -> dict[str, Any]:
    """What a command of a script prints as JSON, run in a process of its own.

    Raises:
        RuntimeError: It failed.
    """
    words = [sys.executable, str(script), *map(str, arguments)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(words)}: {ran.stderr.strip()[-800:]}")
    told: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return told
