"""Finding a quote in the text of its document.

First as it stands; then with white space, quotation marks, dashes, ligatures, soft
hyphens and capitals folded on both sides; then what is most like it. Places are
weighed as the Hypothesis client weighs them: 50 for the quote, 20 each for prefix and
suffix, 2 for being where it should be; what a quote does not give does not count.
https://github.com/hypothesis/client/blob/main/src/annotator/anchoring/match-quote.ts
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from factcheck import approximate
from factcheck.folding import Folded, fold, folded
from factcheck.occurrences import Occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.records import Quote

__all__ = ["MIN_SCORE", "Anchor", "Changed", "Missing", "QuoteFinder", "find_quote", "fold"]

How = Literal["exact", "folded"]
Span = tuple[int, int]

MIN_SCORE = 0.75
"""Below this a quote, or the whole of quote and context, is not found."""

_QUOTE, _PREFIX, _SUFFIX, _POSITION = 50, 20, 20, 2
_NO_WORSE = 0.005
_SAME_CONTEXT = 0.8  # a prefix or suffix may have lost a mark, not a word
_MOST = 1_000  # places of one quote that are looked at
_CONTEXT = 100  # characters of a prefix or suffix that are compared where it is not there


@dataclass(frozen=True)
class Anchor:
    """Where a quote stands: `text[start:end]` of the document.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        occurrences: How many places are as good as this one, itself included.
        how: Character for character, or after folding.
    """

    start: int
    end: int
    occurrences: int
    how: How = "exact"


@dataclass(frozen=True)
class Changed:
    """Where a document holds something like a quote, or the quote in other surroundings.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        occurrences: How many places are as good as this one, itself included.
        score: Of quote, prefix, suffix and position together, 0 to 1.
        similarity: Of the quote alone; 1 where only its surroundings differ.
    """

    start: int
    end: int
    occurrences: int
    score: float
    similarity: float


@dataclass(frozen=True)
class Missing:
    """A quote that the document does not hold.

    Attributes:
        matched: The longest beginning of `exact` that does occur; may be empty.
        goes_on: What follows that beginning in the document.
    """

    matched: str
    goes_on: str


@dataclass(frozen=True)
class _Place:
    """A candidate in the folded text."""

    start: int
    end: int
    similarity: float
    score: float
    context: float


@dataclass(frozen=True)
class _Parts:
    """A quote made ready to be looked for."""

    prefix: str
    exact: str
    suffix: str


def find_quote(text: str, quote: Quote, near: Span | None = None) -> Anchor | Changed | Missing:
    """Find a quote in a document's text; for several quotes, make one `QuoteFinder`.

    Args:
        text: The document's text, as its loader cleaned it.
        quote: After the W3C TextQuoteSelector.
        near: The stretch in which it should stand, where that is known.
    """
    return QuoteFinder(text).find(quote, near)


class QuoteFinder:
    """Finds quotes in one text; what it learns of the text, it learns once."""

    def __init__(self, text: str, *, indexed: bool = False) -> None:
        """Keep the text; nothing is done before it is needed.

        Args:
            text: The document's text, as its loader cleaned it.
            indexed: Whether to index it first. That changes no result, and pays where
                hundreds of quotes are looked for.
        """
        self.text = text
        self._indexed = indexed

    def find(self, quote: Quote, near: Span | None = None) -> Anchor | Changed | Missing:
        """Find a quote.

        Where it stands several times, prefix and suffix choose, then `near`; where they
        leave several, the first of them is taken, or the one nearest to `near`.

        Args:
            quote: After the W3C TextQuoteSelector.
            near: The stretch in which it should stand, where that is known.
        """
        as_given = (quote.prefix or "", quote.exact, quote.suffix or "")
        raw = _Parts(*(part.strip() for part in as_given))
        as_given_there = _in_context(self._raw_places, raw)
        if any(near is None or _meet(span, near) for span in as_given_there):
            return self._chosen(as_given_there, near, raw.exact)
        parts = _Parts(*(folded(part).text.strip() if part else "" for part in as_given))
        if not parts.exact:
            return self._missing(quote)
        there = [self._folded.span(*span) for span in _in_context(self._folded_places, parts)]
        if as_given_there and not any(near and _meet(span, near) for span in there):
            there = as_given_there
        if there:
            return self._chosen(there, near, raw.exact)
        return self._likest(parts, near, raw.exact) or self._missing(quote)

    @cached_property
    def _folded(self) -> Folded:
        return folded(self.text)

    @cached_property
    def _raw_places(self) -> Occurrences:
        return Occurrences(self.text, _MOST, indexed=self._indexed)

    @cached_property
    def _folded_places(self) -> Occurrences:
        return Occurrences(self._folded.text, _MOST, indexed=self._indexed)

    @cached_property
    def _index(self) -> approximate.Index:
        return approximate.index(self._folded.text)

    @cached_property
    def _spaced(self) -> str:
        return fold(self.text)

    def _chosen(self, spans: Sequence[Span], near: Span | None, exact: str) -> Anchor:
        left, (start, end) = _nearest(spans, near)
        how: How = "exact" if self.text[start:end] == exact else "folded"
        return Anchor(start, end, left, how)

    def _likest(self, parts: _Parts, near: Span | None, raw: str) -> Anchor | Changed | None:
        """The place that is most like quote and context, if that is like enough."""
        text, size = self._folded.text, len(parts.exact)
        near = near and (self._folded.at(near[0]), self._folded.at(near[1]))
        exact = self._folded_places.of(parts.exact)
        places = [(start, start + size, 1.0) for start in exact]
        if not places:
            found = approximate.nearest(self._index, parts.exact, MIN_SCORE)
            places = [(each.start, each.end, each.similarity) for each in found]
        weighed = [_weighed(text, parts, near, *place) for place in places]
        best = max((place.score for place in weighed), default=0.0)
        if best < MIN_SCORE:
            # A quote that is there is not missing, whatever is said to stand around it.
            weighed = [place for place in weighed if place.similarity == 1]
        good = [place for place in weighed if place.score >= best - _NO_WORSE]
        if not good:
            return None
        left, chosen = _nearest([(place.start, place.end) for place in good], near)
        place = next(place for place in good if (place.start, place.end) == chosen)
        start, end = self._folded.span(*chosen)
        if place.similarity == 1 and place.context >= _SAME_CONTEXT:
            return Anchor(start, end, left, "exact" if self.text[start:end] == raw else "folded")
        return Changed(start, end, left, place.score, place.similarity)

    def _missing(self, quote: Quote) -> Missing:
        """How far a quote can be followed in the text, but for white space."""
        text, wanted = self._spaced, fold(quote.exact)
        low, high = 0, len(wanted)
        while low < high:  # the longest beginning that occurs: occurrence is monotone in length
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[:middle] in text else (low, middle - 1)
        end = text.find(wanted[:low]) + low
        return Missing(wanted[:low], text[end : end + 40])


def _in_context(places: Occurrences, parts: _Parts) -> list[Span]:
    """Where the quote stands between its prefix and suffix, in order; not all of very many."""
    if not parts.exact:
        return []
    found: set[int] = set()
    for before in ("", " ") if parts.prefix else ("",):
        for after in ("", " ") if parts.suffix else ("",):
            whole = f"{parts.prefix}{before}{parts.exact}{after}{parts.suffix}"
            skipped = len(parts.prefix) + len(before)
            found.update(start + skipped for start in places.of(whole))
    return [(start, start + len(parts.exact)) for start in sorted(found)]


def _nearest(spans: Sequence[Span], near: Span | None) -> tuple[int, Span]:
    """Of places equally good: how many there are, and the one to take."""
    if near is None or len(spans) == 1:
        return len(spans), spans[0]
    within = [span for span in spans if _meet(span, near)] or spans
    return len(within), min(within, key=lambda span: (abs(span[0] - near[0]), span))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _weighed(
    text: str, parts: _Parts, near: Span | None, start: int, end: int, similarity: float
) -> _Place:
    weights, context = [(_QUOTE, similarity)], [1.0]
    if parts.prefix:
        wanted = parts.prefix[-_CONTEXT:]
        before = text[max(0, start - len(wanted) - 1) : start].rstrip()[-len(wanted) :]
        context.append(approximate.likeness(wanted, before))
        weights.append((_PREFIX, context[-1]))
    if parts.suffix:
        wanted = parts.suffix[:_CONTEXT]
        after = text[end : end + len(wanted) + 1].lstrip()[: len(wanted)]
        context.append(approximate.likeness(wanted, after))
        weights.append((_SUFFIX, context[-1]))
    if near is not None:
        weights.append((_POSITION, 1 - abs(start - near[0]) / max(1, len(text))))
    score = sum(weight * value for weight, value in weights) / sum(weight for weight, _ in weights)
    return _Place(start, end, similarity, score, min(context))
