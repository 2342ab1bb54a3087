from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from conftest import Run
from jsonschema import Draft202012Validator

from factcheck import documents
from factcheck.claims import read_claim_file
from factcheck.errors import InputError
from factcheck.proofs import prove_quotes
from factcheck.records import Block, Document
from factcheck.schemas import read_schema
from factcheck.validation import Validation, validate

DOCUMENT = b"1. We agreed\nthat the press is free.\n\n2. Peace, and peace again.\n"
SHA256 = hashlib.sha256(DOCUMENT).hexdigest()

Check = Callable[..., list[str]]

FILE = """\
version: 1
source: {{id: a, kind: official, title: A{more}}}
claims:
  - id: one
    quote: {quote}
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "documents" / "below").mkdir(parents=True)
    (tmp_path / "documents" / "below" / "speech.txt").write_bytes(DOCUMENT)

    def _check(
        quote: str, more: str = f", sha256: {SHA256}", folder: str | None = "documents"
    ) -> list[str]:
        Path("a.yaml").write_text(FILE.format(quote=quote, more=more))
        found: Validation = validate(["a.yaml"], Path(folder) if folder else None)
        return [str(problem) for problem in found.problems]

    return _check


def test_a_quote_that_stands_there_is_proved(check: Check) -> None:
    assert check("We agreed that the press is free.") == []


@pytest.mark.parametrize(
    ("quote", "problem"),
    [
        (
            "agreed that the press was free",
            "a.yaml:5:12: the quote is not in speech.txt: it matches up to 'agreed that the press', para. 1 has … that the press [-was-] {+is+} free (score 0.93)",  # noqa: E501 - one line of output
        ),
        (
            "the press is shut, and for good",
            "a.yaml:5:12: the quote is not in speech.txt: it matches up to 'the press is ', where the document goes on 'free. 2. Peace, and peace again.'",  # noqa: E501 - one line of output
        ),
        (
            "Be agreed that the press is free.",
            "a.yaml:5:12: the quote is not in speech.txt: para. 1 has [-Be-] {+We+} agreed that the … (score 0.97)",  # noqa: E501 - one line of output
        ),
        ("quite other words", "a.yaml:5:12: the quote is not in speech.txt"),
        (
            "eace",
            "a.yaml:5:12: warning: the quote occurs 2 times in speech.txt; add a prefix or suffix",
        ),
    ],
)
def test_a_quote_that_does_not_is_a_problem(check: Check, quote: str, problem: str) -> None:
    assert check(quote) == [problem]


def test_a_prefix_makes_a_quote_single(check: Check) -> None:
    assert check("{exact: eace, prefix: P}") == []


def test_a_document_is_found_by_its_sum_only(check: Check) -> None:
    other = f", sha256: {'0' * 64}"
    assert check("press", other) == ["a.yaml:2:51: no file in documents has this sha256"]
    assert check("press", "") == [
        "a.yaml:2:9: source 'a' gives no sha256 and no document, so its quotes cannot be checked"
    ]
    assert check("quite other words", folder=None) == []


def test_a_document_named_in_the_file_is_checked_always(check: Check) -> None:
    named = ", document: documents/below/speech.txt"
    assert check("press is free", named, None) == []
    assert check("press is free", named + f", sha256: {SHA256}", None) == []
    (problem,) = check("press is free", named + f", sha256: {'0' * 64}", None)
    assert "has another sha256" in problem
    (problem,) = check("press is shut", named, None)
    assert "is not in speech.txt" in problem


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("nowhere.txt", "there is no document 'nowhere.txt'"),
        ("../outside.txt", "leads out of the working folder"),
        ("link.txt", "leads out of the working folder"),
        ("x" * 900, "there is no document"),
        ("/etc/hostname", "must be a path relative"),
        ("a.yaml", "documents ending in '.yaml' are not read yet"),
        ("binary.txt", "binary.txt: holds NUL bytes"),
        ("pipe.txt", "there is no document 'pipe.txt'"),
    ],
)
def test_a_document_that_cannot_be_read_is_a_problem(
    check: Check, document: str, message: str
) -> None:
    Path("../outside.txt").write_text("secret words of the machine")
    Path("link.txt").symlink_to("../outside.txt")
    Path("binary.txt").write_bytes(b"one \0 two")
    os.mkfifo("pipe.txt")
    (problem,) = check("press", f", document: {document}", None)
    assert message in problem
    assert "secret" not in problem


def test_the_same_bytes_under_another_name_do_no_harm(check: Check) -> None:
    Path("documents/a.bin").write_bytes(DOCUMENT)
    assert check("We agreed that the press is free.") == []


def test_a_wrong_context_is_told_as_such(check: Check) -> None:
    (problem,) = check("{exact: the press, prefix: denied that}")
    assert problem.endswith("is in speech.txt, but not between this prefix and suffix")


def test_how_a_quote_is_printed_is_no_problem(check: Check) -> None:
    assert check('"WE AGREED  that the press is free"') == []


def test_a_quote_that_occurs_everywhere_is_counted_to_a_point(check: Check) -> None:
    Path("documents/many.txt").write_bytes(b"peace " * 1_500)
    (problem,) = check("peace", ", document: documents/many.txt", None)
    assert "warning: the quote occurs 1,000 or more times in many.txt; add a" in problem
    (problem,) = check("{exact: peace, prefix: peace}", ", document: documents/many.txt", None)
    assert problem.endswith("a longer prefix or suffix would tell which")


ENTRIES = """\
version: 1
source: {id: a, kind: official, title: A}
claims:
  - {id: there, quote: the press is free, locator: para. 1}
  - {id: elsewhere, quote: the press is free, locator: para. 2}
  - {id: unknown, quote: the press is free, locator: closing}
  - {id: placed, quote: peace, locator: para. 2}
  - {id: twice, quote: peace, locator: closing}
  - {id: folded, quote: THE PRESS}
  - {id: changed, quote: that the press was free}
  - {id: lost, quote: quite other words}
"""
SPEECH = "1. We agreed\nthat the press is free in peace.\n\n2. So there is peace again.\n"
BLOCKS = (Block(0, SPEECH.index("\n\n"), number="1"), Block(SPEECH.index("2."), 99, number="2."))


def test_a_quote_is_looked_for_where_its_locator_says() -> None:
    file = read_claim_file(ENTRIES.encode(), "a.yaml")
    proofs, problems = prove_quotes(file, Document(SPEECH, "speech.txt", SHA256, BLOCKS))
    assert [(proof.passage.id, proof.status, proof.place) for proof in proofs] == [
        ("there", "exact", "para. 1"),
        ("elsewhere", "elsewhere", "para. 1"),
        ("unknown", "exact", "para. 1"),
        ("placed", "exact", "para. 2"),
        ("twice", "ambiguous", "para. 1"),
        ("folded", "folded", "para. 1"),
        ("changed", "changed", "para. 1"),
        ("lost", "missing", None),
    ]
    assert [each.passage.id for each in problems if each.passage] == [
        *("elsewhere", "twice", "changed", "lost")
    ]
    assert [each.problem.severity for each in problems] == ["warning", "warning", "error", "error"]
    assert problems[0].problem.message == (
        "the quote is not at 'para. 2' of speech.txt but at 'para. 1'"
    )
    (change,) = [each for each in proofs[6].differences if not each.same]
    assert (change.quoted, change.found) == ("was", "is")


def test_a_quote_may_bear_the_marks_of_the_raw_text(check: Check) -> None:
    Path("documents/marked.txt").write_text("The **12<sup>th</sup>** meeting was opened.\n")
    named = ", document: documents/marked.txt"
    assert check("the 12<sup>th</sup> meeting was", named, None) == []
    assert check("{exact: meeting was, prefix: '**12<sup>th</sup>** '}", named, None) == []
    (problem,) = check("the 13<sup>th</sup> meeting was opened", named, None)
    assert "12th" in problem


def test_what_of_a_document_could_not_be_read_is_a_note(
    check: Check, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_file(file: BinaryIO, path: str, suffix: str) -> Document:
        return Document("the press is free", path, SHA256, warnings=("page 3 is a picture",))

    monkeypatch.setattr(documents, "load_file", load_file)
    check("the press is free", ", document: documents/below/speech.txt", None)
    ran = run("validate", "a.yaml")
    assert (ran.code, ran.err) == (0, "note: speech.txt: page 3 is a picture\n")
    told = json.loads(run("validate", "a.yaml", "-f", "json").out)
    assert told["documents"][0]["warnings"] == ["page 3 is a picture"]


def test_a_difference_is_of_whole_words() -> None:
    content = ENTRIES.replace("that the press was free", "the press was hindered by no man")
    file = read_claim_file(content.encode(), "a.yaml")
    text = "All say the press was hindered by no women."
    proofs, _ = prove_quotes(file, Document(text, "speech.txt", SHA256))
    assert [each.found for each in proofs[6].differences][-1] == "women"


@pytest.fixture
def stated(check: Check) -> None:
    """Three files: one with its document, one with another, one with none."""
    named = "document: documents/below/speech.txt"
    check("WE agreed", f", {named}, sha256: {SHA256}", None)
    text = FILE.replace("id: a,", "id: {id},")
    other = text.format(id="b", quote="the press was free", more=f", {named}, sha256: {'0' * 64}")
    Path("b.yaml").write_text(other)
    Path("c.yaml").write_text(text.format(id="c", quote="unseen", more=""))


@pytest.mark.usefixtures("stated")
def test_the_summary_counts_how_quotes_stand(run: Run) -> None:
    ran = run("validate", "a.yaml", "b.yaml", "c.yaml")
    assert ran.code == 1
    *problems, first, second, third = ran.out.splitlines()
    assert all(re.match(r"b\.yaml:\d+:\d+: ", problem) for problem in problems)
    assert len(problems) == 2
    assert first == "3 files, 2 quotes checked: 2 errors"
    assert second == "quotes: 1 found after folding, 1 changed, 1 unchecked"
    assert third == "documents: 1 with the sha256 of its source, 1 with another sha256"
    assert len(run("validate", "a.yaml", "b.yaml", "-q").out.splitlines()) == 2


@pytest.mark.usefixtures("stated")
def test_the_same_is_told_as_json(run: Run) -> None:
    ran = run("validate", "--format", "json", "a.yaml", "b.yaml", "c.yaml")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert (told["files"], told["errors"]) == (3, 2)
    stand = ("exact", "folded", "elsewhere", "ambiguous", "changed", "missing", "unchecked")
    assert told["quotes"] == dict(zip(stand, (0, 1, 0, 0, 1, 0, 1), strict=True))
    assert [each["state"] for each in told["documents"]] == ["same", "another", "unchecked"]
    assert told["documents"][1]["stated_sha256"] == "0" * 64
    assert told["documents"][1]["sha256"] == SHA256
    folded, changed, unchecked = told["proofs"]
    assert (folded["source_id"], folded["id"], folded["status"]) == ("a", "one", "folded")
    assert (folded["start"], folded["end"], folded["place"]) == (3, 12, "para. 1")
    assert {"quoted": "was", "found": "is", "same": False} in changed["differences"]
    assert (unchecked["status"], unchecked["start"]) == ("unchecked", None)
    assert [each["severity"] for each in told["problems"]] == ["error", "error"]


EVERY_STATUS = """\
version: 1
source: {{id: every, kind: official, title: A, document: documents/below/{name}, sha256: {sha256}}}
claims:
  - {{id: exact, quote: that the press is free}}
  - {{id: folded, quote: WE agreed}}
  - {{id: elsewhere, quote: that the press is free, locator: para. 2}}
  - {{id: ambiguous, quote: eace}}
  - {{id: changed, quote: agreed that the press was free}}
  - {{id: missing, quote: nothing of the kind stands there}}
"""


@pytest.mark.usefixtures("check")
def test_the_json_fits_its_schema(run: Run) -> None:
    validator = Draft202012Validator(json.loads(read_schema("validation")))
    Path("a.yaml").write_text(EVERY_STATUS.format(name="speech.txt", sha256=SHA256))
    Path("b.yaml").write_text(FILE.format(quote="unseen", more=""))
    Path("c.yaml").write_text("version: 2\n")
    ran = run("validate", "a.yaml", "b.yaml", "c.yaml", "-f", "json")
    told = json.loads(ran.out)
    validator.validate(told)
    assert told["schema_version"] == 1
    assert set(told["quotes"].values()) == {1}
    assert {each["status"] for each in told["proofs"]} == set(told["quotes"])
    assert {each["severity"] for each in told["problems"]} == {"error", "warning"}
    wrong: list[dict[str, Any]] = [{"errors": -1}, {"files": None}, {"new": 1}, {"proofs": [{}]}]
    for more in wrong:
        assert not validator.is_valid({**told, **more})


def test_a_name_that_is_no_text_is_told_by_its_codes(check: Check, run: Run) -> None:
    path = os.fsdecode(b"documents/speech \xff.txt")
    other = DOCUMENT + b"The end came late.\n"
    Path(path).write_bytes(other)
    check("the end came late", f", sha256: {hashlib.sha256(other).hexdigest()}")
    told = json.loads(run("validate", "a.yaml", "--documents", "documents", "-f", "json").out)
    Draft202012Validator(json.loads(read_schema("validation"))).validate(told)
    assert told["documents"][0]["path"] == "speech \\udcff.txt"


def test_what_a_document_holds_steers_no_terminal(check: Check, run: Run) -> None:
    Path("documents/evil.txt").write_bytes("the \x1b[31mpress\u202e is]]> free%0A::error".encode())
    check("the press was free of it", ", document: documents/evil.txt", None)
    ran = run("validate", "a.yaml")
    assert ran.code == 1
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert json.loads(run("validate", "-f", "json", "a.yaml").out)["errors"] == 1


def test_a_folder_that_is_none_is_an_error(check: Check) -> None:
    with pytest.raises(InputError, match="nowhere: no such folder"):
        check("press", folder="nowhere")
