"""Where the time goes: seconds by stage, and how many rows went through each."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.inference import Progress, StandIn, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factcheck.encoders import Encoder, Vectors
    from factcheck.stance import Probabilities, StanceModel


@dataclass(frozen=True)
class Stage:
    """A stage of the work.

    Attributes:
        name: What it is called.
        seconds: On the clock, those of the stages within it included.
        rows: How many texts or pairs went through; 0 where they are not counted.
        depth: Within how many other stages it lies.
    """

    name: str
    seconds: float = 0.0
    rows: int = 0
    depth: int = 0


class Timings:
    """Stages in the order in which they began; one that comes again is added to.

    Args:
        clock: Seconds since some moment.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Nothing is timed yet."""
        self._clock = clock
        self._open: list[str] = []
        self._stages: dict[tuple[str, ...], Stage] = {}

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Each stage before those within it."""
        order = {path: number for number, path in enumerate(self._stages)}
        paths = sorted(
            self._stages, key=lambda path: [order[path[: n + 1]] for n in range(len(path))]
        )
        return tuple(self._stages[path] for path in paths)

    @contextmanager
    def stage(self, name: str, rows: int = 0) -> Iterator[None]:
        """Time what is done within; it lies in the stage that is open."""
        self._open.append(name)
        path = tuple(self._open)
        self._stages.setdefault(path, Stage(name, depth=len(path) - 1))
        begun = self._clock()
        try:
            yield
        finally:
            self._open.pop()
            self.add(path, self._clock() - begun, rows)

    def add(self, path: tuple[str, ...], seconds: float, rows: int = 0) -> None:
        """Add to a stage what was measured elsewhere."""
        before = self._stages.get(path, Stage(path[-1], depth=len(path) - 1))
        self._stages[path] = Stage(
            before.name, before.seconds + seconds, before.rows + rows, before.depth
        )


class TimedEncoder(StandIn):
    """An encoder whose work is a stage."""

    def __init__(self, inner: Encoder, timings: Timings, stage: str) -> None:
        """Take on the inner encoder's identity."""
        super().__init__(inner)
        self._inner, self._timings, self._stage = inner, timings, stage

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts, as the inner encoder gives them."""
        with self._timings.stage(self._stage, len(texts)):
            return self._inner.encode(texts, progress)


class TimedStance(StandIn):
    """A stance model whose work is a stage."""

    def __init__(self, inner: StanceModel, timings: Timings, stage: str) -> None:
        """Take on the inner model's identity."""
        super().__init__(inner)
        self._inner, self._timings, self._stage = inner, timings, stage

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs, as the inner model gives them."""
        with self._timings.stage(self._stage, len(pairs)):
            return self._inner.judge(pairs, progress)


def table(stages: Sequence[Stage]) -> str:
    """Stages as lines of text: seconds, rows, rows a second; the sum of the outer ones last."""
    rows = [("where the time went", "seconds", "rows", "rows a second")]
    for stage in stages:
        rate = f"{stage.rows / stage.seconds:,.0f}" if stage.rows and stage.seconds else ""
        many = f"{stage.rows:,}" if stage.rows else ""
        rows.append(("  " * stage.depth + stage.name, f"{stage.seconds:.3f}", many, rate))
    total = sum(stage.seconds for stage in stages if not stage.depth)
    rows.append(("in all", f"{total:.3f}", "", ""))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines)
