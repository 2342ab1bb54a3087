"""Bytes to text: the encoding is told by a mark at the head, else by the bytes."""

from __future__ import annotations

import codecs
import re
import unicodedata

from factcheck.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
_LEAST = 8  # characters to tell UTF-16 by
_NOISE = 0.02  # of a text's characters may steer, none have a meaning
_STEERING = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
# Single bytes to letters of Latin script: without more to go by, the usual one is taken.
_WESTERN = "cp1252"


def decode(raw: bytes, path: str, *, whole: bool = True) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a warning where its encoding had to be guessed.

    Args:
        raw: The file's bytes.
        path: Its name in errors.
        whole: Whether these are all of them; else the last may be part of a character.

    Raises:
        DocumentError: The bytes are no text in any encoding.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _checked(_promised(raw, encoding, path, whole=whole), path), ()
    if wide := _without_mark(raw):
        return _checked(_promised(raw, wide, path, whole=whole), path), (f"read as {wide}",)
    if b"\0" in raw:
        raise DocumentError(f"{path}: holds NUL bytes, so it is no text")
    try:
        return _checked(_decoded(raw, "utf-8", whole=whole), path), ()
    except UnicodeDecodeError as error:
        return _guessed(raw, error, path, whole=whole)


def _decoded(raw: bytes, encoding: str, *, whole: bool) -> str:
    if whole:
        return raw.decode(encoding)
    return codecs.getincrementaldecoder(encoding)().decode(raw)


def _promised(raw: bytes, encoding: str, path: str, *, whole: bool) -> str:
    try:
        return _decoded(raw, encoding, whole=whole)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        message = f"the bytes at offset {error.start} are not {name}, which its first bytes promise"
        raise DocumentError(f"{path}: {message}; save the file as UTF-8 text") from None


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 of Western text without a mark: every other byte is zero."""
    sample = raw[:2048]
    half = len(sample) // 2
    if half < _LEAST or len(raw) % 2:
        return None
    for encoding, zeros, others in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if sample[zeros::2].count(0) > 0.8 * half and sample[others::2].count(0) == 0:
            return encoding
    return None


def _guessed(
    raw: bytes, error: UnicodeDecodeError, path: str, *, whole: bool
) -> tuple[str, tuple[str, ...]]:
    trouble = f"byte 0x{raw[error.start]:02x} at offset {error.start} is not UTF-8"
    try:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - only where it is needed
    except ModuleNotFoundError:
        message = f"{trouble}; save the file as UTF-8 text, or pip install charset-normalizer"
        raise DocumentError(f"{path}: {message}") from None
    first = max(0, error.start - _SAMPLE // 2)
    best = from_bytes(raw[first : first + _SAMPLE]).best()
    names = [] if best is None else [best.encoding, *best.could_be_from_charset]
    if _WESTERN in names or (best is not None and _is_latin(str(best))):
        names.insert(0, _WESTERN)
    for name in names:
        try:
            text = _checked(_decoded(raw, name, whole=whole), path)
        except (UnicodeDecodeError, LookupError):
            continue
        return text, (f"{trouble}; read as {name}",)
    raise DocumentError(f"{path}: {trouble}; save the file as UTF-8 text")


def _is_latin(text: str) -> bool:
    """Whether its letters beyond ASCII are of Latin script."""
    beyond = [letter for letter in text if letter.isalpha() and not letter.isascii()]
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in beyond[:2000])


def _checked(text: str, path: str) -> str:
    if "\0" in text:
        raise DocumentError(f"{path}: holds NUL bytes, so it is no text")
    if len(_STEERING.findall(text[:1_000_000])) > _NOISE * min(len(text), 1_000_000):
        raise DocumentError(f"{path}: holds control characters throughout, so it is no text")
    return text
