"""Statements into an index by the workers of a cluster: they encode and write, one process commits.

What goes in is decided where the command runs, statement by statement and in their order, by the
same rules as without a cluster. Workers write files that no version names; these are put in by
commits of many files each. A commit never holds a statement without all those before it: a kill
at any moment leaves an index that the same command goes on with.
"""

from __future__ import annotations

from collections import Counter, deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.cluster.jobs import Hooks, Job
from factcheck.cluster.work import Encode, Failed
from factcheck.errors import ClusterError, FactcheckError
from factcheck.index.held import Held
from factcheck.index.table import busy, commit
from factcheck.index.writing import BATCH, Rules, Written, planned, put
from factcheck.inference import Progress, StandIn, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from factcheck.cluster.crew import Crew
    from factcheck.cluster.reading import Part
    from factcheck.encoders import Encoder

    Vectors = NDArray[np.float32]

GROUP = (32, 128)
"""Batches that a commit holds, at least and at most, while more are to come."""

_GROWTH = 32  # a commit lists all files: the more there are, the more it holds
_ATTEMPTS = 60
_TEXTS = 256  # encoded at once, where rows are written here


class Writing:
    """One run of putting statements in.

    Args:
        held: What is in already.
        crew: Who encodes and writes.
        encoder: Whose model they have.
        hooks: Who is told.
        replace_sources: Whether a source may be there with other fields.
        batch: How many statements a file holds.
    """

    def __init__(
        self,
        held: Held,
        crew: Crew,
        encoder: Encoder,
        hooks: Hooks,
        *,
        replace_sources: bool = False,
        batch: int = BATCH,
    ) -> None:
        """Nothing was done yet."""
        self._held, self._crew, self._hooks, self._batch = held, crew, hooks, batch
        self._encoder = _Shared(encoder, crew)
        self._rules = Rules(held, replace_sources=replace_sources)
        self._jobs: deque[Job] = deque()  # in order; what stands before a job goes in before it
        self._again: deque[Job] = deque()
        self._committed: Counter[int] = Counter()
        self._gone: set[int] = set()
        self._files = 0
        self._wrong: FactcheckError | None = None
        self._over = False  # no more is to be read
        self._stopped = False  # what was read and not planned is left out
        self._done = Written()

    def run(self, parts: Iterable[Part]) -> Written:
        """Put all statements in.

        Raises:
            InputError: A statement cannot go in; those before it are in.
            OutputError: The index cannot be written to; what was committed stays.
            ClusterError: The workers die again and again.
        """
        source = self._batches(parts)
        while not self._over or self._jobs:
            sent: list[Job] = []
            plans: list[Any] = []
            for number, found in self._crew.each(self._pieces(source, sent, plans), Failed):
                self._take(sent[number], plans[number], found)
            self._find_culprits()
            self._commit(everything=True)
            if self._jobs and self._jobs[0].replaces and not self._jobs[0].failed:
                self._replace(self._jobs[0])
        if self._wrong:
            raise self._wrong
        return self._done

    def _batches(self, parts: Iterable[Part]) -> Iterator[Job]:
        """Statements that the rules admit, so many at once; up to the first that is wrong."""
        job, item, before = Job([], 0), -1, 0
        try:
            for part in parts:
                item, before = part.item, before if part.item == item else 0
                for entry in part.entries:
                    before += 1
                    if part.item in self._gone:
                        break
                    if self._rules.admit(entry):
                        job.given.append((part.item, entry))
                        self._hooks.admitted(part.item, entry)
                    else:
                        job.repeated += 1
                    if len(job.given) + job.repeated >= self._batch:
                        yield job
                        job = Job([], 0)
                if part.failure and part.item not in self._gone:
                    self._gone.add(part.item)
                    self._hooks.dropped(part.item, part.failure, before)
        except FactcheckError as error:
            self._wrong = error
        self._over = True
        if job.given or job.repeated:
            yield job

    def _pieces(self, source: Iterator[Job], sent: list[Job], plans: list[Any]) -> Iterator[Any]:
        """Work for the crew, until there is none or something is to be settled first."""
        while True:
            job = self._again.popleft() if self._again else self._next(source)
            if job is None:
                return
            if job.files is not None or job.replaces or job.sent:
                continue
            job.sent = True
            sent.append(job)
            plans.append(job.plan)
            yield job.piece()

    def _next(self, source: Iterator[Job]) -> Job | None:
        if self._stopped or any(job.replaces or job.failed for job in self._jobs):
            return None
        job = next(source, None)
        if job is not None:
            self._jobs.append(job)
            self._plan(job)
        return job

    def _plan(self, job: Job) -> bool:
        """Decide what of a job goes in, beside all before it; whether that is news."""
        news = job.replan(planned(job.entries, self._held))
        self._held.add(self._held.table, job.plan.entries)
        return news

    def _plan_all_again(self) -> None:
        """The same beside what is in by now; what stays as it was is not done again."""
        self._held = Held(self._held.table.latest())
        for job in self._jobs:
            if self._plan(job):
                self._again.append(job)

    def _take(self, job: Job, plan: Any, found: Any) -> None:
        job.sent = False
        if plan is not job.plan:
            self._again.append(job)
        elif isinstance(found, Failed):
            job.failed = found.reason
        else:
            job.files = found
            self._commit()

    def _commit(self, *, everything: bool = False) -> None:
        """Put in the files of all jobs before the first that has none, if there are enough."""
        least, most = GROUP
        enough = 1 if everything else max(least, min(most, self._files // _GROWTH))
        for _ in range(_ATTEMPTS):
            ready = list(takewhile(lambda job: job.files is not None, self._jobs))
            if len(ready) < enough:
                return
            files = [file for job in ready for file in job.files or ()]
            if files:
                self._hooks.before_commit()
                table = commit(self._held.table, files)
                if table is None:  # another writer came first
                    self._plan_all_again()
                    continue
                self._held.table = table
            self._files += len(files)
            for job in ready:
                self._jobs.popleft()
                self._count(job, Written(len(job.plan.entries), 0, 0, len(job.plan.texts)))
            self._hooks.told(self._done)
            return
        raise busy(self._held.table.place)

    def _count(self, job: Job, written: Written) -> None:
        same = len(job.given) - written.added - written.changed + job.repeated
        self._done += Written(written.added, written.changed, same, written.encoded)
        self._committed.update(job.by_document())

    def _replace(self, job: Job) -> None:
        """Put in a job that takes rows out too: by itself, and as without a cluster."""
        held = Held(self._held.table.latest())
        try:
            _, written = put(held, job.entries, self._encoder, self._hooks.before_commit)
        except _LostError as error:
            job.failed = str(error)
            return
        self._jobs.popleft()
        self._count(job, written)
        self._hooks.told(self._done)
        self._plan_all_again()

    def _find_culprits(self) -> None:
        """Try the documents of jobs that nobody survives, each alone, and give up the culprits."""
        failed = [job for job in self._jobs if job.failed]
        for job in failed:
            pieces = job.alone()
            found = dict(self._crew.each(pieces.values(), Failed))
            culprits = {
                item: found[number].reason
                for number, item in enumerate(pieces)
                if isinstance(found[number], Failed)
            }
            if not culprits and job.trials:
                raise ClusterError(
                    f"workers cannot encode and write {len(job.given):,} statements at once, of "
                    f"which each document alone does no harm ({job.failed}); ask for fewer "
                    "workers by --concurrency, or for a smaller --batch-size"
                )
            job.trials += 1
            for item, reason in culprits.items():
                self._drop(item, reason)
        if failed:
            left = {id(job) for job in self._jobs}
            for job in failed:
                job.failed = ""
            self._again = deque(job for job in failed if id(job) in left)
            self._plan_all_again()

    def _drop(self, item: int, reason: str) -> None:
        """Leave out what of a document is not in yet; where that is an error, all after it too."""
        self._gone.add(item)
        try:
            told = f"encoding it ends the worker that does it ({reason})"
            self._hooks.dropped(item, told, self._committed[item])
        except FactcheckError as error:
            self._wrong, self._over, self._stopped = error, True, True
            self._jobs = deque(_before(item, self._jobs))
        for job in self._jobs:
            job.given = [(of, entry) for of, entry in job.given if of != item]


def _before(item: int, jobs: Iterable[Job]) -> Iterator[Job]:
    """What comes before a document."""
    for job in jobs:
        whole = list(takewhile(lambda each: each[0] != item, job.given))
        ended = len(whole) < len(job.given)
        job.given = whole
        yield job
        if ended:
            return


class _LostError(Exception):
    """Whoever encodes some texts dies of it."""


class _Shared(StandIn):
    """An encoder whose texts the crew encodes."""

    def __init__(self, inner: Encoder, crew: Crew) -> None:
        super().__init__(inner)
        self._crew = crew

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        progress(0, len(texts))
        cuts = range(0, len(texts), _TEXTS)
        pieces = [Encode(tuple(texts[start : start + _TEXTS])) for start in cuts]
        found: list[Any] = [None] * len(pieces)
        for number, vectors in self._crew.each(pieces, Failed):
            if isinstance(vectors, Failed):
                raise _LostError(vectors.reason)
            found[number] = vectors
        return np.concatenate(found)
