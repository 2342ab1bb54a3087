"""Contrasts of wording: negation, antonyms, quantifiers, planned against done.

Each function gives pairs of places, the first in the claim and the second in the
statement, of words that say different things of the same.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from factcheck.stance.words import Word, around, content, stems, telling, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Place = tuple[int, int]
Contrast = tuple[Place, Place]

_NEGATIONS = frozenset(
    "not never without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't "
    "wouldn't couldn't hasn't haven't hadn't fail fails failed failing refuse refuses refused "
    "refusing unable lack lacks lacked lacking absence denied denies denying ceased".split()
)
_NO_NEGATION = frozenset(
    "not only|not least|not just|not merely|not more|not less|not all|not every|not each".split("|")
)
# "has no clinic" denies; "no clinic has" counts, and is left to the quantifiers.
_BEFORE_NO = frozenset("has have had is are was were there with of be been got given".split())
_NEAR = 5  # words about an antonym among which one must be shared
_SCOPE = 3  # telling words that a negation reaches

_CLASSES = {
    "all": "all every each entire entirely whole always everyone everybody everywhere fully both",
    "none": "no none nobody neither nowhere",
    "few": "few handful rarely seldom hardly barely",
    "some": "some several certain sometimes partly partially half",
    "many": "many most mostly majority usually often",
    "first": "first only sole unprecedented unique",
    "again": "another earlier previous previously already second third fourth",
}
_QUANTIFIERS = {word: name for name, group in _CLASSES.items() for word in group.split()}
_CONTRARY = {
    "all": {"none", "few", "some", "many"},
    "none": {"all", "some", "many", "few"},
    "few": {"all", "many", "none"},
    "some": {"all", "none"},
    "many": {"all", "few", "none"},
    "first": {"again"},
    "again": {"first"},
}
_NO_QUANTIFIER = frozenset("at after above".split())
_PLANNED = frozenset(
    "will planned plans plan scheduled due expected intends intended pending promised pledged "
    "aims aim aimed hopes hope planning envisages envisaged awaiting awaits draft yet "
    "would shall".split()
)
_HAVE, _WERE = frozenset(("has", "have", "had")), frozenset(("is", "are", "was", "were"))
_DONE = frozenset(
    "built made done met paid set given begun held put brought led kept won open complete "
    "operational".split()
)


def negations(claim: str, statement: str) -> list[Contrast]:
    """Where one text denies what the other asserts; two more telling words are shared."""
    ours, theirs = words(claim), words(statement)
    shared = telling(claim) & telling(statement)
    if len(shared) < 3:  # noqa: PLR2004 - one or two shared words are no shared matter
        return []
    denied, denied_there = _denied(claim), _denied(statement)
    told = [
        (_place(ours, stem_), place)
        for stem_, place in _first_of_each(denied_there, shared)
        if stem_ not in denied
    ]
    return told + [
        (place, _place(theirs, stem_))
        for stem_, place in _first_of_each(denied, shared)
        if stem_ not in denied_there
    ]


def _first_of_each(
    denied: Mapping[str, Place], shared: frozenset[str]
) -> Iterator[tuple[str, Place]]:
    """Of what each negation reaches, the first stem that both texts have."""
    begun: set[int] = set()
    for stem_, place in denied.items():
        if stem_ in shared and place[0] not in begun:
            begun.add(place[0])
            yield stem_, place


@lru_cache(maxsize=4096)
def _denied(text: str) -> Mapping[str, Place]:
    """Stems that a negation reaches, with the place from the negation to the word."""
    found = words(text)
    told: dict[str, Place] = {}
    for number, word in enumerate(found):
        if not _negates(found, number):
            continue
        reached = 0
        for other in found[number + 1 :]:
            if other.breaks or other.lower in {"but", "until", "because"} or reached == _SCOPE:
                break
            if other.content:
                reached += 1
                told.setdefault(other.stem, (word.start, other.end))
    return told


def _negates(found: tuple[Word, ...], number: int) -> bool:
    word = found[number].lower
    following = found[number + 1].lower if number + 1 < len(found) else ""
    if word == "no":
        return number > 0 and found[number - 1].lower in _BEFORE_NO
    return word in _NEGATIONS and f"{word} {following}" not in _NO_NEGATION


def _place(found: tuple[Word, ...], stem_: str) -> Place:
    return next((word.start, word.end) for word in found if word.stem == stem_)


@cache
def _antonyms() -> dict[str, frozenset[str]]:
    """Stems to the stems of their antonyms, from WordNet and a list of our own."""
    told: dict[str, set[str]] = {}
    text = (files(__package__) / "antonyms.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    pairs = iter(stems([word for pair in lines for word in pair]))
    for first, second in zip(pairs, pairs, strict=True):
        if first != second:
            told.setdefault(first, set()).add(second)
            told.setdefault(second, set()).add(first)
    return {first: frozenset(seconds) for first, seconds in told.items()}


def antonyms(claim: str, statement: str) -> list[Contrast]:
    """Words of the claim whose contrary the statement uses, neither of them denied."""
    ours, theirs = words(claim), words(statement)
    denied = _denied(claim).keys() | _denied(statement).keys()
    shared = telling(claim) & telling(statement)
    if len(shared) < 2:  # noqa: PLR2004 - one shared word is no shared matter
        return []
    told = []
    for number, word in enumerate(ours):
        contraries = _antonyms().get(word.stem, frozenset())
        told += [
            ((word.start, word.end), (other.start, other.end))
            for at, other in enumerate(theirs)
            if other.stem in contraries
            and not {word.stem, other.stem} & (denied | shared)
            and around(ours, number, number, _NEAR) & around(theirs, at, at, _NEAR)
        ]
    return told


def quantifiers(claim: str, statement: str) -> list[Contrast]:
    """All against some or none, first against again, said of the same word."""
    return [
        (place, place_there)
        for name, place, about in _quantified(claim)
        for name_there, place_there, about_there in _quantified(statement)
        if name_there in _CONTRARY[name] and about & about_there
    ]


@lru_cache(maxsize=4096)
def _quantified(text: str) -> tuple[tuple[str, Place, frozenset[str]], ...]:
    """Quantifiers, by class, with the stems of what they are said of: the next telling words."""
    found = words(text)
    told = []
    for number, word in enumerate(found):
        name = _QUANTIFIERS.get(word.lower)
        if word.lower == "one" and number + 1 < len(found) and found[number + 1].lower == "of":
            name = "few"
        before = found[number - 1] if number else None
        if name is None or (before and before.lower in _NO_QUANTIFIER):
            continue
        if word.lower in {"second", "third", "fourth"} and not (before and before.lower == "a"):
            continue  # "the second" is one of several, "a second" one more
        start = word.start
        if before and before.lower in {"not", "almost"}:
            weaker = {"all": "some" if before.lower == "not" else "many", "none": "few"}
            name, start = weaker.get(name, name), before.start
        reach: list[Word] = []
        for other in found[number + 1 : number + 7]:
            if other.breaks or len(reach) == 2:  # noqa: PLR2004 - an adjective and its noun
                break
            if other.content:
                reach.append(other)
        if reach:
            # "nobody" and its like count people: what they are said of is anything that follows.
            of = reach if word.lower.endswith("body") else reach[:1]
            told.append((name, (start, reach[-1].end), content(tuple(of))))
    return tuple(told)


def planned_or_done(claim: str, statement: str) -> list[Contrast]:
    """What one text reports as done and the other as planned: the same verb, of the same."""
    told = []
    for place, verb, about in _done(claim):
        told += [(place, there) for there, of in _planned(statement) if _same(verb, about, of)]
    for there, verb, about in _done(statement):
        told += [(place, there) for place, of in _planned(claim) if _same(verb, about, of)]
    return told


def _same(verb: str, about: frozenset[str], of: frozenset[str]) -> bool:
    return verb in of and bool((about & of) - {verb})


@lru_cache(maxsize=4096)
def _done(text: str) -> tuple[tuple[Place, str, frozenset[str]], ...]:
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
                place = (word.start, verb.end)
                told.append((place, verb.stem, around(found, number, at, 8)))
                break
    return tuple(told)


@lru_cache(maxsize=4096)
def _planned(text: str) -> tuple[tuple[Place, frozenset[str]], ...]:
    """Words of intent, with the telling words about them."""
    found = words(text)
    return tuple(
        ((word.start, found[min(number + 2, len(found) - 1)].end), around(found, number, number, 8))
        for number, word in enumerate(found)
        if word.lower in _PLANNED
        or (word.lower == "to" and number + 1 < len(found) and found[number + 1].lower == "be")
    )
