"""The exact search against sentence-transformers' and FAISS's, on random unit rows."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from timing import Times, alternate, processor, show_table

from factcheck.search import top_k

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Found = tuple[NDArray[np.float64], NDArray[np.int64]]

TARGET_SPEED = 2.0
TARGET_BYTES = 300_000_000
TIE = 1e-6
BLOCK = 50_000
OURS = "factcheck.search.top_k"


def unit_rows(rng: np.random.Generator, count: int, dimension: int) -> Vectors:
    """Random rows of length 1, made block by block."""
    rows = np.empty((count, dimension), np.float32)
    for start in range(0, count, BLOCK):
        block = rows[start : start + BLOCK]
        rng.standard_normal(out=block, dtype=np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def make_data(options: argparse.Namespace) -> tuple[Vectors, Vectors]:
    """Queries and corpus, always the same ones."""
    rng = np.random.default_rng(0)
    corpus = unit_rows(rng, options.rows, options.dimension)
    return unit_rows(rng, options.queries, options.dimension), corpus


def searches(queries: Vectors, corpus: Vectors, k: int) -> dict[str, Callable[[], Any]]:
    """The three searches, ready to run; FAISS's index is built here, untimed."""
    import faiss
    import torch
    from sentence_transformers.util import semantic_search

    tensors = torch.from_numpy(queries), torch.from_numpy(corpus)
    index = faiss.IndexFlatIP(corpus.shape[1])
    index.add(corpus)
    return {
        OURS: lambda: top_k(queries, corpus, k),
        "semantic_search": lambda: semantic_search(*tensors, top_k=k),
        "IndexFlatIP": lambda: index.search(queries, k),
    }


def as_arrays(result: Any) -> Found:
    """Scores and row indices, whichever search they are from."""
    if isinstance(result, tuple):
        scores, rows = result
    else:
        scores = [[hit["score"] for hit in hits] for hits in result]
        rows = [[hit["corpus_id"] for hit in hits] for hits in result]
    return np.asarray(scores, np.float64), np.asarray(rows, np.int64)


def disagreements(queries: Vectors, corpus: Vectors, ours: Found, peer: Found) -> tuple[int, int]:
    """Where two results name other rows: swaps of near-equal scores, and true differences."""
    query, place = np.nonzero(ours[1] != peer[1])
    asked = queries[query].astype(np.float64)
    scores = [(asked * corpus[found[1][query, place]]).sum(axis=1) for found in (ours, peer)]
    swaps = int((np.abs(scores[0] - scores[1]) < TIE).sum())
    return swaps, len(query) - swaps


def show_agreement(queries: Vectors, corpus: Vectors, found: dict[str, Found]) -> bool:
    """Print how far each peer agrees with ours; false where a row is wrong."""
    ours = found[OURS]
    good = True
    for name, peer in found.items():
        if name == OURS:
            continue
        same = int((ours[1] == peer[1]).all(axis=1).sum())
        swaps, wrong = disagreements(queries, corpus, ours, peer)
        difference = np.abs(ours[0] - peer[0]).max()
        print(
            f"{name}: {same}/{len(queries)} queries with identical rows, {swaps} places swapped"
            f" within {TIE:g}, {wrong} other, greatest difference of scores {difference:.1e}"
        )
        good = good and not wrong
    return good


def show_times(times: dict[str, Times]) -> None:
    """Print the table of times and ratios."""
    ours = times[OURS].median
    rows = [["search", "median (min-max)", "times ours", "target", ""]]
    for name, taken in times.items():
        ratio = taken.median / ours
        verdict = "met" if ratio >= TARGET_SPEED else "missed"
        target = ["", ""] if name == OURS else [f">= {TARGET_SPEED:g}", verdict]
        rows.append([name, str(taken), f"{ratio:.2f}", *target])
    show_table(rows)


def show_machine() -> None:
    """Print what the figures depend on."""
    import faiss
    import threadpoolctl  # type: ignore[import-untyped]
    import torch

    blas = [pool for pool in threadpoolctl.threadpool_info() if "numpy" in pool["filepath"]]
    threads = ", ".join(f"{pool['internal_api']} {pool['num_threads']}" for pool in blas)
    print(f"processor: {processor()}, {os.cpu_count()} cores")
    print(f"versions: numpy {np.__version__}, torch {torch.__version__}, faiss {faiss.__version__}")
    print(
        f"threads: numpy ({threads or 'unknown'}), torch {torch.get_num_threads()}, "
        f"faiss {faiss.omp_get_max_threads()}"
    )


def resident(field: str) -> int:
    """A field of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no {field} in /proc/self/status")


def show_memory(options: argparse.Namespace) -> None:
    """Print what the call adds to the peak memory; to be run in a process of its own."""
    queries, corpus = make_data(options)
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before = resident("VmHWM")
        top_k(queries, corpus, options.k)
        extra = resident("VmHWM") - before
    except OSError as error:
        print(f"extra memory at the peak of the call: not measured here ({error})")
        return
    verdict = "met" if extra < TARGET_BYTES else "missed"
    data = (queries.nbytes + corpus.nbytes) / 2**20
    print(
        f"extra memory at the peak of the call: {extra / 2**20:.1f} MiB"
        f" (data: {data:.0f} MiB), target < {TARGET_BYTES / 2**20:.0f} MiB: {verdict}"
    )


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="measure only the memory")
    return parser.parse_args()


def main() -> int:
    """Compare times and results, then measure the memory in a fresh process."""
    options = arguments()
    if options.memory:
        show_memory(options)
        return 0
    queries, corpus = make_data(options)
    works = searches(queries, corpus, options.k)
    show_machine()
    print(
        f"data: {options.rows} rows, {options.queries} queries, {options.dimension} columns, "
        f"k={options.k}, {options.repeats} repeats by turns"
    )
    found = {name: as_arrays(work()) for name, work in works.items()}
    good = show_agreement(queries, corpus, found)
    show_times(alternate(works, options.repeats, pause=0.5))
    sys.stdout.flush()
    del works, corpus
    subprocess.run([sys.executable, *sys.argv, "--memory"], check=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
