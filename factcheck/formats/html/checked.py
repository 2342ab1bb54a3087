"""What `factcheck check` found, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.html.texts import count, said
from factcheck.rules import RULES

if TYPE_CHECKING:
    from factcheck.formats.html.shared import Shared
    from factcheck.outcome import Diagnostic, Outcome


@dataclass(frozen=True)
class DiagnosticView:
    """One thing that a rule found."""

    rule: str
    name: str
    level: str
    status: str
    message: str
    figure: str
    fix: str
    place: str
    link: str | None
    about: str
    reason: str


@dataclass(frozen=True)
class CheckView:
    """The outcome of a check."""

    passed: bool
    told: str
    rows: tuple[DiagnosticView, ...]


def check_view(outcome: Outcome, shared: Shared) -> CheckView:
    """The outcome, each finding with the link of its claim, where the page shows it."""
    counts = outcome.summary
    parts = [
        count(counts.errors, "error"),
        f"{counts.reviews:,} for review",
        f"{counts.baseline:,} known to the baseline",
        f"{counts.suppressed:,} suppressed",
        f"{counts.gone:,} of the baseline gone",
    ]
    checked = f"{count(counts.claims, 'claim')}, {counts.checked:,} checked"
    return CheckView(
        passed=counts.passed,
        told=f"{checked}: {', '.join(parts)}.",
        rows=tuple(_row(each, shared) for each in outcome.diagnostics),
    )


def _row(each: Diagnostic, shared: Shared) -> DiagnosticView:
    figure = ""
    if each.figure is not None and each.threshold is not None:
        figure = f"{each.figure:.4f}, threshold {each.threshold:.4f}"
    place = f"{each.path}:{each.line}" if each.path and each.line else each.path or ""
    return DiagnosticView(
        rule=said(each.rule),
        name=RULES[each.rule].name if each.rule in RULES else "",
        level=each.level,
        status=each.status,
        message=said(each.message),
        figure=figure,
        fix=said(each.fix),
        place=said(place),
        link=shared.links.get(each.claim or ""),
        about=said(each.claim or each.statement or each.source_id or ""),
        reason=said(each.suppression.reason) if each.suppression else "",
    )
