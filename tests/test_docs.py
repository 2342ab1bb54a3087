"""The docs say what the program does."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run

import factcheck
from factcheck import documents
from factcheck.claims import read_claim_file
from factcheck.schemas import FILES, make_schema, read_schema

README = (REPOSITORY / "README.md").read_text("utf-8")
ALL_DOCS = [
    path
    for pattern in ("*.md", "docs/*.md", "docs/reference/*.md", "claims/*.md", "benchmarks/*.md")
    for path in sorted(REPOSITORY.glob(pattern))
]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("which", FILES)
def test_the_committed_schemas_are_not_stale(which: str) -> None:
    assert read_schema(which) == make_schema(which), "run `make schemas`"  # type: ignore[arg-type]


@pytest.mark.model
def test_the_example_in_python_runs(tmp_path: Path) -> None:
    (example,) = blocks("python")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        text=True,
    )
    claim, best, size = ran.stdout.splitlines()
    assert claim.endswith(".")
    assert re.match(r"0\.\d\d [a-z-]+: ", best)
    assert int(size) > 5_000


def test_the_claim_file_shown_is_valid() -> None:
    (example,) = blocks("yaml")
    assert read_claim_file(example.encode(), "README").problems == ()


@pytest.mark.parametrize(("page", "least"), [("README.md", 8), ("docs/ci.md", 15)])
def test_every_command_and_option_shown_exists(run: Run, page: str, least: int) -> None:
    text = (REPOSITORY / page).read_text("utf-8")
    shown = [line for block in blocks("console", text) for line in block.splitlines()]
    lines = [
        re.sub(r"\s+#.*", "", line) for line in shown if re.match(r"\$ (\S*/)?factcheck ", line)
    ]
    assert len(lines) >= least
    for line in lines:
        command, *arguments = line.split("factcheck ", 1)[1].split()
        words = [] if command.startswith("-") else [command]
        if command in {"models", "cache"}:
            words.append(arguments[0])
        ran = run(*words, "--help")
        assert ran.code == 0, line
        for option in re.findall(r"(?<= )--?[a-z][a-z-]*", line):
            assert option in ran.out, (line, option)


def test_every_command_is_in_the_readme(run: Run) -> None:
    commands = re.findall(r"^│ (\w+)  ", run("--help").out, re.MULTILINE)
    assert {"compare", "validate", "schema", "models", "cache"} <= set(commands)
    for command in commands:
        assert f"factcheck {command}" in README


def test_every_public_name_is_in_the_readme_and_documented() -> None:
    for name in set(factcheck.__all__) - {"__version__"}:
        assert re.search(rf"\b{name}\b", README), name
        assert inspect.getdoc(getattr(factcheck, name)), name
    assert set(dir(factcheck)) == set(factcheck.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        factcheck.nothing  # noqa: B018 - the access is the test


def test_every_public_function_and_class_has_a_docstring() -> None:
    modules = sorted((REPOSITORY / "factcheck").rglob("*.py"))
    assert len(modules) > 25
    for path in modules:
        if path.name == "__main__.py":
            continue
        parts = path.relative_to(REPOSITORY).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        module = importlib.import_module(name)
        assert module.__doc__, name
        for member, value in vars(module).items():
            ours = getattr(value, "__module__", None) == name
            if (
                ours
                and not member.startswith("_")
                and inspect.isroutine(value) | inspect.isclass(value)
            ):
                assert value.__doc__, f"{name}.{member}"


def test_every_loader_is_callable() -> None:
    assert documents.LOADERS
    assert all(callable(loader) for loader in documents.LOADERS.values())


@pytest.mark.parametrize("path", ALL_DOCS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_within_the_docs_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.model
def test_the_figures_of_the_methodology_are_those_measured() -> None:
    script = REPOSITORY / "benchmarks" / "labels.py"
    ran = subprocess.run([sys.executable, script], capture_output=True, check=True, text=True)
    figures = re.findall(r"(?:is first|in the first 3): (\d+/\d+)", ran.stdout)
    told = re.findall(r"\d+/23", (REPOSITORY / "docs" / "methodology.md").read_text("utf-8"))
    assert figures == told
    assert len(told) == 2


def test_the_versions_agree() -> None:
    constraints = (REPOSITORY / "constraints.txt").read_text("utf-8")
    assert "\ntorch==2.13.0\n" in constraints
    assert "torch==2.13.0" in README


def test_the_picture_shows_this_version(run: Run) -> None:
    picture = (REPOSITORY / "docs" / "terminal.svg").read_text("utf-8")
    assert "press-freedom" in picture
    assert "http" not in re.sub(r"http://www\.w3\.org\S*|https://www\.textualize\.io", "", picture)
