"""Sources, claims and statements that changed, as the formats for people tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.changes.wording import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factcheck.changes import ClaimChanged, SourceChanged, StatementChanged
    from factcheck.report import ReportSource, ReportStatement

_UNSURE = {
    "newly shown": "not known whether it was compared before",
    "no longer shown": "not known whether it is still compared",
}


@dataclass(frozen=True)
class Edit:
    """A field before and after; no text where it was or is not given."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Altered:
    """What became of a source, a claim or a statement.

    Attributes:
        change: In one or two words.
        names: Its key, or the old and the new one.
        note: What else is to be known, in short.
        text: What it says, where that is not among the edits.
        fields: What was edited.
    """

    change: str
    names: tuple[str, ...]
    note: str
    text: str
    fields: tuple[Edit, ...]


def altered(every: Iterable[ClaimChanged | StatementChanged]) -> list[Altered]:
    """Claims, or statements."""
    return [_altered(each) for each in every]


def altered_sources(every: Iterable[SourceChanged]) -> list[Altered]:
    """Sources."""
    return [_source(each) for each in every]


def _altered(each: ClaimChanged | StatementChanged) -> Altered:
    old, new = each.old, each.new
    either = new or old
    assert either is not None
    names = [key(passage) for passage in (old, new) if passage]
    both = old is not None and new is not None
    return Altered(
        change=each.change,
        names=tuple(dict.fromkeys(names)) if each.change == "renamed" else (key(either),),
        note=", ".join(part for part in _notes(each, either) if part),
        text="" if "text" in each.fields else either.text,
        fields=tuple(
            Edit(field, _field(old, field), _field(new, field)) for field in each.fields if both
        ),
    )


def _notes(each: ClaimChanged | StatementChanged, either: ReportStatement) -> Iterator[str]:
    yield either.locator or ""
    yield _UNSURE.get(each.change, "")
    if each.change in {"added", "removed"}:
        yield getattr(each, "new_verdict", None) or getattr(each, "old_verdict", None) or ""


def _source(each: SourceChanged) -> Altered:
    either = each.new or each.old
    assert either is not None
    names = [source.id for source in (each.old, each.new) if source]
    return Altered(
        change=each.change,
        names=tuple(dict.fromkeys(names)) if each.change == "renamed" else (either.id,),
        note=either.kind,
        text="" if "title" in each.fields else either.title,
        fields=tuple(
            Edit(field, _field(each.old, field), _field(each.new, field)) for field in each.fields
        ),
    )


def _field(holder: ReportStatement | ReportSource | None, name: str) -> str:
    value = getattr(holder, name, None)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    if name == "quote":
        parts = (value.prefix, value.exact, value.suffix)
        return " | ".join(part for part in parts if part)
    return str(value)
