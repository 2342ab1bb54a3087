"""Exact nearest neighbours by blocked matrix products.

A block's products are filtered by each query's threshold, its k-th best so far,
and only what passes is looked at again; so the memory is bounded by the block, not
by the corpus, which may be an array or a stream of blocks. Products of float32 depend in
their last bits on the shape of the block, so the few that pass are scored anew, one pair at
a time in float64: scores and ties do not depend on how the work was cut, nor on the order in
which the blocks come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Scores = NDArray[np.float64]
    Ids = NDArray[np.int64]

_QUERY_BLOCK = 256
_ROW_BLOCK = 16_384
_PAIR_BLOCK = 512  # two blocks of float64 stay in a core's own cache
_FEW = 32
_GROUPS = 512
_NOBODY = np.iinfo(np.int64).max


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
        row_block: How many rows are multiplied at once.

    Returns:
        Scores, float64, and row indices, int64, each of shape (q, min(k, n)), best
        first.

    Raises:
        ValueError: A shape, a type or k is not as above, or a value is not finite.
    """
    _check("corpus", corpus)
    if k < 1 or row_block < 1:
        raise ValueError(f"k and row_block must be at least 1, not {k} and {row_block}")
    starts = range(0, len(corpus), row_block) or range(1)  # an empty corpus is one empty block
    blocks = (
        (corpus[start : start + row_block], np.arange(start, min(start + row_block, len(corpus))))
        for start in starts
    )
    return top_k_of_blocks(queries, blocks, min(k, max(1, len(corpus))))


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
    _check("queries", queries)
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    scores = np.full((len(queries), k), -np.inf)
    ids = np.full((len(queries), k), _NOBODY, np.int64)
    # Twice the greatest rounding error of a float32 inner product with rows of length 1.
    slack = 2 * float(np.finfo(np.float32).eps) * queries.shape[1] * _longest("queries", queries)
    buffer = np.empty(0, np.float32)
    seen = 0
    for block, names in blocks:
        _check_block(queries, block, names)
        room = min(_QUERY_BLOCK, len(queries)) * len(block)
        buffer = buffer if len(buffer) >= room else np.empty(room, np.float32)
        margin = slack * _longest("corpus", block)
        for start in range(0, len(queries) if len(block) else 0, _QUERY_BLOCK):
            part = slice(start, start + _QUERY_BLOCK)
            kept = scores[part], ids[part]
            scores[part], ids[part] = _search(
                queries[part], block, names, kept, margin, buffer, fresh=seen == 0
            )
        seen += len(block)
    return scores[:, :seen], ids[:, :seen]


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
    """The greatest length of a row; a row that holds what is no number has none."""
    longest = float(np.sqrt(np.vecdot(vectors, vectors).max(initial=0.0)))
    if not np.isfinite(longest):
        raise ValueError(f"{name} hold values that are not finite")
    return longest


def _search(
    queries: Vectors,
    block: Vectors,
    names: Ids,
    kept: tuple[Scores, Ids],
    margin: float,
    buffer: Vectors,
    *,
    fresh: bool,
) -> tuple[Scores, Ids]:
    """The best so far, and of one block more."""
    best, ids = kept
    count, k = best.shape
    products = buffer[: count * len(block)].reshape(count, len(block))
    _multiply(queries, block, products)
    least: NDArray[np.floating] = best[:, -1]
    if fresh and len(block) > k:
        least = _reached(products, k)
    threshold = (least - margin).astype(np.float32)
    # Flat, and divided after: few pass, and numpy finds them faster in one dimension.
    which, columns = np.divmod(np.flatnonzero(products >= threshold[:, None]), len(block))
    if not len(which):
        return best, ids
    return _merge(best, ids, which, names[columns], pair_scores(queries, block, which, columns))


def _multiply(queries: Vectors, block: Vectors, products: Vectors) -> None:
    """Products in the way that is quickest for so many queries; they differ in last bits alone."""
    if len(queries) == 1:
        np.vecdot(block, queries[0], out=products[0])
    elif len(queries) <= _FEW:
        np.copyto(products, (block @ np.ascontiguousarray(queries.T)).T)
    else:
        np.matmul(queries, block.T, out=products)


def _reached(products: Vectors, k: int) -> Vectors:
    """Of each row a number that at least k of its products reach, and few besides.

    The k-th greatest of the maxima of many groups is not above the k-th greatest of all, and
    quicker to find.
    """
    count, length = products.shape
    if length >= 2 * _GROUPS and k <= _GROUPS // 2:
        whole = length // _GROUPS * _GROUPS
        products = products[:, :whole].reshape(count, -1, _GROUPS).max(axis=1)
        length = _GROUPS
    return np.partition(products, length - k, axis=1)[:, length - k]


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
