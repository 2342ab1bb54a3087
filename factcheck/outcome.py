"""What `factcheck check` found: the public JSON format of the gate, `schema_version` 1.

Like a report it holds no clock and no machine path: the same input gives the same bytes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from factcheck.fields import Day
from factcheck.records import Record, Review
from factcheck.report import Model, Probability, Tool

Level = Literal["error", "review"]
"""An error fails the build; `review` is too near to the threshold to tell."""

Status = Literal["new", "baseline", "suppressed"]
"""Whether it counts: only what is new does."""

FailOn = Literal["error", "review", "never"]
"""From which level on a new finding fails the build."""


class SuppressedBy(Record):
    """The suppression in the claim file that silences a finding."""

    reason: str
    owner: str | None
    until: Day | None


class Diagnostic(Record):
    """One thing that a rule found, and where.

    Attributes:
        rule: The rule's code.
        level: `error`, or `review` within the borderline band.
        status: `new`, known to the baseline, or suppressed.
        message: What is wrong, in one sentence.
        figure: The probability that decided, if one did.
        threshold: What the figure was held against.
        fix: What would make it pass.
        source_id: The source that holds the entry.
        claim: `source/id` of the claim, if it is one.
        statement: `source/id` of the statement, if one has a part.
        path: The file, relative to the working folder; None where there is none.
        line: From 1; 0 for the file as a whole.
        column: From 1; 0 for the file as a whole.
        fingerprint: Of the rule and the texts: what baselines go by.
        suppression: What silences it.
    """

    rule: str
    level: Level
    status: Status
    message: str
    figure: float | None
    threshold: float | None
    fix: str
    source_id: str | None
    claim: str | None
    statement: str | None
    path: str | None
    line: Annotated[int, Field(ge=0)]
    column: Annotated[int, Field(ge=0)]
    fingerprint: str
    suppression: SuppressedBy | None = None


class Known(Record):
    """A finding that a baseline records: its fingerprint, and names for people to read."""

    fingerprint: str
    rule: str
    claim: str | None = None
    statement: str | None = None


class ReviewedClaim(Record):
    """A claim that a person rated, with what a ClaimReview tells of it."""

    text: str
    publisher: str | None
    date: Day | None
    url: str | None
    review: Review


class Checked(Record):
    """How the check was made."""

    encoder: Model | None
    stance_model: Model | None
    locked: bool
    k: Annotated[int, Field(ge=1)]
    rules: Annotated[tuple[str, ...], Field(strict=False)]
    opposes_at: Probability | None
    calibration: Model | None = None
    review_band: Probability
    strict: bool
    fail_on: FailOn


class Counts(Record):
    """How many claims were read and checked, and what came of it.

    `errors` and `reviews` count what is new; `gone` what the baseline records and nobody
    found again.
    """

    claims: int
    checked: int
    errors: int
    reviews: int
    baseline: int
    suppressed: int
    gone: int
    passed: bool


class Outcome(Record):
    """All findings of one check, sorted by place."""

    schema_version: Literal[1] = 1
    tool: Tool
    run: Checked
    diagnostics: Annotated[tuple[Diagnostic, ...], Field(strict=False)]
    gone: Annotated[tuple[Known, ...], Field(strict=False)]
    reviewed: Annotated[tuple[ReviewedClaim, ...], Field(strict=False)]
    summary: Counts

    @property
    def fresh(self) -> tuple[Diagnostic, ...]:
        """The findings that count: neither suppressed nor known to the baseline."""
        return tuple(each for each in self.diagnostics if each.status == "new")
