"""What the desk in a terminal puts on it: a text with its facts, the keys, a question, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from factcheck.desk.keys import KEYS, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from factcheck.desk.views import Side


class _Box(ModalScreen[Any]):
    """A box over the desk."""

    DEFAULT_CSS = """
    _Box { align: center middle; }
    _Box > VerticalScroll {
        width: 76; max-width: 95%; height: auto; max-height: 95%;
        border: round $primary; padding: 0 1; background: $background;
    }
    _Box Static { height: auto; }
    """


class HelpBox(_Box):
    """The keys; any key closes it."""

    def compose(self) -> ComposeResult:
        """The keys, one a line."""
        with VerticalScroll():
            yield Static(Text(f"{QUESTION}\n", style="bold"))
            yield Static(_grid((key, what) for key, what in KEYS))
            yield Static(Text("\nany key goes back", style="dim"))

    def on_key(self, event: Any) -> None:
        """Go back."""
        event.stop()
        self.dismiss(None)


class AskBox(_Box):
    """Asks for a yes; the answer is whether it was one."""

    def __init__(self, question: str) -> None:
        """Take the question."""
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the two keys."""
        with VerticalScroll():
            yield Static(Text(self._question))
            yield Static(Text("\ny  yes, replace the mark      n  no, leave it", style="bold"))

    def on_key(self, event: Any) -> None:
        """Answer."""
        event.stop()
        if event.key in {"y", "n", "escape", "q"}:
            self.dismiss(event.key == "y")


class NoteBox(_Box):
    """A line to write a note in; None where it was left by Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, note: str) -> None:
        """Begin with the note that is there."""
        super().__init__()
        self._note = note

    def compose(self) -> ComposeResult:
        """The line."""
        with VerticalScroll():
            yield Static(Text("Note, saved with the decision. Enter keeps it, Esc leaves it."))
            yield Input(self._note, max_length=1000, select_on_focus=False, compact=True)

    def on_mount(self) -> None:
        """Write in the line at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it."""
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)


def side_of(side: Side) -> Group:
    """A claim or a statement, as plain text with styles of our own."""
    text = Text(side.text, style="bold")
    before, exact, after = side.quote
    if exact and exact != side.text:
        text.append("\n\n“", style="not bold")
        text.append(f"{before} " if before else "", style="not bold dim")
        text.append(exact, style="not bold italic")
        text.append(f" {after}" if after else "", style="not bold dim")
        text.append("”", style="not bold")
    link = (("link", side.url),) if side.url else ()
    return Group(text, Text(), _grid((*side.facts, *link)))


def _grid(rows: Iterable[tuple[str, str]]) -> Table:
    """Names and values beside each other."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for name, value in rows:
        grid.add_row(Text(name), Text(value))
    return grid
