"""Tables in Markdown, for the pages that are made from the code."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already. A column in which nothing stands is left out."""
    told = [list(row) for row in rows]
    kept = [n for n in range(len(heads)) if any(row[n] for row in told)]
    lines = [[heads[n] for n in kept], *([row[n] for n in kept] for row in told)]
    shown = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([shown[0], "|---" * len(kept) + "|", *shown[1:]])


def cell(text: str) -> str:
    """A plain text made ready for a cell: one line, no bars, no tags."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def code(text: str) -> str:
    """A text as code in a cell; a bar in code is shown by each reader of Markdown in its way."""
    line = " ".join(text.split())
    if "|" not in line:
        return f"`{line}`" if line else ""
    return f"<code>{html.escape(line, quote=False).replace('|', '&#124;')}</code>"


def paragraphs(text: str) -> str:
    """A docstring's paragraphs, each as one line, so that a page breaks them anew."""
    return "\n\n".join(" ".join(part.split()).replace("<", "&lt;") for part in text.split("\n\n"))
