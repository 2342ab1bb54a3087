"""An index built by a Ray of this machine: beside one process, and with nodes killed meanwhile.

python benchmarks/cluster.py build --rows 5000 --processes 1,2,4
python benchmarks/cluster.py kill --kills 10 --rows 20000
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from index_corpus import write_rows
from timing import processor, show_table

from factcheck import weights
from factcheck.cluster.building import Workers
from factcheck.cluster.building import build as build_by_cluster
from factcheck.cluster.session import connected
from factcheck.cluster.work import finder_of
from factcheck.encoders import SentenceEncoder
from factcheck.index.building import build as build_here
from factcheck.index.building import prepared
from factcheck.index.reading import items_of, statements_of
from factcheck.index.removing import keys_where
from factcheck.index.table import open_table
from factcheck.index.verifying import verify
from factcheck.inference import Progress, StandIn, silent
from factcheck.running import Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.records import Precision

    Vectors = NDArray[np.float32]

_FILES = 16
_BATCH = 256
_SEED = 17
_WIDTH = 384


def write_corpus(folder: Path, count: int) -> Path:
    """Made-up statements in several files, as a corpus has them."""
    whole = folder / "whole.jsonl"
    write_rows(whole, count)
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    whole.unlink()
    corpus = folder / "corpus"
    corpus.mkdir()
    size = -(-count // _FILES // 200) * 200  # a source's statements stay together
    for start in range(0, count, size):
        (corpus / f"{start:08d}.jsonl").write_text("".join(lines[start : start + size]), "utf-8")
    return corpus


class Counted(StandIn):
    """An encoder that notes in a file of its process how many texts it had, and how long."""

    def __init__(self, inner: Encoder, folder: Path) -> None:
        """Nothing was encoded yet."""
        super().__init__(inner)
        self._inner, self._folder = inner, folder

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """As the inner one."""
        start = time.perf_counter()
        vectors = self._inner.encode(texts, progress)
        told = {"texts": len(texts), "seconds": time.perf_counter() - start}
        with (self._folder / str(os.getpid())).open("a") as file:
            file.write(json.dumps(told) + "\n")
        return vectors


@dataclass(frozen=True)
class Finder:
    """Finds the encoder in a worker, and counts what it does."""

    find: Callable[[], Encoder]
    folder: Path

    def __call__(self) -> Encoder:
        """The encoder."""
        return Counted(self.find(), self.folder)


class Hashed:
    """Vectors made of the hashes of texts: no model, so that what is measured is all the rest."""

    name = "hashed"
    sha256 = "0" * 64
    fingerprint = "hashed"
    precision: Precision = "f32"

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Unit rows, the same for the same text."""
        progress(0, len(texts))
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        rows = [np.random.default_rng(seed).standard_normal(_WIDTH) for seed in seeds]
        found = np.array(rows, np.float32).reshape(len(texts), _WIDTH)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found


def build(options: argparse.Namespace) -> int:
    """One corpus by one process, and by a Ray; exit status 1 where the indexes differ."""
    execution = Execution()
    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER), execution)
    find = finder_of(weights.DEFAULT_ENCODER, encoder, execution)
    encoder.encode(["loaded"])
    table: list[tuple[str, ...]] = [
        ("by", "seconds", "of these Ray's start", "statements a second", "shares", "same")
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = write_corpus(folder, options.rows)
        place = folder / "local"
        prepared(str(place), encoder)
        start = time.perf_counter()
        given = statements_of(items_of([corpus]))
        done = build_here(str(place), given, encoder, batch=_BATCH)
        seconds = time.perf_counter() - start
        wanted = rows(place)
        table.append(row("one process", seconds, 0, done.added, "-", same=True))
        differ = False
        for count in options.processes:
            place, counts = folder / f"ray-{count}", folder / f"counts-{count}"
            counts.mkdir()
            prepared(str(place), encoder)
            start = time.perf_counter()
            with connected(None, count):
                began = time.perf_counter() - start
                workers = Workers(count, Finder(find, counts))
                done = build_by_cluster(
                    str(place), items_of([corpus]), encoder, workers, batch=_BATCH
                )
            seconds = time.perf_counter() - start
            same = rows(place) == wanted
            differ |= not same
            told = row(f"Ray, {count}", seconds, began, done.added, shares(counts), same=same)
            table.append(told)
    print(f"{options.rows:,} statements, {processor()}")
    show_table(table)
    return int(differ)


def row(
    what: str, seconds: float, began: float, added: int, divided: str, *, same: bool
) -> tuple[str, ...]:
    """A line of the table."""
    rate = f"{added / (seconds - began):,.0f}"
    return what, f"{seconds:.1f}", f"{began:.1f}", rate, divided, "yes" if same else "NO"


def shares(folder: Path) -> str:
    """How many texts each worker had."""
    told = [file.read_text("utf-8").splitlines() for file in folder.iterdir()]
    each = [sum(json.loads(line)["texts"] for line in lines) for lines in told]
    return " + ".join(f"{count:,}" for count in sorted(each, reverse=True))


def rows(place: Path) -> list[dict[str, Any]]:
    """All that is in an index, by key."""
    found: list[dict[str, Any]] = open_table(str(place)).data.to_table().to_pylist()
    return sorted(found, key=lambda one: one["key"])


def kill(options: argparse.Namespace) -> int:
    """Kill a node of two at random moments of builds; exit status 1 where anything is lost."""
    from ray.cluster_utils import Cluster

    chance = random.Random(_SEED)  # noqa: S311 - chance is not for secrets here
    os.environ["RAY_AUTH_MODE"] = "disabled"
    checks = {"health_check_period_ms": 1_000, "health_check_failure_threshold": 3}
    head = {"num_cpus": 1, "include_dashboard": False, "_system_config": checks}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    encoder, seconds = Hashed(), 0.0
    killed = lost = twice = unsound = 0
    with tempfile.TemporaryDirectory() as name:
        corpus = write_corpus(Path(name), options.rows)
        wanted = Counter(each.key for each in statements_of(items_of([corpus])))
        for run in range(options.kills + 1):
            place = Path(name, f"index-{run}")
            node = cluster.add_node(num_cpus=1)
            prepared(str(place), encoder)
            with connected(cluster.address, 2):
                killer = Killer(cluster, node, chance.uniform(0.05, 0.95) * seconds)
                start = time.perf_counter()
                if run:  # the first tells how long one takes
                    killer.start()
                workers = Workers(2, Hashed)
                build_by_cluster(str(place), items_of([corpus]), encoder, workers, batch=_BATCH)
                seconds = seconds or time.perf_counter() - start
                killed += int(killer.stop())
            here = Counter(keys_where(open_table(str(place)), None))
            lost += sum((wanted - here).values())
            twice += sum((here - wanted).values())
            unsound += len(verify(open_table(str(place)), None).faults)
    cluster.shutdown()
    heads = ("runs", "nodes killed", "losses", "duplicates", "faults")
    show_table([heads, tuple(map(str, (options.kills, killed, lost, twice, unsound)))])
    return int(bool(lost or twice or unsound or not killed))


class Killer(threading.Thread):
    """Kills a node after a while, unless the build ends first."""

    def __init__(self, cluster: Any, node: Any, seconds: float) -> None:
        """Nothing happens before it is started."""
        super().__init__()
        self._cluster, self._node, self._seconds = cluster, node, seconds
        self._over = threading.Event()
        self._killed = False

    def run(self) -> None:
        """Wait, and kill."""
        if not self._over.wait(self._seconds):
            self._cluster.remove_node(self._node, allow_graceful=False)
            self._killed = True

    def stop(self) -> bool:
        """Whether the node was killed while the build ran; it is gone afterwards."""
        self._over.set()
        if self.ident:
            self.join()
        if not self._killed:
            self._cluster.remove_node(self._node, allow_graceful=False)
        return self._killed


def main() -> int:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(required=True)
    part = parts.add_parser("build")
    part.add_argument("--rows", type=int, default=5_000)
    part.add_argument(
        "--processes", type=lambda told: [*map(int, told.split(","))], default="1,2,4"
    )
    part.set_defaults(run=build)
    part = parts.add_parser("kill")
    part.add_argument("--kills", type=int, default=10)
    part.add_argument("--rows", type=int, default=20_000)
    part.set_defaults(run=kill)
    options = parser.parse_args()
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
