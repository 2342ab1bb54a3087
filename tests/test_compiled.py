from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from factcheck.bert import map_file, tensors_in
from factcheck.encoders import SentenceEncoder
from factcheck.errors import ModelError
from factcheck.records import Weights
from factcheck.running import Execution, computes_bfloat16
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

TEXTS = [
    "Freedom of the press must be ensured.",
    "",
    "Peace.",
    "The newspaper was forced to close after it was handed a tax bill of 6.3 million dollars.",
    "Ünïcödé ﬁnds — “its” way: 平和 и мир 🕊.",
    "A text beyond what the model reads, " + "word after word, " * 200,
]
PAIRS = [(a, b) for a in TEXTS for b in (TEXTS[0], TEXTS[5])]


@pytest.fixture(scope="module")
def encoder() -> Weights:
    return resolve(DEFAULT_ENCODER)


@pytest.fixture(scope="module")
def stance() -> Weights:
    return resolve_stance(DEFAULT_STANCE)


@pytest.mark.model
def test_compiled_vectors_are_those_of_torch(encoder: Weights) -> None:
    ours = SentenceEncoder(encoder, Execution(backend="openvino")).encode(TEXTS)
    theirs = SentenceEncoder(encoder, Execution(backend="torch")).encode(TEXTS)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.model
def test_compiled_probabilities_are_those_of_torch(stance: Weights) -> None:
    ours = CrossEncoderStance(stance, Execution(backend="openvino")).judge(PAIRS)
    theirs = CrossEncoderStance(stance, Execution(backend="torch")).judge(PAIRS)
    assert np.abs(ours - theirs).max() < 1e-4


@pytest.mark.model
def test_what_a_row_gives_does_not_depend_on_its_company(encoder: Weights, stance: Weights) -> None:
    alone = SentenceEncoder(encoder, Execution(batch_size=1)).encode(TEXTS)
    judged = CrossEncoderStance(stance, Execution(batch_size=1)).judge(PAIRS)
    for size in (2, 3, 32):
        many = SentenceEncoder(encoder, Execution(batch_size=size)).encode(TEXTS * 4)
        assert np.array_equal(many, np.tile(alone, (4, 1)))
        again = CrossEncoderStance(stance, Execution(batch_size=size)).judge(PAIRS[::-1] * 3)
        assert np.array_equal(again, np.tile(judged[::-1], (3, 1)))


@pytest.mark.model
@pytest.mark.skipif(not computes_bfloat16(), reason="this processor does not compute bfloat16")
def test_bfloat16_stays_near(encoder: Weights, stance: Weights) -> None:
    exact = SentenceEncoder(encoder).encode(TEXTS).astype(np.float64)
    fast = SentenceEncoder(encoder, Execution(precision="bf16")).encode(TEXTS)
    assert (exact * fast).sum(axis=1).min() > 0.999
    judged = CrossEncoderStance(stance).judge(PAIRS)
    assert (
        np.abs(CrossEncoderStance(stance, Execution(precision="bf16")).judge(PAIRS) - judged).max()
        < 0.02
    )


@pytest.mark.model
def test_the_packaged_models_need_no_torch_and_report_no_use() -> None:
    script = """
import sys
from factcheck import SentenceEncoder, CrossEncoderStance, resolve_stance
from factcheck.weights import resolve
SentenceEncoder(resolve("all-MiniLM-L6-v2")).encode(["A text."])
CrossEncoderStance(resolve_stance("contrast")).judge([("A text.", "Another.")])
heavy = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
print(sorted(name for name in heavy if sys.modules.get(name)))
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert told.stdout.strip() == b"[]"


def test_tensors_are_those_that_safetensors_reads(encoder: Weights) -> None:
    from safetensors.numpy import load_file

    path = encoder.folder / "model.safetensors"
    ours, theirs = tensors_in(map_file(path)), load_file(path)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)


@pytest.mark.model
def test_an_encoder_that_was_let_go_gives_the_same_again(encoder: Weights) -> None:
    model = SentenceEncoder(encoder)
    first = model.encode(TEXTS)
    model.let_go()
    assert np.array_equal(model.encode(TEXTS), first)


@pytest.mark.model
def test_a_packaged_model_that_is_damaged_on_the_way_is_an_error_of_ours(tmp_path: Path) -> None:
    broken = Weights("broken", tmp_path, "0", "0", expected_sha256="0")
    with pytest.raises(ModelError, match="'broken' will not load"):
        SentenceEncoder(broken, Execution(backend="openvino")).encode(["text"])
