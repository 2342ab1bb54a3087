from __future__ import annotations

import itertools

import pytest
from conftest import NGO, OFFICIAL, FakeEncoder, claim, statement

from factcheck.compare import compare
from factcheck.errors import InputError
from factcheck.records import Source, Statement
from factcheck.report import Report

CLAIMS = [claim("press", "The press is free."), claim("peace", "Peace has lasted.")]
STATEMENTS = [
    statement("weather", "The weather was fine."),
    statement("closed", "The press was closed."),
    statement("praise", "Peace has lasted for decades."),
]


def ids(report: Report) -> list[list[str]]:
    return [[c.statement.id for c in finding.counterpoints] for finding in report.findings]


def test_the_nearest_come_first(encoder: FakeEncoder) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder, k=2)
    assert [found[0] for found in ids(report)] == ["closed", "praise"]
    assert [finding.claim.id for finding in report.findings] == ["press", "peace"]
    for finding in report.findings:
        assert [c.rank for c in finding.counterpoints] == [1, 2]
        similarities = [c.similarity for c in finding.counterpoints]
        assert similarities == sorted(similarities, reverse=True)
        assert all(round(value, 4) == value for value in similarities)
        assert all(c.score == c.similarity for c in finding.counterpoints)


def test_each_text_is_encoded_once(encoder: FakeEncoder) -> None:
    twin = statement("twin", "The press is free.")
    compare([*CLAIMS, claim("again", "Peace has lasted.")], [*STATEMENTS, twin], encoder=encoder)
    (batch,) = encoder.batches
    assert len(batch) == len(set(batch)) == 5


def test_the_order_of_statements_does_not_matter(encoder: FakeEncoder) -> None:
    twins = [statement(name, "The press was closed.") for name in ("b", "a", "c")]
    reports = {
        compare(CLAIMS, [*order, *STATEMENTS], encoder=encoder, k=4).model_dump_json()
        for order in itertools.permutations(twins)
    }
    assert len(reports) == 1
    report = Report.model_validate_json(reports.pop())
    assert ids(report)[0] == ["a", "b", "c", "closed"]


def test_similarity_alone_gives_no_verdict(encoder: FakeEncoder) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder)
    assert {finding.verdict for finding in report.findings} == {None}
    assert report.summary.claims == report.summary.unjudged == 2
    assert report.run.stance_model is None
    assert "no stance model" in report.findings[0].reason


def test_statements_below_the_least_similarity_are_left_out(encoder: FakeEncoder) -> None:
    every = compare(CLAIMS, STATEMENTS, encoder=encoder, k=3)
    least = every.findings[0].counterpoints[0].similarity
    some = compare(CLAIMS, STATEMENTS, encoder=encoder, k=3, min_similarity=least)
    assert ids(some)[0] == ["closed"]
    assert ids(compare(CLAIMS, STATEMENTS, encoder=encoder, min_similarity=1)) == [[], []]


def test_the_report_names_what_was_compared(encoder: FakeEncoder) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder, k=7, min_similarity=-0.5)
    assert [source.id for source in report.sources] == ["declaration", "letter"]
    assert report.source("letter").kind == "ngo"
    with pytest.raises(KeyError):
        report.source("nobody")
    assert (report.run.encoder.name, report.run.encoder.sha256) == ("fake", "f" * 64)
    assert (report.run.k, report.run.min_similarity, report.run.rank) == (7, -0.5, "similarity")
    changed = compare(CLAIMS, STATEMENTS[1:], encoder=encoder)
    same = compare(CLAIMS[::-1], STATEMENTS[::-1], encoder=encoder)
    assert report.run.corpus_sha256 == same.run.corpus_sha256 != changed.run.corpus_sha256


def test_a_report_survives_json(encoder: FakeEncoder) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder)
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert Report.model_validate(report.model_dump()) == report


def test_records_cannot_be_changed(encoder: FakeEncoder) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder)
    with pytest.raises(ValueError, match="frozen"):
        report.findings[0].reason = "other"  # type: ignore[misc]


def test_progress_is_told(encoder: FakeEncoder) -> None:
    told: list[tuple[int, int]] = []
    compare(CLAIMS, STATEMENTS, encoder=encoder, progress=lambda *now: told.append(now))
    assert told == [(0, 5), (5, 5)]


def test_nothing_to_compare_is_an_error(encoder: FakeEncoder) -> None:
    with pytest.raises(InputError, match="no claim"):
        compare([], STATEMENTS, encoder=encoder)
    with pytest.raises(InputError, match="no statement"):
        compare(CLAIMS, [], encoder=encoder)


def test_two_of_one_name_are_an_error(encoder: FakeEncoder) -> None:
    with pytest.raises(InputError, match="two claims are called 'declaration/press'"):
        compare([CLAIMS[0], CLAIMS[0]], STATEMENTS, encoder=encoder)
    other = Source(id=NGO.id, kind="press", title="Another letter")
    stranger = Statement(source=other, id="x", text="Words.")
    with pytest.raises(InputError, match="two sources are called 'letter'"):
        compare(CLAIMS, [*STATEMENTS, stranger], encoder=encoder)


@pytest.mark.parametrize(("name", "value"), [("k", 0), ("min_similarity", 1.5)])
def test_figures_out_of_range_are_errors(encoder: FakeEncoder, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        compare(CLAIMS, STATEMENTS, encoder=encoder, **{name: value})  # type: ignore[arg-type]


def test_two_claims_of_different_sources_may_share_an_id(encoder: FakeEncoder) -> None:
    other = OFFICIAL.model_copy(update={"id": "statement"})
    report = compare(
        [CLAIMS[0], claim("press", "Words.", source=other)], STATEMENTS, encoder=encoder
    )
    assert report.summary.claims == 2
