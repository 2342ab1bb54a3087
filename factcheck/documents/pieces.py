"""Paragraphs, as a loader finds them, to a document."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factcheck.documents.phrases import is_caption, is_furniture, number_of
from factcheck.documents.traced import normalised
from factcheck.errors import DocumentError
from factcheck.records import Block, BlockKind, Document, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BETWEEN = "\n\n"
"""What stands between two blocks of a document's text."""

MAX_CHARACTERS = 20 * 1024 * 1024

_SPACE = re.compile(r"\s+")
_LONGEST_FIELD = 500


@dataclass(frozen=True)
class Piece:
    """A paragraph of a document before it has its place in a text."""

    text: str
    kind: BlockKind = "paragraph"
    page: int | None = None
    number: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a loader made of a file."""

    pieces: Sequence[Piece]
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Text in NFC, on one line, without unseen characters."""
    return _SPACE.sub(" ", normalised(text).text).strip()


def said(text: object) -> str | None:
    """A field of a document's metadata; None where it says nothing."""
    plain = folded(text[: _LONGEST_FIELD * 4])[:_LONGEST_FIELD] if isinstance(text, str) else ""
    return plain or None


def made(reading: Reading, raw: bytes, path: str) -> Document:
    """A document of pieces: one block each, cleaned, with a blank line between them.

    Raises:
        DocumentError: It has no text, or far too much.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in _kept(reading.pieces):
        if at + len(piece.text) > MAX_CHARACTERS:
            message = f"holds more than {MAX_CHARACTERS // 2**20} million characters; split it"
            raise DocumentError(f"{path}: {message}")
        end = at + len(piece.text)
        blocks.append(Block(at, end, piece.kind, piece.page, piece.number))
        texts.append(piece.text)
        at = end + len(BETWEEN)
    if not texts:
        raise DocumentError(f"{path}: holds no text")
    return Document(
        text=BETWEEN.join(texts),
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        blocks=tuple(blocks),
        metadata=reading.metadata,
        warnings=reading.warnings,
    )


def _kept(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        text = folded(piece.text)
        if not text or (piece.kind != "cell" and is_furniture(text)):
            continue
        kind: BlockKind = piece.kind
        if kind == "paragraph" and is_caption(text):
            kind = "caption"
        number = piece.number
        if number is None and kind in {"paragraph", "item", "heading"}:
            number = number_of(text)
        yield replace(piece, text=text, kind=kind, number=number)
