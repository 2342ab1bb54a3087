"""The report as one page to read, share and print: no request, no script from elsewhere.

All texts pass through `texts.said` and the autoescaping of Jinja2. Nothing but our own
stylesheet and scripts is put in as it is, and a content security policy names their hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.html.assets import environment, page_assets
from factcheck.formats.html.checked import check_view
from factcheck.formats.html.claims import groups
from factcheck.formats.html.facts import facts_of
from factcheck.formats.html.filters import choices
from factcheck.formats.html.matrix import matrix_of
from factcheck.formats.html.plot import plot_of
from factcheck.formats.html.shared import Shared
from factcheck.landscape import of_report

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.landscape import Landscape
    from factcheck.outcome import Outcome
    from factcheck.report import Report


def render(report: Report, _layout: Layout) -> str:
    """The page of a report alone: its figures cover the counterpoints that it shows."""
    return page(report)


def page(report: Report, landscape: Landscape | None = None, outcome: Outcome | None = None) -> str:
    """The page of a report.

    Args:
        report: What is shown.
        landscape: All pairs that were judged; without it, the page does with those of the
            report, and says so.
        outcome: What `factcheck check` found on the same claims.

    Returns:
        HTML that is complete in itself. The same input gives the same bytes.
    """
    seen = landscape or of_report(report)
    shared = Shared.of(report, seen, outcome)
    listed = groups(report, seen, shared)
    template = environment().get_template("page.html.j2")
    return template.render(
        assets=page_assets(),
        facts=facts_of(report, seen, outcome),
        check=check_view(outcome, shared) if outcome else None,
        matrix=matrix_of(report, seen, shared),
        plot=plot_of(report, seen, shared),
        groups=listed,
        choices=choices(report, shared),
        sources=shared.sources.values(),
    )
