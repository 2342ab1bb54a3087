"""A document's text to sentences, each with its place.

A plain split: paragraphs end at blank lines and list items, sentences at final punctuation before
a capital, a digit or a quotation mark, save after common abbreviations and
initials. Deeper reading of documents is work to come.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where a list's item begins.
_ITEM = re.compile(r"[^\S\n]*(?:\d{1,3}[.)]|\([ivxlcdm\d]{1,6}\)|[-*•])\s")
# Final punctuation, what closes after it, white space, and what may begin a sentence.
_BREAK = re.compile(
    r"(?<![.!?…])[.!?…]{1,20}[\"'”’»)\]]{0,3}(\s+)(?=[\"'“‘«(\[]{0,3}[A-Z0-9À-ÖØ-Þ])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Hon|Rev|St|No|Nos|Art|para|paras|vs|etc|cf|p|pp|vol|ed"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|e\.g|i\.e)"
    r"|\b(?:[A-Z]\.){0,9}[A-Z])\.$"
)
_ENUMERATOR = re.compile(r"\W*\d{1,3}\.$")
_LOOK_BACK = 24  # longer than any abbreviation
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
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    sentences = []
    for start, end in _spans(text, starts):
        if len(_WORD.findall(text, start, end)) >= _MIN_WORDS:
            line = bisect_right(starts, start)
            sentences.append(Sentence(start, end, line, start - starts[line - 1] + 1))
    return sentences


def _spans(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    for begin, end in _paragraphs(text, starts):
        start = begin
        for match in _BREAK.finditer(text, begin, end):
            stop = match.start(1)
            if not _is_abbreviation(text, start, stop):
                yield start, stop
                start = match.end()
        yield start, end


def _is_abbreviation(text: str, start: int, stop: int) -> bool:
    near = text[max(start, stop - _LOOK_BACK) : stop]
    first = stop - start < _LOOK_BACK and _ENUMERATOR.fullmatch(near) is not None
    return first or _ABBREVIATION.search(near) is not None


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
