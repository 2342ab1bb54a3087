"""An index built by a cluster: its workers read, encode and write, and one process commits."""

from __future__ import annotations

import os
import warnings
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from factcheck.cluster.crew import Crew, failure_of
from factcheck.cluster.extra import ray
from factcheck.cluster.jobs import Hooks
from factcheck.cluster.reading import Task, parts
from factcheck.cluster.work import hand_of
from factcheck.cluster.writing import Writing
from factcheck.errors import ClusterError, FactcheckWarning, InputError
from factcheck.index.building import finished
from factcheck.index.held import Held
from factcheck.index.reading import Unreadable, nothing_in
from factcheck.index.table import open_table
from factcheck.index.tending import ANN_FROM
from factcheck.index.writing import BATCH, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from factcheck.cluster.reading import Part
    from factcheck.encoders import Encoder
    from factcheck.index.entries import Entry
    from factcheck.index.reading import Item

_READERS = 4
"""Workers that encode, for each that reads: reading takes a small part of the time."""


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Attributes:
        count: How many encode.
        find: What each of them calls to have the encoder, found and verified where it is.
        gpu: Whether each needs a GPU, rather than a core.
        outside: Whether this process only sends requests to them.
    """

    count: int
    find: Callable[[], Encoder]
    gpu: bool = False
    outside: bool = False


def build(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    workers: Workers,
    *,
    stdin: bytes | None = None,
    replace_sources: bool = False,
    batch: int = BATCH,
    ann: bool = False,
    ann_from: int = ANN_FROM,
    skipped: Callable[[Unreadable], None] | None = None,
    told: Callable[[Written], None] = lambda _written: None,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Put a corpus into a prepared index, by the Ray that this process has joined.

    What comes of it is what `index.building.build` makes of the same corpus.

    Args:
        place: The index, as `prepared` left it.
        items: The files of the corpus.
        encoder: The one it was prepared for.
        workers: Who does the work.
        stdin: What is in the file without a path.
        replace_sources: As there.
        batch: How many statements a file of the index holds.
        ann: Whether to make the index for an approximate search too.
        ann_from: From so many texts on.
        skipped: Told of each document that cannot be read, or that ends the workers that read or
            encode it, and is left out; without it such a document is an error.
        told: Called after each commit with what was done so far.
        before_commit: Called before each commit.

    Raises:
        InputError: A document or a statement cannot go in; those before it are in.
        OutputError: The index cannot be written to; what was committed stays.
        ClusterError: The workers die again and again, or cannot do the work.
    """
    keys = _Keys(items, skipped, keep=replace_sources)
    task = Task(os.getcwd(), batch, whole=skipped is not None)  # noqa: PTH109 - a text is sent
    readers = 1 + workers.count // _READERS

    def put(begun: Callable[[], None]) -> Written:
        hooks = Hooks(told, begun, keys.admitted, keys.dropped)
        given = parts(items, task, readers, stdin)
        hand = hand_of(place, workers.find)
        with closing(given), Crew(workers.count, hand, gpu=workers.gpu) as crew:
            writing = Writing(
                Held(open_table(place)),
                crew,
                encoder,
                hooks,
                replace_sources=replace_sources,
                batch=batch,
            )
            done = writing.run(_warned(given))
        if not keys.any:
            raise nothing_in(items)
        return done

    return finished(place, put, keys.seen, ann=ann, ann_from=ann_from, before_commit=before_commit)


def _warned(given: Iterable[Part]) -> Iterator[Part]:
    """Tell here what readers were warned of."""
    for part in given:
        for message in part.warnings:
            warnings.warn(message, FactcheckWarning, stacklevel=2)
        yield part


def build_from_outside(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    workers: Workers,
    *,
    skipped: Callable[[Unreadable], None] | None = None,
    told: Callable[[Written], None] = lambda _written: None,
    **options: Any,
) -> Written:
    """The same, where this process only sends requests to the cluster: it is all done there.

    Args:
        place: As `build` has it, like all that follows.
        items: The files.
        encoder: Its identity alone counts; the cluster finds its own.
        workers: Who does the work.
        skipped: Told at the end.
        told: Told once, at the end.
        options: The other options of `build`.

    Raises:
        FactcheckError: As `build`.
    """
    del encoder
    task = ray().remote(_all_of_it).options(num_cpus=0, max_retries=0)
    folder = os.getcwd()  # noqa: PTH109 - a text is sent
    try:
        done, left_out, warned = ray().get(
            task.remote(folder, place, items, workers, skip=skipped is not None, options=options)
        )
    except ray().exceptions.RayError as error:
        raise failure_of(error) from error
    for message in warned:
        warnings.warn(message, FactcheckWarning, stacklevel=2)
    for each in left_out:
        assert skipped is not None
        skipped(each)
    told(done)
    return cast("Written", done)


def _all_of_it(
    folder: str, place: str, items: Sequence[Item], workers: Workers, *, skip: bool, options: Any
) -> tuple[Written, list[Unreadable], list[str]]:
    """Runs on the cluster."""
    left_out: list[Unreadable] = []
    try:
        os.chdir(folder)
    except OSError as error:
        raise ClusterError(
            f"{folder}: the cluster has no such folder ({error.strerror}); corpus and index must "
            "lie where all its machines find them under the same path as here"
        ) from None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", FactcheckWarning)
        skipped = left_out.append if skip else None
        done = build(place, items, workers.find(), workers, skipped=skipped, **options)
    return done, left_out, [str(each.message) for each in warned]


class _Keys:
    """What was admitted of which source; a source that is not given whole is not asked about."""

    def __init__(
        self,
        items: Sequence[Item],
        skipped: Callable[[Unreadable], None] | None,
        *,
        keep: bool,
    ) -> None:
        self._items, self._skipped, self._keep = items, skipped, keep
        self._sources: dict[int, set[str]] = {}
        self.seen: dict[str, set[str]] = {}
        self.any = False

    def admitted(self, item: int, entry: Entry) -> None:
        self.any = True
        if self._keep:
            source = entry.statement.source.id
            self._sources.setdefault(item, set()).add(source)
            self.seen.setdefault(source, set()).add(entry.key)

    def dropped(self, item: int, reason: str, before: int) -> None:
        """A document is given up.

        Raises:
            InputError: None may be.
        """
        name = self._items[item].found.name
        told = reason if reason.startswith(name) else f"{name}: {reason}"
        if self._skipped is None:
            raise InputError(told)
        if before:
            told += f"; {before:,} of its statements came before and stay in the index"
        for source in self._sources.get(item, ()):
            self.seen.pop(source, None)
        self._skipped(Unreadable(name, told))
