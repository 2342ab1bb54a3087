"""What curators and reviewers decided, written for other tools and read by them again."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import NGO_FILE, OFFICIAL_FILE, REPOSITORY, Run, claim, statement

from factcheck.errors import InputError
from factcheck.exporting import beir, jsonl
from factcheck.labelled import read_pairs, read_retrieval
from factcheck.labelling import NOT_OPPOSING, THE_FILE, by_claim, digest, known_pairs, labels_of
from factcheck.records import Decision, Expectation

STATEMENTS = [statement(name, f"{name} text") for name in ("a", "b", "c")]


def decision(name: str, stance: Any, reviewer: str = "Ann", day: int = 1, **more: Any) -> Decision:
    date = dt.date(2025, 1, day)
    return Decision(statement=f"letter/{name}", stance=stance, reviewer=reviewer, date=date, **more)


def expecting(**fields: Any) -> Any:
    return claim("press", "The press is free.", expect=Expectation(**fields))


def stances(*decisions: Decision, reviewers: tuple[str, ...] = (), **fields: Any) -> dict[str, str]:
    found = labels_of([expecting(decisions=decisions, **fields)], STATEMENTS, reviewers)
    return {label.statement.id: label.stance for label in found.found}


class TestLabels:
    def test_what_a_file_expects_opposes_where_nobody_decided(self) -> None:
        found = labels_of([expecting(counterpoints=("letter/a", "letter/b"))], STATEMENTS)
        assert [label.stance for label in found.found] == ["opposes", "opposes"]
        assert found.by_file == 2

    def test_a_decision_goes_before_what_the_file_expects(self) -> None:
        told = stances(decision("a", "neutral"), counterpoints=("letter/a", "letter/b"))
        assert told == {"a": "neutral", "b": "opposes"}

    def test_the_majority_decides_and_ties_are_left_out(self) -> None:
        votes = [
            decision("a", "opposes"),
            decision("a", "opposes", "Ben"),
            decision("a", "supports", "Cid"),
            decision("b", "opposes"),
            decision("b", "neutral", "Ben"),
        ]
        found = labels_of([expecting(decisions=votes)], STATEMENTS)
        (label,) = found.found
        assert (label.statement.id, label.stance, label.votes) == ("a", "opposes", 3)
        assert [each.reviewer for each in label.decisions] == ["Ann", "Ben"]
        assert found.ties == 1

    def test_a_tie_is_no_expectation_of_the_file(self) -> None:
        votes = [decision("a", "opposes"), decision("a", "neutral", "Ben")]
        assert stances(*votes, counterpoints=("letter/a",)) == {}

    def test_a_reviewer_may_change_their_mind(self) -> None:
        assert stances(decision("a", "opposes", day=2), decision("a", "neutral", day=1)) == {
            "a": "opposes"
        }
        assert stances(decision("a", "opposes"), decision("a", "neutral")) == {"a": "neutral"}

    def test_one_reviewer_can_be_taken(self) -> None:
        votes = [decision("a", "opposes"), decision("a", "neutral", "Ben")]
        expected = ("letter/b",)
        assert stances(*votes, reviewers=("Ben",), counterpoints=expected) == {"a": "neutral"}
        assert stances(*votes, reviewers=(THE_FILE,), counterpoints=expected) == {"b": "opposes"}

    def test_a_reviewer_who_decided_nothing_is_named(self) -> None:
        with pytest.raises(InputError, match="no decision is by 'An'; did you mean 'Ann'"):
            stances(decision("a", "opposes"), reviewers=("An",))
        with pytest.raises(InputError, match="decisions are by nobody"):
            labels_of([claim("press", "The press is free.")], STATEMENTS, ["Ann"])

    def test_statements_that_are_not_read_are_counted(self) -> None:
        found = labels_of([expecting(decisions=[decision("gone", "opposes")])], STATEMENTS)
        assert (found.found, found.missing) == ((), 1)


class TestPairs:
    def test_nothing_opposes_an_uncovered_claim(self) -> None:
        claims = [expecting(uncovered=True, decisions=[decision("a", "supports")])]
        found = labels_of(claims, STATEMENTS)
        pairs = known_pairs(found, claims, STATEMENTS, complete=False)
        assert [label for _, label in pairs] == [2, NOT_OPPOSING, NOT_OPPOSING]

    def test_what_is_not_named_is_unknown_unless_the_labels_are_complete(self) -> None:
        claims = [expecting(counterpoints=("letter/b",))]
        found = labels_of(claims, STATEMENTS)
        assert len(known_pairs(found, claims, STATEMENTS, complete=False)) == 1
        pairs = known_pairs(found, claims, STATEMENTS, complete=True)
        assert [label for _, label in pairs] == [NOT_OPPOSING, 0, NOT_OPPOSING]

    def test_decisions_alone_are_never_complete(self) -> None:
        claims = [expecting(decisions=[decision("a", "opposes")])]
        found = labels_of(claims, STATEMENTS)
        assert len(known_pairs(found, claims, STATEMENTS, complete=True)) == 1

    def test_a_pair_with_two_labels_is_left_out_and_counted(self) -> None:
        claims, torn = by_claim([(("s", "c"), 0), (("t", "c"), 1), (("s", "c"), 2)])
        assert (claims[0].statements, torn) == (("t",), 1)
        claims, torn = by_claim([(("s", "c"), NOT_OPPOSING), (("s", "c"), 0), (("s", "c"), 0)])
        assert (claims[0].labels, torn) == ((0,), 0)

    def test_the_digest_knows_no_order(self) -> None:
        one = by_claim([(("s", "c"), 0), (("t", "d"), 1)])[0]
        other = by_claim([(("t", "d"), 1), (("s", "c"), 0)])[0]
        changed = by_claim([(("t", "d"), 1), (("s", "c"), 1)])[0]
        assert digest(one) == digest(other) != digest(changed)


DECIDED = OFFICIAL_FILE.replace(
    "      counterpoints: [letter/closed]\n",
    """\
      counterpoints: [letter/closed]
      decisions:
        - {statement: letter/praise, stance: supports, reviewer: Ann, date: 2025-01-02}
        - {statement: letter/other, stance: neutral, reviewer: Ann, date: 2025-01-03, note: "No."}
        - {statement: letter/other, stance: neutral, reviewer: Ben, date: 2025-01-01}
""",
).replace("    topics: [peace, media]\n", "    expect: {uncovered: true}\n")


@pytest.fixture
def decided(folder: Path) -> Path:
    Path("claims/official.yaml").write_text(DECIDED, "utf-8")
    letter = NGO_FILE.replace("title: A letter\n", "title: A letter\n  url: https://e.org/l\n")
    Path("claims/letter.yaml").write_text(letter, "utf-8")
    return folder


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("decided", "fake_model")
class TestCommand:
    def test_each_line_tells_where_its_label_is_from(self, run: Run) -> None:
        ran = run("export", "labels")
        assert ran.code == 0, ran.err
        closed, other, praise = rows(ran.out)
        assert (closed["claim"], closed["text"]) == ("The press is free.", "The press was closed.")
        assert [row["label"] for row in (closed, other, praise)] == [
            "opposes",
            "neutral",
            "supports",
        ]
        assert (closed["reviewers"], closed["votes"], closed["date"]) == (["the file"], 0, None)
        assert (other["reviewers"], other["votes"]) == (["Ann", "Ben"], 2)
        assert (other["date"], other["notes"]) == ("2025-01-03", ["No."])
        assert (other["claim_id"], other["statement_id"]) == ("declaration/press", "letter/other")
        assert (other["claim_url"], other["statement_url"]) == (None, "https://e.org/l")

    def test_it_says_what_it_wrote_and_what_not(self, run: Run) -> None:
        said = run("export", "labels", "-o", "labels.jsonl").err
        assert "labels.jsonl: 3 pairs of 1 claims: 1 opposes, 1 neutral, 1 supports" in said
        assert "1 of them by the file" in said
        assert "1 claims that nothing opposes give no pair" in said
        assert run("export", "labels", "-o", "labels.jsonl", "-q").err == ""

    def test_eval_stance_reads_it(self, run: Run) -> None:
        assert run("export", "labels", "-o", "labels.jsonl").code == 0
        ran = run("eval", "stance", "labels.jsonl", "--stance-model", "m", "-f", "json")
        told = json.loads(ran.out)
        assert (told["n"], told["way"], told["accuracy"]) == (3, 3, 1)

    def test_training_reads_it(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(REPOSITORY / "training")
        import mix

        with gzip.open(tmp_path / "stance.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(run("export", "labels").out)
        pairs = mix.stance(tmp_path, random.Random(0))
        assert {(pair.statement, pair.label) for pair in pairs} >= {
            ("The press was closed.", "opposes"),
            ("The weather was fine.", "neutral"),
            ("Peace has lasted for decades.", "supports"),
        }

    def test_eval_retrieval_reads_the_folder(self, run: Run) -> None:
        ran = run("export", "labels", "--format", "beir", "-o", "set")
        assert ran.code == 0, ran.err
        assert "1 claims that nothing opposes are queries without an answer" in ran.err
        ran = run("eval", "retrieval", "set", "--rank", "contrast", "--stance-model", "m")
        assert "acc@1:               1.000" in ran.out
        data = read_retrieval(Path("set"))
        assert data.relevant == {"declaration/press": {"letter/closed": 1}}
        assert len(data.corpus) == 3

    def test_the_folder_holds_what_was_found_not_to_oppose(self, run: Run) -> None:
        run("export", "labels", "--format", "beir", "-o", "set")
        qrels = Path("set/qrels/test.tsv").read_text().splitlines()
        assert qrels == [
            "query-id\tcorpus-id\tscore",
            "declaration/press\tletter/closed\t1",
            "declaration/press\tletter/other\t0",
            "declaration/press\tletter/praise\t0",
        ]
        queries = rows(Path("set/queries.jsonl").read_text())
        assert {row["_id"]: row["metadata"]["uncovered"] for row in queries} == {
            "declaration/peace": True,
            "declaration/press": False,
        }

    def test_one_reviewer_is_asked_for_by_name(self, run: Run) -> None:
        assert [row["label"] for row in rows(run("export", "labels", "--reviewer", "Ben").out)] == [
            "neutral"
        ]
        ran = run("export", "labels", "--reviewer", "Eve")
        assert (ran.code, ran.out) == (2, "")
        assert "no decision is by 'Eve'" in ran.err

    def test_without_labels_nothing_is_written(self, run: Run) -> None:
        Path("claims/official.yaml").write_text(OFFICIAL_FILE.split("    expect:")[0], "utf-8")
        ran = run("export", "labels", "-o", "labels.jsonl")
        assert (ran.code, Path("labels.jsonl").exists()) == (2, False)
        assert "no pair is labelled" in ran.err
        ran = run("export", "labels", "--format", "beir", "-o", "set")
        assert (ran.code, Path("set").exists()) == (2, False)

    def test_no_input_is_overwritten(self, run: Run) -> None:
        before = Path("claims/official.yaml").read_bytes()
        assert run("export", "labels", "-o", "claims/official.yaml").code == 2
        assert Path("claims/official.yaml").read_bytes() == before
        ran = run("export", "labels", "--format", "beir", "-o", "claims")
        assert (ran.code, "is there already" in ran.err) == (2, True)

    @pytest.mark.parametrize("output", ["-", ""])
    def test_a_set_needs_a_folder(self, run: Run, output: str) -> None:
        assert "name it by --output" in run("export", "labels", "-f", "beir", "-o", output).err

    def test_a_folder_is_written_whole_or_not_at_all(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = os.fsync
        calls: list[int] = []

        def full(handle: int) -> None:
            calls.append(handle)
            if len(calls) == 3:
                raise OSError(28, "No space left on device")
            real(handle)

        before = sorted(Path().iterdir())
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", full)
            ran = run("export", "labels", "-f", "beir", "-o", "set")
        assert ran.code == 2
        assert "set: cannot be written: No space left" in ran.err
        assert sorted(Path().iterdir()) == before
        assert "cannot be written" in run("export", "labels", "-f", "beir", "-o", "no/set").err
        Path("set").mkdir()
        assert run("export", "labels", "-f", "beir", "-o", "set").code == 0
        assert sorted(path.name for path in Path("set").iterdir()) == [
            "corpus.jsonl",
            "qrels",
            "queries.jsonl",
        ]
        assert "is there already" in run("export", "labels", "-f", "beir", "-o", "set").err


def test_hostile_texts_come_back_as_they_were(tmp_path: Path) -> None:
    text = 'a\nb\u2028c\u202ed\t"e" ]]> %0A::error </script> ' + "x" * 9000
    hostile = [statement("a", text)]
    found = labels_of([expecting(counterpoints=("letter/a",))], hostile)
    (tmp_path / "labels.jsonl").write_text(jsonl(found), "utf-8")
    assert read_pairs(tmp_path / "labels.jsonl").pairs == ((text, "The press is free."),)
    for name, content in beir(found, hostile).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    assert read_retrieval(tmp_path).corpus == {"letter/a": text.strip()}
