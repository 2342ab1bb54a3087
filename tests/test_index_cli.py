"""`factcheck index`, and the options by which compare and check search an index."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import OFFICIAL_FILE, Run
from index_made import full, keys, statements

from factcheck.errors import ClaimFileError, EmptyInputError, InputError
from factcheck.index import extra
from factcheck.index.corpus import IndexCorpus
from factcheck.index.entries import source_fields, statement_fields
from factcheck.index.reading import items_of, statements_of
from factcheck.index.table import open_table
from factcheck.records import Statement

pytestmark = pytest.mark.usefixtures("fake_model")


def as_row(statement: Statement) -> dict[str, Any]:
    """A statement as a row of JSON lines, its source as an object."""
    told = json.loads(statement.model_dump_json(exclude={"path", "line", "column"}))
    return {key: value for key, value in told.items() if value not in (None, [])}


def write_lines(path: Path, rows: list[Any]) -> None:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), "utf-8", errors="surrogatepass")


def read(*paths: str) -> list[Statement]:
    return list(statements_of(items_of(paths)))


def test_build_add_info_remove_compact_verify(folder: Path, run: Run) -> None:
    built = run("index", "build", "claims", "-o", "idx")
    assert (built.code, built.out) == (0, "")
    assert built.err == "idx: 3 statements added (3 texts encoded)\n"
    again = run("index", "build", "claims", "-o", "idx")
    assert again.err == "idx: 0 statements added (0 texts encoded), 3 there already\n"
    write_lines(folder / "more.jsonl", [as_row(each) for each in statements(5)])
    assert "5 statements added" in run("index", "add", "idx", "more.jsonl").err
    told = run("index", "info", "idx").out
    assert "statements:  8 (1 analysis, 6 ngo, 1 press)\n" in told
    assert "sources:     5\n" in told
    assert "words:       indexed\n" in told
    figures = json.loads(run("index", "info", "idx", "--format", "json").out)
    assert (figures["rows"], figures["texts"], figures["header"]["encoder"]) == (
        8,
        8,
        "fake",
    )
    removed = run("index", "remove", "idx", "--source", "s00", "--key", "s01/n0001")
    assert removed.err == "idx: 3 statements removed\n"
    assert run("index", "remove", "idx", "--where", "id = 'closed'").err.startswith("idx: 1 statem")
    assert keys(folder / "idx") == ["letter/other", "letter/praise", "s02/n0002", "s03/n0003"]
    assert "files, " in run("index", "compact", "idx", "--older-than", "0").err
    assert "fewer than 50,000 texts" in run("index", "compact", "idx", "--ann").err
    verified = run("index", "verify", "idx")
    assert (verified.code, verified.out) == (0, "sound: 4 rows read, 4 texts encoded anew\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["info", "nowhere"], "nowhere: there is no index; make one by: factcheck index build"),
        (["add", "nowhere", "claims"], "nowhere: there is no index"),
        (["build", "nowhere", "-o", "idx"], "nowhere: no such file or folder"),
        (["build", "claims/official.yaml", "-o", "idx"], "no statement among these"),
        (["build", "claims", "-o", ""], "an empty path was given for the index"),
        (["build", "claims", "-o", "claims/letter.yaml"], "is a file; an index is a folder"),
        (["remove", "made"], "name what to remove by --source, --key or --where"),
        (["remove", "made", "--source", "x'; --"], "holds no such statement"),
        (["remove", "made", "--where", "nope = 1"], "--where names 'nope'"),
    ],
)
def test_what_cannot_be_done_is_told(
    folder: Path, run: Run, arguments: list[str], message: str
) -> None:
    run("index", "build", "claims", "-o", "made")
    ran = run("index", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert message in ran.err
    assert len(keys(folder / "made")) == 3


def test_what_is_unsound_fails_the_verification(folder: Path, run: Run) -> None:
    run("index", "build", "claims", "-o", "idx")
    data = open_table("idx").data
    (row,) = data.to_table(filter="id = 'closed'").to_pylist()
    data.delete("id = 'closed'")
    pa = extra.arrow()
    data.insert(pa.Table.from_pylist([row | {"text": "Other."}], schema=data.schema))
    ran = run("index", "verify", "idx")
    assert ran.code == 1
    assert "the text is not that of its hash: letter/closed\n" in ran.out
    assert ran.out.endswith(
        "mend it by:\n  factcheck index remove idx --key letter/closed\n"
        "  factcheck index add idx CORPUS\n"
    )
    told = json.loads(run("index", "verify", "idx", "--format", "json", "--sample", "0").out)
    assert told["faults"][0]["keys"] == ["letter/closed"]
    assert told["encoded"] == 0


@pytest.mark.parametrize("stance", ["none", "fake"])
@pytest.mark.parametrize("format_", ["json", "terminal", "markdown", "csv", "html"])
def test_compare_gives_the_same_by_an_index(
    folder: Path, run: Run, format_: str, stance: str
) -> None:
    run("index", "build", "claims", "-o", "idx")
    options = ["-f", format_, "--stance-model", stance]
    files = run("compare", "claims", *options)
    index = run("compare", "claims", "--index", "idx", *options)
    assert (files.code, index.code, index.err) == (0, 0, files.err)
    if format_ == "json":
        mine, theirs = json.loads(files.out), json.loads(index.out)
        assert mine["run"].pop("index") is None
        assert theirs["run"].pop("index") == {
            "where": None,
            "retrieve": "dense",
            "approximate": False,
            "recall": None,
        }
        assert json.dumps(mine) == json.dumps(theirs)
    elif format_ == "csv":
        assert files.out == index.out
    else:
        assert "an index searched by vectors" in " ".join(index.out.split())


def test_check_decides_the_same_by_an_index(folder: Path, run: Run) -> None:
    run("index", "build", "claims", "-o", "idx")
    options = ["--stance-model", "fake", "--select", "ALL", "-f", "json", "--today", "2026-01-01"]
    files = run("check", "claims", *options)
    index = run("check", "claims", "--index", "idx", *options)
    assert (files.code, files.out) == (index.code, index.out)
    page = run("check", "claims", "--index", "idx", "--stance-model", "fake", "-f", "html")
    assert "an index searched by vectors" in page.out


def test_filters_and_kinds_narrow_an_index(folder: Path, run: Run) -> None:
    write_lines(folder / "more.jsonl", [as_row(each) for each in statements(9)])
    run("index", "build", "claims", "more.jsonl", "-o", "idx")
    by_kind = run("compare", "claims", "--index", "idx", "--kind", "press", "-f", "json", "-k", "9")
    found = {
        counterpoint["statement"]["source_id"]
        for finding in json.loads(by_kind.out)["findings"]
        for counterpoint in finding["counterpoints"]
    }
    assert found == {"s01"}
    ran = run("compare", "claims", "--index", "idx", "--where", "source = 's02'", "-v")
    assert "2 claims, 2 statements" in ran.err
    assert "where source = 's02'." in " ".join(ran.out.split())
    words = run("compare", "claims", "--index", "idx", "--retrieve", "hybrid", "-f", "json")
    assert json.loads(words.out)["run"]["index"]["retrieve"] == "hybrid"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--where", "kind = 'ngo'"], "--where needs --index INDEX"),
        (["--ann"], "--ann needs --index INDEX"),
        (["--index", "idx", "--against", "claims"], "--against and --index do not go together"),
        (["--index", "idx", "--locked"], "--locked and --index do not go together"),
        (["--index", "idx", "--where", "kid = 1"], "--where names 'kid'; did you mean 'kind'?"),
        (["--index", "idx", "--where", "line = 'x'"], "--where cannot be understood"),
        (["--index", "idx", "--where", "kind = 'x'"], "holds no statement that --where"),
        (["--index", "other"], "other: there is no index"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "check"])
def test_options_that_do_not_go_together_are_refused(
    folder: Path, run: Run, command: str, options: list[str], message: str
) -> None:
    run("index", "build", "claims", "-o", "idx")
    ran = run(command, "claims", *options, *(["--select", "FC201"] if command == "check" else []))
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_configured_against_gives_way_to_an_index(folder: Path, run: Run) -> None:
    (folder / "factcheck.toml").write_text('against = ["claims/letter.yaml"]\n')
    run("index", "build", "claims", "-o", "idx")
    assert run("compare", "claims", "--index", "idx").code == 0


def test_claims_are_needed_beside_an_index(folder: Path, run: Run) -> None:
    run("index", "build", "claims", "-o", "idx")
    ran = run("compare", "claims/letter.yaml", "--index", "idx")
    assert ran.code == 2
    assert "no claim among these" in ran.err


def test_a_build_that_was_stopped_is_told_of(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("factcheck.index.building.finish_words", lambda _table: 1 / 0)
        assert run("index", "build", "claims", "-o", "idx").code == 2
    assert "unfinished:  a build was stopped" in run("index", "info", "idx").out
    ran = run("compare", "claims", "--index", "idx")
    assert ran.code == 0
    assert "warning: idx: a build was stopped before its end" in ran.err
    run("index", "build", "claims", "-o", "idx")
    assert "unfinished" not in run("index", "info", "idx").out


def test_without_the_extra_the_commands_say_what_to_install(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("index", "build", "claims", "-o", "idx")
    for missing in ("lance", "pyarrow"):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, missing, None)
            for words in (
                ["index", "build", "claims", "-o", "idx"],
                ["index", "info", "idx"],
                ["compare", "claims", "--index", "idx"],
                ["check", "claims", "--index", "idx", "--select", "FC201"],
            ):
                ran = run(*words)
                assert ran.code == 2
                assert "pip install 'factcheck-cli[index]'" in ran.err, words


def test_other_commands_import_nothing_of_it() -> None:
    import subprocess

    script = (
        "import sys\nfrom factcheck.cli import main\nmain(['compare', '--help'])\n"
        "main(['index', 'build', '--help'])\n"
        "sys.exit(bool({'lance', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0  # noqa: PLW1510


def test_rows_hold_all_that_a_statement_has(folder: Path) -> None:
    every = [full(), *statements(3)]
    write_lines(folder / "a.jsonl", [as_row(each) for each in every])
    found = read("a.jsonl")
    assert [each.model_copy(update={"path": None, "line": 0, "column": 0}) for each in found] == [
        each.model_copy(update={"path": None, "line": 0, "column": 0}) for each in every
    ]
    assert [(each.path, each.line, each.column) for each in found] == [
        ("a.jsonl", n, 1) for n in range(1, 5)
    ]


def test_parquet_gives_what_json_lines_give(folder: Path) -> None:
    pa = extra.arrow()
    from pyarrow import parquet

    flat = []
    for each in [full(), *statements(3)]:
        row = source_fields(each.source) | statement_fields(each) | {"text": each.text}
        keep = ("id", "text", "source", "kind", "title", "publisher", "date", "language", "url")
        flat.append({name: row[name] for name in (*keep, "topics", "speaker", "locator")})
    parquet.write_table(pa.Table.from_pylist(flat), folder / "a.parquet")
    write_lines(
        folder / "a.jsonl", [row | {"date": row["date"] and str(row["date"])} for row in flat]
    )
    bare = {"path": None, "line": 0, "column": 0}
    of_parquet = [each.model_copy(update=bare) for each in read("a.parquet")]
    assert of_parquet == [each.model_copy(update=bare) for each in read("a.jsonl")]
    assert of_parquet[0].source.publisher == "Union ]]>"
    assert of_parquet[0].topics == ("media", "law")


GOOD = {"id": "a", "text": "The press was closed.", "source": "letter", "kind": "ngo"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "is no object with the fields"),
        ("7", "is no object"),
        ({**GOOD, "id": "A b"}, "id 'A b' may hold"),
        ({**GOOD, "text": "a\x00b"}, "control character"),
        ({**GOOD, "text": "\ud800"}, "surrogate|U\\+D800|unicode"),
        ({**GOOD, "text": "x" * 10_001}, "10"),
        ({**GOOD, "text": None}, "'text' or 'quote' is missing"),
        ({**GOOD, "text": 7}, "text must be a text"),
        ({**GOOD, "source": None}, "'source' is missing"),
        ({**GOOD, "kind": None}, "'kind'"),
        ({**GOOD, "kind": "official"}, "an official source holds claims"),
        ({**GOOD, "date": "soon"}, "write it as 2024-11-23"),
        ({**GOOD, "url": "javascript:alert(1)"}, "is no https URL"),
        ({**GOOD, "source": {"id": "x", "kind": "ngo", "title": "t", "more": 1}}, "'more'"),
        ('{"id": "a", "text": "' + "x" * 2_000_000 + '"}', "is longer than 1,048,576 bytes"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_nothing_after_it_goes_in(
    folder: Path, run: Run, row: Any, message: str
) -> None:
    write_lines(folder / "bad.jsonl", [GOOD, "", row, {**GOOD, "id": "c"}])
    ran = run("index", "build", "bad.jsonl", "-o", "idx")
    assert ran.code == 2
    assert "bad.jsonl:3:1: " in ran.err
    import re

    assert re.search(message, ran.err)
    assert not any(part in ran.err for part in ("Traceback", "\x00"))
    assert keys(folder / "idx") in ([], ["letter/a"])


def test_many_bad_rows_are_told_at_once(folder: Path) -> None:
    write_lines(folder / "bad.jsonl", [GOOD, *[{**GOOD, "id": "B"}] * 80])
    with pytest.raises(ClaimFileError) as caught:
        read("bad.jsonl")
    assert len(caught.value.problems) == 50


def test_rows_that_are_no_utf8_are_told(folder: Path) -> None:
    (folder / "bad.jsonl").write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(ClaimFileError, match=r"bad\.jsonl:1:1: is no JSON"):
        read("bad.jsonl")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"nonsense" * 100])
def test_what_is_no_parquet_is_told(folder: Path, content: bytes) -> None:
    (folder / "bad.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.parquet: cannot be read as Parquet"):
        read("bad.parquet")


def test_a_bad_row_of_parquet_is_told_by_its_number(folder: Path) -> None:
    pa = extra.arrow()
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist([GOOD, {**GOOD, "id": "B"}]), folder / "bad.parquet")
    with pytest.raises(ClaimFileError, match=r"^bad\.parquet: row 2: id 'B'"):
        read("bad.parquet")


def test_fields_that_are_not_read_are_named_once(folder: Path, run: Run) -> None:
    write_lines(folder / "a.jsonl", [{**GOOD, "id": name, "author_x": 1} for name in "abc"])
    ran = run("index", "build", "a.jsonl", "-o", "idx")
    assert ran.code == 0
    assert ran.err.count("fields that are not read: 'author_x'") == 1


def test_documents_and_folders_are_read_as_compare_reads_them(folder: Path, run: Run) -> None:
    (folder / "docs" / "deep").mkdir(parents=True)
    (folder / "docs" / "a.txt").write_text("The press was closed. Why was it closed?\n")
    (folder / "docs" / "deep" / "a.md").write_text("# Head\n\nThe court was silent for years.\n")
    write_lines(folder / "docs" / "rows.jsonl", [GOOD])
    assert run("index", "build", "docs", "-o", "idx").code == 0
    assert (
        keys(folder / "idx") == ["a-md/p1s1", "a-txt/p1s1", "letter/a"]
        or len(keys(folder / "idx")) == 3
    )
    options = ["-f", "json", "-k", "9"]
    (folder / "docs" / "rows.jsonl").unlink()
    run("index", "remove", "idx", "--source", "letter")
    files = json.loads(run("compare", "claims/official.yaml", "--against", "docs", *options).out)
    index = json.loads(run("compare", "claims/official.yaml", "--index", "idx", *options).out)
    files["run"].pop("index"), index["run"].pop("index")
    assert files == index


def test_a_damaged_claim_file_is_told_with_all_its_errors(folder: Path) -> None:
    (folder / "bad.yaml").write_text(OFFICIAL_FILE.replace("kind: official", "kind: ngo"))
    with pytest.raises(ClaimFileError, match=r"bad\.yaml:8:1"):
        read("bad.yaml")


def test_standard_input_is_a_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(statements_of(items_of(["-"]), io.BytesIO(b"The press was closed again.\n")))
    assert [(each.source.id, each.text) for each in found] == [
        ("stdin", "The press was closed again.")
    ]
    with pytest.raises(EmptyInputError, match="claims are not indexed"):
        read("claims/official.yaml")


def test_an_index_is_a_table_of_lancedb(folder: Path, run: Run) -> None:
    run("index", "build", "claims", "-o", "idx")
    lance = extra.lance()
    data = lance.dataset(str(folder / "idx" / "statements.lance"))
    assert data.count_rows("kind = 'ngo'") == 3
    assert len(list(IndexCorpus(open_table("idx")))) == 3
