"""Marks within a line that are no part of its words: tags, entities, emphasis, links."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcheck.documents.traced import Edit

_TAGS = (
    "a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figure|figcaption|font|h[1-6]|hr|i"
    "|img|ins|li|mark|ol|p|q|s|small|span|strike|strong|table|tbody|td|tfoot|th|thead|tr|tt|u|ul"
)
_MARK = re.compile(
    r"(?P<raised><(?P<how>sup|sub)>(?P<figure>[^<>\n]{0,40})</(?:sup|sub)>)"
    r"|(?P<comment><!--(?:[^<-]|-(?!->)|<(?!!--)){0,2000}-->)"
    r"|(?P<line><br\s{0,3}/?>)"
    rf"|(?P<tag></?(?:{_TAGS}|sup|sub)(?:\s[^<>]{{0,500}})?/?>)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});)"
    r"|(?P<image>!\[[^\[\]\n]{0,500}\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,300}\")?\))"
    r"|(?P<link>\[(?P<words>[^\[\]\n]{1,500})\]"
    r"\((?P<to>[^()\s]{0,2000})(?:\s\"[^\"\n]{0,300}\")?\))"
    r"|(?P<note>\[\^[\w-]{1,20}\]:?)"
    r"|(?P<address><(?P<url>https?://[^<>\s]{1,2000})>)"
    r"|(?P<escape>\\(?=[\\`*_{}\[\]()#+\-.!>~|]))"
    r"|(?P<bold>(?<!\w)(?<!\*)\*{2,3}(?=[^\s*])|(?<=[^\s*])\*{2,3}(?![\w*]))",
    re.IGNORECASE,
)
# Single marks of emphasis: cleaned in pairs only, as they are signs of other things too.
_OPENING = re.compile(r"(?<![\w*_`\\])(?:\*|__?|`{1,2})(?=[^\s*_`])")
_CLOSING = re.compile(r"(?<=[^\s*_`\\])(?:\*|__?|`{1,2})(?![\w*_`])")
_FARTHEST = 500

_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_UNIT = re.compile(r"\b(?:m|km|cm|mm|ft|mi)$", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9+\-*,\[\] ]{1,12}")


def inline_edits(text: str) -> Iterator[Edit]:
    """What to change within a line or a paragraph so that its words are left."""
    for found in _MARK.finditer(text):
        start, end = found.span()
        kind = found.lastgroup
        if found["raised"] is not None:
            yield from _raised(text, found)
        elif found["link"] is not None:
            first, last = found.span("words")
            yield start, first, ""
            yield last, end, ""
        elif found["address"] is not None:
            yield start, end, found["url"]
        elif kind == "entity":
            yield start, end, _character(found[0])
        else:
            yield start, end, " " if kind == "line" else ""


def emphasis_edits(text: str) -> list[Edit]:
    """Single marks of emphasis to take away, in pairs."""
    openings = {each.start(): each[0] for each in _OPENING.finditer(text)}
    if not openings:
        return []
    closings = {each.start(): each[0] for each in _CLOSING.finditer(text)}
    waiting: dict[str, int] = {}
    edits: list[Edit] = []
    for at in sorted({*openings, *closings}):
        mark = closings.get(at)
        if mark is not None and at - waiting.get(mark, -_FARTHEST - 1) <= _FARTHEST:
            begun = waiting.pop(mark)
            edits += [(begun, begun + len(mark), ""), (at, at + len(mark), "")]
        elif at in openings:
            waiting[openings[at]] = at
    return sorted(edits)


def _raised(text: str, found: re.Match[str]) -> Iterator[Edit]:
    """`12<sup>th</sup>` is a word; `m<sup>2</sup>` a unit; others with figures are notes."""
    (start, end), (first, last) = found.span(), found.span("figure")
    figure = found["figure"]
    if found["how"].lower() == "sub" or not _NUMBER.fullmatch(figure):
        yield start, first, ""
        yield last, end, ""
        return
    before = text[max(0, found.start() - 4) : found.start()]
    if before[-1:].isdigit() or (_UNIT.search(before) and figure in {"2", "3"}):
        yield start, end, figure.translate(_RAISED)
    else:
        yield start, end, ""


def _character(entity: str) -> str:
    """The character of an entity; one that steers or stands for nothing is left out."""
    plain = html.unescape(entity)
    return "" if plain < " " or "\x7f" <= plain <= "\x9f" or plain == "\ufffd" else plain
