"""Contrasts of wording: negation, antonyms, quantifiers, planned against done.

Each function gives pairs of places, the first in the claim and the second in the
statement, of words that say different things of the same.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from factcheck.stance.words import Word, around, content, stem, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[int, int]
Contrast = tuple[Place, Place]

_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot can't don't doesn't didn't isn't "
    "aren't wasn't weren't won't wouldn't couldn't hasn't haven't hadn't hardly barely".split()
)
_VERBS_OF_FAILURE = frozenset(
    "fail fails failed failing refuse refuses refused refusing unable lack lacks lacked lacking "
    "absence denied denies denying cease ceased stopped halted".split()
)
_NO_NEGATION = frozenset(
    "not only|not least|not just|not more|not less|no doubt|no less|no fewer|no more|"
    "nothing but".split("|")
)
_SCOPE = 3  # telling words that a negation reaches

_ALL = frozenset(
    "all every each entire entirely whole always everyone everywhere full fully any".split()
)
_SOME = frozenset(
    "some several few many most partly partially only half mostly sometimes rarely seldom "
    "handful certain none no never nobody two three four five".split()
)
_FIRST = frozenset("first only sole unprecedented unique".split())
_AGAIN = frozenset(
    "second third fourth fifth another earlier previous previously already others".split()
)
_PLANNED = frozenset(
    "will planned plans plan scheduled due expected intends intended pending promised pledged "
    "awaiting awaits draft proposed yet would shall envisaged".split()
)
_HAVE, _WERE = frozenset(("has", "have", "had")), frozenset(("is", "are", "was", "were"))
_DONE = frozenset(
    "built made done met paid set given begun held put brought led kept won open complete "
    "operational".split()
)


def negations(claim: str, statement: str) -> list[Contrast]:
    """Where one text denies what the other asserts; a second telling word must be shared."""
    ours, theirs = words(claim), words(statement)
    shared = content(ours) & content(theirs)
    if len(shared) < 2:  # noqa: PLR2004 - one shared word is no shared matter
        return []
    told = []
    denied, denied_there = _denied(ours), _denied(theirs)
    for stem_, place in denied_there.items():
        if stem_ in shared and stem_ not in denied:
            told.append((_place(ours, stem_), place))
    for stem_, place in denied.items():
        if stem_ in shared and stem_ not in denied_there:
            told.append((place, _place(theirs, stem_)))
    return told


def _denied(found: tuple[Word, ...]) -> dict[str, Place]:
    """Stems that a negation reaches, with the place from the negation to the word."""
    told: dict[str, Place] = {}
    for number, word in enumerate(found):
        following = found[number + 1].lower if number + 1 < len(found) else ""
        if (
            word.lower not in _NEGATIONS | _VERBS_OF_FAILURE
            or f"{word.lower} {following}" in _NO_NEGATION
        ):
            continue
        reached = 0
        for other in found[number + 1 :]:
            if other.breaks or other.lower in {"but", "until", "because"} or reached == _SCOPE:
                break
            if other.content:
                reached += 1
                told.setdefault(other.stem, (word.start, other.end))
    return told


def _place(found: tuple[Word, ...], stem_: str) -> Place:
    return next((word.start, word.end) for word in found if word.stem == stem_)


@cache
def _antonyms() -> dict[str, frozenset[str]]:
    """Stems to the stems of their antonyms, from WordNet and a list of our own."""
    told: dict[str, set[str]] = {}
    text = (files(__package__) / "antonyms.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            first, second = map(stem, line.split())
            if first != second:
                told.setdefault(first, set()).add(second)
                told.setdefault(second, set()).add(first)
    return {first: frozenset(seconds) for first, seconds in told.items()}


def antonyms(claim: str, statement: str) -> list[Contrast]:
    """Words of the claim whose contrary the statement uses, neither of them denied."""
    ours, theirs = words(claim), words(statement)
    denied = _denied(ours).keys() | _denied(theirs).keys()
    shared = content(ours) & content(theirs)
    if not shared:
        return []
    told = []
    for word in ours:
        contraries = _antonyms().get(word.stem, frozenset())
        told += [
            ((word.start, word.end), (other.start, other.end))
            for other in theirs
            if other.stem in contraries and not {word.stem, other.stem} & (denied | shared)
        ]
    return told


def quantifiers(claim: str, statement: str) -> list[Contrast]:
    """All against some or none, first against again, said of the same word."""
    told = []
    for one, other in ((_ALL, _SOME), (_SOME, _ALL), (_FIRST, _AGAIN), (_AGAIN, _FIRST)):
        for place, about in _quantified(claim, one):
            for place_there, about_there in _quantified(statement, other):
                if about & about_there:
                    told.append((place, place_there))
    return told


def _quantified(text: str, quantifiers_: frozenset[str]) -> Iterator[tuple[Place, frozenset[str]]]:
    """Quantifiers with the stems of what they are said of: the next telling words."""
    found = words(text)
    for number, word in enumerate(found):
        if word.lower not in quantifiers_:
            continue
        reach: list[Word] = []
        for other in found[number + 1 : number + 7]:
            if other.breaks or len(reach) == 2:  # noqa: PLR2004 - an adjective and its noun
                break
            if other.content:
                reach.append(other)
        if reach:
            yield (word.start, reach[-1].end), content(tuple(reach))


def planned_or_done(claim: str, statement: str) -> list[Contrast]:
    """What one text reports as done and the other as planned."""
    told = []
    for place, about in _done(claim):
        told += [(place, there) for there, of in _planned(statement) if _same(about, of)]
    for place, about in _planned(claim):
        told += [(place, there) for there, of in _done(statement) if _same(about, of)]
    return told


def _same(about: frozenset[str], of: frozenset[str]) -> bool:
    return len(about & of) >= 2  # noqa: PLR2004 - what is done, and to what


@lru_cache(maxsize=4096)
def _done(text: str) -> tuple[tuple[Place, frozenset[str]], ...]:
    """Participles after a form of "have" or "be", with the telling words about them."""
    found = words(text)
    planned = {word.lower for word in found} & (_PLANNED - {"plan", "plans"})
    told = []
    for number, word in enumerate(found):
        auxiliary = word.lower in _HAVE | _WERE
        for step in (1, 2):
            at = number + step
            if not auxiliary or at >= len(found) or planned:
                break
            verb = found[at]
            if verb.lower in _NEGATIONS or verb.breaks:
                break
            if verb.lower.endswith("ed") or verb.lower in _DONE:
                told.append(((word.start, verb.end), around(found, number, at, 5)))
                break
    return tuple(told)


@lru_cache(maxsize=4096)
def _planned(text: str) -> tuple[tuple[Place, frozenset[str]], ...]:
    """Words of intent, with the telling words about them."""
    found = words(text)
    return tuple(
        ((word.start, found[min(number + 2, len(found) - 1)].end), around(found, number, number, 6))
        for number, word in enumerate(found)
        if word.lower in _PLANNED
        or (word.lower == "to" and number + 1 < len(found) and found[number + 1].lower == "be")
    )
