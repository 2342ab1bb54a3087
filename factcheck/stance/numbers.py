"""Numbers in a text: how much of what, exactly or within bounds.

Digits are read here; spelt-out numbers by text2num.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from factcheck.stance.words import MONTHS, Word, around, content, words

_MULTIPLIERS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_PERCENT = re.compile(r"\s*(?:%|per ?cent\b)")
_CURRENCY = {"$": "dollar", "€": "euro", "£": "pound"}
_UNITS = {
    **dict.fromkeys(("dollar", "dollars", "usd"), "dollar"),
    **dict.fromkeys(("euro", "euros", "eur"), "euro"),
    **dict.fromkeys(("pound", "pounds"), "pound"),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), "kilometre"),
    **dict.fromkeys(("hectare", "hectares", "ha"), "hectare"),
    **dict.fromkeys(("tonne", "tonnes", "ton", "tons"), "tonne"),
    **dict.fromkeys(("hour", "hours"), "hour"),
    **dict.fromkeys(("day", "days"), "day"),
    **dict.fromkeys(("week", "weeks"), "week"),
    **dict.fromkeys(("month", "months"), "month"),
    **dict.fromkeys(("year", "years"), "year"),
    **dict.fromkeys(("metre", "metres", "meter", "meters"), "metre"),
    **dict.fromkeys(("litre", "litres", "liter", "liters"), "litre"),
    **dict.fromkeys(("megawatt", "megawatts", "mw"), "megawatt"),
}
_PEOPLE = frozenset("person persons people individuals inhabitants residents citizens".split())
_PARTS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0}
_FRACTIONS = {
    "half": 50.0,
    **{f"one-{part}": share for part, share in _PARTS.items()},
    **{f"two-{part}s": 2 * share for part, share in _PARTS.items()},
    **{f"three-{part}s": 3 * share for part, share in _PARTS.items()},
}
_LOW = (
    "more than", "over", "at least", "exceeding", "no fewer than", "no less than",
    "not less than", "upwards of", "above",
)  # fmt: skip
_HIGH = (
    "no more than", "not more than", "less than", "fewer than", "at most", "up to", "under",
    "below", "fewer",
)  # fmt: skip
_NEAR = (
    "about", "around", "some", "roughly", "approximately", "nearly", "almost", "close to",
    "an estimated", "estimated",
)  # fmt: skip
_CUES = sorted((*_LOW, *_HIGH, *_NEAR), key=len, reverse=True)
_BOUND = re.compile(
    rf"(?<!\w)(?P<cue>{'|'.join(cue.replace(' ', chr(92) + 's+') for cue in _CUES)})\s*"
    r"(?:US)?[$€£]?\s*$",
    re.IGNORECASE,
)
_MARKERS = (
    "article", "articles", "paragraph", "para", "section", "chapter", "no", "number", "law",
    "rule", "act", "resolution", "goal", "page", "phase", "group", "cell", "unit", "route",
    "line",
)  # fmt: skip
_LINKS = frozenset("of the all its their our these".split())
_BEFORE_YEAR = frozenset("in since by until before after from during of".split())
_COUNTABLE = _PEOPLE | frozenset(("dollars", "days", "years", "months"))
_YEARS = range(1500, 2200)
_ROUND, _ABOUT = 0.04, 0.1  # of its value, what a round figure and one called rough may be off


@dataclass(frozen=True)
class Quantity:
    """How much of what.

    Attributes:
        low: The least it may be.
        high: The most it may be.
        unit: `%`, a currency or a measure; empty for a count.
        of: Stems of what is counted.
        near: Stems of the telling words about it.
        start: Its first character's place.
        end: The place after its last character.
    """

    low: float
    high: float
    unit: str
    of: frozenset[str]
    near: frozenset[str]
    start: int
    end: int

    def same_matter(self, other: Quantity) -> bool:
        """Whether both tell of the same, so that their values can be set against each other."""
        if self.unit != other.unit:
            return False
        if self.unit:
            return bool(self.of & other.of) or len(self.near & other.near) >= 2  # noqa: PLR2004 - one word may be chance
        return bool(self.of & other.of)

    def agrees(self, other: Quantity) -> bool:
        """Whether some value is within the bounds of both."""
        return self.low <= other.high and other.low <= self.high


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text; years, ordinals and the numbers of articles are none."""
    found = words(text)
    spelt = _spelt(found)
    told: list[Quantity] = []
    skip = -1
    for number in range(len(found)):
        if number <= skip:
            continue
        value, last = _value(found, number, spelt)
        if value is None or _is_label(text, found, number, last, value):
            continue
        told_, skip = _quantity(text, found, number, last, value, spelt)
        told.append(told_)
    return tuple(told)


class _Token:
    """A word as text2num takes it."""

    def __init__(self, word: Word) -> None:
        self.word = word

    def text(self) -> str:
        return self.word.lower

    def nt_separated(self, _previous: _Token) -> bool:
        return self.word.breaks

    def not_a_number_part(self) -> bool:
        return self.word.number


def _spelt(found: tuple[Word, ...]) -> dict[int, tuple[float, int]]:
    """Where spelt-out numbers begin, what they are, and where they end."""
    from text_to_num import find_numbers  # noqa: PLC0415 - as the stemmer

    return {
        each.start: (float(each.value), each.end - 1)
        for each in find_numbers([_Token(word) for word in found], "en", 0.0)
        if not each.is_ordinal
    }


def _value(
    found: tuple[Word, ...], number: int, spelt: dict[int, tuple[float, int]]
) -> tuple[float | None, int]:
    """The value of the number that begins at a word, and its last word."""
    word, last = found[number], number
    following = found[number + 1].lower if number + 1 < len(found) else ""
    if word.number:
        value = float(re.sub(r"[,\u00a0\u2009\u202f]", "", word.text))
    elif following.rstrip("s") in _PARTS and word.lower in {"a", "one", "two", "three"}:
        count = {"two": 2, "three": 3}.get(word.lower, 1)
        return count * _PARTS[following.rstrip("s")], number + 1
    elif word.lower in _FRACTIONS and not _is(found, number - 1, "first", "second", "a", "per"):
        return _FRACTIONS[word.lower], last
    elif number in spelt and word.lower not in {"one", "a"}:
        value, last = spelt[number]
    elif word.lower == "one" and following == "in" and number + 2 in spelt:
        value = 1.0
    else:
        return None, last
    following = found[last + 1].lower if last + 1 < len(found) else ""
    if following in _MULTIPLIERS and not found[last + 1].breaks:
        return value * _MULTIPLIERS[following], last + 1
    return value, last


def _is(found: tuple[Word, ...], number: int, *texts: str) -> bool:
    return 0 <= number < len(found) and found[number].lower in texts


def _is_label(text: str, found: tuple[Word, ...], first: int, last: int, value: float) -> bool:
    """Whether a number is a name, an ordinal, a date or part of a range, not a quantity."""
    word = found[first]
    before = found[first - 1].lower if first else ""
    after = found[last + 1].text if last + 1 < len(found) else ""
    if before in _MARKERS or (first and found[first - 1].text in MONTHS) or after in MONTHS:
        return True
    if before == "between" or (before == "and" and _is(found, first - 3, "between")):
        return True
    left, right = text[: word.start][-1:], text[found[last].end :][:1]
    if right.isalpha() or (left and left in "-/–'’") or right in {"-", "/", "–", "'", "’"}:
        return True
    return value in _YEARS and word.text.isdecimal() and is_year(text, found, first)


def is_year(text: str, found: tuple[Word, ...], number: int) -> bool:
    """Whether a number from 1500 to 2199 is a year: not money, and not followed by a count."""
    word = found[number]
    if text[: word.start].rstrip()[-1:] in _CURRENCY or _PERCENT.match(text, word.end):
        return False
    if number and found[number - 1].lower in _BEFORE_YEAR:
        return True
    following = found[number + 1] if number + 1 < len(found) else None
    counted = following and not following.breaks and following.text.islower()
    return not (counted and following and (following.content or following.lower in _COUNTABLE))


def _quantity(
    text: str,
    found: tuple[Word, ...],
    first: int,
    last: int,
    value: float,
    spelt: dict[int, tuple[float, int]],
) -> tuple[Quantity, int]:
    start, end = found[first].start, found[last].end
    unit = ""
    ratio = _is(found, last + 1, "in", "of", "out") and _share(found, last + 1, spelt, value)
    if found[first].lower in _FRACTIONS or found[last].lower.rstrip("s") in _PARTS:
        unit = "%"
    elif percent := _PERCENT.match(text, end):
        unit, end = "%", percent.end()
        while last + 1 < len(found) and found[last + 1].end <= end:
            last += 1
    elif (sign := text[:start].rstrip()[-1:]) in _CURRENCY:
        unit, start = _CURRENCY[sign], text.rindex(sign, 0, start)
    elif ratio:
        whole, last = ratio
        value, unit, end = 100 * value / whole, "%", found[last].end
    elif last + 1 < len(found) and found[last + 1].lower in _UNITS and not found[last + 1].breaks:
        last += 1
        unit, end = _UNITS[found[last].lower], found[last].end
    low, high, start = _bounds(text, start, value)
    return (
        Quantity(low, high, unit, _counted(found, last), around(found, first, last, 8), start, end),
        last,
    )


def _share(
    found: tuple[Word, ...], at: int, spelt: dict[int, tuple[float, int]], part: float
) -> tuple[float, int] | None:
    """The whole of "nine in ten", and where it ends."""
    at += _is(found, at, "out") and _is(found, at + 1, "of")
    if at + 1 >= len(found) or found[at].breaks:
        return None
    whole, last = _value(found, at + 1, spelt)
    most = 100 if found[at].lower == "in" else 10  # "4 of 412" counts, "9 of 10" shares
    return (whole, last) if whole and part <= whole <= most else None


def _bounds(text: str, start: int, value: float) -> tuple[float, float, int]:
    """The least and the most a number may mean by the words before it, and where those begin."""
    if cue := _BOUND.search(text, max(0, start - 24), start):
        name = " ".join(cue["cue"].lower().split())
        if name in _HIGH:
            return 0.0, value, cue.start("cue")
        if name in _LOW:
            return value, math.inf, cue.start("cue")
        return value * (1 - _ABOUT), value * (1 + _ABOUT), cue.start("cue")
    digits = f"{value:.0f}".rstrip("0")
    is_round = value >= 100 and len(digits) <= 2 and value == int(value)  # noqa: PLR2004
    margin = value * _ROUND if is_round else 0.0
    return value - margin, value + margin, start


def _counted(found: tuple[Word, ...], last: int) -> frozenset[str]:
    """Stems of what a number counts: the telling words after it, up to the next clause."""
    told: list[Word] = []
    for word in found[last + 1 : last + 6]:
        if word.breaks or len(told) == 3:  # noqa: PLR2004 - an adjective or two, and the noun
            break
        if word.lower in _PEOPLE:
            return content(tuple(told)) | {"people"}
        if word.content:
            told.append(word)
        elif told or not (word.number or word.lower in _LINKS):
            break
    return content(tuple(told))
