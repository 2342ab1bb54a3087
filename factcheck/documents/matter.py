"""The fields that a Markdown file may begin with, between two lines of dashes."""

from __future__ import annotations

import datetime as dt
import re

from factcheck.documents.pieces import said
from factcheck.records import Metadata

_MATTER = re.compile(
    r"---[^\S\n]*\n(?P<fields>(?:(?!---)[^\n]{0,1000}\n){1,60})---[^\S\n]*(?:\n|$)"
)
_FIELD = re.compile(
    r"^(?P<name>[A-Za-z]{2,20})[^\S\n]*:[^\S\n]*(?P<value>[^\n]{1,500})$", re.MULTILINE
)
_NAMES = {"site": "publisher", "lang": "language", "canonical": "url", "link": "url"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def front_matter(text: str) -> tuple[Metadata, int]:
    """What a text says of itself at its head, and where the text begins after it."""
    found = _MATTER.match(text)
    if found is None:
        return Metadata(), 0
    fields = {}
    for each in _FIELD.finditer(found["fields"]):
        name = each["name"].lower()
        fields[_NAMES.get(name, name)] = said(each["value"].strip().strip("\"'"))
    if not fields:
        return Metadata(), 0
    metadata = Metadata(
        title=fields.get("title"),
        author=fields.get("author"),
        publisher=fields.get("publisher"),
        date=day(fields.get("date")),
        url=fields.get("url"),
        language=fields.get("language"),
    )
    return metadata, found.end()


def day(text: str | None) -> dt.date | None:
    """The day at the beginning of a text: 2024-11-23."""
    found = _DAY.match(text or "")
    try:
        return dt.date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
