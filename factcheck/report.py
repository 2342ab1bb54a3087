"""The report: one finding a claim, with the statements set against it.

This is the public JSON format, `schema_version` 1, and the source of
`schemas/report.schema.json`. A report holds no clock and no machine path: the same
input gives the same bytes. Lists fail at their first error: a file full of them is told of
in no time.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from factcheck.fields import HttpsUrl
from factcheck.records import (
    Kind,
    Passage,
    Precision,
    Quote,
    Record,
    Source,
    StanceLabel,
    Statement,
)

Verdict = Literal["countered", "supported", "conflicting", "uncovered"]
"""What the critique sources hold on a claim; never whether it is true."""

Rank = Literal["contrast", "similarity"]
"""What counterpoints are ranked by."""

Retrieve = Literal["dense", "lexical", "hybrid"]
"""How candidates are found in an index: by vectors, by words, or by both."""

SignalKind = Literal["number", "date", "negation", "antonym", "quantifier", "planned"]
"""What two texts put differently; `planned` is planned against done."""

Cosine = Annotated[float, Field(ge=-1, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Model(Record):
    """A model that had a part in a report, the sha256 of its weights, and how it computed."""

    name: str
    sha256: str
    precision: Precision = "f32"

    @property
    def called(self) -> str:
        """Its name, and the precision where that is not the usual one."""
        return self.name if self.precision == "f32" else f"{self.name} in bfloat16"


class Stance(Record):
    """How a statement stands to a claim: three probabilities that sum to 1."""

    label: StanceLabel
    opposes: Probability
    neutral: Probability
    supports: Probability


class ReportSource(Record):
    """A source that the report speaks of."""

    id: str
    kind: Kind
    title: str
    publisher: str | None
    date: dt.date | None
    url: HttpsUrl | None
    archived_url: HttpsUrl | None
    path: str | None

    @classmethod
    def of(cls, source: Source, path: str | None) -> ReportSource:
        """What the report tells of a source, and the file it was read from."""
        return cls(
            id=source.id,
            kind=source.kind,
            title=source.title,
            publisher=source.publisher,
            date=source.date,
            url=source.url,
            archived_url=source.archived_url,
            path=path,
        )


class ReportStatement(Record):
    """A statement, with the place it was read from."""

    id: str
    source_id: str
    text: str
    quote: Quote | None
    speaker: str | None
    locator: str | None
    path: str | None
    line: int
    column: int

    @classmethod
    def of(cls, statement: Statement) -> ReportStatement:
        """What the report tells of a statement."""
        return cls(**_told(statement))


class ReportClaim(ReportStatement):
    """A claim, with the place it was read from."""

    topics: Annotated[tuple[str, ...], Field(strict=False, fail_fast=True)]

    @classmethod
    def of(cls, claim: Passage) -> ReportClaim:
        """What the report tells of a claim."""
        return cls(**_told(claim), topics=claim.topics)


class Occurrence(Record):
    """Another place where a statement of the same text stands, in an index."""

    id: str
    source_id: str
    speaker: str | None
    locator: str | None
    path: str | None
    line: int
    column: int

    @classmethod
    def of(cls, statement: Statement) -> Occurrence:
        """What the report tells of it."""
        told = _told(statement)
        return cls(**{name: told[name] for name in cls.model_fields})


class Span(Record):
    """A stretch of a text: `text[start:end]`, places counted in characters from 0."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str


class Signal(Record):
    """What a claim and a statement put differently, found by rules; no part of the score."""

    kind: SignalKind
    claim: Span
    statement: Span


class Counterpoint(Record):
    """A statement ranked against a claim.

    `similarity` is the cosine of the two texts' vectors, -1..1; `score` is what the
    rank is by. Both are rounded to four decimals. `also_in` is where else an index has the same
    text; statements of files are set against a claim one by one.
    """

    rank: Annotated[int, Field(ge=1)]
    score: float
    similarity: Cosine
    stance: Stance | None
    signals: Annotated[tuple[Signal, ...], Field(strict=False, fail_fast=True)]
    statement: ReportStatement
    also_in: Annotated[tuple[Occurrence, ...], Field(strict=False, fail_fast=True)] = ()


class Finding(Record):
    """A claim and its counterpoints, best first.

    `verdict` is null where no stance model had a part: nearness alone says nothing
    about whether a statement opposes.
    """

    claim: ReportClaim
    verdict: Verdict | None
    reason: str
    counterpoints: Annotated[tuple[Counterpoint, ...], Field(strict=False, fail_fast=True)]


class Tool(Record):
    """What made the report."""

    name: Literal["factcheck"] = "factcheck"
    version: str


class Searched(Record):
    """How candidates were found in an index.

    `recall` is what share an approximate search found of the statements as near as the furthest
    that it found, by a sample of claims and statements; null where the search was exact.
    """

    where: str | None
    retrieve: Retrieve
    approximate: bool
    recall: Probability | None


class Run(Record):
    """How the report was made; `corpus_sha256` covers the ids and texts compared.

    `calibration` is the file that put its temperature, rank weights and limits in place of those
    that come with the package; null where none did. `index` tells how an index was searched; null
    where all statements were read from files.
    """

    encoder: Model
    stance_model: Model | None
    k: Annotated[int, Field(ge=1)]
    min_similarity: Cosine | None
    rank: Rank
    opposes_at: Probability | None
    calibration: Model | None = None
    corpus_sha256: str
    index: Searched | None = None


class Summary(Record):
    """How many claims have which verdict; `unjudged` ones have none."""

    claims: int
    countered: int
    supported: int
    conflicting: int
    uncovered: int
    unjudged: int

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> Summary:
        """Count the verdicts of findings."""
        verdicts = [finding.verdict for finding in findings]
        return cls(
            claims=len(findings),
            countered=verdicts.count("countered"),
            supported=verdicts.count("supported"),
            conflicting=verdicts.count("conflicting"),
            uncovered=verdicts.count("uncovered"),
            unjudged=verdicts.count(None),
        )


class Report(Record):
    """All findings of one run, with its sources."""

    schema_version: Literal[1] = 1
    tool: Tool
    run: Run
    sources: Annotated[tuple[ReportSource, ...], Field(strict=False, fail_fast=True)]
    findings: Annotated[tuple[Finding, ...], Field(strict=False, fail_fast=True)]
    summary: Summary

    def source(self, source_id: str) -> ReportSource:
        """The source with an id.

        Raises:
            KeyError: The report has no such source.
        """
        for source in self.sources:
            if source.id == source_id:
                return source
        raise KeyError(source_id)


def _told(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "source_id": passage.source.id,
        "text": passage.text,
        "quote": passage.quote,
        "speaker": passage.speaker,
        "locator": passage.locator,
        "path": passage.path,
        "line": passage.line,
        "column": passage.column,
    }
