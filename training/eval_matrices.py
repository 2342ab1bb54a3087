"""Score a stance model on authored matrices, every label weighing the same.

    python training/eval_matrices.py --model FOLDER --data ../shared/data/train --split dev

Three-way macro-F1 over cells balanced by weight; opposes against supports over the
cells that are one or the other; and, a claim at a time, whether the statement with the
greatest margin of `opposes` over `supports` opposes it. Beside them, the majority and a
bag of words that sees the statement alone, as a measure of what tone gives away.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from mix import LABELS, matrices
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import resolve


def main() -> None:
    """Judge every cell of the split and tell the figures, by where the matrices are from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--only", default="", help="matrices whose names begin so")
    options = parser.parse_args()
    found = [m for m in matrices(options.data, options.split) if m.name.startswith(options.only)]
    cells = [(m.name, tag, pair) for m in found for tag, pair in m.pairs()]
    model = CrossEncoderStance(resolve(options.model), batch_size=64)
    probabilities = model.judge([(pair.statement, pair.claim) for _, _, pair in cells])
    gold = np.array([LABELS.index(pair.label) for _, _, pair in cells])
    predicted = probabilities.argmax(axis=1)
    weight = (1 / np.bincount(gold, minlength=3))[gold]
    sided = gold != 1
    two_way = np.where(probabilities[sided, 0] > probabilities[sided, 2], 0, 2)
    first = []
    for claim in {(name, tag) for name, tag, _ in cells}:
        rows = [n for n, (name, tag, _) in enumerate(cells) if (name, tag) == claim]
        if any(gold[n] == 0 for n in rows):
            margins = probabilities[rows, 0] - probabilities[rows, 2]
            first.append(gold[rows[int(margins.argmax())]] == 0)
    told = {
        "matrices": len(found),
        "cells": len(cells),
        "macro_f1": f1_score(gold, predicted, average="macro", sample_weight=weight),
        "opposes_against_supports": float((two_way == gold[sided]).mean()),
        "first_opposes": float(np.mean(first)),
        "tone_baseline": tone(options.data, [pair.statement for _, _, pair in cells], gold, weight),
    }
    print(json.dumps({key: round(value, 4) for key, value in told.items()}, indent=2))


def tone(data: Path, statements: list[str], gold: np.ndarray, weight: np.ndarray) -> float:
    """Macro-F1 of a bag of words of the statement, trained on the train split."""
    pairs = [pair for matrix in matrices(data, "train") for _, pair in matrix.pairs()]
    bag = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2),
        LogisticRegression(max_iter=300, class_weight="balanced"),
    )
    bag.fit([pair.statement for pair in pairs], [LABELS.index(pair.label) for pair in pairs])
    return float(f1_score(gold, bag.predict(statements), average="macro", sample_weight=weight))


if __name__ == "__main__":
    main()
