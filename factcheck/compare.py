"""The data path: encode, find the nearest, judge, make the report.

Pure but for the models, which are handed in; the packaged encoder is the default.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from factcheck import __version__, weights
from factcheck.encoders import Encoder, SentenceEncoder
from factcheck.errors import InputError
from factcheck.inference import Progress, silent
from factcheck.report import (
    Counterpoint,
    Finding,
    Model,
    Rank,
    Report,
    ReportClaim,
    ReportSource,
    ReportStatement,
    Run,
    Summary,
    Tool,
    Verdict,
)
from factcheck.search import top_k
from factcheck.shown import rounded, shown, stance_of
from factcheck.stance import LABELS, StanceModel
from factcheck.stance.ranking import default_ranking
from factcheck.stance.signals import signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factcheck.records import Claim, Passage, Statement

DEFAULT_K = 5
CANDIDATES = 200
"""How many statements a claim are judged for contrast, nearest first: all, while there are few."""

_UNJUDGED = "no stance model: nearness does not say whether a statement opposes"


def compare(
    claims: Iterable[Claim],
    statements: Iterable[Statement],
    *,
    encoder: Encoder | None = None,
    stance: StanceModel | None = None,
    k: int = DEFAULT_K,
    min_similarity: float | None = None,
    rank: Rank | None = None,
    progress: Progress = silent,
    judging: Progress = silent,
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
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.

    Returns:
        One finding a claim, similarities and scores rounded to four decimals.

    Raises:
        InputError: There is no claim or no statement, or two share a `source/id`.
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
    _check(claims, statements)
    encoder = encoder or SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    reach = k if rank == "similarity" else max(k, CANDIDATES)
    near = _nearest(claims, statements, encoder, reach, progress)
    if min_similarity is not None:
        near = [[pair for pair in pairs if pair.similarity >= min_similarity] for pairs in near]
    judged = near if stance is None else _judged(claims, near, stance, judging)
    findings = tuple(
        _finding(claim, _ranked(pairs, rank), k, judged=stance is not None)
        for claim, pairs in zip(claims, judged, strict=True)
    )
    return Report(
        tool=Tool(version=__version__),
        run=Run(
            encoder=Model(name=encoder.name, sha256=encoder.sha256),
            stance_model=Model(name=stance.name, sha256=stance.sha256) if stance else None,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            opposes_at=default_ranking().opposes_at if stance else None,
            corpus_sha256=_corpus_sha256(claims, statements),
        ),
        sources=_sources(claims, statements),
        findings=findings,
        summary=Summary.of(findings),
    )


@dataclass(frozen=True)
class _Pair:
    """A statement near a claim: what it scores, and how it stands to it where that is known."""

    statement: Statement
    similarity: float
    score: float
    probabilities: tuple[float, ...] | None = None


def _check(claims: Sequence[Claim], statements: Sequence[Statement]) -> None:
    for what, passages in (("claim", claims), ("statement", statements)):
        if not passages:
            raise InputError(f"there is no {what} to compare")
        seen: set[str] = set()
        for key in (passage.key for passage in passages):
            if key in seen:
                raise InputError(f"two {what}s are called {key!r}")
            seen.add(key)


def _nearest(
    claims: Sequence[Claim],
    statements: Sequence[Statement],
    encoder: Encoder,
    reach: int,
    progress: Progress,
) -> list[list[_Pair]]:
    """For each claim the nearest statements."""
    texts = list(dict.fromkeys(passage.text for passage in (*claims, *statements)))
    row = {text: number for number, text in enumerate(texts)}
    vectors = encoder.encode(texts, progress)
    scores, nearest = top_k(
        vectors[[row[claim.text] for claim in claims]],
        vectors[[row[statement.text] for statement in statements]],
        reach,
    )
    shown_scores = [[rounded(score) for score in of_claim] for of_claim in scores]
    return [
        [_Pair(statements[n], s, s) for n, s in zip(numbers, similarities, strict=True)]
        for numbers, similarities in zip(nearest.tolist(), shown_scores, strict=True)
    ]


def _judged(
    claims: Sequence[Claim],
    near: Sequence[Sequence[_Pair]],
    stance: StanceModel,
    judging: Progress,
) -> list[list[_Pair]]:
    """The same pairs with their stance, scored by contrast."""
    texts = [
        (pair.statement.text, claim.text)
        for claim, pairs in zip(claims, near, strict=True)
        for pair in pairs
    ]
    distinct = list(dict.fromkeys(texts))
    rows = stance.judge(distinct, judging)
    of_pair = dict(zip(distinct, range(len(distinct)), strict=True))
    ranking = default_ranking()
    judged = []
    for claim, pairs in zip(claims, near, strict=True):
        found = rows[[of_pair[pair.statement.text, claim.text] for pair in pairs]]
        scores = ranking.scores(np.array([pair.similarity for pair in pairs]), found)
        judged.append(
            [
                replace(pair, score=rounded(score), probabilities=told)
                for pair, score, told in zip(pairs, scores, map(shown, found.tolist()), strict=True)
            ]
        )
    return judged


def _ranked(pairs: Sequence[_Pair], rank: Rank) -> list[_Pair]:
    """Best first by what is shown, ties by id: an order that can be checked."""
    by = attrgetter("score" if rank == "contrast" else "similarity")
    return sorted(pairs, key=lambda pair: (-by(pair), pair.statement.key))


def _finding(claim: Claim, pairs: Sequence[_Pair], k: int, *, judged: bool) -> Finding:
    verdict, reason = _verdict(pairs) if judged else (None, _UNJUDGED)
    return Finding(
        claim=ReportClaim.of(claim),
        verdict=verdict,
        reason=reason,
        counterpoints=tuple(
            Counterpoint(
                rank=number,
                score=pair.score,
                similarity=pair.similarity,
                stance=stance_of(pair.probabilities) if pair.probabilities else None,
                signals=signals(claim.text, pair.statement.text),
                statement=ReportStatement.of(pair.statement),
            )
            for number, pair in enumerate(pairs[:k], start=1)
        ),
    )


def _verdict(pairs: Sequence[_Pair]) -> tuple[Verdict, str]:
    """What the statements hold on a claim, and the strongest on each side."""
    ranking = default_ranking()
    opposing, supporting = (
        sorted(
            (-pair.probabilities[LABELS.index(side)], pair.statement.key)
            for pair in pairs
            if pair.probabilities and pair.probabilities[LABELS.index(side)] >= least
        )
        for side, least in (("opposes", ranking.opposes_at), ("supports", ranking.supports_at))
    )
    verdict = ranking.verdict(
        [-value for value, _ in opposing], [-value for value, _ in supporting]
    )
    parts = [
        f"{len(found)} {word} (the most, at {-found[0][0]:.2f}: {found[0][1]})"
        for found, word in ((opposing, "opposing"), (supporting, "supporting"))
        if found
    ]
    return verdict, ", ".join(parts) or "no statement opposes or supports it clearly enough"


def _sources(claims: Sequence[Claim], statements: Sequence[Statement]) -> tuple[ReportSource, ...]:
    found: dict[str, ReportSource] = {}
    for passage in (*claims, *statements):
        told = ReportSource.of(passage.source, passage.path)
        if found.setdefault(passage.source.id, told) != told:
            raise InputError(f"two sources are called {passage.source.id!r}")
    return tuple(found[source_id] for source_id in sorted(found))


def _corpus_sha256(claims: Sequence[Claim], statements: Sequence[Statement]) -> str:
    """Of the ids and texts compared, each side sorted, as canonical JSON."""

    def lines(passages: Sequence[Passage]) -> list[list[str]]:
        return sorted([passage.key, passage.text] for passage in passages)

    content = [lines(claims), lines(statements)]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
