"""Score a stance model on authored matrices, every label weighing the same.

    python training/eval_matrices.py [--model FOLDER] [--data ../shared/data/train] --split test

Three-way macro-F1 over cells balanced by weight; opposes against supports over the
cells that are one or the other; and, a claim at a time, whether the statement with the
greatest margin of `opposes` over `supports` opposes it. Beside them the same by cosine
(the nearest first), and bags of words that see the statement or the claim alone, as a
measure of what tone gives away. Without `--data`, our own matrices only.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from matrices import Matrix, Pair
from mix import LABELS, matrices
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from factcheck.encoders import Encoder, SentenceEncoder
from factcheck.running import Execution
from factcheck.stance import StanceModel
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

Cell = tuple[str, str, Pair]


def cells_of(found: list[Matrix]) -> list[Cell]:
    """All cells: the matrix, the tag of the claim, the pair."""
    return [(m.name, tag, pair) for m in found for tag, pair in m.pairs()]


def scores(
    model: StanceModel, encoder: Encoder, data: Path | None, split: str, only: str = ""
) -> dict[str, Any]:
    """The figures of a split, by model, by cosine and by one side alone."""
    found = [m for m in matrices(data, split) if m.name.startswith(only)]
    cells = cells_of(found)
    probabilities = model.judge([(pair.statement, pair.claim) for _, _, pair in cells])
    gold = np.array([LABELS.index(pair.label) for _, _, pair in cells])
    margins = (probabilities[:, 0] - probabilities[:, 2]).astype(np.float64)
    told: dict[str, Any] = {"matrices": len(found), "cells": len(cells)}
    told |= _figures(cells, gold, probabilities.argmax(axis=1), margins)
    for word, tag in (("plain", "A"), ("framed", "F")):
        rows = np.array([n for n, cell in enumerate(cells) if cell[1] == tag])
        part = _figures(
            [cells[n] for n in rows], gold[rows], probabilities[rows].argmax(1), margins[rows]
        )
        told |= {f"{name}_{word}": value for name, value in part.items()}
    cosine = _cosines(encoder, cells)
    told["first_by_cosine"] = _first(cells, gold, cosine)
    weight = _weights(gold)
    for side, word in ((0, "statement"), (1, "claim")):
        predicted = _one_side(data, cells, side)
        told[f"{word}_only"] = _macro_f1(gold, predicted, weight)
    return told


def _figures(
    cells: list[Cell],
    gold: NDArray[np.int64],
    predicted: NDArray[np.int64],
    margins: NDArray[np.float64],
) -> dict[str, float]:
    sided = gold != 1
    two_way = np.where(margins[sided] > 0, 0, 2)
    return {
        "macro_f1": _macro_f1(gold, predicted, _weights(gold)),
        "opposes_against_supports": float((two_way == gold[sided]).mean()),
        "first_opposes": _first(cells, gold, margins),
    }


def _weights(gold: NDArray[np.int64]) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = (1 / np.maximum(np.bincount(gold, minlength=3), 1))[gold]
    return weights


def _macro_f1(
    gold: NDArray[np.int64], predicted: NDArray[np.int64], weight: NDArray[np.float64]
) -> float:
    return float(f1_score(gold, predicted, average="macro", sample_weight=weight))


def _first(cells: list[Cell], gold: NDArray[np.int64], by: NDArray[np.float64]) -> float:
    """The share of opposed claims whose first statement opposes."""
    rows: dict[tuple[str, str], list[int]] = {}
    for number, (name, tag, _) in enumerate(cells):
        rows.setdefault((name, tag), []).append(number)
    opposed = [each for each in rows.values() if any(gold[n] == 0 for n in each)]
    return float(np.mean([gold[max(each, key=by.__getitem__)] == 0 for each in opposed]))


def _cosines(encoder: Encoder, cells: list[Cell]) -> NDArray[np.float64]:
    texts = list(dict.fromkeys(t for _, _, pair in cells for t in (pair.statement, pair.claim)))
    row = {text: number for number, text in enumerate(texts)}
    vectors = encoder.encode(texts).astype(np.float64)
    pairs = np.array([(row[pair.statement], row[pair.claim]) for _, _, pair in cells])
    cosines: NDArray[np.float64] = (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(axis=1)
    return cosines


def _one_side(data: Path | None, cells: list[Cell], side: int) -> NDArray[np.int64]:
    """What a bag of words of one side, fitted on the train split, takes the cells for."""
    pairs = [pair for _, _, pair in cells_of(matrices(data, "train"))]
    bag = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2),
        LogisticRegression(max_iter=300, class_weight="balanced"),
    )
    bag.fit(
        [(pair.statement, pair.claim)[side] for pair in pairs],
        [LABELS.index(pair.label) for pair in pairs],
    )
    predicted: NDArray[np.int64] = bag.predict(
        [(pair.statement, pair.claim)[side] for _, _, pair in cells]
    )
    return predicted


def main() -> None:
    """Judge every cell of the split and tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_STANCE)
    parser.add_argument("--data", type=Path, help="a folder with further matrices")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--only", default="", help="matrices whose names begin so")
    options = parser.parse_args()
    model = CrossEncoderStance(resolve_stance(options.model), Execution(batch_size=64))
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64))
    told = scores(model, encoder, options.data, options.split, options.only)
    print(json.dumps({key: round(value, 4) for key, value in told.items()}, indent=2))


if __name__ == "__main__":
    main()
