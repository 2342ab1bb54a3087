"""Texts folded to what two prints of the same words share, with a way back.

Converters and editors change white space, quotation marks, dashes, ligatures, soft
hyphens and capitals; none of these is what a source said. Folding takes them away
and keeps, for each character that is left, where it stood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Places = NDArray[np.int32]

_RUN = re.compile(r"\s+")
_SPACE, _DASH, _QUOTE, _SOFT_HYPHEN = map(ord, " -'\u00ad")
_QUOTES = frozenset("\"'`´′″‴‚„‵‶〝〞〟＂＇｀")
# 10² is not 102.
_KEPT = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")


def fold(text: str) -> str:
    """Runs of white space to one space, none at the ends."""
    return _RUN.sub(" ", text).strip()


@dataclass(frozen=True, eq=False)
class Folded:
    """A folded text.

    Attributes:
        text: What is left.
        origin: Where each character of it stood.
    """

    text: str
    origin: Places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which is not empty, stood."""
        return int(self.origin[start]), int(self.origin[end - 1]) + 1

    def at(self, offset: int) -> int:
        """The first character that stood at an offset of the whole text, or after it."""
        return int(np.searchsorted(self.origin, offset))


def folded(text: str) -> Folded:
    """Fold a text, in time and memory that grow with its length alone."""
    codes, origin = _characters(text)
    codes, origin = _without(codes, origin, _repeated(codes) & (codes == _SPACE))
    before, after = _shifted(codes)
    # A line end after a soft hyphen is no space, and one beside a dash is none to speak of.
    joined = (before == _DASH) | (before == _SOFT_HYPHEN) | (after == _DASH)
    dropped = ((codes == _SPACE) & joined) | (codes == _SOFT_HYPHEN)
    codes, origin = _without(codes, origin, dropped)
    marks = (codes == _DASH) | (codes == _QUOTE)
    codes, origin = _without(codes, origin, _repeated(codes) & marks)
    return Folded(codes.tobytes().decode("utf-32-le", "surrogatepass"), origin)


@lru_cache(maxsize=4096)
def folded_character(character: str) -> str:
    """What one character is folded to; nothing for what cannot be seen."""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if character in _QUOTES or category in {"Pi", "Pf"}:
        return "'"
    if category == "Pd" or character == "\u2212":
        return "-"
    if ord(character) == _SOFT_HYPHEN:
        return character
    if category == "Cf":
        return ""
    kept = unicodedata.decomposition(character).startswith(_KEPT) and not character.isalpha()
    whole = unicodedata.normalize("NFD" if kept else "NFKD", character).casefold()
    return unicodedata.normalize("NFD", whole)


def _characters(text: str) -> tuple[Codes, Places]:
    """Each character folded by itself, and where it stood."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    size = int(codes.max(initial=0)) + 1
    into, lengths = np.arange(size, dtype=np.uint32), np.ones(size, np.uint8)
    number, several = np.zeros(size, np.uint32), [""]
    for character in sorted(set(text)):
        to, code = folded_character(character), ord(character)
        lengths[code] = len(to)
        if len(to) == 1:
            into[code] = ord(to)
        elif to:
            number[code] = len(several)
            several.append(to)
    counts = lengths[codes]
    origin = np.repeat(np.arange(len(codes), dtype=np.int32), counts)
    result = into[codes[origin]]
    starts = np.cumsum(counts, dtype=np.int64) - counts
    # As many rounds as the longest has characters, however many there are of them.
    for n in range(max(map(len, several))):
        column = np.array([ord(to[n]) if n < len(to) else 0 for to in several], np.uint32)
        at = np.flatnonzero((counts > n) & (counts > 1))
        result[starts[at] + n] = column[number[codes[at]]]
    return result, origin


def _shifted(codes: Codes) -> tuple[Codes, Codes]:
    """What stands before each character, and what after it."""
    nothing = np.zeros(1, np.uint32)
    return np.concatenate((nothing, codes[:-1])), np.concatenate((codes[1:], nothing))


def _repeated(codes: Codes) -> NDArray[np.bool_]:
    """Where a character stands again right after itself."""
    return np.asarray(codes == _shifted(codes)[0])


def _without(codes: Codes, origin: Places, dropped: NDArray[np.bool_]) -> tuple[Codes, Places]:
    return codes[~dropped], origin[~dropped]
