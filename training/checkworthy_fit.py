"""Fitting the model of check-worthiness: its inputs, its strength, its threshold."""

from __future__ import annotations

import numpy as np
from checkworthy_data import Part
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from factcheck.checkworthiness import CUES, Checkworthiness, cues
from factcheck.encoders import Encoder

SEED = 7
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
# Cues are brought to the size of a vector's components, so that one penalty suits both.
CUE_SIZE = 0.3

Floats = NDArray[np.float64]


class Fitter:
    """Logistic regression over vectors, cues and a column for the source.

    Args:
        encoder: Gives the vectors.
        with_cues: Whether cues are among the inputs.
    """

    def __init__(self, encoder: Encoder, *, with_cues: bool = True) -> None:
        """Remember the encoder."""
        self._encoder = encoder
        self._scale = CUE_SIZE if with_cues else 0.0
        self._centre = self._spread = np.zeros(len(CUES))

    def measure(self, like: Part) -> None:
        """Take the mean and the spread of cues from a part."""
        found = cues(like.texts)
        self._centre, self._spread = found.mean(axis=0), found.std(axis=0)

    def inputs(self, each: Part) -> Floats:
        """Shape (n, 384 + cues + 1); the last column is the source."""
        vectors = self._encoder.encode(each.texts).astype(np.float64)
        scaled = (cues(each.texts) - self._centre) / self._spread * self._scale
        return np.column_stack([vectors, scaled, np.full(len(vectors), each.source)])

    def model(self, fitted: LogisticRegression, threshold: float, sha256: str) -> Checkworthiness:
        """The model as it ships: cues as they are read, no column for the source."""
        weights = fitted.coef_[0]
        of_cues = weights[-1 - len(CUES) : -1] * self._scale / self._spread
        return Checkworthiness(
            encoder_sha256=sha256,
            threshold=threshold,
            intercept=round(float(fitted.intercept_[0] - of_cues @ self._centre), 4),
            vector=tuple(round(float(w), 4) for w in weights[: -1 - len(CUES)]),
            cues=tuple(round(float(w), 4) for w in of_cues),
        )


def regression(strength: float) -> LogisticRegression:
    """Logistic regression with an L2 penalty of 1 / strength."""
    return LogisticRegression(C=strength, max_iter=5000, random_state=SEED)


def fit(fitter: Fitter, parts: list[Part], strength: float) -> LogisticRegression:
    """Fit on all parts, each by its weight."""
    inputs = np.concatenate([fitter.inputs(each) for each in parts])
    labels = np.concatenate([each.labels for each in parts])
    weights = np.concatenate([np.full(len(each.texts), each.weight) for each in parts])
    return regression(strength).fit(inputs, labels, weights)


def validated(
    fitter: Fitter, parts: list[Part], *, standardised: bool = False
) -> dict[float, tuple[float, float]]:
    """By strength the AUC on held-out debates and on held-out sentences and titles of ours."""
    inputs = np.concatenate([fitter.inputs(each) for each in parts])
    labels = np.concatenate([each.labels for each in parts])
    weights = np.concatenate([np.full(len(each.texts), each.weight) for each in parts])
    groups = [group for each in parts for group in each.groups]
    debated = np.concatenate([np.full(len(each.texts), each.source > 0) for each in parts])
    if standardised:
        inputs = (inputs - inputs.mean(axis=0)) / (inputs.std(axis=0) + 1e-9)
    told = {}
    folds = list(GroupKFold(5, shuffle=True, random_state=SEED).split(inputs, labels, groups))
    for strength in STRENGTHS:
        scores = np.zeros(len(labels))
        for train, test in folds:
            # Standardised components are twenty times as large, their weights that much smaller.
            fitted = regression(strength / 400 if standardised else strength)
            fitted.fit(inputs[train], labels[train], weights[train])
            scores[test] = fitted.decision_function(inputs[test])
        told[strength] = (
            float(roc_auc_score(labels[debated], scores[debated])),
            float(roc_auc_score(labels[~debated], scores[~debated])),
        )
    return told


def chosen(told: dict[float, tuple[float, float]]) -> float:
    """The strength with the best mean of both; of equals (to 0.001) the least."""
    best = max(round(sum(pair) / 2, 3) for pair in told.values())
    return min(strength for strength, pair in told.items() if sum(pair) / 2 >= best - 0.001)


def threshold(labels: NDArray[np.int64], probabilities: Floats, recall: float) -> float:
    """The greatest probability, to two places, that this share of the claims reaches."""
    claims = np.sort(probabilities[labels == 1])[::-1]
    least = claims[int(np.ceil(recall * len(claims))) - 1]
    return float(np.floor(least * 100) / 100)
