"""Plain text and Markdown, cleaned of marks; each character knows where it stood."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from factcheck.documents.decoding import decode
from factcheck.documents.hyphens import Hyphens
from factcheck.documents.lines import Part, parts_of
from factcheck.documents.marks import emphasis_edits, inline_edits
from factcheck.documents.matter import front_matter
from factcheck.documents.phrases import is_caption, number_of
from factcheck.documents.pieces import BETWEEN
from factcheck.documents.traced import Traced, normalised
from factcheck.records import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.documents.traced import Edit

_LAST_PART = 100_000  # characters in which the end of a text that was cut is looked for
_MARKED = re.compile(r"[<&\[!\\*_`]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]|(?<![^\n]) | (?![^\n])")


def load(raw: bytes, path: str, *, whole: bool = True) -> Document:
    """Load plain text or Markdown.

    Args:
        raw: The file's bytes.
        path: Its name in the document and in errors.
        whole: Whether these are all of its bytes; else the text ends with the last whole
            paragraph, line or word.

    Raises:
        DocumentError: The bytes are no text.
    """
    text, warnings = decode(raw, path, whole=whole)
    text = text if whole else _to_an_end(text)
    document = cleaned(text)
    return replace(
        document, path=path, sha256=hashlib.sha256(raw).hexdigest(), warnings=warnings, decoded=text
    )


def _to_an_end(text: str) -> str:
    for end in ("\n\n", "\n", " "):
        at = text.rfind(end, len(text) - _LAST_PART)
        if at > 0:
            return text[:at]
    return text


def cleaned(text: str) -> Document:
    """A text cleaned of marks, with its blocks; `origins` lead back to the text given."""
    plain = normalised(text)
    metadata, begin = front_matter(plain.text)
    parts = parts_of(plain.text, begin)
    laid = plain.edited(_layout(plain.text, parts))
    bare = laid.edited(_each_block(laid.text))
    tidy = bare.edited(_tidied(bare.text))
    done, blocks = _blocks(tidy, parts)
    if metadata.title is None:
        titles = (done.text[b.start : b.end] for b, first in blocks if first)
        metadata = replace(metadata, title=next(titles, None))
    return Document(
        text=done.text,
        path="",
        sha256="",
        blocks=tuple(block for block, _ in blocks),
        metadata=metadata,
        origins=done.origins,
    )


def _layout(text: str, parts: Sequence[Part]) -> Iterator[Edit]:
    """Puts each part on a line of its own; what is in no part goes."""
    hyphens = Hyphens(text)
    before = None
    for part in parts:
        for n, (start, end) in enumerate(part.spans):
            if before is None:
                yield 0, start, ""
            elif n == 0:
                yield before[1], start, BETWEEN
            else:
                word = hyphens.broken(
                    text[max(before[0], before[1] - 140) : before[1]], text[start : start + 40]
                )
                yield (
                    before[1] - (word is True),
                    start,
                    " " if word is None else "",
                )
            before = start, end
    yield (before[1] if before else 0), len(text), ""


def _each_block(text: str) -> Iterator[Edit]:
    start = 0
    for line in text.split("\n"):
        if _MARKED.search(line):
            edits = sorted([*inline_edits(line), *emphasis_edits(line)])
            last = 0
            for first, end, new in edits:
                if first >= last:
                    yield start + first, start + end, new.replace("\n", " ")
                    last = end
        start += len(line) + 1


def _tidied(text: str) -> Iterator[Edit]:
    """Tabs and odd spaces to spaces, no two in a row, none at the ends of lines."""
    for found in _SPACES.finditer(text):
        start, end = found.span()
        at_edge = start == 0 or end == len(text) or text[start - 1] == "\n" or text[end] == "\n"
        if at_edge or found[0] != " ":
            yield start, end, "" if at_edge else " "


def _blocks(tidy: Traced, parts: Sequence[Part]) -> tuple[Traced, list[tuple[Block, bool]]]:
    """The blocks, one a part, and whether each is a first heading; empty ones are cut out."""
    cuts: list[Edit] = []
    blocks: list[tuple[Block, bool]] = []
    at = moved = 0
    for line, part in zip(tidy.text.split(BETWEEN), parts, strict=False):
        end = at + len(line)
        if not line:
            cuts.append((at, min(at + len(BETWEEN), len(tidy.text)), ""))
            moved += len(BETWEEN)
        else:
            kind = part.kind
            if kind in {"paragraph", "heading"} and is_caption(line):
                kind = "caption"
            number = number_of(line) if kind in {"paragraph", "item", "heading"} else None
            block = Block(at - moved, end - moved, kind, part.page, number)
            blocks.append((block, part.is_title))
        at = end + len(BETWEEN)
    done = tidy.edited(cuts)
    text = done.text.rstrip("\n")
    return Traced(text, done.origins), blocks
