from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from factcheck import errors, located
from factcheck.claims import read_claim_file
from factcheck.errors import ClaimFileError, InputError
from factcheck.inputs import read_claim_files
from factcheck.schemas import read_schema

ACCEPTANCE = Path(__file__).parent / "acceptance"
GOOD = sorted((ACCEPTANCE / "good").glob("*.yaml"))
BAD = sorted((ACCEPTANCE / "bad").glob("*.yaml"))


def messages(raw: bytes) -> list[str]:
    return [str(problem) for problem in read_claim_file(raw, "f").problems]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_has_the_problems_that_its_first_lines_tell(path: Path) -> None:
    raw = path.read_bytes()
    wanted = re.findall(r"^# (\d+:\d+: .*)$", raw.decode(), re.MULTILINE)
    found = messages(raw)
    assert len(found) == len(wanted), found
    for start in wanted:
        assert [line for line in found if line.startswith(f"f:{start}")], (start, found)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_has_none(path: Path) -> None:
    assert messages(path.read_bytes()) == []


def test_good_files_say_what_they_say() -> None:
    files = read_claim_files(GOOD)
    covered, uncovered = files.claims
    assert covered.expect is not None
    assert covered.expect.counterpoints == ("short/a",)
    assert uncovered.expect is not None
    assert uncovered.expect.uncovered
    assert uncovered.text == "words"
    assert (covered.line, covered.column) == (15, 5)
    assert covered.source.date == dt.date(2024, 11, 23)
    first, second = files.statements
    assert first.key == "short/a"
    assert first.quote is not None
    assert first.quote.exact == "A plain string is short for exact."
    assert second.text == "A text over two lines, with “quotes”, ümlauts and Ελληνικά."
    assert first.source.language == "no"


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_schema_takes_good_files(path: Path) -> None:
    data = located.parse_yaml(path.read_bytes(), "f").data
    Draft202012Validator(json.loads(read_schema("claims"))).validate(data)


SHAPE = {"unknown_fields", "missing_fields", "statements_in_official", "claims_in_critique"}


@pytest.mark.parametrize(
    "path", [path for path in BAD if path.stem in SHAPE], ids=lambda path: path.stem
)
def test_the_schema_refuses_bad_shapes(path: Path) -> None:
    data = located.parse_yaml(path.read_bytes(), "f").data
    assert not Draft202012Validator(json.loads(read_schema("claims"))).is_valid(data)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "f:1:1: the file is empty"),
        (b" \n\n", "f:1:1: the file is empty"),
        (b"a: \xff", "f:1:4: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("é: é\nü: ".encode() + b"\xe9", "f:2:4: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "f:1:1: the file is UTF-16; save it as UTF-8"),
        (b"a: b\x00", "f:1:5: the character U+0000 may not stand in YAML; remove it"),
        (b"? [a]\n: b", "f:1:3: a key must be a plain word"),
        (b"- a", "f:1:1: the file must be fields, not a list"),
        (b"x" * (located.MAX_BYTES + 1), "f:1:1: the file is larger than 4 MiB; split it"),
        (b"a: 'b", "f:1:6: not valid YAML: found unexpected end of stream"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(raw: bytes, message: str) -> None:
    assert [line for line in messages(raw) if line.startswith(message)] == messages(raw)
    assert messages(raw)


def test_a_byte_order_mark_is_told_beside_all_else() -> None:
    found = messages(b"\xef\xbb\xbfversion: 2\nsource: {id: a, kind: ngo, title: A}\n")
    assert [line.split(": ")[0] for line in found] == ["f:1:1", "f:1:1", "f:1:10"]
    assert any("byte order mark" in line for line in found)


def test_a_lone_surrogate_is_no_text() -> None:
    raw = b'version: 1\nsource: {id: a, kind: ngo, title: "\\ud800"}\nstatements: []'
    assert all("U+D800" in line or "empty list" in line or "YAML" in line for line in messages(raw))
    assert messages(raw)


@given(st.binary(max_size=200))
@example(b"a: &a [*a]")
@example(b"{" * 500)
@example(b"\xf0\x9f\x98\x80: [")
@example(b"a: !<tag:x> b")
@example(b"- - - - - - - - - - - - - - - - - - - -")
def test_no_bytes_raise(raw: bytes) -> None:
    assert messages(raw)


@given(st.text(alphabet=" :-[]{}'\"#&*!|>%@\n\tab1é", max_size=80))
def test_no_yaml_raises(text: str) -> None:
    found = read_claim_file(text.encode(), "f")
    assert found.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found.problems)


def test_all_problems_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "claims" / "a.yaml").write_text("version: 3\n")
    (folder / "claims" / "b.yml").write_text("[]")
    (folder / "claims" / "again.yaml").write_bytes((folder / "claims/letter.yaml").read_bytes())
    with pytest.raises(ClaimFileError) as caught:
        read_claim_files(["claims"])
    assert {problem.path for problem in caught.value.problems} == {
        "claims/a.yaml",
        "claims/b.yml",
        "claims/letter.yaml",
    }
    assert "claims/letter.yaml:3:7: the source id 'letter' is also given by claims/again.yaml" in (
        str(caught.value)
    )


def test_files_are_read_once_and_in_order(folder: Path) -> None:
    (folder / ".hidden.yaml").write_text("nonsense: [")
    (folder / "claims" / ".drafts").mkdir()
    (folder / "claims" / ".drafts" / "x.yaml").write_text("nonsense: [")
    twice = read_claim_files([folder / "claims", "claims", "claims/official.yaml"])
    assert [source.id for source in twice.sources] == ["letter", "declaration"]
    assert {claim.path for claim in twice.claims} == {"claims/official.yaml"}


def test_a_path_elsewhere_is_shown_from_the_name_given(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = read_claim_files([folder / "claims"])
    assert {claim.path for claim in found.claims} == {"claims/official.yaml"}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere: no such file or folder"),
        ("empty", r"empty: the folder holds no claim"),
    ],
)
def test_a_path_without_claim_files_is_named(folder: Path, path: str, message: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=message):
        read_claim_files([path])


def test_a_folder_of_documents_names_one_of_them(folder: Path) -> None:
    (folder / "texts").mkdir()
    (folder / "texts" / "speech.txt").write_text("words")
    with pytest.raises(InputError, match=r"such as texts/speech\.txt"):
        read_claim_files(["texts"])


def test_a_problem_without_a_place_names_the_file_alone() -> None:
    assert str(errors.Problem("f", 0, 0, "message", "warning")) == "f: warning: message"
