"""Fit the few weights of the contrast score, and choose where verdicts begin.

    python training/fit_ranking.py --model FOLDER --documents ../shared/data/eval/documents_dev

Five weights of a logistic model, from document sets with gold labels; what it would do
on sets it has not seen is told by leaving each set out in turn. Writes
`factcheck/stance/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from factcheck.encoders import SentenceEncoder
from factcheck.evaluation import RankedClaim, ranking_metrics
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.stance.ranking import FEATURES, Ranking, features
from factcheck.weights import DEFAULT_ENCODER, resolve

TARGET = Path(__file__).resolve().parent.parent / "factcheck" / "stance" / "ranking.json"


@dataclass(frozen=True)
class Judged:
    """A claim of a set, its statements judged, and the gold."""

    name: str
    keys: tuple[str, ...]
    similarities: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    opposing: frozenset[str]
    supporting: frozenset[str]

    @property
    def inputs(self) -> NDArray[np.float64]:
        """The features of its pairs."""
        return features(self.similarities, self.probabilities)

    @property
    def labels(self) -> NDArray[np.bool_]:
        """Which of its statements oppose it."""
        return np.array([key in self.opposing for key in self.keys])


def judge(folder: Path, model: CrossEncoderStance) -> list[Judged]:
    """Judge all statements of each set against its listed claims."""
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER), batch_size=64)
    judged = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        sides = (("c", "critique"), ("a", "analysis"))
        texts = {
            f"{letter}{number}": sentence
            for letter, side in sides
            for number, sentence in enumerate(data[side]["sentences"])
        }
        keys = tuple(texts)
        vectors = encoder.encode([texts[key] for key in keys]).astype(np.float64)
        for gold in data["gold"]:
            claim = data["official"]["sentences"][gold["claim"]]
            judged.append(
                Judged(
                    name=path.stem,
                    keys=keys,
                    similarities=vectors @ encoder.encode([claim])[0],
                    probabilities=model.judge([(texts[key], claim) for key in keys]),
                    opposing=frozenset(gold["opposes"]),
                    supporting=frozenset(gold["supports"]),
                )
            )
    return judged


def fit(claims: list[Judged]) -> LogisticRegression:
    """A logistic model of which pairs oppose; claims count alike."""
    inputs = np.concatenate([claim.inputs for claim in claims])
    labels = np.concatenate([claim.labels for claim in claims])
    return LogisticRegression(C=1.0, max_iter=1000).fit(inputs, labels)


def ranking_of(model: LogisticRegression, thresholds: tuple[float, float]) -> Ranking:
    """The fitted model in the form that ships."""
    weights = tuple(float(weight) for weight in model.coef_[0])
    return Ranking(float(model.intercept_[0]), weights, *thresholds)


def ranked(claim: Judged, ranking: Ranking | None) -> RankedClaim:
    """A claim's statements by a ranking, or by similarity."""
    scores = (
        claim.similarities
        if ranking is None
        else ranking.scores(claim.similarities, claim.probabilities)
    )
    order = np.argsort(-scores, kind="stable")
    verdict = None
    if ranking is not None:
        opposes, _, supports = claim.probabilities.T.tolist()
        verdict = ranking.verdict(opposes, supports)
    keys = tuple(claim.keys[n] for n in order)
    return RankedClaim(keys, claim.opposing, claim.supporting, verdict)


def threshold(claims: list[Judged], column: int, precision: float) -> float:
    """The least probability from which statements are right with a given precision.

    For a claim the greatest probability counts, as it decides the verdict.
    """
    gold = [claim.opposing if column == 0 else claim.supporting for claim in claims]
    tops = np.array([claim.probabilities[:, column].max() for claim in claims])
    right = np.array([bool(found) for found in gold])
    for value in np.round(np.arange(0.3, 1.0, 0.01), 2):
        above = tops >= value
        if above.any() and right[above].mean() >= precision:
            return float(value)
    return 0.99


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--precision", type=float, default=0.9)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    claims = judge(options.documents, CrossEncoderStance(resolve(options.model), batch_size=64))
    names = sorted({claim.name for claim in claims})
    held_out: list[RankedClaim] = []
    for name in names:
        others = [claim for claim in claims if claim.name != name]
        thresholds = tuple(threshold(others, column, options.precision) for column in (0, 2))
        ranking = ranking_of(fit(others), (thresholds[0], thresholds[1]))
        held_out += [ranked(claim, ranking) for claim in claims if claim.name == name]
    told: dict[str, Any] = {
        "similarity": ranking_metrics([ranked(claim, None) for claim in claims]),
        "opposes alone": ranking_metrics(
            [ranked(claim, Ranking(0, (0, 1, 0, 0), 0.5, 0.5)) for claim in claims]
        ),
        "each set left out in turn": ranking_metrics(held_out),
    }
    print(json.dumps(told, indent=2))
    opposes_at, supports_at = (threshold(claims, column, options.precision) for column in (0, 2))
    final = ranking_of(fit(claims), (opposes_at, supports_at))
    content = {
        "note": f"Logistic regression on {len(claims)} claims of {len(names)} document sets by "
        "training/fit_ranking.py; thresholds for a precision of "
        f"{options.precision} of the verdict there.",
        "intercept": round(final.intercept, 4),
        "weights": {
            name: round(weight, 4) for name, weight in zip(FEATURES, final.weights, strict=True)
        },
        "opposes_at": opposes_at,
        "supports_at": supports_at,
    }
    print(json.dumps(content, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
