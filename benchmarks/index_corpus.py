"""What the benchmarks of the index share: a made-up corpus, vectors for it, work in a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from made_up import made_statements

from factcheck import weights
from factcheck.encoders import SentenceEncoder
from factcheck.inference import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from factcheck.records import Precision

    Vectors = NDArray[np.float32]

KINDS = ("ngo", "press", "analysis")
_A_SOURCE = 200
_TWICE = 50  # one in so many statements has the text of the one before, of another source
_NOISE = 0.35
_KNOWN = 50_000


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

    Attributes:
        encoded: How many were.
        encoding: Seconds that took.
        making: Seconds that the other vectors took.
    """

    def __init__(self, real: int) -> None:
        """Load nothing yet."""
        self._inner = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
        self.name, self.sha256 = self._inner.name, self._inner.sha256
        self.fingerprint = self._inner.fingerprint
        self.precision: Precision = "f32"
        self._left = real
        self._known: Vectors = np.empty((0, 384), np.float32)
        self.encoded, self.encoding, self.making = 0, 0.0, 0.0

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts."""
        start = time.perf_counter()
        some = min(len(texts), max(self._left, 2 - len(self._known)))
        found: Vectors = np.empty((0, 384), np.float32)
        if some > 0:
            found = self._inner.encode(texts[:some], progress)
            self._left, self.encoded = self._left - some, self.encoded + some
            self._known = np.concatenate([self._known, found])[:_KNOWN]
        real = time.perf_counter()
        made = self._between(texts[max(0, some) :])
        self.encoding += real - start
        self.making += time.perf_counter() - real
        return np.concatenate([found, made]) if len(found) else made

    def _between(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, 384), np.float32)
        rng = np.random.default_rng([len(texts), *texts[0].encode()[:64]])
        picked = rng.integers(0, len(self._known), (2, len(texts)))
        made: Vectors = self._known[picked[0]] + self._known[picked[1]]
        noise = rng.standard_normal(made.shape, dtype=np.float32)
        made += noise * (_NOISE / np.sqrt(made.shape[1]))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def in_process(script: Path, *arguments: object, limit: float | None = None) -> dict[str, Any]:
    """What a command of a script prints as JSON, run in a process of its own.

    Args:
        script: A Python file.
        arguments: Its command line.
        limit: Seconds after which it is ended, and all that it started.

    Raises:
        RuntimeError: It failed.
        TimeoutError: It took longer.
    """
    words = [sys.executable, str(script), *map(str, arguments)]
    child = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        told, wrong = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"not done in {limit:.0f} s") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    if child.returncode:
        raise RuntimeError(f"{' '.join(words)}: {wrong.strip()[-800:]}")
    found: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return found


def peak_mib() -> float:
    """The most memory that this process had, in MiB; `getrusage` would tell of its parent too."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def folder_bytes(folder: Path) -> int:
    """The size of all files in a folder and below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
