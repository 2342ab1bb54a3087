"""Rows out of an index. Where the first with a text goes, another takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.index.columns import damaged
from factcheck.index.extra import arrow
from factcheck.index.table import (
    busy,
    commit,
    fragments_of,
    one_of,
    open_table,
    reading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.index.table import Table

    Vectors = NDArray[np.float32]

_AT_ONCE = 2_000
_ATTEMPTS = 60
_BATCH = 65_536


def keys_where(table: Table, where: str | None) -> list[str]:
    """The keys of the rows that a filter leaves, sorted."""
    with reading(table.place):
        found = table.data.scanner(columns=["key"], filter=where, batch_size=_BATCH).to_table()
    return sorted(found["key"].to_pylist())


def remove(
    place: str, keys: Sequence[str], done: Callable[[int, int], None] = lambda _done, _all: None
) -> int:
    """Take rows out, some thousand by each commit.

    Args:
        place: The index.
        keys: Those that are not there are passed over.
        done: Told how many are out.

    Returns:
        How many rows there were.

    Raises:
        InputError: The index cannot be read.
        OutputError: It cannot be written to.
    """
    removed = 0
    for start in range(0, len(keys), _AT_ONCE):
        removed += _remove(place, keys[start : start + _AT_ONCE])
        done(min(start + _AT_ONCE, len(keys)), len(keys))
    return removed


def _remove(place: str, keys: Sequence[str]) -> int:
    for _ in range(_ATTEMPTS):
        table = open_table(place)
        present = keys_where(table, one_of("key", keys))
        if not present:
            return 0
        leaving = departure(table, present)
        new = fragments_of(table, leaving.rows) if leaving.heirs else []
        if commit(table, new, [*present, *leaving.heirs]):
            return len(present)
    raise busy(place)


@dataclass(frozen=True)
class Departure:
    """What follows when rows go.

    Attributes:
        rows: Those that take the places of first ones: with the text and its vector from now on.
        heirs: Their keys; as they were, they go out.
        freed: The vectors of texts that no row has any more.
    """

    rows: Any
    heirs: tuple[str, ...]
    freed: Mapping[bytes, Vectors]


def departure(table: Table, keys: Collection[str]) -> Departure:
    """What follows when rows go.

    Args:
        table: The index.
        keys: The rows that go, some of which may hold a text that others point to; the one with
            the least key of those that stay takes the place.
    """
    pa, pc = arrow(), arrow().compute
    with reading(table.place):
        told = f"{one_of('key', keys)} AND text IS NOT NULL"
        firsts = table.data.scanner(columns=["text_sha256", "text", "vector"], filter=told)
        holding = firsts.to_table().combine_chunks()
        heirs = _heirs(table, pc.unique(holding["text_sha256"]), set(keys))
        freed = {
            text: np.asarray(vector, np.float32)
            for text, vector in zip(
                holding["text_sha256"].to_pylist(), holding["vector"].to_pylist(), strict=True
            )
            if text not in heirs
        }
        if not heirs:
            return Departure(table.data.schema.empty_table(), (), freed)
        rows = table.data.scanner(filter=one_of("key", heirs.values())).to_table()
    at = pc.index_in(rows["text_sha256"], holding["text_sha256"].combine_chunks())
    if at.null_count:
        raise damaged(next(iter(heirs.values())))
    for name in ("text", "vector"):
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(name), holding[name].take(at))
    return Departure(
        pa.Table.from_arrays(rows.columns, schema=table.data.schema), tuple(heirs.values()), freed
    )


def _heirs(table: Table, texts: Any, going: Collection[str]) -> dict[bytes, str]:
    """By text the least key of the rows that point to it and stay."""
    pc = arrow().compute
    heirs: dict[bytes, str] = {}
    if not len(texts):
        return heirs
    pointing = table.data.scanner(
        columns=["key", "text_sha256"], filter="text IS NULL", batch_size=_BATCH
    )
    for batch in pointing.to_batches():
        found = batch.filter(pc.is_in(batch["text_sha256"], value_set=texts))
        pairs = zip(found["text_sha256"].to_pylist(), found["key"].to_pylist(), strict=True)
        for text, key in pairs:
            if key not in going:
                heirs[text] = min(key, heirs.get(text, key))
    return heirs
