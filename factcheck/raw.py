"""A raw document to claims or statements, by the same steps as `factcheck extract`.

Nothing is left out of the claims here: which sentences are worth checking, the encoder tells
(see `factcheck.checkworthiness`), and `Cut.readings` holds what to ask it about.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from pydantic import ValidationError

from factcheck import documents
from factcheck.drafting.allowed import clean
from factcheck.drafting.drafts import drafts_of
from factcheck.drafting.sources import about
from factcheck.errors import DocumentError, FactcheckWarning
from factcheck.propositions import proposition_of, readings_of
from factcheck.records import Claim, Kind, Source, Statement
from factcheck.statements import statements_of
from factcheck.suffixes import CLAIM_FILE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factcheck.paths import Found
    from factcheck.records import Document, Metadata

Side = Literal["claims", "statements"]
"""Which side of the comparison a raw document stands on."""

# What a raw document is taken for: it cannot say so itself.
_KINDS: dict[Side, Kind] = {"claims": "official", "statements": "analysis"}
_QUESTION = re.compile(r"\?[\"'”’»)\]]{0,3}$")


@dataclass(frozen=True)
class Cut:
    """A document cut into passages.

    Attributes:
        source: With what the document tells of itself.
        passages: Claims or statements, in the order of the document.
        readings: Of each claim, by its key, the sentence as a reader takes it in; None for one
            that can be no claim, such as the caption of a picture.
    """

    source: Source
    passages: tuple[Claim | Statement, ...]
    readings: Mapping[str, str | None]


def read_document(found: Found, file: BinaryIO, name: str, side: Side, head: bytes = b"") -> Cut:
    """Read a document and cut it; what could not be read of it is a warning.

    Args:
        found: Its file.
        file: The same, open.
        name: The id of its source.
        side: As `cut` has it.
        head: What was read of the file before.

    Raises:
        DocumentError: It cannot be read, or asserts nothing.
    """
    suffix = found.suffix if found.path else ".txt"
    if suffix not in documents.LOADERS:
        known = ", ".join((*CLAIM_FILE_SUFFIXES, *documents.LOADERS))
        what = f"files ending in {suffix!r}" if suffix else "files without an extension"
        raise DocumentError(f"{found.name}: {what} are not read; these are: {known}")
    document = documents.load_file(file, found.name, suffix, head)
    for warning in document.warnings:
        warnings.warn(f"{found.name}: {warning}", FactcheckWarning, stacklevel=2)
    return cut(document, found, name, side)


def cut(document: Document, found: Found, name: str, side: Side) -> Cut:
    """Cut a document into claims, or into the statements that assert something.

    Args:
        document: What was read.
        found: Its file.
        name: The id of its source.
        side: A document of claims is taken for an official one, any other for an analysis.

    Raises:
        DocumentError: It holds no sentence, or none that asserts anything.
    """
    sentences = statements_of(document)
    told = [proposition_of(each.text, each.lead) for each in sentences]
    drafts = drafts_of(document.text, sentences, told)
    source = _source(document, found, name, side)
    by_start = dict(zip([each.start for each in sentences], readings_of(sentences), strict=True))
    places = _Places(document)
    passages: list[Claim | Statement] = []
    readings: dict[str, str | None] = {}
    for draft in drafts:
        line, column = places.of(draft.start)
        reading = by_start[draft.start]
        if side == "statements" and (reading is None or _QUESTION.search(reading)):
            continue
        passage = (Claim if side == "claims" else Statement)(
            source=source,
            id=draft.id,
            text=draft.text,
            quote=draft.quote,
            speaker=draft.speaker,
            locator=draft.locator,
            topics=draft.topics,
            path=found.shown,
            line=line,
            column=column,
        )
        passages.append(passage)
        if side == "claims":
            readings[passage.key] = reading
    if not passages:
        what = "no sentence that asserts anything" if drafts else "no sentence"
        raise DocumentError(f"{found.name}: holds {what}")
    return Cut(source, tuple(passages), readings)


def _source(document: Document, found: Found, name: str, side: Side) -> Source:
    """The source, with what the document tells of itself as far as it will do."""
    kind = _KINDS[side]
    drafted = about(found, document, kind, None)
    file = clean(Path(found.shown).name) if found.path else "standard input"
    title = drafted.title if drafted.has_title else file or drafted.title
    plain = Source(id=name, kind=kind, title=title, sha256=document.sha256)
    known = {key: value for key, value in _told(document.metadata).items() if _will_do(key, value)}
    return plain.model_copy(update=known)


def _told(metadata: Metadata) -> dict[str, Any]:
    return {
        "publisher": metadata.publisher or metadata.author,
        "date": metadata.date,
        "language": metadata.language,
        "url": metadata.url,
    }


def _will_do(key: str, value: object) -> bool:
    """Whether a field may hold a value: an address must be https, a language a known form."""
    try:
        Source.model_validate({"id": "x", "kind": "press", "title": "x", key: value})
    except ValidationError:
        return False
    return value is not None


class _Places:
    """Where in its file a sentence begins; a file that is no plain text has no lines."""

    def __init__(self, document: Document) -> None:
        self._document = document
        written = document.decoded or ""
        self._lines = [0, *(match.end() for match in re.finditer("\n", written))]

    def of(self, start: int) -> tuple[int, int]:
        if self._document.decoded is None:
            return 0, 0
        at = self._document.original(start)
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1
