"""Document sets: an official text, a critique and an analysis, with gold labels.

A set is one text file of `data/documents/`:

    title: ...
    official: Title | Publisher
    o1 A sentence.
    critique: Title | press
    c1 A sentence.
    analysis: Title | analysis
    a1 A sentence.
    gold
    o1 opposes c1 c4 supports a2 unclear c3

A gold line judges its claim against every sentence of both texts: what it does not name is
neutral, what is `unclear` is left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from matrices import Pair, split_of

from factcheck.labelled import LabelledSet
from factcheck.records import Claim, Source, Statement

LABELS = ("opposes", "supports", "unclear")
_HEAD = re.compile(r"(title|official|critique|analysis): (.+)")
_SENTENCE = re.compile(r"([oca]\d+) (\S.*)")


@dataclass(frozen=True)
class DocumentSet:
    """Sentences by their names (`o1`, `c1`, `a1`), and the labels of each judged claim.

    `gold` maps a claim's name to labels by a sentence's name; a sentence that is not there is
    neutral.
    """

    name: str
    split: str
    sentences: dict[str, str] = field(default_factory=dict)
    gold: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def statements(self) -> list[str]:
        """The names of the sentences that claims are judged against."""
        return [name for name in self.sentences if not name.startswith("o")]

    def pairs(self) -> Iterator[Pair]:
        """All cells but the unclear ones."""
        for claim, labels in self.gold.items():
            for name in self.statements:
                label = labels.get(name, "neutral")
                if label != "unclear":
                    yield Pair(
                        self.sentences[name], self.sentences[claim], label, "documents", self.name
                    )


def read_set(path: Path) -> DocumentSet:
    """A set from its file; two files in ten are held out, by their numbers.

    Raises:
        ValueError: A line is not understood, or gold names what is not there.
    """
    found = DocumentSet(f"{path.parent.name}-{path.stem}", split_of(int(path.stem)))
    in_gold = False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        sentence = _SENTENCE.fullmatch(line)
        if line.strip() == "gold":
            in_gold = True
        elif in_gold and line.strip():
            claim, *words = line.split()
            labels = _labels(words)
            if {claim, *labels} - set(found.sentences) or claim in found.gold:
                raise ValueError(f"{path}:{number}: names what is not there, or a claim twice")
            if "" in labels.values() or len(labels) != len([w for w in words if w not in LABELS]):
                raise ValueError(f"{path}:{number}: a sentence without a label, or with two")
            found.gold[claim] = labels
        elif sentence and sentence[1] not in found.sentences:
            found.sentences[sentence[1]] = sentence[2]
        elif line.strip() and not _HEAD.fullmatch(line):
            raise ValueError(f"{path}:{number}: neither a head nor a new sentence")
    return found


def _labels(words: list[str]) -> dict[str, str]:
    label, labels = "", {}
    for word in words:
        if word in LABELS:
            label = word
        else:
            labels[word] = label
    return labels


def read_sets(folder: Path, split: str) -> list[DocumentSet]:
    """The sets of a split, from all subfolders."""
    found = [read_set(path) for path in sorted(folder.glob("*/*.txt"))]
    return [each for each in found if each.split == split]


def cells(found: list[DocumentSet], chance: random.Random, neutral: int = 16) -> list[Pair]:
    """All cells that take a side, and of each claim `neutral` of those that take none."""
    chosen: list[Pair] = []
    for each in found:
        by_claim: dict[str, list[Pair]] = {}
        for pair in each.pairs():
            by_claim.setdefault(pair.claim, []).append(pair)
        for pairs in by_claim.values():
            chosen += [pair for pair in pairs if pair.label != "neutral"]
            rest = [pair for pair in pairs if pair.label == "neutral"]
            chosen += chance.sample(rest, min(neutral, len(rest)))
    return chosen


def labelled(each: DocumentSet) -> LabelledSet:
    """A set in the form that `factcheck.labelled` reads others in."""
    official = Source(id="official", kind="official", title=each.name)
    critique = Source(id="critique", kind="analysis", title=each.name)
    claims = tuple(Claim(source=official, id=name, text=each.sentences[name]) for name in each.gold)
    statements = tuple(
        Statement(source=critique, id=name, text=each.sentences[name]) for name in each.statements
    )

    def keys(side: str) -> dict[str, frozenset[str]]:
        return {
            f"official/{claim}": frozenset(
                f"critique/{name}" for name, label in labels.items() if label == side
            )
            for claim, labels in each.gold.items()
        }

    return LabelledSet(each.name, claims, statements, keys("opposes"), keys("supports"))
