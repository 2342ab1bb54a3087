"""Score any model for natural-language inference on the test part of our own data.

    python benchmarks/nli_on_matrices.py --model FOLDER-OR-NAME

Authored matrices and document sets that no model of ours was trained on; the model's
labels are mapped from its configuration. A contribution in its own right: a set on which
tone, word overlap and either side alone tell nothing (training/data/DATASHEET.md).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

import documents  # noqa: E402 - the training scripts lie beside
import numpy as np  # noqa: E402
from eval_matrices import scores  # noqa: E402
from mix import LABELS  # noqa: E402

from factcheck.encoders import SentenceEncoder  # noqa: E402
from factcheck.evaluation import stance_metrics  # noqa: E402
from factcheck.running import Execution  # noqa: E402
from factcheck.stance.cross_encoder import CrossEncoderStance  # noqa: E402
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance  # noqa: E402


def main() -> None:
    """Judge the test parts and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT_STANCE)
    parser.add_argument("--allow-download", action="store_true")
    options = parser.parse_args()
    weights = resolve_stance(options.model, allow_download=options.allow_download)
    model = CrossEncoderStance(weights, Execution(batch_size=64))
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64))
    told = {"model": weights.name, "matrices": scores(model, encoder, None, "test")}
    sets = documents.read_sets(HERE.parent / "training" / "data" / "documents", "test")
    pairs = [pair for each in sets for pair in each.pairs()]
    labels = np.array([LABELS.index(pair.label) for pair in pairs])
    judged = model.judge([(pair.statement, pair.claim) for pair in pairs])
    told["documents"] = stance_metrics(labels, judged)
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
