"""Signals: what can be read off a pair by rules, shown beside the score and no part of it.

A signal says that the two texts put something differently, and where; whether that
makes the statement oppose the claim is for the reader. How often signals are right
is measured by benchmarks/signals.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.report import Signal, SignalKind, Span
from factcheck.stance.dates import dates
from factcheck.stance.numbers import quantities
from factcheck.stance.wording import antonyms, negations, planned_or_done, quantifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factcheck.stance.wording import Contrast


def _numbers(claim: str, statement: str) -> list[Contrast]:
    """Quantities of the same that cannot both be; those said alike are left aside."""
    ours, theirs = quantities(claim), quantities(statement)
    alone = [one for one in ours if not any(one.same_matter(o) and one.agrees(o) for o in theirs)]
    rest = [
        other for other in theirs if not any(other.same_matter(o) and other.agrees(o) for o in ours)
    ]
    return [
        ((one.start, one.end), (other.start, other.end))
        for one in alone
        for other in rest
        if one.same_matter(other)
    ]


def _dates(claim: str, statement: str) -> list[Contrast]:
    """Dates of the same that cannot both be; two telling words about them are shared."""
    return [
        ((one.start, one.end), (other.start, other.end))
        for one in dates(claim)
        for other in dates(statement)
        if len(one.near & other.near) >= 2 and not one.agrees(other)  # noqa: PLR2004 - what, and of what
    ]


_MOST = 3  # of a kind; more tell a reader nothing
_FINDERS: Mapping[SignalKind, Callable[[str, str], list[Contrast]]] = {
    "number": _numbers,
    "date": _dates,
    "negation": negations,
    "antonym": antonyms,
    "quantifier": quantifiers,
    "planned": planned_or_done,
}


def signals(claim: str, statement: str) -> tuple[Signal, ...]:
    """What a claim and a statement put differently.

    Args:
        claim: The claim's text.
        statement: The statement's text.

    Returns:
        At most one signal a kind and place in the claim, and three a kind, in the order of
        `_FINDERS` and of the claim's words.
    """
    found = []
    for kind, finder in _FINDERS.items():
        seen: set[int] = set()
        for (start, end), (start_there, end_there) in sorted(finder(claim, statement)):
            if start not in seen and len(seen) < _MOST:
                seen.add(start)
                found.append(
                    Signal(
                        kind=kind,
                        claim=Span(start=start, end=end, text=claim[start:end]),
                        statement=Span(
                            start=start_there,
                            end=end_there,
                            text=statement[start_there:end_there],
                        ),
                    )
                )
    return tuple(found)
