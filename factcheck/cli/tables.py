"""TOML files that cannot be trusted, to tables that know their lines."""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.cli.values import quoted
from factcheck.errors import ConfigError

MAX_BYTES = 2**20
# The time that tomllib takes for a dotted key grows with the square of its parts.
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{64}}")
_PLACED = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_HEADER = re.compile(r"^[ \t]*+\[?[ \t]*+(?:tool[ \t]*+\.[ \t]*+)?factcheck\b", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """A table of a TOML file.

    Attributes:
        path: The file.
        values: What the table holds.
        text: The file's text.
        begin: From where on the table's keys are looked for in it.
    """

    path: Path
    values: dict[str, Any]
    text: str
    begin: int = 0

    @property
    def shown(self) -> str:
        """The file, as seen from the working folder."""
        return os.path.relpath(self.path)

    def place(self, key: str) -> str:
        """`file:line` of a key, or the file where the key is not found at a line's beginning."""
        name = rf"[\"']?{re.escape(key)}[\"']?"
        holder = r"(?:(?:tool[ \t]*+\.[ \t]*+)?(?:factcheck|per_file_ignores)[ \t]*+\.[ \t]*+)*+"
        line = re.compile(rf"^[ \t]*+\[?[ \t]*+{holder}{name}[ \t]*+[=.\]]", re.MULTILINE)
        found = line.search(self.text, self.begin)
        if found is None:
            return self.shown
        return f"{self.shown}:{self.text.count(chr(10), 0, found.start()) + 1}"


def read_table(path: Path) -> Table:
    """All of a file.

    Raises:
        ConfigError: It cannot be read.
    """
    text = _decoded(path, _content(path))
    return Table(path, _parsed(path, text), text)


def project_table(folder: Path) -> Table | None:
    """`[tool.factcheck]` of a folder's `pyproject.toml`; None where there is none.

    Raises:
        ConfigError: The file cannot be read, or something else stands under that name.
    """
    path = folder / "pyproject.toml"
    with suppress(OSError):
        if not path.is_file():
            return None
    content = _content(path)
    if b"factcheck" not in content:  # whatever else is wrong with it is not ours to tell
        return None
    text = _decoded(path, content)
    tool = _parsed(path, text).get("tool")
    if not isinstance(tool, dict) or "factcheck" not in tool:
        return None
    values = tool["factcheck"]
    if not isinstance(values, dict):
        told = quoted(values)
        raise ConfigError(f"{os.path.relpath(path)}: tool.factcheck must be a table, not {told}")
    header = _HEADER.search(text)
    return Table(path, values, text, header.start() if header else 0)


def _content(path: Path) -> bytes:
    shown = os.path.relpath(path)
    try:
        if not path.is_file():  # nor does a pipe keep anyone waiting
            raise ConfigError(f"{shown}: is not a regular file; rename it, or put a file there")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{shown}: is larger than {MAX_BYTES // 2**20} MiB")
    return content


def _decoded(path: Path, content: bytes) -> str:
    try:
        # Line ends are folded as tomllib folds them, so that lines are counted alike.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise ConfigError(f"{os.path.relpath(path)}:{line}: {message}") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    shown = os.path.relpath(path)
    if _LONG_KEY.search(text):
        raise ConfigError(f"{shown}: holds a key of more than 64 parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError(f"{shown}: is nested too deeply") from None
    except ValueError as error:  # of tomllib, or of Python for a number without end
        message = str(error)
        if placed := _PLACED.fullmatch(message):
            message, line, column = placed.groups()
            raise ConfigError(f"{shown}:{line}:{column}: {message}") from None
        raise ConfigError(f"{shown}: {message}") from None
