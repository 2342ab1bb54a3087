"""Labelled sentences for the model of check-worthiness: public debates, and our document sets."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from documents import read_set
from mix import HERE
from numpy.typing import NDArray

# A sentence of our own sets counts for two of the debates, which are twice as many.
OWN = 2.0
TITLE = 1.0
# What sets the debates apart is learned in a column of its own, which is then left out.
SOURCE = 3.0
_HEAD = re.compile(r"(?:title|official|critique|analysis): ([^|]+)")


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


def rows(each: Part) -> list[tuple[str, int, str]]:
    """A part as rows again."""
    return list(zip(each.texts, each.labels.tolist(), each.groups, strict=True))
