"""What a curator decides on the drafts of a claim file, one at a time.

The file is the only memory: a draft stands below a comment `# draft`; what was accepted lost that
mark, what was skipped lost its entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from factcheck.claims import read_claim_file
from factcheck.drafting.entries import edited, layout_of

if TYPE_CHECKING:
    from factcheck.drafting.entries import Edit, Layout, PlacedEntry
    from factcheck.errors import Problem

_LINE_END = r"[ ]*(?:\r\n?|\n)"
_MARK = re.compile(
    rf"^(?P<indent>[ ]*)# draft(?:, (?P<score>check-worthiness \d\.\d\d))?{_LINE_END}",
    re.MULTILINE,
)
_OURS = re.compile(
    rf"^[ ]*# (?:check-worthiness \d\.\d\d|gone: .*|changed: .*){_LINE_END}", re.MULTILINE
)


@dataclass(frozen=True)
class Pending:
    """A draft that waits for a decision.

    Attributes:
        id: Of its entry.
        data: The entry as the file holds it.
        lines: Its lines as they stand, without the mark.
        score: How worth checking it is, in words; empty where that is not told.
    """

    id: str
    data: dict[str, Any]
    lines: str
    score: str


def pending(text: str) -> list[Pending]:
    """The drafts in a claim file that wait for a decision, in their order."""
    return [
        Pending(data["id"], data, text[entry.start : entry.end], mark["score"] or "")
        for _, entry, mark, data in _marked(text)
    ]


def accept(text: str, name: str) -> str:
    """The file with a draft taken as it is."""
    marks = [mark for _, _, mark, data in _marked(text) if data["id"] == name]
    return edited(text, map(_unmarked, marks))


def skip(text: str, name: str) -> str:
    """The file without a draft; comments of the curator's above it stay."""
    edits: list[Edit] = []
    for _, entry, mark, data in _marked(text):
        if data["id"] == name:
            edits += [(mark.start(), mark.end(), ""), (entry.start, entry.end, "")]
            ours = _OURS.finditer(text, entry.above, entry.start)
            edits += [(found.start(), found.end(), "") for found in ours]
    return edited(text, edits)


def reworded(text: str, name: str, lines: str) -> str:
    """The file with a draft taken in other words: those of its lines."""
    edits: list[Edit] = []
    for layout, entry, mark, data in _marked(text):
        if data["id"] == name:
            whole = "".join(f"{line}{layout.newline}" for line in lines.splitlines())
            edits += [_unmarked(mark), (entry.start, entry.end, whole)]
    return edited(text, edits)


def problems_of(raw: bytes, path: str) -> list[Problem]:
    """What is wrong with a claim file; that it holds no entry yet is not."""
    found = read_claim_file(raw, path).problems
    return [each for each in found if not each.message.endswith("is an empty list")]


def _unmarked(mark: re.Match[str]) -> Edit:
    """The mark taken away; how worth checking the entry is stays told."""
    if mark["score"] is None:
        return mark.start(), mark.end(), ""
    return mark.end("indent"), mark.end("score"), f"# {mark['score']}"


@lru_cache(maxsize=1)
def _marked(text: str) -> list[tuple[Layout, PlacedEntry, re.Match[str], dict[str, Any]]]:
    """The entries below a mark; kept for the text at hand, as each decision asks twice."""
    layout = layout_of(text)
    data = read_claim_file(text.encode(), "").located.data
    entries = data.get("claims") or data.get("statements") or []
    marked = []
    for entry, content in zip(layout.entries, entries, strict=True):
        if mark := _MARK.search(text, entry.above, entry.start):
            marked.append((layout, entry, mark, content))
    return marked
