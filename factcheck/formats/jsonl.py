"""One finding a line, as JSON: for tools that read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.report import Report


def render(report: Report, _layout: Layout) -> str:
    """Each line is an entry of the report's `findings`."""
    return "".join(finding.model_dump_json() + "\n" for finding in report.findings)
