"""The stance model for real: a small one made here, through the same road as any other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import ModelError
from factcheck.records import Weights
from factcheck.running import Execution
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

PAIRS = [
    ("They closed the paper.", "The press is free."),
    ("Peace.", "Peace has lasted for more than two decades in the whole of the region."),
    ("Nothing was said.", "The press is free."),
    ("They closed the other paper as well, a letter signed by fifty groups says.", "War is over."),
    ("", "The press is free."),
]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    """One layer of the packaged encoder under an untrained head with labels in another order."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tmp_path_factory.mktemp("models") / "small"
    packaged = str(resolve(DEFAULT_ENCODER).folder)
    torch.manual_seed(0)
    model = AutoModelForSequenceClassification.from_pretrained(
        packaged,
        id2label={0: "entailment", 1: "neutral", 2: "contradiction"},
        label2id={"entailment": 0, "neutral": 1, "contradiction": 2},
        num_hidden_layers=1,
        use_safetensors=True,
    )
    torch.nn.init.normal_(model.classifier.weight, std=0.5)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(packaged).save_pretrained(folder)
    return resolve(str(folder))


def test_gives_what_the_cross_encoder_gives(small: Weights) -> None:
    from sentence_transformers import CrossEncoder

    ours = CrossEncoderStance(small).judge(PAIRS)
    peer = CrossEncoder(str(small.folder), device="cpu", local_files_only=True)
    theirs = peer.predict(PAIRS, apply_softmax=True)
    assert ours.dtype == np.float32
    assert np.allclose(ours.sum(axis=1), 1, atol=1e-6)
    assert np.allclose(ours, theirs[:, ::-1], atol=1e-5)


def test_a_pair_does_not_depend_on_its_company(small: Weights) -> None:
    alone = CrossEncoderStance(small, Execution(batch_size=1))
    reference = np.concatenate([alone.judge([pair]) for pair in PAIRS])
    for batch_size in (1, 3, 64):
        model = CrossEncoderStance(small, Execution(batch_size=batch_size))
        assert np.allclose(model.judge(PAIRS * 3)[-len(PAIRS) :], reference, atol=1e-6)


def test_tells_how_far_it_is(small: Weights) -> None:
    told: list[tuple[int, int]] = []
    CrossEncoderStance(small, Execution(2)).judge(
        PAIRS, lambda done, total: told.append((done, total))
    )
    assert told[0] == (0, len(PAIRS))
    assert told[-1] == (len(PAIRS), len(PAIRS))


def test_a_model_of_other_labels_is_refused(small: Weights, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "other"
    shutil.copytree(small.folder, folder)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "joy", "1": "anger", "2": "fear"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="joy, anger, fear"):
        CrossEncoderStance(resolve(str(folder))).judge(PAIRS)


def test_a_model_that_will_not_load_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="will not load"):
        CrossEncoderStance(resolve(str(tmp_path))).judge(PAIRS)


def test_a_delta_takes_the_place_of_the_models_own_tensors(small: Weights, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    head = {
        name: tensor.flip(0).half().contiguous()
        for name, tensor in load_file(small.folder / "model.safetensors").items()
        if name.startswith("classifier")
    }
    save_file(head, tmp_path / "delta.safetensors")
    changed = replace(
        small, delta=tmp_path / "delta.safetensors", labels=("opposes", "neutral", "supports")
    )
    # The head's rows turned round, and the labels too: the same probabilities.
    before = CrossEncoderStance(small).judge(PAIRS)
    assert np.allclose(CrossEncoderStance(changed).judge(PAIRS), before, atol=1e-3)
    save_file({"other.weight": head["classifier.bias"]}, tmp_path / "delta.safetensors")
    with pytest.raises(ModelError, match=r"holds tensors the model has not, as other\.weight"):
        CrossEncoderStance(changed).judge(PAIRS)


def test_the_packaged_model_tells_a_denial_from_an_echo() -> None:
    model = CrossEncoderStance(resolve_stance(DEFAULT_STANCE))
    claim = "The ceasefire has been respected by both sides."
    rows = model.judge(
        [
            ("The army has broken the ceasefire eleven times since March.", claim),
            ("Both sides have respected the ceasefire throughout.", claim),
            ("The bridge was painted green last summer.", claim),
        ]
    )
    assert rows.argmax(axis=1).tolist() == [0, 2, 1]
