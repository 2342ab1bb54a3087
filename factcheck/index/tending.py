"""The indices over words and vectors, and fragments and versions made few."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.index.table import UNFINISHED, check_files, check_size, open_table, settle, writing

if TYPE_CHECKING:
    from typing import Any

    from factcheck.index.table import Table

WORDS, VECTORS = "text", "vector"
"""The columns that have an index of their own, and what these are called."""

ANN_FROM = 50_000
"""From so many texts on an approximate search is worth its while."""

A_PARTITION = 4_096
"""About how many texts make a cell of the index over vectors."""

_MEMORY = 512  # MiB, while the index of words is made
_EIGHT = 8  # the dimension of vectors that RaBitQ takes is divisible by it


@dataclass(frozen=True)
class Compacted:
    """What compacting did.

    Attributes:
        fragments: How many there were, and are.
        versions: How many are gone.
        bytes_freed: On the disk.
    """

    fragments: tuple[int, int]
    versions: int
    bytes_freed: int


def index_names(table: Table) -> set[str]:
    """The columns that have an index."""
    return {name for each in table.data.describe_indices() for name in each.field_names}


def begin(table: Table) -> Table:
    """Note that a build has begun."""
    return settle(table, lambda data: data.update_config({UNFINISHED: "build"}))


def end(table: Table) -> Table:
    """Note that a build has ended, if it was noted that one had begun."""

    def change(data: Any) -> None:
        if UNFINISHED in data.config():
            data.delete_config_keys([UNFINISHED])

    return settle(table.latest(), change)


def index_words(table: Table) -> Table:
    """Make the index of words, or bring it up to date.

    Raises:
        OutputError: It cannot be written.
    """

    def change(data: Any) -> None:
        if WORDS in index_names(table) and _is_whole(table, WORDS):
            data.optimize.optimize_indices(index_names=[WORDS])  # and no other: it takes long
        elif data.count_rows("text IS NOT NULL"):
            data.create_scalar_index(
                WORDS, "INVERTED", name=WORDS, with_position=False, memory_limit=_MEMORY
            )

    return _checked(settle(table.latest(), change), WORDS)


def index_vectors(table: Table, *, least: int = ANN_FROM) -> Table:
    """Make the index over vectors anew, where there are enough of them.

    Args:
        table: The index.
        least: From so many texts on.

    Raises:
        OutputError: It cannot be written.
    """

    def change(data: Any) -> None:
        texts = data.count_rows("text IS NOT NULL")
        if texts >= least:
            data.create_index(
                VECTORS,
                # Cells of vectors quantised, by RaBitQ to five bits a dimension where it can.
                "IVF_SQ" if table.header.dimension % _EIGHT else "IVF_RQ",
                name=VECTORS,
                metric="cosine",
                num_partitions=max(1, texts // A_PARTITION),
                replace=True,
            )

    return _checked(settle(table.latest(), change), VECTORS)


def _checked(table: Table, name: str) -> Table:
    """A table whose index is whole; one that is not is made anew the next time."""
    with writing(table.place):
        _check(table, name)
    return table


def _is_whole(table: Table, name: str) -> bool:
    try:
        _check(table, name)
    except OSError:
        return False
    return True


def _check(table: Table, name: str) -> None:
    for index in table.data.describe_indices():
        for part in index.segments if index.name == name else ():
            check_size(table.place, f"_indices/{part.uuid}", part.size_bytes)


def compact(place: str, older_than: dt.timedelta) -> Compacted:
    """Few large fragments for many small ones, and old versions gone.

    Args:
        place: The index.
        older_than: Versions are kept that are younger; 0 takes what killed builds left as well,
            and nothing else may use the index meanwhile.

    Raises:
        OutputError: It cannot be written.
    """
    table = open_table(place)
    before = len(table.data.get_fragments())
    table = _compacted(table)
    table = index_words(table)
    after = len(table.data.get_fragments())
    with writing(place):
        gone = table.data.cleanup_old_versions(
            older_than=max(older_than, dt.timedelta(microseconds=1)),
            delete_unverified=not older_than,
            error_if_tagged_old_versions=False,
        )
    return Compacted((before, after), gone.old_versions, gone.bytes_removed)


def _compacted(table: Table) -> Table:
    """Few large fragments; where the disk was too full for them, those that were there."""
    done = settle(table, lambda data: data.optimize.compact_files())
    with writing(table.place):
        try:
            check_files(table.place, [each.metadata for each in done.data.get_fragments()])
        except OSError:
            table.data.restore()
            raise
    return done
