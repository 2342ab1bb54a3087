"""Dates in a text: which days they may mean, read with dateutil."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from factcheck.stance.numbers import is_year
from factcheck.stance.words import MONTHS, around, stem, words

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|{_MONTH},?\s+(?:of\s+)?\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}"
    rf"|(?<=\bin ){_MONTH}(?!,?\s+(?:of\s+)?\d)|(?<=\bon )\d{{1,2}}\s+{_MONTH}(?!,?\s+\d)"
    r"|(?<![\w.,/-])(?:1[6-9]|2[01])\d\d(?![\w/%-]|[.,]\d))\b"
)
_NAME = re.compile(r"\s+[A-Z]")  # "the 2030 Agenda" is a name
_REACH = 10  # words about a date that tell what happened then
_MONTH_STEMS = frozenset(stem(month.lower()) for month in MONTHS)
_UNTIL = re.compile(r"\b(?:by|before|until|till|by the end of|prior to|up to)\s+$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|after|from|as of|following)\s+$", re.IGNORECASE)
_CUE = 20  # characters before a date among which such a word is looked for


@dataclass(frozen=True)
class When:
    """The days a date may mean.

    Attributes:
        first: The first of them.
        last: The last of them.
        year: Whether a year is named; where none is, the days are those of 2000.
        near: Stems of the telling words about it.
        start: Its first character's place.
        end: The place after its last character.
    """

    first: date
    last: date
    year: bool
    near: frozenset[str]
    start: int
    end: int

    def agrees(self, other: When) -> bool:
        """Whether some day may be meant by both; a date without a year says little of one with."""
        return self.year != other.year or (self.first <= other.last and other.first <= self.last)


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[When, ...]:
    """The dates of a text, in its first words; "by" and "since" widen them."""
    found = words(text)
    place = {word.start: number for number, word in enumerate(found)}
    told = []
    for match in _DATE.finditer(text):
        start, end = match.span()
        at = [place[n] for n in range(start, end) if n in place]
        days = _days(match[0])
        if not at or days is None or _NAME.match(text, end):
            continue
        if match[0].isdecimal() and not is_year(text, found, at[0]):
            continue
        first, last = days
        for cues, widened in ((_UNTIL, (date.min, last)), (_SINCE, (first, date.max))):
            if cue := cues.search(text, max(0, start - _CUE), match.start()):
                (first, last), start = widened, cue.start()
        year = bool(re.search(r"\d{4}", match[0]))
        near = around(found, at[0], at[-1], _REACH) - _MONTH_STEMS
        told.append(When(first, last, year, near, start, end))
    return tuple(told)


def _days(text: str) -> tuple[date, date] | None:
    """The first and the last day that a date means; None where there is no such day."""
    from dateutil import parser  # noqa: PLC0415 - signals are made for few pairs, and not by each command

    try:
        found = parser.parse(re.sub(r"\bof\b", "", text), default=parser.parse("2000-01-01"))
    except (ValueError, OverflowError):
        return None
    if re.search(r"\b0\d{3}", text):
        return None
    if text.isdecimal():
        return date(found.year, 1, 1), date(found.year, 12, 31)
    if not re.search(r"\b\d{1,2}(?!\d)", text):
        return (
            date(found.year, found.month, 1),
            date(found.year, found.month, monthrange(found.year, found.month)[1]),
        )
    return found.date(), found.date()
