"""Paths, as a user names them, to files to read."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from factcheck.errors import EmptyInputError, FactcheckWarning, InputError
from factcheck.suffixes import CLAIM_FILE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_LOCK = "~$"  # what word processors leave beside a document that is open
_NAMED = 5  # of the files that are passed over
_WAYS = 6  # to call a file


@dataclass(frozen=True)
class Found:
    """A file to read.

    Attributes:
        path: Where it is, as the user named it; None for standard input.
        shown: What reports call it: relative to the working folder, or, for a file
            outside it, from the name that the user gave on, so that no machine path
            gets into a report.
        below: Its path from the folder on that the user named, or its name.
    """

    path: Path | None
    shown: str
    below: Path = Path()

    @property
    def name(self) -> str:
        """What messages call it: a path that can be opened from the working folder."""
        return _text(self.path) if self.path else "stdin"

    @property
    def suffix(self) -> str:
        """The extension of its name, in lower case."""
        return self.path.suffix.lower() if self.path else ""


def find(paths: Iterable[str | Path], documents: Collection[str] = ()) -> list[Found]:
    """The files that paths stand for, each once; of a folder its claim files, in order.

    Args:
        paths: Files, folders, or `-`.
        documents: The endings of documents that are read as they are. Of a folder that holds
            no claim file, also in its subfolders, the files so called are taken. Where there are
            claim files, documents beside them are what these quote.

    Raises:
        InputError: A path does not exist, or a folder holds nothing to read.
    """
    found: dict[str, Found] = {}
    passed: list[Path] = []
    for path in paths:
        if str(path) == "-":
            found["-"] = Found(None, "stdin")
            continue
        if not str(path):
            raise InputError("an empty path was given; name a file or a folder")
        given = Path(path)
        try:
            files, others = _files(given, documents)
            for file in files:
                below = file.relative_to(given) if file != given else Path(file.name)
                found.setdefault(os.path.realpath(file), Found(file, _shown(file, given), below))
        except OSError as error:
            raise InputError(f"{_text(given)}: cannot be read: {error.strerror}") from None
        passed += [other for other in others if other not in passed]
    if passed:
        names = ", ".join(map(_text, passed[:_NAMED])) + ", ..." * (len(passed) > _NAMED)
        what = "file is" if len(passed) == 1 else "files are"
        message = f"{len(passed)} {what} of no kind that is read, and passed over: {names}"
        warnings.warn(message, FactcheckWarning, stacklevel=2)
    return list(found.values())


def names_apart(files: Iterable[Found]) -> dict[Found, str]:
    """An id for each file: of its name, with its ending or its folders where others share that."""
    ways = {file: _ways(file) for file in files}
    names: dict[Found, str] = {}
    for way in range(_WAYS):
        counts = Counter(each[way] for each in ways.values())
        given = set(names.values())
        for file, each in ways.items():
            if file not in names and counts[each[way]] == 1 and each[way] not in given:
                names[file] = each[way]
    return {
        file: names.get(file, f"{each[-1]}-{hashlib.sha256(file.name.encode()).hexdigest()[:8]}")
        for file, each in ways.items()
    }


def _ways(file: Found) -> list[str]:
    """What a file may be called, the shortest first."""
    if file.path is None:
        return ["stdin"] * _WAYS
    stem, ending = file.path.stem, file.suffix.lstrip(".")
    folders = [file.below.parent.parts, Path(file.shown).parent.parts]
    ways = [(stem,), (stem, ending)]
    ways += [(*above, *name) for above in folders for name in ((stem,), (stem, ending))]
    return [source_id("-".join(each for each in way if each)) for way in ways]


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
    with opened(found, stdin) as file:
        return file.read(limit + 1)


@contextmanager
def opened(found: Found, stdin: BinaryIO | None = None) -> Iterator[BinaryIO]:
    """A file, open for reading.

    Raises:
        InputError: It cannot be read.
    """
    if found.path is None:
        if stdin is None:
            raise InputError("there is no standard input to read; name a file")
        yield stdin
        return
    try:
        if not found.path.is_file():
            raise InputError(f"{found.name}: not a regular file")
        with found.path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"{found.name}: cannot be read: {error.strerror}") from None


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder, through links too, each folder once; hidden ones are left out.

    Raises:
        OSError: A folder cannot be read.
    """

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
        yield from (Path(root, name) for name in names if not name.startswith("."))


def _files(given: Path, documents: Collection[str]) -> tuple[list[Path], list[Path]]:
    """What is read of a path, and what lies beside it and is not."""
    try:
        given.lstat()
    except FileNotFoundError:
        raise InputError(f"{_text(given)}: no such file or folder") from None
    if not given.is_dir():
        return [given], []
    every = sorted(files_below(given))
    if files := [file for file in every if file.name.lower().endswith(CLAIM_FILE_SUFFIXES)]:
        return files, []
    read = [file for file in every if _is_document(file, documents)]
    if not read:
        raise EmptyInputError(f"{_text(given)}: {_nothing_in(given, documents)}")
    return read, [file for file in every if file not in set(read)]


def _is_document(file: Path, documents: Collection[str]) -> bool:
    return file.suffix.lower() in documents and not file.name.startswith(_LOCK)


def _nothing_in(folder: Path, documents: Collection[str]) -> str:
    """What to say of a folder without files to read."""
    if documents:
        return f"the folder holds no claim file (*.yaml) and no document ({', '.join(documents)})"
    names = sorted(path.name for path in folder.iterdir() if path.suffix in {".txt", ".md"})
    hint = f"; name its documents themselves, such as {folder / names[0]}" if names else ""
    return f"the folder holds no claim file (*.yaml){hint}"


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
