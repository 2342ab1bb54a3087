"""The exact search beside those of other libraries, on random unit rows.

    python benchmarks/top_k.py [--rows 10000,100000,1000000] [--queries 1,100,10000] [-k 10]

Each cell of the table is a corpus and a number of queries. All searches take turns; their results
must be the same, but for neighbours whose scores differ by less than a millionth. A search that by
its time for fewer queries would not end in `--cell` seconds (a round that does not count, and one
that does) is left out of the cell, and said so; `--full` gives each cell half an hour. Then, in a
process of its own, what the search adds to the memory at its peak (Linux only). The largest
corpus takes some 8 GiB with its copies in FAISS and LanceDB.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from book import Book, begin, parser
from results import TOP_K_ELSE, TOP_K_MANY, TOP_K_SAME, Check, Row, Target
from searches import OURS, as_arrays, disagreements, searches, unit_rows
from timing import alternate

from factcheck.search import top_k

if TYPE_CHECKING:
    import argparse

    from searches import Search, Vectors

FASTER = Target(least=2.0)
NEVER_SLOWER = Target(least=0.8)
MEMORY = Target(most=300.0)
LARGE, MANY = 100_000, 100
FULL_CELL = 1800.0


@dataclass
class Estimates:
    """How long each search takes a round, by what it took for fewer rows or queries."""

    taken: dict[str, dict[tuple[int, int], float]] = field(default_factory=dict)

    def note(self, name: str, rows: int, queries: int, seconds: float) -> None:
        """Remember a time."""
        self.taken.setdefault(name, {})[rows, queries] = seconds

    def seconds(self, name: str, rows: int, queries: int) -> float:
        """What is to be expected at most, both taken to be linear; 0 where nothing is known."""
        known = self.taken.get(name, {}).items()
        return min((took * rows / r * queries / q for (r, q), took in known), default=0.0)


def fitting(expected: dict[str, float], seconds: float, runs: int) -> tuple[int, dict[str, float]]:
    """How many rounds fit, and which peers are left out so that two do: the slowest.

    Args:
        expected: Seconds a round, by search.
        seconds: For all rounds, one of them not counted.
        runs: How many rounds there are to count at most.
    """
    kept = dict(expected)
    out: dict[str, float] = {}
    while len(kept) > 1 and 2 * sum(kept.values()) > seconds:
        slowest = max(kept.keys() - {OURS}, key=lambda name: kept[name])
        out[slowest] = kept.pop(slowest)
    rounds = int(seconds / sum(kept.values())) - 1 if sum(kept.values()) else runs
    return max(1, min(runs, rounds)), out


def agreement(
    book: Book, corpus: Vectors, queries: Vectors, k: int, cell: dict[str, Search]
) -> None:
    """Run each search once, and keep how far its result is ours."""
    found = {name: as_arrays(search(queries, k), len(queries)) for name, search in cell.items()}
    ours = found.pop(OURS)
    for name, peer in found.items():
        swaps, wrong = disagreements(queries, corpus, ours, peer)
        difference = np.abs(ours[0] - peer[0]).max()
        note = f"{swaps} swapped at a tie; scores differ by {difference:.0e} at most"
        what = f"{size(len(corpus), len(queries), k)}: other rows than {name}"
        book.add(Check(what, wrong, "", Target(most=0), True, note, TOP_K_SAME))


def size(rows: int, queries: int, k: int) -> str:
    """A cell's name."""
    return f"{rows:,} rows, {queries:,} quer{'y' if queries == 1 else 'ies'}, k={k}"


def measure(
    book: Book, corpus: Vectors, queries: Vectors, k: int, made: dict[str, Search], budget: Budget
) -> None:
    """One cell: who fits, whether they agree, how long they take."""
    rows, count, here = len(corpus), len(queries), size(len(corpus), len(queries), k)
    expected = {name: budget.known.seconds(name, rows, count) for name in made}
    rounds, out = fitting(expected, budget.cell, budget.runs)
    for name, seconds in out.items():
        book.leave_out(f"{name}, {here}", f"a run would take about {seconds:.0f} s")
    cell = {name: search for name, search in made.items() if name not in out}
    if len(cell) == 1:
        book.leave_out(here, f"ours would take about {expected[OURS]:.0f} s a run")
        return
    agreement(book, corpus, queries, k, cell)
    works = {name: partial(search, queries, k) for name, search in cell.items()}
    times = alternate(works, rounds, pause=budget.pause, warm=False)
    large = rows >= LARGE and count >= MANY
    for name, taken in times.items():
        budget.known.note(name, rows, count, taken.median)
        if name != OURS:
            sizes = {"rows": rows, "queries": count, "k": k}
            target, goal = (FASTER, TOP_K_MANY) if large else (NEVER_SLOWER, TOP_K_ELSE)
            ours = times[OURS].seconds
            book.add(Row(here, name, ours, taken.seconds, "faster", target, sizes, goal))
    print(f"{here}: " + ", ".join(f"{name} {taken}" for name, taken in times.items()), flush=True)


@dataclass(frozen=True)
class Budget:
    """How long cells may take.

    Attributes:
        runs: Rounds that count, at most.
        cell: Seconds for a cell.
        pause: Seconds before each run.
        known: What is known of the searches.
    """

    runs: int
    cell: float
    pause: float
    known: Estimates


def all_cells(book: Book, options: argparse.Namespace, budget: Budget) -> None:
    """Every corpus with every number of queries; k of `compare` once, too."""
    for rows in options.rows:
        rng = np.random.default_rng(0)
        corpus = unit_rows(rng, rows, options.dimension)
        queries = unit_rows(rng, max(options.queries), options.dimension)
        with tempfile.TemporaryDirectory() as name:
            made = searches(corpus, Path(name))
            for count in options.queries:
                measure(book, corpus, queries[:count], options.k, made, budget)
            if rows == LARGE and MANY in options.queries:
                measure(book, corpus, queries[:MANY], 200, made, budget)


def extra_memory(options: argparse.Namespace) -> float:
    """What a call adds to the peak memory, in MiB; to be asked in a process of its own."""
    rng = np.random.default_rng(0)
    corpus = unit_rows(rng, max(options.rows), options.dimension)
    queries = unit_rows(rng, min(MANY, max(options.queries)), options.dimension)
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = resident("VmHWM")
    top_k(queries, corpus, options.k)
    return (resident("VmHWM") - before) / 2**20


def resident(what: str) -> int:
    """A field of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no {what} in /proc/self/status")


def memory(book: Book, options: argparse.Namespace) -> None:
    """Keep what a call adds to the peak memory."""
    command = [sys.executable, *sys.argv, "--memory"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        book.leave_out("extra memory", (done.stderr.strip().splitlines() or ["no reason"])[-1])
        return
    rows, count = max(options.rows), min(MANY, max(options.queries))
    what = f"{size(rows, count, options.k)}: memory added at the peak"
    data = f"the vectors are {rows * options.dimension * 4 / 2**20:,.0f} MiB"
    book.add(Check(what, float(done.stdout), "MiB", MEMORY, note=data))


def arguments() -> argparse.Namespace:
    """The command line."""

    def counts(text: str) -> list[int]:
        return [int(part) for part in text.split(",")]

    made = parser(__doc__)
    made.add_argument("--rows", type=counts)
    made.add_argument("--queries", type=counts)
    made.add_argument("--dimension", type=int, default=384)
    made.add_argument("-k", type=int, default=10)
    made.add_argument("--cell", type=float, default=40, help="seconds for a cell of the table")
    made.add_argument("--full", action="store_true", help="half an hour for a cell")
    made.add_argument("--memory", action="store_true", help="print only the extra memory, in MiB")
    options = made.parse_args()
    options.rows = options.rows or ([2_000] if options.smoke else [10_000, 100_000, 1_000_000])
    options.queries = options.queries or ([1, 20] if options.smoke else [1, 100, 10_000])
    return options


def main() -> int:
    """Compare times and results, then measure the memory in a fresh process."""
    options = arguments()
    if options.memory:
        print(extra_memory(options))
        return 0
    cell = FULL_CELL if options.full else options.cell
    if options.minutes:
        cell = min(cell, options.minutes * 60 / (len(options.rows) * len(options.queries) + 1))
    title = "Exact search beside other libraries"
    book = begin("top_k", title, options)
    book.say(f"Random unit rows of {options.dimension} columns; all searches by turns.")
    pause = 0.0 if options.smoke else 0.5
    all_cells(book, options, Budget(options.runs, cell, pause, Estimates()))
    memory(book, options)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
