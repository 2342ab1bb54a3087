"""Where in a sentence a frame stands: around what it reports, in front of it, or as its subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from factcheck.clauses import holds_verb
from factcheck.framing import (
    ADVERBS_LAST,
    ASIDE,
    BODY,
    CLAUSE,
    COMMITTED,
    FACT,
    FORM,
    FRONT,
    IMPERSONAL,
    JOINED,
    JOINING,
    LEAD,
    MANNER,
    MIDDLE,
    MORE,
    NEED,
    NO_END,
    NO_NOUN,
    NO_SPEAKER,
    NO_START,
    OPENING,
    OWN,
    PLURAL,
    QUOTED,
    SINCE,
    STATE,
    TAIL,
    THAT,
    THING,
    TO,
    TOLD,
    WHEN,
)
from factcheck.verbs import BARE, BASES, HEARSAY, PARTICIPLES, TAKES, THIRDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACH = 600  # a frame begins within so many characters
_MOST_WORDS = 14  # a name with its office
_MOST_COMMAS = 2
_FEWEST = 2  # words before which nothing is reported at the end
_MANY = 12  # words among which a verb may be unknown
_TAIL = 40  # what joins a stretch to the next is no longer
_ENDING = re.compile(r"\s*[;,]\s*(?:and|or)?\s*$|\s+$")
_OWN = re.compile(r"\s(we|i|he|she|they|you|it)$", re.IGNORECASE)
_UNSURE_NOUN = re.compile(r"\b(?:hope|fear|doubt|wish)s?\b", re.IGNORECASE)

Kind = Literal["clause", "quote", "need", "rest"]
"""What follows a frame: a clause, a quotation, a need, or what is no proposition."""


class Found(NamedTuple):
    """A frame as it is read.

    Attributes:
        verb: The verb or phrase that reports.
        speaker: Who asserts; None where the sentence does not say.
        start: Where that begins which it reports.
        end: Where that ends.
        kind: What that is.
    """

    verb: str
    speaker: str | None
    start: int
    end: int
    kind: Kind = "clause"


def read(sentence: str, begin: int) -> Iterator[Found]:
    """All frames that a sentence may have, the outermost first.

    Args:
        sentence: A sentence.
        begin: Where it begins, after its number.
    """
    for reading in (_around, _in_front, _opening, _subject):
        yield from reading(sentence, begin)


def trimmed(sentence: str, start: int, end: int | None = None) -> int:
    """The end of a stretch without what joins it to the next: `; and`."""
    end = len(sentence) if end is None else end
    tail = max(start, end - _TAIL)
    match = _ENDING.search(sentence, tail, end)
    return match.start() if match else end


def _around(sentence: str, begin: int) -> Iterator[Found]:
    """Reported at the end or in the middle: “…,” it said."""
    for pattern in (TAIL, MIDDLE):
        for match in pattern.finditer(sentence, begin):
            parts = match.groupdict()
            speaker = next(parts[k] for k in ("who", "whom", "teller", "source") if parts.get(k))
            verb = next(parts[k] for k in ("said", "says", "tells", "by") if parts.get(k))
            if sentence.endswith(speaker):
                speaker = speaker.removesuffix(".")
            words = len(sentence[begin : match.start()].split())
            told = holds_verb(sentence[begin : match.start()]) or words > _MANY
            if told and words > _FEWEST and _may_speak(speaker) and not LEAD.match(speaker):
                yield Found(verb, speaker, begin, match.end("close"))


def _in_front(sentence: str, begin: int) -> Iterator[Found]:
    """According to a source; as a source says; it is noted that."""
    match = FRONT.match(sentence, begin)
    if match and not holds_verb(f"x {match['who'] or ''}"):
        verb = match["said"] or match["verb"].lower()
        yield Found(verb, match["who"] or match["by"], match.end(), len(sentence))
    if match := IMPERSONAL.match(sentence, begin):
        verb = match["verb"] or match["sure"]
        kind: Kind = "rest" if verb.lower().startswith(HEARSAY) else "clause"
        yield Found(verb, None, match.end(), len(sentence), kind)


def _opening(sentence: str, begin: int) -> Iterator[Found]:
    """A resolution's paragraph, which begins with its verb."""
    match = OPENING.match(sentence, begin)
    if match is None:
        return
    verb = match["verb"]
    bare = sentence.rstrip()
    if verb.lower() not in THIRDS and trimmed(bare, begin) == len(bare):
        return  # what leads to a main clause
    takes = TAKES.get(verb.lower(), "TN")
    if found := _complement(sentence, match.end(), takes, weak=True):
        yield Found(verb.lower(), None, found[0], len(sentence), found[1])


def _subject(sentence: str, begin: int) -> Iterator[Found]:
    """Somebody asserts something."""
    for match in STATE.finditer(sentence, begin, begin + _REACH):
        speaker = _speaker(sentence[begin : match.start()], match["state"])
        if speaker is not None and (found := _complement(sentence, match.end(), "TN", weak=True)):
            yield Found(match["state"], speaker, found[0], len(sentence), found[1])
    for match in FORM.finditer(sentence, begin, begin + _REACH):
        form = match.group().lower()
        name = match.start() > begin and match.group()[0].isupper()  # the States
        if form in PARTICIPLES or name:
            continue
        speaker = _speaker(sentence[begin : match.start()], form)
        if speaker is not None:
            weak = BODY.search(speaker) is not None
            takes = TAKES[form] + "D" * form.startswith(BARE)
            if found := _complement(sentence, match.end(), takes, weak=weak):
                end = _more(sentence, *found)
                yield Found(match.group(), speaker, found[0], end, found[1])


def _more(sentence: str, start: int, kind: Kind) -> int:
    """Where a proposition ends before what its speaker added."""
    more = MORE.search(sentence, start) if kind == "clause" else None
    return more.start() if more else len(sentence)


def _speaker(before: str, form: str) -> str | None:
    """Who asserts: all that stands before the verb, less what leads to it."""
    bare = ADVERBS_LAST.sub("", before).rstrip()
    if (joined := JOINED.search(" " + bare)) and joined["verb"].lower() in TAKES:
        bare = ADVERBS_LAST.sub("", bare[: max(joined.start() - 1, 0)]).rstrip()
    if LEAD.match(bare) and ", " in bare:
        bare = bare.rpartition(", ")[2]
    elif JOINING.match(bare):
        bare = bare.partition(" ")[2]
    bare = SINCE.sub("", WHEN.sub("", ASIDE.sub("", bare)), 1)
    if (own := _OWN.search(bare)) and LEAD.match(bare):
        bare = own[1]  # in it you write
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


def _complement(sentence: str, at: int, takes: str, *, weak: bool) -> tuple[int, Kind] | None:
    """Where that begins which follows a verb, and what it is."""
    manner = MANNER.match(sentence, at)
    told = manner is not None and manner.end() > at
    at = manner.end() if manner else at
    thing = "S" in takes or ("N" in takes and (weak or told))
    tries: tuple[tuple[re.Pattern[str], bool, Kind], ...] = (
        (COMMITTED, takes == "C" or ("C" in takes and OWN.match(sentence, at) is not None), "rest"),
        (THAT, "T" in takes or "N" in takes, "clause"),
        (QUOTED, "B" in takes, "quote"),
        (TOLD, "O" in takes, "clause"),
        (TO, "J" in takes or ("I" in takes and weak), "rest"),
        (FACT, thing, "clause"),
        (NEED, thing, "need"),
        (THING, thing, "rest"),
        (CLAUSE, "D" in takes, "clause"),
    )
    for pattern, allowed, kind in tries:
        if allowed and (match := pattern.match(sentence, at)):
            believed = pattern is COMMITTED and match.group().endswith("that ")
            sure = believed and not _UNSURE_NOUN.search(match.group())
            return match.end(), "clause" if sure else kind
    return None
