"""Exact nearest neighbours by blocked matrix products.

The products of a tile, some rows by some queries, are filtered by each query's threshold, its
k-th best so far, and only what passes waits; so the memory is bounded by the tiles, not by the
corpus, which may be an array or a stream of blocks. Products of float32 depend in their last bits
on the shape of the tile, so the few that still wait at a block's end are scored anew, one pair at
a time in float64: scores and ties depend neither on how the work was cut nor on the order in which
the blocks come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Scores = NDArray[np.float64]
    Ids = NDArray[np.int64]
    Found = tuple[Scores, Ids]
    Room = tuple[Vectors, NDArray[np.bool_]]

_QUERY_BLOCK = 1024
_ROW_BLOCK = 16_384
_TILE = 1 << 20  # products, 4 MiB: they are filtered while they are in the cache
_NEAR_ROWS = 2048  # measured, and multiplied while they are in the cache
_PAIR_BLOCK = 128  # two blocks of float64 stay in a core's own cache
_WAITING = 1 << 19
_NOBODY = np.iinfo(np.int64).max
_TINY = float(np.finfo(np.float32).tiny)


def top_k(
    queries: Vectors, corpus: Vectors, k: int, *, row_block: int = _ROW_BLOCK
) -> tuple[Scores, Ids]:
    """The k rows of a corpus with the greatest inner product with each query.

    For unit rows the inner product is the cosine similarity, -1..1. Ties go to the
    lower row index.

    Args:
        queries: Float32, shape (q, d).
        corpus: Float32, shape (n, d).
        k: At least 1; where the corpus has fewer rows, all of them are returned.
        row_block: How many rows are multiplied at once, at most.

    Returns:
        Scores, float64, and row indices, int64, each of shape (q, min(k, n)), best
        first.

    Raises:
        ValueError: A shape, a type or k is not as above, or a value is not finite.
    """
    _check("corpus", corpus)
    if k < 1 or row_block < 1:
        raise ValueError(f"k and row_block must be at least 1, not {k} and {row_block}")
    whole = corpus, np.arange(len(corpus))
    return _top_k(queries, [whole], min(k, max(1, len(corpus))), row_block)


def top_k_of_blocks(
    queries: Vectors, blocks: Iterable[tuple[Vectors, Ids]], k: int
) -> tuple[Scores, Ids]:
    """The same, of a corpus that comes block by block; the result is that of the whole.

    Args:
        queries: Float32, shape (q, d).
        blocks: Rows, float32 of shape (m, d), and an id of each, int64 of shape (m,); no id
            comes twice, and ties go to the lower one. A block is not looked at again.
        k: At least 1; where fewer rows come, all of them are returned.

    Returns:
        Scores, float64, and ids, int64, each of shape (q, min(k, n)), best first.

    Raises:
        ValueError: A shape, a type or k is not as above, or a value is not finite.
    """
    return _top_k(queries, blocks, k, _ROW_BLOCK)


def _top_k(
    queries: Vectors, blocks: Iterable[tuple[Vectors, Ids]], k: int, row_block: int
) -> tuple[Scores, Ids]:
    _check("queries", queries)
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    # Twice the greatest rounding error of a float32 inner product with rows of length 1.
    slack = 2 * float(np.finfo(np.float32).eps) * queries.shape[1] * _longest("queries", queries)
    step = max(1, min(_QUERY_BLOCK, len(queries), _TILE // k))
    rows = min(row_block, max(1, _TILE // step))
    room = np.empty(rows * step, np.float32), np.empty(rows * step, bool)
    starts = range(0, max(1, len(queries)), step)  # rows are checked in any case
    searches = [_Search(queries[start : start + step], k, slack) for start in starts]
    seen = 0
    for block, names in blocks:
        _check_block(queries, block, names)
        for search in searches:
            search.run(block, names, rows, room)
        seen += len(block)
    for search in searches:
        search.merge()
    scores = np.vstack([search.best for search in searches])
    return scores[:, :seen], np.vstack([search.ids for search in searches])[:, :seen]


def _check(name: str, vectors: Vectors) -> None:
    if vectors.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"{name} must have the shape (rows, columns), not {vectors.shape}")
    if vectors.dtype != np.float32:
        raise ValueError(f"{name} must be float32, not {vectors.dtype}")


def _check_block(queries: Vectors, block: Vectors, names: Ids) -> None:
    _check("corpus", block)
    if queries.shape[1] != block.shape[1]:
        shapes = f"{queries.shape} and {block.shape}"
        raise ValueError(f"queries and corpus differ in their columns: {shapes}")
    if names.shape != (len(block),):
        raise ValueError(f"{len(block)} rows need as many ids, not {names.shape}")


def _longest(name: str, vectors: Vectors) -> float:
    """A length that no row exceeds; a row that holds what is no number has none."""
    square = float(np.vecdot(vectors, vectors).max(initial=0.0))
    if not np.isfinite(square):
        raise ValueError(f"{name} hold values that are not finite")
    return float(np.sqrt(square + vectors.shape[1] * _TINY))  # the smallest squares vanish


@dataclass
class _Search:
    """A search for some queries, block after block.

    Attributes:
        k: How many of each.
        slack: How far the products of two rows of length 1 may be off, together.
        best: The k best scores so far, exact and in order, shape (q, k).
        ids: Theirs.
        margin: How far products may be off, of the longest rows so far.
        least: Of each query a product that k rows reach.
        waiting: Products of a block that passed, after their places in (rows, queries) laid flat.
        scored: What passed and is scored, but not merged yet: queries, ids and scores.
    """

    queries: Vectors
    k: int
    slack: float
    best: Scores = field(init=False)
    ids: Ids = field(init=False)
    margin: float = 0.0
    least: Vectors = field(init=False)
    waiting: list[tuple[Ids, Vectors]] = field(default_factory=list)
    scored: list[tuple[Ids, Ids, Scores]] = field(default_factory=list)

    def __post_init__(self) -> None:
        shape = len(self.queries), self.k
        self.best, self.ids = np.full(shape, -np.inf), np.full(shape, _NOBODY, np.int64)
        self.least = np.full(len(self.queries), -np.inf, np.float32)

    def run(self, block: Vectors, names: Ids, rows: int, room: Room) -> None:
        """Look at tiles of so many rows; what passes waits, and not for too long."""
        for start in range(0, len(block), rows):
            self.waiting.append(self._look(block[start : start + rows], start, room))
            if sum(len(places) for places, _ in self.waiting) > max(_WAITING, 2 * self.best.size):
                self._settle(block, names)
        self._settle(block, names)

    def _look(self, tile: Vectors, start: int, room: Room) -> tuple[Ids, Vectors]:
        """What passes of a tile; the margin grows with its rows, the thresholds with the first."""
        count, k = self.best.shape
        shape, size = (len(tile), count), len(tile) * count
        products, passing = room[0][:size].reshape(shape), room[1][:size].reshape(shape)
        self.margin = max(self.margin, self.slack * _multiply(self.queries, tile, products))
        if len(tile) > k and np.isneginf(self.least).any():
            self.least = np.maximum(self.least, _reached(products, k))
        np.greater_equal(products, self.least - self.margin, out=passing)
        places = np.flatnonzero(passing)
        return places + start * count, products.ravel()[places]

    def _settle(self, block: Vectors, names: Ids) -> None:
        """Score the best of what waits; merged it is when that is as much as half of the best."""
        if not self.waiting:
            return
        places, products = (np.concatenate(each) for each in zip(*self.waiting, strict=True))
        self.waiting = []
        columns, which = np.divmod(places, len(self.queries))
        self._raise(which, products)
        stay = products >= (self.least - self.margin)[which]
        columns, which = columns[stay], which[stay]
        scores = pair_scores(self.queries, block, which, columns)
        self.scored.append((which, names[columns], scores))
        if sum(len(each) for each, _, _ in self.scored) > self.best.size // 2:
            self.merge()

    def merge(self) -> None:
        """Merge what is scored into the best."""
        if not self.scored:
            return
        which, found, scores = (np.concatenate(each) for each in zip(*self.scored, strict=True))
        self.scored = []
        self.best, self.ids = _merge(self.best, self.ids, which, found, scores)
        self.least = np.maximum(self.least, self.best[:, -1].astype(np.float32))

    def _raise(self, which: Ids, products: Vectors) -> None:
        """Raise the thresholds to the k-th greatest of what waits, where so many do."""
        count, k = self.best.shape
        waiting = np.bincount(which, minlength=count)
        full = np.flatnonzero(waiting >= k)
        # One sort for all: a query's products stay apart from those of the next.
        apart = 4 * float(np.abs(products).max(initial=_TINY))
        order = np.sort(which * apart - products)
        kth = full * apart - order[(np.cumsum(waiting) - waiting)[full] + k - 1]
        self.least[full] = np.maximum(self.least[full], kth)


def _multiply(queries: Vectors, rows: Vectors, products: Vectors) -> float:
    """Fill in the products, shape (rows, queries); a length that no row exceeds."""
    longest = 0.0
    for start in range(0, len(rows), _NEAR_ROWS):
        part = slice(start, start + _NEAR_ROWS)
        longest = max(longest, _longest("corpus", rows[part]))
        if len(queries) == 1:  # quicker than a product of matrices
            np.vecdot(rows[part], queries[0], out=products[part, 0])
        else:
            np.matmul(rows[part], queries.T, out=products[part])
    return longest


def _reached(products: Vectors, k: int) -> Vectors:
    """Of each column a number that at least k of its products reach, and few besides.

    The k-th greatest of the maxima of many groups is not above the k-th greatest of all, and
    quicker to find.
    """
    groups = 8 * k
    if len(products) >= 2 * groups:
        whole = len(products) // groups * groups
        products = products[:whole].reshape(-1, groups, products.shape[1]).max(axis=0)
    columns = products.T.copy()
    columns.partition(-k, axis=1)
    return columns[:, -k]


def pair_scores(
    queries: Vectors, block: Vectors, which: NDArray[np.int64], columns: NDArray[np.int64]
) -> Scores:
    """The inner products of pairs, each by itself, as `top_k` scores them.

    Args:
        queries: Float32, shape (q, d).
        block: Float32, shape (m, d).
        which: Of each pair the row of `queries`, shape (p,).
        columns: Of each pair the row of `block`, shape (p,).

    Returns:
        Float64, shape (p,).
    """
    scores = np.empty(len(which), np.float64)
    for start in range(0, len(which), _PAIR_BLOCK):
        part = slice(start, start + _PAIR_BLOCK)
        # A sum along contiguous rows adds each row in the same order, wherever it stands.
        products = queries[which[part]].astype(np.float64)
        products *= block[columns[part]]
        scores[part] = products.sum(axis=1)
    return scores


def joined(first: Found, second: Found, k: int) -> Found:
    """What `top_k_of_blocks` found in two parts of a corpus as what it finds in both.

    Args:
        first: Scores and ids, each of shape (q, m).
        second: Likewise of shape (q, n), of other rows.
        k: At least 1.

    Returns:
        Scores and ids, each of shape (q, min(k, m + n)), best first; ties go to the lower id.
    """
    scores, ids = (np.hstack(pair) for pair in zip(first, second, strict=True))
    order = np.lexsort((ids, -scores), axis=1)[:, :k]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(ids, order, axis=1)


def _merge(
    best: Scores,
    rows: Ids,
    which: NDArray[np.int64],
    found: Ids,
    scores: Scores,
) -> tuple[Scores, Ids]:
    """The best k of those kept so far and those found, query by query."""
    count, k = best.shape
    owner = np.concatenate([np.repeat(np.arange(count), k), which])
    score = np.concatenate([best.ravel(), scores])
    row = np.concatenate([rows.ravel(), found])
    order = np.lexsort((row, -score, owner))
    first = np.searchsorted(owner[order], np.arange(count))
    kept = order[(first[:, None] + np.arange(k)).ravel()]
    return score[kept].reshape(count, k), row[kept].reshape(count, k)
