"""One finding a line, as JSON: for tools that read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.report import Report


# Line separators that some readers split at; JSON may hold them, a line should not.
_SEPARATORS = {0x2028: "\\u2028", 0x2029: "\\u2029"}


def render(report: Report, _layout: Layout) -> str:
    """Each line is an entry of the report's `findings`."""
    return "".join(
        finding.model_dump_json().translate(_SEPARATORS) + "\n" for finding in report.findings
    )
