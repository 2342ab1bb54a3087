"""What `factcheck validate` found: its public JSON format, `schema_version` 1.

Like a report it holds no clock and no machine path: the same input gives the same bytes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from factcheck.records import Record
from factcheck.report import Probability, Tool

QuoteStatus = Literal[
    "exact", "folded", "ambiguous", "elsewhere", "changed", "missing", "unchecked"
]
"""How a quote stands: as it is, after folding, in several places, not where its locator says."""

DocumentState = Literal["same", "another", "unstated", "unchecked"]
"""Whether a document has the sha256 that its source gives; `unstated` where it gives none."""

Count = Annotated[int, Field(ge=0)]


class QuoteCounts(Record):
    """How many quotes stand how.

    Attributes:
        exact: As in the document.
        folded: The same but for white space, marks and capitals.
        elsewhere: Not where the locator says.
        ambiguous: In several places.
        changed: Something like it is there.
        missing: Nothing like it is there.
        unchecked: There is no document.
    """

    exact: Count
    folded: Count
    elsewhere: Count
    ambiguous: Count
    changed: Count
    missing: Count
    unchecked: Count


class FoundProblem(Record):
    """Something wrong in a file, and where.

    Attributes:
        path: The file, as it was named.
        line: From 1; 0 for the file as a whole.
        column: From 1; 0 for the file as a whole.
        severity: A warning does not fail.
        message: What is wrong, and what would mend it.
    """

    path: str
    line: Count
    column: Count
    severity: Literal["error", "warning"]
    message: str


class CheckedDocument(Record):
    """What became of a source's document.

    Attributes:
        source_id: The source.
        path: The document's name; None where there is none.
        state: Whether it is the one that the source was taken from.
        stated_sha256: What the source gives.
        sha256: What the document has.
        warnings: What of it could not be read.
    """

    source_id: str
    path: str | None
    state: DocumentState
    stated_sha256: str | None
    sha256: str | None
    warnings: Annotated[tuple[str, ...], Field(strict=False)]


class QuoteDifference(Record):
    """A run of words, as quoted and as found; `same` where both fold to the same."""

    quoted: str
    found: str
    same: bool


class QuoteProof(Record):
    """How one quote stands in its document.

    Attributes:
        source_id: The source.
        id: The claim or statement.
        path: Its file; None where there is none.
        line: From 1.
        column: From 1.
        status: How the quote stands.
        locator: What the entry gives.
        place: What names the place best where it was found.
        start: Where that begins in the document's text, as it was cleaned.
        end: Where it ends.
        occurrences: How many places are as good.
        score: How like quote and surroundings are, 0 to 1.
        differences: Where the quote changed, word by word.
    """

    source_id: str
    id: str
    path: str | None
    line: Count
    column: Count
    status: QuoteStatus
    locator: str | None
    place: str | None
    start: Count | None
    end: Count | None
    occurrences: Count
    score: Probability
    differences: Annotated[tuple[QuoteDifference, ...], Field(strict=False)]


class Validated(Record):
    """All that one validation found; problems are sorted by place, proofs as the files have them.

    Attributes:
        schema_version: Of this format.
        tool: What wrote it.
        files: How many claim files were read.
        errors: How many of the problems are errors.
        quotes: How the quotes stand.
        problems: What is wrong.
        documents: What became of each source's document.
        proofs: How each quote stands.
        notes: What could not be checked, and why.
    """

    schema_version: Literal[1] = 1
    tool: Tool
    files: Count
    errors: Count
    quotes: QuoteCounts
    problems: Annotated[tuple[FoundProblem, ...], Field(strict=False)]
    documents: Annotated[tuple[CheckedDocument, ...], Field(strict=False)]
    proofs: Annotated[tuple[QuoteProof, ...], Field(strict=False)]
    notes: Annotated[tuple[str, ...], Field(strict=False)]
