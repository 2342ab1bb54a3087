"""Performative frames: what is asserted, apart from the words that say who asserts it how.

"We noted with deep concern that the river has fallen." asserts that the river has fallen; "we
noted" is its frame. A proposition is made of stretches of the sentence; the one word put in is the
"There is" of a need. Where what is left would be no proposition (a thing, an aim, a hope, what is
denied, what only the speaker's name explains), the sentence stays whole.

The outermost speaker is told. A second frame is parsed off where it is the same speaker's; what
another one says stays in the proposition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from factcheck.clauses import asserted, is_asserted, is_first, joined
from factcheck.framing import IMPERSONAL, NUMBER
from factcheck.readings import Found, read, trimmed
from factcheck.verbs import DENYING, TAKES, UNSURE

_LONG = 10_000  # a longer text is no sentence
_FEWEST = 2  # fewer words assert nothing
_MOST_FRAMES = 3  # one in the other
_SAME = frozenset({"he", "she", "they", "it"})


@dataclass(frozen=True)
class Frame:
    """A frame and what it frames.

    Attributes:
        verb: The verb or phrase that reports, as it stands: `noted`, `of the view`.
        speaker: Who asserts, as it stands; None where the sentence does not say.
        text: The proposition, made to begin with a capital; where `whole`, the sentence.
        start: Where that begins in the sentence.
        end: Where it ends.
        denies: The speaker denies, doubts or rejects what follows; the sentence stays whole.
        whole: The frame is not parsed off, and it is the source that asserts `text`.
    """

    verb: str
    speaker: str | None
    text: str
    start: int
    end: int
    denies: bool = False
    whole: bool = False


def parse_frame(sentence: str) -> Frame | None:
    """Parse the performative frame off a sentence.

    Args:
        sentence: One sentence; a number in front of it is passed over.

    Returns:
        The frame with its proposition, or None where there is none.
    """
    return None if len(sentence) > _LONG else _parsed(sentence, _MOST_FRAMES)


def _parsed(sentence: str, frames: int) -> Frame | None:
    """The outermost frame of a sentence, with so many frames within parsed off at most."""
    number = NUMBER.match(sentence)
    begin = number.end() if number else 0
    for found in read(sentence, begin):
        if (frame := _frame(sentence, begin, found, frames)) is not None:
            return frame
    return None


def _frame(sentence: str, begin: int, found: Found, frames: int) -> Frame | None:
    """A frame around a stretch, less what only joined it to the rest."""
    verb, speaker, start, end, kind = found
    start, end, quoted = _unquoted(sentence, start, trimmed(sentence, start, end))
    text = sentence[start:end]
    if len(re.findall(r"\w+", text)) < _FEWEST:
        return None
    denies = verb.lower().startswith(DENYING)
    if kind == "rest" or denies or verb.lower().startswith(UNSURE):
        return _whole(sentence, begin, found, denies=denies)
    if kind == "need":
        return Frame(verb, speaker, f"There is {_article(text)} {text}", start, end)
    spans = [(0, end - start)] if quoted else asserted(text, verb)
    told = joined(text, spans)
    end = trimmed(sentence, start, start + spans[-1][1])
    told = told[: len(told) - (start + spans[-1][1] - end)]
    if not quoted and (inner := _inner(told, speaker, frames - 1)):
        return Frame(verb, speaker, inner.text, start + inner.start, end)
    if not is_asserted(told, verb, speaker, quoted=quoted):
        return _whole(sentence, begin, found)
    return Frame(verb, speaker, _capital(told), start, end)


def _whole(sentence: str, begin: int, found: Found, *, denies: bool = False) -> Frame:
    end = trimmed(sentence, begin)
    text = _capital(sentence[begin:end])
    return Frame(found.verb, found.speaker, text, begin, end, denies, whole=True)


def _inner(told: str, speaker: str | None, frames: int) -> Frame | None:
    """A second frame, where it is the same speaker's or nobody's."""
    if speaker is None or not frames:
        return None
    inner = _parsed(told, frames)
    if inner is None or inner.whole:
        return None
    if inner.speaker is None:
        return inner if IMPERSONAL.match(told) and inner.verb.lower() not in TAKES else None
    mine = is_first(inner.speaker) if is_first(speaker) else inner.speaker.lower() in _SAME
    return inner if mine and told.lower().startswith(inner.speaker.lower()) else None


def _unquoted(sentence: str, start: int, end: int) -> tuple[int, int, bool]:
    """A stretch without the marks around all of it, and whether there were any."""
    for opens, closes in ("“”", "«»", '""'):
        stretch = sentence[start:end].rstrip(".,")
        inner = stretch[1:]
        if stretch.startswith(opens) and inner.find(closes) in {-1, len(inner) - 1}:
            if inner.endswith(closes):
                end = start + len(stretch) - 1
                end -= sentence[end - 1] == ","
            return start + 1, end, True
    return start, end, False


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _article(text: str) -> str:
    return "an" if text[:1].lower() in "aeiou" else "a"
