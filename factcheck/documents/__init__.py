"""Bytes to `Document`, one loader a format; what a file is, its first bytes tell."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from factcheck.documents import text
from factcheck.documents.apart import read_apart
from factcheck.documents.pieces import made
from factcheck.documents.signatures import format_of
from factcheck.documents.text import cleaned
from factcheck.errors import DocumentError
from factcheck.suffixes import DOCUMENT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factcheck.documents.pieces import Reading
    from factcheck.records import Document

__all__ = ["LOADERS", "MAX_BYTES", "MAX_TOLD", "cleaned", "load", "load_file", "read_here"]

MAX_BYTES = 20 * 1024 * 1024
"""Of a longer text, so much is read; a longer file of another format is refused."""

MAX_TOLD = 1024 * 1024 * 1024
"""Bytes of a text that are looked at to tell its sha256; a longer one is refused."""

_SHOWN = {
    "text": "plain text",
    "html": "an HTML page",
    "pdf": "a PDF",
    "docx": "a DOCX",
    "epub": "an EPUB",
}


def load(raw: bytes, path: str, suffix: str = ".txt") -> Document:
    """Load a document of any format.

    Args:
        raw: The file's bytes.
        path: Its name in the document and in errors.
        suffix: The ending of its name; where its bytes say that it is of another format
            that is read, it is read as that, with a warning.

    Raises:
        DocumentError: It cannot be read.
    """
    if len(raw) > MAX_BYTES:
        raise DocumentError(f"{path}: the file is larger than {MAX_BYTES // 2**20} MiB; split it")
    named = DOCUMENT_FORMATS.get(suffix.lower(), "text")
    found = format_of(raw, named, path)
    try:
        document = text.load(raw, path) if found == "text" else read_apart(found, raw, path)
    except DocumentError as error:
        if found == named:
            raise
        message = str(error).removeprefix(f"{path}: ")
        raise DocumentError(
            f"{path}: this is {_SHOWN[found]}, not {_SHOWN[named]}; {message}"
        ) from None
    if found == named:
        return document
    return _warned(document, f"this is {_SHOWN[found]}, not {_SHOWN[named]}, and read as such")


def load_file(file: BinaryIO, path: str, suffix: str = ".txt", head: bytes = b"") -> Document:
    """Load a document from an open file; of a text that is too large, the first part.

    Args:
        file: Open for reading bytes.
        path: Its name in the document and in errors.
        suffix: As `load` has it.
        head: What was read of the file before.

    Raises:
        DocumentError: It cannot be read.
        OSError: The file cannot be read on.
    """
    raw = head + file.read(max(0, MAX_BYTES + 1 - len(head)))
    is_text = DOCUMENT_FORMATS.get(suffix.lower(), "text") == "text"
    if len(raw) <= MAX_BYTES or not is_text or format_of(raw, "text", path) != "text":
        return load(raw, path, suffix)
    digest, size = hashlib.sha256(raw), len(raw)
    while part := file.read(1024 * 1024):
        digest.update(part)
        size += len(part)
        if size > MAX_TOLD:
            message = f"the file is larger than {MAX_TOLD // 2**20} MiB; split it"
            raise DocumentError(f"{path}: {message}")
    document = replace(text.load(raw[:MAX_BYTES], path, whole=False), sha256=digest.hexdigest())
    limit = MAX_BYTES // 2**20
    told = f"{size / 2**20:.0f} MiB, larger than {limit} MiB: only its first {limit} MiB are read"
    return _warned(document, f"the text has {told}; split it to read all of it")


def _warned(document: Document, warning: str) -> Document:
    return replace(document, warnings=(warning, *document.warnings))


def read_here(format_name: str, raw: bytes, path: str) -> Document:
    """Load a file in this process, whatever it takes; `load` bounds that.

    Raises:
        DocumentError: It cannot be read.
    """
    reader: Callable[[bytes, str], Reading] = import_module(
        f"factcheck.documents.{format_name}"
    ).read
    return made(reader(raw, path), raw, path)


def _loader(suffix: str) -> Callable[[bytes, str], Document]:
    def loader(raw: bytes, path: str) -> Document:
        return load(raw, path, suffix)

    return loader


LOADERS: Mapping[str, Callable[[bytes, str], Document]] = {
    suffix: _loader(suffix) for suffix in DOCUMENT_FORMATS
}
"""The loader of each file name extension."""
