"""The formats of `factcheck check`, each read by a reader of its own."""

from __future__ import annotations

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import xmlschema
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from factcheck.formats.checks import FORMATS, Layout, renderer
from factcheck.outcome import (
    Checked,
    Counts,
    Diagnostic,
    Known,
    Outcome,
    ReviewedClaim,
    SuppressedBy,
)
from factcheck.records import Review
from factcheck.report import Model, Tool
from factcheck.rules import RULES

DATA = Path(__file__).parent / "data"
BIDI = "\u202e\u2066\u200b"
HOSTILE = (
    "%0A::error::x\n::warning file=a::y\r::add-mask::z ##[error]v ##vso[task.x]w ]]> <script>"
    "alert(1)</script> <!-- --> | \\| `c` **b** [t](http://e.example) [bold]x[/bold] :smile: "
    f"@user {{0}} &amp; \x00\x1b[31m\x07\x9b{BIDI} a\u2028b\u2029c \ud800\ufffe\uffff\U000e0001 é"
)


def finding(rule: str = "FC203", **fields: Any) -> Diagnostic:
    return Diagnostic(
        **{
            "rule": rule,
            "level": "error",
            "status": "new",
            "message": f"what {rule} says",
            "figure": None,
            "threshold": None,
            "fix": "do this.",
            "source_id": "declaration",
            "claim": "declaration/press",
            "statement": None,
            "path": "claims/official.yaml",
            "line": 9,
            "column": 5,
            "fingerprint": f"print-{rule}",
            **fields,
        }
    )


def outcome(*found: Diagnostic, **fields: Any) -> Outcome:
    """Findings with the counts that follow from them."""
    gone = fields.get("gone", ())
    new = [each for each in found if each.status == "new"]
    statuses = [each.status for each in found]
    errors = sum(each.level == "error" for each in new)
    summary = Counts(
        claims=4,
        checked=3,
        errors=errors,
        reviews=len(new) - errors,
        baseline=statuses.count("baseline"),
        suppressed=statuses.count("suppressed"),
        gone=len(gone),
        passed=not errors,
    )
    run = Checked(
        encoder=Model(name="m", sha256="0" * 64),
        stance_model=None,
        locked=False,
        k=3,
        rules=("FC203",),
        opposes_at=0.5,
        review_band=0.05,
        strict=False,
        fail_on="error",
    )
    told = {"tool": Tool(version="1.2.3"), "run": run, "diagnostics": found, "summary": summary}
    return Outcome(**{"gone": (), "reviewed": (), **told, **fields})


RATED = ReviewedClaim(
    text="The press is free.",
    publisher="A union",
    date=dt.date(2024, 11, 23),
    url="https://example.org/text",
    review=Review(
        rating="Misleading",
        value=2,
        worst=1,
        best=5,
        reviewer="A desk",
        date=dt.date(2025, 1, 2),
        url="https://example.org/review",
    ),
)
BARE = ReviewedClaim(
    text="Peace has lasted.",
    publisher=None,
    date=None,
    url=None,
    review=RATED.review.model_copy(update={"value": None, "worst": None, "best": None}),
)

FULL = outcome(
    finding(figure=0.8123, threshold=0.5, statement="letter/closed"),
    finding("FC202", level="review", line=12, figure=0.4996, threshold=0.5),
    finding("FC201", status="baseline"),
    finding(
        "FC101",
        status="suppressed",
        suppression=SuppressedBy(reason="irony", owner="desk", until=None),
    ),
    finding("FC402", path="claims/a letter.yaml", line=0, column=0, claim=None),
    finding("FC501", path=None, line=0, column=0, claim=None),
    finding("FC301", path=None, line=0, column=0, claim=None, statement="letter/weather"),
    gone=(Known(fingerprint="print-gone", rule="FC203", claim="declaration/old"),),
    reviewed=(RATED, BARE),
)
CLEAN = outcome()


def evil(level: Any, status: Any, path: str, message: str = HOSTILE) -> Diagnostic:
    """What no record would take, put in all the same."""
    return Diagnostic.model_construct(
        rule=HOSTILE if path == HOSTILE else "FC203",
        level=level,
        status=status,
        message=message,
        figure=0.5,
        threshold=None,
        fix=HOSTILE,
        source_id=HOSTILE,
        claim=HOSTILE,
        statement=HOSTILE,
        path=path,
        line=3,
        column=0,
        fingerprint=HOSTILE,
        suppression=SuppressedBy(reason=HOSTILE, owner=HOSTILE, until=None),
    )


EVIL = outcome(
    evil("error", "new", HOSTILE, HOSTILE + "x" * 100_000),
    evil("review", "new", HOSTILE),
    evil("error", "baseline", HOSTILE),
    evil("error", "suppressed", HOSTILE),
    evil("error", "new", "::error::x"),
    evil("error", "new", "//e.example/x"),
    evil("review", "new", "javascript:alert(1)"),
    evil("review", "new", "../%2e"),
    gone=(Known(fingerprint=HOSTILE, rule=HOSTILE, claim=HOSTILE),),
    reviewed=(
        RATED.model_copy(update={"text": HOSTILE, "publisher": HOSTILE}),
        BARE.model_copy(
            update={"review": RATED.review.model_copy(update={"reviewer": HOSTILE})},
        ),
    ),
)
ALL = {"full": FULL, "clean": CLEAN, "evil": EVIL}
each_outcome = pytest.mark.parametrize("which", ALL)


def render(told: Outcome, name: str, **layout: Any) -> str:
    return renderer(name)(told, Layout(**layout))


def test_every_choice_resolves() -> None:
    assert list(FORMATS) == [
        *("terminal", "concise", "json", "jsonl", "markdown"),
        *("github", "gitlab", "sarif", "junit", "claimreview", "html"),
    ]
    for name in FORMATS:
        assert callable(renderer(name))
    with pytest.raises(KeyError):
        renderer("nothing")


@each_outcome
@pytest.mark.parametrize("name", FORMATS)
def test_every_text_ends_with_a_line_end_and_steers_nothing(which: str, name: str) -> None:
    text = render(ALL[which], name)
    assert text.endswith("\n") or (which, name) == ("clean", "jsonl")
    assert not text.endswith("\n\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\U000e0001]", text)
    assert not set(BIDI) & set(text)
    assert text == render(ALL[which], name)


# --- terminal, concise ---


def test_terminal_tells_where_what_and_how_to_mend_it() -> None:
    text = render(FULL, "terminal", width=140)
    lines = text.splitlines()
    at = lines.index("claims/official.yaml")
    assert lines[at + 1] == ("  9:5  error  FC203 uncovered-claim-opposed  declaration/press")
    assert lines[at + 2 : at + 5] == [
        "    what FC203 says",
        "    0.81, threshold 0.50",
        "    fix: do this.",
    ]
    assert "  12:5  review  FC202 counterpoint-changed-stance  declaration/press" in lines
    assert "    0.4996, threshold 0.5000" in lines
    assert (
        lines.index("claims/a letter.yaml") < lines.index("factcheck.lock") < lines.index("no file")
    )
    assert "  error  FC301 statement-unreached  letter/weather" in lines
    assert "FC101" not in text
    assert "FC201" not in text
    gone = lines.index("In the baseline, but not found any more")
    assert lines[gone + 1] == "  FC203 uncovered-claim-opposed  declaration/old"
    assert lines[-1] == (
        "failed: 3 of 4 claims checked; 4 errors, 1 for review, 1 known to the baseline, "
        "1 suppressed, 1 in the baseline but gone"
    )


def test_a_clean_run_is_one_line() -> None:
    told = "passed: 3 of 4 claims checked; 0 errors, 0 for review"
    assert render(CLEAN, "terminal").splitlines()[1:] == [told]
    assert render(CLEAN, "concise") == render(CLEAN, "github") == told + "\n"


@each_outcome
@pytest.mark.parametrize("width", [20, 40, 80, 140])
def test_terminal_lines_fit_with_and_without_colour(which: str, width: int) -> None:
    colored = render(ALL[which], "terminal", width=width, color=True)
    assert set(re.findall(r"\x1b(.)", colored)) == {"["}
    assert not re.search(r"\x1b\[[0-9;]*[^m0-9;]", colored)
    text = render(ALL[which], "terminal", width=width)
    if which != "evil":  # there, what keeps a line from being a command makes it longer
        plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
        assert [line.rstrip() for line in plain.splitlines()] == text.splitlines()
        assert max(map(len, text.splitlines())) <= width


@each_outcome
@pytest.mark.parametrize("name", ["terminal", "concise"])
def test_ascii_terminals_get_ascii(which: str, name: str) -> None:
    assert render(ALL[which], name, unicode=False).isascii()


def test_terminal_reads_no_markup() -> None:
    assert "[bold]x[/bold] :smile:" in render(EVIL, "terminal", width=1_000)


@pytest.mark.parametrize("name", ["terminal", "concise"])
@pytest.mark.parametrize("width", [23, 80, 999])
def test_no_line_for_people_is_a_command_to_a_runner(name: str, width: int) -> None:
    text = render(EVIL, name, width=width)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert not re.search(r"##\w*\[", text)


def test_concise_is_a_line_a_finding() -> None:
    assert render(FULL, "concise").splitlines()[:-1] == [
        "claims/official.yaml:9:5 FC203 what FC203 says (0.81, threshold 0.50)",
        "claims/official.yaml:12:5 FC202 review: what FC202 says (0.4996, threshold 0.5000)",
        "claims/a letter.yaml:0:0 FC402 what FC402 says",
        "factcheck.lock:0:0 FC501 what FC501 says",
        ".:0:0 FC301 what FC301 says",
    ]
    assert len(render(EVIL, "concise").splitlines()) == len(EVIL.fresh) + 1


# --- json, jsonl ---


@each_outcome
def test_json_is_the_outcome(which: str) -> None:
    assert json.loads(render(ALL[which], "json")) == ALL[which].model_dump(mode="json")
    lines = render(ALL[which], "jsonl").split("\n")[:-1]
    assert [json.loads(line) for line in lines] == [
        each.model_dump(mode="json") for each in ALL[which].diagnostics
    ]


def test_an_outcome_can_be_read_back() -> None:
    assert Outcome.model_validate_json(render(FULL, "json")) == FULL


# --- markdown ---


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.rows += tag == "tr"
        assert not attrs, attrs


@each_outcome
def test_markdown_is_a_table_and_nothing_that_texts_bring(which: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(render(ALL[which], "markdown"))
    seen = Tags(html)
    assert seen.tags <= {
        *("h1", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"),
        *("details", "summary", "ul", "li"),
    }
    assert html.count("<strong>") == 1
    assert ("details" in seen.tags) == (which != "clean")
    assert seen.rows == (len(ALL[which].fresh) + 1 if which != "clean" else 0)
    assert html.count("<td>") == 7 * len(ALL[which].fresh)


def test_markdown_tells_the_result() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(render(FULL, "markdown"))
    assert "<strong>Failed: 3 of 4 claims checked; 4 errors, 1 for review, 1 known" in html
    assert "<td>claims/official.yaml:9</td>" in html
    assert "<td>FC203 uncovered-claim-opposed</td>" in html
    assert "<td>0.81, threshold 0.50</td>" in html
    assert "<li>1 suppressed</li>" in html


def test_a_summary_is_never_too_long_for_github() -> None:
    long = outcome(*(finding(message="|" * 10_000) for _ in range(200)))
    text = render(long, "markdown")
    assert len(text.encode()) < 1024 * 1024
    assert re.search(r"^\d+ more findings: too long for a summary", text, re.MULTILINE)


# --- github ---

COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^:\r\n]*)::(?P<data>.*)")
UNESCAPED = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def unescaped(text: str) -> str:
    assert not re.search("%(?!25|0D|0A|3A|2C)", text)
    return re.sub("%..", lambda match: UNESCAPED[match[0]], text)


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """As a runner reads them."""
    told = []
    *lines, last = text.split("\n")[:-1]
    assert re.match("passed|failed", last)
    for line in lines:
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match["properties"].split(",")]
        properties = {name: unescaped(value) for name, value in pairs}
        told.append((match["name"], properties, unescaped(match["data"])))
    return told


def test_github_gets_a_command_a_finding() -> None:
    told = commands(render(FULL, "github"))
    assert told[0] == (
        "error",
        {
            "file": "claims/official.yaml",
            "line": "9",
            "col": "5",
            "title": "FC203 uncovered-claim-opposed",
        },
        "what FC203 says (0.81, threshold 0.50)",
    )
    assert [name for name, *_ in told] == ["error", "warning", "error", "error", "error"]
    assert told[2][1] == {"file": "claims/a letter.yaml", "title": "FC402 source-undated"}
    assert told[3][1]["file"] == "factcheck.lock"
    assert told[4][1] == {"title": "FC301 statement-unreached"}


def test_no_text_starts_a_command_of_its_own() -> None:
    told = commands(render(EVIL, "github"))
    assert len(told) == len(EVIL.fresh)
    for name, properties, data in told:
        assert name in {"error", "warning"}
        assert set(properties) == {"file", "line", "title"}
        assert "%0A::error::x ::warning file=a::y" in data


# --- gitlab ---


@each_outcome
def test_gitlab_gets_what_it_wants_of_every_issue(which: str) -> None:
    issues = json.loads(render(ALL[which], "gitlab"))
    assert len(issues) == len(ALL[which].fresh)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert issue["location"]["path"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_gitlab_issues_are_the_findings() -> None:
    issues = json.loads(render(FULL, "gitlab"))
    assert issues[0] == {
        "description": "what FC203 says",
        "check_name": "FC203",
        "fingerprint": "print-FC203",
        "severity": "major",
        "location": {"path": "claims/official.yaml", "lines": {"begin": 9}},
    }
    assert issues[1]["severity"] == "minor"
    assert [issue["location"]["path"] for issue in issues[3:]] == ["factcheck.lock", "."]


def test_gitlab_fingerprints_that_look_like_ordinals_do_not_collide() -> None:
    prints = ["a-2", "a", "a", "a", "a-2"]
    told = outcome(*(finding(fingerprint=each) for each in prints))
    issues = json.loads(render(told, "gitlab"))
    assert [issue["fingerprint"] for issue in issues] == ["a-2", "a", "a-3", "a-4", "a-2-2"]


# --- sarif ---


def sarif(told: Outcome) -> dict[str, Any]:
    schema = json.loads((DATA / "sarif-schema-2.1.0.json").read_text("utf-8"))
    log = json.loads(render(told, "sarif"))
    Draft7Validator(schema).validate(log)
    (run,) = log["runs"]
    return dict(run)


@each_outcome
def test_sarif_is_valid_and_fit_for_github(which: str) -> None:
    run = sarif(ALL[which])
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)
    assert len(run["results"]) == len(ALL[which].diagnostics) + len(ALL[which].gone)
    states = ["baselineState" in result for result in run["results"]]
    assert len(set(states)) <= 1
    for result in run["results"]:
        assert result["locations"]
        assert "suppressions" in result
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not urlsplit(uri).scheme
        assert not urlsplit(uri).netloc
        assert re.fullmatch(r"[\w.~%/-]+", uri, re.ASCII)
        assert not re.search(r"\]\(", result["message"]["text"])
        assert result["ruleId"] == rule_id(run, result)


def rule_id(run: dict[str, Any], result: dict[str, Any]) -> str:
    rules = run["tool"]["driver"]["rules"]
    return str(rules[result["ruleIndex"]]["id"] if "ruleIndex" in result else result["ruleId"])


def test_sarif_results_are_the_findings() -> None:
    opposed, changed, known, silenced, undated, stale, _, absent = sarif(FULL)["results"]
    assert opposed["level"] == "error"
    assert opposed["message"]["text"] == "what FC203 says (0.81, threshold 0.50). do this."
    physical = opposed["locations"][0]["physicalLocation"]
    assert physical["region"] == {"startLine": 9, "startColumn": 5}
    assert physical["artifactLocation"]["uri"] == "claims/official.yaml"
    assert opposed["partialFingerprints"] == {"factcheck/v1": "print-FC203"}
    assert (opposed["baselineState"], opposed["suppressions"]) == ("new", [])
    assert changed["level"] == "warning"
    assert known["baselineState"] == "unchanged"
    assert silenced["suppressions"] == [{"kind": "inSource", "justification": "irony"}]
    place = undated["locations"][0]["physicalLocation"]
    assert "region" not in place
    assert unquote(place["artifactLocation"]["uri"]) == "claims/a letter.yaml"
    where = stale["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where["uri"] == "factcheck.lock"
    assert absent["baselineState"] == "absent"
    assert absent["partialFingerprints"] == {"factcheck/v1": "print-gone"}
    assert "declaration/old" in absent["message"]["text"]


def test_sarif_without_a_baseline_says_nothing_of_one() -> None:
    (result,) = sarif(outcome(finding()))["results"]
    assert "baselineState" not in result


def test_sarif_rules_explain_themselves() -> None:
    rule = sarif(CLEAN)["tool"]["driver"]["rules"][0]
    assert rule["name"] == RULES[rule["id"]].name
    assert RULES[rule["id"]].fix in rule["help"]["text"]
    assert f"```yaml\n{RULES[rule['id']].example}\n```" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"enabled": False, "level": "error"}


# --- junit ---


def junit(told: Outcome) -> ET.Element:
    text = render(told, "junit")
    xmlschema.XMLSchema(DATA / "junit-10.xsd", allow="local").validate(text)
    return ET.fromstring(text)


@each_outcome
def test_junit_is_valid_and_its_totals_are_right(which: str) -> None:
    root = junit(ALL[which])
    assert len(root.findall(".//testcase")) == len(ALL[which].diagnostics) + 1
    for suite in [root, *root.findall("testsuite")]:
        assert suite.get("tests") == str(len(suite.findall(".//testcase")))
        assert suite.get("failures") == str(len(suite.findall(".//failure")))
        assert suite.get("errors") == "0"
    for suite in root.findall("testsuite"):
        assert suite.get("skipped") == str(len(suite.findall(".//skipped")))
    names = [suite.get("name") for suite in root.findall("testsuite")]
    assert len(names) == len(set(names))


def test_junit_cases_are_the_findings() -> None:
    root = junit(FULL)
    first, official, *_ = root.findall("testsuite")
    (checked,) = first
    assert checked.get("name") == "claims checked"
    opposed, changed, known, silenced = official
    assert official.get("name") == opposed.get("classname") == "claims/official.yaml"
    assert opposed.get("name") == ("FC203 uncovered-claim-opposed declaration/press letter/closed")
    (failure,) = opposed
    assert (failure.tag, failure.get("type")) == ("failure", "FC203")
    assert failure.get("message") == "what FC203 says"
    assert (
        failure.text == "claims/official.yaml:9:5\nwhat FC203 says\n0.81, threshold 0.50\ndo this."
    )
    assert [child.tag for child in changed] == ["system-out"]
    assert known[0].get("message") == "known to the baseline"
    assert silenced[0].get("message") == "suppressed: irony"


def test_junit_shows_what_xml_cannot_hold_as_codes() -> None:
    failures = junit(EVIL).findall(".//failure")
    for failure in failures:
        told = failure.get("message") or ""
        assert "\\u0000\\u001b[31m\\u0007" in told
        assert "\\ud800\\ufffe\\uffff" in told
        assert "]]> <script>alert(1)</script>" in told


# --- claimreview ---


def test_claimreviews_are_what_people_rated() -> None:
    rated, bare = json.loads(render(FULL, "claimreview"))
    assert rated == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://example.org/review",
        "claimReviewed": "The press is free.",
        "datePublished": "2025-01-02",
        "author": {"@type": "Organization", "name": "A desk"},
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Misleading",
            "ratingValue": 2,
            "bestRating": 5,
            "worstRating": 1,
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Organization", "name": "A union"},
            "datePublished": "2024-11-23",
            "appearance": {"@type": "CreativeWork", "url": "https://example.org/text"},
        },
    }
    assert bare["reviewRating"] == {"@type": "Rating", "alternateName": "Misleading"}
    assert bare["itemReviewed"] == {"@type": "Claim"}
    assert json.loads(render(CLEAN, "claimreview")) == []


def test_a_claimreview_cannot_end_its_script_element() -> None:
    text = render(EVIL, "claimreview")
    assert "<" not in text
    first, second = json.loads(text)
    assert first["claimReviewed"] == first["itemReviewed"]["author"]["name"] == HOSTILE
    assert second["author"]["name"] == HOSTILE
