"""Deciding on drafts at a terminal, one key each; every decision is in the file at once."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from factcheck.cli.console import emit, note
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.drafting.decisions import Pending

_KEYS = "[a]ccept  [e]dit  [s]kip  [b]ack  [q]uit  [?] help"
_HELP = """\
a  accept: the entry stays as it is
e  edit: reword it in your editor, and accept that
s  skip: the entry goes, and is not proposed again
b  back: undo the decision before, and decide anew
q  quit: the same command goes on with what is left"""
_WIDTH = 90
_LABEL = 8
_ENDS = ("q", "\x04", "\x1b", "")


def decide(outputs: Sequence[str]) -> None:
    """Ask about each draft of claim files until all are decided or the curator stops.

    A file is read anew before each decision: it may have been edited meanwhile.

    Args:
        outputs: The claim files, in the order in which they are asked about.

    Raises:
        ClaimFileError: Somebody broke a file meanwhile.
        InputError: One cannot be read.
    """
    sitting = _Sitting(outputs)
    while sitting.goes_on():
        pass


@dataclass(frozen=True)
class _Decided:
    """A decision, and what its file was before and after it."""

    output: str
    name: str
    what: str
    before: str
    after: str
    lines: str | None = None


class _Sitting:
    """What was decided since the command began, so that it can be undone."""

    def __init__(self, outputs: Sequence[str]) -> None:
        self._outputs = outputs
        self._decided: list[_Decided] = []
        self._worded: dict[tuple[str, str], str] = {}

    def goes_on(self) -> bool:
        """Ask about the first draft that is left; False at the end."""
        from factcheck.drafting.decisions import pending

        for output in self._outputs:
            if left := pending(_read(output)):
                _show(left[0], len(left), output if len(self._outputs) > 1 else "")
                return self._asked(output, left[0], len(left))
        where = ", ".join(self._outputs)
        if not self._decided:
            note(f"{where}: nothing left to decide")
            return False
        note(f"\n{where}: all decided\n[b]ack to the last one; any other key ends")
        return _key().lower() == "b" and self._back()

    def _asked(self, output: str, draft: Pending, left: int) -> bool:
        """Take keys until one of them changed a file; False where the curator stops."""
        from factcheck.drafting.decisions import accept, skip

        changed = False
        while not changed:
            note(_KEYS)
            key = _key().lower()
            if key in _ENDS:
                note(f"{output}: {left} left to decide; the same command goes on with them")
                return False
            if key == "a":
                changed = self._take(output, draft, "accepted", accept(_read(output), draft.id))
            elif key == "s":
                changed = self._take(output, draft, "skipped", skip(_read(output), draft.id))
            elif key == "e":
                changed = self._edit(output, draft)
            elif key == "b":
                changed = self._back()
            else:
                note(_HELP)
        return True

    def _take(
        self, output: str, draft: Pending, what: str, after: str, lines: str | None = None
    ) -> Literal[True]:
        """Put a decision into its file."""
        self._decided.append(_Decided(output, draft.id, what, _read(output), after, lines))
        emit(after, output)
        note(f"  {what}")
        return True

    def _back(self) -> bool:
        """Undo the last decision, so that its draft is asked about again; whether that was done."""
        if not self._decided:
            note("  nothing was decided since the command began; mend what was before in the file")
            return False
        last = self._decided[-1]
        if _read(last.output) != last.after:
            note(f"  {last.output} was edited meanwhile; mend {last.name} there")
            return False
        self._decided.pop()
        emit(last.before, last.output)
        if last.lines is not None:
            self._worded[last.output, last.name] = last.lines
        note(f"  back: {last.name} was {last.what} and is to be decided again")
        return True

    def _edit(self, output: str, draft: Pending) -> bool:
        """Take a draft as the curator rewords it; what is not valid is given back to mend.

        One that was reworded before and gone back to is offered in those words.
        """
        from factcheck.drafting.decisions import problems_of, reworded

        lines = self._worded.get((output, draft.id), draft.lines)
        while (new := _in_editor(lines)) is not None:
            text = reworded(_read(output), draft.id, new)
            problems = problems_of(text.encode("utf-8", "surrogateescape"), output)
            if not problems:
                return self._take(output, draft, "edited", text, new)
            for problem in problems:
                note(str(problem))
            note("press a key to mend it, or q to leave the draft as it was")
            if _key().lower() in _ENDS:
                return False
            lines = new
        note("  nothing was saved in the editor; the draft is still to be decided")
        return False


def _key() -> str:
    """A key; the empty text where there will be none any more.

    Of keys that come at once the first one counts, as those that come too early do not.
    """
    try:
        pressed = click.getchar()
    except EOFError:  # Ctrl-D
        return ""
    return pressed if pressed.startswith("\x1b") else pressed[:1]


def _read(output: str) -> str:
    from factcheck.drafting.decisions import problems_of
    from factcheck.errors import ClaimFileError

    try:
        raw = Path(output).read_bytes()
    except OSError as error:
        raise InputError(f"{output}: cannot be read: {error.strerror}") from None
    if problems := problems_of(raw, output):
        raise ClaimFileError(problems)
    return raw.decode()


def _in_editor(lines: str) -> str | None:
    """The lines as saved in the curator's editor; None where nothing was."""
    try:
        return click.edit(lines, extension=".yaml")
    except click.ClickException as error:
        note(error.format_message())
        return None


def _show(draft: Pending, left: int, output: str) -> None:
    """A draft as a curator needs to see it."""
    from factcheck.formats.text import printable

    data = draft.data
    quote = data.get("quote") or ""
    exact = quote if isinstance(quote, str) else quote.get("exact", "")
    told = [f"{left} left", draft.score, output]
    rows = [
        ("where", data.get("locator") or ""),
        ("quote", exact),
        ("text", data.get("text") or ""),
        ("speaker", data.get("speaker") or ""),
        ("topics", ", ".join(data.get("topics") or ())),
    ]
    note(f"\n{draft.id}\n{' ' * _LABEL}{', '.join(filter(None, told))}")
    width = max(20, min(_WIDTH, shutil.get_terminal_size().columns - 1) - _LABEL)
    for name, value in rows:
        if value:
            filled = textwrap.wrap(printable(str(value)), width)
            note(f"{name:<{_LABEL}}" + f"\n{' ' * _LABEL}".join(filled))
