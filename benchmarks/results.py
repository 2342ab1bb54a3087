"""What a benchmark finds: figures beside a peer, checks, points of a plot; how they are shown."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Literal

LEAST_RUNS = 5

# What was to be reached, by the names under which figures are gathered.
ENCODE, ENCODE_SAME = "encode, CPU, bulk", "encode: cosine to the peer's vectors"
STANCE, STANCE_SAME = "stance, CPU, bulk", "stance: the peer's label"
STANCE_NEAR = "stance: difference of a probability"
TOP_K_MANY = "top-k, 100,000 rows and more, 100 queries and more"
TOP_K_ELSE, TOP_K_SAME = "top-k elsewhere", "top-k: rows that differ from a peer's"
CACHED, CACHED_LIGHT = "compare, everything cached", "compare, everything cached: heavy imports"
BUNDLED = "compare, nothing cached, bundled claims"
MADE_UP, PEAK = "compare, nothing cached, made-up set", "compare, made-up set: peak memory"
ADDING = "adding 10 statements to what is cached"
GROWTH_TIME, GROWTH_MEMORY = "growth: time", "growth: memory"
GOALS = (
    *(ENCODE, ENCODE_SAME, STANCE, STANCE_SAME, STANCE_NEAR, TOP_K_MANY, TOP_K_ELSE, TOP_K_SAME),
    *(CACHED, CACHED_LIGHT, BUNDLED, MADE_UP, PEAK, ADDING, GROWTH_TIME, GROWTH_MEMORY),
)
MILLISECONDS_BELOW = 0.1


@dataclass(frozen=True)
class Target:
    """What a figure is to reach: at least, or at most."""

    least: float | None = None
    most: float | None = None

    def met(self, value: float) -> bool:
        """Whether a figure reaches it."""
        low = self.least is not None and value < self.least
        high = self.most is not None and value > self.most
        return not (low or high)

    def __str__(self) -> str:
        """As it stands in a table."""
        parts = [] if self.least is None else [f">= {self.least:g}"]
        return ", ".join(parts + ([] if self.most is None else [f"<= {self.most:g}"]))


def verdict(figure: float, target: Target | None) -> Literal["", "met", "missed"]:
    """What is said of a figure; nothing where there is no target."""
    if target is None:
        return ""
    return "met" if target.met(figure) else "missed"


@dataclass(frozen=True)
class Row:
    """A work of ours beside a peer's same work, timed by turns.

    Attributes:
        work: What was done.
        peer: Who else did it.
        ours: Seconds of each run.
        theirs: Seconds of each run of the peer.
        kind: `faster`: how many times as fast ours is; `share`: ours as a part of the peer's time.
        target: What the figure is to reach.
        sizes: What the work's size is, by name.
        goal: What it is part of, in the list of what was to be reached.
    """

    work: str
    peer: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    kind: Literal["faster", "share"]
    target: Target | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    goal: str = ""

    @property
    def figure(self) -> float:
        """The ratio of the medians."""
        return self._ratio(statistics.median(self.ours), statistics.median(self.theirs))

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest ratio of a round, both having run in it."""
        rounds = list(map(self._ratio, self.ours, self.theirs))
        return min(rounds), max(rounds)

    @property
    def runs(self) -> int:
        """How many times the one that ran less often ran."""
        return min(len(self.ours), len(self.theirs))

    @property
    def verdict(self) -> str:
        """Whether the target was met, and whether that is from too few runs."""
        said = verdict(self.figure, self.target)
        few = f" ({self.runs} run{'s' * (self.runs > 1)})" if self.runs < LEAST_RUNS else ""
        return said + few if said else few.strip()

    def _ratio(self, ours: float, theirs: float) -> float:
        return theirs / ours if self.kind == "faster" else ours / theirs


@dataclass(frozen=True)
class Check:
    """A figure that is no ratio of times.

    Attributes:
        what: What was measured.
        value: The figure.
        unit: What it is in.
        target: What it is to reach.
        must: Whether to miss the target is a wrong result, which ends a benchmark with 1.
        note: What else there is to say.
        goal: What it is part of, in the list of what was to be reached.
    """

    what: str
    value: float
    unit: str = ""
    target: Target | None = None
    must: bool = False
    note: str = ""
    goal: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target was met."""
        return verdict(self.value, self.target)


@dataclass(frozen=True)
class Point:
    """A place in a plot: what was measured at a size.

    Attributes:
        series: What was measured, with its unit.
        x: The size.
        values: Of each run.
    """

    series: str
    x: float
    values: tuple[float, ...]


def seconds(taken: tuple[float, ...]) -> str:
    """The median, with the least and the greatest where there are several."""
    middle = statistics.median(taken)
    scale, unit = (1000, "ms") if middle < MILLISECONDS_BELOW else (1, "s")
    digits = 1 if middle >= 10 else 2 if unit == "ms" else 3
    least, most = min(taken) * scale, max(taken) * scale
    between = f" ({least:.{digits}f}-{most:.{digits}f})" if len(taken) > 1 else ""
    return f"{middle * scale:.{digits}f} {unit}{between}"


def figure(row: Row) -> str:
    """A row's ratio, with the least and the greatest of a round."""
    least, most = row.spread
    digits = 3 if row.kind == "share" else 2
    between = f" ({least:.{digits}f}-{most:.{digits}f})" if row.runs > 1 else ""
    return f"{row.figure:.{digits}f}{between}"


def value(check: Check) -> str:
    """A check's figure with its unit."""
    shown = f"{check.value:,.0f}" if float(check.value).is_integer() else f"{check.value:.7g}"
    return f"{shown} {check.unit}".rstrip()


HEADS = {
    "faster": ("work", "peer", "runs", "ours takes", "peer takes", "times as fast", "target", ""),
    "share": ("work", "peer", "runs", "ours takes", "peer takes", "part of peer", "target", ""),
}
CHECK_HEAD = ("what", "figure", "target", "", "note")


def cells(row: Row) -> list[str]:
    """A row of the table."""
    took = [str(row.runs), seconds(row.ours), seconds(row.theirs)]
    return [row.work, row.peer, *took, figure(row), str(row.target or ""), row.verdict]


def check_cells(check: Check) -> list[str]:
    """A check's row of the table."""
    return [check.what, value(check), str(check.target or ""), check.verdict, check.note]
