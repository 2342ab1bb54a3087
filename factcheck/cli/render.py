"""`factcheck render`: a saved report in another format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli import outputs
from factcheck.cli.compare import Format
from factcheck.cli.console import ColorOption, QuietOption
from factcheck.errors import InputError
from factcheck.formats import FORMATS, renderer


def render(
    report: Annotated[
        str,
        typer.Argument(help="What `factcheck compare --format json` wrote; '-' reads stdin."),
    ],
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to show it.", envvar="FACTCHECK_FORMAT")
    ] = "terminal",
    output: outputs.OutputOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
) -> None:
    """Show a saved report in another format; no model is loaded and nothing is compared.

    A page made of it covers the statements that the report shows, not all that were judged.
    Exit status: 0, or 2 on an error.
    """
    from factcheck.reports import read_report

    wanted = outputs.of_options(output, format_, FORMATS, [report])
    told = read_report(_bytes(report), "stdin" if report == "-" else report)
    outputs.write(wanted, lambda name, where: renderer(name)(told, where), color)
    outputs.tell(wanted, len(told.findings), quiet=quiet)


def _bytes(path: str) -> bytes:
    """The bytes of the report, one more than may be read, so that too many can be told."""
    from factcheck.reports import MAX_BYTES

    if path == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input to read; name a file")
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or "no path"
        raise InputError(f"{path}: cannot be read: {told}") from None
