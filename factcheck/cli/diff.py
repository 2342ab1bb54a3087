"""`factcheck diff`: what a change to claims, sources, models or the tool did."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import outputs
from factcheck.cli.console import ColorOption, QuietOption, show_warning
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.report import Report

Format = Literal["terminal", "markdown", "json", "html"]


def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="The report before, of `factcheck compare --format json`; '-' reads stdin."
        ),
    ],
    new: Annotated[str, typer.Argument(help="The report after.")],
    least_move: Annotated[
        float,
        typer.Option(
            help="Count figures that moved less, and do not list them; verdicts and labels of "
            "stances that changed are listed in any case.",
            min=0,
            max=1,
        ),
    ] = 0.01,
    failing: Annotated[
        Literal["any", "verdict", "never"],
        typer.Option(
            "--fail-on",
            help="What gives exit status 1: any difference that is listed, a verdict that moved, "
            "or nothing.",
        ),
    ] = "any",
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to show it on standard output.")
    ] = "terminal",
    output: outputs.OutputOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="List all: long lists whole, and what only moved elsewhere."
        ),
    ] = False,
) -> None:
    """Show what differs between two reports: texts, verdicts, stances, ranks and figures.

    Exit status: 0 the same, 1 different, 2 where a report cannot be used.
    """
    from factcheck.diffing import diff as run
    from factcheck.formats.changes import FORMATS, renderer

    wanted = outputs.of_options(output, format_, FORMATS, [old, new])
    with _without_collection():
        before, after = _both(old, new, quiet=quiet)
        changes = run(before, after, least_move=least_move)
        outputs.write(wanted, lambda name, where: renderer(name)(changes, where, verbose), color)
    counts = bool(changes.verdicts) if failing == "verdict" else changes.different
    if counts and failing != "never":
        raise typer.Exit(1)


def _both(old: str, new: str, *, quiet: bool) -> tuple[Report, Report]:
    from factcheck.reports import read_report

    if old == new == "-":
        raise InputError("standard input can be only one of the two reports")
    before, after = (read_report(_bytes(path), _name(path)) for path in (old, new))
    if "-" not in {old, new} and os.path.realpath(old) == os.path.realpath(new) and not quiet:
        show_warning(
            f"{_name(old)} and {_name(new)} are the same file; name the reports before and after"
        )
    return before, after


def _bytes(path: str) -> bytes:
    """The bytes of a report, one more than may be read, so that too many can be told."""
    from factcheck.reports import MAX_BYTES

    if path == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input to read; name a file")
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    name = _name(path)
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(
            f"{name}: no such file; `factcheck compare --format json -o FILE` writes a report"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a folder; name a report in it") from None
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or "no path"
        raise InputError(f"{name}: cannot be read: {told}") from None


def _name(path: str) -> str:
    """A path on one line; it may hold line ends."""
    from factcheck.formats.text import printable

    return "stdin" if path == "-" else printable(path)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Reports are many small records that live until the end: looking for waste takes longest."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
