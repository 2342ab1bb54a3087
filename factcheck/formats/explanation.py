"""An explanation for a reader at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from factcheck.formats.screen import shown
from factcheck.formats.terminal import marked, signal_line, stance_words
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from factcheck.explanation import Explanation, Weighed
    from factcheck.formats import Layout
    from factcheck.report import Stance

_WORDS = 8  # of each text, the ones that matter most


def render(told: Explanation, layout: Layout) -> str:
    """Both texts, the stance both ways, what the score is made of, signals, words."""
    return shown(
        (
            _texts(told),
            _figures(told),
            _score(told),
            _signals(told, layout),
            _importance(told),
        ),
        layout,
    )


def _texts(told: Explanation) -> RenderableType:
    ours = [(signal.claim.start, signal.claim.end) for signal in told.signals]
    theirs = [(signal.statement.start, signal.statement.end) for signal in told.signals]
    return Group(
        Text("claim      ", style="dim").append_text(marked(told.claim, ours)),
        Text("statement  ", style="dim").append_text(marked(told.statement, theirs)),
        Text(),
    )


def _figures(told: Explanation) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("", "opposes", "neutral", "supports"):
        table.add_column(head, justify="right" if head else "left", header_style="dim")
    for name, stance in (
        ("statement against claim", told.stance),
        ("claim against statement", told.reverse),
    ):
        table.add_row(name, *_probabilities(stance))
    return Group(stance_words(told.stance), table, Text())


def _probabilities(stance: Stance) -> list[str]:
    return [f"{value:.3f}" for value in (stance.opposes, stance.neutral, stance.supports)]


def _score(told: Explanation) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("feature", "value", "weight", "adds"):
        table.add_column(head, justify="left" if head == "feature" else "right", header_style="dim")
    table.add_row("intercept", "", "", f"{told.intercept:+.3f}")
    for each in told.features:
        table.add_row(
            each.name, f"{each.value:.3f}", f"{each.weight:+.3f}", f"{each.contribution:+.3f}"
        )
    by = f", calibrated by {printable(told.calibration.name)}" if told.calibration else ""
    return Group(Text(f"score {told.score:.3f}{by}", style="bold"), table, Text())


def _signals(told: Explanation, layout: Layout) -> RenderableType:
    lines = [signal_line(signal, layout) for signal in told.signals]
    return Group(Text("signals", style="bold"), *(lines or [Text("none", style="dim")]), Text())


def _importance(told: Explanation) -> RenderableType:
    return Group(
        Text(f"words that matter most for {told.stance.label!r}", style="bold"),
        _most("claim", told.claim_words),
        _most("statement", told.statement_words),
    )


def _most(name: str, found: tuple[Weighed, ...]) -> Text:
    """The words whose loss costs the leading label most, with how much."""
    line = Text(f"{name:<10}", style="dim")
    for word in sorted(found, key=lambda each: (-each.importance, each.span.start))[:_WORDS]:
        if word.importance > 0:
            line.append(f" {printable(word.span.text)} ", style="bold")
            line.append(f"{word.importance:+.2f} ", style="dim")
    return line
