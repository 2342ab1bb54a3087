"""`factcheck config`: each setting, its value, and where the value comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from factcheck.cli.config import Configuration, default_map, read, setting_of
from factcheck.cli.console import emit, visible
from factcheck.cli.setup import DEFAULT_PATHS
from factcheck.errors import ConfigError
from factcheck.settings import SETTINGS

_COMMANDS = ("compare", "check", "validate", "review")
_SOURCES = {"ENVIRONMENT": "environment", "DEFAULT_MAP": "file"}  # by Click's names
_WIDTH = 40


@dataclass(frozen=True)
class _Value:
    """A setting's value as some commands see it."""

    setting: str
    value: Any
    source: str
    where: str | None
    commands: tuple[str, ...]


def config(
    context: typer.Context,
    format_: Annotated[
        Literal["terminal", "json"], typer.Option("--format", "-f", help="How to show it.")
    ] = "terminal",
) -> None:
    """Show each setting, and whether the environment, a file or the default gives it.

    For the options of compare, check, validate and review that a file may set. Options on their
    command lines go before all of these. Exit status: 0, or 2 where the configuration
    cannot be used.
    """
    found = read(Path.cwd())
    values = sorted(
        _merged(_values(context.find_root(), found)),
        key=lambda each: list(SETTINGS).index(each.setting),
    )
    emit(_as_json(values, found) if format_ == "json" else _as_text(values, found))


def _values(root: Any, found: Configuration | None) -> Iterator[_Value]:
    """Every setting of every command, by the command's own ways to find it."""
    defaults = default_map(root, found, _COMMANDS) if found else {}
    for name in _COMMANDS:
        command = root.command.commands.get(name)
        own = typer.Context(command, info_name=name, default_map=defaults.get(name, {}))
        for parameter in command.params:
            setting = setting_of((name,), parameter)
            if setting is not None:
                value, source, where = _resolved(parameter, own, found)
                yield _Value(setting.name, value, source, where, (name,))
    ignores = found.per_file_ignores if found else {}
    source, where = ("file", found.path) if found and ignores else ("default", None)
    yield _Value("per_file_ignores", ignores, source, where, ("check",))


def _resolved(
    parameter: Any, context: typer.Context, found: Configuration | None
) -> tuple[Any, str, str | None]:
    """A parameter's value, its source, and the name of that: a variable's or a file's."""
    raw, how = parameter.consume_value(context, {})
    source = _SOURCES.get(how.name, "default")
    where = found.path if found and source == "file" else None
    if source == "environment":
        given = parameter.envvar
        names = [given] if isinstance(given, str) else list(given or ())
        where = next(name for name in names if os.environ.get(name))
    try:
        value = parameter.process_value(context, raw)
    except typer.BadParameter as error:
        raise ConfigError(f"{where or parameter.name}: {error.message}") from None
    if parameter.name == "claims" and not value:
        value = DEFAULT_PATHS  # which commands fill in themselves, to tell it from a choice
    return _plain(value), source, where


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _merged(values: Iterator[_Value]) -> list[_Value]:
    """Values of several commands as one, where they are the same."""
    merged: list[_Value] = []
    for value in values:
        for n, other in enumerate(merged):
            if replace(other, commands=value.commands) == value:
                merged[n] = replace(other, commands=other.commands + value.commands)
                break
        else:
            merged.append(value)
    return merged


def _as_json(values: list[_Value], found: Configuration | None) -> str:
    told = {
        "file": found.path if found else None,
        "settings": [
            {
                "setting": each.setting,
                "value": each.value,
                "source": each.source,
                "where": each.where,
                "commands": each.commands,
            }
            for each in values
        ],
    }
    return json.dumps(told, indent=2, allow_nan=False) + "\n"  # ASCII: paths may be no UTF-8


def _as_text(values: list[_Value], found: Configuration | None) -> str:
    """Lines of TOML, each with a remark on its source."""
    lines = [f"# configuration file: {found.path if found else 'none'}"]
    shown: set[str] = set()
    for each in values:
        if each.setting == "per_file_ignores":
            continue
        line = f"{each.setting} = {_toml(each.value)}"
        if each.value is None:
            line = f"# {each.setting} is not set"
        elif each.setting in shown:  # a key may stand but once
            line = f"# {line}"
        remark = each.where or each.source
        same = [other for other in values if other.setting == each.setting]
        only = f", for {', '.join(each.commands)}" if len(same) > 1 else ""
        lines.append(f"{line:<{_WIDTH}}  # {remark}{only}")
        shown.add(each.setting)
    for each in values:
        if each.setting == "per_file_ignores" and each.value:
            lines += ["", f"[per_file_ignores]  # {each.where}"]
            lines += [f"{_toml(key)} = {_toml(codes)}" for key, codes in each.value.items()]
    return visible("\n".join(lines)) + "\n"


def _toml(value: Any) -> str:
    """Texts, numbers, booleans and lists of texts, which TOML writes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
