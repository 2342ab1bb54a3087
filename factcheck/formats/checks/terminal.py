"""The outcome for an editor at a terminal.

All words from files are put in as plain `rich` text: none is read as markup, and
what could move the cursor or turn the direction of writing is shown as its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from factcheck.formats.checks.wording import (
    NO_FILE,
    by_file,
    exact,
    figures,
    inert,
    subject,
    tally,
    title,
)
from factcheck.formats.screen import shown
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Known, Outcome

_INDENT = 4
_NARROW = 60  # columns; below, the texts stand nearer to the edge
_STYLES = {"error": "bold red", "review": "yellow"}


def render(outcome: Outcome, layout: Layout) -> str:
    """Findings under their files, what is gone from the baseline, then a summary."""
    return inert(shown(_parts(outcome, layout), layout))


def _parts(outcome: Outcome, layout: Layout) -> Iterator[RenderableType]:
    for path, group in by_file(outcome.fresh).items():
        yield Text("no file" if path == NO_FILE else exact(path), style="bold underline")
        for found in group:
            yield _finding(found, layout)
    if outcome.gone:
        yield Text("In the baseline, but not found any more", style="bold")
        yield from (_gone(known) for known in outcome.gone)
        yield Text()
    yield Rule(characters="━" if layout.unicode else "=", style="bold")
    yield Text(tally(outcome), style="bold")


def _finding(found: Diagnostic, layout: Layout) -> RenderableType:
    head = [
        Text(f"{found.line}:{found.column}" if found.line else "", style="dim"),
        Text(found.level, style=_STYLES[found.level]),
        Text(title(found.rule), style="bold"),
        Text(printable(found.claim or found.statement or ""), style="cyan"),
    ]
    told = [Text(printable(found.message))]
    if figures(found):
        told.append(Text(figures(found), style="blue"))
    if found.fix:
        told.append(Text(f"fix: {printable(found.fix)}", style="dim"))
    indent = _INDENT if layout.width >= _NARROW else _INDENT // 2
    line = Text("  ").append_text(Text("  ").join(part for part in head if part))
    return Group(line, Padding(Group(*told), (0, 0, 0, indent)), Text())


def _gone(known: Known) -> RenderableType:
    return Text("  ").append(title(known.rule)).append("  ").append(subject(known), style="cyan")
