"""A folder of documents to a folder of claim files, and the hint by which editors find the schema.

Nothing here scores sentences: every one is proposed, and no model is loaded.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import Ran, Run

import factcheck.schemas
from factcheck.claims import read_claim_file
from factcheck.drafting.hints import NO_SCHEMA, hint_of
from factcheck.records import ClaimFile
from factcheck.schemas import FILES, read_schema

SCHEMA = FILES["claims"]
Extract = Callable[..., Ran]


@pytest.fixture(autouse=True)
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an empty folder of documents."""
    work = tmp_path / "work"
    (work / "docs").mkdir(parents=True)
    (work / ".git").mkdir()
    monkeypatch.chdir(work)
    return Path("docs")


@pytest.fixture
def extract(run: Run) -> Extract:
    """`factcheck extract` with all sentences and no model."""

    def _extract(*arguments: str) -> Ran:
        return run("extract", *arguments, "--kind", "ngo", "--all", "--model", "none")

    return _extract


def write(name: str, year: int = 1901) -> Path:
    path = Path("docs") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"The mayor of the old town has opened the new bridge in {year}.\n"
    path.write_text(f"<p>{text}</p>" if path.suffix == ".html" else text)
    return path


def content(path: Path | str) -> ClaimFile:
    read = read_claim_file(Path(path).read_bytes(), str(path))
    assert not read.problems, read.problems
    assert read.content is not None
    return read.content


def held() -> dict[str, str]:
    """The year that each claim file is about."""
    return {
        path.name: yaml.safe_load(path.read_text())["statements"][0]["text"][-5:-1]
        for path in sorted(Path("out").glob("*.yaml"))
    }


def test_each_document_gets_a_claim_file_that_validates(run: Run, extract: Extract) -> None:
    write("letter.txt", 1901)
    write("below/report.md", 1902)
    ran = extract("docs", "-o", "out/new")
    assert ran.code == 0
    assert ran.out == ""
    assert "docs: 2 of 2 documents drafted" in ran.err
    assert content("out/new/letter.yaml").source.document == "../../docs/letter.txt"
    assert content("out/new/report.yaml").source.id == "report"
    assert "2 quotes checked: no error" in run("validate", "out").out


def test_what_is_no_document_is_passed_over_in_a_warning(extract: Extract) -> None:
    write("letter.txt")
    for name in ("old.yaml", "x.YML", "notes.xyz", "~$letter.docx", ".hidden.txt", "evil\x1b.bin"):
        Path("docs", name).write_text("x: y")
    ran = extract("docs", "-o", "out")
    assert ran.code == 0
    assert "warning: docs: 2 claim files passed over: old.yaml, x.YML" in ran.err
    assert "warning: docs: 3 other files passed over: evil\\x1b.bin, notes.xyz, ~$" in ran.err
    assert [path.name for path in Path("out").iterdir()] == ["letter.yaml"]


def test_a_broken_document_is_told_and_the_rest_is_done(run: Run, extract: Extract) -> None:
    write("a.txt")
    Path("docs/b.pdf").write_bytes(b"%PDF-1.4 nothing more")
    Path("docs/c.docx").write_bytes(b"\x00\xff")
    os.mkfifo("docs/d.txt")
    Path("docs/e.txt").write_text("")
    write("f.txt", 1902)
    ran = extract("docs", "-o", "out")
    assert ran.code == 2
    for name in ("b.pdf", "c.docx", "d.txt"):
        assert f"error: docs/{name}: " in ran.err
    assert "warning: docs/e.txt: holds no sentence" in ran.err
    assert "2 of 6 documents drafted, 3 failed, 1 with nothing to check" in ran.err
    assert held() == {"a.yaml": "1901", "f.yaml": "1902"}
    assert run("validate", "out").code == 0


def test_a_claim_file_that_cannot_be_merged_with_is_as_it_was(extract: Extract) -> None:
    write("a.txt")
    write("b.txt", 1902)
    Path("out").mkdir()
    Path("out/a.yaml").write_text("my: notes\n")
    ran = extract("docs", "-o", "out")
    assert ran.code == 2
    assert "out/a.yaml: exists and is no claim file; left alone" in ran.err
    assert Path("out/a.yaml").read_text() == "my: notes\n"
    assert content("out/b.yaml").source.id == "b"


def test_a_full_disk_leaves_no_half_file(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.txt")
    write("b.txt", 1902)
    left = iter([None, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))])

    def fsync(_: int) -> None:
        if error := next(left):
            raise error

    monkeypatch.setattr("os.fsync", fsync)
    ran = extract("docs", "-o", "out")
    assert ran.code == 2
    assert "out/b.yaml: cannot be written: No space left" in ran.err
    assert [path.name for path in Path("out").iterdir()] == ["a.yaml"]


def test_same_names_are_told_apart(extract: Extract) -> None:
    write("letter.txt", 1901)
    write("letter.html", 1902)
    write("a/report.txt", 1903)
    write("b/report.txt", 1904)
    write("Ünïted (1).txt", 1905)
    write("united-1.txt", 1906)
    assert extract("docs", "-o", "out").code == 0
    assert held() == {
        "letter-txt.yaml": "1901",
        "letter-html.yaml": "1902",
        "a-report.yaml": "1903",
        "b-report.yaml": "1904",
        "united-1--txt.yaml": "1905",
        "united-1-txt.yaml": "1906",
    }
    before = {path: path.read_bytes() for path in Path("out").iterdir()}
    assert extract("docs", "-o", "out").code == 0
    assert {path: path.read_bytes() for path in Path("out").iterdir()} == before


def test_a_document_keeps_its_file_when_others_come(extract: Extract) -> None:
    write("letter.txt", 1901)
    extract("docs", "-o", "out")
    Path("out/letter.yaml").rename("out/mine.yaml")
    write("letter.html", 1902)
    write("a/letter.txt", 1903)
    Path("docs/letter.txt").write_text(Path("docs/letter.txt").read_text() + "It fell in 1999.\n")
    assert extract("docs", "-o", "out").code == 0
    assert held() == {
        "mine.yaml": "1901",
        "letter-html.yaml": "1902",
        "a-letter.yaml": "1903",
    }
    assert len(content("out/mine.yaml").statements or ()) == 2


def test_a_document_that_moved_keeps_its_file_which_follows_it(run: Run, extract: Extract) -> None:
    write("letter.txt", 1901)
    extract("docs", "-o", "out")
    before = Path("out/letter.yaml").read_text()
    Path("docs/letter.txt").rename("docs/speech.txt")
    assert extract("docs", "-o", "out").code == 0
    assert list(held()) == ["letter.yaml"]
    after = Path("out/letter.yaml").read_text()
    assert after == before.replace("docs/letter.txt", "docs/speech.txt")
    assert run("validate", "out").code == 0


def test_a_new_source_takes_no_id_that_another_file_gives(run: Run, extract: Extract) -> None:
    write("letter.txt", 1901)
    extract("docs", "-o", "out")
    Path("out/letter.yaml").rename("out/mine.yaml")  # its source is still called letter
    Path("docs/letter.txt").rename("docs/other.txt")
    write("letter.txt", 1902)
    extract("docs", "-o", "out")
    assert held() == {"mine.yaml": "1901", "letter-2.yaml": "1902"}
    assert run("validate", "out").code == 0


def test_a_document_outside_the_folders_merges_with_its_file_too(
    extract: Extract, tmp_path: Path
) -> None:
    write("letter.txt")
    shutil.move("docs", tmp_path / "elsewhere")
    folder = str(tmp_path / "elsewhere")
    assert extract(folder, "-o", "out").code == 0
    assert content("out/letter.yaml").source.document is None
    letter = tmp_path / "elsewhere" / "letter.txt"
    letter.write_text(letter.read_text() + "It has fallen into the river in 1999.\n")
    assert extract(folder, "-o", "out").code == 0
    assert len(content("out/letter.yaml").statements or ()) == 2


def test_of_two_that_are_the_same_one_is_drafted(extract: Extract) -> None:
    write("letter.txt")
    write("z/copy.txt")
    ran = extract("docs", "-o", "out")
    assert ran.code == 0
    assert "docs/z/copy.txt: passed over; it is the same as docs/letter.txt" in ran.err
    assert list(held()) == ["letter.yaml"]


def test_links_lead_nowhere_twice(extract: Extract) -> None:
    write("letter.txt")
    Path("docs/loop").symlink_to(".")
    Path("docs/gone.txt").symlink_to("nowhere")
    ran = extract("docs", "-o", "out")
    assert ran.code == 2
    assert "docs/gone.txt" in ran.err
    assert list(held()) == ["letter.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["docs"], "docs: is a folder; name one for its claim files by -o"),
        (["docs", "-o", ""], "an empty path: is no folder"),
        (["docs", "-o", "docs/letter.txt"], "is no folder; name one for the drafts"),
        (["docs", "-o", "docs/letter.txt/x"], "cannot be made a folder"),
        (["empty", "-o", "out"], "empty: holds no document"),
        (["thanks", "-o", "out"], "thanks: no document of it holds a sentence"),
    ],
)
def test_what_cannot_be_done_is_an_error(
    extract: Extract, arguments: list[str], message: str
) -> None:
    write("letter.txt")
    Path("empty").mkdir()
    Path("thanks").mkdir()
    Path("thanks/a.txt").write_text("Hi.\n")
    ran = extract(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert not list(Path("out").glob("*"))


class TestHints:
    def test_a_draft_points_to_the_schema_of_its_project(self, extract: Extract) -> None:
        write("letter.txt")
        Path("claims/ngo").mkdir(parents=True)
        Path("claims", SCHEMA).write_text(read_schema("claims"))
        extract("docs", "-o", "claims/ngo")
        first, *_ = Path("claims/ngo/letter.yaml").read_text().splitlines()
        assert first == f"# yaml-language-server: $schema=../{SCHEMA}"

    def test_without_one_it_tells_how_to_come_by_it_and_later_takes_it(
        self, run: Run, extract: Extract
    ) -> None:
        letter = write("letter.txt")
        extract("docs", "-o", "out")
        before = Path("out/letter.yaml").read_text()
        assert before.splitlines()[0] == NO_SCHEMA
        assert f"factcheck schema claims > {SCHEMA}" in NO_SCHEMA
        Path("out", SCHEMA).write_text(run("schema", "claims").out)
        assert extract(str(letter), "-o", "out/letter.yaml").code == 0
        hint = f"# yaml-language-server: $schema={SCHEMA}"
        assert Path("out/letter.yaml").read_text() == before.replace(NO_SCHEMA, hint)

    @pytest.mark.parametrize("line", ["# yaml-language-server: $schema=my.json", "# mine", ""])
    def test_a_first_line_of_the_curator_is_kept(self, extract: Extract, line: str) -> None:
        letter = write("letter.txt")
        extract("docs", "-o", "out")
        file = Path("out/letter.yaml")
        file.write_text(file.read_text().replace(NO_SCHEMA, line))
        Path("out", SCHEMA).write_text(read_schema("claims"))
        letter.write_text(letter.read_text() + "It has fallen into the river in 1999.\n")
        assert extract("docs", "-o", "out").code == 0
        assert file.read_text().startswith(f"{line}\nversion: 1\n")
        assert "1999" in file.read_text()

    def test_standard_output_lies_nowhere(self, extract: Extract) -> None:
        Path(SCHEMA).write_text(read_schema("claims"))
        assert extract(str(write("letter.txt"))).out.startswith("version: 1\n")

    @pytest.mark.parametrize("place", ["vendor", ".venv/lib/site-packages"])
    def test_a_clone_points_to_its_own_and_never_to_an_installed_one(
        self, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        package = Path.cwd() / place / "factcheck" / "schemas"
        shutil.copytree(Path(factcheck.schemas.__file__).parent, package)
        monkeypatch.setattr(factcheck.schemas, "__file__", str(package / "__init__.py"))
        hint = hint_of(Path("claims/ngo/letter.yaml"))
        if place == "vendor":
            way = f"../../vendor/factcheck/schemas/{SCHEMA}"
            assert hint == f"# yaml-language-server: $schema={way}"
        else:
            assert hint == NO_SCHEMA

    def test_what_lies_above_the_repository_is_not_looked_at(self, tmp_path: Path) -> None:
        (tmp_path / SCHEMA).write_text("{}")
        assert hint_of(Path("out/letter.yaml")) == NO_SCHEMA

    def test_without_a_repository_the_working_folder_bounds_the_search(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare = tmp_path / "bare"
        bare.mkdir()
        monkeypatch.chdir(bare)
        (tmp_path / SCHEMA).write_text("{}")
        assert hint_of(Path("a/b/letter.yaml")) == NO_SCHEMA
        Path(SCHEMA).write_text("{}")
        assert hint_of(Path("a/b/letter.yaml")).endswith(f"$schema=../../{SCHEMA}")
