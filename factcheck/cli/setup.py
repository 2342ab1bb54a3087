"""What several commands share: options, claims and statements to read, the lock file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli.calibrated import CalibrationOption as CalibrationOption  # noqa: PLC0414 - for the commands
from factcheck.cli.calibrated import read_calibration_file as read_calibration_file  # noqa: PLC0414 - for the commands
from factcheck.errors import EmptyInputError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.inputs import Sources
    from factcheck.lock import Lock
    from factcheck.records import Claim, Statement

DEFAULT_PATHS = ("claims",)

ClaimsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Claim files, official documents, or folders of either; '-' reads standard input. "
        "By default what the configuration names, else claims/.",
        show_default=False,
    ),
]
AgainstOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Critique sources: claim files, documents, or folders of either; repeatable. "
        "By default the statements among CLAIMS.",
        envvar="FACTCHECK_AGAINST",
    ),
]


class CritiqueKind(StrEnum):
    """What a critique source can be; Typer takes a list of choices only as an enum."""

    NGO = "ngo"
    ANALYSIS = "analysis"
    PRESS = "press"


KindOption = Annotated[
    list[CritiqueKind] | None,
    typer.Option(help="Only statements from sources of this kind; repeatable."),
]
KOption = Annotated[
    int, typer.Option("-k", help="How many statements a claim.", envvar="FACTCHECK_K", min=1)
]
LockOption = Annotated[Path, typer.Option("--lock", help="The lock file.", envvar="FACTCHECK_LOCK")]
LockedOption = Annotated[
    bool,
    typer.Option(
        "--locked/--no-locked",
        help="Take vectors and stance from the lock file; no model is loaded.",
        envvar="FACTCHECK_LOCKED",
    ),
]
DEFAULT_LOCK = Path("factcheck.lock")

DEFAULT_MODEL = "all-MiniLM-L6-v2"

ModelOption = Annotated[
    str,
    typer.Option(
        help="A sentence-transformers model: a folder, or a name in the local hub cache.",
        envvar="FACTCHECK_MODEL",
    ),
]
StanceOption = Annotated[
    str,
    typer.Option(
        help="The packaged 'contrast', another cross-encoder for natural-language inference (a "
        "folder, or a name in the local hub cache), or 'none'.",
        envvar="FACTCHECK_STANCE_MODEL",
    ),
]
DEFAULT_STANCE = "contrast"
BatchSizeOption = Annotated[
    int, typer.Option(help="Texts encoded at once.", envvar="FACTCHECK_BATCH_SIZE", min=1)
]
DocumentsOption = Annotated[
    Path | None,
    typer.Option(
        help="A folder of documents, found by their sha256; checks every quote.",
        envvar="FACTCHECK_DOCUMENTS",
    ),
]
DownloadOption = Annotated[
    bool,
    typer.Option("--allow-download", help="Fetch the model from the hub where it is not here."),
]
CacheDirOption = Annotated[
    Path | None,
    typer.Option(
        help="Where vectors are kept; by default in the platform's cache folder.",
        envvar="FACTCHECK_CACHE_DIR",
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Neither read nor write the cache.")
]
CacheSizeOption = Annotated[
    int,
    typer.Option(
        help="What the cache may hold, in MiB; the least recently used go first.",
        envvar="FACTCHECK_CACHE_SIZE",
        min=1,
    ),
]
DEFAULT_CACHE_SIZE = 1024


def read_both(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[CritiqueKind] | None = None,
) -> tuple[tuple[Claim, ...], tuple[Statement, ...]]:
    """Claims, of raw documents every sentence, and the statements from sources of some kinds.

    Raises:
        InputError: There are none of them, or a path cannot be read.
    """
    given, statements = read_given(claims, against, kind)
    return given.claims, statements


def read_given(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[CritiqueKind] | None = None,
) -> tuple[Sources, tuple[Statement, ...]]:
    """What claims are in, and the statements from sources of some kinds.

    Raises:
        InputError: There are none of them, or a path cannot be read.
    """
    from factcheck.inputs import read_sides

    paths = list(claims or DEFAULT_PATHS)
    if "-" in paths and "-" in (against or ()):
        raise InputError("standard input can be only one of the two sides")
    stdin = sys.stdin.buffer if sys.stdin else None
    given, critique = read_sides(paths, against or None, stdin)
    check_claims(given, paths)
    if not critique.statements:
        where = ", ".join(against or paths)
        raise EmptyInputError(
            f"{where}: no statement among these; name critique sources by --against"
        )
    kinds = [each.value for each in kind or CritiqueKind]
    statements = tuple(s for s in critique.statements if s.source.kind in kinds)
    if not statements:
        raise EmptyInputError(f"no statement is from a source of kind {' or '.join(kinds)}")
    return given, statements


def check_claims(given: Sources, paths: Sequence[str]) -> None:
    """Refuse what holds no claim.

    Raises:
        EmptyInputError: There is none.
    """
    if not given.claims:
        raise EmptyInputError(
            f"{', '.join(paths)}: no claim among these; claims are in official sources"
        )


def read_lock_file(path: Path) -> Lock:
    """The lock in a file.

    Raises:
        LockError: There is none, or it cannot be used.
    """
    from factcheck.errors import LockError, Problem
    from factcheck.lock import MAX_BYTES, read_lock

    try:
        if path.stat().st_size > MAX_BYTES:
            raise LockError([Problem(str(path), 0, 0, "is too large for a lock file")])
        raw = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}; `factcheck lock` writes it"
        raise LockError([Problem(str(path), 0, 0, message)]) from None
    return read_lock(raw, str(path))
