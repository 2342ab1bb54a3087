"""Write RESULTS.md of the result files that the benchmarks have left; nothing in it is typed.

python benchmarks/results_page.py [--results build/bench] [--page benchmarks/RESULTS.md]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from book import FOLDER, Book, read_book
from results import (
    CHECK_HEAD,
    GOALS,
    HEADS,
    LEAST_RUNS,
    Check,
    Row,
    cells,
    check_cells,
    figure,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = Path(__file__).resolve().parent / "RESULTS.md"
ORDER = (
    *("peers", "top_k", "whole", "whole_full", "start", "adding", "growth", "lexical", "limits"),
    "batching",
)
HEAD = f"""\
# Speed beside peers

Made by `python benchmarks/results_page.py` of the result files that `make bench` leaves; no figure
is typed by hand. Each is a ratio to a peer that did the same work in the same run, by turns: of the
medians, with the least and the greatest ratio of a round beside it. Where fewer than {LEAST_RUNS}
runs fitted the time, their number stands with it. [How it is measured](README.md), and
[the pictures](../docs/speed.md).
"""
SMOKE = """
**A smoke run: sizes so small that it shows only that the benchmarks work. Its figures mean
nothing.**
"""


def cell(text: str) -> str:
    """A text as a table's cell."""
    return re.sub(r"<(?=[\w/!?])", "&lt;", " ".join(text.split()).replace("|", "\\|"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def worst(found: Sequence[Row | Check]) -> Row | Check:
    """Of the figures of a goal, the one that comes least near to its target."""

    def margin(each: Row | Check) -> float:
        target, reached = each.target, each.figure if isinstance(each, Row) else each.value
        if target is None:
            return float("inf")
        if target.least is not None:
            return reached / target.least
        most = target.most or 0.0
        return most / reached if reached > 0 else 1.0 if most == 0 else float("inf")

    return min(found, key=margin)


def goals(books: Sequence[Book]) -> list[list[str]]:
    """What was to be reached: target, the worst figure, whether it was met, of how many figures."""
    found: dict[str, list[Row | Check]] = {}
    for book in books:
        every: list[Row | Check] = [*book.rows, *book.checks]
        for each in every:
            if each.goal:
                found.setdefault(each.goal, []).append(each)
    # Others are the same work run in another way than by default; they stand below the first.
    names = [name for goal in GOALS for name in (goal, *sorted(found)) if name.startswith(goal)]
    lines = []
    for name in dict.fromkeys(names):
        if name not in found:
            lines.append([name, "", "", "", "not measured"])
            continue
        least = worst(found[name])
        shown = figure(least) if isinstance(least, Row) else value(least)
        which = f"{least.work}, {least.peer}" if isinstance(least, Row) else least.what
        met = sum(each.verdict.startswith("met") for each in found[name])
        verdict = least.verdict if len(found[name]) == 1 else f"{met} of {len(found[name])} met"
        lines.append([name, str(least.target or ""), shown, which, verdict])
    return lines


def section(book: Book, machine: Sequence[str]) -> str:
    """One benchmark: its command, its tables, what was left out."""
    parts = [f"## {book.title}", f"    {book.command}"]
    if (own := book.machine.lines()) != list(machine):
        parts.append("\n".join(f"- {line}" for line in own if line not in machine))
    for kind, head in HEADS.items():
        rows = [cells(row) for row in book.rows if row.kind == kind]
        if rows:
            parts.append(table(head, rows))
    if book.checks:
        parts.append(table(CHECK_HEAD, map(check_cells, book.checks)))
    if book.notes:
        parts.append("\n".join(f"- {cell(note)}" for note in book.notes))
    if book.left_out:
        parts.append("Left out:\n\n" + "\n".join(f"- {cell(each)}" for each in book.left_out))
    return "\n\n".join(part for part in parts if part)


def page(books: Sequence[Book]) -> str:
    """The page of all benchmarks."""
    machine = books[0].machine.lines()
    parts = [HEAD + (SMOKE if any(book.smoke for book in books) else "")]
    parts.append("\n".join(f"- {line}" for line in machine))
    parts.append("## What was to be reached")
    parts.append("Of several figures, the one that comes least near to its target.")
    parts.append(table(("work", "target", "figure", "where", ""), goals(books)))
    parts += [section(book, machine) for book in books]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def read_books(folder: Path) -> list[Book]:
    """All result files of a folder, in the order of the page."""
    found = {path.stem: path for path in folder.glob("*.json")}
    names = [name for name in ORDER if name in found]
    return [read_book(found[name]) for name in (*names, *sorted(found.keys() - set(names)))]


def main() -> int:
    """Read the files, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=FOLDER)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    try:
        books = read_books(options.results)
    except (OSError, ValueError, TypeError, KeyError) as error:
        print(f"{options.results}: {error}", file=sys.stderr)
        return 2
    if not books:
        print(f"{options.results}: no result file; run `make bench` first", file=sys.stderr)
        return 2
    options.page.write_text(page(books), "utf-8")
    print(f"{options.page.name}: {len(books)} benchmarks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
