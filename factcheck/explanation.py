"""What bears on the rank of one statement against one claim: a public JSON format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from factcheck.records import Record
from factcheck.report import Cosine, Model, Probability, Signal, Span, Stance


class Feature(Record):
    """An input of the score: what it adds to the logit is `value` times `weight`."""

    name: str
    value: float
    weight: float
    contribution: float


class Weighed(Record):
    """A word, and by how much the leading probability falls without it, -1..1."""

    span: Span
    importance: Annotated[float, Field(ge=-1, le=1)]


class Explanation(Record):
    """All that bears on the rank of a statement against a claim.

    `stance` is of the statement against the claim, which is what counts; `reverse` is of the
    claim against the statement. `claim_words` and `statement_words` are in the order
    of the texts. `score` is the logistic function of `intercept` and the contributions.
    `calibration` is the file that the figures are by, where one is: the features then are of the
    model's own probabilities, `stance` and `reverse` of those at the calibration's temperature.
    """

    claim: str
    statement: str
    similarity: Cosine
    score: Probability
    calibration: Model | None = None
    intercept: float
    features: Annotated[tuple[Feature, ...], Field(strict=False)]
    stance: Stance
    reverse: Stance
    signals: Annotated[tuple[Signal, ...], Field(strict=False)]
    claim_words: Annotated[tuple[Weighed, ...], Field(strict=False)]
    statement_words: Annotated[tuple[Weighed, ...], Field(strict=False)]
