"""What a process loads, opens and leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CLAIMS

HEAVY = ("openvino", "torch", "sentence_transformers", "transformers", "sklearn", "huggingface_hub")

# Runs a command line, then tells its status and which heavy modules it loaded.
LOADED = f"""
import json, sys
from factcheck.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, [name for name in {HEAVY!r} if name in sys.modules]]), file=sys.stderr)
"""

# The same, where whoever opens a socket fails.
OFFLINE = (
    """
import socket

def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")

socket.socket.__init__ = refuse
socket.create_connection = socket.getaddrinfo = socket.socketpair = refuse
"""
    + LOADED
)


def run(script: str, *arguments: str, cache: Path) -> tuple[int, list[str], str]:
    environment = {**os.environ, "FACTCHECK_CACHE_DIR": str(cache)}
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        check=True,
        env=environment,
        cwd=CLAIMS.parent,
    )
    lines = ran.stderr.decode().strip().splitlines()
    code, loaded = json.loads(lines[-1])
    assert lines[:-1] == [], lines
    return code, loaded, ran.stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["compare", "--help"],
        ["validate"],
        ["schema", "claims"],
        ["schema", "report"],
        ["schema", "check"],
        ["rule", "FC203"],
        ["config"],
        ["check", "--locked", "--stance-model", "contrast"],
        ["compare", "--locked", "--stance-model", "contrast"],
        ["models", "list"],
        ["cache", "info"],
    ],
    ids=" ".join,
)
def test_light_commands_load_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    code, loaded, out = run(LOADED, *arguments, cache=tmp_path)
    assert (code, loaded) == (0, [])
    assert out


def test_importing_the_package_loads_next_to_nothing() -> None:
    script = (
        "import sys, factcheck; dir(factcheck); "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'pydantic', 'yaml', 'typer')))"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.model
def test_compare_needs_no_network_and_with_a_warm_cache_no_model(tmp_path: Path) -> None:
    arguments = ("compare", "claims", "--format", "json")
    code, loaded, cold = run(OFFLINE, *arguments, cache=tmp_path)
    assert (code, loaded) == (0, ["openvino"])
    code, loaded, warm = run(OFFLINE, *arguments, cache=tmp_path)
    assert (code, loaded) == (0, [])
    assert warm == cold
    report = json.loads(cold)
    assert report["summary"]["claims"] == len(report["findings"]) >= 50
    # Vectors of 8 bits change no verdict and no stance, and similarities next to nothing.
    code, loaded, told = run(OFFLINE, *arguments, "--locked", cache=tmp_path / "none")
    assert (code, loaded) == (0, [])
    locked = json.loads(told)
    verdicts = [(each["verdict"], each["reason"]) for each in report["findings"]]
    assert [(each["verdict"], each["reason"]) for each in locked["findings"]] == verdicts
    for one, other in zip(report["findings"], locked["findings"], strict=True):
        figures = {
            point["statement"]["id"]: (point["stance"], point["similarity"])
            for point in one["counterpoints"]
        }
        for point in other["counterpoints"]:
            if point["statement"]["id"] in figures:
                stance, similarity = figures[point["statement"]["id"]]
                assert point["stance"] == stance
                assert abs(point["similarity"] - similarity) < 0.005
    assert not (tmp_path / "none").exists()


@pytest.mark.model
@pytest.mark.parametrize(
    "chosen",
    [("--stance-model", "none"), ("--stance-model", "contrast", "--only", "press-freedom")],
)
def test_reports_do_not_depend_on_the_batch_size(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    options = ("compare", "-f", "json", "--no-cache", *chosen)
    reports = {
        run(LOADED, *options, "--batch-size", size, cache=tmp_path)[2] for size in ("1", "7", "64")
    }
    assert len(reports) == 1
    assert not list(tmp_path.iterdir())


def test_a_model_that_is_not_here_is_not_fetched(tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_CACHE": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", OFFLINE, "compare", "--model", "some/model"],
        capture_output=True,
        check=True,
        text=True,
        env=environment,
        cwd=CLAIMS.parent,
    )
    message, told = ran.stderr.strip().splitlines()
    assert message.startswith("error: model 'some/model' is neither a folder nor in the local hub")
    assert json.loads(told)[0] == 2


@pytest.mark.model
def test_another_model_in_a_folder_works(tmp_path: Path) -> None:
    import transformers
    from sentence_transformers import SentenceTransformer

    from factcheck.weights import DEFAULT_ENCODER, resolve

    packaged = resolve(DEFAULT_ENCODER)
    other = SentenceTransformer(str(packaged.folder), device="cpu", local_files_only=True)
    inner = other[0].auto_model
    assert isinstance(inner, transformers.BertModel)
    inner.encoder.layer = inner.encoder.layer[:1]
    inner.config.num_hidden_layers = 1
    other.save_pretrained(str(tmp_path / "small"), create_model_card=False)
    code, loaded, out = run(
        OFFLINE, "compare", "-f", "json", "--model", str(tmp_path / "small"), cache=tmp_path
    )
    assert code == 0
    assert "torch" in loaded
    assert json.loads(out)["run"]["encoder"]["sha256"] != packaged.sha256
