"""Bytes to `Document`, one loader a format; what a file is, its first bytes tell."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from factcheck.documents import text
from factcheck.documents.apart import read_apart
from factcheck.documents.pieces import made
from factcheck.documents.signatures import format_of
from factcheck.documents.text import cleaned
from factcheck.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factcheck.documents.pieces import Reading
    from factcheck.records import Document

__all__ = ["LOADERS", "MAX_BYTES", "cleaned", "load", "read_here"]

MAX_BYTES = 20 * 1024 * 1024

_NAMES = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
}
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
    named = _NAMES.get(suffix.lower(), "text")
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
    suffix: _loader(suffix) for suffix in _NAMES
}
"""The loader of each file name extension."""
