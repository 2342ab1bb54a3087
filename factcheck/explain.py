"""Why a statement is ranked as it is against a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.calibration import Calibration, ranking_for, recorded
from factcheck.explanation import Explanation, Feature, Weighed
from factcheck.report import Span
from factcheck.shown import rounded, shown, stance_of
from factcheck.stance.ranking import FEATURES, features
from factcheck.stance.signals import signals
from factcheck.stance.words import words

if TYPE_CHECKING:
    from factcheck.encoders import Encoder
    from factcheck.stance import StanceModel


def explain(
    claim: str,
    statement: str,
    *,
    encoder: Encoder,
    stance: StanceModel,
    calibration: Calibration | None = None,
) -> Explanation:
    """Take apart how a statement stands to a claim.

    Which words matter is told by occlusion: the pair is judged again with each word
    left out. Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901, for images.

    Args:
        claim: The claim's text.
        statement: The statement's text.
        encoder: For the similarity.
        stance: Judges n + m + 2 pairs, for n and m words of the two texts.
        calibration: Figures fitted to a user's own labels, in place of the packaged ones.

    Raises:
        InputError: The calibration was fitted on other models.
    """
    ranking = ranking_for(calibration, encoder, stance)
    ours, theirs = _without(claim), _without(statement)
    pairs = [(statement, claim), (claim, statement)]
    pairs += [(statement, text) for _, text in ours] + [(text, claim) for _, text in theirs]
    given = judged = np.asarray(stance.judge(pairs), np.float64)
    if ranking.temperature != 1:
        judged = ranking.tempered(shown(given))
    top = int(judged[0].argmax())
    leading = judged[:, top]
    falls = np.clip(leading[0] - leading[2:], -1, 1).round(4).tolist()
    weighed = [
        Weighed(span=span, importance=fall)
        for (span, _), fall in zip((*ours, *theirs), falls, strict=True)
    ]
    vectors = encoder.encode([claim, statement]).astype(np.float64)
    similarity = rounded([vectors[0] @ vectors[1]])
    stances, own = shown(judged[:2]), shown(given[:1])
    inputs = features(similarity, own)[0].tolist()
    return Explanation(
        claim=claim,
        statement=statement,
        similarity=float(similarity[0]),
        score=float(rounded(ranking.scores(similarity, own))[0]),
        calibration=recorded(calibration, stance),
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
        stance=stance_of(stances[0].tolist()),
        reverse=stance_of(stances[1].tolist()),
        signals=signals(claim, statement),
        claim_words=tuple(weighed[: len(ours)]),
        statement_words=tuple(weighed[len(ours) :]),
    )


def _without(text: str) -> list[tuple[Span, str]]:
    """Each word of a text, and the text without it; a lone word is left in its place."""
    told = []
    for word in words(text):
        rest = " ".join((text[: word.start] + text[word.end :]).split())
        told.append((Span(start=word.start, end=word.end, text=word.text), rest or text))
    return told
