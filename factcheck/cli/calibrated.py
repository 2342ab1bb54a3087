"""The option that names a calibration, and how its file is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.calibration import Calibration
    from factcheck.lock import Lock
    from factcheck.report import Model

CalibrationOption = Annotated[
    str | None,
    typer.Option(
        help="A file of figures fitted to your own labels, made by 'factcheck eval calibrate', or "
        "'none'.",
        envvar="FACTCHECK_CALIBRATION",
    ),
]


def read_calibration_file(path: str | None) -> Calibration | None:
    """The calibration in a file; None for no path, and for `none`.

    Raises:
        InputError: There is no such file, or it is no calibration.
    """
    if path == "":
        raise InputError("--calibration names no file; 'none' goes without")
    if path in {None, "none"}:
        return None
    from factcheck.calibration import MAX_BYTES, MEND, read_calibration

    assert path is not None
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or "no path"
        raise InputError(f"{path}: cannot be read: {told}; {MEND} {path}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: is too large for a calibration; {MEND} {path}")
    return read_calibration(raw, path)


def check_lock(path: str, lock: Lock, calibration: Calibration | None) -> None:
    """Refuse a calibration that a lock was not made beside: CI must run by the same one.

    Raises:
        LockError: The lock names another, or none where one is given.
    """
    from factcheck.errors import LockError, Problem

    held, given = lock.calibration, calibration.model if calibration else None
    if (held and held.sha256) == (given and given.sha256):
        return

    def told(model: Model | None) -> str:
        return (
            f"the calibration {model.name!r} ({model.sha256[:12]}…)" if model else "no calibration"
        )

    option = f" --calibration {calibration.path}" if calibration else ""
    was = f"was made beside {told(held)}, and this run has {told(given)}"
    message = f"{was}; run `factcheck lock{option}`"
    raise LockError([Problem(path, 0, 0, message)])
