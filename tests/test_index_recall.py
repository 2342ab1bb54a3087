"""The recall that an approximate search tells of itself, on a sample, beside the true one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import FakeEncoder, claim
from index_made import made, statements

from factcheck.compare import compare
from factcheck.index import tending
from factcheck.index.catalogue import catalogue_of
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.recall import recall
from factcheck.index.table import open_table
from factcheck.index.vectors import nearest
from factcheck.inference import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

QUERIES = FakeEncoder().encode(
    [f"The press and the court were open in case {n}." for n in range(30)]
)
K = 50


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    place: Path = tmp_path_factory.mktemp("recall") / "i"
    made(place, statements(3_000))
    table = open_table(str(place))
    return table, catalogue_of(table, None)


def test_who_finds_all_has_a_recall_of_one(index: tuple[Any, Any]) -> None:
    assert recall(*index, QUERIES, *nearest(*index, QUERIES, K)) == 1


@pytest.mark.parametrize("looked_at", [65_536, 512])
def test_who_misses_some_is_told_about_how_many(
    index: tuple[Any, Any], looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.index.recall._TEXTS", looked_at)
    monkeypatch.setattr("factcheck.index.recall._RUN", 8)
    scores, numbers = nearest(*index, QUERIES, K)
    kept = np.arange(K) % 5 != 2  # a fifth is missed, but for the furthest
    told = recall(*index, QUERIES, scores[:, kept], numbers[:, kept])
    if looked_at == 512:  # a sixth of all
        assert told == pytest.approx(0.8, abs=0.06)
    else:
        assert told == 0.8


def test_what_was_not_found_at_all_is_missed(index: tuple[Any, Any]) -> None:
    scores, numbers = nearest(*index, QUERIES, K)
    numbers[:, 30:], scores[:, 30:] = -1, -np.inf
    assert recall(*index, QUERIES, scores, numbers) == 0.6
    numbers[:], scores[:] = -1, -np.inf
    assert recall(*index, QUERIES, scores, numbers) == 0


def test_vectors_of_any_length_are_searched_approximately(tmp_path: Path) -> None:
    class Odd(FakeEncoder):
        def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
            vectors = super().encode(texts, progress)[:, :-1] + np.float32(0.01)
            return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    made(tmp_path / "i", statements(300), Odd())
    table = tending.index_vectors(open_table(str(tmp_path / "i")), least=100)
    assert table.header.dimension % 8
    near = IndexCorpus(table, Search(ann=True, ann_from=100))
    report = compare([claim("a", "The river and the school.")], near, encoder=Odd())
    assert report.run.index is not None
    assert (report.run.index.recall or 0) > 0.9


def test_compacting_leaves_the_index_over_vectors_as_it_is(tmp_path: Path) -> None:
    """Lance would make one cell of all of them, in minutes."""
    place = str(tmp_path / "i")
    made(tmp_path / "i", statements(300))
    tending.index_vectors(open_table(place), least=100)
    before = _vectors(place)
    made(tmp_path / "i", statements(400))
    tending.compact(place, dt.timedelta(0))
    assert _vectors(place) == before
    near = IndexCorpus(open_table(place), Search(ann=True, ann_from=100))
    report = compare([claim("a", "The river and the school.")], near, encoder=FakeEncoder())
    assert report.run.index is not None
    assert report.run.index.recall == 1  # what came later is found without it


def _vectors(place: str) -> list[str]:
    indices = open_table(place).data.describe_indices()
    return [part.uuid for each in indices if each.name == "vector" for part in each.segments]
