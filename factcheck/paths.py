"""Paths, as a user names them, to files to read."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from factcheck.errors import EmptyInputError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLAIM_FILE_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Found:
    """A file to read.

    Attributes:
        path: Where it is, as the user named it; None for standard input.
        shown: What reports call it: relative to the working folder, or, for a file
            outside it, from the name that the user gave on, so that no machine path
            gets into a report.
    """

    path: Path | None
    shown: str

    @property
    def name(self) -> str:
        """What messages call it: a path that can be opened from the working folder."""
        return _text(self.path) if self.path else "stdin"

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
        if not str(path):
            raise InputError("an empty path was given; name a file or a folder")
        given = Path(path)
        try:
            for file in _files(given):
                found.setdefault(os.path.realpath(file), Found(file, _shown(file, given)))
        except OSError as error:
            raise InputError(f"{_text(given)}: cannot be read: {error.strerror}") from None
    return list(found.values())


def source_id(name: str) -> str:
    """An id made of a file name; one without Latin letters or digits is told by its hash."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:100]
    return slug or "document-" + hashlib.sha256(os.fsencode(name)).hexdigest()[:8]


def read_bytes(found: Found, limit: int, stdin: BinaryIO | None = None) -> bytes:
    """The bytes of a file, `limit` + 1 at most, so that too large a one can be told.

    Raises:
        InputError: It cannot be read.
    """
    if found.path is None:
        if stdin is None:
            raise InputError("there is no standard input to read; name a file")
        return stdin.read(limit + 1)
    try:
        if not found.path.is_file():
            raise InputError(f"{found.name}: not a regular file")
        with found.path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{found.name}: cannot be read: {error.strerror}") from None


def _files(given: Path) -> list[Path]:
    try:
        given.lstat()
    except FileNotFoundError:
        raise InputError(f"{_text(given)}: no such file or folder") from None
    if not given.is_dir():
        return [given]
    files = sorted(_claim_files(given))
    if not files:
        names = sorted(path.name for path in given.iterdir() if path.suffix in {".txt", ".md"})
        hint = f"; name its documents themselves, such as {given / names[0]}" if names else ""
        raise EmptyInputError(f"{_text(given)}: the folder holds no claim file (*.yaml){hint}")
    return files


def _claim_files(folder: Path) -> Iterator[Path]:
    """Claim files below a folder, through links too; hidden ones are left out."""

    def fail(error: OSError) -> None:
        raise error

    seen: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True, onerror=fail):
        seen.add(os.path.realpath(root))
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith(".") and os.path.realpath(Path(root, name)) not in seen
        ]
        for name in names:
            if name.lower().endswith(CLAIM_FILE_SUFFIXES) and not name.startswith("."):
                yield Path(root, name)


def _shown(file: Path, given: Path) -> str:
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
    working = Path.cwd()
    if absolute.is_relative_to(working):
        return _text(absolute.relative_to(working))
    root = Path(os.path.abspath(given))  # noqa: PTH100 - likewise
    return _text(absolute.relative_to(root.parent))


def _text(path: Path) -> str:
    """A path as text that can be written: bytes that are no UTF-8 as their codes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
