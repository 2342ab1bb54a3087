"""Statements as an index knows them: by hashes of key, content, source and text.

Pure, and without Lance: what reads documents in another process gives these.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factcheck.records import Source, Statement

SCHEMA_VERSION = 1
"""Of the columns; raised when a table of an older version can no longer be read."""

DIGEST = 16
"""Bytes of the hashes that are kept in memory."""


@dataclass(frozen=True)
class Entry:
    """A statement on its way into an index.

    Attributes:
        statement: The statement.
        content_sha256: Of all its fields and those of its source.
        source_sha256: Of the fields of its source.
        text_sha256: Of its text.
    """

    statement: Statement
    content_sha256: bytes
    source_sha256: bytes
    text_sha256: bytes

    @property
    def key(self) -> str:
        """`source/id`."""
        return self.statement.key

    @property
    def key_digest(self) -> bytes:
        """Of its key, 16 bytes."""
        return key_digest(self.key)


def entry_of(statement: Statement) -> Entry:
    """A statement with its hashes."""
    return hashed(statement, hashlib.sha256(statement.text.encode()).digest())


def hashed(statement: Statement, text_sha256: bytes) -> Entry:
    """A statement with its hashes, where that of its text is known."""
    source = source_fields(statement.source)
    fields = source | statement_fields(statement)
    return Entry(
        statement,
        _hash([SCHEMA_VERSION, text_sha256.hex(), fields]),
        _hash([SCHEMA_VERSION, source]),
        text_sha256,
    )


def key_digest(key: str) -> bytes:
    """Of a key, 16 bytes."""
    return hashlib.sha256(key.encode()).digest()[:DIGEST]


def source_fields(source: Source) -> dict[str, Any]:
    """The columns that a source fills."""
    return {
        "source": source.id,
        "kind": source.kind,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "language": source.language,
        "url": source.url,
        "archived_url": source.archived_url,
        "retrieved": source.retrieved,
        "document": source.document,
        "document_sha256": source.sha256,
    }


def statement_fields(statement: Statement) -> dict[str, Any]:
    """The columns that a statement fills, but for its text."""
    quote = statement.quote
    silenced = [each.model_dump(mode="json") for each in statement.suppress]
    return {
        "id": statement.id,
        "speaker": statement.speaker,
        "locator": statement.locator,
        "topics": list(statement.topics),
        "quote": quote.exact if quote else None,
        "quote_prefix": quote.prefix if quote else None,
        "quote_suffix": quote.suffix if quote else None,
        "suppress": json.dumps(silenced, sort_keys=True) if silenced else None,
        "path": statement.path,
        "line": statement.line,
        "column_number": statement.column,
    }


def _hash(content: Any) -> bytes:
    told = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).digest()
