"""Write RESULTS-index.md of what `index.py scale` left; nothing in it is typed.

python benchmarks/index_page.py [--folder build/bench/index] [--page benchmarks/RESULTS-index.md]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import index_runs
from index_peers import PEERS
from machine import read_machine
from results_page import cell, table
from scale_costs import amount, number

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).resolve().parent / "RESULTS-index.md"
MOST_MEMORY = 1_000
HEAD = """\
# The index on disk, beside other stores

Made by `python benchmarks/index_page.py` of the files that `index.py scale` leaves; no figure is
typed by hand. The corpus is made up (`index_corpus.py`): sentences of the lengths of real ones, the
first of them encoded for real, the others with vectors between those of two encoded texts, with
noise. Each step is a process of its own; searches are medians, and memory is the most of any run.
Every store is asked for the 200 nearest of each claim, as many as factcheck judges. Importing a
library is not timed. [How it is measured](README.md).
"""
_MEGA = 2**20 / 1e6


def page(runs: Sequence[index_runs.Run]) -> str:
    """The page, the largest corpus first."""
    parts = [HEAD, *(section(run) for run in reversed(runs))]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def section(run: index_runs.Run) -> str:
    """One corpus."""
    steps = run.steps
    loads = [told["load"] for told in steps.values()] or [0.0]
    machine = [line for line in read_machine(run.machine).lines() if "other work" not in line]
    parts = [f"## {run.rows:,} statements", "\n".join(f"- {line}" for line in machine)]
    parts[-1] += f"\n- other work: a load of {min(loads):.1f} to {max(loads):.1f} while it ran"
    if "build" in steps:
        parts.append(_built(run))
    parts.append(_searches(steps))
    if whole := _whole(steps):
        parts.append(whole)
    if run.left_out:
        parts.append(
            "Left out:\n\n" + "\n".join(f"- {cell(n)}: {cell(y)}" for n, y in run.left_out.items())
        )
    return "\n\n".join(part for part in parts if part)


def _built(run: index_runs.Run) -> str:
    built = run.steps["build"]
    own = built["seconds"] - built["encoding"] - built["making"]
    rows = [
        ("built in", f"{number(built['seconds'])} s, {built['peak'] * _MEGA:,.0f} MB at the peak"),
        ("without encoding", f"{number(own)} s, {number(run.rows / own)} statements a second"),
        (
            "encoded for real",
            f"{built['encoded']:,}, {number(built['encoded'] / built['encoding'])} a second",
        ),
    ]
    if whole := run.steps.get("compact"):
        each = whole["files"] / whole["rows"]
        rows.append(("on disk", f"{amount(whole['files'])}, {number(each)} bytes a statement"))
        rows.append(("of it the index of words", amount(whole["indices"])))
    if ann := run.steps.get("ann"):
        took = f"{number(ann['seconds'])} s, {ann['peak'] * _MEGA:,.0f} MB at the peak"
        rows.append(("index over vectors, made in", took))
        each = ann["bytes"] / run.steps["compact"]["rows"]
        rows.append(("on disk besides", f"{amount(ann['bytes'])}, {number(each)} a statement"))
    return table(("factcheck", ""), rows)


def _searches(steps: dict[str, dict[str, Any]]) -> str:
    ways = [("factcheck, exact", "exact", None, ""), ("factcheck, --ann", "ann", "ann", "")]
    ways += [(name, name, f"{name}: build", peer.told) for name, peer in PEERS.items()]
    rows = [
        (name, f"{count:,}", *_figures(count, found, steps.get(built or "")), told)
        for name, key, built, told in ways
        for count in index_runs.COUNTS
        if (found := steps.get(f"{key}, {count}"))
    ]
    head = (
        *("search", "claims", "opening s", "search s", "ms a claim", "peak MB", "recall@10"),
        *("recall@200", "built in s", "bytes on disk", "asked"),
    )
    told = [
        f"{steps[f'ann, {count}']['told']:.3f} for {count:,}"
        for count in index_runs.COUNTS
        if f"ann, {count}" in steps
    ]
    notes = f"\n\nOf itself `--ann` told a recall of {', '.join(told)} claims." if told else ""
    return table(head, rows) + notes if rows else ""


def _figures(count: int, found: dict[str, Any], built: dict[str, Any] | None) -> tuple[str, ...]:
    size = (built or {}).get("files", (built or {}).get("bytes"))
    return (
        f"{found['opening']:.2f}",
        f"{found['search']:.3f}",
        number(1000 * found["search"] / count),
        f"{found['peak'] * _MEGA:,.0f}",
        f"{found['recall10']:.3f}",
        f"{found['recall200']:.3f}",
        number(built["seconds"]) if built else "",
        amount(size) if size else "",
    )


def _whole(steps: dict[str, dict[str, Any]]) -> str:
    rows = []
    for name, told in steps.items():
        if name.startswith("compare, "):
            peak = told["peak"] * _MEGA
            held = "under" if peak <= MOST_MEMORY else "over"
            seconds = number(told["seconds"])
            rows.append((name.removeprefix("compare, "), seconds, f"{peak:,.0f}", held))
    head = ("`factcheck compare --index`, claims", "seconds", "peak MB", "1 GB")
    return table(head, rows) if rows else ""


def runs_of(folder: Path, rows: Sequence[int] | None) -> list[index_runs.Run]:
    """The runs of a folder, of some sizes or of all."""
    return [run for run in index_runs.runs(folder) if not rows or run.rows in rows]


def main() -> int:
    """Read the files, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=index_runs.HOME)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--rows", type=int, nargs="*", help="only these sizes")
    options = parser.parse_args()
    try:
        runs = runs_of(options.folder, options.rows)
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.folder}: {error}", file=sys.stderr)
        return 2
    if not runs:
        print(f"{options.folder}: no such run; `index.py scale` makes one", file=sys.stderr)
        return 2
    options.page.write_text(page(runs), "utf-8")
    print(f"{options.page.name}: {len(runs)} sizes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
