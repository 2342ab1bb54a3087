from __future__ import annotations

import csv
import io
import json
import re
from typing import get_args

import pytest
from conftest import NGO, OFFICIAL, FakeEncoder, claim, statement
from jsonschema import Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt

from factcheck.cli.compare import Format
from factcheck.compare import compare
from factcheck.formats import FORMATS, Layout, renderer
from factcheck.formats.csv import COLUMNS
from factcheck.formats.terminal import bar
from factcheck.formats.text import printable
from factcheck.records import Quote
from factcheck.report import Counterpoint, Finding, Model, Report, Stance, Summary
from factcheck.schemas import read_schema

HOSTILE = (
    "[bold]x[/bold] \\[red] :smile: <script>alert(1)</script> **b** _i_ `c` [t](http://e) | =1+1 "
    "\u202egnp.exe \u2066iso\u2069 a\u200bb\u2028c http://example.org/ &amp; # * - +"
)


@pytest.fixture
def report(encoder: FakeEncoder) -> Report:
    source = NGO.model_copy(
        update={"publisher": "A press", "url": "https://example.org/a(b)*c", "title": "A [t](u)"}
    )
    claims = [
        claim("press", "The press is free.", locator="para. 1", quote=Quote(exact="press is free")),
        claim("hostile", HOSTILE),
    ]
    statements = [
        statement("closed", "=The press was closed.", source=source, locator="para. 2"),
        statement("hostile", HOSTILE, source=source, quote=Quote(exact="“in” " + HOSTILE)),
    ]
    return compare(claims, statements, encoder=encoder, k=2)


@pytest.fixture
def judged(report: Report) -> Report:
    """As a stance model would leave it."""
    labels = {1: ("opposes", 0.8, 0.1), 2: ("neutral", 0.1, 0.1)}

    def judge(counterpoint: Counterpoint) -> Counterpoint:
        label, opposes, supports = labels[counterpoint.rank]
        stance = Stance.model_validate(
            {"label": label, "opposes": opposes, "neutral": 0.1, "supports": supports}
        )
        return counterpoint.model_copy(update={"stance": stance})

    first, second = report.findings
    points = tuple(judge(counterpoint) for counterpoint in first.counterpoints)
    found: tuple[Finding, ...] = (
        first.model_copy(update={"verdict": "countered", "counterpoints": points}),
        second.model_copy(update={"counterpoints": ()}),
    )
    run = report.run.model_copy(update={"stance_model": Model(name="m", sha256="0" * 64)})
    return report.model_copy(update={"run": run, "findings": found, "summary": Summary.of(found)})


def render(report: Report, name: str, **layout: object) -> str:
    return renderer(name)(report, Layout(**layout))  # type: ignore[arg-type]


def test_every_choice_resolves() -> None:
    assert set(FORMATS) == set(get_args(Format))
    for name in FORMATS:
        assert callable(renderer(name))
    with pytest.raises(KeyError):
        renderer("nothing")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_a_line_end(report: Report, name: str) -> None:
    assert render(report, name).endswith("\n")
    assert not render(report, name).endswith("\n\n")


def test_json_is_valid_against_the_committed_schema(report: Report, judged: Report) -> None:
    validator = Draft202012Validator(
        json.loads(read_schema("report")), format_checker=FormatChecker()
    )
    for each in (report, judged):
        validator.validate(json.loads(render(each, "json")))
    broken = json.loads(render(report, "json"))
    broken["findings"][0]["verdict"] = "true"
    assert not validator.is_valid(broken)


def test_json_lines_are_the_findings(report: Report) -> None:
    lines = [json.loads(line) for line in render(report, "jsonl").splitlines()]
    assert lines == json.loads(render(report, "json"))["findings"]


def test_csv_has_a_row_a_counterpoint(judged: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(render(judged, "csv"))))
    assert [(row["claim_id"], row["rank"]) for row in rows] == [
        ("press", "1"),
        ("press", "2"),
        ("hostile", ""),
    ]
    assert rows[0].keys() == set(COLUMNS)
    assert rows[0]["verdict"] == "countered"
    assert rows[0]["stance"] == "opposes"
    assert rows[0]["statement_text"] == "'=The press was closed."
    assert float(rows[0]["similarity"]) == judged.findings[0].counterpoints[0].similarity


def test_markdown_shows_hostile_text_as_text(report: Report, judged: Report) -> None:
    for each in (report, judged):
        html = MarkdownIt("commonmark").enable("table").render(render(each, "markdown"))
        assert "<script" not in html
        assert "alert(1)" in html
        assert not re.search(r"<(em|code|table|img)", html)
        strong = sum(len(f.counterpoints) + bool(f.verdict) for f in each.findings)
        assert html.count("<strong>") == strong
        hrefs = set(re.findall(r'href="([^"]*)"', html))
        assert hrefs <= {"https://example.org/a(b)*c"}


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("color", [True, False])
def test_terminal_lines_fit(report: Report, width: int, color: bool) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", render(report, "terminal", width=width, color=color))
    assert max(len(line) for line in text.splitlines()) <= width
    words = " ".join(text.split())
    for part in ("press para. 1", "A declaration", "A union", "official", "“press is free”"):
        assert part in words, part


def test_terminal_shows_what_an_editor_needs(judged: Report) -> None:
    text = render(judged, "terminal", width=120)
    first = judged.findings[0].counterpoints[0]
    assert f"{first.similarity:.2f} " in text
    assert "opposes 0.80" in text
    assert "neutral 0.10" in text
    assert "letter/closed · ngo · A press · para. 2" in text
    assert "no statement is this near" in text
    assert "2 claims: 1 countered, 1 unjudged" in text
    assert "“words of closed”" in text


def test_terminal_says_what_similarity_does_not(report: Report) -> None:
    assert "Near is not opposed" in render(report, "terminal")


def test_plain_output_has_no_escape_sequence(report: Report) -> None:
    assert "\x1b" not in render(report, "terminal", color=False)
    colored = render(report, "terminal", color=True)
    assert "\x1b[" in colored
    assert set(re.findall(r"\x1b(.)", colored)) == {"["}
    assert not re.search(r"\x1b\[[0-9;]*[^m0-9;]", colored)


def test_no_markup_and_no_steering_character_passes(report: Report) -> None:
    text = render(report, "terminal", width=400)
    assert "[bold]x[/bold] \\[red] :smile: <script>" in text
    assert "\\u202egnp.exe \\u2066iso\\u2069 a\\u200bb" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2028]", text)


def test_ascii_terminals_get_ascii(report: Report) -> None:
    assert render(report, "terminal", unicode=False).isascii()


def test_printable_keeps_what_scripts_need() -> None:
    assert printable("نمی\u200cخواهم") == "نمی\u200cخواهم"
    assert printable("a\tb\nc\x07\x9b") == "a b c\\u0007\\u009b"


@pytest.mark.parametrize(
    ("value", "unicode", "drawn"),
    [
        (0.0, True, "········"),
        (-0.7, True, "········"),
        (0.5, True, "████····"),
        (0.51, True, "████▏···"),
        (1.0, True, "████████"),
        (1.0, False, "########"),
        (0.26, False, "##......"),
    ],
)
def test_a_bar_is_as_long_as_its_figure(value: float, unicode: bool, drawn: str) -> None:
    assert bar(value, Layout(unicode=unicode)) == drawn


def test_claims_are_grouped_under_their_source(encoder: FakeEncoder) -> None:
    other = OFFICIAL.model_copy(update={"id": "other", "title": "Another text"})
    claims = [claim("a", "One."), claim("b", "Two."), claim("c", "Three.", source=other)]
    report = compare(claims, [statement("s", "Four.")], encoder=encoder)
    for name in ("terminal", "markdown"):
        text = render(report, name)
        assert text.count("A declaration") >= 1
        assert text.index("Two") < text.index("Another text") < text.index("Three")
