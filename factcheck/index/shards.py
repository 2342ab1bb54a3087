"""An index cut into shards: texts by where their vectors stand, so that each may be searched apart.

A shard is small: it holds where the vectors stand and not the vectors. Who searches it opens the
table at the same version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue
    from factcheck.index.table import Table

    Numbers = NDArray[np.int64]
    Addresses = NDArray[np.uint64]

_FRAGMENT = 32  # bits of an address below the number of its fragment


@dataclass(frozen=True)
class Shard:
    """Texts of an index whose vectors stand near one another.

    Attributes:
        places: Where their vectors stand, ascending, shape (n,).
        numbers: Of the texts, as their catalogue has them, shape (n,).
        rows: How many rows are read where all of the shard is.
        fragments: The fragments in which they stand; None for all of the table.
        span: Of one fragment only some rows: how many to pass over, and how many to read.
    """

    places: Addresses
    numbers: Numbers
    rows: int
    fragments: tuple[int, ...] | None = None
    span: tuple[int, int] | None = None


def whole(table: Table, catalogue: Catalogue) -> Shard:
    """All texts of a catalogue."""
    numbers = catalogue.standing
    return Shard(catalogue.holders[numbers], numbers, table.rows)


def shards(table: Table, catalogue: Catalogue, rows: int) -> Iterator[Shard]:
    """The texts of a catalogue, shard by shard; those that hold none are left out.

    Args:
        table: The index.
        catalogue: Its texts, or some of them.
        rows: About how many rows of the table make a shard, at least 1. Small fragments go
            together; of a large one each shard takes a part, unless rows were taken out of it,
            which leaves where its rows stand to those who read it.
    """
    every = whole(table, catalogue)
    group: list[int] = []
    held = 0
    for fragment in sorted(table.data.get_fragments(), key=lambda each: int(each.fragment_id)):
        count, number = int(fragment.count_rows()), int(fragment.fragment_id)
        cut = count > rows and not fragment.num_deletions
        if group and (cut or held + count > rows):
            yield from _some(every, group, held)
            group, held = [], 0
        if cut:
            for start in range(0, count, rows):
                yield from _part(every, number, start, min(rows, count - start))
        else:
            group.append(number)
            held += count
    if group:
        yield from _some(every, group, held)


def _some(every: Shard, group: Sequence[int], rows: int) -> Iterator[Shard]:
    """The texts of whole fragments, between the first and the last of which there is no other."""
    part = _between(every, group[0] << _FRAGMENT, (group[-1] + 1) << _FRAGMENT)
    if part.stop > part.start:
        yield Shard(every.places[part], every.numbers[part], rows, tuple(group))


def _part(every: Shard, fragment: int, start: int, rows: int) -> Iterator[Shard]:
    """The texts of some rows of a fragment."""
    first = (fragment << _FRAGMENT) + start
    part = _between(every, first, first + rows)
    if part.stop > part.start:
        span = (start, rows)
        yield Shard(every.places[part], every.numbers[part], rows, (fragment,), span)


def _between(every: Shard, first: int, end: int) -> slice:
    """Which texts stand from one address on and before another."""
    found = np.searchsorted(every.places, np.array([first, end], np.uint64))
    return slice(int(found[0]), int(found[1]))
