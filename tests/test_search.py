from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from factcheck import search
from factcheck.search import top_k, top_k_of_blocks

Vectors = NDArray[np.float32]


def unit(rng: np.random.Generator, rows: int, columns: int) -> Vectors:
    vectors = rng.standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def brute_force(queries: Vectors, corpus: Vectors, k: int) -> NDArray[np.int64]:
    """Every pair by itself, sorted by score, then by row."""
    rows = []
    for query in queries.astype(np.float64):
        scores = [float((query * row).sum()) for row in corpus.astype(np.float64)]
        rows.append(sorted(range(len(corpus)), key=lambda n: (-scores[n], n))[:k])
    return np.array(rows, np.int64).reshape(len(queries), min(k, len(corpus)))


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 2**32 - 1),
    queries=st.integers(1, 6),
    rows=st.integers(1, 60),
    columns=st.integers(1, 9),
    k=st.integers(1, 70),
    row_block=st.integers(1, 70),
    copies=st.integers(0, 20),
)
def test_finds_what_brute_force_finds(
    seed: int, queries: int, rows: int, columns: int, k: int, row_block: int, copies: int
) -> None:
    rng = np.random.default_rng(seed)
    corpus = unit(rng, rows, columns)
    # Equal rows, far apart, so that ties must be broken across blocks.
    corpus[rng.integers(0, rows, copies)] = corpus[rng.integers(0, rows)]
    asked = unit(rng, queries, columns)
    scores, found = top_k(asked, corpus, k, row_block=row_block)
    assert found.tolist() == brute_force(asked, corpus, k).tolist()
    assert scores.shape == found.shape == (queries, min(k, rows))
    assert (np.diff(scores, axis=1) <= 0).all()


def test_equal_rows_come_in_order_wherever_the_blocks_end() -> None:
    row = unit(np.random.default_rng(3), 1, 384)
    corpus = np.repeat(row, 100, axis=0)
    for row_block in (1, 7, 33, 99, 100, 1000):
        scores, found = top_k(row, corpus, 12, row_block=row_block)
        assert found[0].tolist() == list(range(12))
        assert len(set(scores[0].tolist())) == 1


def test_more_queries_and_pairs_than_one_block_holds() -> None:
    rng = np.random.default_rng(4)
    corpus, asked = np.repeat(unit(rng, 3, 4), 40, axis=0), unit(rng, 300, 4)
    _, found = top_k(asked, corpus, 5)
    assert found.tolist() == brute_force(asked, corpus, 5).tolist()


@pytest.mark.parametrize("count", [1, 2, 33])
@pytest.mark.parametrize("k", [1, 256, 257])
def test_one_few_and_many_queries_find_the_same(count: int, k: int) -> None:
    rng = np.random.default_rng(5)
    corpus, asked = unit(rng, 1500, 16), unit(rng, count, 16)
    corpus[1000:1400] = corpus[:400]  # ties, across blocks too
    scores, found = top_k(asked, corpus, k, row_block=1100)
    assert found.tolist() == brute_force(asked, corpus, k).tolist()
    alone = top_k(asked[:1], corpus, k)
    assert np.array_equal(scores[0], alone[0][0])
    assert np.array_equal(found[0], alone[1][0])


@pytest.mark.parametrize("waiting", [0, 1 << 20])
def test_neither_tiles_nor_what_waits_change_a_bit(
    monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    rng = np.random.default_rng(6)
    corpus, asked = unit(rng, 900, 24), unit(rng, 40, 24)
    corpus[::3] = corpus[0]  # more equals than k
    wanted = brute_force(asked, corpus, 30)
    monkeypatch.setattr(search, "_WAITING", waiting)
    alone = [top_k(row[None], corpus, 30) for row in asked]
    for row_block in (1, 29, 31, 250, 10_000):
        scores, found = top_k(asked, corpus, 30, row_block=row_block)
        assert found.tolist() == wanted.tolist()
        assert scores.tobytes() == np.vstack([each[0] for each in alone]).tobytes()
        assert found.tobytes() == np.vstack([each[1] for each in alone]).tobytes()


@pytest.mark.parametrize("length", [1e-30, 1e-19, 1e-3, 1e15])
def test_rows_of_any_length_are_in_the_order_of_their_scores(length: float) -> None:
    rng = np.random.default_rng(7)
    corpus, asked = unit(rng, 400, 64), unit(rng, 12, 64)
    corpus[1::2] = corpus[::2] * np.float32(1 + 2e-7)  # float32 products cannot tell which is more
    corpus *= np.float32(length)
    corpus[7] *= np.float32(1000)
    for row_block in (37, 400):
        _, found = top_k(asked, corpus, 9, row_block=row_block)
        assert found.tolist() == brute_force(asked, corpus, 9).tolist()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_row_that_is_not_finite_is_refused_wherever_it_is(count: int, value: float) -> None:
    corpus = np.ones((50, 3), np.float32)
    corpus[49, 1] = value
    asked = np.zeros((count, 3), np.float32)  # its products would be no numbers, or nothing
    with pytest.raises(ValueError, match="corpus hold values that are not finite"):
        top_k(asked, corpus, 2, row_block=7)
    halves = [(corpus[:25], np.arange(25)), (corpus[25:], np.arange(25, 50))]
    with pytest.raises(ValueError, match="corpus hold values that are not finite"):
        top_k_of_blocks(asked, halves, 2)


def test_an_empty_side_gives_an_empty_answer() -> None:
    some, none = np.ones((2, 3), np.float32), np.ones((0, 3), np.float32)
    assert top_k(none, some, 2)[0].shape == (0, 2)
    assert top_k(some, none, 2)[1].shape == (2, 0)


@pytest.mark.parametrize(
    ("queries", "corpus", "message"),
    [
        (np.ones(3, np.float32), np.ones((1, 3), np.float32), r"queries .*\(3,\)"),
        (np.ones((1, 3)), np.ones((1, 3), np.float32), "queries must be float32, not float64"),
        (np.ones((1, 3), np.float32), np.ones((1, 4), np.float32), r"\(1, 3\) and \(1, 4\)"),
        (np.full((1, 3), np.nan, np.float32), np.ones((1, 3), np.float32), "not finite"),
    ],
)
def test_wrong_input_is_named(queries: Vectors, corpus: Vectors, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        top_k(queries, corpus, 1)


@pytest.mark.parametrize(("k", "row_block"), [(0, 1), (-1, 1), (1, 0)])
def test_k_must_be_positive(k: int, row_block: int) -> None:
    some = np.ones((2, 3), np.float32)
    with pytest.raises(ValueError, match="at least 1"):
        top_k(some, some, k, row_block=row_block)
