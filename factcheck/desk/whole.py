"""A file's bytes read, and replaced whole: at any moment the file is the old one or the new one."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from factcheck.errors import InputError, OutputError
from factcheck.located import MAX_BYTES

_TEMPORARY = ".review-tmp"


def read_whole(path: Path) -> bytes:
    """A file's bytes, one more at most than a claim file may have.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def put_whole(path: Path, before: bytes, after: bytes) -> bool:
    """Replace a file's bytes, unless they are no longer what they were.

    Its permissions stay, and a link stays a link.

    Returns:
        Whether it was done.

    Raises:
        OutputError: It cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        handle, name = tempfile.mkstemp(_TEMPORARY, f".{target.name}.", target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after)
                file.flush()
                temporary.chmod(mode)
                os.fsync(file.fileno())
            if read_whole(path) != before:
                return False
            os.replace(temporary, target)  # noqa: PTH105 - the habit is os.replace
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(target.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
    return True


def _flush_folder(folder: Path) -> None:
    """The new name reaches the disk too, where the system lets a folder be flushed."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(target: Path) -> None:
    """Remove what a desk that was killed left half-written; nobody else writes while we hold it."""
    with suppress(OSError):
        for each in target.parent.iterdir():
            if each.name.startswith(f".{target.name}.") and each.name.endswith(_TEMPORARY):
                each.unlink(missing_ok=True)
