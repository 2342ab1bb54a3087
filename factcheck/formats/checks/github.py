"""The outcome as workflow commands: GitHub shows them at the lines of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.wording import NO_FILE, exact, home, sentence, tally, title
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Outcome

_COMMANDS = {"error": "error", "review": "warning"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(outcome: Outcome, _layout: Layout) -> str:
    """A command for each new finding, then one plain line of counts for the log."""
    return "".join(f"{line}\n" for line in (*map(_command, outcome.fresh), tally(outcome)))


def _command(found: Diagnostic) -> str:
    properties = {
        "file": "" if home(found) == NO_FILE else exact(home(found)),
        "line": found.line,
        "col": found.column,
        "title": title(found.rule),
    }
    told = ",".join(
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items() if value
    )
    message = printable(sentence(found)).translate(_DATA)
    return f"::{_COMMANDS[found.level]} {told}::{message}"
