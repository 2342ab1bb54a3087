"""Where a report goes: standard output or a file, and files of other formats beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from factcheck.cli.console import Color, check_output, emit, layout, note
from factcheck.errors import OutputError
from factcheck.formats import Layout

OutputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        help="A file in place of standard output, or FORMAT=FILE beside it; repeatable. Each is "
        "written whole or not at all.",
    ),
]


@dataclass(frozen=True)
class Output:
    """A format, and the file that it goes to; `-` is standard output."""

    format: str
    path: str


def of_options(
    given: Sequence[str] | None, format_: str, known: Collection[str], inputs: Sequence[str]
) -> tuple[Output, ...]:
    """What to write, checked before any work is done.

    Args:
        given: Files, or `FORMAT=FILE`.
        format_: Of the file without a format, or of standard output.
        known: The names of formats; what begins otherwise is a file.
        inputs: What is read, which no output may overwrite.

    Raises:
        OutputError: An output cannot be written to, or two are the same.
    """
    beside: list[Output] = []
    plain: list[Output] = []
    for text in given or ():
        name, equals, path = text.partition("=")
        if equals and name in known:
            beside.append(Output(name, path))
        else:
            plain.append(Output(format_, text))
    if len(plain) > 1:
        raise OutputError(
            f"--output {plain[1].path!r}: a second file needs a format of its own; write it as "
            "FORMAT=FILE, such as html=report.html"
        )
    wanted = (*beside, *(plain or [Output(format_, "-")]))
    for each in wanted:
        check_output(each.path, inputs)
    places = [each.path if each.path == "-" else os.path.realpath(each.path) for each in wanted]
    for place, each in zip(places, wanted, strict=True):
        if places.count(place) > 1:
            where = "standard output" if place == "-" else each.path
            raise OutputError(f"two formats would go to {where}; name another file")
    return wanted


def write(wanted: Sequence[Output], render: Callable[[str, Layout], str], color: Color) -> None:
    """Render all first, so that an error leaves every file as it was; then write them.

    Raises:
        OutputError: One cannot be written.
    """
    texts = [render(each.format, layout(color, each.path)) for each in wanted]
    for each, text in zip(wanted, texts, strict=True):
        emit(text, each.path)


def tell(wanted: Sequence[Output], claims: int, *, quiet: bool) -> None:
    """Say on standard error what went to which file."""
    if quiet:
        return
    for each in wanted:
        if each.path != "-":
            note(f"{each.path}: {claims} {'claim' if claims == 1 else 'claims'}")
