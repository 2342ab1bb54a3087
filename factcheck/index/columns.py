"""The columns of an index: entries and vectors to rows, and rows back to statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from factcheck.errors import InputError
from factcheck.index.entries import source_fields, statement_fields
from factcheck.index.extra import arrow
from factcheck.index.header import METADATA_KEY, Header
from factcheck.records import Quote, Source, Statement, Suppression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.index.entries import Entry

    Vectors = NDArray[np.float32]

FILTERED = {
    "key": "text",
    "source": "text",
    "id": "text",
    "kind": "text",
    "title": "text",
    "publisher": "text",
    "date": "day",
    "language": "text",
    "topics": "list",
    "speaker": "text",
    "locator": "text",
    "url": "text",
    "archived_url": "text",
    "retrieved": "day",
    "document": "text",
    "document_sha256": "text",
    "path": "text",
    "line": "number",
}
"""The columns that `--where` may name, and what they hold."""

PLACED = (
    *("key", "source", "kind", "title", "publisher", "date", "language", "url", "archived_url"),
    *("retrieved", "document", "document_sha256", "id", "speaker", "locator", "topics", "quote"),
    *("quote_prefix", "quote_suffix", "suppress", "path", "line", "column_number"),
)
"""What a statement is made of again, but for its text."""

_SUPPRESSIONS = TypeAdapter(tuple[Suppression, ...])


def schema(header: Header) -> Any:
    """The table's columns, with the header as their metadata."""
    pa = arrow()
    text, hash_, day = pa.string(), pa.binary(32), pa.date32()
    named = dict.fromkeys(PLACED, text)
    named |= {"date": day, "retrieved": day, "topics": pa.list_(text)}
    named |= {"line": pa.int32(), "column_number": pa.int32()}
    named |= {"source_sha256": hash_, "content_sha256": hash_, "text_sha256": hash_, "text": text}
    named |= {"vector": pa.list_(pa.float32(), header.dimension)}
    required = {"key", "source", "kind", "title", "id", "line", "column_number"}
    required |= {"source_sha256", "content_sha256", "text_sha256"}
    fields = [pa.field(name, type_, name not in required) for name, type_ in named.items()]
    return pa.schema(fields, metadata={METADATA_KEY: header.text()})


def rows_of(entries: Sequence[Entry], vectors: Mapping[bytes, Vectors], columns: Any) -> Any:
    """Entries as a table.

    Args:
        entries: In the order of the rows.
        vectors: By the sha256 of a text; the first entry with that text holds the text and the
            vector, all others point to it.
        columns: As `schema` gives them.
    """
    pa = arrow()
    left = dict(vectors)
    firsts = [left.pop(entry.text_sha256, None) for entry in entries]
    rows = []
    for entry, first in zip(entries, firsts, strict=True):
        rows.append(
            source_fields(entry.statement.source)
            | statement_fields(entry.statement)
            | {
                "key": entry.key,
                "source_sha256": entry.source_sha256,
                "content_sha256": entry.content_sha256,
                "text_sha256": entry.text_sha256,
                "text": None if first is None else entry.statement.text,
            }
        )
    told = pa.Table.from_pylist(rows, schema=columns.remove(columns.get_field_index("vector")))
    return told.append_column(columns.field("vector"), vector_column(firsts, columns))


def vector_column(vectors: Sequence[Vectors | None], columns: Any) -> Any:
    """Vectors as a column; None where a row points to another."""
    pa = arrow()
    width = columns.field("vector").type.list_size
    values = np.zeros((len(vectors), width), np.float32)
    for row, vector in enumerate(vectors):
        if vector is not None:
            values[row] = vector
    mask = pa.array([vector is None for vector in vectors], pa.bool_())
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), width, mask=mask)


class Records:
    """Rows back to statements; a source is made once for all its rows."""

    def __init__(self) -> None:
        """No source is known yet."""
        self._sources: dict[tuple[Any, ...], Source] = {}

    def source(self, row: Mapping[str, Any]) -> Source:
        """The source of a row.

        Raises:
            InputError: The row holds what no source may.
        """
        told = {
            "id": row["source"],
            "kind": row["kind"],
            "title": row["title"],
            "publisher": row["publisher"],
            "date": row["date"],
            "language": row["language"],
            "url": row["url"],
            "archived_url": row["archived_url"],
            "retrieved": row["retrieved"],
            "document": row["document"],
            "sha256": row["document_sha256"],
        }
        known = tuple(told.values())
        if known not in self._sources:
            self._sources[known] = _made(Source, told, row)
        return self._sources[known]

    def statement(self, row: Mapping[str, Any], text: str) -> Statement:
        """The statement of a row, whose text may stand with another.

        Raises:
            InputError: The row holds what no statement may.
        """
        told = {name: row[name] for name in ("id", "speaker", "locator", "path", "line")}
        silenced = row["suppress"]
        told |= {
            "source": self.source(row),
            "text": text,
            "quote": _quote(row),
            "topics": tuple(row["topics"] or ()),
            "suppress": _suppressions(silenced, row) if silenced else (),
            "column": row["column_number"],
        }
        made: Statement = _made(Statement, told, row)
        return made


def _quote(row: Mapping[str, Any]) -> Quote | None:
    if row["quote"] is None:
        return None
    told = {"exact": row["quote"], "prefix": row["quote_prefix"], "suffix": row["quote_suffix"]}
    made: Quote = _made(Quote, told, row)
    return made


def _suppressions(text: str, row: Mapping[str, Any]) -> tuple[Suppression, ...]:
    try:
        return _SUPPRESSIONS.validate_json(text)
    except ValidationError:
        raise damaged(row["key"]) from None


def _made(record: Any, told: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
    try:
        return record(**told)
    except ValidationError:
        raise damaged(row["key"]) from None


def damaged(key: object) -> InputError:
    """What to say of a row that cannot be read as it was written."""
    return InputError(f"the index is damaged at {key!r}; run `factcheck index verify` on it")
