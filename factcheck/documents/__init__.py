"""Bytes to `Document`, one loader a format; plain text and Markdown for now."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from factcheck.errors import DocumentError
from factcheck.records import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_BYTES = 20 * 1024 * 1024

_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive (DOCX, ODT and EPUB are such)",
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
}


def load_text(raw: bytes, path: str) -> Document:
    """Load plain text or Markdown, as it stands.

    Args:
        raw: The file's bytes: UTF-8, with or without a byte order mark.
        path: Its name in the document and in errors.

    Raises:
        DocumentError: The bytes are not such a text.
    """
    for signature, what in _SIGNATURES.items():
        if raw.startswith(signature):
            raise DocumentError(f"{path}: this is {what}, not plain text; save it as text first")
    if len(raw) > MAX_BYTES:
        raise DocumentError(f"{path}: the file is larger than {MAX_BYTES // 2**20} MiB; split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path}: byte 0x{raw[error.start]:02x} at offset {error.start} is not UTF-8"
        raise DocumentError(f"{message}; save the file as UTF-8 text") from None
    if "\0" in text:
        raise DocumentError(f"{path}: holds NUL bytes, so it is no text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Document(text=text, path=path, sha256=hashlib.sha256(raw).hexdigest())


LOADERS: Mapping[str, Callable[[bytes, str], Document]] = {
    ".txt": load_text,
    ".text": load_text,
    ".md": load_text,
    ".markdown": load_text,
}
"""The loader of each file name extension."""
