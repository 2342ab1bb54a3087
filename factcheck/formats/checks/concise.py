"""One finding a line, as compilers print theirs, then one line of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.wording import inert, place, sentence, tally
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Outcome


def render(outcome: Outcome, layout: Layout) -> str:
    """`path:line:column RULE message`; only what is new has a line."""
    lines = [*map(_line, outcome.fresh), tally(outcome)]
    text = inert("\n".join(lines) + "\n")
    return text if layout.unicode else text.encode("ascii", "backslashreplace").decode()


def _line(found: Diagnostic) -> str:
    review = "review: " if found.level == "review" else ""
    return f"{place(found)} {printable(found.rule)} {review}{printable(sentence(found))}"
