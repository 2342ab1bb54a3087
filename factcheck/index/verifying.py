"""Whether an index is sound: hashes, pointers, vectors, and a sample encoded anew."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.errors import InputError
from factcheck.index.columns import PLACED, Records
from factcheck.index.entries import hashed
from factcheck.index.extra import arrow
from factcheck.index.header import check_header
from factcheck.index.table import reading
from factcheck.index.writing import UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.index.table import Table

    Vectors = NDArray[np.float32]

SAMPLE = 256
"""How many texts are encoded anew."""

NEAR = 1e-4
"""So far a vector may be from that of the same text encoded anew, in any of its values."""

_MOST = 20
_UNREADABLE = "the files cannot be read"
_BATCH = 4_096


@dataclass(frozen=True)
class Fault:
    """What is wrong with rows of an index.

    Attributes:
        what: What is wrong.
        keys: Some of the rows.
        rows: How many there are.
    """

    what: str
    keys: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    Attributes:
        rows: How many were read.
        encoded: How many texts were encoded anew.
        faults: What is wrong; none where the index is sound.
        mends: The commands that mend it.
    """

    rows: int
    encoded: int
    faults: tuple[Fault, ...]
    mends: tuple[str, ...]


class _Found:
    """Faults as they are found, a few keys of each."""

    def __init__(self) -> None:
        self._keys: dict[str, list[str]] = {}
        self._rows: dict[str, int] = {}

    def add(self, what: str, keys: Iterable[str]) -> None:
        for key in keys:
            self._rows[what] = self._rows.get(what, 0) + 1
            kept = self._keys.setdefault(what, [])
            if len(kept) < _MOST:
                kept.append(key)

    def faults(self) -> tuple[Fault, ...]:
        return tuple(
            Fault(what, tuple(keys), self._rows[what]) for what, keys in self._keys.items()
        )


def verify(
    table: Table,
    encoder: Encoder | None,
    *,
    sample: int = SAMPLE,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verified:
    """Read all of an index.

    Args:
        table: The index.
        encoder: What encodes a sample anew; None for no sample.
        sample: Of how many texts, spread over the table.
        progress: Told how many rows are read.

    Raises:
        InputError: The index was made with another encoder.
    """
    if encoder is not None:
        check_header(table.header, encoder, table.place)
    found = _Found()
    step = max(1, table.rows // max(1, sample))
    kept: list[tuple[str, str, Vectors]] = []
    rows = 0
    try:
        _across(table, found)
        for batch in _batches(table):
            _rows(batch, found)
            _vectors(batch, found)
            kept += islice(_sampled(batch, -rows % step, step), max(0, sample - len(kept)))
            rows += batch.num_rows
            progress(rows, table.rows)
    except (InputError, OSError, ValueError, RuntimeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0][:300]
        found.add(f"{_UNREADABLE}: {first}", ["(all)"])
    if encoder is not None and kept:
        _again(kept, encoder, found)
    faults = found.faults()
    return Verified(rows, len(kept) if encoder else 0, faults, _mends(table, faults))


def _batches(table: Table) -> Iterator[Any]:
    columns = [*PLACED, "source_sha256", "content_sha256", "text_sha256", "text", "vector"]
    scanner = table.data.scanner(
        columns=columns, batch_size=_BATCH, batch_readahead=1, fragment_readahead=1
    )
    yield from scanner.to_batches()


def _across(table: Table, found: _Found) -> None:
    """What only all rows together tell: keys given twice, texts without a vector or with two."""
    pc = arrow().compute
    with reading(table.place):
        columns = {"key": "key", "text_sha256": "text_sha256", "first": "text IS NOT NULL"}
        told = table.data.scanner(columns=columns, batch_size=65_536).to_table()
    counted = told.group_by("key").aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1))
    found.add("the key stands twice", twice["key"].to_pylist())
    firsts = told.filter(told["first"])
    counted = firsts.group_by("text_sha256").aggregate([([], "count_all"), ("key", "max")])
    twice = counted.filter(pc.greater(counted["count_all"], 1))
    found.add("the text is held by another row too", twice["key_max"].to_pylist())
    held = pc.is_in(told["text_sha256"], value_set=firsts["text_sha256"].combine_chunks())
    lost = told.filter(pc.invert(held))
    found.add("points to a text that no row holds", lost["key"].to_pylist())


def _rows(batch: Any, found: _Found) -> None:
    """Hashes of each row, and whether it can be read as a statement."""
    records = Records()
    rows = batch.drop_columns(["vector"]).to_pylist()
    for row in rows:
        key, text = row["key"], row["text"]
        if key != f"{row['source']}/{row['id']}":
            found.add("the key is not that of its source and id", [key])
        if text is not None and hashlib.sha256(text.encode()).digest() != row["text_sha256"]:
            found.add("the text is not that of its hash", [key])
        try:
            # A text is checked where it stands: no hash here is of the text itself.
            entry = hashed(
                records.statement(row, "-" if text is None else text), row["text_sha256"]
            )
        except InputError:
            found.add("cannot be read as a statement", [key])
            continue
        if entry.content_sha256 != row["content_sha256"]:
            found.add("the fields are not those of their hash", [key])
        elif entry.source_sha256 != row["source_sha256"]:
            found.add("the source's fields are not those of their hash", [key])


def _vectors(batch: Any, found: _Found) -> None:
    pc = arrow().compute
    firsts = pc.is_valid(batch["text"]).to_numpy(zero_copy_only=False)
    present = pc.is_valid(batch["vector"]).to_numpy(zero_copy_only=False)
    keys = np.array(batch["key"].to_pylist(), object)
    found.add("has a text and no vector", keys[firsts & ~present])
    found.add("has a vector and no text", keys[present & ~firsts])
    rows = _matrix(batch)
    finite = np.isfinite(rows).all(axis=1)
    found.add("the vector holds what is no number", keys[present & ~finite])
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(np.linalg.norm(rows.astype(np.float64), axis=1) - 1) > UNIT
    found.add("the vector is not of length 1", keys[present & finite & off])


def _sampled(batch: Any, start: int, step: int) -> Iterator[tuple[str, str, Vectors]]:
    rows = _matrix(batch)
    for n in range(start, batch.num_rows, step):
        text = batch["text"][n].as_py()
        if text is not None:
            yield batch["key"][n].as_py(), text, rows[n].copy()


def _matrix(batch: Any) -> Vectors:
    column = batch["vector"]
    values = column.values.to_numpy(zero_copy_only=False)
    rows: Vectors = values.reshape(-1, column.type.list_size)
    return rows[column.offset : column.offset + len(column)]


def _again(kept: list[tuple[str, str, Vectors]], encoder: Encoder, found: _Found) -> None:
    anew = encoder.encode([text for _, text, _ in kept])
    for (key, _, vector), fresh in zip(kept, anew, strict=True):
        if not np.allclose(vector, fresh, rtol=0, atol=NEAR):
            found.add("the vector is not that of its text", [key])


def _mends(table: Table, faults: Iterable[Fault]) -> tuple[str, ...]:
    """Rows that are wrong are taken out and added again; files that are damaged are made anew."""
    place = shlex.quote(table.place)
    keys = sorted({key for fault in faults for key in fault.keys})
    if not keys:
        return ()
    lost = any(fault.what.startswith(_UNREADABLE) for fault in faults) or any(
        fault.rows > len(fault.keys) for fault in faults
    )
    if lost:
        return (f"factcheck index build CORPUS -o {place} --replace",)
    named = " ".join(f"--key {shlex.quote(key)}" for key in keys)
    return (f"factcheck index remove {place} {named}", f"factcheck index add {place} CORPUS")
