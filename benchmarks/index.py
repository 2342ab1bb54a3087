"""The index on disk: builds killed at random moments, a million rows, and how to find candidates.

    python benchmarks/index.py kill --kills 20
    python benchmarks/index.py scale --rows 1000000 --encode 50000
    python benchmarks/index.py retrieval --data ../shared/data/eval/documents_dev

`scale` builds an index, searches it exactly and approximately for 1, 100 and 1,000 claims, runs
whole comparisons, and lets other stores search the same vectors. What it measured is kept in
`build/bench/index/ROWS.json`, step by step: stopped, it goes on where it was. What no time is left
for is left out, and says so; the same command with more `--minutes` adds it. `index_page.py` makes
the page of these files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import index_runs
from index_kill import kill
from index_retrieval import retrieval
from timing import processor

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_MEMORY = 1_000  # MB, of an exact comparison
_MEGA = 2**20 / 1e6


def scale(options: argparse.Namespace) -> int:
    """Build a large index, search it, beside peers; 1 where a comparison took too much memory."""
    run = index_runs.begin(options.folder, options.rows, options.encode, minutes=options.minutes)
    print(f"{processor()}; {run.rows:,} rows, {run.encode:,} encoded for real", flush=True)
    if not index_runs.make(run):
        return 1
    index_runs.search(run, options.repeats)
    index_runs.judged(run, options.judged)
    index_runs.approximate(run, options.repeats)
    if not options.no_peers:
        index_runs.peers(run, options.limit, options.repeats)
    peaks = {
        name: told["peak"] * _MEGA
        for name, told in run.steps.items()
        if name.startswith(("exact, ", "compare, "))
    }
    for name, peak in peaks.items():
        print(f"{name}: {peak:,.0f} MB at the peak, {MOST_MEMORY:,} at most")
    return int(any(peak > MOST_MEMORY for peak in peaks.values()))


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("kill", help="Kill a build at random moments.")
    one.add_argument("--kills", type=int, default=20)
    one.add_argument("--rows", type=int, default=3_000)
    one = commands.add_parser("scale", help="A large index, beside peers.")
    one.add_argument("--rows", type=int, default=1_000_000)
    one.add_argument("--encode", type=int, default=50_000, help="how many texts, for real")
    one.add_argument("--folder", type=Path, default=index_runs.HOME)
    one.add_argument("--minutes", type=float, help="for all; no step begins after them")
    one.add_argument("--limit", type=float, default=300.0, help="seconds, for a step of a peer")
    one.add_argument("--repeats", type=int, default=3, help="of each search")
    one.add_argument("--judged", type=int, nargs="*", default=[1, 20], help="claims compared whole")
    one.add_argument("--no-peers", action="store_true")
    one = commands.add_parser("retrieval", help="Dense, lexical or hybrid.")
    one.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    works: dict[str, Callable[[argparse.Namespace], int]] = {
        "kill": kill,
        "scale": scale,
        "retrieval": retrieval,
    }
    return works[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
