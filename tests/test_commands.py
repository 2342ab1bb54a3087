"""The commands are imported one by one, and yet known all: by name, in the help, to a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from typer.main import get_command

from factcheck.cli import app
from factcheck.cli.commands import SUMMARIES

COMMANDS: Any = get_command(app).commands  # type: ignore[attr-defined]

LOADED = """
import json, sys
from factcheck.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted(name for name in sys.modules if name.startswith("factcheck."))]))
"""


def loaded(*arguments: str) -> set[str]:
    """The modules of factcheck that a command imports."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, check=True, text=True
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    return set(modules)


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_is_the_first_paragraph_of_the_command_s_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.name == name
    assert SUMMARIES[name] == " ".join(command.help.split("\n\n")[0].split())
    assert not command.hidden


def test_no_other_name_is_a_command() -> None:
    assert "main" not in COMMANDS
    assert COMMANDS.get("configuration") is None
    assert list(COMMANDS) == list(SUMMARIES)
    assert len(COMMANDS) == len(SUMMARIES)


def test_a_command_imports_no_other() -> None:
    modules = loaded("rule", "FC101")
    assert "factcheck.cli.rule" in modules
    assert not {"factcheck.cli.compare", "factcheck.cli.review", "factcheck.report"} & modules


def test_the_help_imports_no_command() -> None:
    modules = loaded("--help")
    commands = SUMMARIES.keys() - {"config"}  # factcheck.cli.config reads configurations
    assert not {f"factcheck.cli.{name}" for name in commands} & modules


def test_a_configuration_makes_one_command_s_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "factcheck.toml").write_text("k = 3\ncache_dir = 'kept'\n")
    monkeypatch.chdir(tmp_path)
    modules = loaded("cache", "info")
    assert "factcheck.cli.cache" in modules
    assert not {"factcheck.cli.compare", "factcheck.cli.index"} & modules


def test_the_help_names_every_command(run: Run) -> None:
    told = run("--help").out
    for name, summary in SUMMARIES.items():
        assert name in told
        assert summary.split()[0] in told


def test_a_name_that_is_nearly_one_is_told(run: Run) -> None:
    ran = run("cmpare")
    assert ran.code == 2
    assert "No such command 'cmpare'. Did you mean 'compare'?" in ran.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("factcheck e", {"explain", "extract", "eval", "export"}),
        ("factcheck eval s", {"stance"}),
        ("factcheck compare --form", {"--format"}),
        ("factcheck zzz", set()),
    ],
)
def test_a_shell_completes(
    typed: str, offered: set[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_FACTCHECK_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    assert set(run().out.split()) == offered
