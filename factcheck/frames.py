"""Performative frames: what is asserted, apart from the words that say who asserts it how.

"We noted with deep concern that the river has fallen." asserts that the river has fallen; "we
noted" is its frame. A proposition is a stretch of the sentence, and no word is added to it.
Only a sentence's first frame is parsed off. Thanks hold no proposition and are left alone, and
so is what somebody did *not* say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.framing import (
    ADVERBS_LAST,
    ASIDE,
    BODY,
    CLAUSE,
    COMMITTED,
    FORM,
    FRONT,
    IMPERSONAL,
    JOINED,
    JOINING,
    LEAD,
    MANNER,
    MIDDLE,
    NO_END,
    NO_NOUN,
    NO_SPEAKER,
    NO_START,
    NUMBER,
    OPENING,
    OWN,
    PLURAL,
    QUOTED,
    STATE,
    TAIL,
    THAT,
    THING,
    TO,
    TOLD,
)
from factcheck.verbs import BASES, DENYING, PARTICIPLES, TAKES, THIRDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACH = 600  # a frame begins within so many characters
_LONG = 10_000  # a longer text is no sentence
_MOST_WORDS = 14  # a name with its office
_MOST_COMMAS = 2
_FEWEST = 2  # fewer words assert nothing


@dataclass(frozen=True)
class Frame:
    """A frame and what it frames.

    Attributes:
        verb: The verb or phrase that reports, as it stands: `noted`, `of the view`.
        speaker: Who asserts, as it stands; None where the sentence does not say.
        text: The proposition, made to begin with a capital.
        start: Where the proposition begins in the sentence.
        end: Where it ends.
        denies: The speaker denies, doubts or rejects the proposition.
    """

    verb: str
    speaker: str | None
    text: str
    start: int
    end: int
    denies: bool = False


def parse_frame(sentence: str) -> Frame | None:
    """Parse the performative frame off a sentence.

    Args:
        sentence: One sentence; a number in front of it is passed over.

    Returns:
        The frame with its proposition, or None where there is none.
    """
    if len(sentence) > _LONG:
        return None
    number = NUMBER.match(sentence)
    begin = number.end() if number else 0
    for reading in (_around, _in_front, _opening, _subject):
        for frame in reading(sentence, begin):
            if frame is not None:
                return frame
    return None


def _frame(sentence: str, verb: str, speaker: str | None, start: int, end: int) -> Frame | None:
    """A frame around a stretch, less what only joined it to the rest."""
    while end > start and (sentence[end - 1].isspace() or sentence[end - 1] in ",;"):
        end -= 1
    for opens, closes in ("“”", "«»", '""'):
        inner = sentence[start + 1 : end].rstrip(".")
        if sentence[start:end].startswith(opens) and inner.find(closes) in {-1, len(inner) - 1}:
            start += 1
            end -= sentence[start:end].endswith(closes)
            end -= sentence[start:end].endswith(",")
            break
    text = sentence[start:end]
    if len(re.findall(r"\w+", text)) < _FEWEST:
        return None
    denies = verb.lower().startswith(DENYING)
    return Frame(verb, speaker, text[0].upper() + text[1:], start, end, denies)


def _around(sentence: str, begin: int) -> Iterator[Frame | None]:
    """Reported at the end or in the middle: “…,” it said."""
    for pattern in (TAIL, MIDDLE):
        for match in pattern.finditer(sentence, begin):
            speaker = match["who"] or match["whom"]
            words = len(sentence[begin : match.start()].split())
            if words > _FEWEST and _may_speak(speaker) and not LEAD.match(speaker):
                verb = match["said"] or match["says"]
                yield _frame(sentence, verb, speaker, begin, match.end("close"))


def _in_front(sentence: str, begin: int) -> Iterator[Frame | None]:
    """According to a source; as a source says; it is noted that."""
    if match := FRONT.match(sentence, begin):
        verb = match["said"] or match["verb"].lower()
        yield _frame(sentence, verb, match["who"] or match["by"], match.end(), len(sentence))
    if match := IMPERSONAL.match(sentence, begin):
        yield _frame(sentence, match["verb"], None, match.end(), len(sentence))


def _opening(sentence: str, begin: int) -> Iterator[Frame | None]:
    """A resolution's paragraph, which begins with its verb."""
    match = OPENING.match(sentence, begin)
    if match is None:
        return
    verb = match["verb"]
    if verb.lower() not in THIRDS and sentence.rstrip()[-1:] not in {",", ";"}:
        return  # what leads to a main clause
    takes = TAKES.get(verb.lower(), "TN")
    at = _complement(sentence, match.end(), takes, weak=True)
    if at is not None:
        yield _frame(sentence, verb.lower(), None, at, len(sentence))


def _subject(sentence: str, begin: int) -> Iterator[Frame | None]:
    """Somebody asserts something."""
    for match in STATE.finditer(sentence, begin, begin + _REACH):
        speaker = _speaker(sentence[begin : match.start()], match["state"])
        if speaker is not None:
            at = _complement(sentence, match.end(), "TN", weak=True)
            if at is not None:
                yield _frame(sentence, match["state"], speaker, at, len(sentence))
    for match in FORM.finditer(sentence, begin, begin + _REACH):
        form = match.group().lower()
        if form in PARTICIPLES:
            continue
        speaker = _speaker(sentence[begin : match.start()], form)
        if speaker is not None:
            weak = BODY.search(speaker) is not None
            at = _complement(sentence, match.end(), TAKES[form], weak=weak)
            if at is not None:
                yield _frame(sentence, match.group(), speaker, at, len(sentence))


def _speaker(before: str, form: str) -> str | None:
    """Who asserts: all that stands before the verb, less what leads to it."""
    bare = ADVERBS_LAST.sub("", before).rstrip()
    if (joined := JOINED.search(" " + bare)) and joined["verb"].lower() in TAKES:
        bare = ADVERBS_LAST.sub("", bare[: max(joined.start() - 1, 0)]).rstrip()
    if LEAD.match(bare) and ", " in bare:
        bare = bare.rpartition(", ")[2]
    elif JOINING.match(bare):
        bare = bare.partition(" ")[2]
    bare = ASIDE.sub("", bare)
    if not _may_speak(bare) or (form in BASES and not PLURAL.search(bare)):
        return None
    return bare


def _may_speak(words: str) -> bool:
    """Whether these words can name one who asserts."""
    return (
        0 < len(words.split()) <= _MOST_WORDS
        and words.count(",") <= _MOST_COMMAS
        and not NO_SPEAKER.search(words)
        and not NO_NOUN.fullmatch(words)
        and not NO_START.match(words)
        and not NO_END.search(words)
    )


def _complement(sentence: str, at: int, takes: str, *, weak: bool) -> int | None:
    """Where the proposition begins after a verb."""
    manner = MANNER.match(sentence, at)
    told = manner is not None and manner.end() > at
    at = manner.end() if manner else at
    tries = (
        (COMMITTED, takes == "C" or ("C" in takes and OWN.match(sentence, at) is not None)),
        (THAT, "T" in takes or "N" in takes),
        (QUOTED, "B" in takes),
        (TOLD, "O" in takes),
        (TO, "J" in takes or ("I" in takes and weak)),
        (THING, "S" in takes or ("N" in takes and (weak or told))),
        (CLAUSE, "B" in takes),
    )
    for pattern, allowed in tries:
        if allowed and (match := pattern.match(sentence, at)):
            return match.end()
    return None
