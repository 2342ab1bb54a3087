"""Where a reviewer is: a queue of pairs, and what was done with those before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.desk.queue import Candidate
    from factcheck.records import StanceLabel


@dataclass(frozen=True)
class Step:
    """What was done with a pair.

    Attributes:
        stance: What was decided; None where the pair was skipped.
        note: What the reviewer wrote to it.
    """

    stance: StanceLabel | None
    note: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a sitting is.

    Attributes:
        decided: Pairs of this sitting.
        skipped: Pairs left for another one.
        left: Pairs to come, the one shown included.
        total: All of the queue.
        before: Decisions that the reviewer had made before.
    """

    decided: int
    skipped: int
    left: int
    total: int
    before: int


@dataclass(frozen=True)
class Sitting:
    """A reviewer's way through a queue; each action gives another sitting.

    Attributes:
        queue: The pairs in order.
        steps: What was done with the first of them.
        note: What is written to the pair that is shown, until it is decided.
        before: Decisions that the reviewer had made before.
    """

    queue: tuple[Candidate, ...]
    steps: tuple[Step, ...] = ()
    note: str | None = None
    before: int = 0

    @property
    def current(self) -> Candidate | None:
        """The pair that is shown; None at the end."""
        return self.queue[len(self.steps)] if len(self.steps) < len(self.queue) else None

    @property
    def last(self) -> Step | None:
        """What an undo would take back."""
        return self.steps[-1] if self.steps else None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        decided = sum(step.stance is not None for step in self.steps)
        return Progress(
            decided=decided,
            skipped=len(self.steps) - decided,
            left=len(self.queue) - len(self.steps),
            total=len(self.queue),
            before=self.before,
        )

    def noted(self, note: str | None) -> Sitting:
        """With a note on the pair that is shown; None takes it away."""
        return replace(self, note=note) if self.current else self

    def decided(self, stance: StanceLabel) -> Sitting:
        """With the pair that is shown decided."""
        return self._stepped(Step(stance, self.note))

    def skipped(self) -> Sitting:
        """With the pair that is shown left for another sitting."""
        return self._stepped(Step(None, self.note))

    def undone(self) -> Sitting:
        """Without the last step; its pair is shown again, with its note."""
        if not self.steps:
            return self
        return replace(self, steps=self.steps[:-1], note=self.steps[-1].note)

    def _stepped(self, step: Step) -> Sitting:
        if self.current is None:
            return self
        return replace(self, steps=(*self.steps, step), note=None)
