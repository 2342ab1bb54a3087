"""Options from `factcheck.toml`, or from `[tool.factcheck]` in `pyproject.toml`.

The nearest file upward counts, up to the root of the repository. Paths in it are
relative to it. The command line and `FACTCHECK_*` variables go before it. What fetches
or overwrites (`--allow-download`, `--output`) only a user can ask for, on the spot: a
configuration comes along with whatever was cloned.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any, cast

import typer

from factcheck.cli.console import show_warning
from factcheck.cli.tables import Table, project_table, read_table
from factcheck.cli.values import objections, quoted
from factcheck.errors import ConfigError
from factcheck.settings import SETTINGS, Setting

FILE_NAME = "factcheck.toml"
_MOST_PROBLEMS = 20
_UNCONFIGURED = {"config", "init", "rule", "schema"}  # need none, or read it themselves
_TELLING = {"cache", "models"}  # can tell much also where the configuration is broken
_PER_FILE = "factcheck.per_file_ignores"  # in the context's meta
# Parameters that take a setting of another name, by the words of their command.
_OTHER_NAMES = {
    (("explain",), "paths"): "claims",
    (("eval", "claims"), "paths"): "claims",
}


@dataclass(frozen=True)
class Configuration:
    """What a file sets.

    Attributes:
        path: The file, as seen from the working folder.
        options: Values by the names of settings; paths are as seen from the working folder.
    """

    path: str
    options: dict[str, Any]

    @property
    def per_file_ignores(self) -> dict[str, list[str]]:
        """Codes, or their beginnings, by pattern of paths as seen from the working folder."""
        return cast("dict[str, list[str]]", self.options.get("per_file_ignores", {}))


def configure(context: typer.Context) -> None:
    """Make the configured options the defaults of the commands.

    Raises:
        ConfigError: The nearest file cannot be used, and the command cannot do without.
    """
    given, command = set(context.obj), context.invoked_subcommand
    if {"-h", "--help"} & given or command in _UNCONFIGURED:
        return
    try:
        found = read(Path.cwd())
    except ConfigError as error:
        if command not in _TELLING or "clear" in given:  # what deletes does so nowhere else
            raise
        show_warning(f"{error}; without a configuration")
        return
    if found is not None:
        context.meta[_PER_FILE] = found.per_file_ignores
        context.default_map = default_map(context, found, [command] if command else [])


def default_map(
    context: typer.Context, found: Configuration, names: Iterable[str]
) -> dict[str, Any]:
    """The configured options as defaults of commands, groups included.

    Args:
        context: The program's.
        found: What is configured.
        names: Of the commands that are asked about; the others need not be imported.
    """
    every: Any = context.command
    nested = _for_commands({name: every.commands[name] for name in names}, found.options)
    if any(word.split("=")[0] == "--documents" for word in context.obj or ()):
        # `eval claims` takes claim files or document sets; what a user names goes first.
        nested.get("eval", {}).get("claims", {}).pop("paths", None)
    return nested


def per_file_ignores(context: typer.Context) -> dict[str, list[str]]:
    """The codes of the rules that are off, by pattern of paths as seen from the working folder."""
    from factcheck.rules import matching

    ignores: dict[str, list[str]] = context.meta.get(_PER_FILE, {})
    return {pattern: sorted(matching(prefixes)) for pattern, prefixes in ignores.items()}


def setting_of(words: tuple[str, ...], parameter: Any) -> Setting | None:
    """The setting that is the default of a parameter.

    Args:
        words: The command: `("eval", "claims")`.
        parameter: One of its parameters.
    """
    name = _OTHER_NAMES.get((words, parameter.name), parameter.name.removesuffix("_"))
    setting = SETTINGS.get(name)
    if setting is None or (name == "format" and words != ("compare",)):
        return None  # formats are the choices of one command; other commands have others
    # Another command's parameter may have the name of a setting and yet be another thing.
    many = getattr(parameter, "multiple", False) or parameter.nargs == -1
    return setting if setting.many is many else None


def read(folder: Path) -> Configuration | None:
    """The nearest configuration from a folder upward.

    Raises:
        ConfigError: A file on the way cannot be read, or sets what it may not.
    """
    for parent in (folder, *folder.parents):
        own = parent / FILE_NAME
        table = read_table(own) if os.path.lexists(own) else project_table(parent)
        if table is not None:
            return _configuration(table)
        if (parent / ".git").exists():
            break
    return None


def _for_commands(
    commands: Mapping[str, Any], options: dict[str, Any], words: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The options that each command takes, nested as the commands are."""
    nested: dict[str, Any] = {}
    for name, inner in commands.items():
        if hasattr(inner, "commands"):
            nested[name] = _for_commands(inner.commands, options, (*words, name))
            continue
        taken = {p.name: setting_of((*words, name), p) for p in inner.params}
        nested[name] = {
            parameter: options[setting.name]
            for parameter, setting in taken.items()
            if setting is not None and setting.name in options
        }
    return nested


def _configuration(table: Table) -> Configuration:
    """The options of a table.

    Raises:
        ConfigError: Some cannot be used; all are told, but for a limit.
    """
    problems = list(islice(_problems(table), _MOST_PROBLEMS + 1))
    if len(problems) > _MOST_PROBLEMS:
        problems[_MOST_PROBLEMS:] = ["and more; mend these first"]
    if problems:
        raise ConfigError("\n".join(problems))
    folder = table.path.parent
    return Configuration(
        table.shown,
        {name: _seen(SETTINGS[name], value, folder) for name, value in table.values.items()},
    )


def _problems(table: Table) -> Iterator[str]:
    for key, value in table.values.items():
        setting = SETTINGS.get(key)
        if setting is None:
            from factcheck.messages import suggestion

            message = f"unknown option {quoted(key)}{suggestion(key, SETTINGS)}"
            yield f"{table.place(key)}: {message}"
            continue
        found = False
        for at, message in objections(setting, value):
            found = True
            yield f"{table.place(at)}: {message}"
        if not found and setting.place == "below" and not _lies_below(value, table.path.parent):
            message = f"{key} must lie beside this file or below, not at {quoted(value)}"
            yield f"{table.place(key)}: {message}"


def _lies_below(value: str, folder: Path) -> bool:
    return Path(os.path.realpath(folder / value)).is_relative_to(os.path.realpath(folder))


def _seen(setting: Setting, value: Any, folder: Path) -> Any:
    """A value with its paths and patterns as seen from the working folder."""
    if setting.kind == "codes_by_pattern":
        return _patterns_seen(value, folder)
    if setting.place and setting.many:
        return [_path_seen(item, folder) for item in value]
    if setting.place or (setting.name in {"model", "stance_model"} and value.startswith(".")):
        path = _path_seen(value, folder)
        return path if os.sep in path or path == os.pardir else os.path.join(os.curdir, path)  # noqa: PTH118 - "./x" is told from a name
    return value


def _path_seen(value: str, folder: Path) -> str:
    path = os.path.relpath(folder / value)
    return os.path.join(os.curdir, path) if path == "-" else path  # noqa: PTH118 - "-" is standard input


def _patterns_seen(patterns: dict[str, list[str]], folder: Path) -> dict[str, list[str]]:
    """Patterns of paths from a folder on, made ones of paths from the working folder on."""
    way = os.path.relpath(os.curdir, folder)
    inward = "" if way == os.curdir else way + "/"
    outward = "../" * inward.count("/")
    seen: dict[str, list[str]] = {}
    for given, codes in patterns.items():
        pattern = given.removeprefix("./")
        for left in _left(pattern, inward) or [outward + pattern]:
            seen[left] = [*seen.get(left, ()), *codes]
    return seen


def _left(pattern: str, beginning: str) -> list[str]:
    """What is left of a pattern of `fnmatch` once it has taken the beginning of a path."""
    left = {pattern}
    for character in beginning:
        left = {rest for each in left for rest in _after(each, character)}
    return sorted(left - {""})


def _after(pattern: str, character: str) -> set[str]:
    """What is left of a pattern once it has taken a character, in each way there is."""
    if pattern.startswith("*"):
        rest = pattern.lstrip("*")
        return {"*" + rest} | (_after(rest, character) if rest else set())
    # A set of characters: `[a-z]`, `[!a]`, `[]]`; an open bracket by itself is itself.
    end = pattern.find("]", 3 if pattern[1:2] == "!" else 2) + 1 if pattern[:1] == "[" else 1
    first = pattern[: end or 1]
    return {pattern[len(first) :]} if first and fnmatchcase(character, first) else set()
