"""Claims against an index on a cluster: shards searched, and pairs judged, by other processes.

Each opens the index at the version that this process opened, or finds the model by its name and
verifies its weights; what they find is put together here. The functions are those of the local
road, whose results do not depend on how the work was cut.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck import weights
from factcheck.cluster.crew import Crew
from factcheck.cluster.extra import ray
from factcheck.cluster.session import Session, connected
from factcheck.errors import ClusterError, InputError, ModelError
from factcheck.index.shards import shards
from factcheck.index.table import is_url, open_table
from factcheck.index.vectors import nearest_in
from factcheck.inference import Progress, StandIn, silent
from factcheck.search import joined
from factcheck.stance import cross_encoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue
    from factcheck.index.shards import Shard
    from factcheck.index.table import Table
    from factcheck.running import Device, Execution
    from factcheck.stance import Probabilities, StanceModel

    Vectors = NDArray[np.float32]
    Figures = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Found = tuple[Figures, Numbers]
    Pairs = Sequence[tuple[str, str]]

LEAST_ROWS = 16_384
"""So many rows of an index a shard has at least, or all."""

FEW_PAIRS = 256
"""Fewer pairs than these are judged where the command runs: a model elsewhere loads no faster."""

_SHARES = 4  # a worker, so that none waits long for the slowest
_PAIRS = (64, 1_024)  # at once, at least and at most


@dataclass(frozen=True)
class Searcher:
    """Opens an index, and finds the nearest among the texts of a shard.

    Attributes:
        place: Where the index is, for whoever opens it.
        version: Of the table.
        queries: Where Ray keeps the vectors of the claims.
        k: How many a claim.
    """

    place: str
    version: int
    queries: Any
    k: int

    def __call__(self) -> Callable[[Shard], Found]:
        """The index is opened, and the vectors are here.

        Raises:
            ClusterError: The index cannot be opened from this machine.
        """
        try:
            table = open_table(self.place, self.version)
        except InputError as error:
            raise ClusterError(
                f"a worker cannot open the index: {error}. On a cluster of several machines it "
                "must be where all of them can read it: at an object store's URL, whose keys each "
                "machine has, or in a shared folder"
            ) from error
        queries: Vectors = ray().get(self.queries)
        return lambda shard: nearest_in(table, shard, queries, self.k)


@dataclass(frozen=True)
class Judge:
    """Loads a stance model, and judges pairs by it.

    Attributes:
        model: As the user named it.
        sha256: Of its weights.
        fingerprint: Of all that bears on what it gives.
        execution: How it is run.
        allow_download: Whether it may be fetched where it is not there.
    """

    model: str
    sha256: str
    fingerprint: str
    execution: Execution
    allow_download: bool = False

    def __call__(self) -> Callable[[Pairs], Probabilities]:
        """The model is found on this machine, verified, and the very one that was meant.

        Raises:
            ModelError: It is not here, or is another.
        """
        found = cross_encoder.CrossEncoderStance(
            weights.resolve_stance(self.model, allow_download=self.allow_download), self.execution
        )
        if (found.sha256, found.fingerprint) != (self.sha256, self.fingerprint):
            how = "other weights" if found.sha256 != self.sha256 else "another way to run it"
            raise ModelError(
                f"model {found.name!r}: a worker has {how} than the machine that asks (sha256 "
                f"{found.sha256[:12]}, not {self.sha256[:12]}); install the same on all machines"
            )
        return found.judge


class Workers:
    """Those of a cluster who search an index and judge pairs for one command.

    Args:
        address: Of a cluster; None for a Ray of this machine alone, started and stopped again.
        concurrency: How many processes; None for one a core.

    Raises:
        InputError: Ray is not installed.
    """

    def __init__(self, address: str | None, concurrency: int | None) -> None:
        """Remember who is meant; nothing is started yet."""
        ray()
        self._address, self._concurrency = address, concurrency
        self._session: Session | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """The workers."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Send them away, and leave or stop Ray."""
        self._session = None
        self._stack.close()

    def connect(self) -> Session:
        """Join the cluster, or start it, where that was not done.

        Raises:
            InputError: Nothing answers, or Ray does not start.
        """
        if self._session is None:
            self._session = self._stack.enter_context(connected(self._address, self._concurrency))
        return self._session

    def nearest(self, table: Table, catalogue: Catalogue, queries: Vectors, k: int) -> Found:
        """The exact nearest texts, as `index.vectors.nearest` finds them.

        Raises:
            ClusterError: Workers cannot open the index, or die again and again.
        """
        workers = self.connect().workers
        rows = max(LEAST_ROWS, -(-table.rows // (_SHARES * workers)))
        pieces = list(shards(table, catalogue, rows))
        found: Found = (np.empty((len(queries), 0)), np.empty((len(queries), 0), np.int64))
        place = table.place if is_url(table.place) else str(Path(table.place).absolute())
        skill = Searcher(place, table.version, ray().put(queries), k)
        with Crew(min(workers, len(pieces)), skill) as crew:
            for _, part in crew.each(pieces):
                found = joined(found, part, k)
        return found

    def judging(
        self, model: StanceModel, name: str, execution: Execution, *, allow_download: bool = False
    ) -> StanceModel:
        """A stance model whose pairs the workers judge, where there are many.

        Args:
            model: The same here.
            name: As the user named it.
            execution: How it is run.
            allow_download: Whether a worker that lacks it may fetch it.
        """
        known = str(Path(name).absolute()) if Path(name).is_dir() else name
        judge = Judge(known, model.sha256, model.fingerprint, execution, allow_download)
        return SharedStance(model, self._judges(judge))

    def _judges(self, judge: Judge) -> Callable[[], Crew]:
        gpu = _on_gpu(judge.execution.device)
        return lambda: self._stack.enter_context(Crew(self.connect().workers, judge, gpu=gpu))


class SharedStance(StandIn):
    """A stance model that has many pairs judged by others, and few by itself.

    Args:
        inner: The same model, here.
        crew: Asks for those who judge; called once, with the first pairs for them.
    """

    def __init__(self, inner: StanceModel, crew: Callable[[], Crew]) -> None:
        """Take on the inner model's identity."""
        super().__init__(inner)
        self._inner, self._ask = inner, crew
        self._crew: Crew | None = None

    def judge(self, pairs: Pairs, progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs, as the inner model gives them.

        Raises:
            ModelError: Workers do not have this model.
            ClusterError: Workers die again and again.
        """
        if len(pairs) < FEW_PAIRS:
            return self._inner.judge(pairs, progress)
        self._crew = self._crew or self._ask()
        progress(0, len(pairs))
        parts = list(_parts(pairs, self._crew.size))
        found: list[Probabilities | None] = [None] * len(parts)
        done = 0
        for number, part in self._crew.each(parts):
            found[number] = part
            done += len(part)
            progress(done, len(pairs))
        return np.concatenate([part for part in found if part is not None])


def _on_gpu(device: Device) -> bool:
    """Whether a model that is asked to run there runs on a GPU of Nvidia."""
    if device != "auto":
        return device == "cuda"
    import torch  # noqa: PLC0415 - seconds to import; `auto` has asked it already

    return bool(torch.cuda.is_available())


def _parts(pairs: Pairs, workers: int) -> Iterator[Pairs]:
    least, most = _PAIRS
    size = max(least, min(most, -(-len(pairs) // (_SHARES * workers))))
    for start in range(0, len(pairs), size):
        yield list(pairs[start : start + size])
