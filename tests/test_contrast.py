"""Judging stance, ranking by contrast, and measuring both."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEncoder, FakeStance, Run, claim, statement

from factcheck.cache import CachedStance, VectorCache
from factcheck.compare import compare
from factcheck.errors import InputError, ModelError
from factcheck.evaluation import (
    RankedClaim,
    calibration_error,
    ranking_metrics,
    stance_metrics,
)
from factcheck.labelled import read_pairs
from factcheck.records import Weights
from factcheck.report import Report
from factcheck.running import Execution
from factcheck.stance.cross_encoder import CrossEncoderStance, columns, softmax
from factcheck.stance.ranking import FEATURES, Ranking, default_ranking, features

CLAIMS = [
    claim("press", "The press is free."),
    claim("peace", "Peace has lasted."),
    claim("sea", "The sea is wide."),
]
STATEMENTS = [
    statement("echo", "The press is free and has lasted."),
    statement("closed", "They closed it in September."),
    statement("weather", "The weather was fine."),
]


def shown(report: Report) -> dict[str, list[str]]:
    return {f.claim.id: [c.statement.id for c in f.counterpoints] for f in report.findings}


def test_what_opposes_goes_before_what_is_near(encoder: FakeEncoder, stance: FakeStance) -> None:
    near = compare(CLAIMS, STATEMENTS, encoder=encoder, k=1)
    contrast = compare(CLAIMS, STATEMENTS, encoder=encoder, stance=stance, k=1)
    assert shown(near)["press"] == ["echo"]
    assert set(map(tuple, shown(contrast).values())) == {("closed",)}
    assert contrast.run.rank == "contrast"
    assert contrast.run.stance_model is not None
    assert contrast.run.stance_model.name == "fake-stance"
    assert contrast.run.opposes_at == default_ranking().opposes_at


def test_ranking_by_similarity_still_judges(encoder: FakeEncoder, stance: FakeStance) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder, stance=stance, k=2, rank="similarity")
    first = report.findings[0].counterpoints[0]
    assert first.statement.id == "echo"
    assert first.stance is not None
    assert first.stance.label == "supports"
    assert first.score == first.similarity
    assert sum(map(len, stance.batches)) <= 2 * len(CLAIMS)


def test_probabilities_shown_sum_to_one(encoder: FakeEncoder, stance: FakeStance) -> None:
    report = compare(CLAIMS, STATEMENTS, encoder=encoder, stance=stance)
    for finding in report.findings:
        for counterpoint in finding.counterpoints:
            told = counterpoint.stance
            assert told is not None
            assert round(told.opposes + told.neutral + told.supports, 4) == 1
            assert 0 <= counterpoint.score <= 1


@pytest.mark.parametrize(
    ("names", "verdict", "reason"),
    [
        (["closed"], "countered", "1 opposing (the most, at 0.80: letter/closed)"),
        (["echo"], "supported", "1 supporting (the most, at 0.83: letter/echo)"),
        (
            ["closed", "echo"],
            "conflicting",
            "1 opposing (the most, at 0.80: letter/closed), 1 supp",
        ),
        (["weather"], "uncovered", "no statement opposes or supports it"),
    ],
)
def test_verdicts_come_from_all_that_was_judged(
    encoder: FakeEncoder, stance: FakeStance, names: list[str], verdict: str, reason: str
) -> None:
    statements = [s for s in STATEMENTS if s.id in names]
    report = compare(CLAIMS[:1], statements, encoder=encoder, stance=stance, k=1)
    (finding,) = report.findings
    assert finding.verdict == verdict
    assert finding.reason.startswith(reason)
    assert getattr(report.summary, verdict) == 1


def test_contrast_needs_a_model(encoder: FakeEncoder) -> None:
    with pytest.raises(ValueError, match="needs a stance model"):
        compare(CLAIMS, STATEMENTS, encoder=encoder, rank="contrast")


def test_a_pair_is_judged_once(tmp_path: Path, encoder: FakeEncoder, stance: FakeStance) -> None:
    first = compare(
        CLAIMS, STATEMENTS, encoder=encoder, stance=CachedStance(stance, VectorCache(tmp_path))
    )
    again = compare(
        CLAIMS, STATEMENTS, encoder=encoder, stance=CachedStance(stance, VectorCache(tmp_path))
    )
    assert len(stance.batches) == 1
    assert first == again
    assert CachedStance(stance, VectorCache(tmp_path)).judge([]).shape[0] == 0


def test_labels_of_foreign_models_are_understood() -> None:
    assert columns("m", {0: "contradiction", 1: "entailment", 2: "neutral"}) == [0, 2, 1]
    assert columns("m", {0: "SUPPORTS", 1: "REFUTES", 2: "NEI"}) == [1, 2, 0]
    for labels in ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {0: "entailment", 1: "neutral"}):
        with pytest.raises(ModelError, match="not those of natural-language inference"):
            columns("m", labels)


def test_softmax_bears_great_numbers() -> None:
    rows = softmax(np.array([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]]))
    assert rows.dtype == np.float32
    assert rows.tolist()[0] == [1, 0, 0]
    assert np.allclose(rows[1], 1 / 3)


def test_batch_size_must_be_positive() -> None:
    with pytest.raises(ValueError, match="batch_size"):
        CrossEncoderStance(Weights("m", Path(), "0", "0"), Execution(batch_size=0))


def test_the_score_grows_with_opposition_and_falls_with_support() -> None:
    ranking = default_ranking()
    similarities = np.full(3, 0.5)
    rows = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], np.float32)
    opposing, neutral, supporting = ranking.scores(similarities, rows)
    assert opposing > neutral
    assert opposing > supporting
    assert features(similarities, rows).shape == (3, len(FEATURES))
    assert np.isfinite(features(similarities, np.eye(3, dtype=np.float32))).all()


def test_a_verdict_begins_at_its_threshold() -> None:
    ranking = Ranking(0, (0, 1, 0, 0), opposes_at=0.7, supports_at=0.6)
    assert ranking.verdict([0.7], [0.59]) == "countered"
    assert ranking.verdict([0.69], [0.6]) == "supported"
    assert ranking.verdict([0.7, 0.1], [0.1, 0.6]) == "conflicting"
    assert ranking.verdict([], []) == "uncovered"


def test_a_perfect_model_scores_perfectly() -> None:
    labels = np.array([0, 1, 2] * 20)
    metrics = stance_metrics(labels, np.eye(3, dtype=np.float32)[labels])
    for name in ("accuracy", "macro_f1", "auc_opposes"):
        assert metrics[name] == 1
        assert metrics[f"{name}_95"] == [1, 1]
    assert metrics["ece"] == 0
    assert metrics["labels"]["opposes"] == {"precision": 1, "recall": 1, "n": 20}
    assert (metrics["n"], metrics["way"]) == (60, 3)


def test_figures_of_a_small_set_are_those_of_the_hand() -> None:
    labels = np.array([0, 0, 1, 2])
    rows = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.6, 0.3], [0.1, 0.2, 0.7]])
    metrics = stance_metrics(labels, rows.astype(np.float32))
    assert metrics["accuracy"] == 0.75
    assert metrics["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert metrics["auc_opposes"] == 1
    low, high = metrics["accuracy_95"]
    assert low < 0.75 < high


def test_sets_without_neutral_are_judged_two_way() -> None:
    labels = np.array([0, 2])
    rows = np.array([[0.2, 0.7, 0.1], [0.1, 0.8, 0.1001]], np.float32)
    metrics = stance_metrics(labels, rows)
    assert (metrics["way"], metrics["accuracy"]) == (2, 1)
    assert set(metrics["labels"]) == {"opposes", "supports"}


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    right = np.array([True, False, True, True])
    assert calibration_error(right, np.full(4, 0.75)) == 0
    assert calibration_error(right, np.full(4, 0.95)) == pytest.approx(0.2)


def test_ranking_figures_are_those_of_the_hand() -> None:
    metrics = ranking_metrics(
        [
            RankedClaim(("a", "b", "c"), {"b"}, {"a"}, "countered"),
            RankedClaim(("a", "b", "c"), {"a", "c"}, (), "uncovered"),
            RankedClaim(("a",), (), (), "conflicting"),
            RankedClaim(("a",), (), (), "supported"),
        ]
    )
    assert metrics["acc@1"] == 0.5
    assert metrics["P@3"] == pytest.approx(0.5)
    assert metrics["MRR"] == 0.75
    assert metrics["recall@5"] == 1
    assert metrics["support@1"] == 0.5
    assert metrics["false_alarms"] == 0.5
    assert ranking_metrics([])["acc@1"] is None


def test_labelled_pairs_are_read_in_both_forms(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl.gz"
    rows = [
        {"claim": "c", "text": "t", "label": "oppose"},
        {"premise": "p", "hypothesis": "h", "label": "entailment"},
        {"claim": "c", "text": "t", "label": "NEI"},
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)) + "\n\n")
    found = read_pairs(path)
    assert found.pairs == (("t", "c"), ("p", "h"), ("t", "c"))
    assert found.labels.tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no labelled pair"),
        (b"{", "pairs.jsonl:1: not valid JSON"),
        (b"[]", "pairs.jsonl:1: not a JSON object"),
        (b"{}", "pairs.jsonl:1: neither"),
        (b'{"claim": ["c"], "text": "t", "label": "nei"}', "pairs.jsonl:1: claim is not a text"),
        (b'{"claim": "c", "text": "t", "label": "maybe"}', "label 'maybe' is none of"),
        (b"\xff", "cannot be read"),
    ],
)
def test_what_is_no_labelled_pair_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_pairs(path)


@pytest.mark.usefixtures("folder", "fake_model")
class TestCommands:
    def test_a_stance_model_gives_verdicts(self, run: Run) -> None:
        report = json.loads(run("compare", "--stance-model", "m", "-f", "json").out)
        assert report["run"]["rank"] == "contrast"
        assert {f["claim"]["id"]: f["verdict"] for f in report["findings"]} == {
            "press": "conflicting",
            "peace": "conflicting",
        }
        assert report["findings"][0]["counterpoints"][0]["statement"]["id"] == "closed"
        text = run("compare", "--stance-model", "m").out
        assert "opposes 0.8" in text
        assert "press  para. 1  conflicting" in text
        assert "2 claims: 2 conflicting" in text

    def test_without_one_there_is_no_contrast(self, run: Run) -> None:
        ran = run("compare", "--rank", "contrast")
        assert ran.code == 2
        assert "name one by --stance-model" in ran.err
        assert run("compare", "--stance-model", "none").code == 0

    def test_eval_stance_tells_the_figures(self, run: Run) -> None:
        rows = [
            {"claim": "It is free.", "text": "They closed it.", "label": "opposes"},
            {"claim": "It is free.", "text": "It has lasted.", "label": "supports"},
            {"claim": "It is free.", "text": "It is blue.", "label": "neutral"},
        ]
        Path("pairs.jsonl").write_text("\n".join(map(json.dumps, rows)))
        ran = run("eval", "stance", "pairs.jsonl", "--stance-model", "m", "-f", "json")
        told = json.loads(ran.out)
        assert (told["file"], told["n"], told["accuracy"]) == ("pairs.jsonl", 3, 1)
        assert "accuracy:" in run("eval", "stance", "pairs.jsonl", "--stance-model", "m").out
        limited = run("eval", "stance", "pairs.jsonl", "--stance-model", "m", "--limit", 2)
        assert "way:                 2" in limited.out
        ran = run("eval", "stance", "pairs.jsonl")
        assert ran.code == 2
        assert "needs a stance model" in ran.err

    def test_eval_claims_tells_each_ranking(self, run: Run) -> None:
        ran = run("eval", "claims", "--stance-model", "m", "-f", "json")
        similarity, contrast = map(json.loads, ran.out.splitlines())
        assert (similarity["rank"], contrast["rank"]) == ("similarity", "contrast")
        assert contrast["acc@1"] == 1
        assert contrast["claims"] == 1
        assert "acc@1:" in run("eval", "claims").out
        Path("claims/official.yaml").write_text(
            Path("claims/official.yaml").read_text().split("    expect:")[0]
        )
        assert "no claim among these has an expectation" in run("eval", "claims").err
