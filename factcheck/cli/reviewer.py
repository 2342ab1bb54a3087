"""What a review needs before it begins: a name, a terminal, and claim files to write in."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from factcheck.cli.setup import DEFAULT_PATHS
from factcheck.errors import InputError


def reviewer_named(given: str | None) -> str:
    """Who decides: as named, or as asked, with git's name on offer.

    Raises:
        InputError: Nobody is named, and nobody can be asked.
    """
    from factcheck.desk.desk import line

    if given is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise InputError("who decides? name the reviewer by --reviewer or FACTCHECK_REVIEWER")
        given = typer.prompt("Who decides?", default=_git_name(), err=True)
    folded = " ".join((given or "").split())
    if not folded:
        raise InputError("the reviewer's name is empty; decisions are signed")
    return line(folded, "the reviewer's name")


def check_terminal() -> None:
    """Refuse to begin where no key can be read or no desk shown.

    Raises:
        InputError: There is no such terminal.
    """
    streams = (sys.stdin, sys.stdout)
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise InputError("review needs a terminal for its keys; --web opens it in a browser")
    if os.environ.get("TERM") == "dumb":
        raise InputError("this terminal (TERM=dumb) cannot show the desk; use --web")


def claim_file_paths(
    claims: Sequence[str] | None, against: Sequence[str] | None
) -> dict[str, Path]:
    """The claim files by the ids of their sources.

    Raises:
        InputError: Something else is named: decisions are written into claim files, and name
            the entries of claim files.
    """
    from factcheck.inputs import claim_files_among
    from factcheck.paths import find
    from factcheck.suffixes import CLAIM_FILE_SUFFIXES

    given = list(claims or DEFAULT_PATHS)
    for found in find([*given, *(against or ())]):
        if found.path is None or found.suffix not in CLAIM_FILE_SUFFIXES:
            raise InputError(
                f"{found.name}: is no claim file; decisions are written into claim files and name "
                "their entries. `factcheck extract` makes one of a document"
            )
    places = [found.path for found in find(given) if found.path is not None]
    return {
        file.source_id: path
        for file, path in zip(claim_files_among(given), places, strict=True)
        if file.source_id is not None
    }


def _git_name() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    import subprocess

    try:
        found = subprocess.run(  # noqa: S603 - a fixed command, found on the path
            [git, "config", "user.name"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.decode("utf-8", "replace").strip() or None
