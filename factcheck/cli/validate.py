"""`factcheck validate`: claim files against the schema and their documents."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from factcheck.cli import setup
from factcheck.cli.console import QuietOption, emit, note, visible


def validate(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files, or folders of them. By default what the configuration names, "
            "else claims/.",
            show_default=False,
        ),
    ] = None,
    documents: setup.DocumentsOption = None,
    quiet: QuietOption = False,
) -> None:
    """Check claim files; loads no model.

    Exit status: 0 where all is well, 1 where something is wrong, 2 where nothing
    could be checked.
    """
    from factcheck.validation import validate as run

    result = run(
        claims or list(setup.DEFAULT_PATHS), documents, sys.stdin.buffer if sys.stdin else None
    )
    if not quiet:
        for remark in result.notes:
            note(f"note: {remark}")
    errors = sum(problem.severity == "error" for problem in result.problems)
    lines = [str(problem) for problem in result.problems]
    if not quiet:
        files = f"{result.files} {'file' if result.files == 1 else 'files'}"
        quotes = f", {result.quotes} {'quote' if result.quotes == 1 else 'quotes'} checked"
        verdict = f"{errors} {'error' if errors == 1 else 'errors'}" if errors else "no error"
        lines.append(f"{files}{quotes if result.quotes else ''}: {verdict}")
    if lines:
        emit(visible("\n".join(lines)) + "\n")
    if errors:
        raise typer.Exit(1)
