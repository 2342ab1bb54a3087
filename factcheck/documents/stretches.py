"""The characters of a PDF's page to stretches of a line, each with its box.

PDFium tells characters in the order in which they are drawn, with the spaces and line ends that it
makes out between them. Its own rectangles will not do: what it tells to be in one holds letters
of the next wherever two touch, as they do where a word in italics ends.
"""

from __future__ import annotations

from ctypes import byref, c_double
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_GAP = 0.03  # of a page's width: columns and cells are farther apart
_HYPHENS = frozenset({0x02, 0xFFFE})  # a hyphen that ends a line, as PDFium has it
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)  # the halves of one character


@dataclass
class Stretch:
    """Letters on a line, next to each other; it grows while a page is read, here only.

    Attributes:
        box: Of all of its letters.
        size: The height of its font's letters; 0 where the font does not tell.
        letters: In order, with the spaces between them.
    """

    box: Box
    size: float
    letters: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(self.letters)


def stretches(page: Any, width: float) -> Iterator[Stretch]:
    """The stretches of a page of text.

    Args:
        page: PDFium's page of text.
        width: Of the page.
    """
    found: Stretch | None = None
    last = (0.0, 0.0, 0.0, 0.0)
    for n, letter, at in _characters(page):
        if found is not None and (letter in "\r\n" or (at and not _goes_on(last, at, width))):
            yield found
            found = None
        if at is not None:
            if found is None:
                found = Stretch(at, _size(page, n))
            found.box = _around(found.box, at)
            last = at
        if found is not None:
            found.letters.append(letter)
    if found is not None:
        yield found


def _around(box: Box, at: Box) -> Box:
    return min(box[0], at[0]), min(box[1], at[1]), max(box[2], at[2]), max(box[3], at[3])


def _goes_on(last: Box, at: Box, width: float) -> bool:
    """Whether a letter stands near the one before, on whichever side it is written."""
    height = max(last[3] - last[1], at[3] - at[1])
    beside = max(last[0], at[0]) - min(last[2], at[2])
    above = max(last[1], at[1]) - min(last[3], at[3])  # a full stop is below a raised figure
    return beside < max(_GAP * width, height) and above < height


def _size(page: Any, n: int) -> float:
    """The height of a letter as its font has it, the same for an `x` and a `W`."""
    from pypdfium2 import raw  # noqa: PLC0415 - a library of weight

    box = raw.FS_RECTF()
    return box.top - box.bottom if raw.FPDFText_GetLooseCharBox(page, n, byref(box)) else 0.0


def _characters(page: Any) -> Iterator[tuple[int, str, Box | None]]:
    """Each character with its index and its box; without one where it is a space."""
    from pypdfium2 import raw  # noqa: PLC0415 - a library of weight

    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    given = byref(left), byref(right), byref(bottom), byref(top)
    high = 0
    for n in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, n)
        if code in _HIGH or code == 0:
            high = code
            continue
        if code in _LOW:
            if not high:
                continue
            code = 0x10000 + ((high - _HIGH.start) << 10) + code - _LOW.start
        high = 0
        letter = "\x02" if code in _HYPHENS else chr(code)
        if letter.isspace() or not raw.FPDFText_GetCharBox(page, n, *given):
            yield n, letter, None
        else:
            yield n, letter, (left.value, bottom.value, right.value, top.value)
