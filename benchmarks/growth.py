"""How time and memory grow with the statements, where their vectors are given.

    python benchmarks/growth.py [--statements 10000,100000,1000000] [--claims 100]

What is measured is `factcheck.compare` on claims and statements that are there already: searching,
judging, ranking, the report. The encoder hands out vectors made before, the stance model
probabilities drawn by chance: how fast models are is told elsewhere. Each run is a process of
its own; the sizes take turns. Time is that of the call; memory is what the call adds to the peak
of the process (Linux only), the claims, statements and vectors being there before it. The exponent
is the slope of a line through the medians, both axes being logarithmic: 1 is linear.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from book import Book, begin, parser
from results import GROWTH_MEMORY, GROWTH_TIME, Check, Point, Target
from searches import unit_rows
from top_k import resident

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.inference import Progress
    from factcheck.records import Claim, Statement

    Vectors = NDArray[np.float32]

DIMENSION = 384
# Linear, and as much more as rounds to linear.
LINEAR = Target(most=1.05)
SECONDS, MEBIBYTES = "seconds", "MiB added at the peak"


class Given:
    """An encoder that hands out vectors that are there, and a stance model that draws lots."""

    name = "given"
    sha256 = "0" * 64
    fingerprint = "given"
    precision = "f32"

    def __init__(self, vectors: Vectors) -> None:
        """Take the vectors of all texts, in the order in which they are asked for."""
        self._vectors = vectors

    def encode(self, texts: Sequence[str], progress: Progress) -> Vectors:
        """The vectors, shape (n, d)."""
        assert len(texts) == len(self._vectors)
        progress(len(texts), len(texts))
        return self._vectors

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress) -> Vectors:
        """Probabilities, shape (n, 3)."""
        progress(len(pairs), len(pairs))
        chance = np.random.default_rng(len(pairs))
        return np.asarray(chance.dirichlet((1, 8, 1), len(pairs)), np.float32)


def passages(claims: int, statements: int) -> tuple[list[Claim], list[Statement]]:
    """So many of each, with texts of their own of about 120 characters."""
    from factcheck.records import Claim, Source, Statement

    official = Source(id="official", kind="official", title="Official")
    critique = Source(id="critique", kind="ngo", title="Critique")
    words = " of the council, as it was told to the assembly on that day, and again in its letter"
    return (
        [
            Claim.model_construct(source=official, id=f"c{n}", text=f"Claim {n}{words}.")
            for n in range(claims)
        ],
        [
            # As many digits each, so that they are in the order of their keys.
            Statement.model_construct(source=critique, id=f"s{n:08}", text=f"Statement {n}{words}.")
            for n in range(statements)
        ],
    )


def one(claims: int, statements: int) -> tuple[float, float | None]:
    """Seconds of a call, and MiB that it added to the peak, where that can be told."""
    from factcheck.compare import compare

    few = passages(1, 5)
    compare(*few, encoder=Given(unit_rows(np.random.default_rng(0), 6, 8)))  # type: ignore[arg-type]
    sides = passages(claims, statements)
    given = Given(unit_rows(np.random.default_rng(0), claims + statements, DIMENSION))
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before: int | None = resident("VmHWM")
    except OSError:
        before = None
    start = time.perf_counter()
    report = compare(*sides, encoder=given, stance=given)  # type: ignore[arg-type]
    seconds = time.perf_counter() - start
    assert len(report.findings) == claims
    return seconds, None if before is None else (resident("VmHWM") - before) / 2**20


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The exponent of growth: of a line through the logarithms, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def rounds(book: Book, options: argparse.Namespace) -> dict[int, list[tuple[float, float | None]]]:
    """Run each size by turns, in processes of their own."""
    found: dict[int, list[tuple[float, float | None]]] = {n: [] for n in options.statements}
    start, longest = time.perf_counter(), 0.0
    for number in range(options.runs):
        begun = time.perf_counter()
        if options.minutes and number and begun - start + longest > options.minutes * 60:
            book.leave_out(f"rounds {number + 1} to {options.runs}", "they do not fit the time")
            break
        for size, taken in found.items():
            asked = ["--one", str(size), "--claims", str(options.claims)]
            done = subprocess.run(
                [sys.executable, __file__, *asked], capture_output=True, check=True
            )
            seconds, added = json.loads(done.stdout)
            taken.append((seconds, added))
            print(f"{size:,} statements: {seconds:.2f} s", flush=True)
        longest = max(longest, time.perf_counter() - begun)
    return found


def keep(book: Book, series: str, goal: str, values: dict[int, tuple[float, ...]]) -> None:
    """Keep a series of points and its exponent."""
    for size, taken in values.items():
        book.add(Point(series, size, taken))
        digits = 4 if series == SECONDS else 1
        note = f"{min(taken):.{digits}f}-{max(taken):.{digits}f}, {len(taken)} runs"
        middle = round(statistics.median(taken), digits)
        book.add(Check(f"{size:,} statements: {series}", middle, note=note))
    medians = [statistics.median(taken) for taken in values.values()]
    if len(medians) > 1:
        exponent = round(slope(list(values), medians), 3)
        book.add(Check(f"{series}: exponent of growth", exponent, "", LINEAR, goal=goal))
        sizes = list(values)
        steps = [slope(sizes[n : n + 2], medians[n : n + 2]) for n in range(len(sizes) - 1)]
        steepest, what = round(max(steps), 3), f"{series}: exponent of the steepest step"
        book.add(Check(what, steepest, "", LINEAR, goal=goal))


def arguments() -> argparse.Namespace:
    """The command line."""

    def counts(text: str) -> list[int]:
        return [int(part) for part in text.split(",")]

    made = parser(__doc__)
    made.add_argument("--statements", type=counts, help="sizes, separated by commas")
    made.add_argument("--claims", type=int, help="how many, for all sizes")
    made.add_argument("--one", type=int, help="only run this size once and print it as JSON")
    options = made.parse_args()
    default = [300, 1000] if options.smoke else [10_000, 100_000, 1_000_000]
    options.statements = options.statements or default
    options.claims = options.claims or (3 if options.smoke else 100)
    return options


def main() -> int:
    """Measure all sizes by turns, and how they grow."""
    options = arguments()
    if options.one:
        print(json.dumps(one(options.claims, options.one)))
        return 0
    book = begin("growth", "Growth with the statements, vectors given", options)
    book.say(f"{options.claims} claims; of each the 200 nearest statements are judged and ranked.")
    found = rounds(book, options)
    seconds = {size: tuple(s for s, _ in taken) for size, taken in found.items()}
    keep(book, SECONDS, GROWTH_TIME, seconds)
    added = {size: tuple(m for _, m in taken if m is not None) for size, taken in found.items()}
    if all(added.values()):
        keep(book, MEBIBYTES, GROWTH_MEMORY, added)
    else:
        book.leave_out("memory", "this system does not tell it")
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
