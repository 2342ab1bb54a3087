"""Labelled data that `factcheck eval` reads, and rankings measured on it."""

from __future__ import annotations

import gzip
import json
from math import log2
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEncoder, FakeStance, Run

from factcheck.errors import InputError
from factcheck.evaluation import retrieval_metrics
from factcheck.labelled import RetrievalSet, read_document_sets, read_retrieval
from factcheck.retrieval import by_bm25, by_contrast, by_similarity

TEXTS = {
    "q1": "The press is free in the capital.",
    "d1": "The press in the capital was closed.",
    "d2": "The press is free in the capital and beyond.",
    "d3": "Fish swim.",
    "d4": "Ships sail far.",
}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    queries = [{"_id": "q1", "text": TEXTS["q1"]}, {"_id": "q2", "text": "unjudged"}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td3\t0\n")
    return folder


def test_a_retrieval_set_is_read(beir: Path) -> None:
    data = read_retrieval(beir)
    assert data.queries == {"q1": TEXTS["q1"]}
    assert data.relevant == {"q1": {"d1": 1}}
    assert data.corpus["d3"] == "Fish swim."


def test_rankings_leave_the_query_itself_out(
    beir: Path, encoder: FakeEncoder, stance: FakeStance
) -> None:
    data = read_retrieval(beir)
    near = by_similarity(data, encoder)["q1"]
    assert near[0] == "d2"
    assert "q1" not in near
    judged = by_contrast(data, encoder, stance, candidates=2)["q1"]
    assert judged[0] == "d1"
    assert judged[2:] == near[2:]
    assert by_bm25(data)["q1"] == ["d2", "d1"]  # the others share no word
    nothing = RetrievalSet({"d1": "the"}, {"q1": "of"}, {})
    assert by_bm25(nothing) == {"q1": []}


def test_retrieval_figures_are_those_of_the_hand() -> None:
    ranked = {"a": ["x", "y", "z"], "b": ["z", "x", "y"]}
    relevant = {"a": {"x": 1, "z": 1}, "b": {"y": 2}}
    told = retrieval_metrics(ranked, relevant)
    best = 1 + 1 / log2(3)
    assert told["n"] == 2
    assert told["acc@1"] == 0.5
    assert told["ndcg@10"] == pytest.approx(((1 + 1 / 2) / best + 1 / 2) / 2)
    assert told["mrr@10"] == pytest.approx((1 + 1 / 3) / 2)
    assert told["recall@10"] == told["recall@100"] == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl.gz", b"no gzip", "cannot be read"),
        ("queries.jsonl", b'{"_id": 1, "text": "x"}', "queries.jsonl:1: _id is not a text"),
        ("queries.jsonl", b"[]", "queries.jsonl:1: not a JSON object"),
        ("queries.jsonl", b'{"_id": "q", "text": "\\ud800"}', "queries.jsonl:1: text is not"),
        ("queries.jsonl", b'{"_id": "q", "text": "x"}\n' * 2, "queries.jsonl:2: a second text"),
        ("qrels/test.tsv", b"q1 d1 1\n", "test.tsv:1: not query-id"),
        ("qrels/test.tsv", b"q1\td1\t--5\n", "test.tsv:1: not query-id"),
        ("qrels/test.tsv", b"q1\td1\t" + b"9" * 400, "test.tsv:1: not query-id"),
        ("qrels/test.tsv", b"q1\td9\t1\n", "test.tsv:1: 'q1' or 'd9' is not in the set"),
        ("qrels/test.tsv", b"q1\td1\t0\n", "no query has a relevant text"),
    ],
)
def test_what_is_no_retrieval_set_is_named(
    beir: Path, name: str, content: bytes, message: str
) -> None:
    (beir / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_retrieval(beir)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no corpus\.jsonl"):
        read_retrieval(tmp_path)


def _document_set(**changed: Any) -> dict[str, Any]:
    return {
        "official": {"sentences": ["The press is free.", "Peace has lasted."]},
        "critique": {"sentences": ["They closed the press.", "It rained."]},
        "analysis": {"sentences": ["The free press has lasted."]},
        "gold": [
            {"claim": 0, "opposes": ["c0"], "supports": ["a0"]},
            {"claim": 1, "opposes": [], "supports": []},
        ],
        **changed,
    }


def test_document_sets_are_read_with_their_gold(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(_document_set()))
    (found,) = read_document_sets(tmp_path)
    assert [each.text for each in found.claims] == ["The press is free.", "Peace has lasted."]
    assert found.opposing["official/o0"] == {"critique/c0"}
    assert found.supporting["official/o0"] == {"critique/a0"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not a document set"),
        (json.dumps(_document_set(gold=[])), "no labelled claim"),
        (
            json.dumps(_document_set(gold=[{"claim": 0, "opposes": [], "supports": []}] * 2)),
            "claim 0 twice",
        ),
        (json.dumps(_document_set(gold=[{"claim": 7, "opposes": [], "supports": []}])), "claim 7"),
        (json.dumps(_document_set(gold=[{"claim": 0, "opposes": ["c9"], "supports": []}])), "gold"),
        (None, "holds no document set"),
    ],
)
def test_what_is_no_document_set_is_named(
    tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "one.json").write_text(content)
    with pytest.raises(InputError, match=message):
        read_document_sets(tmp_path)


@pytest.mark.usefixtures("folder", "fake_model")
class TestCommands:
    def test_eval_retrieval_tells_each_ranking(self, run: Run, beir: Path) -> None:
        ran = run("eval", "retrieval", beir, "--stance-model", "m", "-f", "json")
        rows = {row["rank"]: row for row in map(json.loads, ran.out.splitlines())}
        assert set(rows) == {"similarity", "contrast", "bm25"}
        assert (rows["similarity"]["acc@1"], rows["contrast"]["acc@1"]) == (0, 1)
        ran = run("eval", "retrieval", beir, "--rank", "similarity", "--limit", 1)
        assert "ndcg@10:" in ran.out
        assert "contrast" not in ran.out

    def test_eval_claims_measures_document_sets(self, run: Run, tmp_path: Path) -> None:
        sets = tmp_path / "sets"
        sets.mkdir()
        (sets / "one.json").write_text(json.dumps(_document_set()))
        ran = run("eval", "claims", "--documents", sets, "--stance-model", "m", "-f", "json")
        similarity, contrast = map(json.loads, ran.out.splitlines())
        assert similarity["support@1"] == 1
        assert (contrast["acc@1"], contrast["false_alarms"]) == (1, 1)
        assert similarity["false_alarms"] is None
        ran = run("eval", "claims", "claims", "--documents", sets)
        assert (ran.code, "two ways" in ran.err) == (2, True)
