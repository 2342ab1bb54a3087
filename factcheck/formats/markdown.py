"""The report as Markdown, for issues, wikis and articles in the making."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factcheck.formats.text import printable, searched

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.report import (
        Counterpoint,
        Finding,
        Report,
        ReportSource,
        ReportStatement,
        Signal,
    )

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$^=:@.-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render(report: Report, _layout: Layout) -> str:
    """A heading a source, a heading a claim, its counterpoints as a numbered list."""
    run, summary = report.run, report.summary
    made = f"{summary.claims} claims, ranked by {run.rank} with {plain(run.encoder.called)}"
    limits = f"at most {run.k} statements a claim"
    limits += f"; calibrated by {plain(run.calibration.name)}" if run.calibration else ""
    limits += f"; {plain(searched(run.index))}" if run.index else ""
    caution = (
        "A model's reading: read each statement before you print it."
        if run.stance_model
        else "Nearness does not say whether a statement opposes."
    )
    lines = ["# Claims and counterpoints", "", f"{made}; {limits}. {caution}"]
    source_id = None
    for finding in report.findings:
        if finding.claim.source_id != source_id:
            source_id = finding.claim.source_id
            lines += ["", f"## {plain(report.source(source_id).title)}"]
            lines += ["", _described(report.source(source_id))]
        lines += _finding(report, finding)
    return "\n".join(lines) + "\n"


def _finding(report: Report, finding: Finding) -> list[str]:
    claim = finding.claim
    places = ", ".join(plain(each) for each in (claim.speaker, claim.locator) if each)
    place = f" ({places})" if places else ""
    lines = ["", f"### {plain(claim.id)}{place}", "", plain(claim.text)]
    if claim.quote:
        lines += ["", f"> {_quoted(claim)}"]
    if finding.verdict:
        lines += ["", f"**{finding.verdict}**: {plain(finding.reason)}"]
    lines.append("")
    if not finding.counterpoints:
        lines.append("No statement.")
    for counterpoint in finding.counterpoints:
        lines += _counterpoint(report, counterpoint)
    return lines


def _counterpoint(report: Report, counterpoint: Counterpoint) -> list[str]:
    statement = counterpoint.statement
    judged = counterpoint.stance
    stance = f", {judged.label} {getattr(judged, judged.label):.2f}" if judged else ""
    figure = f"{counterpoint.similarity:.2f}{stance}"
    places = (statement.speaker, statement.locator)
    place = "".join(f", {plain(each)}" for each in places if each)
    source = _described(report.source(statement.source_id))
    lines = [f"{counterpoint.rank}. **{figure}** {plain(statement.text)}"]
    if statement.quote and statement.quote.exact != statement.text:
        lines.append(f"   {_quoted(statement)}")
    if counterpoint.signals:
        lines.append(f"   {'; '.join(map(_signal, counterpoint.signals))}")
    lines.append(f"   — {source}{place}")
    for other in counterpoint.also_in:
        places = (other.speaker, other.locator)
        place = "".join(f", {plain(each)}" for each in places if each)
        lines.append(f"   — also in {_described(report.source(other.source_id))}{place}")
    return lines


def _signal(signal: Signal) -> str:
    return f"{signal.kind}: “{plain(signal.claim.text)}” ≠ “{plain(signal.statement.text)}”"


def _described(source: ReportSource) -> str:
    day = source.date.isoformat() if source.date else ""
    title = plain(source.title)
    if source.url:
        title = f"[{title}](<{source.url}>)"  # an https URL holds no angle bracket
    parts = [title, plain(source.publisher or ""), day, source.kind]
    return ", ".join(part for part in parts if part)


def _quoted(passage: ReportStatement) -> str:
    assert passage.quote is not None
    return f"“{plain(passage.quote.exact)}”"


def plain(text: str) -> str:
    """Text that Markdown and the HTML made of it leave as it is."""
    escaped = _SPECIAL.sub(r"\\\1", printable(text))
    return "".join(_ENTITIES.get(character, character) for character in escaped)
