from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from factcheck.encoders import SentenceEncoder
from factcheck.errors import ModelError
from factcheck.records import Weights
from factcheck.running import Execution
from factcheck.weights import DEFAULT_ENCODER, resolve

TEXTS = [
    "Freedom of the press must be ensured.",
    "Peace.",
    "The newspaper was forced to close after it was handed a tax bill of 6.3 million dollars.",
    "Peace, peace.",
    "No seas and no rivers stand between them.",
    "War.",
    "The newspaper said that it would go on to publish from abroad, and possibly only online.",
    "",
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return resolve(DEFAULT_ENCODER)


@pytest.mark.model
def test_gives_the_vectors_that_sentence_transformers_gives(weights: Weights) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceEncoder(weights).encode(TEXTS)
    peer = SentenceTransformer(str(weights.folder), device="cpu", local_files_only=True)
    theirs = peer.encode(TEXTS, normalize_embeddings=True)
    assert ours.dtype == np.float32
    assert ours.shape == (len(TEXTS), 384)
    assert (ours.astype(np.float64) * theirs).sum(axis=1).min() > 1 - 1e-6


@pytest.mark.model
def test_a_vector_does_not_depend_on_its_company(weights: Weights) -> None:
    alone = SentenceEncoder(weights, Execution(batch_size=1))
    reference = np.concatenate([alone.encode([text]) for text in TEXTS]).astype(np.float64)
    for batch_size in (1, 2, 3, 64):
        encoder = SentenceEncoder(weights, Execution(batch_size=batch_size))
        for order in (slice(None), slice(None, None, -1)):
            vectors = encoder.encode((TEXTS * 3)[order])[order][: len(TEXTS)]
            assert 1 - (vectors * reference).sum(axis=1).min() < 1e-6


@pytest.mark.model
def test_tells_how_far_it_is(weights: Weights) -> None:
    told: list[tuple[int, int]] = []
    SentenceEncoder(weights, Execution(batch_size=2)).encode(
        TEXTS, lambda done, n: told.append((done, n))
    )
    assert told[0] == (0, len(TEXTS))
    assert told[-1] == (len(TEXTS), len(TEXTS))
    assert told == sorted(told)


@pytest.mark.model
def test_progress_goes_by_length(weights: Weights) -> None:
    told: list[int] = []
    texts = ["short"] * 30 + ["word after word " * 30] * 4
    SentenceEncoder(weights).encode(texts, lambda done, _: told.append(done))
    assert len(told) == 3
    assert told[1] < len(texts) / 2  # all short ones are done, and less than half of the work


@pytest.mark.model
def test_no_texts_need_no_vectors(weights: Weights) -> None:
    assert len(SentenceEncoder(weights).encode([])) == 0


@pytest.mark.model
def test_a_model_that_will_not_load_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="will not load"):
        SentenceEncoder(resolve(str(tmp_path))).encode(["text"])


def test_batch_size_must_be_positive() -> None:
    with pytest.raises(ValueError, match="batch_size"):
        SentenceEncoder(Weights("m", Path(), "0", "0"), Execution(batch_size=0))
