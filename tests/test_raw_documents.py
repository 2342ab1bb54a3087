"""Raw documents, and folders of them, in `compare` and `check`."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLAIMS, OFFICIAL_FILE, SEEDS, FakeEncoder, Run, needs_seeds
from made_documents import docx, paragraph, pdf
from numpy.typing import NDArray

from factcheck import documents
from factcheck.errors import DocumentError, FactcheckWarning, InputError
from factcheck.inputs import claim_files_among, read_claim_files, read_sides, read_sources
from factcheck.paths import Found, find, names_apart

SPEECH = """\
# The speech of the mayor

1. We noted with concern that the **river** has fallen by 2 metres since the dam was built.

2. The press is free in this town, and 14 newspapers are printed here. Who would deny it?

3. We express our gratitude to the people of the town.
"""
LETTER = """\
The council closed the press of the town on 4 May. Why was nobody asked?

The union said that 9 newspapers were closed by the council.

A hall in the town, on May 6. Photo: Ann Reporter
"""
PAGE = """\
<!doctype html><html lang="en-GB"><head><title>What the river lost | The Daily</title>
<meta property="og:site_name" content="The Daily">
<meta property="article:published_time" content="2021-11-02">
<link rel="canonical" href="https://example.org/river"></head><body><nav><a>Home</a></nav><article>
<h1>What the river lost</h1><p>The river has not fallen at all, the board of the river wrote in its
report of the year, and no dam has taken any water out of it in the ten years that it looked at.</p>
<p>The press of the town was closed in May, and no newspaper has been printed there since then, so
that nobody could tell the people of the town what had happened to the river.</p></article></body>
</html>
"""


class Judge:
    """Takes sentences with a figure for worth checking."""

    threshold = 0.5

    def __init__(self) -> None:
        self.read: list[str] = []

    def checkworthy(
        self, vectors: NDArray[np.float32], texts: Sequence[str], *, encoder_sha256: str
    ) -> NDArray[np.float32]:
        assert len(vectors) == len(texts)
        self.read += texts
        return np.array([any(map(str.isdigit, text)) for text in texts], np.float32)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, fake_model: FakeEncoder) -> Judge:
    made = Judge()
    monkeypatch.setattr("factcheck.checkworthiness.checkworthy", made.checkworthy)
    monkeypatch.setattr("factcheck.checkworthiness.default_model", lambda: made)
    return made


@pytest.fixture
def working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a speech and a letter, and nothing else."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "speech.md").write_text(SPEECH, "utf-8")
    (folder / "letter.txt").write_text(LETTER, "utf-8")
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


def claims_in(out: str) -> list[dict[str, Any]]:
    """The claims of a report, without the place where each is written down."""
    told = [finding["claim"] for finding in json.loads(out)["findings"]]
    return [
        {key: value for key, value in each.items() if key not in {"path", "line", "column"}}
        for each in told
    ]


def sources(out: str) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads(out)["sources"]}


@pytest.mark.usefixtures("working", "judge")
class TestCompare:
    @pytest.mark.parametrize("every", [(), ("--all",)])
    def test_a_document_gives_the_claims_that_extract_gives(
        self, run: Run, every: tuple[str, ...]
    ) -> None:
        Path("page.html").write_text(PAGE, "utf-8")
        drafted = run("extract", "speech.md", "--kind", "official", "-o", "speech.yaml", *every)
        assert drafted.code == 0, drafted.err
        options = ("--against", "page.html", "-f", "json")
        raw = run("compare", "speech.md", *options, *every)
        curated = run("compare", "speech.yaml", *options)
        assert (raw.code, curated.code) == (0, 0), raw.err + curated.err
        assert claims_in(raw.out) == claims_in(curated.out)
        assert len(claims_in(raw.out)) == (4 if every else 2)

    def test_a_claim_is_the_proposition_with_its_quote_and_place(self, run: Run) -> None:
        out = run("compare", "speech.md", "--against", "letter.txt", "-f", "json").out
        first = json.loads(out)["findings"][0]["claim"]
        assert first["text"] == "The river has fallen by 2 metres since the dam was built."
        assert first["quote"]["exact"].startswith("We noted with concern that the river has")
        assert (first["locator"], first["path"]) == ("para. 1", "speech.md")
        line = SPEECH.splitlines()[first["line"] - 1]
        assert line[first["column"] - 1 :].startswith("We noted with concern")

    def test_what_is_taken_is_told_in_one_line(self, run: Run, judge: Judge) -> None:
        against = ("--against", "letter.txt", "-f", "json")
        ran = run("compare", "speech.md", *against)
        assert ran.err == "2 of 4 sentences are worth checking; --all takes all\n"
        assert not any("gratitude" in each for each in judge.read)
        assert run("compare", "speech.md", *against, "-q").err == ""
        every = run("compare", "speech.md", *against, "--all")
        assert (every.err, len(claims_in(every.out))) == ("", 4)

    def test_a_sentence_named_by_its_id_need_not_be_worth_checking(self, run: Run) -> None:
        options = ("--against", "letter.txt", "-f", "json")
        every = claims_in(run("compare", "speech.md", "--all", *options).out)
        name = next(each["id"] for each in every if "gratitude" in each["text"])
        ran = run("compare", "speech.md", "--only", name, *options)
        assert [each["id"] for each in claims_in(ran.out)] == [name]

    def test_a_critique_states_what_it_asserts(self, run: Run) -> None:
        out = run("compare", "speech.md", "--against", "letter.txt", "-f", "json", "--all").out
        told = {
            each["statement"]["text"]: each["statement"]
            for finding in json.loads(out)["findings"]
            for each in finding["counterpoints"]
        }
        assert set(told) == {
            "The council closed the press of the town on 4 May.",
            "9 newspapers were closed by the council.",
        }
        reported = told["9 newspapers were closed by the council."]
        assert (reported["speaker"], reported["locator"]) == ("The union", "para. 2")
        assert (reported["line"], reported["column"]) == (3, 1)

    def test_a_source_has_what_its_document_tells(self, run: Run) -> None:
        Path("page.html").write_text(PAGE, "utf-8")
        lines = [(50, 700 - 14 * n, f"The press was closed in {2001 + n}.") for n in range(3)]
        Path("notes.pdf").write_bytes(pdf([[], lines], info="/Title (Notes)"))
        against = ("--against", "page.html", "--against", "notes.pdf")
        out = run("compare", "speech.md", *against, "-f", "json", "-k", 9).out
        page = sources(out)["page"]
        assert (page["title"], page["publisher"]) == ("What the river lost", "The Daily")
        assert (page["date"], page["url"]) == ("2021-11-02", "https://example.org/river")
        assert page["kind"] == "analysis"
        assert sources(out)["speech"]["title"] == "The speech of the mayor"
        places = {
            (
                each["statement"]["source_id"],
                each["statement"]["locator"],
                each["statement"]["line"],
            )
            for each in json.loads(out)["findings"][0]["counterpoints"]
        }
        assert ("notes", "p. 2, para. 1", 0) in places  # a page, and no line

    def test_metadata_that_no_source_can_hold_are_left_out(self) -> None:
        page = PAGE.replace("https://example.org/river", "http://example.org/river")
        Path("page.html").write_text(page.replace("en-GB", "en"), "utf-8")
        (source,) = read_sources(["page.html"], "statements").sources
        assert (source.url, source.publisher, source.language) == (None, "The Daily", "en")
        assert source.sha256 == hashlib.sha256(Path("page.html").read_bytes()).hexdigest()

    def test_a_document_without_a_title_is_called_by_its_file(self) -> None:
        (source,) = read_sources(["letter.txt"], "claims").sources
        assert (source.id, source.title, source.kind) == ("letter", "letter.txt", "official")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("Who would say so? Would you say so?", "holds no sentence that asserts anything"),
            ("***", "holds no sentence"),
        ],
    )
    def test_a_critique_that_asserts_nothing_is_an_error(
        self, run: Run, text: str, message: str
    ) -> None:
        Path("asked.txt").write_text(text)
        ran = run("compare", "speech.md", "--against", "asked.txt")
        assert (ran.code, ran.err) == (2, f"error: asked.txt: {message}\n")

    def test_claims_of_which_none_is_worth_checking_are_an_error(self, run: Run) -> None:
        Path("thanks.txt").write_text("We thank you all for this. It was a fine day.")
        ran = run("compare", "thanks.txt", "--against", "letter.txt")
        assert ran.code == 2
        assert ran.err.splitlines() == [
            "0 of 2 sentences are worth checking; --all takes all",
            "error: no sentence of the documents is worth checking; --all takes all",
        ]

    def test_claim_files_beside_a_document_are_taken_whole(self, run: Run) -> None:
        Path("official.yaml").write_text(OFFICIAL_FILE.replace("letter/closed", "letter/x"))
        Path("official.yaml").write_text(OFFICIAL_FILE.split("    expect:")[0] + "\n")
        ran = run(
            *("compare", "official.yaml", "speech.md", "--against", "letter.txt", "-f", "json")
        )
        assert ran.code == 0, ran.err
        assert [each["source_id"] for each in claims_in(ran.out)] == ["declaration"] + [
            "speech"
        ] * 2

    def test_a_document_on_both_sides_is_refused(self, run: Run) -> None:
        Path("link.md").symlink_to("speech.md")
        ran = run("compare", "speech.md", "--against", "link.md")
        assert ran.code == 2
        assert ran.err.startswith("error: link.md: is named on both sides")

    def test_hostile_names_and_texts_steer_nothing(self, run: Run) -> None:
        name = "a%0A::error::x]]><script>\u202e|`.txt"
        Path(name).write_text("The \x1b[31mcouncil\x07 closed \u202ethe press in 2004 `|<b>x</b>.")
        ran = run("compare", "speech.md", "--against", name, "-f", "markdown", "--all")
        assert ran.code == 0, ran.err
        assert not {"\x1b", "\x07"} & set(ran.out)
        ran = run("compare", name, "--against", "letter.txt", "--all")
        assert ran.code == 0, ran.err
        assert not {"\x1b", "\x07"} & set(ran.out)


@pytest.mark.usefixtures("working", "judge")
class TestLocked:
    def test_a_lock_cannot_tell_what_is_worth_checking(self, run: Run) -> None:
        assert run("lock", "speech.md", "--against", "letter.txt").code == 0
        for command in ("compare", "check"):
            ran = run(command, "speech.md", "--against", "letter.txt", "--locked")
            assert ran.code == 2
            assert "factcheck extract" in ran.err
            assert "--all" in ran.err

    def test_every_sentence_can_be_compared_by_a_lock(self, run: Run) -> None:
        fake = ("--model", "fake")
        assert run("lock", "speech.md", "--against", "letter.txt", *fake).code == 0
        both = ("compare", "speech.md", "--against", "letter.txt", "--all", "-f", "json", *fake)
        locked = run(*both, "--locked")
        assert locked.code == 0, locked.err
        assert claims_in(locked.out) == claims_in(run(*both).out)


@pytest.mark.usefixtures("working", "judge")
def test_check_takes_documents_and_folders_of_them(run: Run) -> None:
    for folder, name in (("said", "speech.md"), ("answers", "letter.txt")):
        Path(folder).mkdir()
        Path(name).rename(Path(folder, name))
    options = ("--select", "FC302", "--select", "FC401", "-f", "json", "--stance-model", "contrast")
    ran = run("check", "said", "--against", "answers", *options)
    assert ran.code in {0, 1}, ran.err
    assert ran.err == "2 of 4 sentences are worth checking; --all takes all\n"
    told = json.loads(ran.out)
    assert told["summary"]["claims"] == 2
    assert {each["path"] for each in told["diagnostics"]} <= {"said/speech.md"}


@pytest.mark.usefixtures("working")
class TestFolders:
    def test_documents_are_read_where_there_is_no_claim_file(self) -> None:
        Path("texts/deep").mkdir(parents=True)
        Path("texts/.hidden").mkdir()
        for name in ("a.txt", "deep/b.MD", ".c.txt", ".hidden/d.txt", "~$e.docx"):
            Path("texts", name).write_text(LETTER)
        Path("texts/f.docx").write_bytes(docx(paragraph("The council met 9 times in the year.")))
        with pytest.warns(FactcheckWarning, match=r"1 file is of no kind .*~\$e\.docx"):
            found = read_sources(["texts"], "statements")
        assert [each.id for each in found.sources] == ["a", "b", "f"]
        assert {each.path for each in found.statements} == {
            *("texts/a.txt", "texts/deep/b.MD", "texts/f.docx")
        }

    def test_what_is_passed_over_is_told_once(self, run: Run, judge: Judge) -> None:
        for folder in ("said", "answers"):
            Path(folder).mkdir()
            for n in range(4):
                Path(folder, f"{n}.xlsx").write_text("x")
        Path("speech.md").rename("said/speech.md")
        Path("letter.txt").rename("answers/letter.txt")
        ran = run("compare", "said", "--against", "answers", "-q")
        assert ran.code == 0
        assert ran.err.splitlines() == [
            f"warning: 4 files are of no kind that is read, and passed over: {folder}/0.xlsx, "
            f"{folder}/1.xlsx, {folder}/2.xlsx, {folder}/3.xlsx"
            for folder in ("said", "answers")
        ]

    def test_documents_beside_claim_files_are_not_read(self, folder: Path) -> None:
        Path("claims/README.md").write_text(SPEECH)
        Path("claims/texts").mkdir()
        Path("claims/texts/letter.txt").write_text(LETTER)
        assert read_sources(["claims"], "claims") == read_sides(["claims"], None)[0]
        assert [each.id for each in read_sources(["claims"], "claims").sources] == [
            *("letter", "declaration")
        ]
        assert len(read_claim_files(["claims"]).sources) == 2

    def test_the_bundled_folder_gives_its_claim_files_alone(self) -> None:
        found = read_sources([CLAIMS], "claims")
        assert not found.readings
        assert {Path(each.path or "").suffix for each in found.claims} == {".yaml"}

    def test_a_folder_with_nothing_to_read_is_an_error(self) -> None:
        Path("empty/deep").mkdir(parents=True)
        Path("empty/deep/table.xlsx").write_text("x")
        with pytest.raises(InputError, match=r"empty: the folder holds no claim file .*\.pdf"):
            read_sources(["empty"], "claims")
        with pytest.raises(InputError, match="empty: the folder holds no claim file"):
            read_claim_files(["empty"])

    def test_a_folder_of_documents_holds_no_claim_files(self) -> None:
        assert claim_files_among(["."]) == []

    def test_all_documents_that_cannot_be_read_are_told(self, run: Run) -> None:
        Path("scan.pdf").write_bytes(pdf([[], []]))
        Path("broken.docx").write_bytes(b"PK\x03\x04 word/")
        ran = run("compare", ".", "--against", "letter.txt", "--all")
        assert ran.code == 2
        assert "letter.txt: is named on both sides" in ran.err
        Path("answers").mkdir()
        Path("letter.txt").rename("answers/letter.txt")
        ran = run("compare", "scan.pdf", "broken.docx", "--against", "answers", "--all")
        assert (ran.code, ran.out) == (2, "")
        first, second = ran.err.splitlines()
        assert first.startswith("error: scan.pdf: holds no text")
        assert second.startswith("broken.docx: is a damaged or cut-off ZIP archive")

    def test_files_of_one_name_are_told_apart(self) -> None:
        for name in ("a/letter.txt", "b/letter.txt", "b/deep/letter.txt", "b/speech.txt"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(LETTER)
        Path("b/letter.md").write_text(LETTER)
        given, critique = read_sides(["a", "speech.md"], ["b"])
        assert [each.id for each in given.sources] == ["a-letter", "speech-md"]
        assert [each.id for each in critique.sources] == [
            *("deep-letter", "letter-md", "b-letter-txt", "speech-txt")
        ]

    def test_names_that_give_the_same_id_are_told_apart_by_their_hash(self) -> None:
        files = [Found(Path(name), name, Path(name)) for name in ("a b.txt", "a?b.txt", "a-b.txt")]
        names = names_apart(files)
        assert len(set(names.values())) == 3
        assert names == names_apart(reversed(files))
        assert all(name.startswith("a-b-txt-") for name in names.values())

    def test_no_document_of_an_input_folder_is_overwritten(self, run: Run, judge: Judge) -> None:
        Path("said").mkdir()
        Path("speech.md").rename("said/speech.md")
        ran = run("compare", "said", "--against", "letter.txt", "-f", "csv", "-o", "said/speech.md")
        assert ran.code == 2
        assert "is one of the inputs" in ran.err
        assert Path("said/speech.md").read_text() == SPEECH

    def test_a_folder_that_cannot_be_listed_is_an_error(self, monkeypatch: Any) -> None:
        def refuse(folder: Path) -> list[Path]:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("factcheck.paths.files_below", refuse)
        with pytest.raises(InputError, match="cannot be read: Permission denied"):
            find(["."], documents.LOADERS)


def test_a_line_that_comes_hundreds_of_times_takes_no_hours(working: Path) -> None:
    # Each of them told apart from all others by what is around it would take minutes.
    Path("many.txt").write_text("The press is free in 3 towns.\n\n" * 600)
    found = read_sources(["many.txt"], "claims").claims
    assert len({each.id for each in found}) == 600
    assert {each.quote.exact for each in found if each.quote} == {"The press is free in 3 towns."}
    assert [each.line for each in found[:3]] == [1, 3, 5]


class TestLargeTexts:
    """The bound is 20 MiB; here it is small."""

    @pytest.fixture(autouse=True)
    def _bounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "MAX_BYTES", 64)
        monkeypatch.setattr(documents, "MAX_TOLD", 8000)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
    def test_the_first_part_of_a_text_is_read(self, encoding: str) -> None:
        text = "Eins zwei.\n\nDrei vier.\n\nFuenf."
        raw = (text + "\n\nSechs sieben acht neun zehn." * 50).encode(encoding)
        document = documents.load_file(io.BytesIO(raw), "a.txt")
        assert text.startswith(document.text) or document.text.startswith(text)
        assert document.text.startswith("Eins")
        assert document.text.endswith((".", "s", "r"))
        assert document.sha256 == hashlib.sha256(raw).hexdigest()
        assert "larger than" in document.warnings[0]
        assert "split it" in document.warnings[0]

    def test_a_letter_cut_in_two_is_no_damage(self) -> None:
        raw = ("x" + "é" * 600).encode()
        document = documents.load_file(io.BytesIO(raw), "a.txt")
        assert document.text == "x" + "é" * 31
        assert not any("not UTF-8" in each for each in document.warnings)

    def test_a_line_without_end_is_cut_at_a_word(self) -> None:
        document = documents.load_file(io.BytesIO(b"word " * 100), "a.md", ".md")
        assert document.text == " ".join(["word"] * 12)

    @pytest.mark.parametrize(
        ("raw", "suffix"),
        [(b"words " * 2000, ".txt"), (b"<html>" * 100, ".txt"), (b"x" * 99, ".pdf")],
    )
    def test_what_is_far_too_large_or_no_text_is_refused(self, raw: bytes, suffix: str) -> None:
        with pytest.raises(DocumentError, match=r"a: the file is larger than .*; split it"):
            documents.load_file(io.BytesIO(raw), "a", suffix)

    def test_compare_says_so(self, run: Run, working: Path, judge: Judge) -> None:
        Path("said.txt").write_text("The press is free in 3 towns.\n\n" * 20)
        Path("answer.txt").write_text("The press was closed.")
        ran = run("compare", "said.txt", "--against", "answer.txt", "-f", "json")
        assert ran.code == 0
        assert ran.err.startswith("warning: said.txt: the text has ")
        assert [each["text"] for each in claims_in(ran.out)] == [
            "The press is free in 3 towns."
        ] * 2

    def test_standard_input_is_bounded_too(
        self, run: Run, working: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("answer.txt").write_text("The press was closed.")
        reader, writer = os.pipe()
        os.write(writer, b"The press is free in 3 towns.\n\n" * 20)
        os.close(writer)
        with os.fdopen(reader) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            ran = run("compare", "-", "--against", "answer.txt", "-f", "json")
        assert ran.code == 0, ran.err
        assert "warning: stdin: the text has" in ran.err


@pytest.mark.model
@needs_seeds
def test_a_sample_document_gives_the_claims_of_its_draft(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, name in (("002", "baku.txt"), ("004", "article.txt")):
        (path,) = SEEDS.glob(f"{number}*.txt")
        Path(name).write_bytes(path.read_bytes())
    assert run("extract", "baku.txt", "--kind", "official", "-o", "baku.yaml").code == 0
    options = ("--against", "article.txt", "-f", "json")
    raw, curated = (run("compare", name, *options) for name in ("baku.txt", "baku.yaml"))
    assert claims_in(raw.out) == claims_in(curated.out)
    assert len(claims_in(raw.out)) >= 6
    assert "sentences are worth checking" in raw.err
