"""The exact searches that `top_k.py` compares, each as a call, and their results in one shape."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.search import top_k

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Found = tuple[NDArray[np.float64], NDArray[np.int64]]
    Search = Callable[[Vectors, int], Any]

OURS = "factcheck.search.top_k"
TIE = 1e-6
_BLOCK = 50_000


def unit_rows(rng: np.random.Generator, count: int, dimension: int) -> Vectors:
    """Random rows of length 1, made block by block."""
    rows = np.empty((count, dimension), np.float32)
    for start in range(0, count, _BLOCK):
        block = rows[start : start + _BLOCK]
        rng.standard_normal(out=block, dtype=np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def searches(corpus: Vectors, folder: Path) -> dict[str, Search]:
    """Each search on a corpus, as a call with queries and k; indices are built here, untimed.

    All take their default threads and give exact results: FAISS, usearch and LanceDB are
    asked for the flat scan, by inner product.

    Args:
        corpus: Float32, unit rows.
        folder: Where LanceDB keeps its table; the system keeps it in memory where there is room.
    """
    return {
        OURS: lambda queries, k: top_k(queries, corpus, k),
        "semantic_search": _semantic_search(corpus),
        "FAISS IndexFlatIP": _faiss(corpus),
        "usearch exact": _usearch(corpus),
        "LanceDB flat": _lancedb(corpus, folder),
    }


def _semantic_search(corpus: Vectors) -> Search:
    import torch
    from sentence_transformers.util import semantic_search

    there = torch.from_numpy(corpus)
    return lambda queries, k: semantic_search(torch.from_numpy(queries), there, top_k=k)


def _faiss(corpus: Vectors) -> Search:
    import faiss

    index = faiss.IndexFlatIP(corpus.shape[1])
    index.add(corpus)
    found: Search = index.search
    return found


def _usearch(corpus: Vectors) -> Search:
    from usearch.index import MetricKind, search

    return lambda queries, k: search(corpus, queries, k, MetricKind.IP, exact=True)


def _lancedb(corpus: Vectors, folder: Path) -> Search:
    os.environ.setdefault("LANCE_LOG", "error")  # else it warns that a new table is new
    import lancedb
    import pyarrow as pa

    count, dimension = corpus.shape
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(corpus.ravel()), dimension)
    table = pa.table({"vector": vectors, "row": pa.array(np.arange(count))})
    made = lancedb.connect(folder).create_table("rows", table, mode="overwrite")

    def search(queries: Vectors, k: int) -> Any:
        asked = made.search(queries).distance_type("dot").bypass_vector_index()
        return asked.limit(k).select(["row", "_distance"]).to_arrow()

    return search


def as_arrays(result: Any, queries: int) -> Found:
    """Scores and row indices, each of shape (queries, k), whichever search they are from."""
    if hasattr(result, "column_names"):
        return _of_table(result, queries)
    if hasattr(result, "keys"):
        scores, rows = 1 - result.distances, result.keys
    elif isinstance(result, tuple):
        scores, rows = result
    else:
        scores = [[hit["score"] for hit in hits] for hits in result]
        rows = [[hit["corpus_id"] for hit in hits] for hits in result]
    scores = np.asarray(scores, np.float64).reshape(queries, -1)
    return scores, np.asarray(rows, np.int64).reshape(queries, -1)


def _of_table(table: Any, queries: int) -> Found:
    rows, distances = (table.column(name).to_numpy() for name in ("row", "_distance"))
    if "query_index" in table.column_names:
        order = np.lexsort((distances, table.column("query_index").to_numpy()))
        rows, distances = rows[order], distances[order]
    scores = 1 - distances.astype(np.float64)
    return scores.reshape(queries, -1), rows.astype(np.int64).reshape(queries, -1)


def disagreements(queries: Vectors, corpus: Vectors, ours: Found, peer: Found) -> tuple[int, int]:
    """Where two results name other rows: swaps of near-equal scores, and true differences."""
    query, place = np.nonzero(ours[1] != peer[1])
    asked = queries[query].astype(np.float64)
    scores = [(asked * corpus[found[1][query, place]]).sum(axis=1) for found in (ours, peer)]
    swaps = int((np.abs(scores[0] - scores[1]) < TIE).sum())
    return swaps, len(query) - swaps
