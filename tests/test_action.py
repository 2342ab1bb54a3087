"""action.yml: its shell is run as a runner runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, FakeEncoder, Run

ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")  # as runners do
INPUTS = ("paths", "against", "args", "lock", "baseline", "fail-on", "sarif")
HOSTILE = "; touch pwned; $(touch pwned) `touch pwned` ' touch pwned \" | touch pwned"


def step(name: str) -> dict[str, Any]:
    return next(each for each in STEPS if each.get("id") == name)


def variables(name: str, inputs: dict[str, str]) -> dict[str, str]:
    """A step's variables, with inputs in their places and nothing in the others."""

    def put(value: str) -> str:
        found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
        return inputs.get(found[1], ACTION["inputs"][found[1]]["default"]) if found else ""

    return {key: put(value) for key, value in step(name)["env"].items()}


@dataclass(frozen=True)
class Done:
    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def locked(
    folder: Path, fake_model: FakeEncoder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of claims with the lock of the fake models."""
    monkeypatch.setenv("FACTCHECK_MODEL", "fake")
    monkeypatch.setenv("FACTCHECK_STANCE_MODEL", "fake-stance")
    assert run("lock").code == 0
    return folder


def act(folder: Path, **inputs: str) -> Done:
    """Run the step `check` in a folder."""
    files = {"GITHUB_OUTPUT": folder.parent / "output", "GITHUB_STEP_SUMMARY": folder.parent / "md"}
    for file in files.values():
        file.write_text("")
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    told = {
        **os.environ,
        **variables("check", given),
        **{name: str(file) for name, file in files.items()},
        "BIN": str(Path(sys.executable).parent),
        "RUNNER_TEMP": str(folder.parent),
    }
    ran = subprocess.run(
        [*SHELL, step("check")["run"]],
        cwd=folder,
        env=told,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    output, summary = (file.read_text("utf-8") for file in files.values())
    outputs = dict(line.split("=", 1) for line in output.splitlines())
    return Done(ran.returncode, ran.stdout + ran.stderr, outputs, summary)


def test_a_clean_check_passes(locked: Path) -> None:
    done = act(locked)
    assert done.code == 0, done.log
    assert done.outputs == {"errors": "0", "reviews": "0", "baseline": "0", "suppressed": "0"}
    assert done.summary.startswith("# Claims check\n")
    assert "::error" not in done.log


def test_findings_fail_it_with_annotations_a_summary_and_a_file(locked: Path) -> None:
    done = act(
        locked, paths="claims\n", args="--select=FC302\n\n--strict", sarif="with blank.sarif"
    )
    assert done.code == 1, done.log
    assert done.outputs["errors"] == "1"
    assert done.outputs["sarif"] == "with blank.sarif"
    assert (locked / "with blank.sarif").read_text("utf-8").startswith("{")
    assert re.search(r"^::error file=claims/official.yaml,line=16,", done.log, re.MULTILINE)
    assert "FC302" in done.summary


def test_what_fails_it_and_what_is_known_can_be_told(locked: Path, run: Run) -> None:
    on = ("--select=FC302", "--locked")
    assert run("check", *on, "--baseline", "base.json", "--update-baseline").code == 0
    known = act(locked, args=on[0], baseline="base.json", lock="factcheck.lock")
    assert (known.code, known.outputs["baseline"], known.outputs["errors"]) == (0, "1", "0")
    never = act(locked, args=on[0], fail_on="never")
    assert (never.code, never.outputs["errors"]) == (0, "1")


def test_several_paths_and_critics_are_read_line_by_line(locked: Path) -> None:
    (locked / "claims" / "letter.yaml").rename(locked / "our critics.yaml")
    done = act(locked, paths="  claims/official.yaml\n", against="our critics.yaml\n")
    assert done.code == 0, done.log


def test_a_check_that_cannot_be_made_says_so(locked: Path) -> None:
    (locked / "factcheck.lock").unlink()
    done = act(locked)
    assert done.code == 2
    assert done.outputs == {}
    assert "could not be made" in done.summary
    assert "factcheck.lock: cannot be read" in done.log
    assert "\n::error title=factcheck::" in done.log


def test_messages_of_the_check_are_no_commands(locked: Path) -> None:
    (locked / "claims" / "bad.yaml").write_text('"x\\n::error::made up": 1\n', "utf-8")
    done = act(locked)
    assert done.code == 2
    opened = re.search(
        r"^::stop-commands::([0-9a-f]{32})\n(.*)\n::\1::$", done.log, re.MULTILINE | re.DOTALL
    )
    assert opened
    assert "made up" in opened[2]
    assert "made up" not in done.log.replace(opened[2], "")


@pytest.mark.parametrize("name", INPUTS)
def test_a_hostile_input_runs_nothing(locked: Path, name: str) -> None:
    done = act(locked, **{name: HOSTILE})
    assert done.code in ({0} if name == "sarif" else {2}), done.log
    assert not list(locked.parent.rglob("pwned"))


@pytest.mark.parametrize("name", ["paths", "against"])
def test_a_path_is_no_option(locked: Path, name: str) -> None:
    done = act(locked, **{name: "--output=json=pwned"})
    assert done.code == 2
    assert not (locked / "pwned").exists()


@pytest.mark.parametrize("name", ["lock", "baseline", "fail-on", "sarif"])
def test_an_input_of_two_lines_cannot_write_outputs(locked: Path, name: str) -> None:
    done = act(locked, **{name: "x\nerrors=999"})
    assert (done.code, done.outputs) == (2, {})


def test_a_module_in_the_working_folder_is_not_run(locked: Path) -> None:
    for module in ("json", "secrets", "sys"):
        (locked / f"{module}.py").write_text("open('pwned', 'w')\n", "utf-8")
    assert act(locked).code == 0
    assert not (locked / "pwned").exists()


@pytest.mark.parametrize(
    ("how", "code", "told"),
    [
        ("light", 0, ["--requirement /act/requirements-ci.txt", "--no-deps /act"]),
        ("full", 0, ["/constraints.txt /act"]),
        ("$(touch pwned)", 2, []),
    ],
)
def test_what_is_installed(tmp_path: Path, how: str, code: int, told: list[str]) -> None:
    stub = tmp_path / "python"
    stub.write_text(
        '#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/asked"\n'
        'if [ "$3" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi\n'
    )
    stub.chmod(0o755)
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    ran = subprocess.run(
        [*SHELL, step("install")["run"]],
        cwd=tmp_path,
        env={
            **os.environ,
            **variables("install", {"install": how}),
            **files,
            "PYTHON": str(stub),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_ACTION_PATH": "/act",
        },
        check=False,
        capture_output=True,
    )
    assert ran.returncode == code
    asked = (tmp_path / "asked").read_text("utf-8").splitlines()[1:]
    assert len(asked) == len(told)
    for line, end in zip(asked, told, strict=True):
        assert "--constraint /act/constraints.txt" in line
        assert line.endswith(end)
    if not code:
        bin_ = tmp_path / "factcheck-venv" / "bin"
        assert Path(files["GITHUB_OUTPUT"]).read_text("utf-8") == f"bin={bin_}\n"
    assert not (tmp_path / "pwned").exists()


def test_no_input_is_text_of_a_script() -> None:
    for each in STEPS:
        assert "${{" not in each.get("run", "")
    used = set(re.findall(r"inputs\.([\w-]+)", str(STEPS)))
    assert used == set(ACTION["inputs"]) == {*INPUTS, "install"}


def test_outputs_are_those_of_the_step() -> None:
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.check.outputs.{name} }}}}"
        assert f"{name}=" in step("check")["run"] or f'"{name}"' in step("check")["run"]


def test_each_script_is_well_formed() -> None:
    for each in STEPS:
        if "run" in each:
            subprocess.run([*SHELL[:-1], "-n", "-c", each["run"]], check=True)
