"""Paths, as a user names them, to files to read.

A file is shown relative to the working folder; one outside it is shown from the
name that the user gave on, so that no machine path gets into a report.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

CLAIM_FILE_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Found:
    """A file to read, and how it is shown; no path where it is standard input."""

    path: Path | None
    shown: str

    @property
    def suffix(self) -> str:
        """The extension of its name, in lower case."""
        return self.path.suffix.lower() if self.path else ""


def find(paths: Iterable[str | Path]) -> list[Found]:
    """The files that paths stand for, each once; of a folder its claim files, in order.

    Raises:
        InputError: A path does not exist, or a folder holds no claim file.
    """
    found: dict[str, Found] = {}
    for path in paths:
        if str(path) == "-":
            found["-"] = Found(None, "stdin")
            continue
        given = Path(path)
        for file in _files(given):
            found.setdefault(os.path.realpath(file), Found(file, _shown(file, given)))
    return list(found.values())


def read_bytes(found: Found, limit: int, stdin: BinaryIO | None = None) -> bytes:
    """The bytes of a file, `limit` + 1 at most, so that too large a one can be told.

    Raises:
        InputError: It cannot be read.
    """
    if found.path is None:
        if stdin is None:
            raise InputError("standard input cannot be read here; name a file")
        return stdin.read(limit + 1)
    if not found.path.is_file():
        raise InputError(f"{found.shown}: not a regular file")
    try:
        with found.path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{found.shown}: cannot be read: {error.strerror}") from None


def _files(given: Path) -> list[Path]:
    if not given.exists():
        raise InputError(f"{given}: no such file or folder")
    if not given.is_dir():
        return [given]
    files = sorted(
        Path(root) / name
        for root, _, names in os.walk(given)
        for name in names
        if name.endswith(CLAIM_FILE_SUFFIXES) and not _hidden(Path(root) / name, given)
    )
    if not files:
        names = sorted(path.name for path in given.iterdir() if path.suffix in {".txt", ".md"})
        hint = f"; name its documents themselves, such as {given / names[0]}" if names else ""
        raise InputError(f"{given}: the folder holds no claim file (*.yaml){hint}")
    return files


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _shown(file: Path, given: Path) -> str:
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
    working = Path.cwd()
    if absolute.is_relative_to(working):
        return absolute.relative_to(working).as_posix()
    root = Path(os.path.abspath(given))  # noqa: PTH100 - likewise
    return absolute.relative_to(root.parent).as_posix()
