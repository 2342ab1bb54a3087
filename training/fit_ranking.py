"""Fit the few weights of the contrast score, and choose where verdicts begin.

    python training/fit_ranking.py --documents ../shared/data/eval/documents_dev [--model FOLDER]

Five weights of a logistic model and two thresholds, from the dev split of our own document
sets together with those of `--documents`; what they would do on sets that they have not
seen is told by leaving each set out in turn. `--write` writes
`factcheck/stance/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from documents import labelled, read_sets
from mix import HERE
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from factcheck.cache import CachedStance, VectorCache
from factcheck.encoders import SentenceEncoder
from factcheck.evaluation import RankedClaim, ranking_metrics
from factcheck.labelled import LabelledSet, read_document_sets
from factcheck.running import Execution
from factcheck.stance import StanceModel
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.stance.ranking import FEATURES, Ranking, features
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

TARGET = HERE.parent / "factcheck" / "stance" / "ranking.json"


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


def judge(each: LabelledSet, encoder: SentenceEncoder, model: StanceModel) -> list[Judged]:
    """Judge all statements of a set against its labelled claims."""
    texts = [statement.text for statement in each.statements]
    vectors = encoder.encode(texts).astype(np.float64)
    claims = encoder.encode([claim.text for claim in each.claims]).astype(np.float64)
    pairs = [(text, claim.text) for claim in each.claims for text in texts]
    rows = model.judge(pairs).reshape(len(each.claims), len(texts), 3)
    return [
        Judged(
            name=each.name,
            keys=tuple(statement.key for statement in each.statements),
            similarities=vectors @ vector,
            probabilities=probabilities,
            opposing=each.opposing[claim.key],
            supporting=each.supporting[claim.key],
        )
        for claim, vector, probabilities in zip(each.claims, claims, rows, strict=True)
    ]


def fit(claims: list[Judged], thresholds: tuple[float, float] = (0.5, 0.5)) -> Ranking:
    """A logistic model of which pairs oppose."""
    inputs = np.concatenate([claim.inputs for claim in claims])
    labels = np.concatenate([claim.labels for claim in claims])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, labels)
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
    """The least probability from which a claim's verdict is right with a given precision.

    For a claim the greatest probability counts, as it decides the verdict.
    """
    gold = [claim.opposing if column == 0 else claim.supporting for claim in claims]
    tops = np.array([claim.probabilities[:, column].max() for claim in claims])
    right = np.array([bool(found) for found in gold])
    for value in np.round(np.arange(0.3, 0.995, 0.01), 2):
        above = tops >= value
        if above.any() and right[above].mean() >= precision:
            return float(value)
    return 0.99


def thresholds_table(claims: list[Judged], ranking: Ranking) -> list[dict[str, float]]:
    """What verdicts would be worth from several thresholds, of the probability and the score."""
    told = []
    labels = np.concatenate([claim.labels for claim in claims])
    opposed = np.array([bool(claim.opposing) for claim in claims])
    for by in ("opposes", "score"):
        values = [
            claim.probabilities[:, 0].astype(np.float64)
            if by == "opposes"
            else ranking.scores(claim.similarities, claim.probabilities)
            for claim in claims
        ]
        pairs, tops = np.concatenate(values), np.array([each.max() for each in values])
        for least in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            if not (pairs >= least).any():
                continue
            told.append(
                {
                    "by_score": float(by == "score"),
                    "least": least,
                    "pair_precision": float(labels[pairs >= least].mean()),
                    "pair_recall": float((pairs[labels] >= least).mean()),
                    "countered_of_opposed": float((tops[opposed] >= least).mean()),
                    "false_alarms": float((tops[~opposed] >= least).mean()),
                }
            )
    return told


def left_out(claims: list[Judged], thresholds: tuple[float, float]) -> list[RankedClaim]:
    """The claims of all sets, each set ranked by what the others give."""
    told = []
    for name in sorted({claim.name for claim in claims}):
        ranking = fit([claim for claim in claims if claim.name != name], thresholds)
        told += [ranked(claim, ranking) for claim in claims if claim.name == name]
    return told


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_STANCE)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--precision", type=float, default=0.85)
    parser.add_argument("--support", type=float, default=0.8, help="precision of supported")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cache = VectorCache(options.cache)
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64))
    plain = CrossEncoderStance(resolve_stance(options.model), Execution(batch_size=64))
    model = CachedStance(plain, cache)
    given = read_document_sets(options.documents)
    own = [labelled(each) for each in read_sets(HERE / "data" / "documents", "dev")]
    held = [labelled(each) for each in read_sets(HERE / "data" / "documents", "test")]
    handed, ours, test = (
        [claim for each in sets for claim in judge(each, encoder, model)]
        for sets in (given, own, held)
    )
    # Our own sets share more words between claim and counterpoint than texts do: the weights
    # are fitted without them.
    opposes_at = threshold(handed + ours, 0, options.precision)
    final = fit(handed, (opposes_at, threshold(handed + ours, 2, options.support)))
    alone = Ranking(0, (0, 1, 0, 0), final.opposes_at, final.supports_at)
    told: dict[str, Any] = {
        "--documents, similarity": ranking_metrics([ranked(claim, None) for claim in handed]),
        "--documents, opposes alone": ranking_metrics([ranked(c, alone) for c in handed]),
        "--documents, left out in turn": ranking_metrics(
            left_out(handed, (final.opposes_at, final.supports_at))
        ),
        "own test split, similarity": ranking_metrics([ranked(claim, None) for claim in test]),
        "own test split": ranking_metrics([ranked(claim, final) for claim in test]),
    }
    print(json.dumps(told, indent=2))
    for row in thresholds_table(handed + ours, final):
        print({key: round(value, 3) for key, value in row.items()})
    content = {
        "note": f"Logistic regression on {len(handed)} claims of {len(given)} document sets by "
        "training/fit_ranking.py; thresholds from which, on these and on the dev split of our "
        f"own sets, {options.precision:.0%} of the claims with an opposing statement have one, and "
        f"{options.support:.0%} of those with a supporting one.",
        "intercept": round(final.intercept, 4),
        "weights": {
            name: round(weight, 4) for name, weight in zip(FEATURES, final.weights, strict=True)
        },
        "opposes_at": final.opposes_at,
        "supports_at": final.supports_at,
    }
    print(json.dumps(content, indent=2))
    if options.write:
        TARGET.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
