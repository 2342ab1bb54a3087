"""The desk in a browser: who may ask it for what, and its page in a real one."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from conftest import Run, claim, statement
from desk_made import DAY, WHO, desk, official, opened, ranking

from factcheck.desk.desk import Desk
from factcheck.desk.keys import KEYS
from factcheck.desk.queue import queued
from factcheck.desk.sitting import Sitting
from factcheck.desk.web import MAX_BODY, DeskServer
from factcheck.inputs import read_claim_files

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOSTILE = "</script><img src=x onerror=alert(1)>%0A::error ]]> | ` \u202e"


@contextmanager
def serving(table: Desk, **options: Any) -> Iterator[str]:
    with DeskServer(table, **options) as server:
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server.url
        finally:
            server.stop()
            thread.join()


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with desk(folder) as table, serving(table) as address:
        yield address


class Asked:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def told(self) -> Any:
        return json.loads(self.body)


def ask(url: str, name: str = "state", method: str = "GET", body: Any = None,
        **headers: str) -> Asked:  # fmt: skip
    """A request as the page makes it, unless headers say otherwise; an empty one is not sent."""
    parts = urlsplit(url)
    given = {"Host": parts.netloc, "Origin": f"http://{parts.netloc}"}
    given |= {"Content-Type": "application/json"}
    given |= {key.replace("_", "-"): value for key, value in headers.items()}
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0)
    connection.putrequest(method, parts.path + name, skip_host=True, skip_accept_encoding=True)
    if content is not None and "Content-Length" not in given:
        given["Content-Length"] = str(len(content))
    for key, value in given.items():
        if value:
            connection.putheader(key, value)
    connection.endheaders(content)
    answer = connection.getresponse()
    asked = Asked(answer.status, answer.headers, answer.read())
    connection.close()
    return asked


def act(url: str, step: int, action: str, **more: Any) -> Asked:
    return ask(url, "do", "POST", {"step": step, "action": action, **more})


def decided(folder: Path) -> list[str]:
    claims = read_claim_files([folder / "claims"]).claims
    return [d.stance for c in claims for d in (c.expect.decisions if c.expect else ())]


class TestActions:
    def test_a_decision_is_in_the_file_before_it_is_told(self, folder: Path, url: str) -> None:
        told = act(url, 0, "decide", stance="supports").told
        assert told["said"].startswith("saved: supports")
        assert (told["step"], told["failed"]) == (1, False)
        assert decided(folder) == ["supports"]

    def test_note_skip_and_undo(self, folder: Path, url: str) -> None:
        before = official(folder).read_bytes()
        assert act(url, 0, "note", note=" a  note ").told["note"] == "a note"
        assert act(url, 0, "decide", stance="neutral").told["note"] == ""
        assert b"note: a note" in official(folder).read_bytes()
        assert "skipped" in act(url, 1, "skip").told["said"]
        assert "you skipped" in act(url, 2, "undo").told["said"]
        assert act(url, 1, "undo").told["note"] == "a note"
        assert official(folder).read_bytes() == before
        failed = act(url, 0, "undo").told
        assert (failed["failed"], failed["said"]) == (
            True,
            "not saved: there is nothing to undo in this sitting",
        )

    def test_another_tab_that_is_behind_does_nothing(self, folder: Path, url: str) -> None:
        act(url, 0, "decide", stance="neutral")
        late = act(url, 0, "decide", stance="opposes").told
        assert late["failed"]
        assert "another tab went on" in late["said"]
        assert late["step"] == 1
        assert decided(folder) == ["neutral"]

    def test_the_model_is_told_only_where_it_is_asked_for(self, folder: Path) -> None:
        with desk(folder) as table, serving(table) as url:
            assert "model" not in ask(url).told["pair"]
            assert ask(url, "model").told["model"].startswith("opposes 0.5")
        with desk(folder) as table, serving(table, blind=False) as url:
            assert ask(url).told["pair"]["model"].startswith("opposes 0.5")

    def test_a_mark_goes_only_after_a_yes(self, folder: Path) -> None:
        path = official(folder)
        text = path.read_text("utf-8").replace(
            "topics: [peace, media]", "expect: {uncovered: true}"
        )
        path.write_text(text, "utf-8")
        read = read_claim_files([folder / "claims"])
        peace = next(each for each in read.claims if each.id == "peace")
        queue = queued([ranking(peace, read.statements, (0.5, 0.2, 0.1))], WHO)
        with desk(folder, queue) as table, serving(table) as url:
            told = act(url, 0, "decide", stance="opposes").told
            assert "nothing may oppose it" in told["ask"]
            assert path.read_text("utf-8") == text
            told = act(url, 0, "decide", stance="opposes", replace=True).told
            assert "no longer marked uncovered" in told["said"]

    def test_at_the_end_there_is_no_pair(self, folder: Path) -> None:
        with desk(folder, ()) as table, serving(table) as url:
            assert ask(url).told["pair"] is None
            assert ask(url, "model").told["model"] == ""
            assert "all pairs are through" in act(url, 0, "decide", stance="neutral").told["said"]

    def test_two_requests_at_once_make_one_decision(self, folder: Path, url: str) -> None:
        answers: list[Any] = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(act(url, 0, "decide", stance="neutral").told)
            )
            for _ in range(6)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(each["failed"] for each in answers) == [False, *[True] * 5]
        assert decided(folder) == ["neutral"]


def test_a_connection_that_outlives_the_desk_decides_nothing(folder: Path) -> None:
    body = json.dumps({"step": 0, "action": "decide", "stance": "neutral"})
    with desk(folder) as table, serving(table) as url:
        parts = urlsplit(url)
        headers = {"Origin": f"http://{parts.netloc}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0)
        connection.request("GET", parts.path + "state", headers=headers)
        connection.getresponse().read()
    connection.request("POST", parts.path + "do", body, headers)
    assert connection.getresponse().status == 503
    connection.close()
    assert decided(folder) == []


class TestGuards:
    def refused(self, folder: Path, asked: Asked, status: int) -> None:
        assert asked.status == status
        assert decided(folder) == []
        assert b"press" not in asked.body

    @pytest.mark.parametrize("path", ["/", "//", "/x/", "/{t}x/state", "/{t}", "/{t}/a/b", "/{T}/"])
    def test_without_the_token_there_is_nothing(self, folder: Path, url: str, path: str) -> None:
        token = urlsplit(url).path.strip("/")
        made = path.replace("{t}", token).replace("{T}", token.swapcase())
        for method in ("GET", "POST"):
            root = url.replace(f"/{token}/", "")
            self.refused(folder, ask(root, made, method, {"step": 0, "action": "skip"}), 404)

    @pytest.mark.parametrize(
        "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:{p}", "[::1]:{p}", ""]
    )
    def test_another_name_for_this_host_is_refused(self, folder: Path, url: str, host: str) -> None:
        given = host.replace("{p}", str(urlsplit(url).port))
        made = {"step": 0, "action": "decide", "stance": "opposes"}
        self.refused(folder, ask(url, Host=given, Origin=""), 403)
        self.refused(folder, ask(url, "do", "POST", made, Host=given), 403)
        self.refused(
            folder, ask(url, "do", "POST", made, Host=given, Origin=f"http://{given}"), 403
        )

    def test_localhost_is_this_host_too(self, url: str) -> None:
        named = f"localhost:{urlsplit(url).port}"
        assert ask(url, Host=named, Origin=f"http://{named}").status == 200

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "https://{h}", "http://localhost", ""]
    )
    def test_a_post_of_another_page_is_refused(self, folder: Path, url: str, origin: str) -> None:
        given = origin.replace("{h}", urlsplit(url).netloc)
        made = {"step": 0, "action": "decide", "stance": "opposes"}
        self.refused(folder, ask(url, "do", "POST", made, Origin=given), 403)

    def test_a_get_of_another_page_is_refused(self, folder: Path, url: str) -> None:
        self.refused(folder, ask(url, Origin="http://evil.example"), 403)
        for site in ("cross-site", "same-site"):
            self.refused(folder, ask(url, Origin="", Sec_Fetch_Site=site), 403)
        assert ask(url, Origin="", Sec_Fetch_Site="none").status == 200

    @pytest.mark.parametrize(
        "name", ["do", "do?action=skip&step=0", "decide", "../do", "%2e%2e/do"]
    )
    def test_a_get_changes_nothing(self, folder: Path, url: str, name: str) -> None:
        self.refused(folder, ask(url, name), 404)
        assert ask(url).told["step"] == 0

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH"])
    def test_other_methods_are_not_known(self, url: str, method: str) -> None:
        assert ask(url, "do", method).status == 501

    @pytest.mark.parametrize("name", ["state", "", "desk.js", "nothing"])
    def test_a_post_goes_to_one_place_only(self, folder: Path, url: str, name: str) -> None:
        self.refused(folder, ask(url, name, "POST", {"step": 0, "action": "skip"}), 404)

    @pytest.mark.parametrize(
        ("body", "headers", "status"),
        [
            (b"step=0&action=skip", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
            (b'{"step": 0, "action": "skip"}', {"Content_Type": "text/plain"}, 415),
            (b'{"step": 0, "action": "skip"', {}, 400),
            (b"[1]", {}, 400),
            (b"\xff", {}, 400),
            (b"[" * 5000, {}, 400),
            (b"{}", {"Content_Length": str(MAX_BODY + 1)}, 413),
            (b"", {"Content_Length": "-1"}, 411),
            (None, {"Content_Length": ""}, 411),
            ({"step": 0, "action": "delete"}, {}, 400),
            ({"step": 0, "action": "decide", "stance": "maybe"}, {}, 400),
            ({"step": 0, "action": "note", "note": ["x"]}, {}, 400),
        ],
    )
    def test_a_body_that_is_none_of_the_page_is_refused(
        self, folder: Path, url: str, body: Any, headers: dict[str, str], status: int
    ) -> None:
        self.refused(folder, ask(url, "do", "POST", body, **headers), status)

    def test_a_note_that_no_file_may_hold_is_told_in_the_page(self, folder: Path, url: str) -> None:
        for text in ("x" * 1001, "\x00", "\ud800"):
            told = act(url, 0, "note", note=text).told
            assert told["failed"]
            assert told["said"].startswith("not saved: the note")
        assert decided(folder) == []

    def test_every_answer_says_what_the_page_may_do(self, url: str) -> None:
        for asked in (ask(url), ask(url, ""), ask(url, "nothing"), ask(url, Origin="null")):
            policy = asked.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert asked.headers["Cache-Control"] == "no-store"
            assert asked.headers["Referrer-Policy"] == "no-referrer"
            assert asked.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in asked.headers
            assert asked.headers["Server"] == "factcheck"

    def test_it_listens_on_loopback_only(self, url: str) -> None:
        assert urlsplit(url).hostname == "127.0.0.1"

    def test_each_desk_has_a_token_of_its_own(self, folder: Path) -> None:
        with desk(folder) as table, serving(table) as one, serving(table) as two:
            tokens = {urlsplit(each).path for each in (one, two)}
        assert len(tokens) == 2
        assert all(len(each) >= 34 for each in tokens)

    def test_a_taken_port_is_told(self, run: Run, folder: Path, fake_model: object) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ran = run("review", "--web", "--reviewer", WHO, "--port", port)
        assert ran.code == 2
        assert f"port {port}: cannot be taken" in ran.err


def test_ctrl_c_ends_it_and_lets_the_files_go(folder: Path) -> None:
    script = (
        "import signal, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        # Whoever runs the tests in the background may have told them to leave Ctrl-C alone.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from desk_made import *; from factcheck.cli.review import _serve\n"
        "with desk(Path('.')) as table:\n    _serve(table, blind=True, port=0)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        stderr=subprocess.PIPE,
        cwd=folder,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    url = line.split("the desk is at ")[1].strip()
    assert "Ctrl-C" in process.stderr.readline()
    assert act(url, 0, "decide", stance="neutral").status == 200
    process.send_signal(signal.SIGINT)
    process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert decided(folder) == ["neutral"]
    assert sorted(each.name for each in (folder / "claims").iterdir()) == [
        "letter.yaml",
        "official.yaml",
    ]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    with api.sync_playwright() as player:
        try:
            browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"no Chromium: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@contextmanager
def page_of(chromium: Browser, url: str, **options: Any) -> Iterator[Page]:
    """The page; what it complains of, or asks of anyone else, fails the test."""
    context = chromium.new_context(**options)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda each: wrong.append(each.text))
    page.on("pageerror", lambda each: wrong.append(str(each)))
    page.on("dialog", lambda each: wrong.append(each.message))
    page.on("request", lambda each: None if each.url.startswith(url) else wrong.append(each.url))
    page.goto(url)
    page.locator("#claim .text").wait_for()
    try:
        yield page
        assert wrong == []
    finally:
        context.close()


@pytest.mark.browser
class TestPage:
    def said(self, page: Page, text: str) -> None:
        from playwright.sync_api import expect

        expect(page.locator("#said")).to_contain_text(text)

    @pytest.mark.parametrize(
        ("key", "stance"),
        [
            *(("o", "opposes"), ("ArrowLeft", "opposes"), ("n", "neutral"), ("N", "neutral")),
            *(("ArrowDown", "neutral"), ("s", "supports"), ("ArrowRight", "supports")),
        ],
    )
    def test_a_key_decides(
        self, chromium: Browser, folder: Path, url: str, key: str, stance: str
    ) -> None:
        with page_of(chromium, url) as page:
            page.keyboard.press(key)
            self.said(page, "saved: ")
            assert decided(folder) == [stance]

    def test_a_sitting_by_keys_alone(self, chromium: Browser, folder: Path, url: str) -> None:
        before = official(folder).read_bytes()
        with page_of(chromium, url) as page:
            page.keyboard.press("Space")
            self.said(page, "skipped")
            page.keyboard.press("ArrowUp")
            self.said(page, "skipped")
            page.keyboard.press("t")
            page.keyboard.type("no <b>news</b> on q")
            page.keyboard.press("Enter")
            self.said(page, "noted")
            assert page.locator("#note").text_content() == "note: no <b>news</b> on q"
            page.keyboard.press("t")
            page.keyboard.type("x")
            page.keyboard.press("Escape")
            page.keyboard.press("m")
            page.locator("#model", has_text="the model: opposes").wait_for()
            page.keyboard.press("m")
            page.locator("#model", has_text="hidden").wait_for()
            page.keyboard.press("n")
            self.said(page, "saved: neither")
            assert b"no <b>news</b> on q" in official(folder).read_bytes()
            for _ in range(3):
                page.keyboard.press("u")
                self.said(page, "taken back" if _ == 0 else "you skipped")
                page.locator("#head", has_text=f"{3 - _} of 6").wait_for()
            page.keyboard.press("?")
            for _, what in KEYS:
                assert what in (page.locator("#help-keys").text_content() or "")
            page.keyboard.press("o")
            assert page.locator("#help-box").is_hidden()
            page.keyboard.press("q")
            self.said(page, "Ctrl-C")
        assert official(folder).read_bytes() == before

    def test_a_note_typed_while_a_step_is_being_saved_is_kept(
        self, chromium: Browser, folder: Path, url: str
    ) -> None:
        held: list[Route] = []
        with page_of(chromium, url) as page:
            page.route("**/do", lambda route: held.append(route), times=1)  # noqa: PLW0108
            with page.expect_request("**/do"):
                page.keyboard.press("Space")
            page.keyboard.press("o")  # of a pair not seen yet: dropped
            page.keyboard.press("t")
            page.keyboard.type("late")
            page.keyboard.press("Enter")
            held[0].continue_()
            self.said(page, "noted")
            page.locator("#head", has_text="2 of 6").wait_for()
            assert page.locator("#note").text_content() == "note: late"
            assert decided(folder) == []

    def test_every_button_does_what_its_key_does(
        self, chromium: Browser, folder: Path, url: str
    ) -> None:
        with page_of(chromium, url) as page:
            for name, said in (
                *(("opposes", "saved: opposes"), ("neither", "saved: neither")),
                *(("supports", "saved: supports"), ("skip", "skipped"), ("undo", "you skipped")),
                ("quit", "Ctrl-C"),
            ):
                page.get_by_role("button", name=name).click()
                self.said(page, said)
            page.keyboard.press("Space")  # skips: the button pressed by mouse has no focus left
            self.said(page, "skipped")
            page.get_by_role("button", name="note").click()
            page.get_by_role("button", name="Leave").click()
            page.get_by_role("button", name="help").click()
            page.get_by_role("button", name="Close").click()
            page.get_by_role("button", name="model").click()
            page.locator("#model", has_text="the model: opposes").wait_for()
            root = page.locator("html")
            for look in ("dark", "light", None):
                page.get_by_role("button", name="colours").click()
                assert root.get_attribute("data-look") == look

    def test_a_mark_uncovered_is_asked_for(self, chromium: Browser, folder: Path) -> None:
        path = official(folder)
        text = path.read_text("utf-8").replace(
            "topics: [peace, media]", "expect: {uncovered: true}"
        )
        path.write_text(text, "utf-8")
        read = read_claim_files([folder / "claims"])
        peace = next(each for each in read.claims if each.id == "peace")
        queue = queued([ranking(peace, read.statements, (0.5, 0.2, 0.1))], WHO)
        with (
            desk(folder, queue) as table,
            serving(table) as url,
            page_of(chromium, url) as page,
        ):
            page.keyboard.press("o")
            page.locator("#ask-box").wait_for()
            page.keyboard.press("n")
            self.said(page, "stays marked uncovered")
            assert path.read_text("utf-8") == text
            page.keyboard.press("o")
            page.locator("#ask-box").wait_for()
            page.keyboard.press("y")
            self.said(page, "no longer marked uncovered")

    def test_hostile_texts_stay_texts(self, chromium: Browser, folder: Path) -> None:
        given = [statement("h", HOSTILE, locator=HOSTILE.strip()), statement("l", "word " * 1999)]
        queue = queued([ranking(claim("x", HOSTILE), given, (0.5, 0.2))], WHO)
        with opened(official(folder)) as files:
            table = Desk(Sitting(queue), files, "<b>Me</b>", lambda: DAY)
            with serving(table) as url, page_of(chromium, url) as page:
                told = page.locator("#claim .text").text_content() or ""
                assert told == HOSTILE.replace("\u202e", "\\u202e")
                assert page.locator("img, b, script:not([src])").count() == 0
                page.keyboard.press("Space")
                self.said(page, "skipped")
                page.set_viewport_size({"width": 390, "height": 844})
                wide = page.locator("body").bounding_box()
                assert wide is not None
                assert wide["width"] <= 390

    def test_two_tabs_go_on_together(self, chromium: Browser, folder: Path, url: str) -> None:
        with page_of(chromium, url) as one, page_of(chromium, url) as two:
            one.keyboard.press("n")
            self.said(one, "saved")
            two.keyboard.press("o")
            self.said(two, "another tab went on")
            two.keyboard.press("s")
            self.said(two, "saved: supports")
        assert sorted(decided(folder)) == ["neutral", "supports"]

    def test_what_cannot_be_saved_is_told_in_the_page(
        self, chromium: Browser, folder: Path, url: str
    ) -> None:
        with page_of(chromium, url) as page:
            shown = page.locator("#statement .text").text_content()
            official(folder).write_text("version: [", "utf-8")
            page.keyboard.press("n")
            self.said(page, "not saved: ")
            assert page.locator("#said.failed").count() == 1
            assert page.locator("#statement .text").text_content() == shown

    def test_a_desk_that_has_ended_is_told(self, chromium: Browser, folder: Path) -> None:
        context = chromium.new_context()
        page = context.new_page()
        with desk(folder) as table, serving(table) as url:
            page.goto(url)
            page.locator("#claim .text").wait_for()
        page.keyboard.press("n")
        self.said(page, "not saved: the desk ")
        context.close()
        assert decided(folder) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_text_stands_out_as_wcag_asks(
        self, chromium: Browser, folder: Path, url: str, scheme: Any
    ) -> None:
        """Level AA: 4.5 to 1 for text, by the colours that Chromium has computed."""
        with page_of(chromium, url, color_scheme=scheme) as page:
            page.keyboard.press("n")
            self.said(page, "saved")
            for name in (
                "#head",
                "h1",
                "h2",
                ".text",
                "dt",
                "dd",
                "#model",
                "#said",
                "button",
                "kbd",
            ):
                ink, back = page.locator(name).first.evaluate(_COLOURS)
                assert contrast(ink, back) >= 4.5, name


_COLOURS = """element => {
  const rgb = colour => colour.match(/[0-9.]+/g).map(Number);
  let back = element;
  while (back.parentElement && (rgb(getComputedStyle(back).backgroundColor)[3] ?? 1) === 0) {
    back = back.parentElement;
  }
  return [rgb(getComputedStyle(element).color), rgb(getComputedStyle(back).backgroundColor)];
}"""


def contrast(ink: list[float], back: list[float]) -> float:
    def luminance(colour: list[float]) -> float:
        parts = [part / 255 for part in colour[:3]]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(ink), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
