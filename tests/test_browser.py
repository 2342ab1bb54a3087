"""The HTML page in a real Chromium: every control, the keyboard alone, axe, no request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NGO, OFFICIAL, FakeEncoder, FakeStance, claim, statement

from factcheck.compare import compare
from factcheck.formats.html import page as page_of
from factcheck.records import Expectation, Quote
from factcheck.survey import Survey

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REASON = (
    "playwright and axe-playwright-python are not installed"
    if not (find_spec("playwright") and find_spec("axe_playwright_python"))
    else "no Chromium on the path"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM and find_spec("playwright") and find_spec("axe_playwright_python")),
        reason=REASON,
    ),
]
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PATIENCE = 120_000  # ms; for a machine that is busy, not for the page
EVIL = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all there can be: 60 claims, hostile texts, a word of 100,000 letters."""
    other = OFFICIAL.model_copy(update={"id": "other", "title": "Another text"})
    paper = NGO.model_copy(
        update={"id": "paper", "title": "A newspaper", "url": "https://example.org/a"}
    )
    expect = Expectation(counterpoints=("letter/closed",))
    quote = Quote(exact="the press is “free”", prefix="We agreed that", suffix="in all lands")
    claims = [
        claim("press", "The press is free.", quote=quote, expect=expect, topics=("media",)),
        claim("peace", "Peace has lasted for 30 years.", topics=("peace",)),
        claim("evil", EVIL, locator=EVIL, topics=("media",)),
        claim("long", "wwww"),
        *(claim(f"n{n}", f"Élan number {n}.", source=other, topics=("peace",)) for n in range(56)),
    ]
    statements = [
        statement("closed", "The press was closed."),
        statement("praise", "Peace has lasted for 10 years.", source=paper, locator="p. 4"),
        statement("evil", EVIL, source=paper),
        statement("long", "x" * 1_000),
    ]
    survey = Survey()
    report = compare(
        claims, statements, encoder=FakeEncoder(), stance=FakeStance(), k=4, seen=survey.add
    )
    findings = tuple(
        each.model_copy(update={"claim": each.claim.model_copy(update={"text": "w" * 100_000})})
        if each.claim.id == "long"
        else each
        for each in report.findings
    )
    report = report.model_copy(update={"findings": findings})
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.html").write_text(page_of(report, survey.landscape()), "utf-8")
    return folder / "page.html"


class Watched:
    """A tab that notes what it should never do."""

    def __init__(self, context: BrowserContext, path: Path) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.set_default_timeout(PATIENCE)
        self.tab = context.new_page()
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.tab.goto(path.as_uri())

    def check(self, path: Path) -> None:
        assert [each for each in self.requests if each != path.as_uri()] == []
        assert self.complaints == []
        assert self.tab.evaluate("window.ran") is None


@pytest.fixture
def tab(browser: Browser, path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watched = Watched(context, path)
    yield watched.tab
    watched.check(path)
    context.close()


def shown(tab: Page) -> list[str]:
    """The ids of the claims that a reader sees, once the count says so."""
    return [
        str(each).removeprefix("claim-")
        for each in tab.evaluate(
            "[...document.querySelectorAll('article.claim:not(.out)')].map((each) => each.id)"
        )
    ]


def counted(tab: Page, number: int) -> None:
    from playwright.sync_api import expect

    expect(tab.locator("#count")).to_have_text(f"{number} of 60 claims")
    assert len(shown(tab)) == number


def test_all_is_there_and_nothing_overflows(browser: Browser, path: Path) -> None:
    for width in (390, 1024, 1600):
        context = browser.new_context(viewport={"width": width, "height": 900})
        watched = Watched(context, path)
        assert watched.tab.evaluate("document.documentElement.scrollWidth") <= width
        assert len(shown(watched.tab)) == 60
        watched.check(path)
        context.close()


@pytest.mark.parametrize(
    ("field", "label", "expected"),
    [
        ("#by-verdict", "supported (59)", 59),
        ("#by-verdict", "conflicting (1)", 1),
        ("#by-source", "A declaration (4)", 4),
        ("#by-topic", "media (2)", 2),
        ("#by-rule", "number (1)", 1),
    ],
)
def test_each_filter_leaves_what_it_counts(
    tab: Page, field: str, label: str, expected: int
) -> None:
    labels = tab.locator(f"{field} option").all_inner_texts()
    if field == "#by-verdict":  # whichever verdicts there are: each leaves as many as it says
        for each in labels[1:]:
            tab.select_option(field, label=each)
            counted(tab, int(each.split("(")[1].strip(")")))
        return
    assert label in labels
    tab.select_option(field, label=label)
    counted(tab, expected)
    tab.click("#clear")
    counted(tab, 60)


def test_filters_add_up_act_on_the_matrix_and_can_leave_nothing(tab: Page) -> None:
    tab.select_option("#by-topic", label="media (2)")
    tab.fill("#search", "closed")
    tab.fill("#search", "“free”")
    counted(tab, 1)
    assert tab.locator(".part:not(.out) tbody tr:not([hidden])").count() == 1
    tab.fill("#search", "nowhere at all")
    counted(tab, 0)
    assert tab.is_visible("#nothing")
    tab.click("#all")
    counted(tab, 60)
    assert tab.is_hidden("#nothing")
    assert tab.evaluate("document.activeElement.id") == "search"


def test_search_takes_words_phrases_and_letters_without_accents(tab: Page) -> None:
    tab.fill("#search", "elan number")
    counted(tab, 56)
    tab.fill("#search", '"elan number 7"')
    counted(tab, 1)
    tab.fill("#search", "7 NUMBER elan")
    assert "other/n7" in shown(tab)
    tab.press("#search", "Escape")
    counted(tab, 60)


def test_a_verdict_in_the_head_filters_by_it(tab: Page) -> None:
    link = tab.locator("a[data-verdict]").first
    link.click()
    counted(tab, int(link.locator("strong").inner_text()))
    assert tab.input_value("#by-verdict") == link.get_attribute("data-verdict")


def test_a_permanent_link_leads_to_its_claim_even_if_a_filter_hides_it(
    browser: Browser, path: Path, tab: Page
) -> None:
    tab.fill("#search", "elan")
    counted(tab, 56)
    tab.evaluate("location.hash = 'claim-declaration/press'")
    counted(tab, 60)
    tab.wait_for_function("document.activeElement.id === 'claim-declaration/press'")
    fresh = browser.new_page()
    fresh.goto(path.as_uri() + "#claim-other/n50")
    assert fresh.evaluate("document.activeElement.id") == "claim-other/n50"
    box = fresh.locator("[id='claim-other/n50']").bounding_box()
    assert box
    assert -5 < box["y"] < 600
    fresh.close()


def test_cells_and_marks_of_the_charts_lead_to_claims(tab: Page) -> None:
    tab.locator(".matrix td a").first.click()
    assert tab.evaluate("decodeURIComponent(location.hash)") == "#claim-declaration/press"
    tab.locator(".expected a").first.click()
    assert tab.evaluate("decodeURIComponent(location.hash)") == "#claim-declaration/press"
    tab.click("text=The 1 expected counterpoints as a table")
    assert tab.is_visible("table.plain")


@pytest.mark.parametrize("clipboard", ["", "Object.defineProperty(navigator, 'clipboard', {})"])
def test_a_citation_can_be_copied(browser: Browser, path: Path, clipboard: str) -> None:
    context = browser.new_context()
    context.add_init_script(clipboard)
    watched = Watched(context, path)
    tab = watched.tab
    tab.locator("article button.cite").first.click()
    tab.wait_for_function("document.getElementById('spoken').textContent === 'Citation copied'")
    tab.focus("#search")
    tab.keyboard.press("Control+V")
    assert tab.input_value("#search") == (
        "“the press is “free”” — A declaration, A union, undated."
    )
    tab.fill("#search", "")
    tab.locator("[id='claim-declaration/peace'] ol button.cite").last.click()
    tab.focus("#search")
    tab.keyboard.press("Control+A")
    tab.keyboard.press("Control+V")
    assert "undated" in tab.input_value("#search")
    watched.check(path)
    context.close()


def test_the_theme_goes_round_and_is_kept(tab: Page) -> None:
    def background() -> Any:
        return tab.evaluate("getComputedStyle(document.body).backgroundColor")

    light = background()
    tab.click("#theme")
    assert tab.inner_text("#theme") == "Theme: dark"
    dark = background()
    assert dark != light
    tab.reload()
    assert tab.inner_text("#theme") == "Theme: dark"
    assert background() == dark
    tab.click("#theme")
    assert tab.inner_text("#theme") == "Theme: light"
    assert background() == light
    tab.emulate_media(color_scheme="dark")
    assert background() == light
    tab.click("#theme")
    assert background() == dark


def test_the_keyboard_alone_is_enough(tab: Page) -> None:
    def active() -> Any:
        return tab.evaluate("document.activeElement.id || document.activeElement.className")

    tab.keyboard.press("Tab")
    assert active() == "skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert active() == "search"
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    tab.keyboard.type("elan")
    counted(tab, 56)
    tab.keyboard.press("Escape")
    counted(tab, 60)
    tab.keyboard.press("Tab")
    assert active() == "by-verdict"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert active() == "by-rule"
    tab.keyboard.press("Tab")
    assert active() == "clear"
    tab.keyboard.press("Enter")
    counted(tab, 60)
    tab.keyboard.press("j")
    first = active()
    tab.keyboard.press("j")
    assert active() != first
    tab.keyboard.press("k")
    assert active() == first
    tab.keyboard.press("/")
    assert active() == "search"
    assert tab.input_value("#search") == ""
    tab.keyboard.type("j")
    assert active() == "search"


def test_single_keys_can_be_turned_off(tab: Page) -> None:
    tab.keyboard.press("?")
    assert tab.is_visible("#keys")
    tab.uncheck("#keys")
    tab.keyboard.press("j")
    assert not tab.evaluate("document.activeElement.matches('article')")
    tab.reload()
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") != "search"


def test_without_scripts_all_is_there_to_read(browser: Browser, path: Path) -> None:
    from playwright.sync_api import expect

    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.locator("article.claim").count() == 60
    assert tab.is_hidden("#filters")
    assert tab.locator("button:visible").count() == 0
    tab.locator("[id='claim-other/n55']").scroll_into_view_if_needed()
    expect(tab.locator("[id='claim-other/n55'] .t").first).to_be_visible()
    tab.click(".matrix td a >> nth=0")
    assert tab.url.endswith("#claim-declaration/press")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser: Browser, path: Path, scheme: Any, width: int) -> None:
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    tab = context.new_page()
    tab.goto(path.as_uri())
    # What is out of sight is looked at too, and what is folded.
    tab.add_style_tag(content=".claim, .part { content-visibility: visible !important }")
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = tab.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
    )
    told = [
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert told == []
    assert len(found["passes"]) > 20
    context.close()


def test_the_policy_lets_no_other_script_run(browser: Browser, path: Path) -> None:
    tab = browser.new_page()
    tab.goto(path.as_uri())
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.evaluate(
        "() => { const s = document.createElement('script'); s.append('window.ran = 1');"
        " try { document.body.append(s); } catch {} }"
    )
    assert tab.evaluate("window.ran") is None
    assert tab.evaluate("fetch('https://example.org').then(() => 1, () => 0)") == 0
    assert any("Content Security Policy" in each for each in said)
    tab.close()


def test_print_is_a4_with_all_claims_and_opens_what_is_folded(browser: Browser, path: Path) -> None:
    import pypdfium2

    tab = browser.new_page()
    tab.goto(path.as_uri())
    document = pypdfium2.PdfDocument(tab.pdf(prefer_css_page_size=True))
    text = "".join(each.get_textpage().get_text_bounded() for each in document)
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    for words in (
        "Élan number 55",
        "How it was made",
        "Texts were encoded",
        "The press was closed",
    ):
        assert words in text
    assert "Copy citation" not in text
    letters = sum(line.count("w") for line in text.splitlines() if set(line.strip()) == {"w"})
    assert letters >= 100_000
    document.close()
    tab.close()
