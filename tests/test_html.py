"""The HTML page without a browser: what is in it, what never can be, that it stays the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import NGO, FakeEncoder, FakeStance, Run, claim, statement

from factcheck.compare import compare
from factcheck.formats.html import page
from factcheck.formats.html.anchors import anchor, anchors
from factcheck.formats.html.texts import https, pieces, said
from factcheck.landscape import Landscape, of_report
from factcheck.records import Expectation, Quote
from factcheck.report import Report
from factcheck.survey import MOST_DOTS, MOST_SOURCES, Survey

TEMPLATES = Path(__file__).parent.parent / "factcheck" / "formats" / "html" / "templates"
EVIL = (
    "</script><script>alert(1)</script><!-- <style>*{} ]]> --> {{ 7*7 }} {% raw %} "
    "<img src=x onerror=alert(1)> \" ' & \u202egnp.exe \u2066x \u2028 javascript:alert(1)"
)
VOID = {"meta", "link", "input", "br", "path", "rect", "stop", "circle"}


class Elements(HTMLParser):
    """All elements of a page, and all its text; complains of what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def surveyed(encoder: FakeEncoder, stance: FakeStance) -> tuple[Report, Landscape]:
    source = NGO.model_copy(
        update={"url": "https://example.org/a?b=1&c='d'", "archived_url": "https://a.example/x"}
    )
    expect = Expectation(counterpoints=("letter/closed", "letter/far", "letter/none"))
    quote = Quote(exact="the press is “free”", prefix="We agreed that ", suffix=", they said")
    claims = [
        claim("press", "The press is free.", quote=quote, locator="para. 1", expect=expect),
        claim("peace", "Peace has lasted for 30 years.", topics=("peace",)),
        claim("evil", EVIL, speaker=EVIL, locator=EVIL[:900], topics=("a",)),
    ]
    statements = [
        statement("closed", "The press was closed.", source=source, speaker="A spokesman"),
        statement("praise", "Peace has lasted for 10 years.", source=source),
        statement("evil", EVIL, source=source, quote=Quote(exact=EVIL, prefix=EVIL)),
        statement("far", "The weather was fine.", source=source),
    ]
    survey = Survey()
    report = compare(claims, statements, encoder=encoder, stance=stance, k=1, seen=survey.add)
    return report, survey.landscape()


@pytest.fixture
def shown(surveyed: tuple[Report, Landscape]) -> str:
    return page(*surveyed)


def test_the_page_is_well_formed_and_its_ids_are_its_own(shown: str) -> None:
    elements = Elements(shown)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in elements.of("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids


def test_the_policy_names_the_hashes_of_all_that_runs_and_nothing_else(shown: str) -> None:
    (policy,) = (meta["content"] for meta in Elements(shown).of("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "base-uri 'none'; form-action 'none'" in policy
    inline = [
        *re.findall(r"<script>(.*?)</script>", shown, re.DOTALL),
        *re.findall(r"<style>(.*?)</style>", shown, re.DOTALL),
    ]
    assert len(inline) == 3
    digests = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests


def test_nothing_is_fetched_and_nothing_runs_from_an_attribute(shown: str) -> None:
    elements = Elements(shown)
    assert {tag for tag, _ in elements.found}.isdisjoint({"iframe", "img", "object", "base"})
    for tag, attributes in elements.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert "src" not in attributes
        for name in ("href", "action", "xlink:href"):
            target = attributes.get(name, "#")
            assert target.startswith(("#", "https://")) or target == "data:,"


def test_hostile_texts_stay_texts(shown: str) -> None:
    elements = Elements(shown)
    assert len(elements.of("script")) == 2
    assert len(elements.of("style")) == 1
    assert "<!--" not in shown
    text = "".join(elements.text)
    assert "</script><script>alert(1)</script><!-- <style>*{} ]]> --> {{ 7*7 }} {% raw %}" in text
    assert "\\u202egnp.exe \\u2066x javascript:alert(1)" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028]", shown)


def test_only_our_own_assets_are_put_in_as_they_are() -> None:
    for template in TEMPLATES.glob("*.j2"):
        raw = re.findall(r"\{\{([^}]*\|\s*safe)", template.read_text("utf-8"))
        assert all(re.fullmatch(r" assets\.(style|early|script) \| safe", each) for each in raw)
    for asset in ("page.js", "early.js"):
        code = (TEMPLATES / asset).read_text("utf-8")
        assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|Function\(", code)
        assert not re.search(r"fetch\(|XMLHttp|https?:|import", code)
    assert not re.search(r"url\((?!#)|@import|expression", (TEMPLATES / "page.css").read_text())


def test_the_same_input_gives_the_same_bytes(surveyed: tuple[Report, Landscape]) -> None:
    assert page(*surveyed) == page(*surveyed)


def test_each_claim_is_told_in_full(shown: str) -> None:
    text = "".join(Elements(shown).text)
    for words in (
        *("We agreed that", "the press is “free”", ", they said", "para. 1", "A spokesman"),
        *("A declaration", "A union", "undated", "similarity", "contrast", "opposes 0.8"),
        *("Expected, ranked", "Expected letter/none, not among the statements judged"),
        *("The press was closed.", "declaration/press", "letter/closed", "◇ expected"),
    ):
        assert words in text, words
    hrefs = [link["href"] for link in Elements(shown).of("a")]
    assert "https://example.org/a?b=1&c='d'" in hrefs
    assert "https://a.example/x" in hrefs


def test_signals_are_marked_in_both_texts_and_told_in_words(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    report = compare(
        [claim("peace", "Peace has lasted for 30 years.")],
        [statement("praise", "Peace has lasted for 10 years.")],
        encoder=encoder,
        stance=stance,
    )
    text = page(report)
    assert '<mark class="k-number">30 years</mark>.</h4>' in text
    assert '<mark class="k-number">10 years</mark>.</p>' in text
    assert '<p class="sig"><b>number</b> “30 years” against “10 years”</p>' in text
    assert ">number (1)</option>" in text
    assert "Marked in both texts:" in text


def test_marks_that_overlap_are_cut_where_they_begin_and_end() -> None:
    told = pieces(
        "all of the 30 years", [(0, 13, "quantifier"), (11, 19, "number"), (90, 99, "date")]
    )
    assert [(each.text, each.kinds) for each in told] == [
        ("all of the ", ("quantifier",)),
        ("30", ("quantifier", "number")),
        (" years", ("number",)),
    ]
    assert pieces("", []) == ()
    assert [each.text for each in pieces("a \u202e b", [(2, 3, "date")])] == ["a ", "\\u202e", " b"]


def test_the_matrix_has_the_strongest_statement_of_each_source(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    other = NGO.model_copy(update={"id": "press", "title": "A newspaper"})
    statements = [
        statement("closed", "The press was closed."),
        statement("other", "The weather was fine."),
        statement("fine", "The weather was fine.", source=other),
    ]
    survey = Survey()
    report = compare(
        [claim("press", "The press is free.")],
        statements,
        encoder=encoder,
        stance=stance,
        k=1,
        seen=survey.add,
    )
    (cells,) = survey.landscape().cells
    assert [(cell.source_id, cell.statement.id) for cell in cells] == [
        ("letter", "closed"),
        ("press", "fine"),
    ]
    text = page(report, survey.landscape())
    assert re.search(r'<td class="l[45]"[^>]*><a href="#claim-declaration/press">▲ 0\.8', text)
    assert re.search(r'<td class="l0"[^>]*><a href="#claim-declaration/press">0\.10', text)
    assert "The most opposing of its source, opposes 0.10" in text


def test_a_survey_takes_little_however_much_there_is(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    sources = [NGO.model_copy(update={"id": f"s{n}"}) for n in range(MOST_SOURCES + 5)]
    statements = [
        statement(f"n{n}", f"It was {'closed' if n % 3 else 'fine'} {n}.", source=source)
        for n, source in enumerate(sources * 4)
    ]
    expect = Expectation(counterpoints=("s0/n0",))
    claims = [claim(f"c{n}", f"Claim {n}.", expect=expect) for n in range(50)]
    survey = Survey()
    report = compare(claims, statements, encoder=encoder, stance=stance, k=2, seen=survey.add)
    seen = survey.landscape()
    assert seen.pairs == 50 * 180 > MOST_DOTS
    assert seen.binned
    assert sum(dot.count for dot in seen.dots) == seen.pairs
    assert len(seen.dots) < 500
    assert {len(row) for row in seen.cells} == {MOST_SOURCES}
    assert len(seen.expected) == 50
    text = page(report, seen)
    assert "a mark stands for all pairs about its place" in text
    assert "21 other sources" in text or "16 other sources" in text


def test_what_is_expected_is_ranked_both_ways(surveyed: tuple[Report, Landscape]) -> None:
    _, seen = surveyed
    by_key = {each.key: each for each in seen.expected}
    assert by_key["letter/closed"].rank == 1
    assert by_key["letter/far"].rank in {2, 3, 4}
    assert by_key["letter/none"].rank is None
    assert seen.nearest
    assert seen.nearest.opposes + seen.nearest.neutral + seen.nearest.supports == 3


def test_the_report_is_the_same_with_and_without_a_survey(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    given = [claim("press", "The press is free.")], [statement("closed", "The press was closed.")]
    survey = Survey()
    first = compare(*given, encoder=encoder, stance=stance)
    second = compare(*given, encoder=encoder, stance=stance, seen=survey.add)
    assert first == second


def test_a_plain_report_is_shown_with_what_it_has_and_says_so(
    surveyed: tuple[Report, Landscape],
) -> None:
    report, _ = surveyed
    text = page(report)
    assert "made from a saved report" in text
    assert "Only the 3 pairs that this saved report shows" in text
    assert not of_report(report).complete
    assert 'id="matrix"' in text


def test_without_a_stance_model_there_is_no_matrix_no_plot_and_no_verdict(
    encoder: FakeEncoder,
) -> None:
    survey = Survey()
    report = compare(
        [claim("press", "The press is free.")],
        [statement("closed", "The press was closed.")],
        encoder=encoder,
        seen=survey.add,
    )
    text = page(report, survey.landscape())
    assert "No matrix and no plot" in text
    assert 'id="matrix"' not in text
    assert "no claim has a verdict" in text
    Elements(text)


def test_ranked_by_similarity_a_plain_report_has_no_plot(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    report = compare(
        [claim("press", "The press is free.")],
        [statement("closed", "The press was closed.")],
        encoder=encoder,
        stance=stance,
        rank="similarity",
    )
    assert "No plot:" in page(report)


def test_links_of_claims_are_stable_and_never_the_same() -> None:
    assert anchor("declaration", "press-freedom") == "claim-declaration/press-freedom"
    odd = [("a", "b/c"), ("a/b", "c"), ('a"b', "c"), ("a'b", "c"), ("a", "b\ud800"), ("", "")]
    told = anchors([*odd, ("a", "b"), ("a", "b"), ("a", "b"), ("A", "b"), ("a" * 121, "b")])
    assert len(set(told)) == len(told)
    assert told[6:9] == ("claim-a/b", "claim-a/b~2", "claim-a/b~3")
    assert all(re.fullmatch(r"claim-[a-z0-9._/~-]+", each) for each in told)


def test_only_https_is_linked_to() -> None:
    assert https("https://example.org/") == "https://example.org/"
    for url in ("javascript:alert(1)", "http://example.org/", "https://a@b/", " https://x.y", ""):
        assert https(url) is None
    assert https(None) is None


def test_a_source_with_another_address_is_not_linked(
    surveyed: tuple[Report, Landscape],
) -> None:
    report, seen = surveyed
    sources = tuple(
        each.model_copy(update={"url": "javascript:alert(1)"}) for each in report.sources
    )
    text = page(report.model_copy(update={"sources": sources}), seen)
    assert all(not link["href"].startswith("javascript") for link in Elements(text).of("a"))


def test_a_long_word_is_kept_whole(encoder: FakeEncoder, stance: FakeStance) -> None:
    report = compare(
        [claim("long", "w" * 10_000)],
        [statement("closed", "It was closed.")],
        encoder=encoder,
        stance=stance,
    )
    data = json.loads(report.model_dump_json())
    data["findings"][0]["claim"]["text"] = "x" * 100_000
    text = page(Report.model_validate_json(json.dumps(data)))
    assert "x" * 100_000 in text
    assert "overflow-wrap: anywhere" in text


def test_said_shows_what_steers() -> None:
    assert said("a\n b\u202e") == "a b\\u202e"
    assert said("نمی\u200cخواهم") == "نمی\u200cخواهم"


def test_compare_writes_the_page_and_the_report_in_one_run(
    run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    ran = run(
        *("compare", "--stance-model", "fake", "-f", "html", "-o", "page.html"),
        *("-o", "json=report.json"),
    )
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert ran.err.splitlines()[-2:] == ["report.json: 2 claims", "page.html: 2 claims"]
    plain = run("compare", "--stance-model", "fake", "-f", "json")
    assert (folder / "report.json").read_text("utf-8") == plain.out
    text = (folder / "page.html").read_text("utf-8")
    assert "expected by the claim file" in text
    assert 'id="claim-declaration/press"' in text
    again = run("render", "report.json", "-f", "html", "-o", "-")
    assert "made from a saved report" in again.out
    for name in ("json", "markdown", "csv", "terminal", "jsonl"):
        one = run("render", "report.json", "-f", name)
        assert one.out == run("compare", "--stance-model", "fake", "-f", name).out


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (["-o", "a.html", "-o", "b.html"], "a second file needs a format of its own"),
        (["-o", "html=a", "-o", "json=./a"], "two formats would go to a;"),
        (["-o", "html=-"], "two formats would go to standard output"),
        (["-o", "html="], "is no file"),
        (["-o", "html=claims/official.yaml"], "is one of the inputs"),
    ],
)
def test_outputs_that_cannot_be_are_refused_before_any_work(
    run: Run, folder: Path, fake_model: FakeEncoder, outputs: list[str], message: str
) -> None:
    ran = run("compare", *outputs)
    assert ran.code == 2
    assert message in ran.err
    assert fake_model.batches == []


def test_a_report_that_is_none_is_refused_and_nothing_is_written(run: Run, folder: Path) -> None:
    (folder / "page.html").write_text("kept", "utf-8")
    for content, message in (
        (b"{}", "no findings"),
        (b"\xff\xfe", "no UTF-8"),
        (b"<html>", "is a page"),
        (b"[" * 100_000, "nests too deeply"),
        (b"", "is empty"),
    ):
        (folder / "report.json").write_bytes(content)
        ran = run("render", "report.json", "-f", "html", "-o", "page.html")
        assert ran.code == 2
        assert message in ran.err
        assert (folder / "page.html").read_text("utf-8") == "kept"
    assert "cannot be read" in run("render", "nowhere.json").err


def test_check_shows_what_the_rules_found_beside_the_claims(
    run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    claims = folder / "claims" / "official.yaml"
    claims.write_text(claims.read_text("utf-8").replace("letter/closed", "letter/other"), "utf-8")
    ran = run("check", "--stance-model", "fake", "-f", "html")
    assert ran.code == 1
    elements = Elements(ran.out)
    text = "".join(elements.text)
    assert "Check: failed" in text
    assert "counterpoint-changed-stance" in text
    options = {each["value"] for each in elements.of("option")}
    article = next(a for a in elements.of("article") if a["id"] == "claim-declaration/press")
    assert set(article["data-r"].split()) <= options
    assert "FC202" in text


def test_check_without_a_claim_has_a_page_too(
    run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    (folder / "claims" / "official.yaml").unlink()
    ran = run("check", "--allow-empty", "-f", "html")
    assert ran.code == 0, ran.err
    assert "Check: passed" in ran.out
    assert "No claim was compared." in ran.out
    Elements(ran.out)


def test_ids_that_no_claim_file_could_hold_break_nothing(
    surveyed: tuple[Report, Landscape],
) -> None:
    data = json.loads(surveyed[0].model_dump_json())
    for at, name in enumerate(('a" onclick="x', "a'><b>", "a b/../c#d")):
        data["findings"][at]["claim"]["id"] = name
        data["findings"][at]["claim"]["topics"] = [name, "0 1 2"]
    data["sources"][1]["id"] = "x y"
    for finding in data["findings"]:
        for each in finding["counterpoints"]:
            each["statement"]["source_id"] = "x y"
    elements = Elements(page(Report.model_validate_json(json.dumps(data))))
    for article in elements.of("article"):
        assert re.fullmatch(r"claim-~[0-9a-f]{32}", article["id"])
        assert re.fullmatch(r"[\d ]+", article["data-s"] + article["data-t"])
    assert not any("onclick" in attributes for _, attributes in elements.found)
