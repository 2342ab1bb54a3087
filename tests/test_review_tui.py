"""The desk in a terminal, by its keys alone, in a screen of 80 columns and 24 rows."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, claim, statement
from desk_made import DAY, WHO, decision, desk, official, opened, ranking
from rich.console import Console
from textual.pilot import Pilot
from textual.widgets import Input, Static

from factcheck.desk.desk import Desk
from factcheck.desk.keys import KEYS
from factcheck.desk.queue import queued
from factcheck.desk.screen import THEMES, ReviewApp
from factcheck.desk.sitting import Sitting
from factcheck.inputs import read_claim_files

Act = Callable[[ReviewApp, Pilot[None]], Awaitable[None]]


def sit(table: Desk, act: Act, *, size: tuple[int, int] = (80, 24), **options: Any) -> None:
    async def go() -> None:
        app = ReviewApp(table, **options)
        async with app.run_test(size=size) as pilot:
            await act(app, pilot)

    asyncio.run(go())


def shown(app: ReviewApp, name: str) -> str:
    widget = app.query_one(f"#{name}", Static)
    console = Console(width=200, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(widget._Static__content)  # type: ignore[attr-defined]
    return capture.get()


def over(app: ReviewApp) -> str:
    """What is over the desk, or its own screen."""
    return type(app.screen).__name__


def decided(folder: Path) -> dict[tuple[str, str], str]:
    return {
        (each.id, made.statement): made.stance
        for each in read_claim_files([folder / "claims"]).claims
        for made in (each.expect.decisions if each.expect else ())
    }


@pytest.mark.parametrize(
    ("keys", "stance"),
    [
        *((key, "opposes") for key in ("o", "O", "left")),
        *((key, "neutral") for key in ("n", "N", "down")),
        *((key, "supports") for key in ("s", "S", "right")),
    ],
)
def test_a_key_saves_a_decision_and_shows_the_next_pair(
    folder: Path, keys: str, stance: str
) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        pair = table.sitting.current
        assert pair is not None
        await pilot.press(keys)
        assert decided(folder) == {(pair.claim.id, pair.statement.key): stance}
        assert shown(app, "said").startswith("saved: ")
        assert shown(app, "head").startswith(f"2 of 6 · 1 decided · {WHO}")
        assert table.sitting.current is not pair

    with desk(folder) as table:
        sit(table, act)


@pytest.mark.parametrize("key", ["space", "up"])
def test_a_skip_saves_nothing(folder: Path, key: str) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        assert decided(folder) == {}
        assert "2 of 6 · 0 decided, 1 skipped" in shown(app, "head")

    with desk(folder) as table:
        sit(table, act)


def test_undo_takes_back_decision_after_decision(folder: Path) -> None:
    before = official(folder).read_bytes()

    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        first = table.sitting.current
        await pilot.press("n", "space", "s", "u")
        assert "taken back: supports" in shown(app, "said")
        await pilot.press("u", "u")
        assert table.sitting.current is first
        assert official(folder).read_bytes() == before
        await pilot.press("u")
        assert "nothing to undo" in shown(app, "said")

    with desk(folder) as table:
        sit(table, act)


def test_a_note_is_written_kept_and_saved(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("t")
        assert over(app) == "NoteBox"
        await pilot.press(*"no [b]news[/b] on q", "enter")
        assert "note: no [b]news[/b] on q" in shown(app, "note")
        await pilot.press("t")
        assert app.screen.query_one(Input).value == "no [b]news[/b] on q"
        await pilot.press("x", "escape")
        assert "note: no [b]news[/b] on q\n" in shown(app, "note")
        await pilot.press("n")
        assert app.query_one("#note").display is False

    with desk(folder) as table:
        sit(table, act)
    notes = [
        made.note
        for each in read_claim_files([folder / "claims"]).claims
        for made in (each.expect.decisions if each.expect else ())
    ]
    assert notes == ["no [b]news[/b] on q"]


def test_the_model_is_hidden_until_a_pair_is_decided(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert "hidden until you decide" in shown(app, "model")
        await pilot.press("m")
        assert "opposes 0.5" in shown(app, "model")
        await pilot.press("n")
        assert "hidden until you decide" in shown(app, "model")
        assert "the model: opposes 0.5" in shown(app, "said")

    async def open_(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert "opposes 0.5" in shown(app, "model")
        await pilot.press("n")
        assert "opposes 0." in shown(app, "model")

    with desk(folder) as table:
        sit(table, act)
    with desk(folder) as table:
        sit(table, open_, blind=False)


def test_help_names_every_key_and_any_key_closes_it(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        assert over(app) == "HelpBox"
        told = app.export_screenshot()
        for key, _ in KEYS:
            assert key.split()[0] in told
        await pilot.press("o")
        assert over(app) == "Screen"
        assert decided(folder) == {}

    with desk(folder) as table:
        sit(table, act)


def test_colours_change_and_come_back(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        seen = [app.theme]
        for _ in THEMES:
            await pilot.press("d")
            seen.append(app.theme)
        assert seen == [*THEMES.values(), THEMES["auto"]]

    with desk(folder) as table:
        sit(table, act)


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_it_is_shown_without_colours_where_none_are_wanted(
    folder: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        assert app.no_color
        assert "CLAIM" in app.export_screenshot()
        await pilot.press("n")
        assert len(decided(folder)) == 1

    with desk(folder) as table:
        sit(table, act, theme=theme)


@pytest.mark.parametrize("key", ["q", "Q", "ctrl+c", "ctrl+q"])
def test_quitting_keeps_what_is_decided(folder: Path, key: str) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("n", key)
        await pilot.pause()
        assert not app.is_running

    with desk(folder) as table:
        sit(table, act)
    assert len(decided(folder)) == 1


def test_at_the_end_it_says_so_and_undo_still_works(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("n", "n", "n", "n", "n", "space")
        assert "All 6 pairs are through. 1 skipped" in shown(app, "claim-text")
        await pilot.press("o", "t", "m", "pagedown")
        assert "there is none to decide" in shown(app, "said")
        await pilot.press("u", "s")
        assert "All 6 pairs are through.\n" in shown(app, "claim-text")

    with desk(folder) as table:
        sit(table, act)
    assert len(decided(folder)) == 6


def test_a_claim_marked_uncovered_asks_before_the_mark_goes(folder: Path) -> None:
    path = official(folder)
    text = path.read_text("utf-8").replace("topics: [peace, media]", "expect: {uncovered: true}")
    path.write_text(text, "utf-8")
    marked = next(c for c in read_claim_files([folder / "claims"]).claims if c.id == "peace")
    statements = read_claim_files([folder / "claims"]).statements
    queue = queued([ranking(marked, statements, (0.5, 0.2, 0.1))], WHO)

    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("o")
        assert over(app) == "AskBox"
        assert path.read_text("utf-8") == text
        await pilot.press("x", "n")
        assert "stays marked uncovered" in shown(app, "said")
        assert path.read_text("utf-8") == text
        await pilot.press("o", "y")
        assert "no longer marked uncovered, now an expected counterpoint" in shown(app, "said")
        assert "uncovered" not in path.read_text("utf-8")
        await pilot.press("u")
        assert path.read_text("utf-8") == text

    with desk(folder, queue) as table:
        sit(table, act)


def test_what_cannot_be_saved_is_told_and_the_pair_stays(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        pair = table.sitting.current
        official(folder).write_text("version: [", "utf-8")
        await pilot.press("n")
        assert "not saved: " in shown(app, "said")
        assert "official.yaml:2:1: not valid YAML" in shown(app, "said")
        assert table.sitting.current is pair

    with desk(folder) as table:
        sit(table, act)


def test_hostile_and_wide_texts_stay_texts_and_fit(folder: Path) -> None:
    given = [
        statement("markup", "[bold red]not markup[/] [@click=app.quit]no link[/] \u202e"),
        statement("wide", "漢字かな交じり文🙂" * 60),
        statement("long", "word " * 1999),
    ]
    queue = queued([ranking(claim("x", "[/] [link=x]"), given, (0.5, 0.2, 0.1))], WHO)

    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        told = shown(app, "statement-text")
        assert "[bold red]not markup[/] [@click=app.quit]no link[/] \\u202e" in told
        assert "[/] [link=x]" in shown(app, "claim-text")
        await pilot.press("space")
        app.export_screenshot()
        await pilot.press("space")
        side = app.query_one("#statement")
        await pilot.press("pagedown")
        assert side.scroll_offset.y > 0
        await pilot.press("pageup")
        assert side.scroll_offset.y == 0
        assert side.region.bottom <= 24
        assert app.query_one("#foot").region.bottom == 24

    with opened(official(folder)) as files:
        sit(Desk(Sitting(queue), files, "[b]Me[/b]", lambda: DAY), act)


def test_a_small_screen_still_shows_both_and_the_keys(folder: Path) -> None:
    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        told = app.export_screenshot()
        for word in ("CLAIM", "STATEMENT", "opposes", "quit"):
            assert word in told

    with desk(folder) as table:
        sit(table, act)


def test_the_command_opens_the_desk_and_tells_what_was_done(
    run: Run, folder: Path, fake_model: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are pressed by a pilot, in place of a terminal."""
    monkeypatch.setattr("factcheck.cli.review.check_terminal", lambda: None)
    monkeypatch.setenv("FACTCHECK_REVIEWER", WHO)

    def pressed(app: ReviewApp) -> None:
        async def go() -> None:
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.press("o", "space", "q")

        asyncio.run(go())

    monkeypatch.setattr(ReviewApp, "run", pressed)
    ran = run("review", "--limit", "4", "--topic", "media", "--stance-model", "contrast")
    assert (ran.code, ran.out) == (0, "")
    assert "1 decided, 1 skipped, 2 left; the same command goes on with them" in ran.err
    assert list(decided(folder).values()) == ["opposes"]


def test_the_reviewer_of_the_configuration_signs(
    run: Run, folder: Path, fake_model: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.cli.review.check_terminal", lambda: None)
    (folder / "factcheck.toml").write_text('reviewer = "The desk"\n', "utf-8")
    seen = []
    monkeypatch.setattr(ReviewApp, "run", lambda app: seen.append(app._desk.reviewer))
    assert run("review").code == 0
    assert seen == ["The desk"]
    assert run("review", "--reviewer", "Me").code == 0
    assert seen[-1] == "Me"


class TestName:
    @pytest.fixture(autouse=True)
    def _terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "factcheck.cli.reviewer.sys.stdin", type("T", (), {"isatty": lambda _: True})()
        )

    def test_gits_name_is_offered_and_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from factcheck.cli.reviewer import reviewer_named

        offered = []

        def ask(_text: str, default: str | None, err: bool) -> str:
            offered.append(default)
            return default or "Somebody"

        monkeypatch.setattr("factcheck.cli.reviewer.typer.prompt", ask)
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Of Git")
        assert reviewer_named(None) == "Of Git"
        monkeypatch.setenv("PATH", "")
        assert reviewer_named(None) == "Somebody"
        assert offered == ["Of Git", None]

    def test_a_git_that_does_not_run_offers_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from factcheck.cli.reviewer import _git_name

        def fail(*_: object, **__: object) -> None:
            raise OSError(8, "Exec format error")

        monkeypatch.setattr("subprocess.run", fail)
        assert _git_name() is None

    def test_a_dumb_terminal_is_told_of_the_web(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from factcheck.cli.reviewer import check_terminal
        from factcheck.errors import InputError

        monkeypatch.setattr(
            "factcheck.cli.reviewer.sys.stdout", type("T", (), {"isatty": lambda _: True})()
        )
        monkeypatch.setenv("TERM", "xterm")
        check_terminal()
        monkeypatch.setenv("TERM", "dumb")
        with pytest.raises(InputError, match="use --web"):
            check_terminal()


def test_an_earlier_decision_shows_as_replaced_when_judged_again(folder: Path) -> None:
    with opened(official(folder)) as files:
        claims = read_claim_files([folder / "claims"]).claims
        files.save(claims[1], decision("letter/other", "neutral"))
    read = read_claim_files([folder / "claims"])
    peace = next(each for each in read.claims if each.id == "peace")
    other = [each for each in read.statements if each.id == "other"]
    queue = queued([ranking(peace, other, (0.5,))], WHO, again=True)

    async def act(app: ReviewApp, pilot: Pilot[None]) -> None:
        await pilot.press("s")
        assert f"in place of your decision of {DAY}" in shown(app, "said")
        assert decided(folder) == {("peace", "letter/other"): "supports"}

    with desk(folder, queue) as table:
        sit(table, act)
