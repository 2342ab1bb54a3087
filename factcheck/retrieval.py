"""Rankings of a retrieval set: by similarity, by contrast, and by BM25 as a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from Stemmer import Stemmer

from factcheck.corpus import nearest_texts
from factcheck.errors import InputError
from factcheck.inference import Progress, silent
from factcheck.stance.ranking import default_ranking

if TYPE_CHECKING:
    from factcheck.encoders import Encoder
    from factcheck.labelled import RetrievalSet
    from factcheck.stance import StanceModel

DEPTH = 100
"""How many texts a query are ranked."""

Rankings = dict[str, list[str]]
"""By a query's id the ids of texts, best first; never the query itself."""


def by_similarity(data: RetrievalSet, encoder: Encoder, progress: Progress = silent) -> Rankings:
    """The nearest texts of each query."""
    return {
        query: [name for name, _ in found]
        for query, found in _near(data, encoder, progress).items()
    }


def by_contrast(
    data: RetrievalSet,
    encoder: Encoder,
    stance: StanceModel,
    candidates: int,
    progress: Progress = silent,
) -> Rankings:
    """The nearest texts of each query, the first `candidates` of them in the order of contrast.

    A query stands for the claim, a text of the corpus for the statement.
    """
    near = _near(data, encoder, silent)
    pairs = [
        (data.corpus[name], data.queries[query])
        for query, found in near.items()
        for name, _ in found[:candidates]
    ]
    judged = stance.judge(pairs, progress)
    told: Rankings = {}
    at = 0
    for query, found in near.items():
        judged_here = found[:candidates]
        rows = judged[at : at + len(judged_here)]
        at += len(judged_here)
        scores = default_ranking().scores(np.array([score for _, score in judged_here]), rows)
        order = sorted(range(len(judged_here)), key=lambda n: (-scores[n], judged_here[n][0]))
        told[query] = [judged_here[n][0] for n in order] + [name for name, _ in found[candidates:]]
    return told


def by_bm25(data: RetrievalSet) -> Rankings:
    """The texts that share the rarest words: bm25s with its defaults and Snowball stems.

    Raises:
        InputError: bm25s is not installed.
    """
    try:
        import bm25s  # noqa: PLC0415 - a baseline, and not installed with the rest
    except ImportError:
        raise InputError("BM25 needs bm25s; install it: pip install bm25s") from None
    stemmer = Stemmer("english").stemWords
    names = list(data.corpus)
    options = {"stopwords": "en", "stemmer": stemmer, "show_progress": False}
    tokens = bm25s.tokenize(list(data.corpus.values()), **options)
    if not tokens.vocab:
        return {query: [] for query in data.queries}
    index = bm25s.BM25(backend="numpy")
    index.index(tokens, show_progress=False)
    asked = bm25s.tokenize(list(data.queries.values()), **options)
    found, scores = index.retrieve(asked, k=min(DEPTH + 1, len(names)), show_progress=False)
    told: Rankings = {}
    for query, row, of_query in zip(data.queries, found.tolist(), scores.tolist(), strict=True):
        # What shares no word has no rank; equals go by their ids.
        order = sorted(
            (-score, names[n]) for n, score in zip(row, of_query, strict=True) if score > 0
        )
        told[query] = [name for _, name in order if name != query][:DEPTH]
    return told


def _near(
    data: RetrievalSet, encoder: Encoder, progress: Progress
) -> dict[str, list[tuple[str, float]]]:
    """The nearest texts of each query, with their similarity; never the query itself."""
    names = list(data.corpus)
    asked, texts = (list(side.values()) for side in (data.queries, data.corpus))
    scores, found = nearest_texts(asked, texts, encoder, DEPTH + 1, progress)
    return {
        query: [
            (names[n], float(score))
            for n, score in zip(numbers, of_query, strict=True)
            if names[n] != query
        ][:DEPTH]
        for query, numbers, of_query in zip(
            data.queries, found.tolist(), scores.tolist(), strict=True
        )
    }
