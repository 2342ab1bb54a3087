"""What follows a frame: whether it is a proposition, and where that ends.

A clause is told from a scrap by its finite verb, which is looked for among words that mostly are
verbs: no grammar is parsed here, so each test errs on the side of leaving a sentence whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factcheck.verbs import BASES, PARTICIPLES, TAKES, THIRDS, UNSURE, WANTING

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[int, int]

_I = re.IGNORECASE

FINITE = (
    r"(?:is|are|was|were|has|had|have|will|would|could|can|may|might|must|should|shall|does|did"
    r"|cannot|\w+n['’]t)\b"
)
"""A word that makes a clause, as a pattern."""

IRREGULAR = (
    r"(?:became|came|made|took|gave|left|lost|knew|thought|said|went|got|saw|found|kept|began|showed"
    r"|heard|ran|held|brought|sat|stood|paid|met|led|understood|spoke|spent|grew|won|taught|bought|died"
    r"|sent|fell|rose|built|broke|drove|fled|fought|shot|struck|burnt|sank|wrote|hit|shut)"
)
"""Past forms that do not end in -ed, as a pattern."""

_KNOWN = "|".join(sorted(re.escape(form) for form in {*TAKES} - PARTICIPLES - BASES))
_PAST = frozenset({"was", "were", "had", "did", "wasn", "weren", "hadn", "didn"})
_VERB = re.compile(
    rf"\b(?:{FINITE}|\w+['’](?:re|ve|ll|m)\b|(?:it|he|she|there|that|who)['’]s\b"
    rf"|(?:{_KNOWN})\b|(?!(?:need|indeed|speed|feed|seed|breed|hundred|red|bed)\b)\w+ed\b"
    r"|(?:becom|com|mak|tak|giv|leav|liv|los|serv|caus|rais|us|continu|includ|believ|receiv|assum|shar"
    r"|involv|creat|provid|requir|produc|reduc|enabl|ensur|driv|enforc|violat|promot|undermin)es?\b"
    r"|(?:need|want|know|think|say|go|get|see|find|keep|let|begin|seem|help|show|hear|play|run|hold"
    r"|bring|sit|stand|pay|meet|set|lead|understand|follow|stop|speak|read|spend|grow|open|win|teach"
    r"|remember|appear|buy|die|send|fall|cut|reach|kill|remain|depend|exist|mean|work|belong|threaten"
    r"|contain|deserve|lack|suffer|fail|face|adher|seek|own|rank|form|add|talk|protect|bear|turn|rest"
    r"|threaten|apply|attend|happen|matter|allow|offer|support|help|affect|drive|build|break)s?\b"
    rf"|{IRREGULAR}\b)",
    _I,
)
_SUBJECT = re.compile(
    r"\b(?:we|they|you)\s+(?:(?:\w+ly|also|all|both|now)\s+)?(?!(?:\w+ly|also|all|both|now)\b)[a-z]{2}",
    _I,
)
_BE = re.compile(r"\bbe\b", _I)
_FIRST_FINITE = re.compile(rf"\b(?:{FINITE}|to\s+be\b)", _I)
_STATED = re.compile(
    r"\b(?:must|should|shall|will|would|ought|may|is|are|was|were|has|had|can|could)\b", _I
)
_PRONOUN = re.compile(
    r"(?:[^,]{1,80},\s+)?(?:(?P<it>it)|he|she|they|his|her|their|its|him|them)\b", _I
)
_EMPTY_IT = re.compile(
    r"\s+(?:is|was|would be|will be|has been|had been|remain(?:s|ed)?|seems?|appears?|takes?|took)"
    r"\s.{0,60}?\b(?:that|to|whether)\b",
    _I,
)
_OURS = re.compile(r"\b(?:we|our|ours|us|i|my|me|mine|you|your|yours)\b", _I)
_FIRST = frozenset({"we", "i"})
# Words by which the one who reports sets something against what is reported.
_CONTRAST = re.compile(
    r"(?:,|\s[–—])\s*(?:but(?!\s+that\b)|yet|although|though|even though|whereas|while|despite"
    r"|in truth|in fact|in reality|however|an? (?:claim|charge|figure|statement|view|account)\b"
    r"|which (?:is|was) (?:false|untrue|wrong|not))",
    _I,
)
_SEVERAL = re.compile(r";\s+\w")
_AND_THAT = re.compile(rf"(?<=[\s,])((?:and|but)\s+)that,?\s+(?!{FINITE})", _I)
_JOINED = re.compile(
    r"(?P<comma>\s*,)?\s*\b(?:and|but)\s+(?:(?:\w+ly|also|further|again|then|therefore|thus|has"
    r"|have|had)\s+){0,2}(?P<verb>[a-z]+)\s+(?=(?P<next>(?!(?:for|of|from|in|is|are|was|were"
    r"|have|has|and|or)\b)\w+))"
)
_FEWEST = 2  # words of a clause
_MANY = 6  # words among which a verb may be unknown
_HAS = re.compile(r"\b(?:has|have)\s+\w+\s*$")
_MODAL = re.compile(r"\b(?:must|should|shall|will|would|can|could|may|is|are)\b", _I)
_DEED = re.compile(r"that|to|our|its|their|his|her|the|an?|all|any|no|(?:up)?on")


def holds_verb(text: str) -> bool:
    """Whether a stretch has a finite verb after its first word, as far as words tell."""
    after = len(text) - len(text.lstrip()) + 1
    return _VERB.search(text, after) is not None or _SUBJECT.search(text) is not None


def is_first(speaker: str | None) -> bool:
    """Whether the source itself speaks: `We`."""
    return speaker is not None and speaker.lower() in _FIRST


def is_asserted(text: str, verb: str, speaker: str | None, *, quoted: bool) -> bool:
    """Whether what follows a verb can stand alone and is what the speaker holds.

    Args:
        text: What follows, cut by `asserted`.
        verb: The verb in front.
        speaker: Who asserts.
        quoted: Whether it is a quotation, which tells of its speaker by `we`.
    """
    if verb.lower().startswith(UNSURE) or _is_wanted(text, verb) or _SEVERAL.search(text):
        return False
    if quoted:
        ours = _OURS.search(text) is not None and not is_first(speaker)
        return holds_verb(text) and not ours
    if is_first(speaker):
        return True
    return _CONTRAST.search(text) is None and not _leans(text)


def asserted(text: str, verb: str) -> list[Span]:
    """The stretches of what follows a verb that are its first proposition.

    What somebody did besides ("and agreed to meet again") is cut off, and a second `that`
    left out.
    """
    end = _end(text, verb)
    spans, start = [], 0
    for match in _AND_THAT.finditer(text, 0, end):
        spans.append((start, match.end(1)))
        start = match.end()
    return [*spans, (start, end)]


def joined(text: str, spans: Sequence[Span]) -> str:
    """Some stretches of a text as one."""
    return "".join(text[start:end] for start, end in spans)


def _leans(text: str) -> bool:
    """Whether a proposition begins with a pronoun that stands for the speaker."""
    match = _PRONOUN.match(text)
    return match is not None and not (match["it"] and _EMPTY_IT.match(text, match.end()))


def _is_wanted(text: str, verb: str) -> bool:
    """Whether it is wanted, not told: the law be repealed."""
    if verb.lower().startswith(WANTING) and not _STATED.search(text):
        return True
    be, finite = _BE.search(text), _FIRST_FINITE.search(text)
    return be is not None and (finite is None or be.start() < finite.start())


def _end(text: str, verb: str) -> int:
    """Where the first clause ends, before what the speaker did besides."""
    for match in _JOINED.finditer(text):
        clause = text[: match.start()]
        words = len(clause.split())
        whole = words >= _MANY or (words >= _FEWEST and holds_verb(clause))
        if whole and _besides(clause, match, verb):
            return match.start()
    return len(text)


def _besides(clause: str, match: re.Match[str], verb: str) -> bool:
    """Whether a second verb has the speaker of the first, not the subject of the clause."""
    form, comma = match["verb"], match["comma"] is not None
    if (phrase := f"{form} {match['next']}") in TAKES:
        form = phrase
    if comma and _tense(verb) != "past" and _HAS.search(match.group()):
        return _MODAL.search(clause) is not None and form.endswith("ed")
    known = form in TAKES
    if known and (form in THIRDS or form in BASES) and form not in PARTICIPLES:
        strong = comma or match["next"] in {"that", "upon", "on"}
        return _tense(form) == _tense(verb) and (strong or _is_past(clause))
    if known and form in PARTICIPLES:
        return comma and verb.lower() in PARTICIPLES
    past = known or form.endswith("ed")
    if not past or _tense(verb) != "past" or not _DEED.fullmatch(match["next"]):
        return False
    if not _is_past(clause):
        return comma or known
    vowed = match["next"] == "to" and (comma or bool(set("IJ") & set(TAKES.get(form, ""))))
    return vowed or (comma and known)


def _tense(form: str) -> str:
    form = form.lower()
    if form in THIRDS:
        return "third"
    return "base" if form in BASES else "past"


def _is_past(clause: str) -> bool:
    """Whether the first finite verb of a clause is in the past."""
    match = re.search(rf"\b{FINITE}", clause, _I)
    if match is not None:
        return re.split(r"n?['’]", match.group().lower())[0] in _PAST
    found = _VERB.search(clause)
    return found is not None and found.group().lower().endswith("ed")
