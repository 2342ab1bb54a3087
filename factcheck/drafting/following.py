"""Quotes of a claim file that follow a document as it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factcheck.drafting.allowed import clean
from factcheck.drafting.claim_file import field_line
from factcheck.drafting.entries import Layout, PlacedEntry, inserted
from factcheck.drafting.quoting import quote_at
from factcheck.drafting.scalars import comment, inline, scalar
from factcheck.quotes import Anchor, Changed, QuoteFinder, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.drafting.drafts import Draft
    from factcheck.drafting.entries import Edit, Value
    from factcheck.records import Quote

_GONE = "# gone: the document no longer holds this quote"


def places_of(
    finder: QuoteFinder, quotes: Sequence[Quote | None], drafts: Sequence[Draft]
) -> list[Anchor | Changed | None]:
    """Where the quotes stand; nowhere where what is like one stands in several places.

    Args:
        finder: Of the document's text.
        quotes: Those of the entries, in the order of the file.
        drafts: The document's; of sentences with the same words, each entry gets one.
    """
    found = [finder.find(quote) if quote else None for quote in quotes]
    taken = {(each.start, each.end) for each in found if isinstance(each, Anchor)}
    places: list[Anchor | Changed | None] = []
    for quote, each in zip(quotes, found, strict=True):
        place = each if isinstance(each, Anchor | Changed) else None
        if quote and isinstance(place, Changed):
            if (place.start, place.end) in taken:
                place = _free(place, quote, drafts, taken)
            elif place.occurrences > 1:
                place = None
        if place:
            taken.add((place.start, place.end))
        places.append(place)
    return places


def _free(
    place: Changed, quote: Quote, drafts: Sequence[Draft], taken: set[tuple[int, int]]
) -> Changed | None:
    """Another sentence of the same words, where an entry has the one that was found."""
    size = place.end - place.start
    for draft in drafts:
        same = draft.quote is not None and fold(draft.quote.exact) == fold(quote.exact)
        if same and not any(start < draft.end and draft.start < end for start, end in taken):
            return replace(place, start=draft.start, end=min(draft.start + size, draft.end))
    return None


class Followed:
    """Lets the quotes of entries follow their document, and counts.

    Attributes:
        changed: How many quotes were adapted.
        gone: How many the document no longer holds.
    """

    def __init__(self) -> None:
        """Begin to count."""
        self.changed = 0
        self.gone = 0

    def entry(
        self,
        layout: Layout,
        entry: PlacedEntry,
        place: Anchor | Changed | None,
        quote: Quote | None,
        finder: QuoteFinder,
    ) -> Iterator[Edit]:
        """The edits of one entry."""
        mark = layout.text.find(_GONE, entry.above, entry.start)
        if quote is None:
            return
        if place is None:
            self.gone += 1
            if mark < 0:
                yield _remark(layout, entry, _GONE)
            return
        if mark >= 0:
            line = layout.text.rfind(layout.newline, 0, mark) + len(layout.newline)
            yield line, layout.text.index(layout.newline, mark) + len(layout.newline), ""
        if isinstance(place, Changed):
            self.changed += 1
            yield from _reworded(layout, entry, place, quote, finder)


def _remark(layout: Layout, entry: PlacedEntry, remark: str) -> Edit:
    return inserted(layout, entry.start, f"{' ' * layout.indent}{remark}\n")


def _reworded(
    layout: Layout, entry: PlacedEntry, place: Changed, quote: Quote, finder: QuoteFinder
) -> Iterator[Edit]:
    """A quote as its document reads now, its old words in a comment."""
    now = quote_at(finder, *_whole_words(finder.text, place.start, place.end), most=None)
    if now is None:
        return
    was = f"the quote was {inline(fold(quote.exact))}"
    value = entry.values.get("quote.exact") or entry.values["quote"]
    if value.block:  # its lines are the curator's way of writing; they are told, not rewritten
        remark = comment(f"changed: the document now has {now.exact}")
        if remark not in layout.text[entry.above : entry.start]:
            yield _remark(layout, entry, remark)
        return
    if fold(quote.exact) != now.exact:
        yield _remark(layout, entry, comment(f"changed: {was}"))
    parts = now.model_dump(exclude_none=True)
    for key in ("prefix", "suffix"):
        given = entry.values.get(f"quote.{key}")
        if given and key not in parts:
            parts[key] = _beside(finder.text, place, key)
    yield from _rewritten(layout, entry, value, parts)


def _rewritten(
    layout: Layout, entry: PlacedEntry, value: Value, parts: dict[str, str]
) -> Iterator[Edit]:
    """The parts of a quote, each in the place and manner of the one that was there."""
    if "quote" in entry.values:
        braces = ", ".join(f"{key}: {inline(part)}" for key, part in parts.items())
        plain = _written(value, "quote", parts["exact"])
        yield value.start, value.end, plain if len(parts) == 1 else f"{{{braces}}}"
        return
    for key, part in parts.items():
        there = entry.values.get(f"quote.{key}")
        if there is not None:
            yield there.start, there.end, _written(there, key, part)
        elif value.flow:
            yield value.end, value.end, f", {key}: {inline(part)}"
        else:
            end = layout.text.find(layout.newline, value.end) + len(layout.newline)
            end = end if end >= len(layout.newline) else len(layout.text)
            line = f"{' ' * value.column}{field_line(key, part, value.column)}\n"
            yield inserted(layout, end, line)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch widened to where its first word begins and its last one ends."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def _beside(text: str, place: Changed, key: str) -> str:
    """A few words before or after a place."""
    if key == "prefix":
        return " ".join(clean(text[max(0, place.start - 200) : place.start]).split()[-8:])
    return " ".join(clean(text[place.end : place.end + 200]).split()[:8])


def _written(value: Value, key: str, part: str) -> str:
    if value.flow:
        return inline(part)
    return scalar(part, indent=value.column + 2, column=value.column + len(key) + 2)
