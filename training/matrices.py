"""Authored matrices: from the compact form they are written in to labelled pairs.

A line of `data/*.jsonl` is one matrix: a plain claim `A`, the same as an official text
frames it (`F`), its `opposite`, and statements, each with its kind. A neutral statement
carries two contrary claims of its own, the first of which it opposes and the second
it supports; all other statements are neutral to these, save for the cells that
`except` names.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPPOSING = ("a", "b", "c", "d")
SUPPORTING = ("s",)


@dataclass(frozen=True)
class Pair:
    """A statement, a claim, and how the statement stands to the claim."""

    statement: str
    claim: str
    label: str
    source: str
    group: str


@dataclass(frozen=True)
class Matrix:
    """Statements and claims, and a label for each pair of them.

    `claims` holds (tag, text, labels): `A`, `F`, `opposite`, or `oN` and `sN`, the
    claims that statement N opposes and supports. A cell that two readers judged unlike is
    `disputed`, and no pair is made of it.
    """

    name: str
    split: str
    statements: tuple[str, ...]
    kinds: tuple[str, ...]
    claims: tuple[tuple[str, str, tuple[str, ...]], ...]

    def pairs(self) -> Iterator[tuple[str, Pair]]:
        """All cells, with the tag of their claim."""
        for tag, claim, labels in self.claims:
            for statement, label in zip(self.statements, labels, strict=True):
                if label == "disputed":
                    continue
                yield tag, Pair(statement, claim, label, "authored", self.name)


def expand(compact: dict[str, Any], name: str, split: str) -> Matrix:
    """A matrix from its compact form."""
    statements = compact["statements"]
    kinds = tuple(entry[0] for entry in statements)
    sides = [
        "opposes" if kind in OPPOSING else "supports" if kind in SUPPORTING else "neutral"
        for kind in kinds
    ]
    flipped = {"opposes": "supports", "supports": "opposes", "neutral": "neutral"}
    claims: list[tuple[str, str, list[str]]] = [
        ("A", compact["A"], list(sides)),
        ("F", compact["F"], list(sides)),
        ("opposite", compact["opposite"], [flipped[side] for side in sides]),
    ]
    for number, entry in enumerate(statements):
        for letter, side, claim in zip("os", ("opposes", "supports"), entry[2:], strict=False):
            row = ["neutral"] * len(statements)
            row[number] = side
            claims.append((f"{letter}{number}", claim, row))
    rows = {tag: labels for tag, _, labels in claims}
    for tag, number, label in compact.get("except", []):
        rows[tag][number] = label
    for tag, number in compact.get("disputed", []):
        rows[tag][number] = "disputed"
    return Matrix(
        name=name,
        split=split,
        statements=tuple(entry[1] for entry in statements),
        kinds=kinds,
        claims=tuple((tag, claim, tuple(labels)) for tag, claim, labels in claims),
    )


def split_of(number: int) -> str:
    """Eight in ten to train, one to dev, one to test; whole matrices."""
    return {8: "dev", 9: "test"}.get(number % 10, "train")


def read_compact(path: Path) -> list[Matrix]:
    """The matrices of one file in the compact form."""
    matrices = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            compact = json.loads(line)
            name = f"{path.stem}-{compact['i']}"
            matrices.append(expand(compact, name, split_of(compact["i"])))
    return matrices


def read_expanded(path: Path) -> list[Matrix]:
    """Matrices already written out, gzip-compressed, with their own split."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [
            Matrix(
                name=f"{entry['file']}-{entry['i']}",
                split=entry["split"],
                statements=tuple(entry["statements"]),
                kinds=tuple(entry["kind"]),
                claims=tuple((tag, text, tuple(labels)) for tag, text, labels in entry["claims"]),
            )
            for entry in map(json.loads, lines)
        ]
