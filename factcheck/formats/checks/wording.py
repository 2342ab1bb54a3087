"""What the formats of a check have in common: names, places, figures, counts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from factcheck.formats.text import printable
from factcheck.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.outcome import Diagnostic, Known, Outcome

_LOCK = "factcheck.lock"
NO_FILE = "."
"""What stands for the file of a finding that is of none: the working folder."""
_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\w*\[)", re.MULTILINE)


def title(code: str) -> str:
    """A rule's code and name; the code alone where there is no such rule."""
    return f"{code} {RULES[code].name}" if code in RULES else printable(code)


def exact(path: str) -> str:
    """A path as it is, blanks and all, with steering characters as their codes."""
    return "".join(
        character
        if unicodedata.category(character) == "Zs"
        else printable(character) or f"\\u{ord(character):04x}"
        for character in path
    )


def home(found: Diagnostic) -> str:
    """The file that a finding is of; for formats that want one of each."""
    if found.path:
        return found.path
    return _LOCK if found.rule == "FC501" else NO_FILE


def place(found: Diagnostic) -> str:
    """`path:line:column`."""
    return f"{exact(home(found))}:{found.line}:{found.column}"


def figures(found: Diagnostic) -> str:
    """`0.58, threshold 0.51`, with decimals that tell them apart; empty without a figure."""
    known = [value for value in (found.figure, found.threshold) if value is not None]
    decimals = 2 if len({f"{value:.2f}" for value in known}) == len(set(known)) else 4
    return ", threshold ".join(f"{value:.{decimals}f}" for value in known)


def sentence(found: Diagnostic) -> str:
    """The message, with the figures it goes by."""
    figure = f" ({figures(found)})" if figures(found) else ""
    return f"{found.message}{figure}"


def subject(found: Diagnostic | Known) -> str:
    """What a finding is about: claim, statement, or both."""
    return " ".join(printable(name) for name in (found.claim, found.statement) if name)


def by_file(found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    """Findings by their files, in the order given."""
    groups: dict[str, list[Diagnostic]] = {}
    for each in found:
        groups.setdefault(home(each), []).append(each)
    return groups


def tally(outcome: Outcome) -> str:
    """The result in one line: `failed: 3 claims checked; 1 error, 1 for review`."""
    counts = outcome.summary
    of_all = "" if counts.checked == counts.claims else f" of {counts.claims}"
    claims = f"{counts.checked}{of_all} {'claim' if counts.claims == 1 else 'claims'} checked"
    found = [counted(counts.errors, "error", "errors"), f"{counts.reviews} for review"]
    told = ", ".join([*found, *aside(outcome)])
    return f"{'passed' if counts.passed else 'failed'}: {claims}; {told}"


def aside(outcome: Outcome) -> list[str]:
    """What does not count, where there is any."""
    counts = outcome.summary
    return [
        f"{number} {words}"
        for number, words in (
            (counts.baseline, "known to the baseline"),
            (counts.suppressed, "suppressed"),
            (counts.gone, "in the baseline but gone"),
        )
        if number
    ]


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def inert(text: str) -> str:
    """Lines that a CI runner, which reads all output, takes for no command.

    GitHub's obeys lines that begin with two colons, and older ones `##[` anywhere; those of
    Azure and TeamCity obey `##vso[` and `##teamcity[`.
    """
    return _COMMAND.sub(r"\g<0> ", text)
