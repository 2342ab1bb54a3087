"""Batches of statements on their way into an index, in their order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factcheck.cluster.work import Encode, Write

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.index.entries import Entry
    from factcheck.index.writing import Plan, Written


@dataclass(frozen=True)
class Hooks:
    """Who is told, and when.

    Attributes:
        told: After each commit, what was done so far.
        before_commit: Before each commit.
        admitted: Each statement that the rules admit, and its document's place in the corpus.
        dropped: A document that is given up: its place, why, and how many of its statements are
            in all the same. What it raises ends the run, once all before the document is in.
    """

    told: Callable[[Written], None]
    before_commit: Callable[[], None]
    admitted: Callable[[int, Entry], None]
    dropped: Callable[[int, str, int], None]


@dataclass
class Job:
    """A batch of statements on its way.

    Attributes:
        given: Those that the rules admit, each with its document's place in the corpus.
        repeated: How many others came with them, the very same as some before.
        plan: What of them goes in.
        files: Those that hold it; None while there are none.
        sent: Whether a worker has it.
        failed: Why no worker can do it, as it seems.
        trials: How often its documents were tried alone.
    """

    given: list[tuple[int, Entry]]
    repeated: int
    plan: Plan = field(init=False)
    files: list[Any] | None = None
    sent: bool = False
    failed: str = ""
    trials: int = 0

    @property
    def entries(self) -> list[Entry]:
        """Its statements."""
        return [entry for _, entry in self.given]

    @property
    def replaces(self) -> bool:
        """Whether it takes rows out too, which is done by itself."""
        return bool(self.plan.changed)

    def replan(self, plan: Plan) -> bool:
        """Take on a plan; whether it is another."""
        if hasattr(self, "plan") and plan == self.plan:
            return False
        self.plan = plan
        self.files = None if plan.entries else []
        self.failed = ""
        return True

    def piece(self) -> Write:
        """What a worker is to do."""
        return Write(self.plan.entries, frozenset(self.plan.texts))

    def alone(self) -> dict[int, Encode]:
        """By document, the texts that are encoded with this job."""
        texts: dict[int, dict[str, None]] = {}
        for item, entry in self.given:
            if entry.text_sha256 in self.plan.texts:
                texts.setdefault(item, {})[entry.statement.text] = None
        return {item: Encode(tuple(each)) for item, each in texts.items()}

    def by_document(self) -> Counter[int]:
        """How many of its statements are from each document."""
        return Counter(item for item, _ in self.given)
