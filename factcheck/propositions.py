"""What a sentence asserts, ready to stand alone in a claim file.

Off go the frame (see `frames`), what joins the sentence to the one before it ("However,", "In
this regard,"), and what joins a list's item to the next ("; and"). An item that is no sentence is
read with what leads to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.clauses import holds_verb, is_first
from factcheck.frames import parse_frame
from factcheck.framing import NUMBER
from factcheck.leads import ends_in_lead, is_body, joined
from factcheck.readings import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.statements import PlacedSentence

_LONG = 10_000
_CONNECTIVE = re.compile(
    r"(?:(?:and|but|so),?\s+(?=(?:in|at|on|as|thus|then|yet|we|it|this|that|these|those|such|there)\b)"
    r"|(?:however|moreover|furthermore|additionally|also|besides|thus|therefore|hence|consequently"
    r"|accordingly|nevertheless|nonetheless|meanwhile|likewise|similarly|indeed|certainly|clearly"
    r"|obviously|(?:most |more )?importantly|notably|in fact|in addition|in conclusion|in short"
    r"|in sum|in turn|in particular|as such|as a result|of course|to be sure|after all|above all"
    r"|for (?:instance|example)|for this reason|by contrast|in contrast|on the other hand"
    r"|on the contrary|at the same time|last but not least|all in all|finally|lastly|firstly"
    r"|secondly|thirdly|first of all|again|now|so|then|yet|still|in (?:this|that) (?:regard|respect"
    r"|sense|context|connection|spirit)|towards? this (?:aim|end|goal)|to this end|on this basis"
    r"|on top of (?:this|that|these|those)|worse still|worst still|what is more),\s+)",
    re.IGNORECASE,
)
# A heading or the place and agency of a news item, on the line of what follows.
_HEAD = re.compile(
    r"(?:[A-Z][\w-]*(?:\s+[a-z]\w*){0,2}:|[A-Z][A-Z.’'-]+(?:,?\s+[A-Z][A-Z.’'-]+){0,3}"
    r"(?:,\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2})?(?:,\s+\d{4})?(?:\s+\([\w/ ]{2,20}\))?\s*[–—-]{1,2})\s+"
    r"(?=[A-Z“\"])"
)
_CEREMONY = re.compile(
    r"\b(?:express(?:es|ed)?|extend(?:s|ed)?|convey(?:s|ed)?|offer(?:s|ed)?)\s+(?:\w+\s+){0,2}(?:(?:\w+"
    r"\s+and\s+)?\w+\s+)?(?:gratitude|thanks|appreciation|condolences|congratulations)\s+(?:and\s+\w+\s+)?to\b"
    r"|\b(?:special|sincere|heartfelt) thanks (?:go|goes|went|are due)\b",
    re.IGNORECASE,
)
_STOPS = (".", "!", "?", "…")
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True)
class Proposition:
    """What a sentence asserts, and who says it.

    Attributes:
        text: The assertion, a sentence of its own.
        verb: The verb of its frame; None where there is none.
        speaker: Who says it as the sentence has it, be it a pronoun, where that is another than
            the source.
        start: Where what `text` is made of begins in the sentence.
        end: Where it ends.
    """

    text: str
    verb: str | None
    speaker: str | None
    start: int
    end: int


def proposition_of(sentence: str, lead: str | None = None) -> Proposition:
    """What a sentence asserts.

    Args:
        sentence: One sentence; a number in front of it is passed over.
        lead: What leads to it where it is an item of a list.
    """
    if len(sentence) > _LONG:
        return Proposition(sentence, None, None, 0, len(sentence))
    number = NUMBER.match(sentence)
    begin = number.end() if number else 0
    begin = _after_connective(sentence, begin)
    whole = joined(lead, sentence[begin:]) if lead else None
    if whole is not None:
        told = proposition_of(whole)
        return Proposition(told.text, told.verb, told.speaker, begin, trimmed(sentence, begin))
    frame = parse_frame(sentence[begin:])
    if frame is None or frame.whole:
        end = trimmed(sentence, begin)
        text = _closed(_capital(sentence[begin:end]))
        return Proposition(text, frame.verb if frame else None, None, begin, end)
    start, end = begin + frame.start, begin + frame.end
    text = frame.text[_after_connective(frame.text, 0) :]
    speaker = None if is_first(frame.speaker) else frame.speaker
    return Proposition(_closed(_capital(text)), frame.verb, speaker, start, end)


def as_read(sentence: str, lead: str | None = None) -> str:
    """A sentence as a reader takes it in: an item of a list with what leads to it."""
    whole = joined(lead, sentence) if lead else None
    return sentence if whole is None else _closed(whole[: trimmed(whole, 0)])


def proposable(sentences: Sequence[PlacedSentence]) -> list[bool]:
    """Which sentences of a document can be claims at all.

    A picture's caption tells of the picture, thanks tell of nothing, and what only leads to a
    list ("We call on the Council to:") is told by its items.
    """
    leading = [
        each.lead is not None and joined(each.lead, each.text) is not None for each in sentences
    ]
    return [
        not (
            each.kind == "caption"
            or (before_item and ends_in_lead(each.text))
            or is_body(each.text)
            or _is_ceremony(each.text)
        )
        for each, before_item in zip(sentences, [*leading[1:], False][: len(leading)], strict=True)
    ]


def readings_of(sentences: Sequence[PlacedSentence]) -> list[str | None]:
    """Each sentence as a reader takes it in; None for one that can be no claim."""
    return [
        as_read(each.text, each.lead) if may_be else None
        for each, may_be in zip(sentences, proposable(sentences), strict=True)
    ]


def _is_ceremony(text: str) -> bool:
    """Whether a sentence does no more than thank: what it welcomed first would be told."""
    match = _CEREMONY.search(text[:_LONG])
    return match is not None and not holds_verb(text[: match.start()])


def _after_connective(text: str, at: int) -> int:
    """Where a sentence begins after a heading on its line and words that only join it."""
    head = _HEAD.match(text, at)
    if head and holds_verb(text[head.end() :]):
        told = head.group().rstrip().endswith(":") and holds_verb(f"x {head.group()}")
        at = at if told else head.end()  # "She said: ..." is no heading
    while (match := _CONNECTIVE.match(text, at)) is not None:
        at = match.end()
    return at


def _capital(text: str) -> str:
    return text if text[1:2] == "-" else text[:1].upper() + text[1:]  # e-Visa


def _closed(text: str) -> str:
    """A text with a stop at its end."""
    bare = text.rstrip(_CLOSERS)
    return text if not bare or bare.endswith(_STOPS) else f"{text.rstrip(':')}."
