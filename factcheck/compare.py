"""The data path: encode, find the nearest, judge, make the report.

Pure but for the encoder, which is handed in or is the packaged model.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from factcheck import __version__, weights
from factcheck.encoders import Encoder, Progress, SentenceEncoder, silent
from factcheck.errors import InputError
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
)
from factcheck.search import top_k

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factcheck.records import Claim, Passage, Statement

DEFAULT_K = 5

_UNJUDGED = "no stance model: nearness does not say whether a statement opposes"


def compare(
    claims: Iterable[Claim],
    statements: Iterable[Statement],
    *,
    encoder: Encoder | None = None,
    k: int = DEFAULT_K,
    min_similarity: float | None = None,
    rank: Rank = "similarity",
    progress: Progress = silent,
) -> Report:
    """Set the nearest statements against each claim.

    Args:
        claims: In the order of the findings.
        statements: In any order; equal scores are ordered by `source/id`.
        encoder: Texts to vectors; the packaged model where none is given.
        k: How many statements to set against a claim at most; at least 1.
        min_similarity: Leave out statements less similar, -1..1.
        rank: What to rank by; `similarity` is the cosine of the vectors, -1..1.
        progress: Told how many texts are encoded.

    Returns:
        One finding a claim, similarities rounded to four decimals.

    Raises:
        InputError: There is no claim or no statement, or two share a `source/id`.
        ValueError: `k` or `min_similarity` is out of range.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if min_similarity is not None and not -1 <= min_similarity <= 1:
        raise ValueError(f"min_similarity must be within -1..1, not {min_similarity}")
    claims = tuple(claims)
    statements = tuple(sorted(statements, key=lambda statement: statement.key))
    _check(claims, statements)
    encoder = encoder or SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    findings = _findings(claims, statements, encoder, k, min_similarity, progress)
    return Report(
        tool=Tool(version=__version__),
        run=Run(
            encoder=Model(name=encoder.name, sha256=encoder.sha256),
            stance_model=None,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            opposes_at=None,
            corpus_sha256=_corpus_sha256(claims, statements),
        ),
        sources=_sources(claims, statements),
        findings=findings,
        summary=Summary.of(findings),
    )


def _check(claims: Sequence[Claim], statements: Sequence[Statement]) -> None:
    for what, passages in (("claim", claims), ("statement", statements)):
        if not passages:
            raise InputError(f"there is no {what} to compare")
        seen: set[str] = set()
        for key in (passage.key for passage in passages):
            if key in seen:
                raise InputError(f"two {what}s are called {key!r}")
            seen.add(key)


def _findings(
    claims: Sequence[Claim],
    statements: Sequence[Statement],
    encoder: Encoder,
    k: int,
    min_similarity: float | None,
    progress: Progress,
) -> tuple[Finding, ...]:
    texts = list(dict.fromkeys(passage.text for passage in (*claims, *statements)))
    row = {text: number for number, text in enumerate(texts)}
    vectors = encoder.encode(texts, progress)
    scores, nearest = top_k(
        vectors[[row[claim.text] for claim in claims]],
        vectors[[row[statement.text] for statement in statements]],
        k,
    )
    least = -1.0 if min_similarity is None else min_similarity
    findings = []
    for claim, row_scores, row_nearest in zip(claims, scores, nearest, strict=True):
        # Rounding first, then ranking by what is shown, ties by id: order that can be checked.
        ranked = sorted(
            (-_rounded(s), int(n)) for s, n in zip(row_scores, row_nearest, strict=True)
        )
        shown = [(-negated, statements[n]) for negated, n in ranked if -negated >= least]
        counterpoints = tuple(
            _counterpoint(number, similarity, statement)
            for number, (similarity, statement) in enumerate(shown, start=1)
        )
        findings.append(
            Finding(
                claim=ReportClaim.of(claim),
                verdict=None,
                reason=_UNJUDGED,
                counterpoints=counterpoints,
            )
        )
    return tuple(findings)


def _rounded(score: float) -> float:
    """Four decimals within -1..1, and no negative zero."""
    return min(1.0, max(-1.0, round(float(score), 4))) + 0.0


def _counterpoint(rank: int, similarity: float, statement: Statement) -> Counterpoint:
    return Counterpoint(
        rank=rank,
        score=similarity,
        similarity=similarity,
        stance=None,
        signals=(),
        statement=ReportStatement.of(statement),
    )


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
