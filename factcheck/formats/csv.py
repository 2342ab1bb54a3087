"""One row a counterpoint, for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.report import Counterpoint, Finding, Report, ReportStatement

COLUMNS = (
    *("claim_source", "claim_id", "claim_text", "claim_quote"),
    *("claim_speaker", "claim_locator"),
    *("verdict", "reason", "rank", "score", "similarity", "stance", "opposes", "signals"),
    *("statement_source", "kind", "publisher", "date", "url", "statement_id"),
    *(
        "statement_text",
        "statement_quote",
        "statement_speaker",
        "statement_locator",
        "path",
        "line",
    ),
    "also_in",
)


def render(report: Report, _layout: Layout) -> str:
    """A head row, then a row a counterpoint; a claim without one has one row."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in report.findings:
        for counterpoint in finding.counterpoints or (None,):
            row = _row(report, finding, counterpoint)
            writer.writerow([_inert(row.get(column, "")) for column in COLUMNS])
    return output.getvalue()


def _row(
    report: Report, finding: Finding, counterpoint: Counterpoint | None
) -> dict[str, str | float | int]:
    claim = finding.claim
    row: dict[str, str | float | int] = {
        "claim_source": claim.source_id,
        "claim_id": claim.id,
        "claim_text": claim.text,
        "claim_quote": _quote(claim),
        "claim_speaker": claim.speaker or "",
        "claim_locator": claim.locator or "",
        "verdict": finding.verdict or "",
        "reason": finding.reason,
    }
    if counterpoint is None:
        return row
    statement = counterpoint.statement
    source = report.source(statement.source_id)
    return row | {
        "rank": counterpoint.rank,
        "score": counterpoint.score,
        "similarity": counterpoint.similarity,
        "stance": counterpoint.stance.label if counterpoint.stance else "",
        "opposes": counterpoint.stance.opposes if counterpoint.stance else "",
        "signals": "; ".join(
            f"{signal.kind}: {signal.claim.text} / {signal.statement.text}"
            for signal in counterpoint.signals
        ),
        "statement_source": source.id,
        "kind": source.kind,
        "publisher": source.publisher or "",
        "date": source.date.isoformat() if source.date else "",
        "url": source.url or "",
        "statement_id": statement.id,
        "statement_text": statement.text,
        "statement_quote": _quote(statement),
        "statement_speaker": statement.speaker or "",
        "statement_locator": statement.locator or "",
        "path": statement.path or "",
        "line": statement.line,
        "also_in": "; ".join(f"{other.source_id}/{other.id}" for other in counterpoint.also_in),
    }


def _quote(passage: ReportStatement) -> str:
    return " ".join(passage.quote.exact.split()) if passage.quote else ""


def _inert(value: str | float) -> str | float:
    """A text that a spreadsheet will not take for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if not isinstance(value, str):
        return value
    shown = printable(value)
    return "'" + shown if shown[:1] in set("=+-@＝＋－＠") else shown
