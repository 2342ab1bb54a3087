"""The desk in a terminal: a claim and a candidate side by side, and a key for each decision.

Texts are handed over as plain text, never as markup. Colours are the terminal's own unless
asked otherwise, so that they suit a dark and a light one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from factcheck.desk.boxes import AskBox, HelpBox, NoteBox, side_of
from factcheck.desk.expecting import UncoveredError
from factcheck.desk.views import model_line, progress_line, saved_line, undone_line, view_of
from factcheck.errors import FactcheckError
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from factcheck.desk.desk import Desk
    from factcheck.records import StanceLabel

THEMES = {"auto": "ansi-dark", "dark": "textual-dark", "light": "textual-light"}
"""What the desk can look like; `auto` takes the terminal's own colours."""

_FOOT = (
    *(("o", "opposes"), ("n", "neither"), ("s", "supports"), ("space", "skip")),
    *(("u", "undo"), ("t", "note"), ("?", "help"), ("q", "quit")),
)


class ReviewApp(App[None]):
    """The desk in a terminal."""

    TITLE = "factcheck review"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #head, #foot { height: 1; width: 100%; padding: 0 1; }
    #head { text-style: bold; }
    #pair { height: 1fr; }
    .side {
        width: 1fr; border: round $primary; border-title-color: $foreground;
        padding: 0 1; scrollbar-size-vertical: 1;
    }
    .side Static { height: auto; }
    #note, #model { height: auto; padding: 0 1; }
    #said { height: auto; min-height: 1; max-height: 4; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o,O,left", "decide('opposes')", "opposes"),
        Binding("n,N,down", "decide('neutral')", "neither"),
        Binding("s,S,right", "decide('supports')", "supports"),
        Binding("space,up", "skip", "skip"),
        Binding("u,U", "undo", "undo"),
        Binding("t,T", "note", "note"),
        Binding("m,M", "model", "model"),
        Binding("d,D", "look", "colours"),
        Binding("pagedown", "scroll_texts(1)"),
        Binding("pageup", "scroll_texts(-1)"),
        Binding("question_mark,f1", "help", "help"),
        Binding("q,Q,ctrl+c,ctrl+q", "leave", "quit", priority=False),
    ]

    def __init__(self, desk: Desk, *, blind: bool = True, theme: str = "auto") -> None:
        """Sit down at a desk.

        Args:
            desk: What keys act on.
            blind: Whether the model's figures stay hidden until a pair is decided.
            theme: A key of `THEMES`.
        """
        super().__init__()
        self._desk = desk
        self._blind = blind
        self._shows_model = not blind
        self._said = ""
        self._failed = False
        self._look = theme

    def compose(self) -> ComposeResult:
        """The head, the two sides, what is noted and said, the keys."""
        yield Static(id="head")
        with Horizontal(id="pair"):
            for name in ("claim", "statement"):
                with VerticalScroll(id=name, classes="side", can_focus=False):
                    yield Static(id=f"{name}-text")
        yield Static(id="model")
        yield Static(id="note")
        yield Static(id="said")
        foot = Text("  ").join(Text.assemble((key, "reverse"), " ", what) for key, what in _FOOT)
        foot.no_wrap, foot.overflow = True, "ellipsis"
        yield Static(foot, id="foot")

    def on_mount(self) -> None:
        """Show the first pair."""
        self.theme = THEMES[self._look]
        self.query_one("#claim").border_title = "CLAIM"
        self.query_one("#statement").border_title = "STATEMENT"
        self._show()

    def action_decide(self, stance: StanceLabel) -> None:
        """Save a decision; ask first where a mark of the curator's would go."""
        self._decide(stance, replace_uncovered=False)

    def action_skip(self) -> None:
        """Leave the pair for another sitting."""

        def skip() -> str:
            self._desk.skip()
            return "skipped; it comes again in the next sitting"

        self._do(skip)

    def action_undo(self) -> None:
        """Take the last step back."""
        self._do(lambda: undone_line(self._desk.undo()))

    def action_note(self) -> None:
        """Write a note."""
        if self._desk.sitting.current is not None:
            self.push_screen(NoteBox(self._desk.sitting.note or ""), self._noted)

    def action_model(self) -> None:
        """Show or hide what the model holds of this pair."""
        self._shows_model = not self._shows_model
        self._show()

    def action_look(self) -> None:
        """Change the colours."""
        names = list(THEMES)
        self._look = names[(names.index(self._look) + 1) % len(names)]
        self.theme = THEMES[self._look]

    def action_scroll_texts(self, pages: int) -> None:
        """Scroll both texts."""
        for side in self.query(".side").results(VerticalScroll):
            side.scroll_relative(y=pages * max(1, side.size.height - 1), animate=False)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(HelpBox())

    def action_leave(self) -> None:
        """Quit."""
        self.exit()

    def _decide(self, stance: StanceLabel, *, replace_uncovered: bool) -> None:
        def decide() -> str:
            return saved_line(*self._desk.decide(stance, replace_uncovered=replace_uncovered))

        def answered(yes: bool | None) -> None:
            if yes:
                self._decide(stance, replace_uncovered=True)
            else:
                self._say("left as it was: the claim stays marked uncovered", failed=False)

        try:
            self._do(decide)
        except UncoveredError as error:
            self.push_screen(AskBox(f"{str(error).capitalize()}."), answered)

    def _do(self, what: Any) -> None:
        """Do something at the desk, and tell how it went."""
        before = self._desk.sitting.current
        try:
            said, failed = what(), False
        except UncoveredError:
            raise
        except FactcheckError as error:
            said, failed = f"not saved: {error}", True
        if self._desk.sitting.current is not before and self._blind:
            self._shows_model = False
        self._say(said, failed=failed)

    def _noted(self, text: str | None) -> None:
        def write() -> str:
            self._desk.note(text or "")
            return "noted" if self._desk.sitting.note else "no note"

        if text is not None:
            self._do(write)

    def _say(self, text: str, *, failed: bool) -> None:
        self._said, self._failed = text, failed
        self._show()

    def _show(self) -> None:
        sitting = self._desk.sitting
        self._fill("head", Text(f"{progress_line(sitting.progress)} · {self._desk.reviewer}"))
        style = "bold red" if self._failed else "bold"
        self._fill("said", Text(printable(self._said), style=style))
        self._fill("note", Text(f"note: {printable(sitting.note or '')}"))
        self.query_one("#note").display = sitting.note is not None
        if sitting.current is None:
            self._end()
            return
        view = view_of(sitting.current)
        self._fill("claim-text", side_of(view.claim))
        self._fill("statement-text", side_of(view.statement))
        hidden = "the model's view is hidden until you decide (m shows it)"
        shown = f"the model: {model_line(sitting.current)}"
        self._fill("model", Text(shown if self._shows_model else hidden, style="dim"))
        for side in self.query(".side").results(VerticalScroll):
            side.scroll_home(animate=False)

    def _end(self) -> None:
        told = self._desk.sitting.progress
        again = f" {told.skipped} skipped; the same command shows them again."
        left = again if told.skipped else ""
        self._fill("claim-text", Text(f"All {told.total} pairs are through.{left}"))
        self._fill("statement-text", Text("u takes the last step back, q quits."))
        self._fill("model", Text(""))

    def _fill(self, name: str, text: RenderableType) -> None:
        self.query_one(f"#{name}", Static).update(text)
