"""The matrices under training/data are what their datasheet says."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from conftest import REPOSITORY

DOCUMENTS = sorted((REPOSITORY / "training" / "data" / "documents").glob("*/*.txt"))
DATA = sorted((REPOSITORY / "training" / "data").glob("*.jsonl"))


def _script(name: str) -> ModuleType:
    path = REPOSITORY / "training" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def matrices() -> ModuleType:
    return _script("matrices")


@pytest.fixture(scope="module")
def documents(matrices: ModuleType) -> ModuleType:
    return _script("documents")


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


def test_document_sets_are_read_to_their_last_cell(documents: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "hand").mkdir()
    path = tmp_path / "hand" / "09.txt"
    text = "title: T\nofficial: A | B\no1 It holds.\no2 Too.\ncritique: C | press\nc1 No.\nc2 So.\n"
    path.write_text(f"{text}analysis: D | analysis\na1 Yes.\ngold\no1 opposes c1 supports a1\no2\n")
    found = documents.read_set(path)
    assert (found.name, found.split) == ("hand-09", "test")
    assert [(p.statement, p.claim, p.label) for p in found.pairs()] == [
        ("No.", "It holds.", "opposes"),
        ("So.", "It holds.", "neutral"),
        ("Yes.", "It holds.", "supports"),
        ("No.", "Too.", "neutral"),
        ("So.", "Too.", "neutral"),
        ("Yes.", "Too.", "neutral"),
    ]
    assert documents.labelled(found).opposing["official/o1"] == {"critique/c1"}
    path.write_text(f"{text}gold\no1 opposes c7\n")
    with pytest.raises(ValueError, match="not there"):
        documents.read_set(path)


def test_document_sets_are_what_the_brief_asks(documents: ModuleType) -> None:
    found = [documents.read_set(path) for path in DOCUMENTS]
    assert len(found) >= 90
    for each in found:
        assert len(each.gold) >= 14, each.name
        assert set(each.gold) <= {name for name in each.sentences if name[0] == "o"}, each.name
        assert {name[0] for row in each.gold.values() for name in row} <= {"c", "a"}, each.name
        opposed = ["opposes" in row.values() for row in each.gold.values()]
        assert opposed.count(False) >= 3, each.name
