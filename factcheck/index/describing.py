"""What an index holds, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.index.extra import arrow
from factcheck.index.table import reading
from factcheck.index.tending import VECTORS, WORDS, index_names

if TYPE_CHECKING:
    from factcheck.index.header import Header
    from factcheck.index.table import Table


@dataclass(frozen=True)
class Info:
    """What an index holds.

    Attributes:
        rows: Occurrences of statements.
        texts: Distinct texts, each with a vector.
        sources: How many.
        kinds: How many rows are of each kind of source.
        bytes: Of all files, those of old versions too.
        version: The one that is read.
        versions: How many can still be read.
        fragments: Files with rows.
        words: Whether it has an index of its words.
        ann: Whether it has an index for an approximate search.
        unfinished: Whether a build was begun and has not ended.
        header: What it was made with.
    """

    rows: int
    texts: int
    sources: int
    kinds: dict[str, int]
    bytes: int
    version: int
    versions: int
    fragments: int
    words: bool
    ann: bool
    unfinished: bool
    header: Header


def info(table: Table) -> Info:
    """Look at an index.

    Raises:
        InputError: It cannot be read.
    """
    pc = arrow().compute
    with reading(table.place):
        told = table.data.scanner(columns=["source", "kind"], batch_size=65_536).to_table()
        kinds = told.group_by("kind").aggregate([([], "count_all")]).sort_by("kind").to_pydict()
        sizes = table.data.all_files().read_all()["size_bytes"]
        indexed = index_names(table)
        return Info(
            rows=told.num_rows,
            texts=table.data.count_rows("text IS NOT NULL"),
            sources=len(pc.unique(told["source"])),
            kinds=dict(zip(kinds["kind"], kinds["count_all"], strict=True)),
            bytes=pc.sum(sizes).as_py() or 0,
            version=table.version,
            versions=len(table.data.versions()),
            fragments=len(table.data.get_fragments()),
            words=WORDS in indexed,
            ann=VECTORS in indexed,
            unfinished=table.unfinished,
            header=table.header,
        )
