"""Deciding on drafts at a terminal; the keys come from a list, in one test from a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from conftest import REPOSITORY, Run

from factcheck.drafting.decisions import pending, problems_of

LETTER = """\
The harbour was opened to ships of all nations in 1887. The council has paid every debt of it.

Nobody was asked before the fish market was closed. The river has fallen by two metres.
"""
ASK = ("extract", "letter.txt", "--kind", "ngo", "-o", "x.yaml", "-i", "--all", "--model", "none")

Keys = Callable[..., None]


@pytest.fixture(autouse=True)
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a letter of four sentences."""
    monkeypatch.chdir(tmp_path)
    Path("letter.txt").write_text(LETTER)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    return tmp_path


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """What is pressed, one key each; a function is called in place of a key, and is no key."""

    def _press(*pressed: str | Callable[[], object]) -> None:
        left: Iterator[str | Callable[[], object]] = iter(pressed)

        def getchar() -> str:
            for each in left:
                if isinstance(each, str):
                    return each
                each()
            raise KeyboardInterrupt

        monkeypatch.setattr(click, "getchar", getchar)

    return _press


def file() -> str:
    return Path("x.yaml").read_text()


def test_back_undoes_the_decision_before_byte_for_byte(run: Run, press: Keys) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.append(file())

    press(look, "a", look, "s", look, "b", look, "b", look, "q")
    ran = run(*ASK)
    assert ran.code == 0
    first, accepted, skipped, *back = seen
    assert len({first, accepted, skipped}) == 3
    assert back == [accepted, first]
    assert "was skipped and is to be decided again" in ran.err
    assert "was accepted and is to be decided again" in ran.err
    assert "4 left to decide" in ran.err


def test_the_same_draft_is_asked_about_again(run: Run, press: Keys) -> None:
    press("a", "s", "b", "a", "q")
    ran = run(*ASK)
    drafts = re.findall(r"^([a-z0-9-]+)\n {8}\d left", ran.err, re.MULTILINE)
    assert drafts == [drafts[0], drafts[1], drafts[2], drafts[1], drafts[2]]
    assert len(pending(file())) == 2
    assert drafts[1] in file()


def test_back_at_the_beginning_says_that_there_is_nothing(run: Run, press: Keys) -> None:
    press("b", "q")
    ran = run(*ASK)
    assert "nothing was decided since the command began" in ran.err
    before = file()
    press("a", "q")
    run(*ASK)
    press("b", "q")  # a decision of another run stays
    assert "nothing was decided" in run(*ASK).err
    assert file() != before


def test_back_from_the_end(run: Run, press: Keys) -> None:
    press("a", "a", "a", "s", "b", "a", "x")
    ran = run(*ASK)
    assert (ran.code, ran.err.count("all decided")) == (0, 2)
    assert not pending(file())
    assert "skipped" in ran.err
    assert file().count("- id:") == 4
    press()
    assert "nothing left to decide" in run(*ASK).err


def test_what_was_edited_meanwhile_is_not_undone(run: Run, press: Keys) -> None:
    def edit() -> None:
        Path("x.yaml").write_text(file().replace("kind: ngo", "kind: ngo  # sic"))

    press("a", edit, "b", "q")
    ran = run(*ASK)
    assert "x.yaml was edited meanwhile" in ran.err
    assert "# sic" in file()
    assert len(pending(file())) == 3


def test_after_going_back_the_editor_offers_what_was_written(
    run: Run, press: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def edit(text: str, extension: str) -> str:
        offered.append(text)
        return re.sub("text: .*", "text: In other words.", text, count=1)

    monkeypatch.setattr(click, "edit", edit)
    press("e", "b", "e", "q")
    run(*ASK)
    assert "In other words." not in offered[0]
    assert "In other words." in offered[1]
    assert file().count("In other words.") == 1
    assert len(pending(file())) == 3


def test_an_edit_that_breaks_the_entry_is_given_back(
    run: Run, press: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["  - id: 'no id'\n    text: x\n", None])
    monkeypatch.setattr(click, "edit", lambda *_, **__: next(answers))
    press("e", "m", "q")
    ran = run(*ASK)
    assert "no id" in ran.err
    assert "nothing was saved in the editor" in ran.err
    assert len(pending(file())) == 4


def test_no_editor_is_no_end(run: Run, press: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor-here")
    press("e", "a", "q")
    ran = run(*ASK)
    assert ran.code == 0
    assert len(pending(file())) == 3


@pytest.mark.parametrize("key", ["q", "Q", "\x1b", ""])
def test_each_way_to_stop(run: Run, press: Keys, key: str) -> None:
    press("a", key)
    ran = run(*ASK)
    assert ran.code == 0
    assert "3 left to decide; the same command goes on with them" in ran.err


def test_the_end_of_the_terminal_stops_too(
    run: Run, press: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended() -> str:
        raise EOFError  # as Ctrl-D does

    monkeypatch.setattr(click, "getchar", ended)
    ran = run(*ASK)
    assert (ran.code, "4 left to decide" in ran.err) == (0, True)


def test_any_other_key_tells_what_the_keys_do(run: Run, press: Keys) -> None:
    press("?", "\x1b[A", "é", "aa", "q")
    ran = run(*ASK)
    assert ran.err.count("b  back: undo the decision before") == 3
    assert "[a]ccept  [e]dit  [s]kip  [b]ack  [q]uit  [?] help" in ran.err
    assert len(pending(file())) == 3  # of keys that come at once, the first counts


def test_files_of_a_folder_are_asked_about_in_turn(run: Run, press: Keys) -> None:
    Path("docs").mkdir()
    for name in ("a", "b"):
        Path(f"docs/{name}.txt").write_text(f"The mayor of {name} has opened the bridge in 1901.")
    press("a", "a", "b", "s", "n")
    ran = run("extract", "docs", "--kind", "ngo", "-o", "out", "-i", "--all", "--model", "none")
    assert ran.code == 0
    assert "1 left, out/a.yaml" in ran.err
    assert "out/a.yaml, out/b.yaml: all decided" in ran.err
    assert not pending(Path("out/a.yaml").read_text())
    assert "- id:" not in Path("out/b.yaml").read_text()


def test_texts_cannot_steer_the_terminal(run: Run, press: Keys) -> None:
    Path("letter.txt").write_text("The \u202eharbour \x1b[31mhas been closed for twenty years.")
    press("a")
    ran = run(*ASK)
    assert not {"\x1b", "\u202e"} & set(ran.err)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_back_undoes_and_control_d_ends(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "factcheck", *ASK],
        stdin=theirs,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as process:
        assert process.stderr is not None
        for key in (b"s", b"b", b"a", b"\x04"):
            while b"[q]uit" not in (line := process.stderr.readline()):
                assert line  # it has not ended
            while termios.tcgetattr(theirs)[3] & termios.ICANON:
                time.sleep(0.01)  # what is typed before it listens is dropped
            os.write(ours, key)
        said = process.stderr.read().decode()
        assert process.wait() == 0
    os.close(ours)
    os.close(theirs)
    assert "3 left to decide" in said
    text = (tmp_path / "x.yaml").read_text()
    assert not problems_of(text.encode(), "x.yaml")
    assert len(pending(text)) == 3
    assert text.count("- id:") == 4
