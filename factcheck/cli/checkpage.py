"""The page of `factcheck check`: what the rules found, beside the claims that they looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.calibration import Calibration
    from factcheck.corpus import Corpus
    from factcheck.encoders import Encoder
    from factcheck.outcome import Outcome
    from factcheck.records import Claim
    from factcheck.stance import StanceModel


def page_of(
    outcome: Outcome,
    claims: Sequence[Claim],
    statements: Corpus,
    encoder: Encoder,
    stance: StanceModel | None,
    k: int,
    calibration: Calibration | None,
) -> str:
    """The page; the comparison is made again, from what the lock or the cache holds by now."""
    from factcheck.compare import compare
    from factcheck.formats.html import page
    from factcheck.survey import Survey

    survey = Survey()
    report = compare(
        claims,
        statements,
        encoder=encoder,
        stance=stance,
        k=k,
        calibration=calibration,
        seen=survey.add,
    )
    return page(report, survey.landscape(), outcome)
