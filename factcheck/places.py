"""Where in a document a locator points, and what names a place best: `para. 14`, `line 20`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from factcheck.locators import spots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.records import Document

    Span = tuple[int, int]

_BREAK = re.compile(r"\s*,\s*|\s*(?=\()")
_PARAGRAPH = re.compile(r"(?:after )?(?:para(?:graph)?\b\.?|§|¶)\s*(\w[\w.]*?)\.?")
_PAGE = re.compile(r"(?:page|p\.?)\s*(\d{1,9})")
_LINE = re.compile(r"(?:line|l\.)\s*(\d{1,9})")


class Places:
    """The places of one document, as its paragraphs are cited."""

    def __init__(self, document: Document) -> None:
        """Read how the paragraphs are cited.

        Args:
            document: One without blocks has lines only.
        """
        self._document = document
        self._spots = list(spots(document.text, document.blocks))
        self._starts = [spot.block.start for spot in self._spots]
        self._parts = [_parts(spot.locator) for spot in self._spots]

    def named(self, locator: str | None) -> list[Span]:
        """The stretches that a locator may name; none where it names nothing here.

        A part may be left out: `para. 2` is the second paragraph under every heading, and
        `para. 14` holds its items.

        Args:
            locator: As a curator wrote it.
        """
        wanted = _parts(locator or "")
        if not wanted:
            return []
        if line := _LINE.fullmatch(wanted[0]):
            return self._line(int(line[1]))
        found = {n for n, parts in enumerate(self._parts) if _holds(parts, wanted)}
        if found and _PAGE.fullmatch(wanted[-1]):
            # The paragraph that goes on from the page before stands on both.
            found.add(max(0, min(found) - 1))
        blocks = (self._spots[n].block for n in sorted(found))
        return [(block.start, block.end) for block in blocks]

    def name(self, offset: int) -> str:
        """What names the place of a character best: its paragraph, else its line in the file."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and offset < self._spots[at].block.end:
            return self._spots[at].locator
        document = self._document
        if document.decoded is None:
            return f"line {document.text.count(chr(10), 0, offset) + 1}"
        return f"line {document.decoded.count(chr(10), 0, document.original(offset)) + 1}"

    def _line(self, number: int) -> list[Span]:
        document = self._document
        text = document.text if document.decoded is None else document.decoded
        if not 0 < number <= text.count("\n") + 1:
            return []
        start = 0
        for _ in range(number - 1):
            start = text.find("\n", start) + 1
        end = text.find("\n", start)
        span = (start, len(text) if end < 0 else end)
        if document.decoded is None:
            return [span]
        places = range(len(document.text))
        low, high = (bisect_left(places, offset, key=document.original) for offset in span)
        return [(low, high)]


def _parts(locator: str) -> list[str]:
    """A locator's parts, written in one way: `["p. 3", "para. 14", "(iii)"]`."""
    words = " ".join(locator.casefold().split())
    parts = [part for part in _BREAK.split(words) if part]
    parts = [
        _PARAGRAPH.sub(r"para. \1", part) if _PARAGRAPH.fullmatch(part) else part for part in parts
    ]
    return [_PAGE.sub(r"p. \1", part) if _PAGE.fullmatch(part) else part for part in parts]


def _holds(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether all that is wanted is among the parts, in this order."""
    left = iter(parts)
    return all(part in left for part in wanted)
