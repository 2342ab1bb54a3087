"""What differs between two reports: the public JSON format of `diff`, `schema_version` 1.

Like a report it holds no clock and no machine path: the same two reports give the same bytes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from factcheck.records import Record, StanceLabel
from factcheck.report import (
    Cosine,
    Probability,
    ReportClaim,
    ReportSource,
    ReportStatement,
    Run,
    Stance,
    Summary,
    Tool,
    Verdict,
)

Change = Literal["added", "removed", "edited", "renamed"]
"""What became of a source or a claim; one renamed has another id, and may be edited too."""

StatementChange = Literal["added", "removed", "edited", "renamed", "newly shown", "no longer shown"]
"""What became of a statement; the last two where the reports do not tell whether it was, or
still is, among those compared."""

InCorpus = Literal["yes", "no", "unknown"]
"""Whether the other report's run compared a statement that it does not show."""


class Side(Record):
    """One of the two reports.

    `shows_all` is whether it shows every statement that was compared: then one that is not
    shown was not there.
    """

    tool: Tool
    run: Run
    sources: int
    statements: int = Field(description="How many different statements it shows.")
    shows_all: bool
    summary: Summary


class RunChange(Record):
    """Something that made the reports differ: the tool, a model, a setting, the texts."""

    what: str
    old: str
    new: str


class SourceChanged(Record):
    """A source that one report has and the other has not, or has otherwise."""

    change: Change
    old: ReportSource | None
    new: ReportSource | None
    fields: Annotated[tuple[str, ...], Field(strict=False)]


class ClaimChanged(Record):
    """A claim that one report has and the other has not, or has otherwise."""

    change: Change
    old: ReportClaim | None
    new: ReportClaim | None
    fields: Annotated[tuple[str, ...], Field(strict=False)]
    old_verdict: Verdict | None
    new_verdict: Verdict | None


class StatementChanged(Record):
    """A statement that one report shows and the other does not, or otherwise."""

    change: StatementChange
    old: ReportStatement | None
    new: ReportStatement | None
    fields: Annotated[tuple[str, ...], Field(strict=False)]


class Place(Record):
    """Something that stands elsewhere now, and is otherwise the same."""

    what: Literal["source", "claim", "statement"]
    key: str
    old: str
    new: str


class Strongest(Record):
    """The statement with the greatest probability on one side of a claim.

    `text` is null where the report does not show the statement, `rank` where it does not show
    it for this claim; `figure` has then two decimals.
    """

    statement: str
    text: str | None
    rank: int | None
    figure: Probability


class Held(Record):
    """What a report holds on a claim: how many statements on each side, and the strongest.

    They are counted among all that were judged, as the reason tells; null where it does not.
    """

    verdict: Verdict | None
    reason: str
    opposing_count: int | None
    supporting_count: int | None
    opposing: Strongest | None
    supporting: Strongest | None


class ClaimMoved(Record):
    """A claim whose verdict moved, or whose verdict has other grounds.

    `size` is by how much the strongest on either side moved.
    """

    claim: str
    text: str
    locator: str | None
    edited: bool
    size: float
    old: Held
    new: Held


class Figures(Record):
    """What a report tells of a statement set against a claim."""

    rank: int
    score: float
    similarity: Cosine
    stance: Stance | None
    signals: Annotated[tuple[str, ...], Field(strict=False)]


class PairMoved(Record):
    """A statement whose figures against a claim moved.

    Attributes:
        claim: The claim's key, as it is now.
        claim_text: Its text.
        statement: The statement's key, as it is now.
        statement_text: Its text.
        edited: Which of the two texts was edited.
        label: The label of the stance before and after, where it is another.
        reordered: Whether it stands elsewhere among the statements that both reports show.
        size: The greatest move of a figure.
        old: The figures before.
        new: The figures after.
    """

    claim: str
    claim_text: str
    statement: str
    statement_text: str
    edited: Annotated[tuple[Literal["claim", "statement"], ...], Field(strict=False)]
    label: Annotated[tuple[StanceLabel, StanceLabel], Field(strict=False)] | None
    reordered: bool
    size: float
    old: Figures
    new: Figures


class Shown(Record):
    """A statement that only one report shows for a claim that both have.

    `elsewhere` is whether the other run compared it, as far as its report tells; `follows`
    whether its own figures need not have moved: others came before it, or left.
    """

    change: Literal["entered", "left"]
    claim: str
    claim_text: str
    statement: str
    statement_text: str
    elsewhere: InCorpus
    follows: bool
    figures: Figures


class Untold(Record):
    """What is no difference that counts, or only follows from those that do.

    Attributes:
        below: Figures that moved less than the least move shown.
        ranks: Ranks that only follow from what else is told.
        follow: Statements that came or left only as others did.
        beyond: Statements that only the greater of two k shows.
        places: Sources, claims and statements that stand elsewhere.
    """

    below: int
    ranks: int
    follow: int
    beyond: int
    places: int


class Changes(Record):
    """All that differs between an old and a new report, the largest first.

    `different` is false where only places and what is below the least move differ.
    """

    schema_version: Literal[1] = 1
    tool: Tool
    least_move: Annotated[float, Field(ge=0, le=1)]
    different: bool
    old: Side
    new: Side
    run: Annotated[tuple[RunChange, ...], Field(strict=False)]
    sources: Annotated[tuple[SourceChanged, ...], Field(strict=False)]
    claims: Annotated[tuple[ClaimChanged, ...], Field(strict=False)]
    statements: Annotated[tuple[StatementChanged, ...], Field(strict=False)]
    verdicts: Annotated[tuple[ClaimMoved, ...], Field(strict=False)]
    grounds: Annotated[tuple[ClaimMoved, ...], Field(strict=False)]
    moves: Annotated[tuple[PairMoved, ...], Field(strict=False)]
    shown: Annotated[tuple[Shown, ...], Field(strict=False)]
    places: Annotated[tuple[Place, ...], Field(strict=False)]
    untold: Untold
