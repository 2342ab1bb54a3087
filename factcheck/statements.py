"""A document's text to sentences, each with its place.

`split_sentences` reads plain text, where paragraphs end at blank lines and list items.
`statements_of` follows the blocks that a loader tells of, and says where each sentence stands
as a reader would cite it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from factcheck.locators import spots
from factcheck.records import Block
from factcheck.sentences import spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcheck.records import BlockKind, Document

# Where a list's item begins.
_ITEM = re.compile(r"[^\S\n]*(?:\d{1,3}[.)]|\([ivxlcdm\d]{1,6}\)|[-*•])\s")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MIN_WORDS = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: `text[start:end]`, and its line and column (from 1)."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class PlacedSentence(Sentence):
    """A sentence of a document, and where a reader finds it.

    Attributes:
        text: The document's text from `start` to `end`, without the number in front.
        locator: Page, heading and paragraph, as far as the document has them: `p. 3, para. 14`.
        kind: What its block is.
        heading: The last heading above it.
        page: The page on which its block begins.
    """

    text: str
    locator: str
    kind: BlockKind = "paragraph"
    heading: str | None = None
    page: int | None = None


def split_sentences(text: str) -> list[Sentence]:
    """Split a text into the sentences that say something.

    Args:
        text: A document's text, line ends as newlines.

    Returns:
        Sentences of at least three words, in order.
    """
    starts = _line_starts(text)
    return [
        Sentence(start, end, *_place(starts, start))
        for begin, stop in _paragraphs(text, starts)
        for start, end in _telling(text, begin, stop)
    ]


def statements_of(document: Document) -> list[PlacedSentence]:
    """The sentences of a document with their places; headings are no sentences.

    A document without blocks is read as plain text.

    Returns:
        Sentences of at least three words, in order.
    """
    text = document.text
    starts = _line_starts(text)
    blocks = document.blocks or tuple(Block(*span) for span in _paragraphs(text, starts))
    found = []
    for spot in spots(text, blocks):
        block = spot.block
        for start, end in _telling(text, spot.start, _trimmed_end(text, block)):
            found.append(
                PlacedSentence(
                    start,
                    end,
                    *_place(starts, start),
                    text[start:end],
                    spot.locator,
                    block.kind,
                    spot.heading,
                    block.page,
                )
            )
    return found


def _trimmed_end(text: str, block: Block) -> int:
    end = block.end
    while end > block.start and text[end - 1].isspace():
        end -= 1
    return end


def _telling(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph that say something."""
    for start, stop in spans(text, begin, end):
        if len(_WORD.findall(text, start, stop)) >= _MIN_WORDS:
            yield start, stop


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _place(starts: list[int], at: int) -> tuple[int, int]:
    line = bisect_right(starts, at)
    return line, at - starts[line - 1] + 1


def _paragraphs(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of lines, up to a blank line or to where an item of a list begins."""
    begin = last = None
    for start, following in pairwise([*starts, len(text) + 1]):
        line = text[start : following - 1]
        content = line.strip()
        if begin is not None and last is not None and (not content or _ITEM.match(line + " ")):
            yield begin, last
            begin = None
        if content:
            begin = start + line.index(content[0]) if begin is None else begin
            last = start + len(line.rstrip())
    if begin is not None and last is not None:
        yield begin, last
