"""A text that knows where each of its characters came from."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Edit = tuple[int, int, str]
"""What stands at `[start:end]`, and what is put in its place."""

# A piece that no character of ASCII can change: these begin anew whatever follows them.
_BEYOND_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_MOST_MARKS = 30  # on one letter, as Unicode's stream-safe form has it

# What steers a terminal, and what is there for the eye of a typesetter only.
_UNSEEN = re.compile(
    "\r\n?|[\u2028\u2029\x85]|[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]"
    "|[\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LINE_ENDS = frozenset({"\r", "\r\n", "\u2028", "\u2029", "\x85"})


@dataclass(frozen=True)
class Traced:
    """A text, and pairs of an offset in it and one in the original, as a document has them."""

    text: str
    origins: tuple[tuple[int, int], ...] = ()

    def original(self, offset: int) -> int:
        """Where a character stood in the original."""
        at = bisect_right(self.origins, offset, key=lambda pair: pair[0]) - 1
        return offset if at < 0 else self.origins[at][1] + offset - self.origins[at][0]

    def edited(self, edits: Iterable[Edit]) -> Traced:
        """The text with changes made: rising, none over another."""
        made = _Maker(self)
        for start, end, new in edits:
            made.keep(start)
            made.put(new, end)
        made.keep(len(self.text))
        return made.result()


class _Maker:
    """Builds a text from stretches of an older one and what is put between."""

    def __init__(self, old: Traced) -> None:
        self.old = old
        self.at = 0
        self.size = 0
        self.parts: list[str] = []
        self.pairs: list[tuple[int, int]] = []

    def keep(self, end: int) -> None:
        if end <= self.at:
            return
        self._pair(self.size, self.old.original(self.at))
        origins = self.old.origins
        first = bisect_right(origins, self.at, key=lambda pair: pair[0])
        last = bisect_left(origins, end, key=lambda pair: pair[0])
        for here, there in origins[first:last]:
            self._pair(here - self.at + self.size, there)
        self._add(self.old.text[self.at : end])
        self.at = end

    def put(self, new: str, end: int) -> None:
        if new:
            self._pair(self.size, self.old.original(self.at))
            self._add(new)
        self.at = end

    def _add(self, part: str) -> None:
        self.parts.append(part)
        self.size += len(part)

    def _pair(self, here: int, there: int) -> None:
        before = self.pairs[-1] if self.pairs else (0, 0)
        if here - before[0] != there - before[1]:
            self.pairs.append((here, there))

    def result(self) -> Traced:
        return Traced("".join(self.parts), tuple(self.pairs))


def normalised(text: str) -> Traced:
    """A text in NFC, with newlines for line ends and without unseen characters."""
    plain = Traced(text).edited(
        (*found.span(), "\n" if found[0] in _LINE_ENDS else "") for found in _UNSEEN.finditer(text)
    )
    return plain if plain.text.isascii() else plain.edited(_composed(plain.text))


def _composed(text: str) -> Iterator[Edit]:
    for found in _BEYOND_ASCII.finditer(text):
        piece = _with_few_marks(found[0])
        new = unicodedata.normalize("NFC", piece)
        if new != found[0]:
            yield (*found.span(), new)


def _with_few_marks(piece: str) -> str:
    """No more marks on a letter than any script has: sorting thousands takes for ever."""
    if len(piece) <= _MOST_MARKS:
        return piece
    kept = []
    marks = 0
    for character in piece:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
