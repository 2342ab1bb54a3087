"""Vectors kept by content hash, so that a text is encoded once.

One SQLite file. SQLite's own locks make it safe under several processes, its
journal under a kill at any moment. A file that SQLite finds corrupt is put aside
and begun anew. The cache is never needed: where it cannot be read or written, the
work goes on without it, with one warning.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import warnings
import zlib
from contextlib import closing, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from factcheck.errors import FactcheckWarning, OutputError
from factcheck.inference import Progress, StandIn, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.stance import StanceModel

    Vectors = NDArray[np.float32]

T = TypeVar("T")

FILE_NAME = "vectors.sqlite3"
DEFAULT_MAX_BYTES = 1024 * 1024 * 1024

_VERSION = 1
_SCHEMA = f"""
PRAGMA page_size = 16384;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, sum INTEGER NOT NULL, used INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS by_use ON vectors (used);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
# A use is noted when the last note is older: a cached run then writes nothing.
_USE_INTERVAL = 3600
_CHUNK = 500
_TIMEOUT = 10.0


class CacheWarning(FactcheckWarning):
    """The cache could not be used, or had to be begun anew."""


class VectorCache:
    """Vectors by model and text.

    Args:
        folder: Where the file is; made when first written.
        max_bytes: What the file may hold, about; the least recently used go first.
        clock: Seconds since some moment; only the order of uses is told by it.
    """

    def __init__(
        self,
        folder: Path,
        max_bytes: int = DEFAULT_MAX_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Remember the place; nothing is opened yet."""
        self.path = folder / FILE_NAME
        self._max_bytes = max_bytes
        self._clock = clock

    def read(self, model: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are there: text to float32 of shape (d,)."""
        if not self.path.exists():
            return {}
        by_key = dict(zip(_keys(model, texts), texts, strict=True))
        found: dict[str, Vectors] = {}
        stale: list[bytes] = []
        now = int(self._clock())
        with self._guarded(), closing(self._open()) as db:
            for part in _chunks(list(by_key)):
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector, sum, used FROM vectors WHERE key IN ({marks})"  # noqa: S608 - only question marks are put in
                for key, blob, checksum, used in db.execute(query, part):
                    if isinstance(blob, bytes) and zlib.crc32(blob) == checksum:
                        found[by_key[key]] = np.frombuffer(blob, "<f4").astype(
                            np.float32, copy=False
                        )
                        if now - used > _USE_INTERVAL:
                            stale.append(key)
            if stale:
                rows = [(now, key) for key in stale]
                with db:
                    db.executemany("UPDATE vectors SET used=? WHERE key=?", rows)
        return found

    def write(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors, and let go of the least recently used beyond `max_bytes`."""
        now = int(self._clock())
        blobs = [row.astype("<f4").tobytes() for row in vectors.values()]
        keys = _keys(model, vectors)
        rows = [(key, blob, zlib.crc32(blob), now) for key, blob in zip(keys, blobs, strict=True)]
        with self._guarded():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as db, db:
                db.execute("BEGIN IMMEDIATE")
                db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?,?)", rows)
                self._evict(db)

    def complete(
        self, model: str, inputs: Mapping[str, T], run: Callable[[list[T]], Vectors]
    ) -> dict[str, Vectors]:
        """The vectors of all inputs: those that are there, and the rest run once and kept.

        Args:
            model: The model's fingerprint.
            inputs: What is run, by the text that it is kept under.
            run: The model, on the inputs that are missing.
        """
        known = self.read(model, list(inputs))
        missing = {text: value for text, value in inputs.items() if text not in known}
        if missing:
            fresh = dict(zip(missing, run(list(missing.values())), strict=True))
            self.write(model, fresh)
            known.update(fresh)
        return known

    def info(self) -> tuple[int, int]:
        """How many vectors there are, and how many bytes the file has."""
        if not self.path.exists():
            return 0, 0
        count = 0
        with self._guarded(), closing(self._open()) as db:
            (count,) = db.execute("SELECT count(*) FROM vectors").fetchone()
        return count, self.path.stat().st_size if self.path.exists() else 0

    def clear(self) -> int:
        """Delete all vectors; returns how many there were.

        Raises:
            OutputError: They cannot be deleted.
        """
        if not self.path.exists():
            return 0
        try:
            with closing(self._open()) as db:
                with db:
                    deleted = db.execute("DELETE FROM vectors").rowcount
                db.execute("VACUUM")
        except sqlite3.Error as error:
            raise OutputError(f"{self.path}: cannot be cleared: {error}") from None
        return deleted

    def _evict(self, db: sqlite3.Connection) -> None:
        """Delete rows until the pages in use are within bounds; their places are used again."""
        (count,) = db.execute("SELECT count(*) FROM vectors").fetchone()
        pages, free, size = (
            db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        excess = (pages - free) * size - self._max_bytes
        if excess <= 0 or not count:
            return
        # Somewhat more than needed, so that not every write evicts.
        share = min(1.0, excess / ((pages - free) * size) + 0.05)
        db.execute(
            "DELETE FROM vectors WHERE key IN (SELECT key FROM vectors ORDER BY used, key LIMIT ?)",
            (int(count * share) + 1,),
        )

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_TIMEOUT)
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if version != (_VERSION if tables else 0):
                raise sqlite3.DatabaseError("made by another version")
            if not tables:
                db.executescript(_SCHEMA)
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what goes wrong into a warning; put a corrupt file aside."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            passing = isinstance(error, sqlite3.OperationalError) and "no such" not in str(error)
            if passing:  # locked, full, read-only: neither corrupt nor another's
                _warn(f"the cache {self.path} is left out: {error}")
                return
            _warn(f"the cache {self.path} cannot be used ({error}) and is begun anew")
            self._put_aside()
        except OSError as error:
            _warn(f"the cache {self.path} is left out: {error.strerror}")

    def _put_aside(self) -> None:
        try:
            self.path.replace(self.path.with_suffix(".corrupt"))
            self.path.with_name(self.path.name + "-journal").unlink(missing_ok=True)
        except OSError as error:
            _warn(f"the cache {self.path} cannot be replaced: {error.strerror}")


class CachedEncoder(StandIn):
    """An encoder that asks the cache first.

    Args:
        inner: Encodes what the cache does not hold.
        cache: Where vectors are kept.
    """

    def __init__(self, inner: Encoder, cache: VectorCache) -> None:
        """Take on the inner encoder's identity."""
        super().__init__(inner)
        self._inner = inner
        self._cache = cache

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts, as the inner encoder gives them."""
        if not texts:
            return self._inner.encode(texts)
        known = self._cache.complete(
            self.fingerprint,
            dict(zip(texts, texts, strict=True)),
            lambda missing: self._inner.encode(missing, progress),
        )
        return _stacked(known, texts)


class CachedStance(StandIn):
    """A stance model that asks the cache first.

    Args:
        inner: Judges what the cache does not hold.
        cache: Where probabilities are kept, as vectors of three.
    """

    def __init__(self, inner: StanceModel, cache: VectorCache) -> None:
        """Take on the inner model's identity."""
        super().__init__(inner)
        self._inner = inner
        self._cache = cache

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Vectors:
        """Probabilities of pairs, as the inner model gives them."""
        if not pairs:
            return self._inner.judge(pairs)
        # As json.dumps(pair) would give them; texts are few where pairs are many.
        quoted = {text: json.dumps(text) for text in set(chain.from_iterable(pairs))}
        texts = [f"[{quoted[first]}, {quoted[second]}]" for first, second in pairs]
        known = self._cache.complete(
            self.fingerprint,
            dict(zip(texts, pairs, strict=True)),
            lambda missing: self._inner.judge(missing, progress),
        )
        return _stacked(known, texts)


def _stacked(known: Mapping[str, Vectors], texts: Sequence[str]) -> Vectors:
    """The vectors of texts as rows; for many short ones much faster than `np.stack`."""
    return np.concatenate([known[text] for text in texts]).reshape(len(texts), -1)


def _keys(model: str, texts: Iterable[str]) -> list[bytes]:
    """Of each text the sha256 of the model's fingerprint and the text's own sha256."""
    sha256, of = hashlib.sha256, model.encode()
    return [sha256(of + sha256(text.encode()).digest()).digest() for text in texts]


def _chunks(keys: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _warn(message: str) -> None:
    warnings.warn(message, CacheWarning, stacklevel=4)
