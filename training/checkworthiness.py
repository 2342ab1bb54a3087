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
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from documents import read_set
from mix import HERE
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold

from factcheck.cache import CachedEncoder, VectorCache
from factcheck.checkworthiness import CUES, WEIGHTS_FILE, Checkworthiness, cues
from factcheck.encoders import Encoder, SentenceEncoder
from factcheck.weights import DEFAULT_ENCODER, resolve

SEED = 7
# Of 0.95, 0.96 and 0.97 the least with which nine in ten of our curated claims are proposed
# (benchmarks/checkworthy.py).
RECALL = 0.97
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
# A sentence of our own sets counts for two of the debates, which are twice as many.
OWN = 2.0
TITLE = 1.0
# Cues are brought to the size of a vector's components, so that one penalty suits both.
CUE_SIZE = 0.3
# What sets the debates apart is learned in a column of its own, which is then left out.
SOURCE = 3.0
_HEAD = re.compile(r"(?:title|official|critique|analysis): ([^|]+)")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """Labelled sentences: `groups` are never parted by cross-validation."""

    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    groups: tuple[str, ...]
    weight: float = 1.0
    source: float = 0.0


def part(rows: list[tuple[str, int, str]], weight: float = 1.0, source: float = 0.0) -> Part:
    """A part from rows of text, label and group."""
    texts, labels, groups = zip(*rows, strict=True)
    return Part(texts, np.array(labels, np.int64), groups, weight, source)


def debates(data: Path) -> tuple[Part, Part]:
    """The public set: what to train on, without what its test split has too, and the test split."""
    with gzip.open(data / "train" / "checkworthiness.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    split: dict[str, list[tuple[str, int, str]]] = {"train": [], "test": []}
    for row in rows:
        key = row["text"].strip().lower()
        split[row["split"]].append((row["text"], row["label"], key))
    seen = {key for _, _, key in split["test"]}
    train = [row for row in split["train"] if row[2] not in seen]
    return part(train, source=SOURCE), part(split["test"])


def own(split: str) -> tuple[Part, Part]:
    """A split of our document sets: sentences of official texts, and titles."""
    sentences, titles = [], []
    for path in sorted((HERE / "data" / "documents").glob("*/*.txt")):
        each = read_set(path)
        if each.split != split:
            continue
        sentences += [
            (text, int(name in each.gold), each.name)
            for name, text in each.sentences.items()
            if name.startswith("o")
        ]
        heads = map(_HEAD.match, path.read_text("utf-8").splitlines())
        titles += [(head[1].strip(), 0, each.name) for head in heads if head]
    return part(sentences, OWN), part(titles, TITLE)


def handed(data: Path) -> Part:
    """The official texts of the sets to choose on: which of their sentences are in the gold."""
    rows = []
    for path in sorted((data / "eval" / "documents_dev").glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        claims = {gold["claim"] for gold in told["gold"]}
        sentences = told["official"]["sentences"]
        rows += [(text, int(n in claims), path.stem) for n, text in enumerate(sentences)]
    return part(rows)


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
        SentenceEncoder(resolve(DEFAULT_ENCODER), batch_size=64), VectorCache(options.cache)
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


def rows(each: Part) -> list[tuple[str, int, str]]:
    """A part as rows again."""
    return list(zip(each.texts, each.labels.tolist(), each.groups, strict=True))


if __name__ == "__main__":
    main()
