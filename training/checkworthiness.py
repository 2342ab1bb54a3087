"""Fit the model of check-worthiness and tell how good it is.

    python training/checkworthiness.py --data ../shared/data --cache runs/cache [--write]

Debate sentences with labels (`train/checkworthiness.jsonl.gz`) teach what a fact sounds like,
the official texts of our own document sets which of their sentences a curator takes, and
the titles of these sets what is no sentence. The regularisation is chosen by
cross-validation on the train splits, the threshold on dev splits; test splits are only
measured on. `--write` writes `factcheck/data/checkworthiness.json` and prints the sha256 that
`factcheck/checkworthiness.py` pins.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from checkworthy_data import Part, debates, handed, own, part, rows
from checkworthy_fit import SEED, Fitter, Floats, chosen, fit, threshold, validated
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from factcheck.cache import CachedEncoder, VectorCache
from factcheck.checkworthiness import CUES, WEIGHTS_FILE, Checkworthiness
from factcheck.encoders import SentenceEncoder
from factcheck.running import Execution
from factcheck.weights import DEFAULT_ENCODER, resolve

# Of 0.95, 0.96 and 0.97 the least with which nine in ten of our curated claims are proposed
# (benchmarks/checkworthy.py).
RECALL = 0.97


def interval(labels: NDArray[np.int64], scores: Floats, metric: Any) -> str:
    """A metric with its 95 % bootstrap interval."""
    chance = np.random.default_rng(SEED)
    values: list[float] = []
    while len(values) < 1000:
        rows = chance.integers(0, len(labels), len(labels))
        if 0 < labels[rows].sum() < len(rows):
            values.append(metric(labels[rows], scores[rows]))
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{metric(labels, scores):.3f} [{low:.3f}, {high:.3f}]"


def table(name: str, each: Part, rankings: dict[str, Floats]) -> None:
    """Print AUC and average precision of rankings on a part."""
    print(f"\n{name}: {len(each.labels)} sentences, {int(each.labels.sum())} positive")
    for ranking, scores in rankings.items():
        auc = interval(each.labels, scores, roc_auc_score)
        precision = interval(each.labels, scores, average_precision_score)
        print(f"  {ranking:<28} AUC {auc}  AP {precision}")


def baselines(each: Part) -> dict[str, Floats]:
    """What costs nothing: all alike (the majority), and the longer the better."""
    lengths = [len(text.split()) for text in each.texts]
    return {"majority": np.zeros(len(lengths)), "length": np.array(lengths, np.float64)}


def written(model: Checkworthiness, note: str) -> bytes:
    """The file's content."""
    told = {
        "note": note,
        "encoder": {"name": DEFAULT_ENCODER, "sha256": model.encoder_sha256},
        "threshold": model.threshold,
        "intercept": model.intercept,
        "cues": dict(zip(CUES, model.cues, strict=True)),
        "vector": list(model.vector),
    }
    return (json.dumps(told, separators=(",", ":")) + "\n").encode()


def main() -> None:
    """Choose, fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--recall", type=float, default=RECALL, help="of claims of dev sets")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    encoder = CachedEncoder(
        SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64)),
        VectorCache(options.cache),
    )
    public, test = debates(options.data)
    ours, titles = own("train")
    plain, cued = Fitter(encoder, with_cues=False), Fitter(encoder)
    for fitter in (plain, cued):
        fitter.measure(ours)
    recipes = {
        "debates, vector": (plain, [public]),
        "ours, vector": (plain, [ours]),
        "both, vector": (plain, [public, ours]),
        "both and titles, vector": (plain, [public, ours, titles]),
        "both, with cues": (cued, [public, ours]),
        "both and titles, with cues": (cued, [public, ours, titles]),
    }
    shipped = "both and titles, with cues"
    cross = validated(*recipes[shipped])
    for title, told in (
        ("as they are", cross),
        ("standardised", validated(*recipes[shipped], standardised=True)),
    ):
        pairs = "  ".join(f"{c:g}: {a:.3f}/{b:.3f}" for c, (a, b) in told.items())
        print(f"cross-validated AUC (debates/ours), inputs {title}:  {pairs}")
    strength = chosen(cross)
    print(f"chosen: inputs as they are, strength {strength:g}")
    models = {
        name: fitter.model(fit(fitter, parts, strength), 0.5, encoder.sha256)
        for name, (fitter, parts) in recipes.items()
    }

    def scores(name: str, each: Part) -> Floats:
        told = models[name].probabilities(encoder.encode(each.texts), each.texts)
        return told.astype(np.float64)

    (dev, dev_titles), (held, held_titles) = own("dev"), own("test")
    given = handed(options.data)
    both = part([*rows(given), *rows(dev)])
    for name, each in (
        ("debates, test", test),
        ("documents_dev and our dev split", both),
        ("the same and titles", part([*rows(both), *rows(dev_titles)])),
        ("our test split", held),
        ("the same and titles", part([*rows(held), *rows(held_titles)])),
    ):
        table(name, each, {**baselines(each), **{key: scores(key, each) for key in models}})
    at = threshold(both.labels, scores(shipped, both), options.recall)
    for name, each in (("dev", both), ("test", held)):
        proposed = scores(shipped, each) >= at
        print(
            f"\n{name} at {at}: recall {proposed[each.labels == 1].mean():.3f}, "
            f"precision {each.labels[proposed].mean():.3f} (all: {each.labels.mean():.3f})"
        )
    model = cued.model(fit(cued, recipes[shipped][1], strength), at, encoder.sha256)
    content = written(
        model,
        f"Logistic regression (strength {strength:g}) by training/checkworthiness.py on "
        f"{len(public.texts)} sentences of ClaimBuster, {len(ours.texts)} of our document sets and "
        f"{len(titles.texts)} of their titles; the threshold has recall {options.recall:g} on dev.",
    )
    print(f"\n{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    if options.write:
        WEIGHTS_FILE.parent.mkdir(exist_ok=True)
        WEIGHTS_FILE.write_bytes(content)


if __name__ == "__main__":
    main()
