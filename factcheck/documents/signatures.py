"""What a file is, told by its first bytes."""

from __future__ import annotations

import re

from factcheck.errors import DocumentError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_REFUSED = {
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old or an encrypted Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_HEAD = 1024  # within which a PDF begins
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)


def format_of(raw: bytes, named: str, path: str) -> str:
    """The format of a file; by its name where its bytes do not say.

    Raises:
        DocumentError: It is of a format that is not read.
    """
    for signature, what in _REFUSED.items():
        if raw.startswith(signature):
            raise DocumentError(f"{path}: this is {what}, which is not read; save it as text first")
    if raw.startswith(_ZIP):
        return _zipped(raw, named, path)
    if b"%PDF-" in raw[:_HEAD] and (named == "pdf" or raw.startswith(b"%PDF-")):
        return "pdf"
    if named == "html":
        return "html"
    if _PAGE.match(raw):
        return "html"
    if named == "text" or not raw.strip():
        return "text"
    if named == "pdf":
        raise DocumentError(f"{path}: is no PDF: it does not begin as one")
    raise DocumentError(f"{path}: is no ZIP archive, which a {named.upper()} is")


def _zipped(raw: bytes, named: str, path: str) -> str:
    if raw[30:58] == b"mimetypeapplication/epub+zip":
        return "epub"
    if b"word/" in raw or named in {"docx", "epub"}:
        return named if named == "epub" else "docx"
    raise DocumentError(f"{path}: this is a ZIP archive, not a document; unpack it first")
