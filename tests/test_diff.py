"""`factcheck diff`: what two reports differ in, what they cannot tell, and how it is shown."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pytest
from conftest import REPOSITORY, FakeEncoder, FakeStance, Run, claim, statement
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from factcheck.changes import Changes
from factcheck.compare import compare
from factcheck.diffing import LEAST_MOVE, diff
from factcheck.errors import FactcheckWarning, InputError
from factcheck.formats.changes import FORMATS, Layout, renderer
from factcheck.formats.changes.edits import edited, only_spaces
from factcheck.formats.changes.markdown import MOST
from factcheck.report import Report, Summary
from factcheck.reports import MAX_BYTES, read_report
from factcheck.schemas import read_schema

BIDI = "\u202e\u2066\u200b"
HOSTILE = (
    "%0A::error::x\n::warning file=a::y\r##vso[task.x]w ]]> </style></script><script>alert(1)"
    "</script> <!-- --> | \\| `c` ~~d~~ **b** [t](http://e.example) [bold]x[/bold] {{ 7*7 }} "
    f"@user &amp; \x00\x1b[31m\x07{BIDI} a\u2028b é"
)
MODEL = {"name": "m", "sha256": "0" * 64}


def passage(key: str, text: str | None = None, **fields: Any) -> dict[str, Any]:
    source, name = key.split("/")
    told = {"id": name, "source_id": source, "text": text or f"Text of {name}.", "quote": None}
    place = {"path": f"claims/{source}.yaml", "line": 9, "column": 5}
    return {**told, "speaker": None, "locator": None, **place, **fields}


def pair(key: str, opposes: float = 0.6, similarity: float = 0.5, **fields: Any) -> dict[str, Any]:
    """A statement set against a claim; the score is the probability that it opposes."""
    rest = round(1 - opposes, 4)
    label = "opposes" if opposes > rest else "neutral"
    stance = {"label": label, "opposes": opposes, "neutral": rest, "supports": 0.0}
    text = fields.pop("text", None)
    figures = {"score": opposes, "similarity": similarity, "stance": stance, "signals": []}
    return {**figures, "statement": passage(key, text), **fields}


def finding(
    key: str, *pairs: dict[str, Any], verdict: str | None = "countered", **fields: Any
) -> dict[str, Any]:
    reason = fields.pop("reason", "as told")
    told = passage(key, fields.pop("text", None), topics=[], **fields)
    ranked = [{"rank": n, **each} for n, each in enumerate(pairs, start=1)]
    return {"claim": told, "verdict": verdict, "reason": reason, "counterpoints": ranked}


def raw(*findings: dict[str, Any], **run: Any) -> dict[str, Any]:
    """A report as JSON has it; sources are those named, and those of `sources`."""
    named = {each["claim"]["source_id"]: "official" for each in findings}
    for each in findings:
        named |= {c["statement"]["source_id"]: "ngo" for c in each["counterpoints"]}
    named |= dict.fromkeys(run.pop("sources", ()), "ngo")
    verdicts = [each["verdict"] for each in findings]
    names = ("countered", "supported", "conflicting", "uncovered")
    counts = {name: verdicts.count(name) for name in names}
    sources = [
        {"id": name, "kind": kind, "title": f"Title of {name}", "publisher": None, "date": None}
        | {"url": None, "archived_url": None, "path": f"claims/{name}.yaml"}
        for name, kind in sorted(named.items())
    ]
    made = {"encoder": MODEL, "stance_model": MODEL, "k": 2, "min_similarity": None}
    made |= {"rank": "contrast", "opposes_at": 0.51, "calibration": None, "corpus_sha256": "c"}
    return {
        "schema_version": 1,
        "tool": {"name": "factcheck", "version": "1"},
        "run": made | run,
        "sources": sources,
        "findings": list(findings),
        "summary": {"claims": len(findings), **counts, "unjudged": verdicts.count(None)},
    }


def read(data: Mapping[str, Any]) -> Report:
    return read_report(json.dumps(data).encode(), "r.json")


def between(old: Mapping[str, Any], new: Mapping[str, Any], least: float = LEAST_MOVE) -> Changes:
    return diff(read(old), read(new), least_move=least)


def written(folder: Path, **reports: Mapping[str, Any]) -> None:
    for name, report in reports.items():
        (folder / f"{name}.json").write_text(json.dumps(report), "utf-8")


BASE = raw(
    finding("d/press", pair("l/closed", 0.9), pair("l/other", 0.3), locator="para. 1"),
    finding("d/peace", pair("l/praise", 0.2), pair("l/other", 0.1), verdict="uncovered"),
)


# --- what is the same ---


def test_a_report_is_the_same_as_itself() -> None:
    changes = between(BASE, BASE, least=0)
    assert not changes.different
    assert changes.untold.model_dump() == dict.fromkeys(changes.untold.model_fields_set, 0)


def test_places_alone_are_no_difference() -> None:
    moved = json.loads(json.dumps(BASE).replace('"line": 9', '"line": 12'))
    moved["sources"][1]["path"] = "claims/else.yaml"
    changes = between(BASE, moved)
    assert not changes.different
    assert changes.untold.places == len(changes.places) == 6
    assert [(each.what, each.old, each.new) for each in changes.places[:2]] == [
        ("source", "claims/l.yaml", "claims/else.yaml"),
        ("claim", "claims/d.yaml:9:5", "claims/d.yaml:12:5"),
    ]
    for name in ("terminal", "markdown", "html"):
        assert "In another place (6)" in render(changes, name, whole=True)
        assert "In another place" not in render(changes, name)


def test_figures_that_hardly_moved_are_counted_until_they_are_asked_for() -> None:
    new = raw(
        finding("d/press", pair("l/closed", 0.9049), pair("l/other", 0.3), locator="para. 1"),
        finding("d/peace", pair("l/praise", 0.2), pair("l/other", 0.1), verdict="uncovered"),
    )
    changes = between(BASE, new)
    assert (changes.different, changes.untold.below, changes.moves) == (False, 1, ())
    (moved,) = between(BASE, new, least=0).moves
    assert (moved.statement, moved.size) == ("l/closed", 0.0049)
    (moved,) = between(BASE, new, least=0.0049).moves
    with pytest.raises(ValueError, match=r"within 0\.\.1"):
        between(BASE, new, least=2)


def test_no_least_move_hides_a_verdict_or_a_label() -> None:
    old = raw(finding("d/press", pair("l/a", 0.5049)))
    new = raw(finding("d/press", pair("l/a", 0.4951), verdict="uncovered"))
    changes = between(old, new, least=1)
    (moved,) = changes.moves
    assert moved.label == ("opposes", "neutral")
    (verdict,) = changes.verdicts
    assert (verdict.old.verdict, verdict.new.verdict) == ("countered", "uncovered")


def test_real_reports_of_the_same_claims_are_the_same(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    claims = [claim("press", "The press is free."), claim("peace", "Peace has lasted.")]
    said = [statement("closed", "The press was closed."), statement("far", "It rained.")]
    old = compare(claims, said, encoder=encoder, stance=stance, k=1)
    again = read_report(old.model_dump_json().encode(), "again")
    assert again == old
    assert not diff(old, again, least_move=0).different
    fewer = compare(claims, said[:1], encoder=encoder, stance=stance, k=2)
    changes = diff(compare(claims, said, encoder=encoder, stance=stance, k=3), fewer)
    assert [(c.change, c.old and c.old.id) for c in changes.statements] == [("removed", "far")]


# --- what came, went, was edited or renamed ---


def told(changes: Changes) -> list[tuple[str, str | None, str | None]]:
    every: list[Any] = [*changes.sources, *changes.claims, *changes.statements]
    return [
        (each.change, each.old.id if each.old else None, each.new.id if each.new else None)
        for each in every
    ]


def test_claims_added_removed_and_edited() -> None:
    new = raw(
        finding("d/press", pair("l/closed"), text="The press is not free."),
        finding("d/new", pair("l/closed"), verdict="uncovered"),
    )
    changes = between(raw(finding("d/press", pair("l/closed")), finding("d/old")), new)
    assert told(changes) == [
        ("edited", "press", "press"),
        ("added", None, "new"),
        ("removed", "old", None),
    ]
    first, added, removed = changes.claims
    assert first.fields == ("text",)
    assert (added.new_verdict, removed.old_verdict) == ("uncovered", "countered")


def test_a_list_numbered_anew_is_renamed_and_not_edited() -> None:
    old = raw(*(finding(f"d/c{n}", pair("l/a"), text=f"Claim {n}.") for n in range(4)))
    first = finding("d/c0", pair("l/a"), text="One more.")
    new = raw(first, *(finding(f"d/c{n + 1}", pair("l/a"), text=f"Claim {n}.") for n in range(4)))
    assert told(between(old, new)) == [
        ("added", None, "c0"),
        ("renamed", "c0", "c1"),
        ("renamed", "c1", "c2"),
        ("renamed", "c2", "c3"),
        ("renamed", "c3", "c4"),
    ]


def test_the_same_text_twice_is_told_apart_by_id_and_quote() -> None:
    quote = {"exact": "words", "prefix": None, "suffix": None}
    old = raw(
        finding("d/a", text="Twice."),
        finding("d/b", text="Twice.", quote=quote),
        finding("d/c", text="Twice."),
    )
    new = raw(finding("d/z", text="Twice.", quote=quote), finding("d/a", text="Twice."))
    assert told(between(old, new)) == [("removed", "c", None), ("renamed", "b", "z")]


def test_a_source_that_is_called_otherwise_takes_its_claims_along() -> None:
    new = json.loads(json.dumps(BASE).replace('"d"', '"decl"').replace('"l"', '"letter"'))
    for source, title in zip(new["sources"], ("Title of d", "Title of l"), strict=True):
        source["title"] = title
    changes = between(BASE, new)
    assert told(changes) == [("renamed", "d", "decl"), ("renamed", "l", "letter")]
    assert not changes.moves
    assert not changes.shown


def test_a_new_source_of_an_old_name_is_not_the_old_one() -> None:
    old = raw(finding("d/a", pair("l/one", text="One.")))
    new = raw(finding("d/a", pair("m/one", text="One."), pair("l/one", text="Else.")))
    for source in new["sources"]:
        if source["id"] == "m":
            source["title"] = "Title of l"
    changes = between(old, new)
    assert ("edited", "one", "one") in told(changes)


def test_a_source_is_edited_where_what_is_told_of_it_differs() -> None:
    new = json.loads(json.dumps(BASE))
    new["sources"][0] |= {"date": "2024-11-23", "url": "https://example.org/a"}
    (source,) = between(BASE, new).sources
    assert (source.change, source.fields) == ("edited", ("date", "url"))


def test_fields_beside_the_text_are_edits_too() -> None:
    new = raw(
        finding("d/a", locator="para. 2", speaker="A minister", text="Text.", verdict="supported")
    )
    quote = {"exact": "Words.", "prefix": "And: ", "suffix": None}
    new["findings"][0]["claim"] |= {"quote": quote, "topics": ["media", "law"]}
    changes = between(raw(finding("d/a", text="Text.", verdict="supported")), new)
    (each,) = changes.claims
    assert each.change == "edited"
    assert each.fields == ("quote", "speaker", "locator", "topics")
    text = render(changes, "terminal")
    assert "quote: {+And: | Words.+}" in text
    assert "topics: {+media, law+}" in text


# --- what a report can know ---


@pytest.mark.parametrize(
    ("run", "elsewhere", "change"),
    [
        ({"corpus_sha256": "c"}, "yes", None),
        ({"corpus_sha256": "x"}, "unknown", "no longer shown"),
        ({"corpus_sha256": "x", "k": 3}, "no", "removed"),
        ({"corpus_sha256": "x", "k": 3, "min_similarity": -1.0}, "unknown", "no longer shown"),
    ],
)
def test_what_is_not_shown_is_removed_only_where_that_is_known(
    run: dict[str, Any], elsewhere: str, change: str | None
) -> None:
    old = raw(finding("d/a", pair("l/gone", 0.9), pair("l/b", 0.5)), k=run.get("k", 2))
    new = raw(finding("d/a", pair("l/b", 0.5), pair("l/c", 0.4)), **run)
    changes = between(old, new)
    left = next(each for each in changes.shown if each.change == "left")
    assert (left.statement, left.elsewhere, left.follows) == ("l/gone", elsewhere, False)
    gone = [each.change for each in changes.statements if each.old and each.old.id == "gone"]
    assert gone == [change] * bool(change)


def test_all_statements_of_a_source_that_is_gone_are_gone() -> None:
    old = raw(finding("d/a", pair("n/x", 0.9), pair("l/b", 0.5)))
    new = raw(finding("d/a", pair("l/b", 0.5), pair("l/c", 0.4)), corpus_sha256="x")
    assert told(between(old, new)) == [
        ("removed", "n", None),
        ("removed", "x", None),
        ("newly shown", None, "c"),
    ]


def test_what_another_claim_shows_is_still_there() -> None:
    old = raw(finding("d/a", pair("l/x", 0.9), pair("l/y", 0.8)), finding("d/b", pair("l/x")))
    new = raw(
        finding("d/a", pair("l/y", 0.8), pair("l/z", 0.7)),
        finding("d/b", pair("l/x")),
        corpus_sha256="x",
    )
    (left,) = (each for each in between(old, new).shown if each.change == "left")
    assert left.elsewhere == "yes"


def test_what_only_a_greater_k_shows_is_no_change() -> None:
    more = raw(
        finding("d/a", pair("l/a", 0.9), pair("l/b", 0.8), pair("l/c", 0.7), pair("l/d", 0.6)), k=4
    )
    less = raw(finding("d/a", pair("l/a", 0.9), pair("l/b", 0.8)), k=2)
    for old, new in ((more, less), (less, more)):
        changes = between(old, new)
        assert [each.what for each in changes.run] == ["k"]
        assert not changes.shown
        assert not changes.statements
        assert changes.untold.beyond == 2


def test_what_a_least_similarity_leaves_out_is_no_change() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9), pair("l/far", 0.8, similarity=0.1)))
    new = raw(finding("d/a", pair("l/a", 0.9)), min_similarity=0.3)
    changes = between(old, new)
    assert [each.what for each in changes.run] == ["min similarity"]
    assert (changes.shown, changes.statements, changes.untold.beyond) == ((), (), 1)


def test_what_moves_up_because_another_left_follows_from_that() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9), pair("l/b", 0.5)))
    new = raw(finding("d/a", pair("l/b", 0.5), pair("l/c", 0.4)))
    changes = between(old, new)
    assert [(each.statement, each.follows) for each in changes.shown] == [
        ("l/a", False),
        ("l/c", True),
    ]
    assert (changes.untold.follow, changes.untold.ranks) == (1, 1)


def test_a_swap_of_two_that_nearly_tie_at_the_end_is_no_difference() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9), pair("l/b", 0.5001)))
    new = raw(finding("d/a", pair("l/a", 0.9), pair("l/c", 0.5003)))
    changes = between(old, new)
    assert not changes.different
    assert changes.untold.follow == 2
    assert between(old, new, least=0.0001).different


# --- what moved ---


def test_the_largest_move_comes_first_and_changed_labels_before_all() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9), pair("l/b", 0.8), pair("l/c", 0.52)), k=3)
    new = raw(finding("d/a", pair("l/b", 0.9), pair("l/a", 0.6), pair("l/c", 0.49)), k=3)
    changes = between(old, new)
    assert [(m.statement, m.size) for m in changes.moves] == [
        ("l/c", 0.03),
        ("l/a", 0.3),
        ("l/b", 0.1),
    ]
    assert [(m.old.rank, m.new.rank, m.reordered) for m in changes.moves] == [
        (3, 3, False),
        (1, 2, True),
        (2, 1, True),
    ]


def test_another_rank_rule_tells_of_the_order_and_not_of_scores() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9, 0.1), pair("l/b", 0.3, 0.8)))
    new = raw(
        finding("d/a", pair("l/b", 0.3, 0.8, score=0.8), pair("l/a", 0.9, 0.1, score=0.1)),
        rank="similarity",
    )
    changes = between(old, new)
    assert [each.what for each in changes.run] == ["rank"]
    assert {(m.statement, m.old.rank, m.new.rank, m.size) for m in changes.moves} == {
        ("l/a", 1, 2, 0.0),
        ("l/b", 2, 1, 0.0),
    }
    text = render(changes, "terminal")
    assert "rank 1 → 2 (+1)" in text
    assert "score" not in text


def test_an_edited_text_is_told_beside_its_figures() -> None:
    old = raw(finding("d/a", pair("l/a", 0.9)), finding("d/b", pair("l/b", 0.9), text="One."))
    new = raw(
        finding("d/a", pair("l/a", 0.7, text="Else.")),
        finding("d/b", pair("l/b", 0.8), text="Two."),
    )
    edits = {moved.statement: moved.edited for moved in between(old, new).moves}
    assert edits == {"l/a": ("statement",), "l/b": ("claim",)}


def test_other_signals_on_the_same_texts_are_a_difference() -> None:
    span = {"start": 0, "end": 2, "text": "30"}
    signal = {"kind": "number", "claim": span, "statement": {**span, "text": "10"}}
    new = raw(finding("d/a", pair("l/a", 0.9, signals=[signal])))
    changes = between(raw(finding("d/a", pair("l/a", 0.9))), new)
    assert changes.moves[0].new.signals == ("number: 30 / 10",)
    assert "signals none → number: 30 / 10" in render(changes, "terminal")


def test_what_made_the_reports_differ_is_told() -> None:
    other = {"name": "other", "sha256": "1" * 64}
    new = raw(
        finding("d/a", verdict=None),
        encoder=other,
        stance_model=None,
        k=7,
        rank="similarity",
        opposes_at=None,
        min_similarity=0.25,
        corpus_sha256="d",
        calibration=other,
    )
    new["tool"]["version"] = "2"
    changes = between(raw(finding("d/a")), new)
    assert [(each.what, each.old, each.new) for each in changes.run] == [
        ("factcheck", "1", "2"),
        ("encoder", f"m, sha256 {'0' * 12}", f"other, sha256 {'1' * 12}"),
        ("stance model", f"m, sha256 {'0' * 12}", "none"),
        ("calibration", "none", f"other, sha256 {'1' * 12}"),
        ("rank", "contrast", "similarity"),
        ("k", "2", "7"),
        ("min similarity", "none", "0.25"),
        ("opposes at", "0.51", "none"),
        ("texts compared", "sha256 c", "sha256 d"),
    ]
    assert changes.verdicts[0].new.verdict is None


def test_a_verdict_that_moved_names_the_strongest_that_it_rests_on() -> None:
    """Also where the report does not show it: a verdict goes by all that was judged."""
    reason = "12 opposing (the most, at 0.93: l/hidden), 1 supporting (the most, at 0.71: l/b)"
    old = raw(
        finding("d/a", pair("l/a", 0.6), pair("l/b", 0.2), verdict="conflicting", reason=reason)
    )
    none = "no statement opposes or supports it clearly enough"
    new = raw(finding("d/a", pair("l/a", 0.4), pair("l/b", 0.2), verdict="uncovered", reason=none))
    (moved,) = between(old, new).verdicts
    assert (moved.old.opposing_count, moved.old.supporting_count) == (12, 1)
    hidden = moved.old.opposing
    assert hidden
    assert (hidden.statement, hidden.figure, hidden.rank, hidden.text) == (
        *("l/hidden", 0.93, None, None),
    )
    now = moved.new.opposing
    assert now
    assert (now.statement, now.figure, now.rank) == ("l/a", 0.4, 1)
    text = render(between(old, new), "terminal")
    assert "before: 12 opposing, 1 supporting" in text
    assert "opposes 0.93  not among the k shown  l/hidden" in text
    assert "at most opposes 0.40  rank 1  l/a" in text


@pytest.mark.parametrize(
    ("new", "least", "listed"),
    [
        ("2 opposing (the most, at 0.83: l/b)", 0.01, True),
        ("1 opposing (the most, at 0.83: l/a)", 0.01, True),
        ("2 opposing (the most, at 0.82: l/a)", 0.01, False),
        ("2 opposing (the most, at 0.82: l/a)", 0.0, True),
        ("2 opposing (the most, at 0.79: l/a)", 0.01, True),
        ("worded otherwise", 0.01, True),
    ],
)
def test_a_verdict_that_stays_may_rest_on_something_else(
    new: str, least: float, listed: bool
) -> None:
    pairs = (pair("l/a", 0.9), pair("l/b", 0.6))
    old = raw(finding("d/a", *pairs, reason="2 opposing (the most, at 0.83: l/a)"))
    changes = between(old, raw(finding("d/a", *pairs, reason=new)), least=least)
    assert bool(changes.grounds) is changes.different is listed
    assert changes.untold.below == (not listed)


def test_a_renamed_statement_is_no_other_ground() -> None:
    old = raw(
        finding("d/a", pair("l/a", 0.9, text="It."), reason="1 opposing (the most, at 0.90: l/a)")
    )
    new = raw(
        finding("d/a", pair("l/z", 0.9, text="It."), reason="1 opposing (the most, at 0.90: l/z)")
    )
    changes = between(old, new)
    assert told(changes) == [("renamed", "a", "z")]
    assert not changes.grounds
    assert not changes.shown


# --- reading reports ---


def altered(**fields: Any) -> bytes:
    return json.dumps({**BASE, **fields}).encode()


def within(change: str, by: Any) -> bytes:
    """The report with a value put at a path: `findings.0.verdict`."""
    data = json.loads(json.dumps(BASE))
    *way, last = (int(step) if step.isdigit() else step for step in change.split("."))
    holder = data
    for step in way:
        holder = holder[step]
    holder[last] = by
    return json.dumps(data).encode()


CLAIM_FILE = (REPOSITORY / "claims" / "official" / "baku-statement.yaml").read_bytes()
BAD = {
    "nothing": (b" \n", "is empty"),
    "no text": (b"\xff\xfe{", "is no UTF-8 text (byte 0)"),
    "cut off": (json.dumps(BASE).encode()[:900], ":1:"),
    "a list": (b"[]", "holds no JSON object"),
    "another object": (b'{"a": 1}', "it has no findings"),
    "a claim file": (CLAIM_FILE, "is a claim file, not a report"),
    "a claim file as JSON": (b'{"version": 1, "source": {}}', "is a claim file, not a report"),
    "a page": (b"<!doctype html><p>", "is a page, not a report"),
    "a check": (b'{"schema_version": 1, "diagnostics": []}', "is what `factcheck check` found"),
    "a difference": (b'{"schema_version": 1, "least_move": 0}', "is what `factcheck diff` found"),
    "a schema": (b'{"$schema": "x"}', "is a JSON Schema"),
    "a baseline": (b'{"version": 1, "findings": []}', "is a baseline"),
    "JSON lines": (b'{"claim":{},"counterpoints":[]}\n{"claim":{}}\n', "as JSON lines"),
    "one JSON line": (b'{"claim":{},"counterpoints":[]}\n', "--format json instead of jsonl"),
    "another version": (altered(schema_version=2), "has schema_version 2; this factcheck reads"),
    "no version": (altered(schema_version=None), "has schema_version none"),
    "deep": (b'{"findings":' + b"[" * 200_000, "nests too deeply"),
    "a number that is none": (within("findings.0.counterpoints.0.score", float("nan")), "is no nu"),
    "no end": (within("findings.0.counterpoints.0.score", float("inf")), "is no number"),
    "far too many digits": (b'{"findings": [' + b"9" * 5_000 + b"]}", "is no report: Exceeds"),
    "beyond a cosine": (
        within("findings.0.counterpoints.1.similarity", 3),
        "at findings.0.counterpoints.1.similarity: Input should be less than or equal to 1",
    ),
    "no verdict of ours": (within("findings.1.verdict", "true"), "at findings.1.verdict"),
    "a missing field": (altered(run={"k": 1}), "at run.encoder: Field required"),
    "half a character": (within("findings.0.claim.text", "\ud800"), "half of a surrogate pair"),
    "too long a list": (altered(findings=[1] * 100_000), "at findings.0: "),
    "a claim twice": (altered(findings=[BASE["findings"][0]] * 2), "two claims are called 'd/pr"),
    "a source twice": (altered(sources=BASE["sources"][:1] * 2), "two sources are called 'd'"),
    "a statement twice": (
        within("findings.0.counterpoints.1.statement", passage("l/closed")),
        "the claim 'd/press' has a statement twice",
    ),
    "two texts": (
        within("findings.1.counterpoints.1.statement.text", "Another."),
        "the statement 'l/other' has two different texts",
    ),
    "no such source": (within("findings.0.claim.source_id", "x"), "the claim 'x/press' is of a s"),
    "nor this": (
        within("findings.0.counterpoints.0.statement.source_id", "x" * 500),
        "xxx…' is of a source that it does not have",
    ),
    "ranks": (within("findings.0.counterpoints.1.rank", 1), "not in the order of their ranks"),
    "more than k": (within("findings.0.counterpoints.1.rank", 9), "of rank 9, where k is 2"),
}


@pytest.mark.parametrize("which", BAD)
def test_what_is_no_report_is_told_of(which: str) -> None:
    content, message = BAD[which]
    with pytest.raises(InputError) as caught:
        read_report(content, "r.json")
    assert str(caught.value).startswith("r.json:")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 500


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(InputError, match="is larger than 256 MiB; compare fewer claims"):
        read_report(b" " * (MAX_BYTES + 1), "r.json")


def test_a_report_of_an_earlier_version_lacks_what_came_later() -> None:
    text = json.dumps(BASE).replace('"speaker": null, ', "").replace('"calibration": null, ', "")
    assert "speaker" not in text
    assert read_report(text.encode(), "r.json") == read(BASE)


def test_what_a_later_version_added_is_left_out_with_a_warning() -> None:
    data = json.loads(json.dumps(BASE))
    data["findings"][0]["counterpoints"][0]["stance"]["irony"] = 0.5
    data["run"]["warmth"] = 3
    with pytest.warns(FactcheckWarning, match=r"not compared: 'irony', 'warmth'; factcheck 1 made"):
        assert read(data) == read(BASE)


def test_a_summary_that_counts_wrong_is_counted_anew() -> None:
    with pytest.warns(FactcheckWarning, match="counted anew"):
        report = read({**BASE, "summary": {**BASE["summary"], "countered": 7}})
    assert diff(report, report).old.summary == Summary.of(report.findings)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_report(b"\xef\xbb\xbf" + json.dumps(BASE).encode(), "r.json") == read(BASE)


# --- the formats ---

EVERY_CHANGE = between(
    raw(
        finding("d/press", pair("l/closed", 0.9), pair("n/was", 0.3), locator="para. 1"),
        finding("d/old", pair("l/closed", 0.9)),
        finding("d/same", pair("l/a", 0.8), pair("l/closed", 0.7), text="The press is free."),
        finding("d/name", pair("l/a", 0.8), text="Named.", reason="1 opposing (the most, at 0.80: "
                "l/a)"),
    ),
    raw(
        finding("d/press", pair("l/closed", 0.4), pair("l/come", 0.3), verdict="uncovered"),
        finding("d/new", pair("l/closed", 0.9)),
        finding("d/same", pair("l/a", 0.6), pair("l/closed", 0.5), text="The press was free."),
        finding("d/named", pair("l/a", 0.8), text="Named.", line=77,
                reason="2 opposing (the most, at 0.80: l/a)"),
        corpus_sha256="x",
        k=3,
    ),
)  # fmt: skip
EVIL = between(
    raw(
        finding("d/a", pair("l/a", 0.9, text=HOSTILE + "x" * 100_000), text=HOSTILE, reason="r"),
        finding("d/b", pair("l/b", 0.9), text="w " * 50_000, locator=HOSTILE),
        finding(f"d/{HOSTILE.replace('/', '')}", pair("l/b", 0.9)),
    ),
    raw(
        finding(
            "d/a",
            pair("l/a", 0.2, text=HOSTILE[::-1] + "x" * 100_000),
            text=HOSTILE + "!",
            verdict="uncovered",
            reason=HOSTILE,
            speaker=HOSTILE,
            path=HOSTILE,
        ),
        finding("d/b", pair(f"l/{HOSTILE.replace('/', '')}", 0.9), text="w x" * 50_000),
        corpus_sha256=HOSTILE,
        sources=[HOSTILE],
        encoder={"name": HOSTILE, "sha256": HOSTILE},
    ),
)
SAME = between(BASE, BASE)
ALL = {"every": EVERY_CHANGE, "evil": EVIL, "same": SAME}
each_changes = pytest.mark.parametrize("which", ALL)
each_format = pytest.mark.parametrize("name", FORMATS)


def render(changes: Changes, name: str, whole: bool = False, **layout: Any) -> str:
    return renderer(name)(changes, Layout(**layout), whole)


def test_every_choice_resolves() -> None:
    assert list(FORMATS) == ["terminal", "markdown", "json", "html"]
    for name in FORMATS:
        assert callable(renderer(name))
    with pytest.raises(KeyError):
        renderer("nothing")


@each_changes
@each_format
@pytest.mark.parametrize("whole", [False, True])
def test_every_text_ends_with_a_line_end_and_steers_nothing(
    which: str, name: str, whole: bool
) -> None:
    text = render(ALL[which], name, whole)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", text)
    assert not set(BIDI) & set(text)
    assert text == render(ALL[which], name, whole)


@each_changes
@pytest.mark.parametrize("width", [20, 60, 140])
def test_terminal_lines_fit_and_are_the_same_without_colour(which: str, width: int) -> None:
    colored = render(ALL[which], "terminal", width=width, color=True)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)", colored)
    text = render(ALL[which], "terminal", width=width)
    if which != "evil":  # there, what keeps a line from being a command makes it longer
        plain = re.sub(r"\x1b\[[0-9;]*m", "", colored)
        assert [line.rstrip() for line in plain.splitlines()] == text.splitlines()
        assert max(map(len, text.splitlines())) <= width
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert len(text) < 60_000
    assert render(ALL[which], "terminal", unicode=False).isascii()


def test_terminal_tells_all_that_differs() -> None:
    text = render(EVERY_CHANGE, "terminal", width=120)
    for line in (
        "  texts compared  sha256 c → sha256 x",
        "  countered   4 → 3  -1",
        "  uncovered   0 → 1  +1",
        "  d/press  countered → uncovered",
        "Sources: 1 removed",
        "Claims: 2 edited, 1 added, 1 removed, 1 renamed",
        "    text: The press [-is-] {+was+} free.",
        "    locator: [-para. 1-]",
        "  renamed  d/name → d/named",
        "  removed  n/was",
        "  newly shown  l/come  not known whether it was compared before",
        "    opposes 0.90 → neutral 0.60  score 0.90 → 0.40 (-0.50)",
        "    opposes 0.80 → 0.60 (-0.20)  score 0.80 → 0.60 (-0.20)",
        "    1 opposing → 2 opposing",
        "different: other k, texts compared; 1 verdict moved; 1 source, 5 claims, 2 statements",
        "Not listed: 1 came or left only as others did; 1 stands in another place.",
    ):
        assert line in text, line
    assert "claim d/named" not in text
    assert "claim d/named  claims/d.yaml:9:5 → claims/d.yaml:77:5" in render(
        EVERY_CHANGE, "terminal", whole=True, width=120
    )


def test_long_lists_are_cut_and_say_so() -> None:
    old = raw(*(finding(f"d/c{n}", pair("l/a", 0.9), verdict=None) for n in range(30)))
    new = raw(*(finding(f"d/c{n}", pair("l/a", 0.7)) for n in range(30)), corpus_sha256="x")
    changes = between(old, new)
    text = render(changes, "terminal")
    assert "Figures that moved (30)" in text
    assert text.count("… and 10 more; --verbose lists all") == 1
    assert "more;" not in render(changes, "terminal", whole=True)
    assert text.count("unjudged → countered") == 30  # verdicts are listed to the last
    without = between({**old, "run": {**old["run"], "stance_model": None}}, new)
    assert render(without, "terminal").count("unjudged → countered") == 20


def test_a_statement_that_left_many_claims_is_told_once() -> None:
    old = raw(*(finding(f"d/c{n}", pair("l/gone", 0.9), pair("l/b", 0.5)) for n in range(9)))
    new = raw(*(finding(f"d/c{n}", pair("l/b", 0.5)) for n in range(9)), corpus_sha256="x")
    text = render(between(old, new), "terminal")
    _, told_ = text.split("Statements that came among the k shown, or left (1)")
    assert told_.splitlines()[1:10] == [
        "  l/gone",
        "    Text of gone.",
        "    removed",
        *(f"    was rank 1, opposes 0.90, similarity 0.50  d/c{n}" for n in range(5)),
        "    … and 4 more claims; --verbose lists all",
    ]
    assert "d/c8" in render(between(old, new), "terminal", whole=True)
    for name in ("markdown", "html"):
        # Once as what was removed, once as what left.
        assert len(re.findall(r"Text of gone\\?\.", render(between(old, new), name))) == 2


def test_edits_are_told_word_by_word() -> None:
    assert [tuple(piece) for piece in edited("The press is free.", "The Press is not free.")] == [
        ("same", "The"),
        ("removed", "press"),
        ("added", "Press"),
        ("same", "is"),
        ("added", "not"),
        ("same", "free."),
    ]
    assert only_spaces(edited("a  b", "a b\n"))
    long = "w " * 60
    assert [piece.kind for piece in edited(long + "a", long + "b")] == ["same", "removed", "added"]
    assert edited(long + "a", long + "b")[0].text.startswith("… w")
    assert [p.kind for p in edited("a " * 30_000, "b " * 30_000)] == ["removed", "added"]
    changes = between(raw(finding("d/a", text="A  b.")), raw(finding("d/a", text="A b.")))
    for name in ("terminal", "markdown", "html"):
        assert "(only blanks or line ends differ)" in render(changes, name)


class Elements(HTMLParser):
    """What a browser would make of it: elements, attributes, text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.found}


@each_changes
@pytest.mark.parametrize("whole", [False, True])
def test_markdown_is_ours_alone_and_fits_a_comment(which: str, whole: bool) -> None:
    text = render(ALL[which], "markdown", whole)
    assert len(text) <= MOST
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    seen = Elements(html)
    assert seen.tags <= {
        *("h1", "h2", "p", "strong", "s", "table", "thead", "tbody", "tr", "th", "td"),
        *("details", "summary", "ul", "li", "br"),
    }
    assert html.count("<details>") == html.count("</details>") == html.count("</summary>")
    assert text.startswith("<!-- factcheck diff -->\n")
    assert ("details" in seen.tags) == (which != "same")


def test_markdown_leaves_out_what_has_no_room_and_counts_it() -> None:
    old = raw(*(finding(f"d/c{n}", pair("l/a", 0.9, text="x" * 500)) for n in range(900)))
    new = raw(
        *(
            finding(
                f"d/c{n}", pair("l/a", 0.7, text="x" * 500), verdict="uncovered", text="|" * 999
            )
            for n in range(900)
        ),
    )
    text = render(between(old, new), "markdown")
    assert MOST // 2 < len(text) <= MOST
    left = [int(number) for number in re.findall(r"^- (\d+) more: too long", text, re.MULTILINE)]
    assert len(left) == 3
    assert "Verdicts that moved (900)" in text
    assert "Figures that moved (900)" in text
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert html.count("<details>") == html.count("</details>") == 2


def test_markdown_marks_what_was_edited() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(render(EVERY_CHANGE, "markdown"))
    assert "The press <s>is</s> <strong>was</strong> free." in html
    assert "countered → <strong>uncovered</strong>" in html
    assert "<td>countered</td>\n<td style" in html


@each_changes
def test_json_is_the_changes_and_valid(which: str) -> None:
    text = render(ALL[which], "json")
    Draft202012Validator(json.loads(read_schema("diff"))).validate(json.loads(text))
    assert Changes.model_validate_json(text) == ALL[which]


@each_changes
@pytest.mark.parametrize("whole", [False, True])
def test_the_page_is_complete_in_itself_and_runs_nothing(which: str, whole: bool) -> None:
    text = render(ALL[which], "html", whole)
    seen = Elements(text)
    assert not {"script", "img", "iframe", "object", "form", "base"} & seen.tags
    (link,) = (attributes for tag, attributes in seen.found if tag == "link")
    assert link == {"rel": "icon", "href": "data:,"}
    for _tag, attributes in seen.found:
        assert not [
            name for name in attributes if name.startswith("on") or name in {"style", "src"}
        ]
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
    (policy,) = (
        attributes["content"] for _, attributes in seen.found if "http-equiv" in attributes
    )
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    ids = [attributes["id"] for _, attributes in seen.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in seen.found:
        href = attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids
    assert "49" not in re.findall(r"\{\{.{0,20}", seen.text)
    if which == "evil":
        assert "alert(1)" in seen.text


def test_the_page_tells_all_that_differs() -> None:
    text = Elements(render(EVERY_CHANGE, "html")).text
    words = " ".join(text.split())
    for line in (
        "Different: other k, texts compared; 1 verdict moved;",
        "countered43-1",
        "Verdicts that moved (1)",
        "text: The press is was free.",
        "d/name → d/named",
        "opposes 0.90 → neutral 0.60",
        "newly shown l/come",
        "1 opposing → 2 opposing",
        "Not listed: 1 came or left only as others did; 1 stands in another place.",
    ):
        assert line in words, line
    assert "<del>is</del> <ins>was</ins>" in render(EVERY_CHANGE, "html")
    assert "In another place (1)" in render(EVERY_CHANGE, "html", whole=True)


def test_a_page_lists_five_hundred_and_says_so() -> None:
    old = raw(*(finding(f"d/c{n}", pair("l/a", 0.9)) for n in range(600)))
    new = raw(*(finding(f"d/c{n}", pair("l/a", 0.7)) for n in range(600)))
    changes = between(old, new)
    assert "100 more are not listed here" in render(changes, "html")
    assert "not listed here" not in render(changes, "html", whole=True)


# --- the command ---


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    new = raw(
        finding("d/press", pair("l/closed", 0.4), pair("l/other", 0.3), locator="para. 1"),
        finding("d/peace", pair("l/praise", 0.2), pair("l/other", 0.1)),
    )
    stays = raw(
        finding("d/press", pair("l/closed", 0.7), pair("l/other", 0.3), locator="para. 1"),
        finding("d/peace", pair("l/praise", 0.2), pair("l/other", 0.1), verdict="uncovered"),
    )
    written(tmp_path, old=BASE, copy=BASE, new=new, stays=stays)
    return tmp_path


@pytest.mark.parametrize(
    ("new", "options", "code"),
    [
        ("copy.json", [], 0),
        ("new.json", [], 1),
        ("new.json", ["--fail-on", "verdict"], 1),
        ("new.json", ["--fail-on", "never"], 0),
        ("stays.json", [], 1),
        ("stays.json", ["--fail-on", "verdict"], 0),
        ("stays.json", ["--least-move", "0.5"], 0),
        ("nothing.json", [], 2),
        ("new.json", ["--least-move", "2"], 2),
        ("new.json", ["--format", "pdf"], 2),
    ],
)
def test_the_exit_status(run: Run, reports: Path, new: str, options: list[str], code: int) -> None:
    ran = run("diff", "old.json", new, *options)
    assert ran.code == code, ran.err


def test_each_format_goes_where_it_is_sent(run: Run, reports: Path) -> None:
    ran = run(
        *("diff", "old.json", "new.json", "-f", "json"),
        *("-o", "html=d.html", "-o", "markdown=d.md", "-o", "terminal=d.txt"),
    )
    assert ran.code == 1
    assert json.loads(ran.out)["verdicts"]
    assert (reports / "d.html").read_text().startswith("<!doctype html>")
    assert (reports / "d.md").read_text().startswith("<!-- factcheck diff -->")
    assert "Verdicts that moved (1)" in (reports / "d.txt").read_text()


def test_no_report_is_overwritten(run: Run, reports: Path) -> None:
    before = (reports / "old.json").read_bytes()
    ran = run("diff", "old.json", "new.json", "-o", "json=./old.json")
    assert ran.code == 2
    assert "is one of the inputs" in ran.err
    assert (reports / "old.json").read_bytes() == before


def test_one_report_may_come_by_standard_input(
    run: Run, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    given(json.dumps(BASE).encode())
    assert run("diff", "-", "copy.json").code == 0
    given(json.dumps(BASE).encode())
    assert run("diff", "new.json", "-").code == 1
    given(b"")
    assert "stdin: is empty" in run("diff", "new.json", "-").err
    assert "can be only one of the two" in run("diff", "-", "-").err
    monkeypatch.setattr(sys, "stdin", None)
    assert "there is no standard input" in run("diff", "new.json", "-").err


def test_bad_paths_get_a_line_each(run: Run, reports: Path) -> None:
    ran = run("diff", "old.json", "nothing.json")
    assert ran.code == 2
    assert ran.err == (
        "error: nothing.json: no such file; `factcheck compare --format json -o FILE` writes a "
        "report\n"
    )
    assert "is a folder; name a report in it" in run("diff", "old.json", ".").err
    assert "cannot be read" in run("diff", "old.json", "a\0b").err
    (reports / "evil\n::error::x").write_text("{")
    assert "\n::error" not in run("diff", "old.json", "evil\n::error::x").err


def test_the_same_file_twice_is_pointed_out(run: Run, reports: Path) -> None:
    ran = run("diff", "old.json", "./old.json")
    assert ran.code == 0
    assert "warning: old.json and ./old.json are the same file" in ran.err
    assert run("diff", "old.json", "./old.json", "-q").err == ""


def test_verbose_lists_all(run: Run, reports: Path) -> None:
    text = (reports / "copy.json").read_text().replace('"line": 9', '"line": 10')
    (reports / "copy.json").write_text(text)
    assert "In another place" not in run("diff", "old.json", "copy.json").out
    ran = run("diff", "old.json", "copy.json", "--verbose")
    assert ran.code == 0
    assert "In another place (5)" in ran.out


def test_the_default_is_told_in_the_help_and_the_docs(run: Run) -> None:
    assert f"[default: {LEAST_MOVE:g}]" in " ".join(run("diff", "--help").out.split())
    page = (REPOSITORY / "docs" / "diff.md").read_text("utf-8")
    assert f"`{LEAST_MOVE:g}`" in page


def test_every_option_in_the_docs_exists(run: Run) -> None:
    page = (REPOSITORY / "docs" / "diff.md").read_text("utf-8")
    shown = run("diff", "--help").out
    lines = re.findall(r"factcheck diff (.*\.json.*)$", page, re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        for option in re.findall(r"(?<= )--?[a-z][a-z-]*", f" {line}"):
            assert option in shown, option
    for option in re.findall(r"^\| `(-[a-z-]+)", page, re.MULTILINE):
        assert option in shown, option


def test_real_runs_differ_as_their_options_do(
    run: Run, folder: Path, fake_model: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCHECK_STANCE_MODEL", "fake-stance")
    for name, options in {
        "k1": ["-k", "1"],
        "k3": ["-k", "3"],
        "near": ["-k", "3", "--rank", "similarity"],
    }.items():
        assert run("compare", *options, "--format", "json", "-o", f"{name}.json").code == 0
    ran = run("diff", "k1.json", "k3.json", "-f", "json")
    changes = Changes.model_validate_json(ran.out)
    assert [each.what for each in changes.run] == ["k"]
    assert not changes.shown
    assert changes.untold.beyond == 4
    assert run("diff", "k3.json", "near.json").out.count("contrast → similarity") == 1
    letter = folder / "claims" / "letter.yaml"
    letter.write_text(letter.read_text().replace("was closed", "was not closed, it lasted"))
    assert run("compare", "-k", "3", "--format", "json", "-o", "after.json").code == 0
    changes = Changes.model_validate_json(run("diff", "k3.json", "after.json", "-f", "json").out)
    assert [each.fields for each in changes.statements] == [("text",)]
    assert changes.moves
    assert {moved.edited for moved in changes.moves} == {("statement",)}


# --- in a browser ---

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.mark.browser
@pytest.mark.skipif(
    not (CHROMIUM and find_spec("playwright") and find_spec("axe_playwright_python")),
    reason="no Chromium, playwright or axe-playwright-python",
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for which, changes in ALL.items():
            page_file = tmp_path / f"{which}.html"
            page_file.write_text(render(changes, "html", whole=True), "utf-8")
            page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
            page.set_default_timeout(120_000)
            page.on("console", lambda message: said.append(message.text))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(page_file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            page.emulate_media(media="print")
            assert page.locator("h1").inner_text() == "What changed"
            page.emulate_media(media="screen")
            page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
            assert page.evaluate("axe.run().then(told => told.violations.map(v => v.id))") == []
            page.close()
        browser.close()
    assert said == []
    assert asked == [(tmp_path / f"{which}.html").as_uri() for which in ALL]
