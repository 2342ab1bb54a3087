"""The mix that the stance model is trained on, in two phases.

First reading: public natural-language inference and stance data, sources that hold
one label only held down. Then the work at hand: the authored matrices, with some of
the public pairs again so that reading is not forgotten.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import documents
from matrices import Matrix, Pair, read_compact, read_expanded

HERE = Path(__file__).resolve().parent
LABELS = ("opposes", "neutral", "supports")
_NLI = {"contradiction": "opposes", "neutral": "neutral", "entailment": "supports"}
# The public words, and those of `factcheck export labels`.
_STANCE = {"oppose": "opposes", "support": "supports", **{label: label for label in LABELS}}
# Sources that tell the label by themselves, and how many of their pairs are taken.
_CAPS = {
    "wikifactcheck_neg": 3000,
    "covidfact_rte": 2000,
    "arguana_point_vs_thesis": 0,
    "fever_dev_rte": 6000,
    "conjnli_adve": 8000,
    "snli_validation": 10000,
    "cf_snli": 8000,
    "debatepedia_normative": 5000,
    "debatepedia_causal": 4000,
    "argkp2021": 4000,
}
# Nearest in register to declarations and articles; seen again in the second phase.
_NEAR = ("ling_in_loop", "mnli")
# Sources that state no licence; left out of the variant that `licensed` asks for.
_UNSTATED = ("ling_in_loop", "dnc", "debatepedia", "iam", "arguana")
_CHARACTERS = 600

Group = TypeVar("Group")


def _lines(path: Path) -> Iterable[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _capped(pairs: list[Pair], chance: random.Random) -> list[Pair]:
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_source[pair.source].append(pair)
    kept: list[Pair] = []
    for source, members in sorted(by_source.items()):
        chance.shuffle(members)
        kept += members[: _CAPS.get(source, len(members))]
    return kept


def nli(folder: Path, chance: random.Random) -> list[Pair]:
    """Inference pairs: the premise is the statement, the hypothesis the claim."""
    pairs = [
        Pair(row["premise"], row["hypothesis"], _NLI[row["label"]], row["source"], "")
        for row in _lines(folder / "nli.jsonl.gz")
        if len(row["premise"]) <= _CHARACTERS
    ]
    return _capped(pairs, chance)


def stance(folder: Path, chance: random.Random) -> list[Pair]:
    """Stance pairs of the train split, and a neutral one for every third of them.

    A neutral pair is a text beside the claim of another group of the same source.
    """
    pairs = [
        Pair(row["text"], row["claim"], _STANCE[row["label"]], row["source"], str(row["group"]))
        for row in _lines(folder / "stance.jsonl.gz")
        if row["split"] == "train" and len(row["text"]) <= _CHARACTERS
    ]
    pairs = _capped(pairs, chance)
    others: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        others[pair.source].append(pair)
    neutral = []
    for pair in pairs[::3]:
        other = chance.choice(others[pair.source])
        if other.group != pair.group:
            neutral.append(Pair(pair.statement, other.claim, "neutral", pair.source, pair.group))
    return pairs + neutral


def matrices(folder: Path | None, split: str) -> list[Matrix]:
    """The authored matrices of a split: those of a folder, if one is given, and our own."""
    found = read_expanded(folder / "authored.jsonl.gz") if folder else []
    for path in sorted((HERE / "data").glob("*.jsonl")):
        found += read_compact(path)
    return [matrix for matrix in found if matrix.split == split]


def cells(found: Iterable[Matrix], chance: random.Random) -> list[Pair]:
    """Cells of matrices, balanced: of the many neutral ones, half as many as of the rest.

    Of the plain and the framed claim one is taken for each statement.
    """
    chosen: list[Pair] = []
    for matrix in found:
        sided: list[Pair] = []
        neutral: list[Pair] = []
        framed = {statement: chance.random() < 0.5 for statement in matrix.statements}
        for tag, pair in matrix.pairs():
            if tag in {"A", "F"} and framed[pair.statement] != (tag == "F"):
                continue
            (neutral if pair.label == "neutral" else sided).append(pair)
        own = [
            pair for pair in neutral if pair.claim in {claim for _, claim, _ in matrix.claims[:3]}
        ]
        rest = [pair for pair in neutral if pair not in own]
        chance.shuffle(rest)
        chosen += sided + own + rest[: max(0, len(sided) // 2 - len(own) // 2)]
    return chosen


def _public(pairs: list[Pair], *, licensed: bool) -> list[Pair]:
    """Public pairs: all, or those of sources that state a licence."""
    return [pair for pair in pairs if not (licensed and pair.source.startswith(_UNSTATED))]


def _share(groups: list[Group], share: float) -> list[Group]:
    """So much of the groups, chosen by chance and always the same."""
    order = random.Random(0).sample(range(len(groups)), len(groups))
    return [groups[n] for n in sorted(order[: round(share * len(groups))])]


def reading(
    folder: Path, seed: int, epochs: int, *, licensed: bool = False, share: float = 1.0
) -> list[Pair]:
    """Public pairs, `epochs` times; what is held down is drawn anew each time.

    Raises:
        ValueError: A share is asked for: these pairs are not ours.
    """
    if share < 1:
        raise ValueError("a share can be taken of our own data, in the stage `contrast`")
    mixed: list[Pair] = []
    for epoch in range(epochs):
        chance = random.Random(seed + epoch)
        pairs = _public(nli(folder, chance) + stance(folder, chance), licensed=licensed)
        chance.shuffle(pairs)
        mixed += pairs
    return mixed


def contrast(
    folder: Path, seed: int, epochs: int, *, licensed: bool = False, share: float = 1.0
) -> list[Pair]:
    """Authored cells and those of document sets, `epochs` times, among some public pairs.

    Of the authored matrices and sets a share is taken, for a learning curve; a smaller share
    lies within a greater one.
    """
    chance = random.Random(seed + 1)
    found = _share(matrices(folder, "train"), share)
    sets = _share(documents.read_sets(HERE / "data" / "documents", "train"), share)
    read = _public(nli(folder, chance), licensed=licensed)
    near = [pair for pair in read if pair.source.startswith(_NEAR)]
    sided = _public(stance(folder, chance), licensed=licensed)
    mixed: list[Pair] = []
    for epoch in range(epochs):
        part = cells(found, chance) + documents.cells(sets, chance)
        part += near[epoch :: 6 * epochs] + sided[epoch :: 8 * epochs]
        chance.shuffle(part)
        mixed += part
    return mixed
