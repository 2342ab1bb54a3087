"""Exact nearest neighbours by blocked matrix products.

A block's products are filtered by each query's threshold, its k-th best so far,
and only what passes is looked at again; so the memory is bounded by the block, not
by the corpus. Products of float32 depend in their last bits on the shape of the
block, so the few that pass are scored anew, one pair at a time in float64: scores
and ties do not depend on how the work was cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_QUERY_BLOCK = 256
_ROW_BLOCK = 16_384
_PAIR_BLOCK = 4_096


def top_k(
    queries: Vectors, corpus: Vectors, k: int, *, row_block: int = _ROW_BLOCK
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
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
    _check("queries", queries)
    _check("corpus", corpus)
    if queries.shape[1] != corpus.shape[1]:
        shapes = f"{queries.shape} and {corpus.shape}"
        raise ValueError(f"queries and corpus differ in their columns: {shapes}")
    if k < 1 or row_block < 1:
        raise ValueError(f"k and row_block must be at least 1, not {k} and {row_block}")
    k = min(k, len(corpus))
    scores = np.empty((len(queries), k), np.float64)
    rows = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries) if k else 0, _QUERY_BLOCK):
        stop = start + _QUERY_BLOCK
        scores[start:stop], rows[start:stop] = _search(queries[start:stop], corpus, k, row_block)
    return scores, rows


def _check(name: str, vectors: Vectors) -> None:
    if vectors.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"{name} must have the shape (rows, columns), not {vectors.shape}")
    if vectors.dtype != np.float32:
        raise ValueError(f"{name} must be float32, not {vectors.dtype}")


def _longest(name: str, vectors: Vectors) -> float:
    """The greatest length of a row; a row that holds what is no number has none."""
    longest = float(np.sqrt(np.einsum("ij,ij->i", vectors, vectors).max(initial=0.0)))
    if not np.isfinite(longest):
        raise ValueError(f"{name} hold values that are not finite")
    return longest


def _search(
    queries: Vectors, corpus: Vectors, k: int, row_block: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    count = len(queries)
    best = np.full((count, k), -np.inf)
    rows = np.full((count, k), len(corpus), np.int64)
    buffer = np.empty(count * min(row_block, len(corpus)), np.float32)
    # Twice the greatest rounding error of a float32 inner product with rows of length 1.
    slack = 2 * float(np.finfo(np.float32).eps) * queries.shape[1] * _longest("queries", queries)
    for start in range(0, len(corpus), row_block):
        block = corpus[start : start + row_block]
        products = buffer[: count * len(block)].reshape(count, len(block))
        np.matmul(queries, block.T, out=products)
        least = best[:, -1]
        if start == 0 and len(block) > k:
            least = np.partition(products, len(block) - k, axis=1)[:, len(block) - k]
        threshold = (least - slack * _longest("corpus", block)).astype(np.float32)
        # Flat, and divided after: few pass, and numpy finds them faster in one dimension.
        which, columns = np.divmod(np.flatnonzero(products >= threshold[:, None]), len(block))
        if len(which):
            found = columns + start
            best, rows = _merge(best, rows, which, found, _rescore(queries, corpus, which, found))
    return best, rows


def _rescore(
    queries: Vectors, corpus: Vectors, which: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    scores = np.empty(len(which), np.float64)
    for start in range(0, len(which), _PAIR_BLOCK):
        part = slice(start, start + _PAIR_BLOCK)
        # A sum along contiguous rows adds each row in the same order, wherever it stands.
        products = queries[which[part]].astype(np.float64)
        products *= corpus[rows[part]]
        scores[part] = products.sum(axis=1)
    return scores


def _merge(
    best: NDArray[np.float64],
    rows: NDArray[np.int64],
    which: NDArray[np.int64],
    found: NDArray[np.int64],
    scores: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The best k of those kept so far and those found, query by query."""
    count, k = best.shape
    owner = np.concatenate([np.repeat(np.arange(count), k), which])
    score = np.concatenate([best.ravel(), scores])
    row = np.concatenate([rows.ravel(), found])
    order = np.lexsort((row, -score, owner))
    first = np.searchsorted(owner[order], np.arange(count))
    kept = order[(first[:, None] + np.arange(k)).ravel()]
    return score[kept].reshape(count, k), row[kept].reshape(count, k)
