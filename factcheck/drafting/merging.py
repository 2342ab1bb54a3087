"""Drafts merged into a claim file that a curator has worked on.

Only quotes follow a document that changed; all else that was written keeps every byte.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from factcheck.claims import ReadFile, read_claim_file
from factcheck.drafting.allowed import clean
from factcheck.drafting.claim_file import document_lines, entry_lines, proposed_in, proposed_lines
from factcheck.drafting.entries import Layout, NotBlockStyleError, edited, inserted, layout_of
from factcheck.drafting.following import Followed, places_of
from factcheck.drafting.hints import NO_SCHEMA
from factcheck.drafting.scalars import inline
from factcheck.errors import ClaimFileError, InputError
from factcheck.quotes import Anchor, Changed, QuoteFinder
from factcheck.records import Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factcheck.drafting.drafts import Draft
    from factcheck.drafting.entries import Edit
    from factcheck.drafting.sources import About


@dataclass(frozen=True)
class Merged:
    """A claim file as it is to be written, and what was done to it.

    Attributes:
        text: The file's.
        added: How many entries are new.
        kept: How many were there.
        changed: How many quotes were adapted to the document.
        gone: How many quotes it no longer holds.
    """

    text: str
    added: int
    kept: int = 0
    changed: int = 0
    gone: int = 0


def read_draft(raw: bytes, path: str) -> ReadFile:
    """An existing claim file, to be merged with; one whose list is empty will do.

    Raises:
        InputError: It is no claim file.
        ClaimFileError: It has problems.
    """
    file = read_claim_file(raw, path)
    data = file.located.data
    if not isinstance(data, dict) or not {"version", "source"} <= set(data):
        raise InputError(f"{path}: exists and is no claim file; left alone")
    problems = [each for each in file.problems if not each.message.endswith("is an empty list")]
    if problems:
        raise ClaimFileError(problems)
    return file


def merged(
    raw: bytes, path: str, about: About, text: str, drafts: Sequence[Draft], hint: str = ""
) -> Merged:
    """A claim file with the drafts that it does not hold yet.

    What is there keeps every byte, save that quotes follow a document that changed: one that reads
    differently now is rewritten, with its old words in a comment; one that is gone is
    marked by a comment.

    Args:
        raw: The file's bytes.
        path: Its name in errors.
        about: The source as the document tells it.
        text: The document's.
        drafts: Those that are wanted.
        hint: What takes the place of a first line that only tells how to come by a hint.

    Raises:
        InputError: It is no claim file, or that of another source.
        ClaimFileError: It has problems.
    """
    file = read_draft(raw, path)
    source = file.located.data["source"]
    if source["kind"] != about.kind:
        raise InputError(f"{path}: its source is of kind {source['kind']!r}, not {about.kind!r}")
    layout = _layout(raw.decode(), path)
    entries: list[dict[str, Any]] = file.located.data[about.section] or []
    finder = QuoteFinder(text, indexed=True)
    places = places_of(finder, [_quote_of(entry) for entry in entries], drafts)
    changed = source.get("sha256") != about.sha256
    if changed and any("quote" in each for each in entries) and not any(places):
        raise InputError(f"{path}: holds quotes of another document; none of them is in this one")
    fresh = _fresh(drafts, entries, places, layout.text)
    edits = [*_hinted(layout.text, hint), *_additions(layout, places, fresh)]
    followed = Followed()
    if changed or source.get("document") not in {None, about.document}:
        edits += _source_edits(layout, source, about)
    if changed:
        for entry, place, data in zip(layout.entries, places, entries, strict=True):
            edits += followed.entry(layout, entry, place, _quote_of(data), finder)
    whole = edited(layout.text, edits)
    whole += proposed_lines(whole, fresh, layout.newline)
    return Merged(whole, len(fresh), len(entries), followed.changed, followed.gone)


def _hinted(text: str, hint: str) -> Iterator[Edit]:
    """The first line as a hint, where so far there was no schema to point to."""
    start = text.find(NO_SCHEMA)
    if hint and hint != NO_SCHEMA and start in {0, 1}:  # after a byte order mark
        yield start, start + len(NO_SCHEMA), hint


def _layout(text: str, path: str) -> Layout:
    try:
        return layout_of(text)
    except NotBlockStyleError:
        message = "is written in brackets or braces, where no entry can be added; use lines"
        raise InputError(f"{path}: {message}") from None


def _quote_of(entry: Mapping[str, Any]) -> Quote | None:
    given = entry.get("quote")
    if given is None:
        return None
    return Quote(exact=given) if isinstance(given, str) else Quote.model_validate(given)


def _fresh(
    drafts: Sequence[Draft],
    entries: Sequence[Mapping[str, Any]],
    places: Sequence[Anchor | Changed | None],
    text: str,
) -> list[Draft]:
    """The drafts that no entry quotes from and that were not proposed before."""
    known = proposed_in(text)
    texts = {clean(entry.get("text") or "") for entry in entries}
    given = {entry["id"] for entry in entries}
    quoted = _Stretches((place.start, place.end) for place in places if place)
    fresh = []
    for draft in drafts:
        if draft.key in known or draft.text in texts or quoted.meet(draft.start, draft.end):
            continue
        number, name = 1, draft.id
        while name in given:
            number += 1
            name = f"{draft.id}-{number}"
        given.add(name)
        fresh.append(replace(draft, id=name))
    return fresh


class _Stretches:
    """Stretches of a text, made ready to be asked about many others."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        # How far those that begin no later reach.
        self._reach = list(accumulate((end for _, end in ordered), max))

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them has a part of `text[start:end]`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start


def _additions(
    layout: Layout, places: Sequence[Anchor | Changed | None], fresh: Iterable[Draft]
) -> Iterator[Edit]:
    """New entries, each after the one whose quote stands last before it in the document."""
    placed = [
        (place.start, entry) for place, entry in zip(places, layout.entries, strict=True) if place
    ]
    placed.sort(key=lambda pair: pair[0])
    starts = [start for start, _ in placed]
    first = placed[0][1].above if placed else layout.after
    for draft in fresh:
        before = bisect_right(starts, draft.start)
        at = placed[before - 1][1].end if before else first
        yield inserted(layout, at, entry_lines(draft, layout.indent))


def _source_edits(layout: Layout, source: Mapping[str, Any], about: About) -> Iterator[Edit]:
    """The sum of the document, and its path where the file gives one or neither."""
    lines: list[str] = []
    last = max(layout.source.values(), key=lambda value: value.end)
    if (sha256 := layout.source.get("sha256")) is not None:
        yield sha256.start, sha256.end, about.sha256
    elif last.flow:
        yield last.end, last.end, f", sha256: {about.sha256}"
    else:
        lines.append(f"{' ' * layout.source_indent}sha256: {about.sha256}")
    path = layout.source.get("document")
    if path is not None and about.document not in {None, source["document"]}:
        yield path.start, path.end, inline(about.document or "")
    elif path is None and sha256 is None and not last.flow:
        lines += document_lines(about, layout.source_indent)
    if lines:
        yield inserted(layout, layout.source_end, "".join(f"{line}\n" for line in lines))
