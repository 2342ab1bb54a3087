"""The commands by name, each imported when it is asked for: a run needs one of them.

Importing all, and letting Typer read all their signatures, would take a sixth of a cached
comparison.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from copy import copy
from functools import cache
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

SUMMARIES: Mapping[str, str] = {
    "compare": "Put each claim next to the statements that run against it, with a verdict.",
    "render": "Show a saved report in another format; no model is loaded and nothing is compared.",
    "diff": "Show what differs between two reports: texts, verdicts, stances, ranks and figures.",
    "validate": "Check claim files; loads no model.",
    "check": "Hold claims to what their files expect, and to the rules that are on.",
    "lock": "Write the lock file: add what is missing, drop what no file needs.",
    "rule": "Explain a rule, or list all.",
    "explain": "Show what the score of a statement against a claim is made of.",
    "extract": "Draft a claim file from a document: an entry for each sentence that can be "
    "checked.",
    "review": "Judge pairs of a claim and a statement, one at a time, by a key each.",
    "schema": "Print a JSON Schema (draft 2020-12).",
    "config": "Show each setting, and whether the environment, a file or the default gives it.",
    "init": "Write a first factcheck.toml and two example claim files.",
    "eval": "Measure the models against labelled data, or calibrate them by it: "
    "`eval --calibrate LABELS` is `eval calibrate LABELS`.",
    "export": "Write what curators and reviewers decided, for other tools to read.",
    "index": "A corpus of statements on disk, which compare and check search.",
    "models": "The models in use: where they are, and whether they are intact.",
    "cache": "The cache of vectors.",
}
"""The commands in their order, each with the first paragraph of its help."""

_MODULES = {"config": "configuration", "eval": "evaluate"}  # others have their command's name


class Commands(Mapping[str, Any]):
    """What Typer makes of the commands, each when it is looked up first."""

    def __getitem__(self, name: str) -> Any:
        """The command with a name."""
        if name not in SUMMARIES:
            raise KeyError(name)
        return _made(name)

    def __iter__(self) -> Iterator[str]:
        """The names, in the order of the help."""
        return iter(SUMMARIES)

    def __len__(self) -> int:
        """How many there are."""
        return len(SUMMARIES)


class Root(TyperGroup):
    """The program: a group that knows its commands' names and summaries without importing them."""

    def __init__(self, **attributes: Any) -> None:
        """Take on the commands."""
        super().__init__(**attributes)
        self.commands = Commands()  # type: ignore[assignment]  # nobody adds to them

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the help."""
        _ = ctx
        return list(self.commands)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, from the summaries."""
        TyperGroup.format_help(self._summarised(), ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Names of commands that begin so, from the summaries."""
        return TyperGroup.shell_complete(self._summarised(), ctx, incomplete)

    def _summarised(self) -> TyperGroup:
        """The same group, with commands that tell of themselves and no more."""
        shown = copy(self)
        shown.commands = {
            name: TyperCommand(name, help=summary) for name, summary in SUMMARIES.items()
        }
        return shown


@cache
def _made(name: str) -> Any:
    module = importlib.import_module(f"factcheck.cli.{_MODULES.get(name, name)}")
    around = typer.Typer()
    if hasattr(module, "app"):
        around.add_typer(module.app, name=name)
    else:
        around.command(name)(getattr(module, name))
    return get_group(around).commands[name]
