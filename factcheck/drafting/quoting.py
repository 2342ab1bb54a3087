"""A stretch of a document as a quote that is found again, there and nowhere else."""

from __future__ import annotations

import re

from pydantic import ValidationError

from factcheck.drafting.allowed import BARRED, allowed_stretch, is_blank
from factcheck.quotes import Anchor, QuoteFinder, fold
from factcheck.records import Quote

MAX_WORDS = 40
"""A quote of a draft is not longer; it ends where a clause does."""

_MIN_WORDS = 20  # a shorter beginning of a sentence proves little
_MAX_QUOTE = 2_000
_CONTEXT = (4, 8, 16, 32)  # words of prefix and suffix, as few as do
_REACH = 600  # characters in which they are looked for
_CLAUSE = re.compile(r"[,;:—–)][\"'”’»]*(?= )")


def quote_at(
    finder: QuoteFinder,
    start: int,
    end: int,
    begin: int = 0,
    *,
    most: int | None = MAX_WORDS,
    apart: bool = True,
) -> Quote | None:
    """A quote of a stretch of a text, with as much context as tells it from others like it.

    Args:
        finder: Of the text.
        start: Where the stretch begins.
        end: Where it ends.
        begin: From where in it a stretch is quoted that has too many words.
        most: How many words are quoted; a longer stretch is cut at the end of a clause.
        apart: Whether context is looked for: of a line that comes a thousand times, that takes
            hours and tells nothing.

    Returns:
        None where the stretch holds nothing that may stand in a claim file.
    """
    if most is not None and len(finder.text[start:end].split()) > most:
        start += begin
    first, last = allowed_stretch(finder.text, start, end)
    exact = fold(finder.text[first:last])
    exact = exact if most is None else _cut(exact, most)
    first += len(finder.text[first:last]) - len(finder.text[first:last].lstrip())
    plain = _quote(exact)
    if plain is None or not apart or _holds(finder, plain, first):
        return plain
    quote = plain
    for count in _CONTEXT:
        before = _before(finder.text, first, count)
        after = _after(finder.text, first, exact, count)
        for prefix, suffix in ((before, None), (None, after), (before, after)):
            quote = _quote(exact, prefix, suffix) or quote
            if _holds(finder, quote, first):
                return quote
    return quote if isinstance(finder.find(quote), Anchor) else None


def _cut(exact: str, most: int) -> str:
    """At most so many words, to the end of a clause where one is near."""
    parts = exact.split(" ")
    if len(parts) <= most and len(exact) <= _MAX_QUOTE:
        return exact
    head = " ".join(parts[:most])[:_MAX_QUOTE]
    least = len(" ".join(parts[:_MIN_WORDS]))
    ends = [match.start() for match in _CLAUSE.finditer(f"{head} ") if match.start() >= least]
    return head[: ends[-1]].rstrip() if ends else head.rstrip()


def _quote(exact: str, prefix: str | None = None, suffix: str | None = None) -> Quote | None:
    try:
        return Quote(exact=exact, prefix=prefix, suffix=suffix)
    except ValidationError:
        return None


def _holds(finder: QuoteFinder, quote: Quote, start: int) -> bool:
    """Whether a quote is found at its place and nowhere else."""
    found = finder.find(quote)
    return isinstance(found, Anchor) and found.occurrences == 1 and found.start == start


def _before(text: str, start: int, count: int) -> str | None:
    near = BARRED.split(text[max(0, start - _REACH) : start])[-1]
    return _context(near.split()[-count:])


def _after(text: str, start: int, exact: str, count: int) -> str | None:
    end = start
    for character in exact.replace(" ", ""):  # past what is quoted, however it is spaced
        end = text.index(character, end) + 1
    near = BARRED.split(text[end : end + _REACH])[0]
    return _context(near.split()[:count])


def _context(near: list[str]) -> str | None:
    found = " ".join(near)
    return None if is_blank(found) else found
