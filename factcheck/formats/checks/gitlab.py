"""What is new as a GitLab Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factcheck.formats.checks.notation import dumped
from factcheck.formats.checks.wording import home
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Outcome

_SEVERITIES = {"error": "major", "review": "minor"}


def render(outcome: Outcome, _layout: Layout) -> str:
    """A list of findings; a finding of no line is put on the first."""
    found = outcome.fresh
    told = [_issue(*pair) for pair in zip(found, _unique(found), strict=True)]
    return dumped(told, indent=2) + "\n"


def _issue(found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    return {
        "description": printable(found.message),
        "check_name": found.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[found.level],
        "location": {"path": home(found), "lines": {"begin": max(found.line, 1)}},
    }


def _unique(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Fingerprints of which no two are the same: GitLab drops a finding it has seen."""
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for each in found:
        name = each.fingerprint
        while name in seen:
            counts[each.fingerprint] = counts.get(each.fingerprint, 1) + 1
            name = f"{each.fingerprint}-{counts[each.fingerprint]}"
        seen.add(name)
        yield name
