"""Other stores' searches over the vectors of an index, each given what it keeps them in.

What a peer needs to build (a flat index in memory, a collection on disk) is built untimed; its
opening and its search are timed. One that is not installed is left out.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.index.catalogue import catalogue_of
from factcheck.index.table import open_table
from factcheck.index.vectors import blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue

    Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class PeerFound:
    """What a peer found.

    Attributes:
        opening: Seconds until it could search.
        seconds: Of the search.
        keys: Of the nearest, best first, by query.
    """

    opening: float
    seconds: float
    keys: list[list[str]]


def _corpus(place: Path) -> tuple[Vectors, list[str]]:
    """All vectors of an index in memory, and the keys by which we tell their texts."""
    table = open_table(str(place))
    catalogue = catalogue_of(table, None)
    vectors = np.empty((len(catalogue), table.header.dimension), np.float32)
    for block, numbers in blocks(table, catalogue):
        vectors[numbers] = block
    return vectors, [str(catalogue.keys[int(place)]) for place in catalogue.first]


def faiss_flat(place: Path, queries: Vectors, k: int) -> PeerFound:
    """FAISS, all vectors in memory."""
    import faiss

    vectors, names = _corpus(place)
    start = time.perf_counter()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    opened = time.perf_counter()
    found = index.search(queries, k)[1]
    seconds = time.perf_counter() - opened
    keys = [[names[row] for row in best] for best in found]
    return PeerFound(opened - start, seconds, keys)


def _lancedb(place: Path, queries: Vectors, k: int, *, exact: bool) -> PeerFound:
    os.environ.setdefault("LANCE_LOG", "error")
    import lancedb

    start = time.perf_counter()
    table = lancedb.connect(str(place)).open_table("statements")
    opened = time.perf_counter()
    found: list[list[str]] = []
    for query in queries:
        search = table.search(query, vector_column_name="vector").metric("cosine").limit(k)
        search = search.bypass_vector_index() if exact else search.nprobes(32).refine_factor(4)
        found.append(search.select(["key"]).to_arrow()["key"].to_pylist())
    seconds = time.perf_counter() - opened
    # A text of several sources goes by the least of their keys, as in a report.
    catalogue = catalogue_of(open_table(str(place)), None)
    return PeerFound(opened - start, seconds, [[_least(catalogue, k) for k in b] for b in found])


def _least(catalogue: Catalogue, key: str) -> str:
    place = catalogue.place(key)
    assert place is not None
    return str(catalogue.keys[int(catalogue.first[catalogue.texts[place]])])


def lancedb_flat(place: Path, queries: Vectors, k: int) -> PeerFound:
    """LanceDB's own search, by scanning."""
    return _lancedb(place, queries, k, exact=True)


def lancedb_ann(place: Path, queries: Vectors, k: int) -> PeerFound:
    """LanceDB's own search, by the index over vectors where there is one."""
    return _lancedb(place, queries, k, exact=False)


def _collected(place: Path, add: Callable[[list[int], Any], None]) -> list[str]:
    vectors, names = _corpus(place)
    for start in range(0, len(vectors), 5_000):
        part = range(start, min(start + 5_000, len(vectors)))
        add(list(part), vectors[start : start + 5_000])
    return names


def qdrant_local(place: Path, queries: Vectors, k: int) -> PeerFound:
    """Qdrant's local mode: a client without a server."""
    from qdrant_client import QdrantClient, models  # type: ignore[import-not-found]

    client = QdrantClient(":memory:")
    size = queries.shape[1]
    client.create_collection("s", models.VectorParams(size=size, distance=models.Distance.COSINE))
    names = _collected(
        place, lambda ids, rows: client.upsert("s", models.Batch(ids=ids, vectors=rows.tolist()))
    )
    start = time.perf_counter()
    found = [client.query_points("s", query.tolist(), limit=k).points for query in queries]
    seconds = time.perf_counter() - start
    return PeerFound(0.0, seconds, [[names[int(p.id)] for p in points] for points in found])


def chroma_local(place: Path, queries: Vectors, k: int) -> PeerFound:
    """Chroma in this process, with its HNSW index."""
    import chromadb  # type: ignore[import-not-found]

    collection = chromadb.EphemeralClient().create_collection("s", metadata={"hnsw:space": "ip"})
    names = _collected(
        place, lambda ids, rows: collection.add([str(n) for n in ids], embeddings=rows)
    )
    start = time.perf_counter()
    found = collection.query(query_embeddings=list(queries), n_results=k)["ids"]
    seconds = time.perf_counter() - start
    return PeerFound(0.0, seconds, [[names[int(name)] for name in best] for best in found])


PEERS: dict[str, Callable[[Path, Vectors, int], PeerFound]] = {
    "LanceDB, flat": lancedb_flat,
    "LanceDB, its index": lancedb_ann,
    "FAISS IndexFlatIP": faiss_flat,
    "Qdrant, local": qdrant_local,
    "Chroma, local": chroma_local,
}
