"""One document to one claim file, as the options of `factcheck extract` ask."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.cli import loading
from factcheck.cli.console import emit, note, work_progress
from factcheck.errors import ClaimFileError, DocumentError, EmptyInputError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.drafting.drafts import Draft
    from factcheck.drafting.merging import Merged
    from factcheck.encoders import Encoder
    from factcheck.paths import Found
    from factcheck.records import Document, Kind
    from factcheck.statements import PlacedSentence


@dataclass(frozen=True)
class Wanted:
    """What is asked of drafts.

    Attributes:
        kind: What their sources are.
        every: Whether every sentence is proposed.
        least: From which check-worthiness on; None for the model's own threshold.
        model: The encoder's name; `none` where it can be done without.
        models: How models are found and run.
        quiet: Whether only errors and warnings are told.
    """

    kind: Kind
    every: bool
    least: float | None
    model: str
    models: loading.Models
    quiet: bool


class Drafter:
    """Makes drafts of documents, with one encoder for all."""

    def __init__(self, wanted: Wanted) -> None:
        """Keep what is asked; no model is loaded yet."""
        self._wanted = wanted

    def draft(self, document: str, output: str) -> None:
        """Write the draft of a document, or merge it into the claim file that is there.

        Args:
            document: Its path, or `-`.
            output: The claim file, or `-`.

        Raises:
            InputError: The document cannot be read or drafted, or the file not merged with.
            OutputError: The claim file cannot be written; one that was there is as it was.
        """
        from factcheck.statements import statements_of

        existing = _existing(output)
        found, loaded = _load(document)
        for warning in loaded.warnings:
            note(f"warning: {found.name}: {warning}")
        sentences = statements_of(loaded)
        result = self._merged(existing, output, found, loaded, self._drafts(loaded, sentences))
        _check_result(result.text, found.name)
        if existing is None or result.text.encode() != existing:
            emit(result.text, output)
        if not self._wanted.quiet:
            note(f"{'stdout' if output == '-' else output}: {_told(result, len(sentences))}")

    @cached_property
    def _encoder(self) -> Encoder:
        return self._wanted.models.encoder(self._wanted.model)

    def _drafts(self, document: Document, sentences: Sequence[PlacedSentence]) -> list[Draft]:
        """The drafts that are wanted."""
        from factcheck.drafting.drafts import drafts_of
        from factcheck.propositions import proposition_of

        if not sentences:
            return []
        wanted = self._wanted
        scores, least = None, wanted.least
        if not (wanted.every and wanted.model == "none"):
            scores, usual = self._scores(sentences)
            least = usual if least is None else least
        told = [proposition_of(each.text, each.lead) for each in sentences]
        drafts = drafts_of(document.text, sentences, told, scores)
        return [each for each in drafts if wanted.every or (each.score or 0) >= (least or 0)]

    def _scores(self, sentences: Sequence[PlacedSentence]) -> tuple[list[float], float]:
        """How worth checking each sentence is, and from where on it is proposed."""
        from factcheck import checkworthiness
        from factcheck.drafting.worth import worth_of
        from factcheck.propositions import readings_of

        with work_progress(self._wanted.quiet, "Encoding") as progress:
            scores = worth_of(readings_of(sentences), self._encoder, progress)
        return scores, checkworthiness.default_model().threshold

    def _merged(
        self,
        existing: bytes | None,
        output: str,
        found: Found,
        document: Document,
        drafts: Sequence[Draft],
    ) -> Merged:
        from factcheck.drafting.claim_file import new_file
        from factcheck.drafting.hints import hint_of
        from factcheck.drafting.merging import Merged, merged
        from factcheck.drafting.sources import about

        # Where standard output goes is not known, nor what schema is near it.
        claim_file = None if output == "-" else Path(output)
        hint = hint_of(claim_file) if claim_file else ""
        source = about(found, document, self._wanted.kind, claim_file)
        if existing is not None:
            return merged(existing, output, source, document.text, drafts, hint)
        if not drafts:
            message = "no sentence of it is worth checking; --all proposes every one"
            message = "holds no sentence" if self._wanted.every else message
            raise EmptyInputError(f"{document.path}: {message}")
        return Merged(new_file(source, drafts, hint), len(drafts))


def _existing(output: str) -> bytes | None:
    """The claim file that is there; None for a new one, or what is no regular file."""
    from factcheck.drafting.merging import read_draft
    from factcheck.located import MAX_BYTES

    path = Path(output)
    if output == "-" or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{output}: cannot be read: {error.strerror}") from None
    read_draft(raw, output)
    return raw


def _load(document: str) -> tuple[Found, Document]:
    from factcheck import documents
    from factcheck.paths import find, opened

    found: Found = find([document])[0]
    suffix = found.suffix if found.path else ".txt"
    if suffix not in documents.LOADERS:
        what = f"documents ending in {suffix!r}" if suffix else "documents without an extension"
        known = ", ".join(documents.LOADERS)
        raise DocumentError(f"{found.name}: {what} are not read; these are: {known}")
    with opened(found, sys.stdin.buffer if sys.stdin else None) as file:
        return found, documents.load_file(file, found.name, suffix)


def _check_result(text: str, document: str) -> None:
    """Hold the file to what `validate` asks before it takes the place of another."""
    from factcheck.drafting.decisions import problems_of
    from factcheck.located import MAX_BYTES

    if len(text.encode()) > MAX_BYTES:
        size = f"{MAX_BYTES // 2**20} MiB"
        message = f"the draft would be larger than {size}, which no claim file may be"
        raise InputError(f"{document}: {message}; raise --min-checkworthiness or split it")
    if problems := problems_of(text.encode(), "the draft"):
        raise ClaimFileError(problems)


def _told(result: Merged, sentences: int) -> str:
    """What was done, in one line."""
    told = [f"{result.added} of {sentences} sentences proposed"]
    told += [f"{result.kept} entries kept"] * bool(result.kept)
    told += [f"{result.changed} quotes adapted"] * bool(result.changed)
    told += [f"{result.gone} quotes gone"] * bool(result.gone)
    return ", ".join(told)
