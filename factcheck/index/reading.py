"""A corpus to statements: claim files, raw documents, folders, and files of rows.

A file is read by itself, given what its source is to be called, so that several processes can
share the files of a corpus.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from factcheck import located
from factcheck.claims import read_claim_file
from factcheck.errors import (
    ClaimFileError,
    EmptyInputError,
    FactcheckError,
    FactcheckWarning,
    InputError,
)
from factcheck.index.tables import ROW_SUFFIXES, read_rows
from factcheck.paths import Found, find, names_apart, opened, read_bytes
from factcheck.records import Statement
from factcheck.suffixes import CLAIM_FILE_SUFFIXES, DOCUMENT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Item:
    """A file of a corpus.

    Attributes:
        found: The file.
        name: What its source is called, where it is a raw document.
    """

    found: Found
    name: str = ""


def items_of(paths: Iterable[str | Path]) -> list[Item]:
    """The files of a corpus, each once.

    Args:
        paths: Claim files, documents, files of rows, folders of any, or `-`, which is a document.

    Raises:
        InputError: A path does not exist, or a folder holds nothing to read.
    """
    found = find(paths, (*DOCUMENT_FORMATS, *ROW_SUFFIXES))
    names = names_apart([each for each in found if _is_raw(each)])
    return [Item(each, names.get(each, "")) for each in found]


def statements_in(item: Item, stdin: BinaryIO | None = None) -> Iterator[Statement]:
    """The statements of one file; of a claim file with claims, none.

    Raises:
        ClaimFileError: It has errors; all of them are listed.
        DocumentError: It cannot be read, or asserts nothing.
        InputError: It is not there any more.
    """
    found = item.found
    if found.suffix in CLAIM_FILE_SUFFIXES:
        yield from _of_claim_file(found)
        return
    with opened(found, stdin) as file:
        if found.suffix in ROW_SUFFIXES:
            yield from read_rows(found, file)
        else:
            from factcheck.raw import read_document  # noqa: PLC0415 - rows need none of it

            cut = read_document(found, file, item.name, "statements")
            yield from (each for each in cut.passages if isinstance(each, Statement))


@dataclass(frozen=True)
class Unreadable:
    """A file that cannot be read, and was passed over.

    Attributes:
        name: The file, as messages call it.
        reason: What is wrong, with the name.
    """

    name: str
    reason: str

    @classmethod
    def of(cls, item: Item, error: Exception) -> Unreadable:
        """What to say of an error that a file gave; a parser may raise what it will."""
        if isinstance(error, FactcheckError):
            return cls(item.found.name, str(error))
        first = (str(error).strip().splitlines() or [""])[0][:300]
        what = f"cannot be read: {type(error).__name__}{': ' * bool(first)}{first}"
        return cls(item.found.name, f"{item.found.name}: {what}")


def readable(item: Item, stdin: BinaryIO | None = None) -> Iterator[Statement]:
    """The statements of one file, where all of it can be read; a file of rows is read twice.

    Raises:
        InputError: It cannot; no statement was given then.
    """
    if item.found.suffix not in ROW_SUFFIXES:
        yield from list(statements_in(item, stdin))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FactcheckWarning)  # they come the second time
        for _ in statements_in(item):
            pass
    yield from statements_in(item)


def statements_of(
    items: Sequence[Item],
    stdin: BinaryIO | None = None,
    skipped: Callable[[Unreadable], None] | None = None,
) -> Iterator[Statement]:
    """The statements of all files, one file after the other.

    Args:
        items: The files.
        stdin: What `-` reads.
        skipped: Told of each file that cannot be read, none of which is used then; without it
            such a file is an error.

    Raises:
        EmptyInputError: There is none.
        InputError: A file cannot be used.
    """
    none = True
    for item in items:
        try:
            for statement in (readable if skipped else statements_in)(item, stdin):
                none = False
                yield statement
        except Exception as error:
            if skipped is None:
                raise
            skipped(Unreadable.of(item, error))
    if none:
        raise nothing_in(items)


def nothing_in(items: Sequence[Item]) -> EmptyInputError:
    """What to say of files without a statement."""
    names = ", ".join(item.found.name for item in items[:5])
    return EmptyInputError(f"{names}: no statement among these; claims are not indexed")


def _of_claim_file(found: Found) -> Iterator[Statement]:
    folder = str(found.path.parent) if found.path else "."
    try:
        raw = read_bytes(found, located.MAX_BYTES)
    except OSError as error:  # pragma: no cover - `opened` tells of these
        raise InputError(f"{found.name}: cannot be read: {error.strerror}") from None
    read = read_claim_file(raw, found.name, found.shown, folder)
    if wrong := [each for each in read.problems if each.severity == "error"]:
        raise ClaimFileError(wrong)
    yield from read.records().statements


def _is_raw(found: Found) -> bool:
    return found.suffix not in (*CLAIM_FILE_SUFFIXES, *ROW_SUFFIXES)
