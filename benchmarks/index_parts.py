"""The works that the benchmarks of the index run in processes of their own; each prints JSON.

A part of `index.py` and `scale_model.py`; nothing here is of use by itself.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from index_corpus import PartlyEncoded, folder_bytes, peak_mib, write_rows
from index_peers import PEERS, Rows
from made_up import made_claims

from factcheck import weights
from factcheck.encoders import SentenceEncoder
from factcheck.index.building import build, prepared
from factcheck.index.catalogue import catalogue_of
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.describing import info
from factcheck.index.extra import arrow, lance
from factcheck.index.reading import items_of, statements_of
from factcheck.index.table import NAME, open_table
from factcheck.index.tending import VECTORS, compact, index_vectors
from factcheck.index.vectors import blocks
from factcheck.inference import silent
from factcheck.records import Claim, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

REACH = 200
FIRST = 10
_OFFICIAL = Source(id="official", kind="official", title="Official")


def corpus_part(options: argparse.Namespace) -> dict[str, Any]:
    """Write the corpus."""
    start = time.perf_counter()
    half = options.place.with_suffix(".half")
    write_rows(half, options.rows)
    half.replace(options.place)
    size = options.place.stat().st_size
    return {"seconds": time.perf_counter() - start, "bytes": size}


def build_part(options: argparse.Namespace) -> dict[str, Any]:
    """Build an index, without one over its vectors."""
    encoder = PartlyEncoded(options.encode)
    start = time.perf_counter()
    prepared(str(options.place), encoder)
    given = statements_of(items_of([options.corpus]))
    done = build(str(options.place), given, encoder, batch=options.batch)
    return {
        "seconds": time.perf_counter() - start,
        "added": done.added,
        "texts": done.encoded,
        "encoded": encoder.encoded,
        "encoding": encoder.encoding,
        "making": encoder.making,
    }


def compact_part(options: argparse.Namespace) -> dict[str, Any]:
    """Few files for many, and only the last version kept."""
    import datetime as dt

    start = time.perf_counter()
    compact(str(options.place), dt.timedelta(0))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, **_sizes(options.place)}


def ann_part(options: argparse.Namespace) -> dict[str, Any]:
    """Make the index over the vectors."""
    start = time.perf_counter()
    table = index_vectors(open_table(str(options.place)), least=1)
    seconds = time.perf_counter() - start
    made = next(each for each in table.data.describe_indices() if each.name == VECTORS)
    return {"seconds": seconds, "bytes": sum(part.size_bytes for part in made.segments)}


def _sizes(place: Path) -> dict[str, Any]:
    figures = info(open_table(str(place)))
    table = place / NAME
    return {
        "rows": figures.rows,
        "texts": figures.texts,
        "files": folder_bytes(place),
        "indices": folder_bytes(table / "_indices") if (table / "_indices").exists() else 0,
    }


def export_part(options: argparse.Namespace) -> dict[str, Any]:
    """Write the vectors of an index in the order of its texts."""
    start = time.perf_counter()
    table = open_table(str(options.place))
    catalogue = catalogue_of(table, None)
    shape = (len(catalogue), table.header.dimension)
    made = np.memmap(options.vectors, np.float32, "w+", shape=shape)
    for block, numbers in blocks(table, catalogue):
        made[numbers] = block
    made.flush()
    return {"seconds": time.perf_counter() - start, "texts": shape[0], "dimension": shape[1]}


def claims_part(options: argparse.Namespace) -> dict[str, Any]:
    """Write the vectors of claims; those of all sizes are the same."""
    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    start = time.perf_counter()
    made = encoder.encode(made_claims(options.most))
    half = options.claims.with_suffix(".half.npy")
    np.save(half, made)
    half.replace(options.claims)
    return {"seconds": time.perf_counter() - start, "claims": len(made)}


class Given:
    """An encoder of vectors that are there."""

    def __init__(self, texts: Sequence[str], vectors: Any) -> None:
        """Take on the identity of the encoder that made them."""
        inner = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
        self.name, self.sha256 = inner.name, inner.sha256
        self.fingerprint, self.precision = inner.fingerprint, inner.precision
        self._vectors = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str], progress: Any = silent) -> Any:
        """The vectors of texts."""
        progress(len(texts), len(texts))
        return np.stack([self._vectors[text] for text in texts])


def search_part(options: argparse.Namespace) -> dict[str, Any]:
    """Find candidates and read them as statements, as a comparison does before it judges."""
    queries = np.load(options.claims)[: options.count]
    made = [Claim(source=_OFFICIAL, id=f"c{n}", text=f"c{n}") for n in range(len(queries))]
    given = Given([claim.text for claim in made], queries)
    lance(), arrow()  # what importing them takes is told elsewhere
    start = time.perf_counter()
    corpus = IndexCorpus(open_table(str(options.place)), Search(ann=options.ann, ann_from=1))
    texts = len(corpus.catalogue)
    opened = time.perf_counter()
    found = corpus.nearest(made, given, REACH, silent)
    searched = time.perf_counter()
    for first in range(0, len(made), 250):
        found.fetch(np.unique(found.rows[first : first + 250]))
    return {
        "opening": opened - start,
        "search": searched - opened,
        "seconds": time.perf_counter() - start,
        "texts": texts,
        # Exact search has none to tell.
        "told": 1.0 if corpus.searched.recall is None else corpus.searched.recall,
        **_recall(options.truth, found.rows),
    }


def peer_build_part(options: argparse.Namespace) -> dict[str, Any]:
    """Build a peer's store."""
    rows = Rows(options.vectors, options.dimension)
    import_module(PEERS[options.name].module)
    shutil.rmtree(options.place, ignore_errors=True)
    options.place.mkdir(parents=True)
    start = time.perf_counter()
    PEERS[options.name].build(rows, options.place)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "files": folder_bytes(options.place)}


def peer_search_part(options: argparse.Namespace) -> dict[str, Any]:
    """Search a peer's store."""
    queries = np.load(options.claims)[: options.count]
    import_module(PEERS[options.name].module)
    start = time.perf_counter()
    search = PEERS[options.name].opened(options.place)
    opened = time.perf_counter()
    found = search(queries, REACH)
    seconds = time.perf_counter()
    return {
        "opening": opened - start,
        "search": seconds - opened,
        "seconds": seconds - start,
        **_recall(options.truth, found),
    }


def _recall(truth: Path, found: NDArray[np.int64]) -> dict[str, float]:
    """What share of the exact nearest was found; the first search says what these are."""
    if not truth.exists():
        np.save(truth, found)
    exact = np.load(truth)[: len(found)]
    told = {}
    for k in (FIRST, REACH):
        pairs = zip(found[:, :k], exact[:, :k], strict=True)
        hits = sum(len(np.intersect1d(one, other)) for one, other in pairs)
        told[f"recall{k}"] = hits / exact[:, :k].size
    return told


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "corpus": corpus_part,
    "build": build_part,
    "compact": compact_part,
    "ann": ann_part,
    "export": export_part,
    "claims": claims_part,
    "search": search_part,
    "peer-build": peer_build_part,
    "peer-search": peer_search_part,
}
_GIVEN = {
    "corpus": ("place", "rows"),
    "build": ("corpus", "place"),
    "compact": ("place",),
    "ann": ("place",),
    "export": ("place", "vectors"),
    "claims": ("claims", "most"),
    "search": ("place", "claims", "truth", "count"),
    "peer-build": ("name", "vectors", "dimension", "place"),
    "peer-search": ("name", "place", "claims", "truth", "count"),
}
_NUMBERS = ("rows", "most", "count", "dimension")


def main() -> None:
    """Do one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="part", required=True)
    for name, given in _GIVEN.items():
        one = commands.add_parser(name)
        for each in given:
            kind = int if each in _NUMBERS else str if each == "name" else Path
            one.add_argument(each, type=kind)
        if name == "build":
            one.add_argument("--encode", type=int, default=100)
            one.add_argument("--batch", type=int, default=2_048)
        if name == "search":
            one.add_argument("--ann", action="store_true")
    options = parser.parse_args()
    told = PARTS[options.part](options)
    # Seconds of all cores, with what importing took: they say more where others work, too.
    print(json.dumps({**told, "cpu": time.process_time(), "peak": peak_mib()}))


if __name__ == "__main__":
    main()
