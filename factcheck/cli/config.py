"""Options from `factcheck.toml`, or from `[tool.factcheck]` in `pyproject.toml`.

The nearest file upward counts, up to the root of the repository. Paths in it are
relative to it. The command line and `FACTCHECK_*` variables go before it. What fetches
or overwrites (`--allow-download`, `--output`) only a user can ask for, on the spot: a
configuration comes along with whatever was cloned.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from factcheck.errors import ConfigError


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_KINDS: dict[str, Callable[[Any], bool]] = {
    "a whole number": _is_whole,
    "a number": _is_number,
    "a text": _is_text,
    "a list of texts": _are_texts,
}
# What a file may set, what it must be, and the parameter that takes it.
_OPTIONS: dict[str, tuple[str, str]] = {
    "claims": ("a list of texts", "claims"),
    "against": ("a list of texts", "against"),
    "documents": ("a text", "documents"),
    "k": ("a whole number", "k"),
    "min_similarity": ("a number", "min_similarity"),
    "kind": ("a list of texts", "kind"),
    "rank": ("a text", "rank"),
    "format": ("a text", "format_"),
    "model": ("a text", "model"),
    "stance_model": ("a text", "stance_model"),
    "batch_size": ("a whole number", "batch_size"),
    "cache_dir": ("a text", "cache_dir"),
    "cache_size": ("a whole number", "cache_size"),
    "color": ("a text", "color"),
}
_PATHS = ("claims", "against", "documents", "cache_dir")
_FILE_NAME = "factcheck.toml"


def default_map(context: typer.Context) -> dict[str, Any]:
    """The configured options as defaults of the commands, groups included.

    Raises:
        ConfigError: The nearest file cannot be used.
    """
    found = find(Path.cwd())
    if found is None:
        return {}
    path, options = found
    checked = {_OPTIONS[key][1]: _checked(path, key, value) for key, value in options.items()}
    return _for_commands(context.command, checked)


def find(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The nearest configuration from a folder upward, and its options.

    Raises:
        ConfigError: A file on the way cannot be read, or sets what it may not.
    """
    for parent in (folder, *folder.parents):
        own, project = parent / _FILE_NAME, parent / "pyproject.toml"
        if own.is_file():
            return own, _known(own, _read(own))
        if project.is_file():
            tool = _read(project).get("tool")
            if isinstance(tool, dict) and "factcheck" in tool:
                return project, _known(project, tool["factcheck"])
        if (parent / ".git").exists():
            break
    return None


def _for_commands(command: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options that each command takes, nested as the commands are."""
    nested: dict[str, Any] = {}
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            nested[name] = _for_commands(inner, options)
        else:
            taken = {parameter.name for parameter in inner.params}
            # Formats are the choices of one command; other commands have others.
            taken -= set() if name == "compare" else {"format_"}
            nested[name] = {key: value for key, value in options.items() if key in taken}
    return nested


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{_shown(path)}: {error}") from None


def _known(path: Path, options: Any) -> dict[str, Any]:
    if not isinstance(options, dict):
        raise ConfigError(f"{_shown(path)}: tool.factcheck must be a table")
    for key in options:
        if key not in _OPTIONS:
            near = difflib.get_close_matches(key, _OPTIONS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{_shown(path)}: unknown option {key!r}{hint}")
    return options


def _checked(path: Path, key: str, value: Any) -> Any:
    """A value of the right kind; a path as seen from the working folder."""
    kind = _OPTIONS[key][0]
    if not _KINDS[kind](value):
        raise ConfigError(f"{_shown(path)}: {key} must be {kind}, not {value!r}")
    if key in _PATHS or (key in {"model", "stance_model"} and value.startswith(".")):
        return _relative(value, path.parent)
    return value


def _relative(value: str | list[str], folder: Path) -> str | list[str]:
    if isinstance(value, list):
        return [os.path.relpath(folder / item) for item in value]
    path = os.path.relpath(folder / value)
    return path if os.sep in path or path == os.pardir else os.path.join(os.curdir, path)  # noqa: PTH118 - "./x" is told from a name


def _shown(path: Path) -> str:
    return os.path.relpath(path)
