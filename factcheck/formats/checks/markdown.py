"""The outcome as Markdown, fit for the summary of a GitHub job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.wording import (
    aside,
    counted,
    exact,
    figures,
    home,
    subject,
    tally,
    title,
)
from factcheck.formats.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Outcome

_ROOM = 900_000  # bytes of rows; GitHub refuses a summary of more than a mebibyte


def render(outcome: Outcome, _layout: Layout) -> str:
    """A heading, the result in one line, a table of what is new, the rest folded away."""
    lines = ["# Claims check", "", f"**{_result(outcome)}**"]
    if outcome.fresh:
        lines += ["", *_table(outcome.fresh)]
    if aside(outcome):
        lines += ["", *_folded(outcome)]
    return "\n".join(lines) + "\n"


def _result(outcome: Outcome) -> str:
    return tally(outcome).capitalize()


def _table(found: Sequence[Diagnostic]) -> Iterator[str]:
    yield "| place | level | rule | about | message | figure | fix |"
    yield "|---|---|---|---|---|---|---|"
    room = _ROOM
    for at, each in enumerate(found):
        row = _row(each)
        room -= len(row.encode("utf-8", "replace"))
        if room < 0:
            left = counted(len(found) - at, "more finding", "more findings")
            yield ""
            yield f"{left}: too long for a summary; see the log\\."
            return
        yield row


def _row(found: Diagnostic) -> str:
    place = f"{exact(home(found))}:{found.line}" if found.line else exact(home(found))
    cells = (place, found.level, title(found.rule), subject(found), found.message)
    return f"| {' | '.join(map(_cell, (*cells, figures(found), found.fix)))} |"


def _cell(text: str) -> str:
    """A pipe as its entity: parsers differ on one that follows several backslashes."""
    return plain(text).replace("\\|", "&#124;")


def _folded(outcome: Outcome) -> Iterator[str]:
    yield "<details><summary>What does not count</summary>"
    yield ""
    yield from (f"- {plain(each)}" for each in aside(outcome))
    yield ""
    yield "</details>"
