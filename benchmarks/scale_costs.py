"""What work of any size costs, by the measured constants and lines; and how figures are said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scale_constants import PUBLISHED
from scale_fit import Line

from factcheck.index.candidates import MOST_CELLS
from factcheck.index.tending import A_PARTITION

SIZES = (10**6, 10**8, 10**9)
CLAIMS_A_DAY = 100_000
PAIRS = 200
# What is assumed, and not measured.
BATCHES_A_DAY = 24
MEMORY_SHARE = 0.75
PATIENCE = (1.0, 10.0)
HOUR, DAY = 3_600, 24
"""Seconds of an hour, hours of a day."""
VECTOR = 384 * 4
"""Bytes of a vector."""


@dataclass(frozen=True)
class Costs:
    """What work takes on one machine like the one that was measured.

    Attributes:
        told: All figures: `benchmarks/scale.json`.
    """

    told: dict[str, Any]

    def line(self, name: str) -> Line:
        """The line of a figure."""
        return Line(**self.told["lines"].get(name, {}))

    @property
    def cores(self) -> int:
        """Of the machine."""
        return int(self.told["constants"]["cores"])

    def rate(self, work: str, precision: str = "f32", cores: int | None = None) -> float:
        """Texts or pairs a second."""
        key = f"{work}, {precision}, {cores or self.cores}"
        return float(self.told["constants"][key]["rate"])

    def tokens(self, work: str) -> float:
        """Of a text or pair, on average."""
        return float(self.told["constants"][f"{work}, f32, {self.cores}"]["tokens"])

    def per_machine(self) -> int:
        """How many statements fit the memory of a machine, as they are searched."""
        memory = self.told["machine"]["memory"] * 2**30 * MEMORY_SHARE
        line = self.line("peak")
        return int((memory - line.start) / line.row)

    def encoding(self, texts: float, gpu: bool) -> float:
        """Hours of encoding."""
        return texts / (PUBLISHED["encode"].speed if gpu else self.rate("encode")) / HOUR

    def judging(self, claims: float, gpu: bool) -> float:
        """Hours of judging claims with their candidates."""
        return claims * PAIRS / (PUBLISHED["judge"].speed if gpu else self.rate("judge")) / HOUR

    def exact(self, rows: float, claims: float, batches: float) -> float:
        """Hours of exact search, the index opened once and gone through for each batch."""
        line = self.line("exact")
        through = batches * (line.start + line.row * rows)
        return (through + line.claim * claims + line.pair * rows * claims) / HOUR

    def by_ann(self, rows: float, claims: float, batches: float) -> float:
        """Hours of approximate search."""
        line = self.line("ann")
        through = batches * (line.start + line.row * rows)
        looked_into = min(rows, MOST_CELLS * 3 / 2 * A_PARTITION)
        return (through + line.claim * claims + line.pair * looked_into * claims) / HOUR


def number(value: float, digits: int = 2) -> str:
    """A figure with so many digits that count."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if abs(value) >= 10 ** (digits - 1):
        whole = round(value, digits - 1 - math.floor(math.log10(abs(value))))
        return f"{whole:,.0f}"
    return f"{value:.{digits}g}" if abs(value) >= 0.01 else f"{value:.{digits - 1}e}"


def amount(value: float, digits: int = 2) -> str:
    """Bytes as they are said."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if value >= size:
            return f"{number(value / size, digits)} {unit}"
    return f"{number(value, digits)} bytes"
