"""How the benchmarks time things: alternated in one run, told with median and spread.

A machine is slower one minute than the next, so a time alone says little. What is
compared takes turns, and the ratio of the medians is the figure that counts.
"""

from __future__ import annotations

import platform
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Times:
    """The wall times of one work, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        """The median, with the least and the greatest."""
        return f"{self.median:.3f} s ({min(self.seconds):.3f}-{max(self.seconds):.3f})"


def alternate(
    works: Mapping[str, Callable[[], object]],
    runs: int,
    *,
    pause: float = 0.0,
    warm: bool = True,
    seconds: float | None = None,
) -> dict[str, Times]:
    """Time works by turns, after one round that does not count.

    Args:
        works: What to time, by name.
        runs: How many times each.
        pause: Seconds before each, for the threads of the one before to come to rest.
        warm: Whether there is a round that does not count.
        seconds: About how long in all: no round begins that would not end in it, but for the
            first that counts.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    start, longest = time.perf_counter(), 0.0
    for number in range(0 if warm else 1, runs + 1):
        begun = time.perf_counter()
        if seconds and number > 1 and begun - start + longest > seconds:
            break
        for name, work in works.items():
            time.sleep(pause)
            took = timed(work)
            if number:
                taken[name].append(took)
        longest = max(longest, time.perf_counter() - begun)
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def timed(work: Callable[[], object]) -> float:
    """How many seconds a work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def show_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first row as their head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("  ".join(line).rstrip())


def processor() -> str:
    """The processor's model, as the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        told = ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if "model name" in line]
    return names[0] if names else platform.processor() or platform.machine()
