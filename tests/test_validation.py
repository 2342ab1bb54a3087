from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.errors import InputError
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
            "a.yaml:5:12: the quote is not in speech.txt: it matches up to 'agreed that the press ', where the document goes on 'is free. 2. Peace, and peace again.'",  # noqa: E501 - one line of output
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


def test_a_folder_that_is_none_is_an_error(check: Check) -> None:
    with pytest.raises(InputError, match="nowhere: no such folder"):
        check("press", folder="nowhere")
