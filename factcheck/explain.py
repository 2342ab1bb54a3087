"""Why a statement is ranked as it is against a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.explanation import Explanation, Feature, Weighed
from factcheck.report import Span, Stance
from factcheck.stance import LABELS
from factcheck.stance.ranking import FEATURES, default_ranking, features
from factcheck.stance.signals import signals
from factcheck.stance.words import words

if TYPE_CHECKING:
    from factcheck.encoders import Encoder
    from factcheck.stance import Probabilities, StanceModel


def explain(claim: str, statement: str, *, encoder: Encoder, stance: StanceModel) -> Explanation:
    """Take apart how a statement stands to a claim.

    Which words matter is told by occlusion: the pair is judged again with each word
    left out. Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901, for images.

    Args:
        claim: The claim's text.
        statement: The statement's text.
        encoder: For the similarity.
        stance: Judges n + m + 2 pairs, for n and m words of the two texts.
    """
    without_claim = [(statement, text) for _, text in _without(claim)]
    without_statement = [(text, claim) for _, text in _without(statement)]
    pairs = [(statement, claim), (claim, statement), *without_claim, *without_statement]
    judged = stance.judge(pairs)
    top = int(judged[0].argmax())
    falls = np.clip(judged[0, top] - judged[2:, top], -1, 1).round(4).tolist()
    vectors = encoder.encode([claim, statement]).astype(np.float64)
    similarity = np.clip(vectors[:1] @ vectors[1], -1, 1)
    ranking = default_ranking()
    inputs = features(similarity, judged[:1])[0].tolist()
    return Explanation(
        claim=claim,
        statement=statement,
        similarity=round(float(similarity[0]), 4),
        score=round(float(ranking.scores(similarity, judged[:1])[0]), 4),
        intercept=ranking.intercept,
        features=tuple(
            Feature(
                name=name,
                value=round(value, 4),
                weight=weight,
                contribution=round(value * weight, 4),
            )
            for name, value, weight in zip(FEATURES, inputs, ranking.weights, strict=True)
        ),
        stance=_stance(judged[0]),
        reverse=_stance(judged[1]),
        signals=signals(claim, statement),
        claim_words=_weighed(claim, falls[: len(without_claim)]),
        statement_words=_weighed(statement, falls[len(without_claim) :]),
    )


def _without(text: str) -> list[tuple[Span, str]]:
    """Each word of a text, and the text without it; a lone word is left in its place."""
    told = []
    for word in words(text):
        rest = " ".join((text[: word.start] + text[word.end :]).split())
        told.append((Span(start=word.start, end=word.end, text=word.text), rest or text))
    return told


def _weighed(text: str, falls: list[float]) -> tuple[Weighed, ...]:
    spans = [span for span, _ in _without(text)]
    return tuple(
        Weighed(span=span, importance=fall) for span, fall in zip(spans, falls, strict=True)
    )


def _stance(row: Probabilities) -> Stance:
    told = dict(zip(LABELS, (round(float(value), 4) for value in row), strict=True))
    return Stance.model_validate({"label": LABELS[int(row.argmax())], **told})
