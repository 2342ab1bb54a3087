"""The report as one JSON object: the public format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.report import Report


def render(report: Report, _layout: Layout) -> str:
    """Valid against `schemas/report.schema.json`; the same report, the same bytes."""
    return report.model_dump_json(indent=2) + "\n"
