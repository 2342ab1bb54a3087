"""Other stores over the vectors of an index: each builds its own on disk, opens it and searches.

All are given the same file of vectors and the same queries, and asked for as many of the nearest
as factcheck judges. What is not named here is their default. Building and searching are done in
processes of their own (`index_parts.py`), so that time, bytes and peak memory are each one's own.

Chroma is not among them: it brings some 40 packages, among them a client of Kubernetes and a
runtime for models, to search by the HNSW index that FAISS stands for here.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.index.tending import A_PARTITION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]
    Search = Callable[[Vectors, int], Numbers]

BLOCK = 8_192
_TRAINED = 256_000
_PROBES = 32
_BEAM = 400
_ITEM = np.dtype(np.float32).itemsize


@dataclass(frozen=True)
class Rows:
    """Vectors in a file, read block by block: a mapped file would count as memory.

    Attributes:
        path: Float32, row by row.
        dimension: Of a vector.
    """

    path: Path
    dimension: int

    def __len__(self) -> int:
        """How many there are."""
        return self.path.stat().st_size // (self.dimension * _ITEM)

    def block(self, start: int, count: int) -> Vectors:
        """Some of them, in order."""
        found: Vectors = np.fromfile(
            self.path,
            np.float32,
            count=min(count, len(self) - start) * self.dimension,
            offset=start * self.dimension * _ITEM,
        )
        return found.reshape(-1, self.dimension)

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """All of them, each block with the number of its first."""
        for start in range(0, len(self), BLOCK):
            yield start, self.block(start, BLOCK)

    def sample(self, count: int) -> Vectors:
        """About so many, from all over."""
        if count >= len(self):
            return self.block(0, len(self))
        starts = np.linspace(0, len(self) - 64, max(1, count // 64), dtype=np.int64)
        return np.concatenate([self.block(int(start), 64) for start in starts])


@dataclass(frozen=True)
class Peer:
    """A store.

    Attributes:
        build: Writes it into a folder.
        opened: Opens it; the search takes queries and how many of the nearest of each, and
            gives their numbers, best first, -1 where there are fewer.
        module: What is imported for it, before any time is taken.
        told: How it was asked, where not by its defaults.
        exact: Whether it looks at all vectors as they are.
    """

    build: Callable[[Rows, Path], None]
    opened: Callable[[Path], Search]
    module: str
    told: str = ""
    exact: bool = False


def _faiss(described: Callable[[int], str], told: str = "", *, exact: bool = False) -> Peer:
    """A FAISS index, described as its factory has it for so many rows."""

    def build(rows: Rows, folder: Path) -> None:
        import faiss

        name = described(len(rows))
        index = faiss.index_factory(rows.dimension, name, faiss.METRIC_INNER_PRODUCT)
        if not index.is_trained:
            index.train(rows.sample(_TRAINED))
        for _, block in rows.blocks():
            index.add(block)
        faiss.write_index(index, str(folder / "index.faiss"))

    def opened(folder: Path) -> Search:
        import faiss

        index = faiss.read_index(str(folder / "index.faiss"))
        if hasattr(index, "nprobe"):
            index.nprobe = _PROBES
        if hasattr(index, "hnsw"):
            index.hnsw.efSearch = _BEAM
        return lambda queries, k: index.search(queries, k)[1]

    return Peer(build, opened, "faiss", told, exact)


def _cells(rows: int) -> int:
    """How many cells FAISS's guide has an inverted file of so many rows be cut into, at least."""
    return int(min(4 * np.sqrt(rows), max(1, rows // 39)))


def _lancedb(
    index: str = "", told: str = "", *, a_partition: int = 0, bits: int = 0, **asked: int
) -> Peer:
    """A table of LanceDB, with an index over its vectors, by the name of its class, or without."""

    def build(rows: Rows, folder: Path) -> None:
        import pyarrow as pa

        width = pa.list_(pa.float32(), rows.dimension)
        columns = pa.schema([("row", pa.int64()), ("vector", width)])

        def batches() -> Iterator[Any]:
            for start, block in rows.blocks():
                numbers = pa.array(np.arange(start, start + len(block)))
                vectors = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), type=width)
                yield pa.record_batch([numbers, vectors], schema=columns)

        reader = pa.RecordBatchReader.from_batches(columns, batches())
        table = _connected(folder).create_table("rows", reader)
        if index:
            from lancedb import index as kinds

            more = {"num_partitions": max(1, len(rows) // a_partition)} if a_partition else {}
            more |= {"num_bits": bits} if bits else {}
            config = getattr(kinds, index)(distance_type="cosine", **more)
            table.create_index("vector", config=config)

    def opened(folder: Path) -> Search:
        table = _connected(folder).open_table("rows")

        def search(queries: Vectors, k: int) -> Numbers:
            query = table.search(queries, vector_column_name="vector").distance_type("cosine")
            query = query if index else query.bypass_vector_index()
            for name, value in asked.items():
                query = getattr(query, name)(value)
            found = query.limit(k).select(["row", "_distance"]).to_arrow()
            return _of_table(found, len(queries), k)

        return search

    return Peer(build, opened, "lancedb", told, not index)


def _connected(folder: Path) -> Any:
    os.environ.setdefault("LANCE_LOG", "error")  # else it warns that a new table is new
    import lancedb

    return lancedb.connect(folder)


def _of_table(found: Any, queries: int, k: int) -> Numbers:
    """The numbers of each query out of LanceDB's one table of all."""
    numbers, distances = (found[name].to_numpy() for name in ("row", "_distance"))
    of = np.zeros(len(numbers), np.int64)
    if "query_index" in found.column_names:
        of = found["query_index"].to_numpy()
    made = np.full((queries, k), -1, np.int64)
    for query in range(queries):
        here = np.flatnonzero(of == query)
        best = here[np.argsort(distances[here], kind="stable")]
        made[query, : len(best)] = numbers[best]
    return made


def _qdrant() -> Peer:
    """Qdrant's local mode, the whole of which is Python: a client without a server."""

    def client(folder: Path) -> Any:
        from qdrant_client import QdrantClient

        warnings.filterwarnings("ignore", message="Local mode is not recommended")
        return QdrantClient(path=str(folder))

    def build(rows: Rows, folder: Path) -> None:
        from qdrant_client import models

        made = client(folder)
        shape = models.VectorParams(size=rows.dimension, distance=models.Distance.COSINE)
        made.create_collection("rows", shape)
        for start, block in rows.blocks():
            ids = list(range(start, start + len(block)))
            made.upsert("rows", models.Batch(ids=ids, vectors=block.tolist()))
        made.close()

    def opened(folder: Path) -> Search:
        from qdrant_client import models

        made = client(folder)

        def search(queries: Vectors, k: int) -> Numbers:
            asked = [models.QueryRequest(query=query.tolist(), limit=k) for query in queries]
            found = np.full((len(queries), k), -1, np.int64)
            for query, told in enumerate(made.query_batch_points("rows", asked)):
                found[query, : len(told.points)] = [point.id for point in told.points]
            return found

        return search

    return Peer(build, opened, "qdrant_client", exact=True)


PEERS: dict[str, Peer] = {
    "LanceDB, flat": _lancedb(),
    "LanceDB, IVF_RQ": _lancedb(
        "IvfRq",
        "cells and bits as with `--ann`; 160 looked into",
        a_partition=A_PARTITION,
        bits=5,
        nprobes=160,
        refine_factor=2,
    ),
    "LanceDB, IVF_PQ": _lancedb("IvfPq", "its default index"),
    "FAISS, Flat": _faiss(lambda _: "Flat", exact=True),
    "FAISS, SQ8": _faiss(lambda _: "SQ8", "a byte a dimension, all of them looked at"),
    "FAISS, IVF,Flat": _faiss(lambda n: f"IVF{_cells(n)},Flat", f"nprobe {_PROBES}"),
    "FAISS, IVF,PQ48": _faiss(lambda n: f"IVF{_cells(n)},PQ48", f"48 bytes each; nprobe {_PROBES}"),
    "FAISS, HNSW32": _faiss(lambda _: "HNSW32,Flat", f"efSearch {_BEAM}"),
    "Qdrant, local": _qdrant(),
}
