"""What an index holds under a filter: its keys in order, and where the vector of each stands.

Statements with one text are one candidate, known by the least of their keys: which of them was
written first makes no difference to a report. All is done on flat arrays of numbers, as a
million rows are to take some hundred megabytes and not a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.index.columns import damaged
from factcheck.index.extra import arrow
from factcheck.index.table import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from factcheck.index.table import Table

    Numbers = NDArray[np.int64]
    Addresses = NDArray[np.uint64]

_BATCH = 65_536
_HASH = 32


@dataclass(frozen=True)
class Catalogue:
    """The rows that a filter leaves, in the order of their keys, and their texts.

    A text's number is its place in the order of the least keys; ties are broken by it.

    Attributes:
        keys: Of the n rows: an Arrow array.
        addresses: Where the rows stand in the table, shape (n,).
        texts: The number of each row's text, shape (n,).
        first: Of each text the place of its least key, shape (t,).
        holders: Of each text where the row with its vector stands, shape (t,).
    """

    keys: Any
    addresses: Addresses
    texts: Numbers
    first: Numbers
    holders: Addresses

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self.first)

    @cached_property
    def standing(self) -> Numbers:
        """The texts in the order in which their vectors stand, shape (t,)."""
        return np.argsort(self.holders)

    def place(self, key: str) -> int | None:
        """The place of a row, from 0; None where there is none with this key."""
        found = int(arrow().compute.index(self.keys, key).as_py())
        return None if found < 0 else found

    def others(self, place: int) -> Numbers:
        """The places of the rows with the same text as that at a place, but for itself."""
        if len(self.keys) == len(self.first):
            return np.empty(0, np.int64)
        same: Numbers = np.flatnonzero(self.texts == self.texts[place])
        others: Numbers = same[same != place]
        return others


def digested(table: Table, catalogue: Catalogue) -> Iterator[memoryview]:
    """The `factcheck.corpus.digest` of each row of a catalogue, in its order, many at a time."""
    pa = arrow()
    standing, hashes = _hashes(table)
    places = np.searchsorted(standing, catalogue.addresses)
    binary, zero = pa.binary(), pa.scalar(b"\0", pa.binary())
    for start in range(0, len(places), _BATCH):
        part = slice(start, start + _BATCH)
        texts = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(_HASH), len(places[part]), [None, pa.py_buffer(hashes[places[part]])]
        )
        keys = catalogue.keys[part].cast(binary)
        told = pa.compute.binary_join_element_wise(keys, texts.cast(binary), zero)
        ends = np.frombuffer(told.buffers()[1], np.int32)
        yield memoryview(told.buffers()[2])[: ends[len(told)]]


def _hashes(table: Table) -> tuple[Addresses, NDArray[np.uint8]]:
    """Where all rows stand, ascending, and the sha256 of the text of each."""
    addresses, hashes = [np.empty(0, np.uint64)], [np.empty((0, _HASH), np.uint8)]
    with reading(table.place):
        for batch in _batches(table, ["text_sha256"], None):
            addresses.append(batch["_rowaddr"].to_numpy())
            hashes.append(_flat(batch["text_sha256"]).reshape(-1, _HASH))
    standing = np.concatenate(addresses)
    order = np.argsort(standing)
    return standing[order], np.concatenate(hashes)[order]


@dataclass(frozen=True)
class _Rows:
    """Rows as they are read: half of each text's hash in two numbers, and where they stand."""

    keys: Any
    high: Addresses
    low: Addresses
    addresses: Addresses


def catalogue_of(table: Table, where: str | None) -> Catalogue:
    """Read keys and hashes of the rows that a filter leaves.

    Raises:
        InputError: A row points to a text that no row holds.
    """
    pc = arrow().compute
    with reading(table.place):
        rows = _scanned(table, where)
        pointing = _scanned(table, "text IS NULL", keys=False)
        order = pc.sort_indices(rows.keys)
        keys = rows.keys.take(order).combine_chunks()
        at = order.to_numpy()
        rows = _Rows(keys, rows.high[at], rows.low[at], rows.addresses[at])
        # All others hold a text that is nobody else's.
        shared = np.flatnonzero(_among(rows.high, pointing.high))
        texts, first = _numbered(rows, shared)
        holders = rows.addresses[first]
        if len(shared):
            holding = _scanned(table, "text IS NOT NULL", keys=False) if where else rows
            several = np.unique(texts[shared])
            holders[several] = _holders(rows, first[several], holding, pointing)
    arrow().default_memory_pool().release_unused()  # what sorting took is not needed again
    return Catalogue(keys, rows.addresses, texts, first, holders)


def _scanned(table: Table, where: str | None, *, keys: bool = True) -> _Rows:
    pa = arrow()
    columns = ["key", "text_sha256"] if keys else ["text_sha256"]
    named, hashes, addresses = [], [np.empty((0, 2), np.uint64)], [np.empty(0, np.uint64)]
    for batch in _batches(table, columns, where):
        if keys:
            named.append(batch["key"])
        whole = _flat(batch["text_sha256"]).reshape(-1, _HASH)
        hashes.append(np.ascontiguousarray(whole[:, : _HASH // 2]).view(np.uint64))
        addresses.append(batch["_rowaddr"].to_numpy().copy())
    halves = np.concatenate(hashes)
    told = pa.chunked_array(named, pa.string())
    return _Rows(told, halves[:, 0].copy(), halves[:, 1].copy(), np.concatenate(addresses))


def _batches(table: Table, columns: list[str], where: str | None) -> Iterator[Any]:
    scanner = table.data.scanner(
        columns=columns, filter=where, batch_size=_BATCH, batch_readahead=2, with_row_address=True
    )
    yield from scanner.to_batches()


def _flat(column: Any) -> NDArray[np.uint8]:
    """A column of hashes as bytes."""
    start = column.offset * _HASH
    return np.frombuffer(column.buffers()[1], np.uint8)[start : start + len(column) * _HASH]


def _among(values: Addresses, some: Addresses) -> NDArray[np.bool_]:
    """Which values are among some, of which there are few."""
    known = np.unique(some)
    if not len(known):
        return np.zeros(len(values), bool)
    found: NDArray[np.bool_] = known[np.searchsorted(known[:-1], values)] == values
    return found


def _numbered(rows: _Rows, shared: Numbers) -> tuple[Numbers, Numbers]:
    """The number of each row's text, and the place at which each text comes first.

    Args:
        rows: In the order of their keys.
        shared: The places of those whose text may be another's too.
    """
    high, low = rows.high[shared], rows.low[shared]
    order = np.lexsort((low, high))  # stable: of one text the least place is first
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(high[order]) != 0) | (np.diff(low[order]) != 0)
    least = np.arange(len(rows.high))
    least[shared[order]] = shared[order[fresh]][np.cumsum(fresh) - 1]
    first = np.flatnonzero(least == np.arange(len(least)))
    return np.searchsorted(first, least), first


def _holders(rows: _Rows, places: Numbers, holding: _Rows, pointing: _Rows) -> Addresses:
    """Where the texts of rows at some places are held.

    Raises:
        InputError: A text is held nowhere.
    """
    wanted = rows.high[places], rows.low[places]
    here = _among(holding.high, wanted[0]) & ~_among(holding.addresses, pointing.addresses)
    found = _joined(wanted, (holding.high[here], holding.low[here]))
    if len(missing := np.flatnonzero(found < 0)):
        raise damaged(rows.keys[int(places[missing[0]])].as_py())
    return holding.addresses[here][found]


def _joined(wanted: tuple[Addresses, Addresses], held: tuple[Addresses, Addresses]) -> Numbers:
    """Of each hash that is wanted the place among those held; -1 where it is not there."""
    count = len(wanted[0])
    high, low = (np.concatenate(pair) for pair in zip(wanted, held, strict=True))
    order = np.lexsort((low, high))  # stable: what is wanted stands before what is held
    before, after = order[:-1], order[1:]
    same = (high[before] == high[after]) & (low[before] == low[after])
    met = same & (before < count) & (after >= count)
    found = np.full(count, -1, np.int64)
    found[before[met]] = after[met] - count
    return found
