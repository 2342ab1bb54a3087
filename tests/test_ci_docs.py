"""docs/ci.md says what the gate does, and what it shows can be run."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import OFFICIAL_FILE, REPOSITORY
from typer.main import get_command

from factcheck.claims import read_claim_file
from factcheck.cli import app
from factcheck.formats.checks import FORMATS
from factcheck.rules import RULES
from factcheck.settings import SETTINGS

PAGE = (REPOSITORY / "docs" / "ci.md").read_text("utf-8")
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def yaml_with(key: str) -> Any:
    """The examples in YAML that have a key at the top."""
    (found,) = (
        each
        for block in blocks("yaml")
        if isinstance(each := yaml.safe_load(block), dict) and key in each
    )
    return found


CONSOLE = [
    re.sub(r"\s+#.*", "", line).removeprefix("$ ")
    for block in blocks("console")
    for line in block.splitlines()
]
JOB: dict[str, Any] = next(
    each["claims"] for block in blocks("yaml") if "claims" in (each := yaml.safe_load(block))
)
OURS = [
    shlex.split(line.split("factcheck ", 1)[1])
    for line in [*CONSOLE, *JOB["script"]]
    if re.match(r"(\S*/)?factcheck ", line)
]


def test_every_rule_is_told_as_it_is() -> None:
    rows = re.findall(r"^\| `(FC\d+)` .*", PAGE, re.MULTILINE)
    assert rows == list(RULES)
    for rule in RULES.values():
        on = "on" if rule.default else "off"
        assert f"| `{rule.code}` | {rule.name} | {on} | {rule.summary} |" in PAGE
    assert set(re.findall(r"\bFC\d{3}\b", PAGE)) <= set(RULES)


def test_every_format_is_told() -> None:
    assert re.findall(r"^\| `([a-z]+)` \| ", PAGE.split("## Formats")[1], re.MULTILINE)[
        : len(FORMATS)
    ] == list(FORMATS)


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_every_command_can_be_given_so(words: list[str]) -> None:
    if words[0].startswith("-"):  # of the program itself
        assert words in (["--install-completion"], ["--show-completion"])
        return
    COMMANDS[words[0]].make_context(words[0], words[1:])
    for written in re.findall(r"(?:--format|--output) (\w+)", " ".join(words)):
        assert written in FORMATS


def test_commands_of_others_read_files_that_are_there() -> None:
    others = [line for line in [*CONSOLE, *JOB["script"]] if "/factcheck " not in f"/{line}"]
    files = [
        REPOSITORY / name.removeprefix("/tmp/factcheck/")
        for line in others
        for name in re.findall(r"--(?:constraint|requirement) (\S+)", line)
    ]
    assert len(files) == 4
    assert all(file.is_file() for file in files)


def test_the_light_install_is_told_as_it_is_done() -> None:
    installs = [line for line in CONSOLE if " pip install " in line]
    assert len(installs) == 2
    action = (REPOSITORY / "action.yml").read_text("utf-8")
    for words in ("requirements-ci.txt", "constraints.txt", "--no-deps"):
        assert any(words in line for line in installs)
        assert words in action


def test_what_is_shown_of_claim_files_is_valid() -> None:
    first = OFFICIAL_FILE.split("    expect:")[0]
    parts = [block for block in blocks("yaml") if block.startswith(("expect:", "suppress:"))]
    assert len(parts) == 3
    for part in parts:
        indented = "".join(f"    {line}\n" for line in part.splitlines())
        assert read_claim_file(f"{first}{indented}".encode(), "page").problems == ()


def test_what_is_shown_of_the_configuration_can_be_set() -> None:
    (shown,) = blocks("toml")
    assert set(tomllib.loads(shown)) <= set(SETTINGS)


def test_the_action_is_used_with_inputs_and_outputs_that_it_has() -> None:
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
    steps = yaml_with("jobs")["jobs"]["claims"]["steps"]
    (ours,) = (step for step in steps if step["uses"].startswith("OWNER/factcheck@"))
    assert set(ours["with"]) <= set(action["inputs"])
    assert set(re.findall(r"factcheck\.outputs\.(\w+)", PAGE)) <= set(action["outputs"])
    table = PAGE.split("| input | what |")[1].split("\n\n")[0]
    told = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`([\w-]+)`", row.split("|")[1] if "|" in row else "")
    }
    assert told == set(action["inputs"])
    for name in action["outputs"]:
        assert f"`{name}`" in PAGE


def test_the_job_for_gitlab_keeps_what_it_writes() -> None:
    (check,) = (line for line in JOB["script"] if "factcheck check" in line)
    reports = JOB["artifacts"]["reports"]
    assert f"--output gitlab={reports['codequality']}" in check
    assert f"--output junit={reports['junit']}" in check


def test_the_hooks_are_those_there_are() -> None:
    (shown,) = yaml_with("repos")["repos"]
    text = (REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert [hook["id"] for hook in shown["hooks"]] == [hook["id"] for hook in yaml.safe_load(text)]


def test_our_own_workflow_runs_the_tests_and_the_gate() -> None:
    path = Path(REPOSITORY / ".github" / "workflows" / "ci.yml")
    workflow = yaml.safe_load(path.read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert {"make test"} == {step["run"] for step in steps if "run" in step}
    assert any(step.get("uses") == "./" for step in steps)
    for step in steps:
        if step.get("uses", "./") != "./":
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])
