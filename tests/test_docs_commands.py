"""Every command that a page shows can be run, and gives what the page shows."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, Run
from typer.main import get_command

from factcheck.cli import app

sys.path.insert(0, str(REPOSITORY / "docs"))
shown: Any = importlib.import_module("shown")
lists: Any = importlib.import_module("shown_lists")

PAGES = shown.pages()
WITHOUT_MODEL = [page for page in PAGES if not shown.needs_model(page)]
WITH_MODEL = [page for page in PAGES if shown.needs_model(page)]
SHELL = set("|&;<>$`*~")


def text_of(page: str) -> str:
    return (REPOSITORY / page).read_text("utf-8")


def commands(page: str) -> list[Any]:
    return [step for step in shown.steps(text_of(page)) if isinstance(step, shown.Command)]


@pytest.fixture
def execute(run: Run, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs commands of factcheck in this process, for speed, and others in a shell."""

    def _execute(text: str, folder: Path, environment: Mapping[str, str]) -> Any:
        words = shlex.split(text, comments=True)
        if words[0] != "factcheck" or SHELL & set(text):
            return shown.in_shell(text, folder, environment)
        with monkeypatch.context() as patched:
            patched.chdir(folder)
            for name in set(os.environ) - set(environment):
                patched.delenv(name)
            for name, value in environment.items():
                patched.setenv(name, value)
            ran = run(*words[1:])
        return shown.Result(ran.code, ran.out + ran.err)

    return _execute


def hold(page: str, folder: Path, execute: Any) -> int:
    """Run a page's commands; how many there were."""
    count = 0
    for n, session in enumerate(shown.sessions(page)):
        here = folder / str(n)
        here.mkdir()
        for command, result in shown.run_session(page, session, here, execute):
            place = f"{page}:{command.line}: {command.text}\n{result.output}"
            assert result.code == command.status, place
            if command.shown:
                assert not shown.differs(command.shown, result.output), place
            count += 1
    return count


@pytest.mark.parametrize("page", WITHOUT_MODEL)
def test_the_commands_of_a_page_give_what_it_shows(page: str, tmp_path: Path, execute: Any) -> None:
    wanted = [each for each in commands(page) if not shown.reason_not_to_run(each.text)]
    assert hold(page, tmp_path, execute) == len([w for w in wanted if w.text[:3] != "cd "])


@pytest.mark.model
@pytest.mark.parametrize("page", WITH_MODEL)
def test_so_do_those_of_a_page_that_needs_the_models(
    page: str, tmp_path: Path, execute: Any
) -> None:
    assert hold(page, tmp_path, execute) > 0


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_is_run_or_said_not_to_be(page: str) -> None:
    for command in commands(page):
        if shown.reason_not_to_run(command.text) is None:
            program = command.text.split()[0].removeprefix(".venv/bin/")
            assert program in lists.PROGRAMS, f"{page}:{command.line}: {command.text}"


def test_what_is_not_run_is_shown_somewhere_and_has_a_reason() -> None:
    every = [command.text for page in PAGES for command in commands(page)]
    for sign, reason in lists.NOT_RUN.items():
        assert len(reason.split()) > 3
        assert any(re.search(sign, text) for text in every), sign


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_in_a_block_of_another_kind(page: str) -> None:
    for language, about, body in shown.FENCE.findall(text_of(page)):
        if language not in shown.SHELLS and "title=" not in about:
            for line in body.splitlines():
                assert not re.match(r"\$ |(\S*/)?factcheck [a-z]+( |$)", line) or (
                    language == "yaml"  # a script in a workflow; tests/test_ci_docs.py reads it
                ), line


def inline(page: str) -> Iterator[list[str]]:
    """The commands of factcheck in the words of a page."""
    prose = shown.FENCE.sub("", text_of(page))
    for words in re.findall(r"`factcheck ([a-z][^`]*)`", prose):
        yield shlex.split(words.replace("\n", " ").replace("\\|", "|"))


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_in_the_words_of_a_page_exist(page: str) -> None:
    for words in inline(page):
        command: Any = get_command(app)
        rest = list(words)
        while rest and hasattr(command, "commands"):
            if rest[0].isupper() or rest[0] == "…":  # `factcheck COMMAND`
                break
            name = rest.pop(0).replace("--calibrate", "calibrate")  # either is the command
            assert name in command.commands, words
            command = command.commands[name]
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        given = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert given <= known | {"--help"}, words


@pytest.mark.parametrize(
    ("wanted", "output", "same"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a", "b"), "\na  \nb\n\n", True),
        (("a", "b"), "a\nb\nc\n", False),
        (("a",), "b\n", False),
        (("…", "b"), "a\nx\nb\n", True),
        (("…", "b"), "b\n", True),
        (("…", "b", "…"), "a\nbc\n", False),
        (("took … s",), "took 1.5 s\n", True),
        (("took … s",), "took 1.5\ns\n", False),
        (("(0.7)",), "(0x7)\n", False),
    ],
)
def test_output_is_compared_but_for_what_is_left_out(
    wanted: tuple[str, ...], output: str, same: bool
) -> None:
    assert shown.differs(wanted, output) is not same


def test_output_is_renewed_but_for_what_is_left_out() -> None:
    assert shown.renewed(("a", "b"), "c\nd\n") == ["c", "d"]
    before = ("…", "  opposes 0.80  A statement", "…", "1 claim: 1 countered")
    now = "title\n\n  opposes 0.91  A statement\nmore\n1 claim: 1 countered\n"
    after = ["…", "  opposes 0.91  A statement", "…", "1 claim: 1 countered"]
    assert shown.renewed(before, now) == after
    assert shown.renewed(("…", "something else altogether"), now) is None


def test_a_page_is_read_as_a_reader_does() -> None:
    page = (
        'Save:\n\n```text title="a/b.txt"\nwords\n```\n\n```console\n$ factcheck rule X    # why\n'
        "error: no\n$ echo $?\n2\n$ ls\n```\n\n```yaml\n$ no\n```\n"
    )
    assert shown.steps(page) == [
        shown.File("a/b.txt", "words\n"),
        shown.Command(8, "factcheck rule X", ("error: no",), 2),
        shown.Command(12, "ls"),
    ]
    with pytest.raises(ValueError, match="line 2: a block of commands begins"):
        shown.steps("```console\nls\n```\n")
