"""Deciding on drafts at a terminal, one key each; every decision is in the file at once."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from factcheck.cli.console import emit, note
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.decisions import Pending

_KEYS = "[a]ccept  [e]dit  [s]kip  [q]uit"
_WIDTH = 90
_ENDS = ("q", "Q", "\x04", "\x1b", "")


def decide(output: str) -> None:
    """Ask about each draft of a claim file until all are decided or the curator stops.

    The file is read anew before each decision: it may have been edited meanwhile.

    Raises:
        ClaimFileError: Somebody broke the file meanwhile.
        InputError: It cannot be read.
    """
    from factcheck.decisions import accept, pending, skip

    while left := pending(_read(output)):
        draft = left[0]
        _show(draft, len(left))
        key = click.getchar()
        if key in _ENDS:
            note(f"{output}: {len(left)} left to decide; the same command goes on with them")
            return
        text = _read(output)
        if key in {"a", "A"}:
            emit(accept(text, draft.id), output)
        elif key in {"s", "S"}:
            emit(skip(text, draft.id), output)
        elif key in {"e", "E"}:
            _edit(output, draft)
        else:
            note(_KEYS)
    note(f"{output}: all decided")


def _read(output: str) -> str:
    from factcheck.decisions import problems_of
    from factcheck.errors import ClaimFileError

    try:
        raw = Path(output).read_bytes()
    except OSError as error:
        raise InputError(f"{output}: cannot be read: {error.strerror}") from None
    if problems := problems_of(raw, output):
        raise ClaimFileError(problems)
    return raw.decode()


def _edit(output: str, draft: Pending) -> None:
    """Take a draft as the curator rewords it; what is not valid is given back to mend."""
    from factcheck.decisions import problems_of, reworded

    lines = draft.lines
    while (new := _in_editor(lines)) is not None:
        text = reworded(_read(output), draft.id, new)
        problems = problems_of(text.encode("utf-8", "surrogateescape"), output)
        if not problems:
            emit(text, output)
            return
        for problem in problems:
            note(str(problem))
        note("press a key to mend it, or q to leave the draft as it was")
        if click.getchar() in _ENDS:
            return
        lines = new


def _in_editor(lines: str) -> str | None:
    """The lines as saved in the curator's editor; None where nothing was."""
    try:
        return click.edit(lines, extension=".yaml")
    except click.ClickException as error:
        note(error.format_message())
        return None


def _show(draft: Pending, left: int) -> None:
    """A draft as a curator needs to see it."""
    from factcheck.formats.text import printable

    data = draft.data
    quote = data.get("quote") or ""
    exact = quote if isinstance(quote, str) else quote.get("exact", "")
    rows = [
        ("", f"{draft.id}, {left} left{', ' if draft.score else ''}{draft.score}"),
        ("where", data.get("locator") or ""),
        ("quote", exact),
        ("text", data.get("text") or ""),
        ("topics", ", ".join(data.get("topics") or ())),
    ]
    note("")
    for name, value in rows:
        if value:
            filled = textwrap.wrap(printable(str(value)), _WIDTH)
            pad = " " * 8
            note(f"{name:<8}" + f"\n{pad}".join(filled) if name else "\n".join(filled))
    note(_KEYS)
