"""`factcheck rule`: what a rule of `factcheck check` finds, why, and how to mend it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from factcheck.cli.console import emit


def rule(
    code: Annotated[
        str | None, typer.Argument(help="A code, such as FC203; without one, all.")
    ] = None,
    format_: Annotated[Literal["terminal", "json"], typer.Option("--format", "-f")] = "terminal",
) -> None:
    """Explain a rule, or list all."""
    from factcheck.errors import InputError
    from factcheck.messages import suggestion
    from factcheck.rules import RULES

    if code is not None and code not in RULES:
        raise InputError(f"no rule is called {code!r}{suggestion(code, RULES)}")
    chosen = list(RULES.values()) if code is None else [RULES[code]]
    if format_ == "json":
        emit("".join(json.dumps(asdict(each)) + "\n" for each in chosen))
    elif code is None:
        emit(
            "".join(
                f"{each.code} {'on ' if each.default else 'off'} {each.name}: {each.summary}\n"
                for each in chosen
            )
        )
    else:
        (told,) = chosen
        example = "\n".join(f"    {line}" for line in told.example.splitlines())
        on = "On by default." if told.default else "Off by default; --extend-select turns it on."
        emit(
            f"{told.code} {told.name}\n\n{told.summary} {on}\n\nWhy: {told.why}\n\n"
            f"Example:\n\n{example}\n\nFix: {told.fix}\n"
        )
