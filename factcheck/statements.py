"""A document's text to sentences, each with its place.

`split_sentences` reads plain text, where paragraphs end at blank lines and list items.
`statements_of` follows the blocks that a loader tells of, and says where each sentence stands
as a reader would cite it. An item of a list, also one that ends in "; and", is a sentence of its
own; what leads to it is kept beside it, as an item alone often asserts nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from factcheck.leads import Leads, is_lead
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
        lead: What leads to it, where it is an item of a list: `We call on the Council to:`.
    """

    text: str
    locator: str
    kind: BlockKind = "paragraph"
    heading: str | None = None
    page: int | None = None
    lead: str | None = None


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
    leads = Leads()
    found = []
    for spot in spots(text, [_as_paragraph(text, block) for block in blocks]):
        block, end = spot.block, _trimmed_end(text, spot.block)
        lead = leads.of(spot, text[spot.start : end], _last(text, spot.start, end))
        for start, stop in _telling(text, spot.start, end):
            found.append(
                PlacedSentence(
                    start,
                    stop,
                    *_place(starts, start),
                    text[start:stop],
                    spot.locator,
                    block.kind,
                    spot.heading,
                    block.page,
                    lead if start == spot.start else None,
                )
            )
    return found


def _as_paragraph(text: str, block: Block) -> Block:
    """A block; what leads to the next one is no heading, though a loader may take it for one."""
    leads = block.kind == "heading" and is_lead(text[block.start : block.end])
    return replace(block, kind="paragraph") if leads else block


def _last(text: str, start: int, end: int) -> str:
    """The last sentence of a paragraph."""
    *_, (first, last) = ((start, end), *spans(text, start, end))
    return text[first:last]


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
