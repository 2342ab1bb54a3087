"""Options from `factcheck.toml`, or from `[tool.factcheck]` in `pyproject.toml`.

The nearest file upward counts, up to the root of the repository. Its keys are the
options of `compare`, with underscores; paths in it are relative to it. The command
line and `FACTCHECK_*` variables go before it.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

import typer

from factcheck.errors import ConfigError

_PATHS = ("claims", "against", "cache_dir", "documents", "model")
_FILE_NAME = "factcheck.toml"


def default_map(context: typer.Context) -> dict[str, dict[str, Any]]:
    """The configured options, by command."""
    found = find(Path.cwd())
    if found is None:
        return {}
    path, options = found
    commands: dict[str, Any] = getattr(context.command, "commands", {})
    taken = {
        name: {str(parameter.name) for parameter in command.params}
        for name, command in commands.items()
    }
    known = set().union(*taken.values())
    for key in options:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{path}: unknown option {key!r}{hint}")
    resolved = {key: _resolved(key, value, path.parent) for key, value in options.items()}
    return {
        name: {key: value for key, value in resolved.items() if key in options_taken}
        for name, options_taken in taken.items()
    }


def find(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The nearest configuration from a folder upward, and its options.

    Raises:
        ConfigError: A file on the way cannot be read.
    """
    for parent in (folder, *folder.parents):
        own, project = parent / _FILE_NAME, parent / "pyproject.toml"
        if own.is_file():
            return own, _read(own)
        if project.is_file():
            options = _read(project).get("tool", {}).get("factcheck")
            if options is not None:
                return project, options
        if (parent / ".git").exists():
            break
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _resolved(key: str, value: Any, folder: Path) -> Any:
    """A path of the configuration, as seen from the working folder."""
    if key not in _PATHS:
        return value
    if isinstance(value, list):
        return [_resolved(key, item, folder) for item in value]
    if isinstance(value, str) and not (key == "model" and not value.startswith(".")):
        return os.path.relpath(folder / value)
    return value
