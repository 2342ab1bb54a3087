"""Claims with their statements in order: near, judged, ranked, and the verdict that follows.

What `compare` shows and what `check` decides by is made here, a claim at a time, so that
memory holds the judgements of a block of claims and not those of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from factcheck.corpus import Corpus, check_keys, corpus_of
from factcheck.inference import Progress, silent
from factcheck.shown import rounded, shown
from factcheck.stance import LABELS
from factcheck.stance.ranking import Ranking, default_ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.records import Claim, Statement
    from factcheck.report import Rank, Verdict
    from factcheck.stance import StanceModel

    Figures = NDArray[np.float64]
    Rows = NDArray[np.int64]

CANDIDATES = 200
"""How many statements a claim are judged for contrast, nearest first: all, while there are few."""

_CLAIMS_AT_ONCE = 250
_UNJUDGED = "no stance model: nearness does not say whether a statement opposes"


@dataclass(frozen=True)
class Pair:
    """A statement set against a claim; figures have four decimals.

    Attributes:
        statement: What is set against the claim.
        similarity: Cosine, -1..1.
        score: What the rank is by.
        probabilities: Columns as `LABELS`; None without a stance model.
    """

    statement: Statement
    similarity: float
    score: float
    probabilities: tuple[float, ...] | None = None

    @property
    def opposes(self) -> float:
        """The probability that it opposes the claim; 0 where that was not judged."""
        return self.probabilities[LABELS.index("opposes")] if self.probabilities else 0.0


@dataclass(frozen=True)
class RankedPairs:
    """All statements judged against a claim, best first.

    Attributes:
        claim: The claim.
        statements: All statements of the run; `rows` points into it.
        rows: Shape (n,), best first; ties by `source/id`.
        similarities: Shape (n,).
        scores: Shape (n,).
        probabilities: Shape (n, 3), columns as `LABELS`; None without a stance model.
        ranking: Where verdicts begin.
        name: The key by which a statement goes that is merged with others of the same text.
    """

    claim: Claim
    statements: Sequence[Statement]
    rows: Rows
    similarities: Figures
    scores: Figures
    probabilities: Figures | None
    ranking: Ranking = field(default_factory=default_ranking)
    name: Callable[[str], str] = str

    def __len__(self) -> int:
        """How many statements there are."""
        return len(self.rows)

    def pair(self, place: int) -> Pair:
        """The pair at a place of the ranking, from 0."""
        told = None if self.probabilities is None else tuple(self.probabilities[place].tolist())
        return Pair(
            self.statements[self.rows[place]],
            float(self.similarities[place]),
            float(self.scores[place]),
            told,
        )

    def place(self, key: str) -> int | None:
        """The place of a statement in the ranking, from 0; None where it is not among them."""
        goes_by = self.name(key)
        return next(
            (n for n, row in enumerate(self.rows) if self.statements[row].key == goes_by), None
        )

    def strongest(self, side: str) -> Pair | None:
        """The pair with the greatest probability of a label; None where nothing was judged."""
        places = self._places(side, 0.0)
        return self.pair(places[0]) if places else None

    def verdict(self) -> tuple[Verdict | None, str]:
        """What the statements hold on the claim, and the strongest on each side."""
        if self.probabilities is None:
            return None, _UNJUDGED
        ranking = self.ranking
        limits = {"opposes": ranking.opposes_at, "supports": ranking.supports_at}
        found = {side: self._places(side, least) for side, least in limits.items()}
        told = [
            [float(self.probabilities[n, LABELS.index(side)]) for n in places]
            for side, places in found.items()
        ]
        parts = [
            f"{len(places)} {word} (the most, at {values[0]:.2f}: "
            f"{self.pair(places[0]).statement.key})"
            for places, values, word in zip(
                found.values(), told, ("opposing", "supporting"), strict=True
            )
            if places
        ]
        reason = ", ".join(parts) or "no statement opposes or supports it clearly enough"
        return ranking.verdict(*told), reason

    def _places(self, side: str, least: float) -> list[int]:
        """Places with a probability of at least so much, the greatest first, ties by id."""
        if self.probabilities is None:
            return []
        values = self.probabilities[:, LABELS.index(side)]
        order = np.lexsort((self.rows, -values))
        return [int(n) for n in order if values[n] >= least]


def rank_statements(
    claims: Sequence[Claim],
    statements: Iterable[Statement] | Corpus,
    *,
    encoder: Encoder,
    stance: StanceModel | None,
    k: int,
    min_similarity: float | None,
    rank: Rank,
    ranking: Ranking | None = None,
    progress: Progress = silent,
    judging: Progress = silent,
) -> Iterator[RankedPairs]:
    """Rank statements against each claim, in the order of the claims.

    Args:
        claims: In any order, no two with the same key.
        statements: In any order, or a corpus, which finds the candidates itself.
        encoder: Texts to vectors.
        stance: Judges pairs; None leaves them unjudged.
        k: How many statements a claim are wanted at least.
        min_similarity: Leave out statements less similar, -1..1.
        rank: `contrast` needs a stance model.
        ranking: What scores and verdicts are made of; the packaged one where none is given.
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.
    """
    ranking = ranking or default_ranking()
    reach = k if rank == "similarity" else max(k, CANDIDATES)
    nearest = corpus_of(statements).nearest(claims, encoder, reach, progress)
    similarities, rows, every = nearest.similarities, nearest.rows, nearest.statements
    kept = rows >= 0  # words find fewer for some claims than for others
    if min_similarity is not None:
        kept &= similarities >= min_similarity
    total, done = int(kept.sum()), 0
    for start in range(0, len(claims), _CLAIMS_AT_ONCE):
        block = range(start, min(start + _CLAIMS_AT_ONCE, len(claims)))
        near = [(claims[n], rows[n][kept[n]], similarities[n][kept[n]]) for n in block]
        nearest.fetch(_distinct(np.concatenate([of_claim for _, of_claim, _ in near])))
        if stance is None:
            yield from (
                _ordered(
                    RankedPairs(claim, every, of_claim, values, values, None, ranking, nearest.name)
                )
                for claim, of_claim, values in near
            )
            continue
        before = done

        def told(part: int, _of: int, before: int = before) -> None:
            judging(before + part, total)

        texts = [(every[row].text, claim.text) for claim, of_claim, _ in near for row in of_claim]
        distinct = {pair: number for number, pair in enumerate(dict.fromkeys(texts))}
        judged = shown(stance.judge(list(distinct), told))[[distinct[pair] for pair in texts]]
        for claim, of_claim, values in near:
            part = judged[done - before : done - before + len(of_claim)]
            done += len(of_claim)
            scores = values if rank == "similarity" else rounded(ranking.scores(values, part))
            tempered = part if ranking.temperature == 1 else shown(ranking.tempered(part))
            yield _ordered(
                RankedPairs(claim, every, of_claim, values, scores, tempered, ranking, nearest.name)
            )


def _distinct(rows: Rows) -> Rows:
    """Each row once, rising; `np.unique` would import numpy.ma, a twentieth of a cached run."""
    rows = np.sort(rows)
    return rows[np.diff(rows, prepend=-1) > 0]


def _ordered(pairs: RankedPairs) -> RankedPairs:
    """Best first by what is shown, ties by id: an order that can be checked."""
    order = np.lexsort((pairs.rows, -pairs.scores))
    judged = pairs.probabilities
    return replace(
        pairs,
        rows=pairs.rows[order],
        similarities=pairs.similarities[order],
        scores=pairs.scores[order],
        probabilities=None if judged is None else judged[order],
    )


def check_passages(claims: Sequence[Claim], statements: Iterable[Statement] | Corpus) -> None:
    """Refuse what cannot be compared.

    Raises:
        InputError: There is no claim or no statement, or two share a `source/id`.
    """
    check_keys("claim", claims)
    corpus_of(statements).check()
