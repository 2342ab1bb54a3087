"""Stretches of text on pages to paragraphs: lines, columns, running heads, hyphens."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from factcheck.documents.hyphens import Hyphens
from factcheck.documents.phrases import ends_a_sentence, number_of
from factcheck.documents.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.records import BlockKind

_MARGIN = 0.12  # of a page's height, at its head and foot
_NEAR = 2  # pages apart at most, a running head stands again
_FIGURES = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
_FOLIO = re.compile(
    r"\W{0,4}(?:page\s)?[\divxlc]{1,6}(?:\s?(?:of|/)\s?\d{1,4})?\W{0,4}", re.IGNORECASE
)
_BULLET = re.compile(r"[-–•‣▪◦●*]\s{1,9}(?=\S)")
_LISTS = re.compile(r"(?:[,;:.]|\b(?:and|or))\s*$")
_SAME_LINE = 0.5  # of a line's height that two stretches share
_GUTTER = 0.015  # of a page's width between columns, at least
_WIDE = 0.55  # a line wider than this spans columns
_SPACED = 1.45  # times the usual distance of lines begins a paragraph
_SHORT = 0.82  # of the usual width, at a sentence's end, ends one
_LARGE = 1.15  # times the usual height of letters is a heading
_HEADING = 120  # characters
_INDENT = 0.012
_LETTER_GAP = 0.6  # times the height of letters: a wider gap is a space that PDFium left out


@dataclass(frozen=True)
class Line:
    """A line or a stretch of one; places are parts of the page's width and height.

    `size` is that of its letters, whether or not they rise above the line or hang below it.
    """

    text: str
    page: int
    left: float
    bottom: float
    right: float
    top: float
    size: float = 0

    @property
    def height(self) -> float:
        return self.top - self.bottom


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[Piece]:
    """Paragraphs of all pages in reading order, with the page on which each begins."""
    whole = [_in_columns(_merged(page)) for page in pages]
    lines = [line for page in _without_running(whole) for line in page]
    if not lines:
        return []
    hyphens = Hyphens("\n".join(line.text for line in lines))
    usual = _Usual.of(lines)
    return [_piece(group, hyphens, usual) for group in _groups(lines, usual)]


def _merged(stretches: Sequence[Line]) -> list[Line]:
    """Stretches that stand side by side and near each other as one line."""
    lines: list[Line] = []
    for each in stretches:
        last = lines[-1] if lines else None
        if last is not None and _beside(last, each):
            gap = (
                ""
                if last.text.endswith(" ") or each.left - last.right < _LETTER_GAP * each.height
                else " "
            )
            lines[-1] = replace(
                last,
                text=last.text + gap + each.text,
                size=max((last, each), key=lambda line: len(line.text)).size,
                right=max(last.right, each.right),
                bottom=min(last.bottom, each.bottom),
                top=max(last.top, each.top),
            )
        else:
            lines.append(each)
    return lines


def _beside(last: Line, new: Line) -> bool:
    shared = min(last.top, new.top) - max(last.bottom, new.bottom)
    least = max(min(last.height, new.height), 1e-6)
    return shared > _SAME_LINE * least and -_GUTTER < new.left - last.right < _GUTTER * 2


def _in_columns(lines: list[Line]) -> list[Line]:
    """Lines drawn across two columns in turn, put one column after the other.

    Most programs draw a page in reading order, and then nothing is done: only where the
    drawing goes back and forth between two columns is it sorted.
    """
    middle = _gutter(lines)
    if middle is None:
        return lines
    sides = [_side(line, middle) for line in lines]
    narrow = [side for side in sides if side]
    changes = sum(a != b for a, b in pairwise(narrow))
    if changes < len(narrow) / 3:
        return lines
    ordered: list[Line] = []
    columns: tuple[list[Line], list[Line]] = ([], [])
    for line, side in sorted(zip(lines, sides, strict=True), key=lambda each: -each[0].top):
        if side == 0:
            ordered += [*columns[0], *columns[1], line]
            columns = ([], [])
        else:
            columns[side - 1].append(line)
    return [*ordered, *columns[0], *columns[1]]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the gap between two columns is: no narrow line stands across it."""
    narrow = [line for line in lines if line.right - line.left < _WIDE]
    rights = [line for line in narrow if line.left > 0.4]  # noqa: PLR2004 - of the width
    if len(rights) < 4 or len(narrow) - len(rights) < 4:  # noqa: PLR2004 - lines of a column
        return None
    start = Counter(round(line.left, 2) for line in rights).most_common(1)[0][0]
    middle = start - _GUTTER / 2
    across = sum(line.left < middle < line.right for line in narrow)
    return middle if across <= len(narrow) * 0.1 else None


def _side(line: Line, middle: float) -> int:
    """1 left of the gap, 2 right of it, 0 across."""
    if line.left < middle < line.right:
        return 0
    return 1 if line.right <= middle else 2


def _without_running(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """Pages without heads and feet: what stands on many of them, but for its figures."""
    keys = [{_running(line) for line in page} - {""} for page in pages]
    for n, page in enumerate(pages):
        near = set().union(*keys[max(0, n - _NEAR) : n], *keys[n + 1 : n + 1 + _NEAR])
        yield [
            line
            for line in page
            if not (_at_edge(line) and (_is_folio(line) or _running(line) in near))
        ]


def _at_edge(line: Line) -> bool:
    return line.bottom > 1 - _MARGIN or line.top < _MARGIN


def _is_folio(line: Line) -> bool:
    return _FOLIO.fullmatch(line.text.strip()) is not None


def _running(line: Line) -> str:
    return _FIGURES.sub("#", " ".join(line.text.lower().split())) if _at_edge(line) else ""


@dataclass(frozen=True)
class _Usual:
    """What most lines of a document have: size, distance from the one above, right edge."""

    size: float
    step: float
    width: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Usual:
        steps = [
            a.bottom - b.bottom
            for a, b in pairwise(lines)
            if a.page == b.page and 0 < a.bottom - b.bottom < 0.1  # noqa: PLR2004 - of a page
        ]
        widths = sorted(line.right - line.left for line in lines)
        return cls(
            median(line.size for line in lines),
            median(steps) if steps else 0.02,
            widths[len(widths) * 3 // 4],
        )


def _groups(lines: Sequence[Line], usual: _Usual) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, usual):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _begins(group: Sequence[Line], line: Line, usual: _Usual) -> bool:
    """Whether a line begins a paragraph."""
    last = group[-1]
    ended = ends_a_sentence(last.text.rstrip())
    text = line.text.strip()
    if _BULLET.match(text) or (number_of(text) and (ended or _spaced(last, line, usual))):
        return True
    if text.startswith("(") and number_of(text) and _LISTS.search(last.text):
        return True
    if _is_large(last, usual) != _is_large(line, usual):
        return True
    if last.page != line.page or line.bottom > last.bottom + usual.step / 2:  # page, or column
        return ended or _is_large(last, usual) or (text[:1].isupper() and len(group) == 1)
    if _spaced(last, line, usual):
        return True
    is_short = last.right - group[0].left < _SHORT * usual.width
    indented = len(group) > 1 and line.left - last.left > _INDENT
    return ended and (is_short or indented)


def _spaced(last: Line, line: Line, usual: _Usual) -> bool:
    return last.page == line.page and last.bottom - line.bottom > _SPACED * usual.step


def _is_large(line: Line, usual: _Usual) -> bool:
    return line.size > _LARGE * usual.size


def _piece(group: Sequence[Line], hyphens: Hyphens, usual: _Usual) -> Piece:
    text = group[0].text.strip()
    for line in group[1:]:
        rest = line.text.strip()
        word = hyphens.broken(text, rest)
        joined = (text[:-1] if word else text) + rest
        text = f"{text} {rest}" if word is None else joined
    text = text.replace("\x02", "-")
    if bullet := _BULLET.match(text):
        return Piece(text[bullet.end() :], "item", group[0].page)
    short = len(text) <= _HEADING and not text.endswith((".", ",", ";"))
    large = short and _is_large(group[0], usual)
    bracketed = text.startswith("(") and number_of(text) is not None
    kind: BlockKind = "heading" if large else "item" if bracketed else "paragraph"
    return Piece(text, kind, group[0].page)
