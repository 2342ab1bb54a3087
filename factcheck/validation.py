"""Claim files against the schema, each other, and the documents they quote."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from factcheck import documents
from factcheck.claims import ReadFile, cross_problems, expectation_problems
from factcheck.errors import DocumentError, InputError, Problem
from factcheck.inputs import load_claim_files
from factcheck.proofs import (
    CheckedQuotes,
    Proof,
    QuoteProblem,
    SourceDocument,
    prove_quotes,
    unchecked_quotes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from factcheck.records import Document, Source
    from factcheck.validated import DocumentState

__all__ = ["CheckedQuotes", "Proof", "QuoteProblem", "Validation", "check_quotes", "validate"]


@dataclass(frozen=True)
class Validation:
    """What was checked, and what was found wrong.

    Attributes:
        files: How many claim files were read.
        quotes: How many quotes were looked for in their documents.
        problems: Sorted by place.
        notes: What could not be checked, and why.
        proofs: How each quote stands, in the order of the files.
        documents: What became of the document of each source.
    """

    files: int
    quotes: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    proofs: tuple[Proof, ...] = ()
    documents: tuple[SourceDocument, ...] = ()


def validate(
    paths: Iterable[str | Path], folder: Path | None = None, stdin: BinaryIO | None = None
) -> Validation:
    """Check claim files; loads no model.

    Args:
        paths: Claim files, or folders of them.
        folder: Where documents are looked for by their sha256, subfolders included.
        stdin: What `-` reads.

    Raises:
        InputError: A path does not exist, or a folder holds no claim file.
    """
    files = load_claim_files(paths, stdin)
    problems = [problem for file in files for problem in file.problems]
    problems += cross_problems(files)
    notes: list[str] = []
    unexpected = expectation_problems(files)
    problems += unexpected or []
    if unexpected is None and any(claim.expect for f in files for claim in f.records().claims):
        notes.append("expectations not checked: there is no critique source among the files")
    checked = check_quotes(files, folder)
    problems += [each.problem for each in checked.problems]
    notes += [f"{doc.path}: {warning}" for doc in checked.documents for warning in doc.warnings]
    return Validation(
        files=len(files),
        quotes=checked.quotes,
        problems=tuple(sorted(set(problems))),
        notes=tuple(notes),
        proofs=checked.proofs,
        documents=checked.documents,
    )


def check_quotes(files: Sequence[ReadFile], folder: Path | None = None) -> CheckedQuotes:
    """Look for every quote in its document.

    Args:
        files: Claim files; those with errors are passed over.
        folder: Where documents are looked for by their sha256, subfolders included.

    Raises:
        InputError: There is no such folder.
    """
    by_sum = _documents_in(folder) if folder is not None else {}
    problems: list[QuoteProblem] = []
    proofs: list[Proof] = []
    states: list[SourceDocument] = []
    for file in files:
        if file.content is None:
            continue
        source = file.content.source
        document, trouble = _document_of(file, source, folder, by_sum)
        problems += [QuoteProblem(each, source.id) for each in trouble]
        states.append(_state(source, document))
        if document is None:
            proofs += unchecked_quotes(file)
        else:
            proved, wrong = prove_quotes(file, document)
            proofs += proved
            problems += wrong
    quotes = sum(proof.status != "unchecked" for proof in proofs)
    return CheckedQuotes(quotes, tuple(problems), tuple(proofs), tuple(states))


def _state(source: Source, document: Document | None) -> SourceDocument:
    """Whether a source's document is there, and still the one it was."""
    if document is None:
        return SourceDocument(source.id, "unchecked", None, source.sha256)
    state: DocumentState = "same" if source.sha256 == document.sha256 else "another"
    state = state if source.sha256 else "unstated"
    return SourceDocument(
        *(source.id, state, document.path, source.sha256, document.sha256, document.warnings)
    )


def _documents_in(folder: Path) -> dict[str, Path]:
    """The files of a folder by sha256."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    found: dict[str, Path] = {}
    for root, _, names in sorted(os.walk(folder)):
        for path in (Path(root) / name for name in sorted(names)):
            digest = _sha256(path)
            # Of files with the same bytes, one that can be read as a document counts.
            if digest and (digest not in found or path.suffix.lower() in documents.LOADERS):
                found[digest] = path
    return found


def _sha256(path: Path) -> str | None:
    """The sum of a file; None for what is no file of a document's size, or not readable."""
    try:
        if not path.is_file() or path.stat().st_size > documents.MAX_TOLD:
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _document_of(
    file: ReadFile, source: Source, folder: Path | None, found: Mapping[str, Path]
) -> tuple[Document | None, list[Problem]]:
    """The document of a claim file, or what keeps it from being found."""
    if source.document is not None:
        return _named_document(file, source, source.document)
    if folder is None:
        return None, []
    if source.sha256 is None:
        message = "gives no sha256 and no document, so its quotes cannot be checked"
        return None, [file.problem(("source",), f"source {source.id!r} {message}")]
    path = found.get(source.sha256)
    if path is None:
        message = f"no file in {folder} has this sha256"
        return None, [file.problem(("source", "sha256"), message)]
    return _loaded(file, path, ("source", "sha256"))


def _named_document(
    file: ReadFile, source: Source, name: str
) -> tuple[Document | None, list[Problem]]:
    at = ("source", "document")
    path = Path(os.path.realpath(Path(file.folder) / name))
    roots = (os.path.realpath(file.folder), os.path.realpath(os.curdir))
    if Path(name).is_absolute():
        return None, [file.problem(at, "document must be a path relative to this file")]
    # A claim file comes from anyone; it may not have any file of the machine quoted.
    if not any(path.is_relative_to(root) for root in roots):
        return None, [file.problem(at, f"{name!r} leads out of the working folder")]
    if not os.path.isfile(path):  # noqa: PTH113 - says no to a name that is too long, too
        return None, [file.problem(at, f"there is no document {name!r}")]
    document, problems = _loaded(file, path, at)
    if document is not None and source.sha256 not in {None, document.sha256}:
        message = f"the document {name!r} has another sha256: {document.sha256}"
        problems.append(file.problem(("source", "sha256"), message))
    return document, problems


def _loaded(
    file: ReadFile, path: Path, at: tuple[str, ...]
) -> tuple[Document | None, list[Problem]]:
    if path.suffix.lower() not in documents.LOADERS:
        return None, [file.problem(at, f"documents ending in {path.suffix!r} are not read yet")]
    try:
        with path.open("rb") as opened:
            return documents.load_file(opened, path.name, path.suffix), []
    except DocumentError as error:
        return None, [file.problem(at, str(error))]
    except OSError as error:
        return None, [file.problem(at, f"{path.name}: cannot be read: {error.strerror}")]
