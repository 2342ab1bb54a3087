"""An index made, added to, and finished with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.index.header import check_header, header_for
from factcheck.index.removing import keys_where, remove
from factcheck.index.table import Table, create, exists, one_of, open_table
from factcheck.index.tending import ANN_FROM, VECTORS, begin, end, index_names, index_vectors
from factcheck.index.tending import index_words as finish_words
from factcheck.index.writing import BATCH, Written, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from factcheck.encoders import Encoder
    from factcheck.records import Statement


def prepared(place: str, encoder: Encoder, *, replace: bool = False) -> Table:
    """An index to put statements in: the one that is there, or one without rows.

    Args:
        place: A folder or URL.
        encoder: What makes its vectors.
        replace: Whether one that is there is to be emptied, whatever made it.

    Raises:
        InputError: One is there, and another encoder or another version made it.
        OutputError: It cannot be written.
    """
    there = exists(place)
    if there and not replace:
        table = open_table(place)
        check_header(table.header, encoder, place)
        return table
    return create(place, header_for(encoder), replace=there)


def build(
    place: str,
    statements: Iterable[Statement],
    encoder: Encoder,
    *,
    replace_sources: bool = False,
    batch: int = BATCH,
    ann: bool = False,
    ann_from: int = ANN_FROM,
    told: Callable[[Written], None] = lambda _written: None,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Put statements into a prepared index, and bring its own indices up to date.

    Args:
        place: The index, as `prepared` left it.
        statements: Read as they are needed.
        encoder: The one it was prepared for.
        replace_sources: Whether sources may be there with other fields or other statements;
            what is not given again of them is taken out.
        batch: How many statements are committed at once.
        ann: Whether to make the index for an approximate search too.
        ann_from: From so many texts on.
        told: Called after each commit with what was done so far.
        before_commit: Called before each commit.

    Raises:
        InputError: A statement cannot go in; those before it are in.
        OutputError: The index cannot be written to; what was committed stays.
    """
    seen: dict[str, set[str]] = {}

    def put(begun: Callable[[], None]) -> Written:
        return write(
            place,
            _noted(statements, seen) if replace_sources else statements,
            encoder,
            replace_sources=replace_sources,
            batch=batch,
            told=told,
            before_commit=begun,
        )

    return finished(place, put, seen, ann=ann, ann_from=ann_from, before_commit=before_commit)


def finished(
    place: str,
    put: Callable[[Callable[[], None]], Written],
    seen: Mapping[str, Collection[str]],
    *,
    ann: bool = False,
    ann_from: int = ANN_FROM,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Have statements put in, take out what is not given again, and bring the indices up to date.

    Args:
        place: The index, as `prepared` left it.
        put: Puts them in; is to call what it is given before each commit.
        seen: Filled meanwhile: by source, the keys of those that are to stay.
        ann: Whether to make the index for an approximate search too.
        ann_from: From so many texts on.
        before_commit: Called before each commit.

    Raises:
        OutputError: The index cannot be written to; what was committed stays.
    """
    done = put(_Beginning(open_table(place), before_commit))
    gone = sum(remove(place, _left_over(place, name, keys)) for name, keys in seen.items())
    done += Written(removed=gone)
    table = open_table(place)
    indexed = index_names(table)
    if not (done.touched or table.unfinished or (ann and VECTORS not in indexed)):
        return done
    table = finish_words(table)
    if ann or VECTORS in indexed:
        table = index_vectors(table, least=ann_from)
    end(table)
    return done


class _Beginning:
    """Notes before the first commit that a build has begun; where there is none, nothing is."""

    def __init__(self, table: Table, then: Callable[[], None]) -> None:
        self._table, self._then = table, then
        self._noted = table.unfinished

    def __call__(self) -> None:
        if not self._noted:
            begin(self._table)
            self._noted = True
        self._then()


def _noted(statements: Iterable[Statement], seen: dict[str, set[str]]) -> Iterator[Statement]:
    for statement in statements:
        seen.setdefault(statement.source.id, set()).add(statement.key)
        yield statement


def _left_over(place: str, source: str, keys: Collection[str]) -> list[str]:
    """The rows of a source that were not given again."""
    there = keys_where(open_table(place), one_of("source", [source]))
    return [key for key in there if key not in keys]
