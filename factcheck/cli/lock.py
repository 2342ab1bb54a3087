"""`factcheck lock`: what the models give for each text and pair, so that CI runs without them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import (
    QuietOption,
    VerboseOption,
    check_output,
    emit,
    note,
    work_progress,
)
from factcheck.errors import LockError

if TYPE_CHECKING:
    from factcheck.lock import Lock


def lock(
    claims: setup.ClaimsArgument = None,
    against: setup.AgainstOption = None,
    lock_: setup.LockOption = setup.DEFAULT_LOCK,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Ask the models anew, also for what the lock file holds."),
    ] = False,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    calibration: setup.CalibrationOption = None,
    batch_size: setup.BatchSizeOption = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write the lock file: add what is missing, drop what no file needs.

    What it holds of the same models stays as it is. It names the calibration that it is made
    beside, and is refused with another. Exit status: 0, or 2 on an error.
    """
    from factcheck.lock import render
    from factcheck.locked import make_lock

    check_output(str(lock_), [*(claims or setup.DEFAULT_PATHS), *(against or ())])
    fitted = setup.read_calibration_file(calibration)
    every, statements = setup.read_both(claims, against)
    models = loading.Models(
        batch_size=batch_size,
        cache_dir=cache_dir,
        no_cache=no_cache,
        cache_size=cache_size,
        allow_download=allow_download,
        verbose=verbose and not quiet,
    )
    old = None if fresh or not lock_.is_file() else _old(lock_)
    with work_progress(quiet, "Encoding") as encoding, work_progress(quiet, "Judging") as judging:
        made = make_lock(
            every,
            statements,
            encoder=models.encoder(model),
            stance=models.stance(stance_model),
            old=old,
            calibration=fitted,
            progress=encoding,
            judging=judging,
        )
    emit(render(made), str(lock_))
    if not quiet:
        note(f"{lock_}: {len(made.texts):,} texts, {len(made.pairs):,} pairs")


def _old(path: Path) -> Lock | None:
    """The lock that is there; one that cannot be used is made anew."""
    try:
        return setup.read_lock_file(path)
    except LockError as error:
        note(f"made anew: {error}")
        return None
