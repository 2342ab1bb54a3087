"""A document's text to sentences, each with its place.

A plain split: paragraphs end at blank lines and list items, sentences at final punctuation before
a capital, a digit or a quotation mark, save after common abbreviations and
initials. Deeper reading of documents is work to come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A paragraph ends at a blank line, and where the next line begins an item of a list.
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*(?:\n|(?:\d{1,3}[.)]|\([ivxlcdm\d]+\)|[-*•])\s)))*")
_BREAK = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-Z0-9À-ÖØ-Þ])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Hon|Rev|St|No|Nos|Art|para|paras|vs|etc|cf|p|pp|vol|ed"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|e\.g|i\.e)"
    r"|\b(?:[A-Z]\.)*[A-Z]|^\W*\d+)\.\s*$"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_MIN_WORDS = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: `text[start:end]`, and its line and column (from 1)."""

    start: int
    end: int
    line: int
    column: int


def split_sentences(text: str) -> list[Sentence]:
    """Split a text into the sentences that say something.

    Args:
        text: A document's text, line ends as newlines.

    Returns:
        Sentences of at least three words, in order.
    """
    return [
        Sentence(start, end, *_place(text, start))
        for start, end in _spans(text)
        if len(_WORD.findall(text, start, end)) >= _MIN_WORDS
    ]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for paragraph in _PARAGRAPH.finditer(text):
        start = paragraph.start()
        for match in _BREAK.finditer(text, paragraph.start(), paragraph.end()):
            if not _ABBREVIATION.search(text[start : match.end()]):
                yield start, match.start() + len(match[0].rstrip())
                start = match.end()
        yield start, start + len(text[start : paragraph.end()].rstrip())


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
