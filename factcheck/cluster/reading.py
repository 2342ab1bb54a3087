"""Documents to statements, by the workers of a cluster; in order, and none lost with a worker.

Ray Data runs the tasks, some documents each. What did not come back is read again, one document
a task: a worker died, or one of its documents ends whoever reads it. Of the latter no other
document suffers.
"""

from __future__ import annotations

import io
import os
import pickle
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.cluster.extra import ray, ray_data
from factcheck.errors import ClusterError, FactcheckWarning
from factcheck.index.entries import entry_of
from factcheck.index.extra import arrow
from factcheck.index.reading import Unreadable, readable, statements_in

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from factcheck.index.entries import Entry
    from factcheck.index.reading import Item

TRIES = 3
"""So often a document is read alone before it is given up, where its reader dies each time."""

_LEAST_TASKS = 64
_RETRIES = {"max_retries": 1}  # Ray Data's own way is to try for ever
_BLOCK = 1 << 20
"""Bytes of statements that are sent on at once, while a task goes on reading."""


@dataclass(frozen=True)
class Part:
    """Statements of one document, in its order.

    Attributes:
        item: The document's place in the corpus, from 0.
        number: The part's place in the document, from 0.
        entries: The statements.
        warnings: What was told of the document so far.
        failure: Why it cannot be read; none of it is here then, or no more of it.
        last: Whether the document ends with it.
    """

    item: int
    number: int
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: str = ""
    last: bool = False


@dataclass(frozen=True)
class Task:
    """What every reader is told.

    Attributes:
        folder: Where paths are named from.
        size: How many statements a part has at most.
        whole: Whether a document is to be read to its end before any of it is used.
    """

    folder: str
    size: int
    whole: bool


def parts(
    items: Sequence[Item], task: Task, readers: int, stdin: bytes | None = None
) -> Generator[Part, None, None]:
    """The statements of a corpus, document after document.

    Args:
        items: The documents.
        task: What every reader is told.
        readers: How many documents are read at once.
        stdin: What is in the document without a path.

    Raises:
        ClusterError: Workers cannot do the work at all.
    """
    rows = [(number, item, None if item.found.path else stdin) for number, item in enumerate(items)]
    at = number = 0
    for part in _streamed(rows, task, readers):
        for missing in range(at, part.item):
            yield from _alone(rows[missing], task, number)
            at, number = missing + 1, 0
        if part.item < at:  # read again alone, all of it
            continue
        if part.number > number:
            yield from _alone(rows[at], task, number)
            at, number = at + 1, 0
            continue
        yield part
        at, number = (at + 1, 0) if part.last else (at, number + 1)
    for missing in range(at, len(rows)):
        yield from _alone(rows[missing], task, number)
        number = 0


def _streamed(rows: Sequence[Any], task: Task, readers: int) -> Iterator[Part]:
    """What comes back of documents, many at once; with gaps where workers died."""
    data = ray_data()
    blocks = min(len(rows), max(_LEAST_TASKS, 8 * readers))
    pickled = [{"item": ray().cloudpickle.dumps(row)} for row in rows]
    given = data.from_items(pickled, override_num_blocks=blocks)
    with warnings.catch_warnings():
        # There is no other way to limit what is tried again, and Ray is pinned.
        warnings.filterwarnings("ignore", ".*ray_remote_args_fn")
        told = given.map_batches(
            _read_batch,
            batch_size=None,
            batch_format="pyarrow",
            fn_kwargs={"task": task},
            num_cpus=0,  # the cores are for those who encode, which takes far longer
            compute=data.TaskPoolStrategy(size=readers),
            ray_remote_args_fn=_RETRIES.copy,
        )
    context = told.context
    context.execution_options.preserve_order = True
    context.max_errored_blocks = -1
    context.target_max_block_size = _BLOCK
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    for ref in _blocks(told.iter_internal_ref_bundles()):
        try:
            block = ray().get(ref)
        except ray().exceptions.RayError:  # gone with its node
            continue
        for each in block.column("part"):
            yield pickle.loads(each.as_py())  # noqa: S301 - made by `_read_batch`


def _blocks(bundles: Iterator[Any]) -> Iterator[Any]:
    for bundle in bundles:
        yield from bundle.block_refs


def _read_batch(batch: Any, task: Task) -> Iterator[Any]:
    pa = arrow()
    for each in batch.column("item"):
        row = pickle.loads(each.as_py())  # noqa: S301 - made by `_streamed`
        for part in read(row, task):
            yield pa.table({"part": pa.array([pickle.dumps(part)], pa.binary())})


def read(row: tuple[int, Item, bytes | None], task: Task) -> Iterator[Part]:
    """One document, as a worker reads it: the same functions as without a cluster."""
    place, item, stdin = row
    try:
        os.chdir(task.folder)
    except OSError as error:
        message = f"{task.folder}: a worker cannot use this folder: {error.strerror}; the corpus "
        message += "must lie where all machines of the cluster find it under the same path"
        yield Part(place, 0, failure=message, last=True)
        return
    number = 0
    held: list[Entry] = []
    failure = ""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", FactcheckWarning)
        source = io.BytesIO(stdin) if stdin is not None else None
        given = readable(item, source) if task.whole else statements_in(item, source)
        try:
            for statement in given:
                held.append(entry_of(statement))
                if len(held) == task.size:
                    yield Part(place, number, tuple(held))
                    number, held = number + 1, []
        except Exception as error:  # noqa: BLE001 - what a parser raises is about its document
            failure = Unreadable.of(item, error).reason
    messages = tuple(str(each.message) for each in told)
    yield Part(place, number, tuple(held), messages, failure, last=True)


def _alone(row: tuple[int, Item, bytes | None], task: Task, start: int) -> Iterator[Part]:
    """One document in a task of its own, from a part on."""
    errors = ray().exceptions
    place, item, _ = row
    number = start
    options = {"num_returns": "streaming", "num_cpus": 0, "max_retries": TRIES - 1}
    try:
        for ref in ray().remote(read).options(**options).remote(row, task):
            part = ray().get(ref)
            if part.number >= number:
                yield part
                number += 1
    except errors.RayTaskError as error:
        first = (str(error.cause).strip().splitlines() or [""])[0][:300]
        raise ClusterError(
            f"a worker cannot read documents: {type(error.cause).__name__}: {first}; is the same "
            "version of factcheck-cli installed on all machines of the cluster?"
        ) from error
    except errors.RayError as error:
        how = " for want of memory" if "memory" in str(error).lower() else ""
        message = f"{item.found.name}: {TRIES} processes died{how} while they read it"
        yield Part(place, number, failure=message, last=True)
