"""The report for an editor at a terminal.

All words from files are put in as plain `rich` text: none is read as markup, and
what could move the cursor or turn the direction of writing is shown as its code.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.formats.screen import shown
from factcheck.formats.text import printable, searched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factcheck.formats import Layout
    from factcheck.report import (
        Counterpoint,
        Finding,
        Report,
        ReportSource,
        ReportStatement,
        Signal,
        Stance,
    )

_BAR_WIDTH = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_STANCE_WIDTHS = {True: len("supports 0.99"), False: len("stance")}
_INDENT = 2
_NARROW = 60  # columns; below, a statement stands under its figures


def render(report: Report, layout: Layout) -> str:
    """Claims under their sources, counterpoints under their claims, then a summary."""
    return shown(_parts(report, layout), layout)


def _parts(report: Report, layout: Layout) -> Iterator[RenderableType]:
    judged = report.run.stance_model is not None
    for source_id, findings in groupby(report.findings, key=lambda f: f.claim.source_id):
        yield _head(report.source(source_id), judged, layout)
        for finding in findings:
            yield _finding(report, finding, layout)
    yield _summary(report, layout)


def _head(source: ReportSource, judged: bool, layout: Layout) -> RenderableType:
    rule = Rule(characters="━" if layout.unicode else "=", style="bold")
    facts = [source.publisher, source.date.isoformat() if source.date else None]
    similarity, stance, statement = (
        Text(word, style="dim") for word in ("similarity", "stance", "statement")
    )
    return Group(
        Text(),
        rule,
        Text(printable(source.title), style="bold"),
        Text(_joined([*facts, source.kind, source.id, source.url], layout), style="dim"),
        rule,
        *(
            []
            if layout.width < _NARROW
            else [_columns(similarity, stance, statement, judged=judged, layout=layout)]
        ),
    )


def _joined(parts: list[str | None], layout: Layout) -> str:
    separator = " · " if layout.unicode else " | "
    return separator.join(printable(part) for part in parts if part)


def _finding(report: Report, finding: Finding, layout: Layout) -> RenderableType:
    claim = finding.claim
    head = Text()
    head.append(printable(claim.id), style="bold cyan")
    for place in (claim.speaker, claim.locator):
        if place:
            head.append("  " + printable(place), style="dim")
    if finding.verdict:
        head.append("  " + finding.verdict, style="bold")
    parts: list[RenderableType] = [Text(), head, Text(printable(claim.text), style="bold")]
    if finding.verdict:
        parts.append(Text(printable(finding.reason), style="dim"))
    if claim.quote and claim.quote.exact != claim.text:
        parts.append(_quoted(claim, layout))
    if finding.counterpoints:
        parts.append(_table(report, finding.counterpoints, layout))
    else:
        parts.append(Padding(Text("no statement is this near"), (0, 0, 0, _INDENT)))
    return Group(*parts)


def _table(
    report: Report, counterpoints: tuple[Counterpoint, ...], layout: Layout
) -> RenderableType:
    rows = (
        _columns(
            _similarity(counterpoint.similarity, layout),
            _stance(counterpoint, layout),
            _statement(report, counterpoint, layout),
            report.run.stance_model is not None,
            layout,
            rank=str(counterpoint.rank),
        )
        for counterpoint in counterpoints
    )
    return Group(*rows)


def _columns(
    similarity: Text,
    stance: Text,
    statement: RenderableType,
    judged: bool,
    layout: Layout,
    rank: str = "",
) -> RenderableType:
    """One row; rows have the same columns, so they stand under each other."""
    number = Text(rank, style="dim")
    if layout.width < _NARROW:
        figures = Text(" ").join([number, similarity, stance])
        return Group(figures, Padding(statement, (0, 0, 0, _INDENT)))
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), expand=True)
    table.add_column(justify="right", width=_INDENT + 1, no_wrap=True)
    table.add_column(width=len("-0.00 ") + _BAR_WIDTH, no_wrap=True)
    table.add_column(width=_STANCE_WIDTHS[judged], no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_row(number, similarity, stance, statement)
    return table


def _similarity(value: float, layout: Layout) -> Text:
    return Text(f"{value:.2f} ").append(bar(value, layout), style="blue")


def bar(value: float, layout: Layout) -> str:
    """A bar of eight cells: empty at 0 and below, full at 1."""
    eighths = round(max(0.0, min(1.0, value)) * _BAR_WIDTH * 8)
    full, rest = divmod(eighths, 8)
    if not layout.unicode:
        return ("#" * round(eighths / 8)).ljust(_BAR_WIDTH, ".")
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    return drawn.ljust(_BAR_WIDTH, "·")


def _stance(counterpoint: Counterpoint, layout: Layout) -> Text:
    stance = counterpoint.stance
    if stance is None:
        return Text("–" if layout.unicode else "-", style="dim")
    return stance_words(stance)


def stance_words(stance: Stance) -> Text:
    """The stance as a word and its probability, legible without the colour."""
    probability = getattr(stance, stance.label)
    style = {"opposes": "bold red", "neutral": "dim", "supports": "green"}[stance.label]
    return Text(f"{stance.label} {probability:.2f}", style=style)


def _statement(report: Report, counterpoint: Counterpoint, layout: Layout) -> RenderableType:
    statement = counterpoint.statement
    source = report.source(statement.source_id)
    day = source.date.isoformat() if source.date else None
    # The first is what `expect` in a claim file would name it by.
    name = f"{source.id}/{statement.id}"
    facts = [name, source.kind, source.publisher, day, statement.speaker, statement.locator]
    parts: list[RenderableType] = [
        marked(statement.text, [(s.statement.start, s.statement.end) for s in counterpoint.signals])
    ]
    if statement.quote and statement.quote.exact != statement.text:
        parts.append(_quoted(statement, layout))
    parts += [signal_line(signal, layout) for signal in counterpoint.signals]
    parts.append(Text(_joined(facts, layout), style="dim"))
    if counterpoint.also_in:
        names = ", ".join(f"{each.source_id}/{each.id}" for each in counterpoint.also_in)
        parts.append(Text(f"also in {printable(names)}", style="dim"))
    return Group(*parts)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Text:
    """A text with stretches underlined; of those that overlap, the first."""
    told = Text()
    at = 0
    for start, end in sorted(set(spans)):
        if start >= at:
            told.append(_kept(text[at:start])).append(_kept(text[start:end]), style="underline")
            at = end
    return told.append(_kept(text[at:]))


def _kept(text: str) -> str:
    """Text made printable, with the blanks at its ends."""
    inner = printable(text)
    if not inner:
        return " " if text else ""
    before, after = (" " * part.isspace() for part in (text[0], text[-1]))
    return f"{before}{inner}{after}"


def signal_line(signal: Signal, layout: Layout) -> Text:
    """One line: what is put differently, and both wordings."""
    against = "≠" if layout.unicode else "against"
    line = Text(f"{signal.kind}: ", style="yellow")
    line.append(printable(signal.claim.text), style="underline")
    return line.append(f" {against} ").append(printable(signal.statement.text), style="underline")


def _quoted(passage: ReportStatement, layout: Layout) -> Text:
    assert passage.quote is not None
    words = printable(passage.quote.exact)
    # Quotation marks within a quote are left as they are, so those around it give way.
    opening, closing = ("‘", "’") if "“" in words else ("“", "”")
    if not layout.unicode:
        opening = closing = '"'
    return Text(f"{opening}{words}{closing}", style="italic")


def _summary(report: Report, layout: Layout) -> RenderableType:
    summary, run = report.summary, report.run
    rule = Rule(characters="━" if layout.unicode else "=", style="bold")
    counts = [
        f"{getattr(summary, verdict)} {verdict}"
        for verdict in ("countered", "supported", "conflicting", "uncovered", "unjudged")
        if getattr(summary, verdict)
    ]
    claims = f"{summary.claims} {'claim' if summary.claims == 1 else 'claims'}"
    lines = [
        Text(f"{claims}: {', '.join(counts)}", style="bold"),
        Text(_made(report), style="dim"),
    ]
    if run.stance_model is None:
        lines.append(Text("Near is not opposed: read each statement before you print it."))
    else:
        lines.append(Text("A model's reading: read each statement before you print it."))
    return Group(Text(), rule, *lines)


def _made(report: Report) -> str:
    run = report.run
    names = [run.encoder.called, *([run.stance_model.called] if run.stance_model else [])]
    made = f"Ranked by {run.rank} with {' and '.join(map(printable, names))}"
    limit = f", at most {run.k} a claim"
    begins = "" if run.opposes_at is None else f"; countered from opposes {run.opposes_at:.2f}"
    fitted = f"; calibrated by {printable(run.calibration.name)}" if run.calibration else ""
    index = f"; {printable(searched(run.index))}" if run.index else ""
    return f"{made}{limit}{begins}{fitted}{index}."
