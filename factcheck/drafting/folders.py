"""A folder of documents: which are read, and to which claim file of another folder each goes.

A document goes to the file that has its sha256, or names it; else to one called after it. So
a later run finds each document's file again, also where documents have come in between.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factcheck.claims import read_claim_file
from factcheck.documents import LOADERS, MAX_TOLD
from factcheck.errors import InputError
from factcheck.located import MAX_BYTES as MAX_CLAIM_FILE
from factcheck.paths import Found, files_below, names_apart
from factcheck.suffixes import CLAIM_FILE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

# What word processors leave beside a document that is open.
_LOCK = "~$"


@dataclass(frozen=True)
class Folder:
    """What a folder holds, subfolders included; what is hidden is left out.

    Attributes:
        path: The folder.
        documents: What can be read, in order.
        claim_files: Claim files.
        others: All else.
    """

    path: Path
    documents: tuple[Path, ...]
    claim_files: tuple[Path, ...]
    others: tuple[Path, ...]


@dataclass(frozen=True)
class ClaimFileThere:
    """A claim file that is in the folder of drafts.

    Attributes:
        path: Where.
        source_id: Of its source; empty where it gives none.
        document: The document that it names, links followed; None where it names none.
        sha256: That of its document; None where it gives none.
    """

    path: Path
    source_id: str = ""
    document: str | None = None
    sha256: str | None = None


def folder_of(path: Path) -> Folder:
    """What is in a folder.

    Raises:
        InputError: It cannot be read.
    """
    documents, claim_files, others = [], [], []
    try:
        for file in sorted(files_below(path)):
            suffix = file.suffix.lower()
            if suffix in CLAIM_FILE_SUFFIXES:
                claim_files.append(file)
            elif suffix in LOADERS and not file.name.startswith(_LOCK):
                documents.append(file)
            else:
                others.append(file)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    return Folder(path, tuple(documents), tuple(claim_files), tuple(others))


def claim_files_there(folder: Path) -> list[ClaimFileThere]:
    """The claim files of a folder, without its subfolders; one that is broken only has its name."""
    if not folder.is_dir():
        return []
    files = (each for each in folder.iterdir() if each.suffix.lower() in CLAIM_FILE_SUFFIXES)
    return [_there(file) for file in sorted(files) if file.is_file()]


def sums_of(documents: Iterable[Path]) -> dict[Path, str]:
    """The sha256 of documents; without what is no file, too large, or cannot be read."""
    sums = {}
    for path in documents:
        with suppress(OSError):
            if path.is_file() and path.stat().st_size <= MAX_TOLD:
                with path.open("rb") as file:
                    sums[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums


def without_twins(folder: Folder, sums: Mapping[Path, str]) -> tuple[Folder, dict[Path, Path]]:
    """A folder without documents that are byte for byte another one, and these with the other.

    Args:
        folder: The documents.
        sums: Their sha256, as far as they can be read.
    """
    first: dict[str, Path] = {}
    twins = {}
    for path in folder.documents:
        other = first.setdefault(sums.get(path, str(path)), path)
        if other != path:
            twins[path] = other
    kept = tuple(path for path in folder.documents if path not in twins)
    return replace(folder, documents=kept), twins


def claim_files_for(
    folder: Folder, sums: Mapping[Path, str], drafts: Path, there: Sequence[ClaimFileThere]
) -> dict[Path, Path]:
    """The claim file of each document, no two the same.

    Args:
        folder: The documents.
        sums: Their sha256, as far as they can be read.
        drafts: The folder of claim files.
        there: Those that are in it.
    """
    found = _held(folder.documents, sums, there)
    taken = {file.path for file in there if file.path in found.values()}
    ids = {file.source_id for file in there}
    others = {file.path: file for file in there if file.path not in taken}
    names = names_apart(
        Found(document, document.as_posix(), document.relative_to(folder.path))
        for document in folder.documents
    )
    for document, name in zip(folder.documents, names.values(), strict=True):
        if document in found:
            continue
        number, path = 1, drafts / f"{name}.yaml"
        while path in taken or not _may_hold(others.get(path), path.stem, ids, document):
            number += 1
            path = drafts / f"{name}-{number}.yaml"
        taken.add(path)
        found[document] = path
    return {document: found[document] for document in folder.documents}


def _held(
    documents: Sequence[Path], sums: Mapping[Path, str], there: Sequence[ClaimFileThere]
) -> dict[Path, Path]:
    """The documents that a claim file has the sha256 of, or names."""
    found: dict[Path, Path] = {}
    # What it was taken from tells more than a name, which another document may have now.
    by_sum = {file.sha256: file.path for file in reversed(there) if file.sha256}
    for document in documents:
        if file := by_sum.pop(sums.get(document, ""), None):
            found[document] = file
    taken = set(found.values())
    by_path = {file.document: file.path for file in reversed(there) if file.path not in taken}
    for document in documents:
        file = by_path.get(os.path.realpath(document))
        if file and document not in found:
            found[document] = file
    return found


def _may_hold(file: ClaimFileThere | None, source: str, ids: set[str], document: Path) -> bool:
    """Whether a document may go to a file: there is none yet, or none of another document.

    A new file must not give its source an id that another file's has.
    """
    if file is None:
        return source not in ids
    return file.document is None or file.document == os.path.realpath(document)


def _there(path: Path) -> ClaimFileThere:
    try:
        with path.open("rb") as file:
            data = read_claim_file(file.read(MAX_CLAIM_FILE + 1), str(path)).located.data
    except OSError:
        return ClaimFileThere(path)
    source = data.get("source") if isinstance(data, dict) else None
    if not isinstance(source, dict):
        return ClaimFileThere(path)
    name, sha256, document = (source.get(key) for key in ("id", "sha256", "document"))
    return ClaimFileThere(
        path,
        str(name or ""),
        os.path.realpath(path.parent / document)
        if isinstance(document, str) and document.isprintable()
        else None,
        sha256 if isinstance(sha256, str) else None,
    )
