"""The matrices under training/data are what their datasheet says."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from conftest import REPOSITORY

DATA = sorted((REPOSITORY / "training" / "data").glob("*.jsonl"))


@pytest.fixture(scope="module")
def matrices() -> ModuleType:
    path = REPOSITORY / "training" / "matrices.py"
    spec = importlib.util.spec_from_file_location("matrices", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["matrices"] = module
    spec.loader.exec_module(module)
    return module


def test_a_compact_matrix_expands_to_all_its_cells(matrices: ModuleType) -> None:
    compact = {
        "i": 0,
        "A": "A claim.",
        "F": "A claim, framed.",
        "opposite": "The contrary.",
        "statements": [
            ["b", "Against."],
            ["s", "For."],
            ["topic", "Aside.", "No aside.", "Aside!"],
        ],
        "except": [["o2", 0, "supports"]],
        "disputed": [["s2", 1]],
    }
    matrix = matrices.expand(compact, "name", "train")
    rows = {tag: labels for tag, _, labels in matrix.claims}
    assert rows == {
        "A": ("opposes", "supports", "neutral"),
        "F": ("opposes", "supports", "neutral"),
        "opposite": ("supports", "opposes", "neutral"),
        "o2": ("supports", "neutral", "opposes"),
        "s2": ("neutral", "disputed", "supports"),
    }
    assert len(list(matrix.pairs())) == 14


def test_there_are_matrices(matrices: ModuleType) -> None:
    assert len(DATA) >= 5
    found = [matrix for path in DATA for matrix in matrices.read_compact(path)]
    assert len({matrix.name for matrix in found}) == len(found) >= 700
    splits = Counter(matrix.split for matrix in found)
    assert splits["train"] > 7 * splits["test"] > 0
    assert splits["dev"] > 0


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_every_matrix_is_whole(matrices: ModuleType, path: Path) -> None:
    texts: Counter[str] = Counter()
    for matrix in matrices.read_compact(path):
        assert 6 <= len(matrix.statements) <= 9, matrix.name
        labels = {tag: Counter(row) for tag, _, row in matrix.claims}
        for tag in ("A", "F", "opposite"):
            assert labels[tag]["opposes"], (matrix.name, tag)
            assert labels[tag]["supports"], (matrix.name, tag)
            assert labels[tag]["neutral"] >= 2, (matrix.name, tag)
        texts.update(matrix.statements)
        texts.update(claim for _, claim, _ in matrix.claims)
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_nothing_real_is_spoken_of(path: Path) -> None:
    text = path.read_text("utf-8")
    for name in ("Cambodia", "Hun Sen", "Phnom Penh", "Khmer", "ICAPP"):
        assert name not in text
