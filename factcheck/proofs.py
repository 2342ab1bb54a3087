"""Whether quotes prove their entries: how each stands in its document, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factcheck.differences import Difference, shown, word_differences
from factcheck.documents import cleaned
from factcheck.formats.text import printable
from factcheck.places import Places
from factcheck.quotes import Anchor, Changed, Missing, QuoteFinder, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.claims import ReadFile
    from factcheck.errors import Problem
    from factcheck.records import Document, Passage, Quote
    from factcheck.validated import DocumentState, QuoteStatus

_MOST_PLACES = 1_000
_WORD = 40


@dataclass(frozen=True)
class QuoteProblem:
    """What is wrong with a quote, or with the document it should be in.

    Attributes:
        problem: What, and where.
        source_id: The source.
        passage: The claim or statement; None where it is the document.
    """

    problem: Problem
    source_id: str
    passage: Passage | None = None


@dataclass(frozen=True)
class Proof:
    """How one quote stands in its document.

    Attributes:
        passage: The claim or statement.
        status: In a word.
        start: Where it was found in the document's text, or something like it.
        end: Where that ends.
        place: What names that place best.
        occurrences: How many places are as good.
        score: How like the quote and its surroundings are; 1 where they are the same.
        differences: Where it changed: word by word.
    """

    passage: Passage
    status: QuoteStatus
    start: int | None = None
    end: int | None = None
    place: str | None = None
    occurrences: int = 0
    score: float = 0.0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class SourceDocument:
    """What became of a source's document.

    Attributes:
        source_id: The source.
        state: Whether it is the one that the source was taken from.
        path: The document, as it is shown.
        stated: The sha256 that the source gives.
        sha256: The one it has.
        warnings: What of it could not be read.
    """

    source_id: str
    state: DocumentState
    path: str | None = None
    stated: str | None = None
    sha256: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedQuotes:
    """How many quotes were looked for in their documents, and what was wrong."""

    quotes: int
    problems: tuple[QuoteProblem, ...]
    proofs: tuple[Proof, ...] = ()
    documents: tuple[SourceDocument, ...] = ()


def unchecked_quotes(file: ReadFile) -> list[Proof]:
    """The quotes of a file whose document is not there."""
    return [Proof(passage, "unchecked") for _, passage, _ in _quoted(file)]


def prove_quotes(file: ReadFile, document: Document) -> tuple[list[Proof], list[QuoteProblem]]:
    """Look for the quotes of a file in its document.

    They are looked for in one text, as the loader cleaned it: marks and tags are no part of
    what a source said. A quote that still bears some is cleaned in the same way.
    """
    finder, places = QuoteFinder(document.text), Places(document)
    proofs, problems = [], []
    for at, passage, quote in _quoted(file):
        named = places.named(passage.locator)
        near = (named[0][0], named[-1][1]) if named else None
        found = finder.find(quote, near)
        if not isinstance(found, Anchor) and (bare := _without_marks(quote)):
            again = finder.find(bare, near)
            if not isinstance(again, Missing):
                found, quote = again, bare  # noqa: PLW2901 - the same quote, cleaned
        proof = _proof(found, passage, quote, document, places, named)
        proofs.append(proof)
        if message := _message(found, proof, quote, document):
            problem = file.problem(at, message)
            if proof.status in {"ambiguous", "elsewhere"}:
                problem = replace(problem, severity="warning")
            problems.append(QuoteProblem(problem, passage.source.id, passage))
    return proofs, problems


def _quoted(file: ReadFile) -> Iterator[tuple[tuple[str | int, ...], Passage, Quote]]:
    records = file.records()
    for section, passages in (("claims", records.claims), ("statements", records.statements)):
        for n, passage in enumerate(passages):
            if passage.quote is not None:
                yield (section, n, "quote"), passage, passage.quote


def _without_marks(quote: Quote) -> Quote | None:
    """A quote as it would stand in a cleaned text; None where it has no marks."""
    given = {"prefix": quote.prefix, "exact": quote.exact, "suffix": quote.suffix}
    parts = {name: cleaned(part).text if part else None for name, part in given.items()}
    return quote.model_copy(update=parts) if parts["exact"] and parts != given else None


def _proof(
    found: Anchor | Changed | Missing,
    passage: Passage,
    quote: Quote,
    document: Document,
    places: Places,
    named: Sequence[tuple[int, int]],
) -> Proof:
    if isinstance(found, Missing):
        return Proof(passage, "missing")
    place = places.name(found.start)
    where = (found.start, found.end, place, found.occurrences)
    if isinstance(found, Changed):
        differences: tuple[Difference, ...] = ()
        if found.similarity < 1:
            held = _whole_words(document.text, found.start, found.end)
            differences = word_differences(quote.exact, held)
        return Proof(passage, "changed", *where, round(found.score, 3), differences)
    status: QuoteStatus = found.how
    if found.occurrences > 1:
        status = "ambiguous"
    elif named and not any(found.start < high and low < found.end for low, high in named):
        status = "elsewhere"
    return Proof(passage, status, *where, 1.0)


def _message(
    found: Anchor | Changed | Missing, proof: Proof, quote: Quote, document: Document
) -> str | None:
    """What is wrong with a quote; None where nothing is."""
    if isinstance(found, Missing):
        return _lost(found, document)
    if isinstance(found, Changed):
        return _changed(proof, document)
    if proof.status == "ambiguous":
        most = " or more" if found.occurrences >= _MOST_PLACES else ""
        more = "add a prefix or suffix"
        if quote.prefix or quote.suffix:
            more = "a longer prefix or suffix would tell which"
        return f"the quote occurs {found.occurrences:,}{most} times in {document.path}; {more}"
    if proof.status == "elsewhere":
        locator = proof.passage.locator
        return f"the quote is not at {locator!r} of {document.path} but at {proof.place!r}"
    return None


def _changed(proof: Proof, document: Document) -> str:
    if not proof.differences:
        return f"the quote is in {document.path}, but not between this prefix and suffix"
    first = proof.differences[0]
    follows = f"it matches up to {first.found[-_WORD:]!r}, " if first.same else ""
    told = printable(shown(proof.differences))
    return (
        f"the quote is not in {document.path}: {follows}{proof.place} has "
        f"{told} (score {proof.score:.2f})"
    )


def _lost(missing: Missing, document: Document) -> str:
    if not missing.matched:
        return f"the quote is not in {document.path}"
    return (
        f"the quote is not in {document.path}: it matches up to {missing.matched[-_WORD:]!r}, "
        f"where the document goes on {missing.goes_on!r}"
    )


def _whole_words(text: str, start: int, end: int) -> str:
    """The stretch with the rest of the words that it cuts, where they are words."""
    low, high = max(0, start - _WORD), min(len(text), end + _WORD)
    while start > low and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < high and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return fold(text[start:end])
