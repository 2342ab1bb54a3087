"""The data path: encode, find the nearest, judge, make the report.

Pure but for the models, which are handed in; the packaged encoder is the default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from factcheck import __version__, weights
from factcheck.calibration import Calibration, ranking_for, recorded
from factcheck.corpus import Corpus, corpus_of, corpus_sha256, joined_sources, sources_of
from factcheck.encoders import Encoder, SentenceEncoder
from factcheck.inference import Progress, described, silent
from factcheck.ranked import RankedPairs, check_passages, rank_statements
from factcheck.report import (
    Counterpoint,
    Finding,
    Occurrence,
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
    from collections.abc import Iterable

    from factcheck.records import Claim, Statement
    from factcheck.stance import StanceModel

DEFAULT_K = 5

Seen = Callable[[RankedPairs], None]


def unseen(_pairs: RankedPairs) -> None:
    """Nobody looks."""


def compare(
    claims: Iterable[Claim],
    statements: Iterable[Statement] | Corpus,
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
        statements: In any order, or an index; equal scores are ordered by `source/id`.
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
    corpus = corpus_of(statements)
    check_passages(claims, corpus)
    sources = joined_sources(sources_of(claims), corpus.sources())
    encoder = encoder or SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    ranking = ranking_for(calibration, encoder, stance)
    ranked = rank_statements(
        claims,
        corpus,
        encoder=encoder,
        stance=stance,
        k=k,
        min_similarity=min_similarity,
        rank=rank,
        ranking=ranking,
        progress=progress,
        judging=judging,
    )
    findings = tuple(_finding(_passed(pairs, seen), k, corpus) for pairs in ranked)
    return Report(
        tool=Tool(version=__version__),
        run=Run(
            encoder=described(encoder),
            stance_model=described(stance) if stance else None,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            opposes_at=ranking.opposes_at if stance else None,
            calibration=recorded(calibration, stance),
            corpus_sha256=corpus_sha256(claims, corpus),
            index=corpus.searched,
        ),
        sources=sources,
        findings=findings,
        summary=Summary.of(findings),
    )


def _passed(pairs: RankedPairs, seen: Seen) -> RankedPairs:
    seen(pairs)
    return pairs


def _finding(pairs: RankedPairs, k: int, corpus: Corpus) -> Finding:
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
                also_in=tuple(map(Occurrence.of, corpus.others(pair.statement))),
            )
            for place, pair in enumerate(map(pairs.pair, range(min(k, len(pairs)))))
        ),
    )
