"""Draw the pictures of docs/speed.md from the result files that the benchmarks have left.

    python benchmarks/plots.py [--results build/bench] [--pictures docs/pictures]

The same files give the same pictures, byte for byte. What a picture needs and was not measured
leaves the picture out, and is said.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from book import FOLDER, ROOT, Book
from growth import MEBIBYTES, SECONDS
from results_page import read_books
from searches import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from results import Point, Row

mpl.use("svg")
from matplotlib import pyplot as plt

PICTURES = ROOT / "docs" / "pictures"
STYLE = {
    "svg.fonttype": "none",  # letters stay letters: small, and found by a search
    "svg.hashsalt": "factcheck",  # else ids in the file would be chance
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
}
# Told apart by those who see few colours, too: Okabe and Ito's, with marks of their own.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
MARKS = ("o", "s", "^", "D", "v", "P")
MET, MISSED, PLAIN = "#0072b2", "#d55e00", "#999999"


def caption(book: Book) -> str:
    """What a picture's figures depend on."""
    machine = book.machine
    told = f"{machine.processor}, {machine.cores} cores, a load of {machine.load:.1f} by other work"
    return f"smoke run, no figures: {told}" if book.smoke else told


def save(figure: Any, folder: Path, name: str, book: Book) -> None:
    """Write a picture, with what it depends on below."""
    figure.supxlabel(caption(book), fontsize=8, color="#555555")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def errors(taken: Sequence[Sequence[float]]) -> tuple[list[float], Any]:
    """Medians, and how far the least and the greatest are from them."""
    middle = [statistics.median(each) for each in taken]
    low = [m - min(each) for m, each in zip(middle, taken, strict=True)]
    high = [max(each) - m for m, each in zip(middle, taken, strict=True)]
    return middle, [low, high]


def draw_targets(books: dict[str, Book], folder: Path) -> str:
    """How many times as fast as the peer each work with a target is, beside the target."""
    rows = [row for book in books.values() for row in book.rows if row.target]
    if not (rows := nearest_missing(rows)):
        return "no work with a target was measured"
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.27 * len(rows)))
    for place, row in enumerate(reversed(rows)):
        times, least = speeds(row)
        colour = MET if row.verdict.startswith("met") else MISSED
        axes.barh(place, times - 1, left=1, color=colour, height=0.7)
        axes.plot([least, least], [place - 0.45, place + 0.45], color="black", linewidth=2)
        axes.annotate(f" {times:.2g}", (max(times, least, 1), place), va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [f"{row.work} | {row.peer}" for row in reversed(rows)])
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xscale("log")
    plain(axes.xaxis)
    axes.axvline(1, color="#555555", linewidth=1)
    axes.set_title("Times as fast as the peer; the black mark is the target", fontsize=11)
    axes.grid(axis="y", visible=False)
    save(figure, folder, "speed-targets", next(iter(books.values())))
    return ""


def nearest_missing(rows: Iterable[Row]) -> list[Row]:
    """Of each work the one with the peer that comes nearest to making it miss its target."""
    found: dict[str, Row] = {}
    for row in rows:
        there = found.setdefault(row.work, row)
        if ratio_to_target(row) < ratio_to_target(there):
            found[row.work] = row
    return list(found.values())


def ratio_to_target(row: Row) -> float:
    """How far beyond its target a work is; 1 is the target."""
    times, least = speeds(row)
    return times / least


def plain(axis: Any) -> None:
    """Numbers in place of powers of ten along a logarithmic axis, at the powers alone."""
    axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_formatter(mpl.ticker.NullFormatter())


def speeds(row: Row) -> tuple[float, float]:
    """How many times as fast as the peer a work is, and is to be."""
    assert row.target
    if row.kind == "faster":
        return row.figure, row.target.least or 1.0
    return 1 / row.figure, 1 / (row.target.most or 1.0)


def draw_top_k(books: dict[str, Book], folder: Path) -> str:
    """Seconds of each exact search by the number of rows, one panel for each number of queries."""
    book = books.get("top_k")
    rows = [row for row in book.rows if row.sizes["k"] == 10] if book else []
    if book is None or not rows:
        return "top_k was not measured"
    panels = sorted({row.sizes["queries"] for row in rows})
    figure, every = plt.subplots(1, len(panels), figsize=(10, 4), sharey=True, squeeze=False)
    names = list(dict.fromkeys([OURS, *(row.peer for row in rows)]))
    for axes, queries in zip(every[0], panels, strict=True):
        here = [row for row in rows if row.sizes["queries"] == queries]
        for number, name in enumerate(names):
            taken = {
                row.sizes["rows"]: row.ours if name == OURS else row.theirs
                for row in here
                if name in {OURS, row.peer}
            }
            sizes = sorted(taken)
            middle, spread = errors([taken[size] for size in sizes])
            look: dict[str, Any] = {"color": COLOURS[number], "marker": MARKS[number]}
            axes.errorbar(sizes, middle, spread, label=name, markersize=5, capsize=2, **look)
        axes.set(xscale="log", yscale="log", xlabel="rows")
        plain(axes.xaxis)
        plain(axes.yaxis)
        axes.set_title(f"{queries:,} quer{'y' if queries == 1 else 'ies'}", fontsize=11)
    every[0][0].set_ylabel("seconds")
    every[0][0].legend(fontsize=8)
    save(figure, folder, "speed-top-k", book)
    return ""


def draw_growth(books: dict[str, Book], folder: Path) -> str:
    """Time and memory by the number of statements, beside a line that is linear."""
    book = books.get("growth")
    series: dict[str, list[Point]] = {SECONDS: [], MEBIBYTES: []}
    for point in book.points if book else ():
        series[point.series].append(point)
    drawn = {name: points for name, points in series.items() if len(points) > 1}
    if book is None or not drawn:
        return "growth was not measured"
    figure, every = plt.subplots(1, len(drawn), figsize=(9, 3.8), squeeze=False)
    for axes, (name, points) in zip(every[0], drawn.items(), strict=True):
        sizes = [point.x for point in points]
        middle, spread = errors([point.values for point in points])
        axes.errorbar(sizes, middle, spread, color=MET, marker="o", capsize=3, label="measured")
        line = middle[-1] * np.array(sizes) / sizes[-1]
        axes.plot(sizes, line, color="#555555", linestyle="--", label="linear, through the last")
        axes.set(xscale="log", yscale="log", xlabel="statements", ylabel=name)
        plain(axes.xaxis)
        plain(axes.yaxis)
        axes.legend(fontsize=8)
    save(figure, folder, "speed-growth", book)
    return ""


def draw_imports(books: dict[str, Book], folder: Path) -> str:
    """What importing each package takes."""
    book = books.get("start")
    found = [check for check in book.checks if check.unit == "ms"] if book else []
    if book is None or not found:
        return "start was not measured"
    found.sort(key=lambda check: check.value)
    figure, axes = plt.subplots(figsize=(8, 0.9 + 0.24 * len(found)))
    colours = [MISSED if check.what.endswith(", heavy") else MET for check in found]
    labels = [check.what.removesuffix(", heavy") for check in found]
    bars = axes.barh(labels, [check.value for check in found], color=colours, height=0.7)
    axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=8)
    axes.set_title("Milliseconds of a process; what no cached run imports is orange", fontsize=11)
    axes.tick_params(axis="y", labelsize=8)
    axes.grid(axis="y", visible=False)
    save(figure, folder, "speed-imports", book)
    return ""


DRAWINGS: dict[str, Callable[[dict[str, Book], Path], str]] = {
    "speed-targets": draw_targets,
    "speed-top-k": draw_top_k,
    "speed-growth": draw_growth,
    "speed-imports": draw_imports,
}


def draw(books: Iterable[Book], folder: Path) -> dict[str, str]:
    """Draw all; of each picture nothing, or why there is none."""
    by_name = {book.name: book for book in books}
    with mpl.rc_context(STYLE):
        return {name: drawing(by_name, folder) for name, drawing in DRAWINGS.items()}


def main() -> int:
    """Read the files, draw the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=FOLDER)
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    options = parser.parse_args()
    try:
        books = read_books(options.results)
    except (OSError, ValueError, TypeError, KeyError) as error:
        print(f"{options.results}: {error}", file=sys.stderr)
        return 2
    told = draw(books, options.pictures)
    for name, why in told.items():
        print(f"{name}.svg: {why or 'drawn'}")
    return int(any(told.values()))


if __name__ == "__main__":
    sys.exit(main())
