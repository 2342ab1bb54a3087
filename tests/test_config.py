from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FakeEncoder, Run
from typer.main import get_command

from factcheck.cli import app, config

pytestmark = pytest.mark.usefixtures("folder", "fake_model")


def shown(run: Run, *more: object) -> int:
    ran = run("compare", "-f", "json", *more)
    assert ran.code == 0, ran.err
    return len(json.loads(ran.out)["findings"][0]["counterpoints"])


def test_the_command_line_goes_before_the_environment_before_the_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("factcheck.toml").write_text("k = 1\n")
    assert shown(run) == 1
    monkeypatch.setenv("FACTCHECK_K", "2")
    assert shown(run) == 2
    assert shown(run, "-k", 3) == 3


def test_the_nearest_file_upward_counts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pyproject.toml").write_text("[tool.factcheck]\nk = 2\nclaims = ['claims']\n")
    below = Path("below")
    below.mkdir()
    (below / "pyproject.toml").write_text("[tool.other]\n")
    monkeypatch.chdir(below)
    assert shown(run) == 2
    Path("factcheck.toml").write_text("k = 1\nclaims = ['../claims']\n")
    assert shown(run) == 1


def test_nothing_above_the_repository_counts(run: Run) -> None:
    Path("../factcheck.toml").write_text("k = 1\n")
    assert shown(run) == 3


def test_both_sides_can_be_configured(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("factcheck.toml").write_text(
        "claims = ['claims/official.yaml']\nagainst = ['claims/letter.yaml']\n"
        "cache_dir = 'kept'\nmodel = './model'\n"
    )
    Path("below").mkdir()
    monkeypatch.chdir("below")
    monkeypatch.delenv("FACTCHECK_CACHE_DIR")
    assert shown(run) == 3
    assert Path("../kept/vectors.sqlite3").exists()
    assert run("validate").code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("kk = 1", "factcheck.toml: unknown option 'kk'; did you mean 'k'?"),
        ("zzz = 1", "factcheck.toml: unknown option 'zzz'"),
        ("k = ", "factcheck.toml: Invalid value"),
        ("\xff", "factcheck.toml: "),
        ("k = 'many'", "factcheck.toml: k must be a whole number, not 'many'"),
        ("k = true", "factcheck.toml: k must be a whole number, not True"),
        ("min_similarity = '0'", "factcheck.toml: min_similarity must be a number"),
        ("claims = 'claims'", "factcheck.toml: claims must be a list of texts, not 'claims'"),
        ("claims = [3]", "factcheck.toml: claims must be a list of texts"),
        ("model = ''", "factcheck.toml: model must be a text"),
        # What fetches or overwrites is not a file's to ask for.
        ("allow_download = true", "unknown option 'allow_download'"),
        ("output = 'x'", "unknown option 'output'"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_an_error(
    run: Run, content: str, message: str
) -> None:
    Path("factcheck.toml").write_bytes(content.encode("latin-1"))
    ran = run("compare")
    assert ran.code == 2
    assert message in ran.err


@pytest.mark.parametrize("content", ["tool = 3", "[tool]\nfactcheck = 3"])
def test_a_project_file_without_our_table_is_passed_over(run: Run, content: str) -> None:
    Path("pyproject.toml").write_text(content)
    ran = run("compare")
    assert ran.code == (2 if "factcheck" in content else 0)
    assert ("must be a table" in ran.err) is ("factcheck" in content)


def test_every_option_of_a_configuration_is_an_option_of_a_command() -> None:
    taken = {
        parameter.name
        for command in (get_command(app).commands["compare"], get_command(app).commands["validate"])  # type: ignore[attr-defined]
        for parameter in command.params
    }
    assert {parameter for _, parameter in config._OPTIONS.values()} <= taken


def test_a_configuration_counts_for_all_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACTCHECK_CACHE_DIR")
    Path("factcheck.toml").write_text("format = 'json'\ncache_dir = 'kept'\nmodel = './m'\n")
    assert json.loads(run("compare").out)["schema_version"] == 1
    assert "path:    kept/vectors.sqlite3" in run("cache", "info").out
    assert "vectors: 5" in run("cache", "info").out
    assert "all-MiniLM-L6-v2" not in run("models", "list").out


def test_help_needs_no_configuration(run: Run, fake_model: FakeEncoder) -> None:
    Path("factcheck.toml").write_text("kk = 1")
    assert run("--help").code == 0
    assert run("compare", "--help").code == 0
