"""What an index holds, in few bytes a row: hashes of keys, contents and texts, in sorted arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from factcheck.index.entries import DIGEST, key_digest
from factcheck.index.extra import arrow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.index.entries import Entry
    from factcheck.index.table import Table

State = Literal["new", "same", "changed"]
"""How an entry stands to an index: its key is not there, there as it is, or there otherwise."""

_FOLD = 65_536
_TYPE = f"S{DIGEST}"
_BATCH = 65_536
_WHOLE = 32


class Digests:
    """Many hashes of 16 bytes, each with a value of as many."""

    def __init__(self, keys: bytes = b"", values: bytes | None = None) -> None:
        """Take hashes laid end to end, in any order; without values each is its own."""
        found = np.frombuffer(keys, _TYPE)
        self._keys, first = np.unique(found, return_index=True)
        self._values = self._keys if values is None else np.frombuffer(values, _TYPE)[first]
        self._fresh: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._keys) + len(self._fresh)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key; None where it is not there."""
        if key in self._fresh:
            return self._fresh[key]
        at = int(np.searchsorted(self._keys, np.array(key, _TYPE)))
        # Numpy drops the zeros at the end, which all hashes have the same room for.
        if at < len(self._keys) and self._keys[at] == key.rstrip(b"\0"):
            return bytes(self._values[at]).ljust(DIGEST, b"\0")
        return None

    def add(self, key: bytes, value: bytes) -> None:
        """Put in one that is not there, or that has another value from now on."""
        self._fresh[key] = value
        if len(self._fresh) >= _FOLD:
            self._fold()

    def _fold(self) -> None:
        keys = np.concatenate([np.array(list(self._fresh), _TYPE), self._keys])
        values = np.concatenate([np.array(list(self._fresh.values()), _TYPE), self._values])
        self._keys, first = np.unique(keys, return_index=True)  # the first is the fresh one
        self._values, self._fresh = values[first], {}


class Held:
    """What is in an index at a version.

    Args:
        table: The index.
    """

    def __init__(self, table: Table) -> None:
        """Read the hashes of all rows: 48 bytes each."""
        self.table = table
        keys, contents, texts = bytearray(), bytearray(), bytearray()
        self._sources: dict[str, bytes] = {}
        columns = ["key", "content_sha256", "text_sha256", "source", "source_sha256"]
        for batch in table.data.scanner(columns=columns, batch_size=_BATCH).to_batches():
            keys += b"".join(map(key_digest, batch["key"].to_pylist()))
            contents += _cut(batch["content_sha256"])
            texts += _cut(batch["text_sha256"])
            self._sources |= _sources(batch)
        self._keys = Digests(bytes(keys), bytes(contents))
        self._texts = Digests(bytes(texts))

    def state(self, entry: Entry) -> State:
        """How an entry stands to what is there."""
        known = self._keys.get(entry.key_digest)
        if known is None:
            return "new"
        return "same" if known == entry.content_sha256[:DIGEST] else "changed"

    def has_text(self, text_sha256: bytes) -> bool:
        """Whether a row holds this text."""
        return self._texts.get(text_sha256[:DIGEST]) is not None

    def source(self, source_id: str) -> bytes | None:
        """The hash of a source's fields; None where it is not there."""
        return self._sources.get(source_id)

    def add(self, table: Table, entries: Iterable[Entry]) -> None:
        """Take note of what was put in, and of the version that holds it."""
        self.table = table
        for entry in entries:
            self._keys.add(entry.key_digest, entry.content_sha256[:DIGEST])
            short = entry.text_sha256[:DIGEST]
            if self._texts.get(short) is None:
                self._texts.add(short, short)
            self._sources[entry.statement.source.id] = entry.source_sha256


def _cut(column: Any) -> bytes:
    """The first bytes of each hash of a column, end to end."""
    flat = np.frombuffer(column.buffers()[1], np.uint8)
    rows = flat[column.offset * _WHOLE : (column.offset + len(column)) * _WHOLE]
    return rows.reshape(-1, _WHOLE)[:, :DIGEST].tobytes()


def _sources(batch: Any) -> dict[str, bytes]:
    pa = arrow()
    told = pa.table({name: batch[name] for name in ("source", "source_sha256")})
    found = told.group_by("source").aggregate([("source_sha256", "max")]).to_pydict()
    return dict(zip(found["source"], found["source_sha256_max"], strict=True))
