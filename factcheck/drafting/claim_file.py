"""Drafts to the text of a claim file.

The file itself holds what was decided: an entry below a comment `# draft` waits for a decision,
and the hashes at the end tell which sentences were proposed, so that one that was
skipped or taken out by hand is not proposed again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import ValidationError

from factcheck.drafting.scalars import comment, flow, inline, scalar
from factcheck.records import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.drafting.drafts import Draft
    from factcheck.drafting.sources import About

_PROPOSED = re.compile(r"^# proposed:((?: [0-9a-f]{10})+)\s*$", re.MULTILINE)
_TELLS = "# Hashes of the sentences proposed so far; what has no entry is not proposed again."
_KEYS_IN_LINE = 8
INDENT = 2
"""Of what is below a key."""


def new_file(about: About, drafts: Sequence[Draft], hint: str = "") -> str:
    """A claim file of drafts.

    Args:
        about: What it says of its source.
        drafts: Its entries.
        hint: Its first line, a comment, if it is to have one.
    """
    lines = [*([hint] if hint else []), "version: 1", "source:", *_source_lines(about)]
    head = "".join(f"{line}\n" for line in [*lines, f"{about.section}:"])
    entries = "".join(entry_lines(draft, INDENT) for draft in drafts)
    return head + entries + proposed_lines("", drafts)


def proposed_in(text: str) -> set[str]:
    """The keys of the sentences that were proposed before, as a file tells."""
    return {key for found in _PROPOSED.findall(text) for key in found.split()}


def entry_lines(draft: Draft, indent: int) -> str:
    """An entry below its mark, as whole lines that end with newlines."""
    inner = indent + INDENT
    pad = " " * inner
    score = "" if draft.score is None else f", check-worthiness {draft.score:.2f}"
    lines = [f"{' ' * indent}# draft{score}", f"{' ' * indent}- id: {inline(draft.id)}"]
    lines.append(pad + field_line("text", draft.text, inner))
    if draft.quote is not None:
        parts = draft.quote.model_dump(exclude_none=True)
        deeper = inner + INDENT
        lines.append(f"{pad}quote:")
        lines += [" " * deeper + field_line(key, value, deeper) for key, value in parts.items()]
    if draft.speaker is not None:
        lines.append(pad + field_line("speaker", draft.speaker, inner))
    if draft.locator is not None:
        lines.append(pad + field_line("locator", draft.locator, inner))
    if draft.topics:
        lines.append(f"{pad}topics: {flow(draft.topics)}")
    return "".join(f"{line}\n" for line in lines)


def field_line(key: str, value: str, indent: int) -> str:
    """A key and its value, folded below it; the indent of the key is not written."""
    return f"{key}: {scalar(value, indent=indent + INDENT, column=indent + len(key) + 2)}"


def proposed_lines(text: str, fresh: Sequence[Draft], newline: str = "\n") -> str:
    """The lines to add at the end of a file: what was proposed.

    Args:
        text: The file's.
        fresh: The entries that are new in it.
        newline: How its lines end.
    """
    keys = [draft.key for draft in fresh]
    lines = [
        f"# proposed: {' '.join(keys[at : at + _KEYS_IN_LINE])}\n"
        for at in range(0, len(keys), _KEYS_IN_LINE)
    ]
    if lines and _TELLS not in text:
        lines.insert(0, f"{_TELLS}\n")
    if lines and text and text[-1] not in "\r\n":
        lines.insert(0, "\n")
    return "".join(lines).replace("\n", newline)


def _source_lines(about: About) -> list[str]:
    found = about.metadata
    pad = " " * INDENT
    title = pad + field_line("title", about.title, INDENT)
    if not about.has_title:
        title += f"  {comment('to fill in: this is the name of its file')}"
    return [
        f"{pad}id: {inline(about.id)}",
        f"{pad}kind: {about.kind}",
        title,
        _optional("publisher", found.publisher or found.author),
        _optional("date", found.date.isoformat() if found.date else None),
        _optional("language", found.language),
        _optional("url", found.url),
        f"{pad}sha256: {about.sha256}",
        *document_lines(about, INDENT),
    ]


def document_lines(about: About, indent: int) -> list[str]:
    """The path of the document, or how to do without."""
    if about.document is not None:
        return [" " * indent + field_line("document", about.document, indent)]
    if about.elsewhere is None:
        return []
    way = f"document: {about.elsewhere} is not below this file; validate with --documents FOLDER"
    return [" " * indent + comment(way)]


def _optional(key: str, value: str | None) -> str:
    """A field of a source, or a comment to fill in where there is none that would do."""
    pad = " " * INDENT
    if value is None:
        return pad + comment(f"{key}: to fill in")
    try:
        # The field alone tells whether the value will do.
        Source.model_validate({"id": "x", "kind": "press", "title": "x", key: value})
    except ValidationError:
        return pad + comment(f"{key}: to fill in; the document says {value}")
    return pad + (f"{key}: {value}" if key == "date" else field_line(key, value, INDENT))
