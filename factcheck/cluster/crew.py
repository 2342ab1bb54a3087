"""Processes that share out one sort of work, piece by piece, and others in the place of the dead.

Each is an actor with a core or a GPU of its own. A piece goes only to one that is there and idle:
where the cluster has less room than was asked for, fewer do all the work, and nobody waits for
those that never come. What a process had in hand when it died is given to another.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any

from factcheck.cluster.extra import ray
from factcheck.errors import ClusterError, FactcheckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

    Skill = Callable[[], Callable[[Any], Any]]

MOST_DEATHS = 3
"""So often processes may die of one piece of work, or while they begin."""

_PATIENCE = 5.0
"""Seconds after which it is asked whether there is still a cluster that could do the work."""


class Worker:
    """Runs in a process of its own; begins once, and then does piece after piece."""

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        self._do: Callable[[Any], Any] | None = None

    def begin(self, version: str, skill: Skill) -> None:
        """Load what the work needs.

        Raises:
            ClusterError: This machine has another factcheck than the one that asks.
        """
        ours = version_of("factcheck-cli")
        if version != ours:
            raise ClusterError(
                f"a worker has factcheck {ours}, and this machine {version}; install the "
                "same version on all machines of the cluster"
            )
        self._do = skill()

    def do(self, piece: Any) -> Any:
        """One piece."""
        assert self._do is not None
        return self._do(piece)


@dataclass
class _Piece:
    """What is to be done, its place among all, and how many processes died of it."""

    number: int
    given: Any
    deaths: int = 0


class Crew:
    """Processes that know one sort of work.

    Args:
        size: How many are wanted; there may be fewer.
        skill: What each calls once, and then for each piece what that gives; it is sent to them.
        gpu: Whether each needs a GPU, rather than a core.

    Attributes:
        size: How many are wanted.

    Raises:
        ClusterError: The cluster has no machine that could do the work.
    """

    def __init__(self, size: int, skill: Skill, *, gpu: bool = False) -> None:
        """Ask for the processes; they come while work is being handed out."""
        self._ray = ray()
        self.size = size
        self._skill, self._resource = skill, "GPU" if gpu else "CPU"
        self._needs = {"num_cpus": 0, "num_gpus": 1} if gpu else {"num_cpus": 1}
        self._check_room()
        self._failed = 0
        self._coming: dict[Any, Any] = {}
        self._idle: list[Any] = []
        self._busy: dict[Any, tuple[Any, _Piece]] = {}
        for _ in range(size):
            self._ask_for_one()

    def __enter__(self) -> Self:
        """The crew."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Send all away, whatever they are doing."""
        self.close()

    def close(self) -> None:
        """Send all away, whatever they are doing."""
        actors = [*self._coming.values(), *self._idle, *(actor for actor, _ in self._busy.values())]
        self._coming, self._idle, self._busy = {}, [], {}
        for actor in actors:
            self._dismiss(actor)

    def each(
        self, pieces: Iterable[Any], lost: Callable[[str], Any] | None = None
    ) -> Iterator[tuple[int, Any]]:
        """Have all pieces done; they are asked for as there is somebody to do them.

        Args:
            pieces: What is sent to the processes.
            lost: Gives, of how they died, what comes of a piece that processes die of again and
                again; without it such a piece is an error.

        Yields:
            The place of a piece, from 0, and what came of it, as each is done.

        Raises:
            FactcheckError: What a piece of work raised.
            ClusterError: Processes die of one piece again and again, or there is no cluster left.
        """
        left = (_Piece(number, given) for number, given in enumerate(pieces))
        again: deque[_Piece] = deque()
        upcoming = self._next(left, again)
        while upcoming or self._busy:
            while upcoming and self._idle:
                actor = self._idle.pop()
                self._busy[actor.do.remote(upcoming.given)] = (actor, upcoming)
                upcoming = self._next(left, again)
            done = self._wait()
            if done is None:
                continue
            actor, piece = self._busy.pop(done, (None, None))
            if piece is None:
                self._arrived(done)
                continue
            found = self._got(done, actor, piece, lost)
            if found is None:
                again.append(piece)
            else:
                yield piece.number, found[0]
            upcoming = upcoming or self._next(left, again)

    @staticmethod
    def _next(left: Iterator[_Piece], again: deque[_Piece]) -> _Piece | None:
        return again.popleft() if again else next(left, None)

    def _ask_for_one(self) -> None:
        actor = self._ray.remote(Worker).options(max_restarts=0, **self._needs).remote()
        self._coming[actor.begin.remote(version_of("factcheck-cli"), self._skill)] = actor

    def _wait(self) -> Any:
        """What is done next; None where nothing was for a while."""
        waiting = [*self._busy, *self._coming]
        ready, _ = self._ray.wait(waiting, num_returns=1, timeout=_PATIENCE)
        if not ready and not self._busy:
            self._check_room()
        return ready[0] if ready else None

    def _arrived(self, begun: Any) -> None:
        if self._got(begun, self._coming.pop(begun), None):
            self._failed = 0

    def _got(
        self,
        done: Any,
        actor: Any,
        piece: _Piece | None,
        lost: Callable[[str], Any] | None = None,
    ) -> tuple[Any] | None:
        """What came of a piece; None where the process died, and another was asked for."""
        errors = self._ray.exceptions
        try:
            found = (self._ray.get(done),)
        except errors.RayTaskError as error:
            self._dismiss(actor)
            raise failure_of(error) from error
        except (errors.RayActorError, errors.ObjectLostError) as error:
            self._dismiss(actor)  # what it found is lost with its machine
            return self._died(piece, error, lost)
        self._idle.append(actor)
        return found

    def _died(
        self, piece: _Piece | None, error: Exception, lost: Callable[[str], Any] | None
    ) -> tuple[Any] | None:
        if piece is None:
            self._failed += 1
        else:
            piece.deaths += 1
        if (self._failed if piece is None else piece.deaths) >= MOST_DEATHS:
            if piece is not None and lost is not None:
                self._ask_for_one()
                return (lost(f"{MOST_DEATHS} processes died of it{_reason(error)}"),)
            what = "while they began" if piece is None else "at the same piece of work"
            raise ClusterError(
                f"{MOST_DEATHS} processes of the cluster died one after another {what}"
                f"{_reason(error)}; look whether its machines have the same factcheck-cli, and "
                "memory enough for so many: --concurrency asks for fewer"
            ) from error
        self._ask_for_one()
        return None

    def _dismiss(self, actor: Any) -> None:
        with suppress(Exception):  # one that is gone need not be sent away
            self._ray.kill(actor, no_restart=True)

    def _check_room(self) -> None:
        """Refuse to wait for a cluster that has nothing to work with.

        Raises:
            ClusterError: It has not.
        """
        if self._ray.cluster_resources().get(self._resource, 0) < 1:
            what = "GPU" if self._resource == "GPU" else "core to work with"
            raise ClusterError(f"no machine of the cluster has a {what}, or none is left")


def failure_of(error: Any) -> FactcheckError:
    """What a piece of work raised, without the trace of another machine."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, FactcheckError):
        return cause
    first = (str(cause or error).strip().splitlines() or [""])[0][:300]
    return ClusterError(f"a worker failed: {type(cause or error).__name__}: {first}")


def _reason(error: Exception) -> str:
    """Whether Ray says that memory was short: the rest is of ids and addresses."""
    told = str(error).lower()
    return ", for want of memory" if "memory" in told or "oom" in told else ""
