"""Candidates by the store's own indices: near by vectors, or by words, or by both.

What these find is scored anew from the vectors, so that every similarity in a report is exact.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.errors import InputError
from factcheck.index.extra import lance, row_set
from factcheck.index.shards import whole
from factcheck.index.table import reading
from factcheck.index.tending import A_PARTITION, VECTORS, WORDS, index_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue
    from factcheck.index.shards import Shard
    from factcheck.index.table import Table

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]

RRF = 60
"""The constant of reciprocal rank fusion, after Cormack, Clarke and Büttcher (2009)."""

LEAST_CELLS, MOST_CELLS = 32, 1_024
"""How many cells of the index over vectors are looked into; between these, two in three."""

_MOST_WORDS = 64


def approximate(
    table: Table, catalogue: Catalogue, queries: Vectors, k: int, *, filtered: bool
) -> Numbers:
    """About the nearest texts, by the store's index over the vectors.

    Of its cells many are looked into: a claim's 200 nearest are spread over them.

    Args:
        table: The index.
        catalogue: The texts to look among.
        queries: Float32, shape (q, d).
        k: How many a query.
        filtered: Whether the catalogue leaves rows out.

    Returns:
        Numbers of texts, shape (q, k and half as many), in no order; -1 where fewer were found.
        The index knows vectors only roughly: its best k are among these.
    """
    every = whole(table, catalogue)
    cells = table.rows // A_PARTITION
    room = min(k + k // 2, len(catalogue))
    probes = min(MOST_CELLS, max(LEAST_CELLS, 2 * cells // 3))
    asked = {"column": VECTORS, "k": room, "minimum_nprobes": probes}
    allowed = _allowed(every) if filtered else {}

    def near(query: NDArray[np.float32]) -> Numbers:
        with reading(table.place):
            told = table.data.scanner(
                columns=["_distance"],
                nearest={**asked, "q": query},
                with_row_address=True,
                **allowed,
            ).to_table()
        return _numbered(every, told["_rowaddr"].to_numpy(), room)

    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        return np.stack(list(pool.map(near, queries)))
    finally:
        pool.shutdown(cancel_futures=True)  # when interrupted, too


def lexical(
    table: Table, catalogue: Catalogue, texts: Sequence[str], k: int, *, filtered: bool
) -> Numbers:
    """The texts that share the most telling words with others, by BM25.

    Args:
        table: The index.
        catalogue: The texts to look among.
        texts: The claims'.
        k: How many a claim.
        filtered: Whether the catalogue leaves rows out.

    Returns:
        Numbers of texts, shape (q, k), best first, ties by number; -1 where no more share a word.

    Raises:
        InputError: The index has no index of words.
    """
    if WORDS not in index_names(table):
        raise InputError(
            f"{table.place}: has no index of its words; make it by: factcheck index compact "
            f"{table.place}"
        )
    every = whole(table, catalogue)
    found = np.full((len(texts), k), -1, np.int64)
    allowed = _allowed(every) if filtered else {}
    for row, text in enumerate(texts):
        with reading(table.place):
            told = table.data.scanner(
                columns=["_score"],
                full_text_query=_asked(text),
                limit=k,
                with_row_address=True,
                **allowed,
            ).to_table()
        order = _numbered(every, told["_rowaddr"].to_numpy(), told.num_rows)
        scores = told["_score"].to_numpy()
        best = np.lexsort((order, -scores))
        found[row, : len(best)] = order[best]
    return found


def fused(first: Numbers, second: Numbers, k: int) -> Numbers:
    """Two rankings as one, by reciprocal rank fusion.

    Args:
        first: Shape (q, m), best first; -1 for none.
        second: Shape (q, n), likewise.
        k: How many a query.

    Returns:
        Shape (q, k), best first, ties by number; -1 where there are fewer.
    """
    found = np.full((len(first), k), -1, np.int64)
    for row, both in enumerate(zip(first, second, strict=True)):
        scores: dict[int, float] = {}
        for ranking in both:
            for rank, number in enumerate(ranking[ranking >= 0].tolist(), start=1):
                scores[number] = scores.get(number, 0.0) + 1 / (RRF + rank)
        best = sorted(scores, key=lambda number: (-scores[number], number))[:k]
        found[row, : len(best)] = best
    return found


def _asked(text: str) -> Any:
    """The words of a text, none of which has to be there, and no sign of which is an operator."""
    words = "".join(c if c.isalnum() else " " for c in text).split()[:_MOST_WORDS]
    return lance().query.MatchQuery(" ".join(words), "text")


def _numbered(every: Shard, addresses: Any, room: int) -> Numbers:
    """The numbers of the texts that stand at addresses."""
    at = np.minimum(np.searchsorted(every.places, addresses), len(every.places) - 1)
    known = every.numbers[at[every.places[at] == addresses]]
    found = np.full(room, -1, np.int64)
    found[: len(known)] = known[:room]
    return found


def _allowed(every: Shard) -> dict[str, Any]:
    """What keeps the store's search to the rows of a catalogue."""
    rows = row_set(every.places.tolist())
    return {"row_addr_allowlist": rows, "prefilter": True}
