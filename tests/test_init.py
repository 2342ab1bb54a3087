from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from conftest import Run
from jsonschema import Draft202012Validator

import factcheck.schemas
from factcheck.inputs import read_claim_files
from factcheck.located import parse_yaml
from factcheck.schemas import FILES, make_schema

FILES_WRITTEN = [
    "claims/official/example.yaml",
    "claims/critique/example.yaml",
    "factcheck.toml",
]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository to work in."""
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    monkeypatch.chdir(work)
    return work


def contents() -> dict[str, str]:
    files = (path for path in Path().rglob("*") if path.is_file())
    return {path.as_posix(): path.read_text("utf-8") for path in files}


def test_it_writes_three_files_and_says_what_to_do_next(run: Run) -> None:
    ran = run("init")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:3] == [f"{name} written" for name in FILES_WRITTEN]
    steps = [
        ran.out.index(step)
        for step in ("Next:", "factcheck compare", "factcheck lock", "factcheck check --locked")
    ]
    assert steps == sorted(steps)
    assert contents().keys() == set(FILES_WRITTEN)


def test_the_files_pass_validation_and_the_configuration_counts(run: Run) -> None:
    run("init")
    ran = run("validate")
    assert (ran.code, ran.out, ran.err) == (0, "2 files: no error\n", "")
    assert 'claims = ["claims"]' in run("config").out
    assert "# factcheck.toml" in run("config").out


def test_the_example_has_a_countered_and_an_uncovered_claim(run: Run) -> None:
    run("init")
    read = read_claim_files(["claims"])
    texts = {statement.key: statement.text for statement in read.statements}
    countered, uncovered = read.claims
    assert countered.expect is not None
    (key,) = countered.expect.counterpoints
    words = [set(re.findall(r"\w+", text.lower())) for text in (countered.text, texts[key])]
    assert len(words[0] & words[1]) >= 5
    assert uncovered.expect is not None
    assert uncovered.expect.uncovered
    for text in texts.values():
        assert not set(uncovered.topics) & set(text.lower().split())


@pytest.mark.model
def test_the_claims_find_what_they_expect(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACTCHECK_STANCE_MODEL")
    run("init")
    ran = run("compare", "-f", "csv", "-k", 5)
    assert ran.code == 0, ran.err
    assert "1 countered" in run("compare").out
    ran = run("check", "--strict")
    assert ran.code == 0, ran.out + ran.err


def test_the_files_fit_the_schemas(run: Run) -> None:
    run("init")
    text = Path("factcheck.toml").read_text()
    config = Draft202012Validator(json.loads(make_schema("config")))
    config.validate(tomllib.loads(text))
    offered = re.sub(r"^# (?=\[|\"|\w+ = )", "", text, flags=re.MULTILINE)
    assert "per_file_ignores" in tomllib.loads(offered)  # what is commented out is sound too
    config.validate(tomllib.loads(offered))
    Path("factcheck.toml").write_text(offered)
    assert run("config").code == 0
    claims = Draft202012Validator(json.loads(make_schema("claims")))
    for name in FILES_WRITTEN[:2]:
        claims.validate(parse_yaml(Path(name).read_bytes(), name).data)


def test_a_second_time_changes_nothing(run: Run) -> None:
    run("init")
    Path("factcheck.toml").write_text("k = 3\n")
    Path("claims/critique/example.yaml").unlink()
    before = contents()
    ran = run("init")
    assert ran.code == 0
    assert ran.out.splitlines()[:3] == [
        "claims/official/example.yaml exists; left alone",
        "claims/critique/example.yaml written",
        "factcheck.toml exists; left alone",
    ]
    assert {name: contents()[name] for name in before} == before


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_is_left_alone(run: Run, target: str) -> None:
    Path("elsewhere").write_text("precious")
    Path("factcheck.toml").symlink_to(target)
    ran = run("init")
    assert ran.code == 0
    assert "factcheck.toml exists; left alone" in ran.out
    assert Path("factcheck.toml").is_symlink()
    assert Path("elsewhere").read_text() == "precious"
    assert not Path("nowhere").exists()


def test_a_broken_configuration_does_not_stop_it(run: Run) -> None:
    Path("factcheck.toml").write_text("k = ")
    assert run("init").code == 0
    assert Path("factcheck.toml").read_text() == "k = "


@pytest.mark.parametrize(
    ("content", "written"),
    [("[tool.factcheck]\nk = 2\n", False), ("[tool.x]\n", True), ("[tool.factcheck", True)],
)
def test_the_table_of_a_project_stays_in_force(run: Run, content: str, written: bool) -> None:
    Path("pyproject.toml").write_text(content)
    ran = run("init")
    assert ran.code == 0
    assert Path("factcheck.toml").exists() is written
    assert ("factcheck.toml left out; pyproject.toml has [tool.factcheck]" in ran.out) != written


def test_another_folder_is_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("init", "a/new place")
    assert ran.code == 0
    assert "a/new place/factcheck.toml written" in ran.out
    assert "Next in a/new place:" in ran.out
    monkeypatch.chdir("a/new place")
    assert run("validate").code == 0


def test_names_cannot_steer_the_screen(run: Run) -> None:
    ran = run("init", "\x1b[31m\u202e")
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out


@pytest.mark.parametrize("name", ["claims", "claims/official", "file/below"])
def test_a_file_where_a_folder_should_be_is_an_error(run: Run, name: str) -> None:
    path = Path(name.split("/below", maxsplit=1)[0])
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    ran = run("init", *([name] if "below" in name else []))
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be made a folder" in ran.err
    assert contents() == {str(path): "mine"}


def fail(number: int) -> Callable[..., NoReturn]:
    def _fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return _fail


def test_a_folder_that_cannot_be_written_to_stays_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", fail(errno.EROFS))
    ran = run("init")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("error: claims/official: cannot be made a folder: Read-only file system\n")
    assert contents() == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_stays_as_it_is(run: Run, work: Path) -> None:
    work.chmod(0o500)
    try:
        ran = run("init")
    finally:
        work.chmod(0o700)
    assert ran.code == 2
    assert contents() == {}


def test_a_full_disk_leaves_no_half_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", fail(errno.ENOSPC))
    ran = run("init")
    assert (ran.code, ran.out) == (2, "")
    assert "claims/official/example.yaml: cannot be written: No space left" in ran.err
    assert contents() == {}


def test_there_is_no_force(run: Run) -> None:
    assert run("init", "--force").code == 2
    assert contents() == {}


class TestSchemaLines:
    def test_none_where_a_clone_would_not_hold_the_schemas(self, run: Run) -> None:
        run("init")
        assert "schema" not in "".join(contents().values())

    @pytest.mark.parametrize("place", ["vendor", ".venv/lib/site-packages"])
    def test_they_point_to_schemas_below_the_folder(
        self, run: Run, work: Path, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        package = work / place / "factcheck" / "schemas"
        shutil.copytree(Path(factcheck.schemas.__file__).parent, package)
        monkeypatch.setattr(factcheck.schemas, "__file__", str(package / "__init__.py"))
        run("init")
        first = {name: contents()[name].splitlines()[0] for name in FILES_WRITTEN}
        if "site-packages" in place:
            assert not any("schema" in line for line in first.values())
            return
        config = f"vendor/factcheck/schemas/{FILES['config']}"
        claims = f"../../vendor/factcheck/schemas/{FILES['claims']}"
        assert first["factcheck.toml"] == f"#:schema ./{config}"
        assert Path(config).is_file()
        for name in FILES_WRITTEN[:2]:
            assert first[name] == f"# yaml-language-server: $schema={claims}"
            assert (Path(name).parent / claims).is_file()
