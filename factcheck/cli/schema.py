"""`factcheck schema`: the JSON Schemas of claim files and reports."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from factcheck.cli.console import emit


def schema(
    which: Annotated[
        Literal["claims", "report"], typer.Argument(help="Of claim files, or of reports.")
    ],
) -> None:
    """Print a JSON Schema (draft 2020-12)."""
    from factcheck.schemas import read_schema

    emit(read_schema(which))
