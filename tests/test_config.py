from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FakeEncoder, Run

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
        ("k = 'many'", "Invalid value for '-k'"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_an_error(
    run: Run, content: str, message: str
) -> None:
    Path("factcheck.toml").write_bytes(content.encode("latin-1"))
    ran = run("compare")
    assert ran.code == 2
    assert message in ran.err


def test_help_needs_no_configuration(run: Run, fake_model: FakeEncoder) -> None:
    Path("factcheck.toml").write_text("kk = 1")
    assert run("--help").code == 0
    assert run("compare", "--help").code == 0
