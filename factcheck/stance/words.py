"""A text as words with places and stems: what the signals read."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from Stemmer import Stemmer

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(
    r"[0-9]{1,3}(?:[,\u00a0\u2009\u202f][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*"
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_STEMMER = Stemmer("english")
_DIGITS = frozenset("0123456789")
_MOST = 300
_BREAK = re.compile(r"[.;:!?()\u2013\u2014\"“”,]")

STOP = frozenset(
    "a an and any are as at be been being both but by can could did do does doing for from had has "
    "have having he her hers him his how i if in into is it its itself may me might must my nor "
    "of on or our ours out own s shall she should so such t than that the their theirs them then "
    "there these they this those through to too up us very was we were what when where which "
    "while who whom whose why will with would you your about above after again against all also "
    "although am among around because before below between down during each even ever every few "
    "further here just least less made make many more most much never no none not now once one "
    "only other over per said same say says several since some still though thus together under "
    "until upon via well whether within without yet year years month months day days people "
    "person persons country government state states new first last two three according".split()
)
"""Words that do not tell what a text is about."""


class Word(NamedTuple):
    """A word of a text.

    Attributes:
        text: As it stands there.
        stem: Its Snowball stem, in lower case.
        start: Its first character's place.
        end: The place after its last character.
        breaks: Whether a clause may end before it: a mark of punctuation stands between.
        lower: The word in lower case, with a straight apostrophe.
        number: Whether it is written in digits.
        content: Whether it tells what the text is about.
    """

    text: str
    stem: str
    start: int
    end: int
    breaks: bool
    lower: str
    number: bool
    content: bool


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text, in their order: the first 300, more than a passage should have."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        breaks = _BREAK.search(text, end, match.start()) is not None
        start, end = match.span()
        word = match[0]
        small, number = word.lower(), word[0] in _DIGITS
        lower = small.replace("’", "'")
        telling_ = lower not in STOP and len(word) > 2 and not number  # noqa: PLR2004 - "of" and the like
        found.append(Word(word, stem(small), start, end, breaks, lower, number, telling_))
        if len(found) == _MOST:
            break
    return tuple(found)


@cache
def stem(word: str) -> str:
    """The stem of a word, by the English Snowball stemmer."""
    stemmed: str = _STEMMER.stemWord(word)
    return stemmed


def stems(several: Sequence[str]) -> list[str]:
    """The stems of words, as `stem` gives them one by one."""
    return list(_STEMMER.stemWords(several))


def content(found: tuple[Word, ...]) -> frozenset[str]:
    """The stems of the words that tell what a text is about."""
    return frozenset(word.stem for word in found if word.content)


@lru_cache(maxsize=4096)
def telling(text: str) -> frozenset[str]:
    """The stems of the words of a text that tell what it is about."""
    return content(words(text))


def around(found: tuple[Word, ...], first: int, last: int, reach: int) -> frozenset[str]:
    """The telling stems within `reach` words of the words `first` to `last`."""
    return content(found[max(0, first - reach) : last + 1 + reach])
