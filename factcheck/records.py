"""The frozen records that everything passes along, and the shape of a claim file.

`ClaimFile` is a file as a curator writes it, and the source of
`schemas/claim-file.schema.json`. `Claim` and `Statement` are its entries made
ready to compare: each knows its source and the line it stands on.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from factcheck.fields import Day, HttpsUrl, Identifier, Line, Reference, RuleCode, Sha256, Text

Kind = Literal["official", "ngo", "analysis", "press"]
"""What a source is: official sources hold claims, the others hold statements."""

KINDS: tuple[Kind, ...] = ("official", "ngo", "analysis", "press")

StanceLabel = Literal["opposes", "neutral", "supports"]
"""How a statement stands to a claim."""

Precision = Literal["f32", "bf16"]
"""What a model's products are computed in: bfloat16 is faster where the processor has it, and
less exact."""


class Record(BaseModel):
    """The base of all records: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _no_boolean(value: object) -> object:
    """Python takes true for 1; a file should not."""
    return str(value).lower() if isinstance(value, bool | float) else value


def _no_number(value: object) -> object:
    """Python takes 1 for true; a file should not."""
    return value if value is None or isinstance(value, bool) else str(value)


class Quote(Record):
    """A verbatim anchor in a document, after the W3C TextQuoteSelector.

    https://www.w3.org/TR/annotation-model/#text-quote-selector
    """

    exact: Text
    prefix: Text | None = None
    suffix: Text | None = None


def _quote(value: object) -> object:
    return {"exact": value} if isinstance(value, str) else value


QuoteField = Annotated[
    Quote,
    BeforeValidator(
        _quote,
        # A plain string is short for {exact: ...}; the schema says so too.
        json_schema_input_type=Quote | Annotated[str, Field(min_length=1, max_length=10_000)],
    ),
]


class Source(Record):
    """One document: an official text, or one that speaks of it."""

    id: Identifier
    kind: Kind
    title: Line
    publisher: Line | None = None
    date: Day | None = Field(default=None, description="The day it was published or adopted.")
    language: Annotated[
        str | None, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
    ] = None
    url: HttpsUrl | None = None
    archived_url: HttpsUrl | None = None
    retrieved: Day | None = None
    sha256: Sha256 | None = Field(default=None, description="Of the document's bytes.")
    document: Line | None = Field(
        default=None, description="The document's path, relative to the claim file."
    )


class Decision(Record):
    """How a reviewer found that a statement stands to the claim, in `factcheck review`."""

    statement: Reference
    stance: StanceLabel
    reviewer: Line = Field(description="Who decided.")
    date: Day = Field(description="The day of the decision.")
    note: Line | None = None


class Expectation(Record):
    """What CI holds a claim to, and what reviewers decided on single statements."""

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "required": ["counterpoints", "uncovered"],
                "properties": {"counterpoints": {"minItems": 1}, "uncovered": {"const": True}},
            }
        }
    )

    counterpoints: Annotated[tuple[Reference, ...], Field(strict=False, max_length=500)] = ()
    uncovered: Annotated[Literal[True] | None, BeforeValidator(_no_number)] = None
    decisions: Annotated[tuple[Decision, ...], Field(strict=False, max_length=5000)] = ()


class Suppression(Record):
    """A rule of `factcheck check` silenced on one entry, with a reason."""

    rule: RuleCode = Field(description="The rule's code: FC203.")
    reason: Line
    owner: Line | None = Field(default=None, description="Who looks again.")
    until: Day | None = Field(default=None, description="The last day on which it holds.")


class Review(Record):
    """What a person found on a claim; never a model's verdict.

    https://schema.org/ClaimReview
    """

    rating: Line = Field(description="In words, as readers see it: Misleading.")
    value: int | None = Field(default=None, description="The rating on a scale.")
    worst: int | None = Field(default=None, description="The scale's lowest value.")
    best: int | None = Field(default=None, description="The scale's highest value.")
    reviewer: Line = Field(description="Who rated it: a person or an organisation.")
    date: Day = Field(description="The day of the review.")
    url: HttpsUrl = Field(description="The page on which the review is published.")


class Entry(Record):
    """What claims and statements have in common, as a curator writes them."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["text"]}, {"required": ["quote"]}]}
    )

    id: Identifier
    text: Text | None = Field(
        default=None, description="The proposition that is matched; the quote where it is absent."
    )
    quote: QuoteField | None = None
    speaker: Line | None = Field(
        default=None, description="Who says it, where that is not the source itself."
    )
    locator: Line | None = Field(default=None, description="Where in the document: para. 14.")
    topics: Annotated[tuple[Identifier, ...], Field(strict=False, max_length=100)] = ()
    suppress: Annotated[tuple[Suppression, ...], Field(strict=False, max_length=20)] = ()


class ClaimEntry(Entry):
    """A claim as a curator writes it."""

    expect: Expectation | None = None
    review: Review | None = None


class StatementEntry(Entry):
    """A statement as a curator writes it."""


_HOLDS_CLAIMS: dict[str, Any] = {
    "if": {"properties": {"source": {"properties": {"kind": {"const": "official"}}}}},
    "then": {"required": ["claims"], "properties": {"statements": False}},
    "else": {"required": ["statements"], "properties": {"claims": False}},
}


class ClaimFile(Record):
    """A claim file: one source with its claims, or with its statements."""

    model_config = ConfigDict(title="factcheck claim file", json_schema_extra=_HOLDS_CLAIMS)

    version: Annotated[Literal[1], BeforeValidator(_no_boolean)]
    source: Source
    claims: Annotated[tuple[ClaimEntry, ...] | None, Field(strict=False, min_length=1)] = None
    statements: Annotated[tuple[StatementEntry, ...] | None, Field(strict=False, min_length=1)] = (
        None
    )


class Passage(Record):
    """An assertion made ready to compare: what is matched, who says it, where it stands.

    `path`, `line` and `column` are where the entry stands in its claim file (from
    1), or in the raw document it was cut from.
    """

    source: Source
    id: str
    text: Text
    quote: Quote | None = None
    speaker: str | None = None
    locator: str | None = None
    topics: tuple[str, ...] = ()
    suppress: tuple[Suppression, ...] = ()
    path: str | None = None
    line: int = 0
    column: int = 0

    @property
    def key(self) -> str:
        """`source/id`, unique among all passages; ties are broken by it."""
        return f"{self.source.id}/{self.id}"


class Claim(Passage):
    """An assertion in an official source."""

    expect: Expectation | None = None
    review: Review | None = None


class Statement(Passage):
    """What a critique source says."""


@dataclass(frozen=True)
class ClaimSet:
    """What was read from claim files and documents, in the order of the paths."""

    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()


BlockKind = Literal["heading", "paragraph", "item", "quote", "caption", "cell", "footnote"]


@dataclass(frozen=True)
class Block:
    """A paragraph of a document, or what stands in the place of one: `text[start:end]`.

    Attributes:
        start: Where it begins in the document's text.
        end: Where it ends.
        kind: What it is.
        page: The page on which it begins, from 1, where the document has pages.
        number: What it is numbered by, as it stands: `14`, `(iii)`.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    page: int | None = None
    number: str | None = None


@dataclass(frozen=True)
class Metadata:
    """What a document tells of itself; nothing is guessed."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: dt.date | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Document:
    """A document's text.

    Attributes:
        text: Cleaned of what is no part of it: marks, tags, running heads; line ends are
            newlines.
        path: The file, as it is shown.
        sha256: Of the file's bytes.
        blocks: Its paragraphs, headings and items in order, where the loader tells them.
        metadata: What it tells of itself.
        origins: Where stretches of `text` stood in the text as decoded: pairs of an offset in
            `text` and one in the original, rising; empty where nothing moved.
        warnings: What could not be read.
        decoded: The text before it was cleaned, where the file is plain text; `origins` lead
            into it.
    """

    text: str
    path: str
    sha256: str
    blocks: tuple[Block, ...] = ()
    metadata: Metadata = Metadata()
    origins: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()
    decoded: str | None = None

    def original(self, offset: int) -> int:
        """Where a character of `text` stood in the text as it was decoded."""
        at = bisect_right(self.origins, offset, key=lambda pair: pair[0]) - 1
        if at < 0:
            return offset
        here, there = self.origins[at]
        return there + offset - here


@dataclass(frozen=True)
class Weights:
    """A model on disk.

    Attributes:
        name: What the user calls it.
        folder: A local folder in the layout of sentence-transformers.
        sha256: Of its model.safetensors.
        fingerprint: Of all its files that bear on a vector; what the cache goes by.
        expected_sha256: What `sha256` must be, where that is known.
        licence: As its package or model card gives it.
        delta: A safetensors file with what differs from the model in `folder`; its sum is
            then `sha256`.
        labels: What the outputs of a `delta` mean, in their order.
    """

    name: str
    folder: Path
    sha256: str
    fingerprint: str
    expected_sha256: str | None = None
    licence: str | None = None
    delta: Path | None = None
    labels: tuple[str, ...] = ()
