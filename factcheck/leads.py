"""What leads to the items of a list: "The Council calls on all States:" before "(a) To ...; and".

An item of a resolution's list is often no sentence: what it says hangs on the words before the
list. They are kept beside it rather than put into it, so that a quote of the item is still a
stretch of the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factcheck.clauses import holds_verb
from factcheck.verbs import BASES, THIRDS

if TYPE_CHECKING:
    from factcheck.locators import Spot

_COLON = re.compile(r"[:：][\"'”’»*_\s]*$")
_BODY = re.compile(r"(?:The|We)\b[^.;:]{2,120},$")
_MOST_BODY = 12  # words that name who speaks: "The General Assembly,"
_MOST_LEAD = 30  # words of a lead that is no part of the item's sentence
_MOST = 600  # characters of a lead


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_APART = frozenset({"caption", "cell", "footnote"})  # stand in no paragraph
_ARABIC = re.compile(r"\d")
_ROMAN = re.compile(r"[(]?[ivx]{1,6}[).]", re.IGNORECASE)
_OPEN = _words(
    "to that for of in on by with and or as be is are was were should shall must will can may not"
    " including namely e.g i.e whether upon against from the"
)
_THAT = re.compile(r"\bthat(?P<rest>\s(?:(?!\bthat\b)[^,;:]){2,60})$")
_GOES_ON = re.compile(r"(?:To|That|to|that)\b")
_FUNCTION = _words(
    "a about across after all almost although amid among an and any around as at because before"
    " besides between beyond both by concerning despite during each every for from given if in into"
    " it its like more most no not of on only or other our over regarding since so some such than"
    " that the their then there these they this those though through throughout to under unlike"
    " until upon we when where while with within without"
)
_ORDER = re.compile(
    r"(?P<verb>[A-Z][a-z]+)\s+(?:all|any|an?|the|its|their|every|each|free|full|those|no|up|down|into"
    r"|with|for|to|that)\b"
)
_WORD = re.compile(r"[\w’'.]+")


def is_lead(text: str) -> bool:
    """Whether a line taken for a heading rather leads to what follows it.

    A heading has no comma at its end, and no verb before a colon.
    """
    bare = text.rstrip(" *_")
    if bare.endswith((",", ";")):
        return True
    return bool(_COLON.search(bare)) and (holds_verb(bare) or _last_word(bare) in _OPEN)


def is_body(text: str) -> bool:
    """Whether a line only names who speaks in what follows: "The General Assembly,"."""
    return len(text.split()) <= _MOST_BODY and bool(_BODY.fullmatch(text)) and not holds_verb(text)


def ends_in_lead(text: str) -> bool:
    """Whether a sentence ends in a colon, before a list."""
    return _COLON.search(text[-20:]) is not None


def joined(lead: str, item: str) -> str | None:
    """An item with its lead as one text; None where the item says all by itself.

    Args:
        lead: The words before the list, up to its colon; or the body that speaks, up to its comma.
        item: An item, without its number.
    """
    if lead.endswith(","):
        verbs = item.lower().split(maxsplit=2)[:2]
        goes_on = bool(verbs) and (verbs[0] in THIRDS or " ".join(verbs) in THIRDS)
        return f"{lead[:-1]} {_lower(item, verb=True)}" if goes_on else None
    bare = _COLON.sub("", lead)
    if _GOES_ON.match(item):
        again = _last_word(bare) == _first_word(item).lower()
        return f"{bare} {_lower(item.partition(' ')[2] if again else item)}"
    if _last_word(bare) in _OPEN:
        return f"{bare} {_lower(item, verb=_last_word(bare) not in {'that', 'the', 'of'})}"
    if (that := _THAT.search(bare)) and not holds_verb(that["rest"]):
        return f"{bare} {_lower(item, verb=True)}"  # that the ministry: publish the list
    if _is_sentence(item) or len(bare.split()) > _MOST_LEAD:
        return None
    return f"{bare}: {item}"


@dataclass
class Leads:
    """What leads to the blocks of a document, told one block after the other.

    Attributes:
        body: Who speaks in a resolution: "The General Assembly,".
    """

    body: str | None = None
    _pending: str | None = None
    _open: list[tuple[str, str]] = field(default_factory=list)

    def of(self, spot: Spot, text: str, last: str) -> str | None:
        """What leads to a block.

        Args:
            spot: The next block of the document, with its number.
            text: Its text without that.
            last: Its last sentence.
        """
        if spot.headed:
            self._pending, self._open = None, []
        if spot.block.kind in _APART:
            return None
        if is_body(text):
            self.body, self._pending, self._open = text, None, []
            return None
        style = _style(spot)
        lead = self._lead(style) or (self.body if joined_body(self.body, text) else None)
        self._pending = None
        if ends_in_lead(last):
            whole = joined(lead, last) if lead and last == text else None
            self._pending = (whole or last)[-_MOST:]
        return lead

    def _lead(self, style: str | None) -> str | None:
        if style is None:
            self._open = []
            return None
        styles = [each for each, _ in self._open]
        if self._pending is not None:
            if style in styles:
                del self._open[styles.index(style) :]
            self._open.append((style, self._pending))
            return self._pending
        if style not in styles:
            return None
        del self._open[styles.index(style) + 1 :]
        return self._open[-1][1]


def joined_body(body: str | None, text: str) -> bool:
    """Whether a paragraph goes on from the body that speaks: "Calls upon all States"."""
    return body is not None and joined(body, text) is not None


def _style(spot: Spot) -> str | None:
    """How an item is numbered; None for a paragraph of running text."""
    if spot.number is None:
        return "bullet" if spot.block.kind == "item" else None
    if _ARABIC.search(spot.number):
        return "arabic in brackets" if spot.number.startswith("(") else "arabic"
    return "roman" if _ROMAN.fullmatch(spot.number) else "letter"


def _is_sentence(item: str) -> bool:
    """Whether an item asserts something without what leads to it."""
    order = _ORDER.match(item)
    orders = order is not None and order["verb"].lower() not in _FUNCTION
    return not item[:1].islower() and not orders and holds_verb(item)


def _first_word(text: str) -> str:
    found = _WORD.search(text)
    return found.group() if found else ""


def _last_word(text: str) -> str:
    found = _WORD.findall(text[-80:])
    return found[-1].lower().strip(".'’") if found else ""


def _lower(item: str, *, verb: bool = False) -> str:
    """An item that goes on with a sentence: a name keeps its capital."""
    word = _first_word(item)
    known = word.lower() in _FUNCTION | THIRDS | BASES
    if item.startswith(word) and (known or verb) and not word[1:].isupper() and word != "I":
        return item[:1].lower() + item[1:]
    return item
