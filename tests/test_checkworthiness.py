"""How likely a sentence asserts something that can be checked."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY, SEEDS, needs_seeds

from factcheck.checkworthiness import (
    CUES,
    WEIGHTS_FILE,
    WEIGHTS_SHA256,
    checkworthy,
    cues,
    default_model,
    read_model,
)
from factcheck.encoders import SentenceEncoder
from factcheck.errors import DamagedWeightsError, ModelError
from factcheck.weights import DEFAULT_ENCODER, PINNED, resolve

ENCODER = PINNED[DEFAULT_ENCODER]
LABELS = REPOSITORY / "benchmarks" / "checkworthy.jsonl"


def unit(rows: int, columns: int = 384) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    vectors = np.random.default_rng(1).standard_normal((rows, columns))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_weights_are_small_and_the_ones_that_are_pinned() -> None:
    content = WEIGHTS_FILE.read_bytes()
    assert len(content) < 10_000
    assert hashlib.sha256(content).hexdigest() == WEIGHTS_SHA256
    assert default_model().encoder_sha256 == ENCODER
    assert len(default_model().vector) == 384
    assert 0 < default_model().threshold < 1


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "weights.json"
    damaged.write_bytes(WEIGHTS_FILE.read_bytes().replace(b"-", b"", 1))
    for path in (damaged, tmp_path / "missing.json", tmp_path):
        with pytest.raises(DamagedWeightsError, match="reinstall them"):
            read_model(path, WEIGHTS_SHA256)


def test_probabilities_are_one_a_row_and_do_not_depend_on_company() -> None:
    texts = [f"The mill at Orrin closed in {year}." for year in range(2001, 2021)]
    vectors = unit(20)
    told = checkworthy(vectors, texts, encoder_sha256=ENCODER)
    assert told.shape == (20,)
    assert told.dtype == np.float32
    assert ((told > 0) & (told < 1)).all()
    alone = [
        checkworthy(vectors[n : n + 1], texts[n : n + 1], encoder_sha256=ENCODER)[0]
        for n in range(20)
    ]
    np.testing.assert_allclose(told, alone, rtol=1e-6)
    assert checkworthy(unit(3)[:0], [], encoder_sha256=ENCODER).shape == (0,)


@pytest.mark.parametrize(
    ("vectors", "count"),
    [
        (unit(2, 383), 2),
        (unit(2), 1),
        (unit(2)[0], 1),
        (unit(2).astype(np.float64), 2),
        (unit(2) * 2, 2),
        (np.full((2, 384), np.nan, np.float32), 2),
        (np.zeros((2, 384), np.float32), 2),
    ],
)
def test_other_vectors_are_refused(
    vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]], count: int
) -> None:
    with pytest.raises(ValueError, match="vectors must"):
        checkworthy(vectors, ["A text."] * count, encoder_sha256=ENCODER)


def test_vectors_of_another_encoder_are_refused() -> None:
    with pytest.raises(ModelError, match="packaged encoder only"):
        checkworthy(unit(1), ["A text."], encoder_sha256="f" * 64)


def test_cues_tell_titles_thanks_and_figures() -> None:
    rows = cues(
        [
            "**Strengthening Regional Cooperation**",
            "We expressed our gratitude to the host.",
            "In 2020 the ministry closed 31 stations.",
            'He said: "They left."',
            "We hoped to meet again.",
            "To report on the state of their wells; and",
        ]
    )
    told = [dict(zip(CUES, row, strict=True)) for row in rows.tolist()]
    assert [row["open"] for row in told] == [1, 0, 0, 0, 0, 0]
    assert [row["thanks"] for row in told] == [0, 1, 0, 0, 0, 0]
    assert [row["figure"] for row in told] == [0, 0, 1, 0, 0, 0]
    assert [row["hope"] for row in told] == [0, 0, 0, 0, 1, 0]
    assert told[0]["capitals"] == 1
    assert told[0]["words"] == pytest.approx(np.log(4))
    assert cues([]).shape == (0, len(CUES))


@pytest.mark.parametrize(
    "text", ["<" * 100_000, "*" * 100_000, "a " * 50_000, '"' * 100_000, "\ud800\u202e", ""]
)
def test_cues_of_hostile_texts_are_finite_and_quick(text: str) -> None:
    begun = time.perf_counter()
    assert np.isfinite(cues([text])).all()
    assert time.perf_counter() - begun < 1


def test_hand_labels_hold_places_and_no_text() -> None:
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    assert all(set(row) == {"sha256", "start", "end", "label"} for row in rows)
    assert all(0 <= row["start"] < row["end"] and row["label"] in {0, 1} for row in rows)
    assert len({(row["sha256"], row["start"]) for row in rows}) == len(rows)
    assert len({row["sha256"] for row in rows}) == 5


def test_verdicts_on_proposals_hold_ids_and_no_text() -> None:
    lines = (REPOSITORY / "benchmarks" / "proposals.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        assert {"round", "sha256", "key", "id", "verdict"} <= set(row) <= {"reason", *row}
        assert ("reason" in row) == (row["verdict"] == "drop")
        assert row["verdict"] in {"keep", "edit", "drop"}
        assert " " not in row["id"] + row["key"] + row.get("reason", "")
    assert len({(row["round"], row["sha256"], row["key"]) for row in rows}) == len(rows)


@needs_seeds
def test_hand_labels_fit_the_documents() -> None:
    texts = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.read_text("utf-8")
        for path in SEEDS.glob("*.txt")
    }
    for row in map(json.loads, LABELS.read_text("utf-8").splitlines()):
        sentence = texts[row["sha256"]][row["start"] : row["end"]]
        assert sentence == sentence.strip()
        assert sentence


@pytest.mark.model
def test_assertions_go_before_ceremony_and_titles() -> None:
    texts = [
        "The ministry closed 31 radio stations in the northern provinces in 2019.",
        "Unemployment in the valley has fallen to 4 percent since the mill reopened.",
        "We thanked the host party for its warm hospitality.",
        "Expanding Cooperation with Other Sectors",
        "Share this on",
    ]
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER))
    told = checkworthy(encoder.encode(texts), texts, encoder_sha256=encoder.sha256)
    assert told[:2].min() >= default_model().threshold
    assert told[:2].min() > told[2:].max()
