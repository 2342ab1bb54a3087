"""A folder of documents to a folder of draft claim files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.cli.console import complain, note
from factcheck.errors import EmptyInputError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factcheck.cli.drafter import Drafter
    from factcheck.drafting.folders import Folder

_SHOWN = 5


def draft_folder(
    drafter: Drafter, folder: Path, output: str, *, quiet: bool
) -> tuple[list[str], int]:
    """Write a draft for each document of a folder; what fails is told, and the rest is done.

    Args:
        drafter: Makes them.
        folder: The documents.
        output: The folder of claim files, made where it does not exist.
        quiet: Whether the last line is left out.

    Returns:
        The claim files written or as they should be, and how many documents failed.

    Raises:
        InputError: No folder is named for the drafts, or there is no document.
        OutputError: The folder of drafts cannot be had.
    """
    from factcheck.drafting.folders import (
        claim_files_for,
        claim_files_there,
        folder_of,
        sums_of,
        without_twins,
    )

    if output == "-":
        raise InputError(f"{folder}: is a folder; name one for its claim files by -o")
    drafts = Path(output)
    if not output or (drafts.exists() and not drafts.is_dir()):
        raise OutputError(f"{output or 'an empty path'}: is no folder; name one for the drafts")
    whole = folder_of(folder)
    _tell_passed_over(whole)
    if not whole.documents:
        raise EmptyInputError(f"{folder}: holds no document that is read")
    sums = sums_of(whole.documents)
    found, twins = without_twins(whole, sums)
    for twin, first in twins.items():
        note(f"warning: {twin}: passed over; it is the same as {first}")
    targets = claim_files_for(found, sums, drafts, claim_files_there(drafts))
    _make(drafts)
    done, failed, empty = _drafted(drafter, targets)
    if not done and not failed:
        raise EmptyInputError(f"{folder}: no document of it holds a sentence worth checking")
    if not quiet:
        told = [f"{len(done)} of {_counted(whole.documents, 'document')} drafted"]
        told += [f"{failed} failed"] * bool(failed)
        told += [f"{empty} with nothing to check"] * bool(empty)
        told += [f"{len(twins)} passed over"] * bool(twins)
        note(f"{folder}: {', '.join(told)}")
    return done, failed


def _drafted(drafter: Drafter, targets: Mapping[Path, Path]) -> tuple[list[str], int, int]:
    """The claim files made, how many documents failed, and how many hold nothing to draft."""
    done: list[str] = []
    failed = empty = 0
    for document, claim_file in targets.items():
        try:
            drafter.draft(str(document), str(claim_file))
            done.append(str(claim_file))
        except EmptyInputError as error:
            note(f"warning: {error}")
            empty += 1
        except (InputError, OutputError) as error:
            complain(str(error))
            failed += 1
    return done, failed, empty


def _tell_passed_over(folder: Folder) -> None:
    """What is no document; which files these are, where they are few."""
    for what, files in (("claim file", folder.claim_files), ("other file", folder.others)):
        if files:
            names = [file.relative_to(folder.path).as_posix() for file in files[:_SHOWN]]
            more = ", ..." if len(files) > _SHOWN else ""
            told = f"{_counted(files, what)} passed over: {', '.join(names)}{more}"
            note(f"warning: {folder.path}: {told}")


def _counted(what: Sequence[Path], name: str) -> str:
    return f"{len(what)} {name if len(what) == 1 else f'{name}s'}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made a folder: {error.strerror}") from None
