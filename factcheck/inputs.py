"""Paths, as a user names them, to claims and statements.

A path is a claim file, a folder of claim files, a raw text document, or `-` for
standard input.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from factcheck import documents, located
from factcheck.claims import ReadFile, cross_problems, read_claim_file
from factcheck.errors import ClaimFileError, DocumentError, FactcheckWarning, InputError, Problem
from factcheck.folding import fold
from factcheck.located import Located
from factcheck.messages import suggestion
from factcheck.paths import CLAIM_FILE_SUFFIXES, Found, find, read_bytes, source_id
from factcheck.records import Claim, ClaimSet, Kind, Quote, Source, Statement
from factcheck.statements import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Side = Literal["claims", "statements"]
"""Which side of the comparison a raw document stands on."""

# What a raw document is taken for: it cannot say so itself.
_RAW_KINDS: dict[Side, Kind] = {"claims": "official", "statements": "analysis"}


def read_claim_files(paths: Iterable[str | Path]) -> ClaimSet:
    """Read claim files.

    Args:
        paths: Claim files, or folders of them (`*.yaml`, `*.yml`, also in subfolders).

    Returns:
        Their sources, claims and statements, files in the order of their paths.

    Raises:
        ClaimFileError: Some files have errors; it lists those of all files.
        InputError: A path does not exist, or a folder holds no claim file.
    """
    return _merged(load_claim_files(paths))


def load_claim_files(paths: Iterable[str | Path], stdin: BinaryIO | None = None) -> list[ReadFile]:
    """Read claim files and keep what is wrong with each.

    Raises:
        InputError: A path does not exist, or a folder holds no claim file.
    """
    return [_load(found, stdin) for found in find(paths)]


def claim_files_among(paths: Iterable[str | Path]) -> list[ReadFile]:
    """The claim files among paths, without raw documents and standard input.

    Raises:
        InputError: A path does not exist, or a folder holds no claim file.
    """
    return [_load(found, None) for found in find(paths) if found.suffix in CLAIM_FILE_SUFFIXES]


def read_sources(
    paths: Iterable[str | Path], side: Side, stdin: BinaryIO | None = None
) -> ClaimSet:
    """Read claim files and raw documents.

    Args:
        paths: Claim files, folders of them, text documents, or `-`.
        side: What a raw document is taken for: `claims` makes it an official source
            and each of its sentences a claim, `statements` a source of kind `analysis`.
        stdin: What `-` reads.

    Raises:
        ClaimFileError: Some claim files have errors; it lists those of all files.
        DocumentError: A document cannot be read.
        InputError: A path does not exist, or a folder holds no claim file.
    """
    files: list[ReadFile] = []
    raw: list[ClaimSet] = []
    for found in find(paths):
        if found.path is None:
            content = read_bytes(found, documents.MAX_BYTES, stdin)
            if _is_claim_file(content):
                files.append(read_claim_file(content, found.name))
            else:
                raw.append(_read_document(found, content, side))
        elif found.suffix in CLAIM_FILE_SUFFIXES:
            files.append(_load(found, stdin))
        else:
            raw.append(_read_document(found, read_bytes(found, documents.MAX_BYTES), side))
    merged = join(_merged(files), *raw)
    seen: set[str] = set()
    for source in merged.sources:
        if source.id in seen:
            raise InputError(f"two sources are called {source.id!r}; rename one of the files")
        seen.add(source.id)
    return merged


def join(*sets: ClaimSet) -> ClaimSet:
    """Several sets as one."""
    return ClaimSet(
        tuple(source for each in sets for source in each.sources),
        tuple(claim for each in sets for claim in each.claims),
        tuple(statement for each in sets for statement in each.statements),
    )


def select_claims(
    claims: Sequence[Claim], only: Sequence[str] = (), topics: Sequence[str] = ()
) -> tuple[Claim, ...]:
    """The claims with one of the ids (`id` or `source/id`) and one of the topics.

    Raises:
        InputError: An id or topic is that of no claim.
    """
    _check_known("claim", only, {name for claim in claims for name in (claim.id, claim.key)})
    _check_known("topic", topics, {topic for claim in claims for topic in claim.topics})
    return tuple(
        claim
        for claim in claims
        if (not only or {claim.id, claim.key} & set(only))
        and (not topics or set(claim.topics) & set(topics))
    )


def _check_known(what: str, names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"no {what} is called {name!r}{suggestion(name, known)}")


def _merged(files: Sequence[ReadFile]) -> ClaimSet:
    problems = [problem for file in files for problem in file.problems] + cross_problems(files)
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise ClaimFileError(errors)
    return join(*(file.records() for file in files))


def _load(found: Found, stdin: BinaryIO | None) -> ReadFile:
    folder = str(found.path.parent) if found.path else "."
    try:
        raw = read_bytes(found, located.MAX_BYTES, stdin)
    except InputError as error:
        message = str(error).removeprefix(f"{found.name}: ")
        problem = Problem(found.name, 0, 0, message)
        return ReadFile(found.name, found.shown, folder, Located(), None, (problem,))
    return read_claim_file(raw, found.name, found.shown, folder)


def _is_claim_file(raw: bytes) -> bool:
    """Whether standard input is a claim file: told by the first line that says something."""
    for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines():
        if line.strip() and not line.startswith((b"#", b"---", b"%")):
            return re.match(rb"(version|source|claims|statements)\s*:|\{", line) is not None
    return False


def _read_document(found: Found, raw: bytes, side: Side) -> ClaimSet:
    suffix = found.suffix if found.path else ".txt"
    if suffix not in documents.LOADERS:
        known = ", ".join((*CLAIM_FILE_SUFFIXES, *documents.LOADERS))
        what = f"files ending in {suffix!r}" if suffix else "files without an extension"
        raise DocumentError(f"{found.name}: {what} are not read; these are: {known}")
    document = documents.LOADERS[suffix](raw, found.name)
    for warning in document.warnings:
        warnings.warn(f"{found.name}: {warning}", FactcheckWarning, stacklevel=2)
    source = Source(
        id=source_id(found.path.stem if found.path else "stdin"),
        kind=_RAW_KINDS[side],
        title=_printable(Path(found.shown).name if found.path else "standard input"),
        sha256=document.sha256,
    )
    passage = Claim if side == "claims" else Statement
    passages = []
    written = document.text if document.decoded is None else document.decoded
    lines = [0, *(match.end() for match in re.finditer("\n", written))]
    for number, sentence in enumerate(split_sentences(document.text), start=1):
        start = sentence.start
        at = start if document.decoded is None else document.original(start)
        line = bisect_right(lines, at)
        text = _printable(document.text[start : sentence.end])
        passages.append(
            passage(
                source=source,
                id=f"s{number}",
                text=text,
                quote=Quote(exact=text),
                locator=f"line {line}",
                path=found.shown,
                line=line,
                column=at - lines[line - 1] + 1,
            )
        )
    if not passages:
        raise DocumentError(f"{found.name}: holds no sentence")
    claims = tuple(p for p in passages if isinstance(p, Claim))
    statements = tuple(p for p in passages if isinstance(p, Statement))
    return ClaimSet((source,), claims, statements)


def _printable(text: str) -> str:
    """White space folded, control characters out, cut where no text should be longer."""
    kept = "".join(c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in text)
    return fold(kept)[:10_000]
