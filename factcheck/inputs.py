"""Paths, as a user names them, to claims and statements.

A path is a claim file, a raw document, a folder of either, or `-` for standard input.
"""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from factcheck import located
from factcheck.claims import ReadFile, cross_problems, read_claim_file
from factcheck.errors import ClaimFileError, DocumentError, FactcheckWarning, InputError, Problem
from factcheck.located import Located
from factcheck.messages import suggestion
from factcheck.paths import Found, find, names_apart, opened, read_bytes
from factcheck.records import Claim, ClaimSet, Statement
from factcheck.suffixes import CLAIM_FILE_SUFFIXES, DOCUMENT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from factcheck.raw import Cut, Side
    from factcheck.records import Source

_HEAD = 64 * 1024  # bytes of standard input by which it is told to be a claim file


@dataclass(frozen=True)
class Sources(ClaimSet):
    """What was read from claim files and documents.

    Attributes:
        readings: Of each claim that is a sentence of a raw document, by its key, the sentence as
            a reader takes it in; None for one that can be no claim.
    """

    readings: Mapping[str, str | None] = field(default_factory=dict)


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FactcheckWarning)  # what is passed over is told elsewhere
        found = find(paths, DOCUMENT_FORMATS)
    return [_load(each, None) for each in found if each.suffix in CLAIM_FILE_SUFFIXES]


def read_sources(paths: Iterable[str | Path], side: Side, stdin: BinaryIO | None = None) -> Sources:
    """Read claim files and raw documents.

    Args:
        paths: Claim files, documents, folders of either, or `-`.
        side: What a raw document is taken for: `claims` makes it an official source
            and each of its sentences a claim, `statements` a source of kind `analysis`, of which
            the sentences that assert something are statements.
        stdin: What `-` reads.

    Raises:
        ClaimFileError: Some claim files have errors; it lists those of all files.
        DocumentError: Documents cannot be read; it lists all of them.
        InputError: A path does not exist, or a folder holds nothing to read.
    """
    return _read([(side, find(paths, DOCUMENT_FORMATS))], stdin)[0]


def read_sides(
    claims: Iterable[str | Path],
    against: Iterable[str | Path] | None,
    stdin: BinaryIO | None = None,
) -> tuple[Sources, Sources]:
    """Read both sides of a comparison, as `read_sources` reads one.

    Args:
        claims: Claim files, official documents, folders of either, or `-`.
        against: The critique sources; where there are none, those among `claims`.
        stdin: What `-` reads.

    Raises:
        ClaimFileError: Some claim files have errors; it lists those of all files of a side.
        DocumentError: Documents cannot be read; it lists all of them.
        InputError: A path does not exist, or a folder holds nothing to read; or a document is on
            both sides.
    """
    official = find(claims, DOCUMENT_FORMATS)
    if against is None:
        (given,) = _read([("claims", official)], stdin)
        return given, given
    critique = find(against, DOCUMENT_FORMATS)
    for found in critique:
        if _is_raw(found) and any(_same(found, other) for other in official):
            message = "is named on both sides; as a document it can be on one"
            raise InputError(f"{found.name}: {message}")
    given, other = _read([("claims", official), ("statements", critique)], stdin)
    return given, other


def _read(sides: Sequence[tuple[Side, Sequence[Found]]], stdin: BinaryIO | None) -> list[Sources]:
    """Each side; raw documents have ids that tell them apart, also from those of the other."""
    names = names_apart({f: None for _, side in sides for f in side if _is_raw(f)})
    return [_read_side(found, side, names, stdin) for side, found in sides]


def _read_side(
    every: Sequence[Found], side: Side, names: Mapping[Found, str], stdin: BinaryIO | None
) -> Sources:
    files: list[ReadFile] = []
    raw: list[Cut] = []
    wrong: list[str] = []
    for found in every:
        try:
            with opened(found, stdin) as file:
                head = file.read(_HEAD) if found.path is None else b""
                if _is_claim_file(head):
                    rest = file.read(located.MAX_BYTES + 1 - len(head))
                    files.append(read_claim_file(head + rest, found.name))
                elif _is_raw(found):
                    from factcheck.raw import read_document  # noqa: PLC0415 - a claim file needs none of it

                    raw.append(read_document(found, file, names[found], side, head))
                else:
                    files.append(_load(found, stdin))
        except DocumentError as error:
            wrong.append(str(error))
    if wrong:
        raise DocumentError("\n".join(wrong))
    merged = join(_merged(files), *(_as_set(each) for each in raw))
    _check_ids(merged.sources)
    readings = {key: text for each in raw for key, text in each.readings.items()}
    return Sources(merged.sources, merged.claims, merged.statements, readings)


def _check_ids(sources: Sequence[Source]) -> None:
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise InputError(f"two sources are called {source.id!r}; rename one of the files")
        seen.add(source.id)


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


def _is_raw(found: Found) -> bool:
    return found.path is None or found.suffix not in CLAIM_FILE_SUFFIXES


def _same(found: Found, other: Found) -> bool:
    if found.path is None or other.path is None:
        return found.path is other.path
    return os.path.realpath(found.path) == os.path.realpath(other.path)


def _as_set(cut: Cut) -> ClaimSet:
    claims = tuple(each for each in cut.passages if isinstance(each, Claim))
    statements = tuple(each for each in cut.passages if isinstance(each, Statement))
    return ClaimSet((cut.source,), claims, statements)
