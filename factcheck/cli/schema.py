"""`factcheck schema`: the JSON Schemas of what is read and written."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from factcheck.cli.console import emit


def schema(
    which: Annotated[
        Literal["claims", "report", "check", "validation", "diff", "config"],
        typer.Argument(
            help="Of claim files, of reports, of what a check or a validation found, of what "
            "differs between two reports, or of factcheck.toml."
        ),
    ],
) -> None:
    """Print a JSON Schema (draft 2020-12)."""
    from factcheck.schemas import read_schema

    emit(read_schema(which))
