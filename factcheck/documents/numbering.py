"""The numbers that Word gives to paragraphs of lists; no file holds them as text."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST = 3999
_WHOLE = re.compile("[0-9]{1,6}")
_PLACE = re.compile(r"%([1-9])")

Level = tuple[int, str, str]
"""Where counting starts, how its figures are written, and what is around them."""


class Numbering:
    """Counts the paragraphs of lists as they come."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        """Take the lists from the part that defines them, and from styles that are lists."""
        self._lists: dict[str, dict[int, Level]] = {}
        self._same: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read(numbering)
        for style in () if styles is None else styles.iter(f"{_W}style"):
            found = _list_of(style)
            if found is not None:
                self._by_style[style.get(f"{_W}styleId")] = found

    def _read(self, numbering: Any) -> None:
        kinds = {
            each.get(f"{_W}abstractNumId"): {
                _whole(level.get(f"{_W}ilvl")): _level(level) for level in each.iter(f"{_W}lvl")
            }
            for each in numbering.iter(f"{_W}abstractNum")
        }
        for each in numbering.findall(f"{_W}num"):
            name = each.get(f"{_W}numId") or ""
            kind = each.find(f"{_W}abstractNumId")
            base = "" if kind is None else kind.get(f"{_W}val") or ""
            levels = dict(kinds.get(base, {}))
            starts = each.findall(f"{_W}lvlOverride")
            for override in starts:
                at = _whole(override.get(f"{_W}ilvl"))
                start = override.find(f"{_W}startOverride")
                if start is not None and at in levels:
                    levels[at] = (_whole(start.get(f"{_W}val")), *levels[at][1:])
            self._lists[name] = levels
            # Lists of one kind go on counting together, save where one starts anew.
            self._same[name] = name if starts else f"kind {base}"

    def label(self, paragraph: Any) -> str | None:
        """What stands before a paragraph: `14.`, `(iii)`; "" for a bullet, None for no list."""
        found = _list_of(paragraph)
        if found is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            found = None if style is None else self._by_style.get(style.get(f"{_W}val") or "")
        if found is None or found[0] not in self._lists:
            return None
        name, at = found
        levels = self._lists[name]
        if at not in levels:
            return ""
        counts = self._counts.setdefault(self._same[name], [None] * _LEVELS)
        before = counts[at]
        counts[at] = levels[at][0] if before is None else before + 1
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)
        return _written(levels, counts, at)


def _list_of(element: Any) -> tuple[str, int] | None:
    number = element.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    if number is None or number.get(f"{_W}val") in {None, "0"}:
        return None
    level = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
    at = 0 if level is None else _whole(level.get(f"{_W}val"))
    return number.get(f"{_W}val"), min(at, _LEVELS - 1)


def _level(level: Any) -> Level:
    def value(name: str, default: str) -> str:
        found = level.find(f"{_W}{name}")
        return default if found is None else found.get(f"{_W}val") or ""

    return _whole(value("start", "1")), value("numFmt", "decimal"), value("lvlText", "")[:40]


def _written(levels: dict[int, Level], counts: list[int | None], at: int) -> str:
    if levels[at][1] in {"bullet", "none"}:
        return ""

    def figure(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        start, style, _ = levels.get(place, (1, "decimal", ""))
        count = counts[place]
        return _figure(start if count is None else count, style)

    return _PLACE.sub(figure, levels[at][2])


def _figure(count: int, style: str) -> str:
    if style in {"lowerRoman", "upperRoman"} and 0 < count <= _MOST:
        written = ""
        for value, letters in _ROMAN:
            written += letters * (count // value)
            count %= value
        return written.upper() if style == "upperRoman" else written
    if style in {"lowerLetter", "upperLetter"} and 0 < count <= _MOST:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    return f"{count:02d}" if style == "decimalZero" else str(count)


def _whole(text: str | None) -> int:
    return int(text) if text and _WHOLE.fullmatch(text) else 0
