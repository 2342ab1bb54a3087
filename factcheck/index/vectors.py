"""The vectors of an index, block by block, so that memory does not grow with the corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.errors import InputError
from factcheck.index.shards import Shard, whole
from factcheck.index.table import reading
from factcheck.search import pair_scores, top_k_of_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue
    from factcheck.index.table import Table

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]
    Addresses = NDArray[np.uint64]
    Figures = NDArray[np.float64]

_BLOCK = 8_192
_TAKEN = 4_096
_FEW = 8
_BUFFER = 32 << 20
_AHEAD = 4  # blocks read while one is looked at; more is no quicker


def nearest(
    table: Table, catalogue: Catalogue, queries: Vectors, k: int
) -> tuple[Figures, Numbers]:
    """The exact nearest texts, as `top_k` finds them in a matrix.

    Args:
        table: The index.
        catalogue: The texts to look among.
        queries: Float32, shape (q, d).
        k: How many a query.

    Returns:
        Scores and numbers of texts, each of shape (q, min(k, t)), best first.
    """
    return nearest_in(table, whole(table, catalogue), queries, k)


def nearest_in(table: Table, shard: Shard, queries: Vectors, k: int) -> tuple[Figures, Numbers]:
    """The same, of the texts of a shard."""
    with reading(table.place):
        return top_k_of_blocks(queries, blocks_of(table, shard), k)


def blocks(table: Table, catalogue: Catalogue) -> Iterator[tuple[Vectors, Numbers]]:
    """The vectors of a catalogue's texts with their numbers, in the order of the table."""
    return blocks_of(table, whole(table, catalogue))


def blocks_of(table: Table, shard: Shard) -> Iterator[tuple[Vectors, Numbers]]:
    """The vectors of a shard's texts with their numbers, in the order of the table."""
    places, numbers = shard.places, shard.numbers
    if len(places) * _FEW < shard.rows:
        for start in range(0, len(places), _TAKEN):
            part = slice(start, start + _TAKEN)
            yield taken(table, places[part]), numbers[part]
        return
    missing = len(places)
    for batch in _scan(table, shard):
        standing = batch["_rowaddr"].to_numpy()
        at = np.searchsorted(places, standing)
        at[at == len(places)] = 0
        wanted = places[at] == standing if len(places) else np.zeros(len(standing), bool)
        found = _matrix(batch["vector"])
        missing -= int(wanted.sum())
        if wanted.all():
            yield found, numbers[at]
        else:
            yield found[wanted], numbers[at[wanted]]
    if missing:
        what = f"{missing:,} vectors are not where they should stand"
        raise InputError(f"{table.place}: {what}; run `factcheck index verify` on it")


def _scan(table: Table, shard: Shard) -> Iterator[Any]:
    asked: dict[str, Any] = {}
    if shard.fragments is not None:
        asked["fragments"] = [table.data.get_fragment(number) for number in shard.fragments]
    if shard.span is not None:
        asked["offset"], asked["limit"] = shard.span
    scanner = table.data.scanner(
        columns=["vector"],
        with_row_address=True,
        batch_size=_BLOCK,
        batch_readahead=_AHEAD,
        fragment_readahead=1,
        io_buffer_size=_BUFFER,
        **asked,
    )
    yield from scanner.to_batches()


def taken(table: Table, addresses: Addresses) -> Vectors:
    """The vectors of some rows: float32, shape (n, d), in the order of the addresses."""
    rows = table.data._take_rows(addresses.tolist(), ["vector"])  # noqa: SLF001 - the only way by address
    return _matrix(rows["vector"].combine_chunks())


def _matrix(column: Any) -> Vectors:
    """A column of vectors as rows; those that are missing hold anything."""
    width = column.type.list_size
    values = column.values.to_numpy(zero_copy_only=False)
    rows: Vectors = values.reshape(-1, width)[column.offset : column.offset + len(column)]
    return rows


def similarities(table: Table, catalogue: Catalogue, queries: Vectors, numbers: Numbers) -> Figures:
    """The exact similarity of each query to some texts of its own.

    Args:
        table: The index.
        catalogue: What the numbers are of.
        queries: Float32, shape (q, d).
        numbers: Shape (q, n); -1 for none.

    Returns:
        Cosines, shape (q, n); 0 where there is none.
    """
    scores = np.zeros(numbers.shape)
    wanted = np.unique(numbers[numbers >= 0])
    ordered = wanted[np.argsort(catalogue.holders[wanted])]
    for start in range(0, len(ordered), _TAKEN):
        part = ordered[start : start + _TAKEN]
        with reading(table.place):
            block = taken(table, catalogue.holders[part])
        sorted_ = np.argsort(part)
        at = np.searchsorted(part, numbers, sorter=sorted_)
        at[at == len(part)] = 0
        columns = sorted_[at]
        which, place = np.nonzero(part[columns] == numbers)
        scores[which, place] = pair_scores(queries, block, which, columns[which, place])
    return scores
