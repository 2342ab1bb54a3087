"""Drafts merged into a claim file that a curator has worked on.

Only quotes follow a document that changed; all else that was written keeps every byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from factcheck.claims import ReadFile, read_claim_file
from factcheck.drafts import document_lines, entry_lines, proposed_in, proposed_lines
from factcheck.entries import Layout, NotBlockStyleError, edited, inserted, layout_of
from factcheck.errors import ClaimFileError, InputError
from factcheck.extract import clean
from factcheck.following import Followed, places_of
from factcheck.quotes import Anchor, Changed, QuoteFinder
from factcheck.records import Quote
from factcheck.written import inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factcheck.drafts import About
    from factcheck.entries import Edit
    from factcheck.extract import Draft


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


def merged(raw: bytes, path: str, about: About, text: str, drafts: Sequence[Draft]) -> Merged:
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
    finder = QuoteFinder(text)
    places = places_of(finder, [_quote_of(entry) for entry in entries], drafts)
    changed = source.get("sha256") != about.sha256
    if changed and any("quote" in each for each in entries) and not any(places):
        raise InputError(f"{path}: holds quotes of another document; none of them is in this one")
    fresh = _fresh(drafts, entries, places, layout.text)
    edits = list(_additions(layout, places, fresh))
    followed = Followed()
    if changed:
        edits += _source_edits(layout, source, about)
        for entry, place, data in zip(layout.entries, places, entries, strict=True):
            edits += followed.entry(layout, entry, place, _quote_of(data), finder)
    whole = edited(layout.text, edits)
    whole += proposed_lines(whole, fresh, layout.newline)
    return Merged(whole, len(fresh), len(entries), followed.changed, followed.gone)


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
    spans = sorted((place.start, place.end) for place in places if place)
    fresh = []
    for draft in drafts:
        quoted = any(start < draft.end and draft.start < end for start, end in spans)
        if draft.key in known or draft.text in texts or quoted:
            continue
        number, name = 1, draft.id
        while name in given:
            number += 1
            name = f"{draft.id}-{number}"
        given.add(name)
        fresh.append(replace(draft, id=name))
    return fresh


def _additions(
    layout: Layout, places: Sequence[Anchor | Changed | None], fresh: Iterable[Draft]
) -> Iterator[Edit]:
    """New entries, each after the one whose quote stands last before it in the document."""
    placed = [
        (place.start, entry) for place, entry in zip(places, layout.entries, strict=True) if place
    ]
    placed.sort(key=lambda pair: pair[0])
    for draft in fresh:
        before = [entry for start, entry in placed if start <= draft.start]
        first = placed[0][1].above if placed else layout.after
        at = before[-1].end if before else first
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
