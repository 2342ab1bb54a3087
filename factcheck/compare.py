"""The data path: encode, find the nearest, judge, make the report.

Pure but for the models, which are handed in; the packaged encoder is the default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from factcheck import __version__, weights
from factcheck.calibration import Calibration, ranking_for, recorded
from factcheck.encoders import Encoder, SentenceEncoder
from factcheck.inference import Progress, silent
from factcheck.ranked import RankedPairs, check_passages, rank_statements, report_sources
from factcheck.report import (
    Counterpoint,
    Finding,
    Model,
    Rank,
    Report,
    ReportClaim,
    ReportStatement,
    Run,
    Summary,
    Tool,
)
from factcheck.shown import stance_of
from factcheck.stance.signals import signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factcheck.records import Claim, Passage, Statement
    from factcheck.stance import StanceModel

DEFAULT_K = 5

Seen = Callable[[RankedPairs], None]


def unseen(_pairs: RankedPairs) -> None:
    """Nobody looks."""


def compare(
    claims: Iterable[Claim],
    statements: Iterable[Statement],
    *,
    encoder: Encoder | None = None,
    stance: StanceModel | None = None,
    k: int = DEFAULT_K,
    min_similarity: float | None = None,
    rank: Rank | None = None,
    calibration: Calibration | None = None,
    progress: Progress = silent,
    judging: Progress = silent,
    seen: Seen = unseen,
) -> Report:
    """Set statements against each claim: the likeliest counterpoints, or the nearest.

    Args:
        claims: In the order of the findings.
        statements: In any order; equal scores are ordered by `source/id`.
        encoder: Texts to vectors; the packaged model where none is given.
        stance: Judges whether a statement opposes a claim; without one, no verdict.
        k: How many statements to set against a claim at most; at least 1.
        min_similarity: Leave out statements less similar, -1..1.
        rank: What to rank by: `similarity`, the cosine of the vectors, -1..1; or
            `contrast`, 0..1, which needs a stance model and is the default with one.
        calibration: Figures fitted to a user's own labels, in place of the packaged ones.
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.
        seen: Handed each claim with all its statements in order, such as `Survey.add`.

    Returns:
        One finding a claim, similarities and scores rounded to four decimals.

    Raises:
        InputError: There is no claim or no statement, two share a `source/id`, or the
            calibration was fitted on other models.
        ValueError: `k` or `min_similarity` is out of range, or `rank` is `contrast`
            and there is no stance model.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if min_similarity is not None and not -1 <= min_similarity <= 1:
        raise ValueError(f"min_similarity must be within -1..1, not {min_similarity}")
    rank = rank or ("similarity" if stance is None else "contrast")
    if rank == "contrast" and stance is None:
        raise ValueError("ranking by contrast needs a stance model")
    claims = tuple(claims)
    statements = tuple(sorted(statements, key=lambda statement: statement.key))
    check_passages(claims, statements)
    sources = report_sources(claims, statements)
    encoder = encoder or SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    ranking = ranking_for(calibration, encoder, stance)
    ranked = rank_statements(
        claims,
        statements,
        encoder=encoder,
        stance=stance,
        k=k,
        min_similarity=min_similarity,
        rank=rank,
        ranking=ranking,
        progress=progress,
        judging=judging,
    )
    findings = tuple(_finding(_passed(pairs, seen), k) for pairs in ranked)
    return Report(
        tool=Tool(version=__version__),
        run=Run(
            encoder=Model(name=encoder.name, sha256=encoder.sha256),
            stance_model=Model(name=stance.name, sha256=stance.sha256) if stance else None,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            opposes_at=ranking.opposes_at if stance else None,
            calibration=recorded(calibration, stance),
            corpus_sha256=_corpus_sha256(claims, statements),
        ),
        sources=sources,
        findings=findings,
        summary=Summary.of(findings),
    )


def _passed(pairs: RankedPairs, seen: Seen) -> RankedPairs:
    seen(pairs)
    return pairs


def _finding(pairs: RankedPairs, k: int) -> Finding:
    claim = pairs.claim
    verdict, reason = pairs.verdict()
    return Finding(
        claim=ReportClaim.of(claim),
        verdict=verdict,
        reason=reason,
        counterpoints=tuple(
            Counterpoint(
                rank=place + 1,
                score=pair.score,
                similarity=pair.similarity,
                stance=stance_of(pair.probabilities) if pair.probabilities else None,
                signals=signals(claim.text, pair.statement.text),
                statement=ReportStatement.of(pair.statement),
            )
            for place, pair in enumerate(map(pairs.pair, range(min(k, len(pairs)))))
        ),
    )


def _corpus_sha256(claims: Sequence[Claim], statements: Sequence[Statement]) -> str:
    """Of the ids and texts compared, each side sorted, as canonical JSON."""

    def lines(passages: Sequence[Passage]) -> list[list[str]]:
        return sorted([passage.key, passage.text] for passage in passages)

    content = [lines(claims), lines(statements)]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
