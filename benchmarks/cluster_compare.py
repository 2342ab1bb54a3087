"""A comparison with an index by this process and by a Ray cluster: time, overhead, equality.

    python benchmarks/cluster_compare.py [--rows 100000] [--claims 100] [--rounds 5]

An index is made of made-up statements (`index_corpus.py`; few of them encoded, the others with
vectors of the same shape). Then two things are measured, round by round in turn, so that whatever
else the machine does falls on all alike:

- the whole command, `factcheck compare CLAIMS --index INDEX`, without and with `--engine ray` at
  1, 2 and 4 processes: seconds from its start to its end, Ray started and stopped. All reports
  must be the same bytes, or the script fails.
- the search alone, in a Ray that runs: seconds, seconds at work of all processes together, and the
  share of the one that did most. All results must be equal, or the script fails.

The JSON file is written anew after each round.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from book import FOLDER
from command import factcheck, watch
from index_corpus import PartlyEncoded, write_rows
from machine import as_json, machine
from made_up import made_claims, write_set

from factcheck.cluster import comparing
from factcheck.cluster.comparing import Searcher, Workers
from factcheck.index.building import build, prepared
from factcheck.index.catalogue import catalogue_of
from factcheck.index.reading import items_of, statements_of
from factcheck.index.table import open_table
from factcheck.index.vectors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from factcheck.cluster.comparing import Found
    from factcheck.index.shards import Shard

PROCESSES = (1, 2, 4)
CANDIDATES = 200


@dataclass(frozen=True)
class Noted:
    """A searcher that notes in a file which process searched, and for how long."""

    inner: Searcher
    file: str

    def __call__(self) -> Callable[[Shard], Found]:
        """What searches a shard."""
        do = self.inner()

        def noted(shard: Shard) -> Found:
            start = time.perf_counter()
            found = do(shard)
            line = f"{os.getpid()} {time.perf_counter() - start}\n".encode()
            with open(self.file, "ab", buffering=0) as file:  # noqa: PTH123 - one write a line
                file.write(line)
            return found

        return noted


def made(folder: Path, rows: int, claims: int, encode: int) -> tuple[Path, Path]:
    """An index and a folder of claims."""
    corpus, place = folder / "corpus.jsonl", folder / "index"
    write_rows(corpus, rows)
    encoder = PartlyEncoded(encode)
    prepared(str(place), encoder)
    build(str(place), statements_of(items_of([str(corpus)])), encoder)
    write_set(folder / "set", claims, 1)
    return place, folder / "set" / "official"


def commands(folder: Path, place: Path, claims: Path) -> dict[str, tuple[float, str]]:
    """Seconds of each command, and the hash of its report."""
    plain = [factcheck(), "compare", str(claims), "--index", str(place), "-f", "json"]
    plain += ["--no-cache", "-q", "--stance-model", "none"]
    ways = {"local": plain}
    for count in PROCESSES:
        ways[f"ray {count}"] = [*plain, "--engine", "ray", "--concurrency", str(count)]
    told = {}
    for name, command in ways.items():
        output = folder / "report.json"
        seconds = watch(command, output).seconds
        told[name] = (seconds, hashlib.sha256(output.read_bytes()).hexdigest())
    return told


class Searches:
    """The search alone, here and by the processes of a Ray that runs.

    Args:
        folder: For notes.
        place: The index.
        queries: Float32, shape (q, d).
    """

    def __init__(self, folder: Path, place: Path, queries: NDArray[np.float32]) -> None:
        """Open the index."""
        self._notes = folder / "notes"
        self._table = open_table(str(place))
        self._catalogue = catalogue_of(self._table, None)
        self._queries = queries

    def here(self) -> tuple[float, Found]:
        """Seconds, and what is found."""
        start = time.perf_counter()
        found = nearest(self._table, self._catalogue, self._queries, CANDIDATES)
        return time.perf_counter() - start, found

    def there(self, count: int) -> tuple[dict[str, float], Found]:
        """Seconds in a Ray that runs, how the work was divided, and what is found."""
        self._notes.unlink(missing_ok=True)
        with Workers(None, count) as workers:
            workers.connect()
            start = time.perf_counter()
            found = workers.nearest(self._table, self._catalogue, self._queries, CANDIDATES)
            seconds = time.perf_counter() - start
        work: dict[str, float] = {}
        for line in self._notes.read_text("utf-8").splitlines():
            process, took = line.split()
            work[process] = work.get(process, 0.0) + float(took)
        whole = sum(work.values())
        told = {"seconds": seconds, "at work": whole, "processes": float(len(work))}
        return told | {"most": max(work.values()) / whole}, found


def searches(told: Searches) -> dict[str, dict[str, float]]:
    """Figures of each way.

    Raises:
        SystemExit: What is found differs.
    """
    seconds, wanted = told.here()
    figures: dict[str, dict[str, float]] = {"local": {"seconds": seconds}}
    for count in PROCESSES:
        figures[f"ray {count}"], found = told.there(count)
        if not all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True)):
            sys.exit(f"ray {count}: finds other statements, or other scores")
    return figures


def medians(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Of each figure of each way."""
    return {
        way: {
            name: statistics.median(each[way][name] for each in rounds) for name in rounds[0][way]
        }
        for way in rounds[0]
    }


def main() -> None:
    """Make the index, measure in rounds, print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--encode", type=int, default=2_000, help="texts encoded for real")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=FOLDER / "cluster_compare.json")
    options = parser.parse_args()
    searcher = Searcher
    whole: list[dict[str, dict[str, float]]] = []
    alone: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place, claims = made(folder, options.rows, options.claims, options.encode)
        comparing.Searcher = lambda *given: Noted(  # type: ignore[assignment,misc]
            searcher(*given), str(folder / "notes")
        )
        queries = PartlyEncoded(options.claims).encode(made_claims(options.claims))
        told = Searches(folder, place, queries)
        for number in range(options.rounds):
            ran = commands(folder, place, claims)
            if len({sha256 for _, sha256 in ran.values()}) != 1:
                sys.exit(f"reports differ: {ran}")
            whole.append({way: {"seconds": seconds} for way, (seconds, _) in ran.items()})
            alone.append(searches(told))
            kept: dict[str, Any] = {"version": 1, "machine": as_json(machine())}
            kept |= {"rows": options.rows, "claims": options.claims, "rounds": number + 1}
            kept |= {"command": medians(whole), "search": medians(alone), "equal": True}
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    show(medians(whole), medians(alone))


def show(whole: dict[str, dict[str, float]], alone: dict[str, dict[str, float]]) -> None:
    """Print the medians, and what Ray costs over this process alone."""
    print("all reports the same bytes, all candidates and scores equal")
    for way, figures in whole.items():
        more = figures["seconds"] - whole["local"]["seconds"]
        print(f"command, {way:<6} {figures['seconds']:8.2f} s  {more:+8.2f} s")
    for way, figures in alone.items():
        line = f"search,  {way:<6} {figures['seconds']:8.2f} s"
        if "at work" in figures:
            line += f"  {figures['at work']:8.2f} s at work by {figures['processes']:.0f}"
            line += f" processes, {figures['most']:.0%} by the busiest"
        print(line)


if __name__ == "__main__":
    main()
