"""Words broken at the end of a line: whether the hyphen is part of the word."""

from __future__ import annotations

import re

_BROKEN = re.compile(r"([^\W\d_]{2,30}(?:-[^\W\d_]{2,30}){0,3})[-\u2010\x02]$")
_REST = re.compile(r"[^\W\d_]{1,30}")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
# What stands before a hyphen far more often than at the end of a syllable.
_FIRST_PARTS = re.compile(
    "all|anti|cease|co|counter|cross|decision|ex|extra|far|fact|first|full|half|hard|high|inter"
    "|intra|large|law|legally|long|low|meta|mid|multi|near|neo|non|ongoing|one|over|part|peace"
    "|policy|post|pre|pro|quasi|re|score|second|self|semi|short|single|small|so|socio|state|sub"
    "|third|three|trans|two|ultra|under|vice|well|wide|world|year"
)


class Hyphens:
    """Knows the words of a document, and so which are written with a hyphen."""

    def __init__(self, text: str) -> None:
        """Take the words from a text in which no line is joined yet."""
        self._words = {word.lower() for word in _WORDS.findall(text)}

    def broken(self, line: str, following: str) -> bool | None:
        """Whether a line ends within a word: True where the hyphen is not part of it.

        Returns:
            None where no word goes on, False where one does and keeps its hyphen.
        """
        first, rest = _BROKEN.search(line[-140:]), _REST.match(following)
        if first is None or rest is None or not rest[0][0].islower():
            return None
        before, after = first[1].lower(), rest[0].lower()
        last = before.rpartition("-")[2]
        if last + after in self._words:
            return True
        if f"{last}-{after}" in self._words:
            return False
        return _FIRST_PARTS.fullmatch(last) is None
