"""Statements in rows: JSON lines and Parquet, to records with the place of each.

A row holds `id`, `text` (or `quote`), and its source: an object as in a claim file, or its id
beside the fields of the source in columns of their own.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import ValidationError

from factcheck.errors import ClaimFileError, FactcheckWarning, InputError, Problem
from factcheck.index.extra import arrow
from factcheck.located import Located
from factcheck.messages import explain
from factcheck.records import Source, Statement, StatementEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factcheck.paths import Found

ROW_SUFFIXES = (".jsonl", ".ndjson", ".parquet")
"""What files of rows are called."""

_MOST_BYTES = 1 << 20
_MOST_PROBLEMS = 50
_ENTRY = tuple(StatementEntry.model_fields)
_SOURCE = tuple(name for name in Source.model_fields if name != "id")
_KNOWN = frozenset((*_ENTRY, *_SOURCE, "source"))
_BATCH = 2_048

Row = tuple[int, Any]
"""The number of a row, from 1, and what it holds."""


def read_rows(found: Found, file: BinaryIO) -> Iterator[Statement]:
    """The statements of a file of rows, read as they are asked for.

    Args:
        found: The file.
        file: The same, open.

    Raises:
        ClaimFileError: Rows cannot be used; it names the first of them with their lines.
        InputError: The file is no Parquet file.
    """
    parquet = found.suffix == ".parquet"
    rows = _parquet_rows(found, file) if parquet else _json_rows(found, file)
    return _statements(found, rows, placed=not parquet)


def _statements(found: Found, rows: Iterable[Row], *, placed: bool) -> Iterator[Statement]:
    problems: list[Problem] = []
    unread: dict[str, None] = {}
    sources: dict[str, Source] = {}
    for number, row in rows:
        try:
            statement = _statement(row, sources, unread)
        except ValueError as error:
            problems.append(_problem(found, number, str(error), placed=placed))
            if len(problems) >= _MOST_PROBLEMS:
                break
            continue
        if not problems:  # what follows an error is read for its errors alone
            line = number if placed else 0
            yield statement.model_copy(
                update={"path": found.shown, "line": line, "column": min(line, 1)}
            )
    if problems:
        raise ClaimFileError(problems)
    if unread:
        names = ", ".join(map(repr, list(unread)[:9]))
        message = f"{found.name}: fields that are not read: {names}"
        warnings.warn(message, FactcheckWarning, stacklevel=2)


def _problem(found: Found, number: int, message: str, *, placed: bool) -> Problem:
    if placed:
        return Problem(found.name, number, 1, message)
    return Problem(found.name, 0, 0, f"row {number:,}: {message}")


def _statement(row: Any, sources: dict[str, Source], unread: dict[str, None]) -> Statement:
    """One row as a statement, without its place.

    Raises:
        ValueError: It cannot be one; the text says why.
    """
    if isinstance(row, _Unread):
        raise ValueError(row.reason)  # noqa: TRY004 - all are told alike
    if not isinstance(row, dict):
        raise ValueError("is no object with the fields 'id', 'text' and 'source'")  # noqa: TRY004 - all are told alike
    unread |= dict.fromkeys(name for name in row if name not in _KNOWN)
    told = {name: value for name, value in row.items() if name in _KNOWN and value is not None}
    source = _source(told, sources)
    entry: StatementEntry = _made(
        StatementEntry, {name: told[name] for name in _ENTRY if name in told}
    )
    text = entry.text or (entry.quote.exact if entry.quote else None)
    if text is None:
        raise ValueError("'text' or 'quote' is missing")
    return Statement(
        source=source,
        id=entry.id,
        text=" ".join(text.split()),
        quote=entry.quote,
        speaker=entry.speaker,
        locator=entry.locator,
        topics=entry.topics,
        suppress=entry.suppress,
    )


def _source(told: Mapping[str, Any], sources: dict[str, Source]) -> Source:
    given = told.get("source")
    if isinstance(given, str):
        given = {"id": given, "title": given} | {
            name: told[name] for name in _SOURCE if name in told
        }
    elif not isinstance(given, dict):
        raise ValueError("'source' is missing; give its id, or an object as in a claim file")  # noqa: TRY004 - all are told alike
    known = json.dumps(given, sort_keys=True, default=str)
    if known not in sources:
        source: Source = _made(Source, given)
        if source.kind == "official":
            raise ValueError("an official source holds claims; an index holds statements")
        if len(sources) >= _BATCH:
            sources.clear()
        sources[known] = source
    return sources[known]


def _made(record: type[Any], told: Mapping[str, Any]) -> Any:
    try:
        return record.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(explain(first, Located(), "").message) from None


def _json_rows(found: Found, file: BinaryIO) -> Iterator[Row]:
    for number in range(1, 1 << 62):
        line = file.readline(_MOST_BYTES + 1)
        if not line:
            return
        if len(line) > _MOST_BYTES:
            message = f"is longer than {_MOST_BYTES:,} bytes"
            raise ClaimFileError([Problem(found.name, number, 1, message)])
        if not line.strip():
            continue
        try:
            yield number, json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            yield number, _Unread(f"is no JSON: {reason}")


class _Unread:
    """A line that holds no row."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _parquet_rows(found: Found, file: BinaryIO) -> Iterator[Row]:
    pa = arrow()
    from pyarrow import parquet  # noqa: PLC0415 - with the extra

    number = 0
    try:
        opened = parquet.ParquetFile(file)
        for batch in opened.iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (pa.ArrowException, OSError, ValueError) as error:
        first = (str(error).splitlines() or ["damaged"])[0][:300]
        raise InputError(f"{found.name}: cannot be read as Parquet: {first}") from None
