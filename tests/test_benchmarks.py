"""The benchmarks run, their results agree, and their page and pictures are made of their files."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from factcheck.inputs import read_claim_files
from factcheck.search import top_k

BENCHMARKS = REPOSITORY / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
book: Any = importlib.import_module("book")
made_up: Any = importlib.import_module("made_up")
page: Any = importlib.import_module("results_page")
results: Any = importlib.import_module("results")
run: Any = importlib.import_module("run")
searches: Any = importlib.import_module("searches")
timing: Any = importlib.import_module("timing")
growth: Any = importlib.import_module("growth")
top: Any = importlib.import_module("top_k")
whole: Any = importlib.import_module("whole")

Target, Row, Check, Point = results.Target, results.Row, results.Check, results.Point
NAMES = [job.name for job in run.JOBS]


def script(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a benchmark as a user would."""
    command = [sys.executable, BENCHMARKS / f"{name}.py", *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, cwd=REPOSITORY)


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result files of all benchmarks at their smallest."""
    if not all(map(find_spec, ("bm25s", "faiss", "lancedb", "matplotlib", "usearch"))):
        pytest.skip("the extra `bench` is not installed")
    folder = tmp_path_factory.mktemp("bench")
    ran = script("run", "--smoke", "--out", folder)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return folder


@pytest.mark.model
def test_every_benchmark_runs_and_keeps_its_figures(smoke: Path) -> None:
    books = {path.stem: book.read_book(path) for path in smoke.glob("*.json")}
    assert sorted(books) == sorted(NAMES)
    for name, found in books.items():
        assert found.smoke
        assert found.rows or found.checks, name
        assert found.command == f".venv/bin/python benchmarks/{name}.py --smoke --runs 1"
        assert "load" in "\n".join(found.machine.lines())
        must = [check for check in found.checks if check.must]
        assert all(check.verdict == "met" for check in must), name


@pytest.mark.model
def test_results_are_those_of_every_peer(smoke: Path) -> None:
    found = {name: book.read_book(smoke / f"{name}.json") for name in ("top_k", "whole", "peers")}
    peers = {row.peer for row in found["top_k"].rows}
    assert peers == {"semantic_search", "FAISS IndexFlatIP", "usearch exact", "LanceDB flat"}
    same = [check.value for check in found["top_k"].checks if check.goal == results.TOP_K_SAME]
    assert same == [0] * 8
    (judged,) = [check for check in found["whole"].checks if check.must]
    assert judged.note == "12 pairs, the same in both"
    assert {check.goal for check in found["peers"].checks if check.must} == {
        *(results.ENCODE_SAME, results.STANCE_SAME, results.STANCE_NEAR)
    }


@pytest.mark.model
def test_page_and_pictures_are_made_of_the_files(smoke: Path, tmp_path: Path) -> None:
    made = script("results_page", "--results", smoke, "--page", tmp_path / "page.md")
    assert made.returncode == 0, made.stderr
    told = (tmp_path / "page.md").read_text("utf-8")
    assert "smoke run" in told
    assert str(REPOSITORY) not in told
    for _ in range(2):
        drawn = script("plots", "--results", smoke, "--pictures", tmp_path)
        assert drawn.returncode == 0, drawn.stdout + drawn.stderr
        pictures = {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}
        (tmp_path / "speed-growth.svg").unlink()
    assert len(pictures) == 4
    assert pictures == {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")} | {
        "speed-growth.svg": pictures["speed-growth.svg"]
    }
    assert b"usearch exact" in pictures["speed-top-k.svg"]
    assert not re.search(rb'(href|src)="https?:', b"".join(pictures.values()))


def a_book(folder: Path, **parts: Any) -> Any:
    machine = importlib.import_module("machine").machine()
    return book.Book("some", "Some work", folder / "some.json", "run it", False, machine, **parts)


def a_row(**parts: Any) -> Any:
    times = {"ours": (1.0, 2.0, 1.5, 1.0, 1.0), "theirs": (3.0, 3.0, 3.0, 4.0, 3.0)}
    return Row(**{"work": "work", "peer": "peer", "kind": "faster", **times, **parts})


def test_a_figure_is_the_ratio_of_medians_with_its_spread() -> None:
    row = a_row(target=Target(least=2.0))
    assert row.figure == 3.0
    assert row.spread == (1.5, 4.0)
    assert results.cells(row)[2:] == [
        *("5", "1.000 s (1.000-2.000)", "3.000 s (3.000-4.000)", "3.00 (1.50-4.00)"),
        *(">= 2", "met"),
    ]
    share = a_row(kind="share", ours=(1.0,), theirs=(4.0,), target=Target(most=0.2))
    assert (share.figure, share.verdict) == (0.25, "missed (1 run)")
    assert a_row(ours=(0.001,) * 5, theirs=(0.002,) * 5).verdict == ""


def test_a_wrong_result_fails_and_a_missed_time_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = a_book(tmp_path)
    slow.add(a_row(target=Target(least=99)), Check("slow", 3, "s", Target(most=1)))
    assert slow.close() == 0
    wrong = a_book(tmp_path)
    wrong.add(Check("rows that differ", 1, "", Target(most=0), must=True))
    assert wrong.close() == 1
    assert "missed" in capsys.readouterr().out


def test_a_result_file_gives_back_what_was_kept(tmp_path: Path) -> None:
    kept = a_book(tmp_path)
    kept.add(a_row(target=Target(least=2), sizes={"rows": 3}), Check("a", 1.5, "s", note="n"))
    kept.add(Point("seconds", 10, (1.0, 2.0)))
    kept.leave_out("the largest", "it takes an hour")
    again = book.read_book(tmp_path / "some.json")
    assert again == kept
    told = json.loads((tmp_path / "some.json").read_text("utf-8"))
    assert told["rows"][0]["ours"] == [1.0, 2.0, 1.5, 1.0, 1.0]
    (tmp_path / "some.json").write_text(json.dumps(told | {"version": 0}))
    with pytest.raises(ValueError, match="run it again"):
        book.read_book(tmp_path / "some.json")


def test_the_page_tells_goals_by_their_worst_figure(tmp_path: Path) -> None:
    goal = results.TOP_K_MANY
    good = a_row(work="near | far", target=Target(least=2), goal=goal)
    bad = a_row(work="<b>", theirs=(1.5,) * 5, target=Target(least=2), goal=goal)
    heavy = Check("heavy", 0, "", Target(most=0), True, "none", results.CACHED_LIGHT)
    told = page.page([a_book(tmp_path, rows=[good, bad], checks=[heavy], left_out=["x: y"])])
    (line,) = [each for each in told.splitlines() if each.startswith(f"| {goal} ")]
    assert line == f"| {goal} | >= 2 | 1.50 (0.75-1.50) | &lt;b>, peer | 1 of 2 met |"
    assert f"| {results.CACHED_LIGHT} | <= 0 | 0 | heavy | met |" in told
    assert f"| {results.GROWTH_TIME} |  |  |  | not measured |" in told
    assert "near \\| far" in told
    assert "Left out:\n\n- x: y" in told
    assert "\n    run it\n" in told


def test_the_page_needs_result_files(tmp_path: Path) -> None:
    none = script("results_page", "--results", tmp_path, "--page", tmp_path / "page.md")
    assert (none.returncode, "make bench" in none.stderr) == (2, True)
    (tmp_path / "some.json").write_text("[]")
    broken = script("results_page", "--results", tmp_path, "--page", tmp_path / "page.md")
    assert broken.returncode == 2
    assert "Traceback" not in broken.stderr
    assert not (tmp_path / "page.md").exists()


def test_works_take_turns_until_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    ran: list[str] = []

    def work(name: str, seconds: float) -> Any:
        def act() -> None:
            ran.append(name)
            now[0] += seconds

        return act

    works = {"ours": work("ours", 1), "peer": work("peer", 3)}
    times = timing.alternate(works, 3)
    assert ran == ["ours", "peer"] * 4
    assert times["peer"].seconds == (3.0, 3.0, 3.0)
    assert len(timing.alternate(works, 9, seconds=13)["ours"].seconds) == 2
    assert len(timing.alternate(works, 9, seconds=1, warm=False)["ours"].seconds) == 1


def test_peers_that_take_too_long_are_left_out_and_ours_is_not() -> None:
    expected = {searches.OURS: 3.0, "quick": 1.0, "slow": 30.0}
    assert top.fitting(expected, 40, 5) == (5, {"slow": 30.0})
    assert top.fitting(expected, 12, 5) == (2, {"slow": 30.0})
    assert top.fitting(expected, 6, 5) == (1, {"slow": 30.0, "quick": 1.0})
    assert top.fitting(dict.fromkeys(expected, 0.0), 1, 5) == (5, {})
    known = top.Estimates()
    known.note("slow", 1000, 1, 2.0)
    known.note("slow", 100, 10, 0.5)
    assert known.seconds("slow", 1000, 10) == 5.0
    assert known.seconds("other", 1000, 10) == 0.0


def test_other_rows_are_told_from_ties() -> None:
    corpus = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    queries = np.array([[1, 0]], np.float32)
    ours = top_k(queries, corpus, 2)
    swapped = (ours[0], ours[1][:, ::-1])
    assert searches.disagreements(queries, corpus, ours, swapped) == (2, 0)
    wrong = (ours[0], np.array([[0, 2]]))
    assert searches.disagreements(queries, corpus, ours, wrong) == (0, 1)


def test_made_up_statements_have_the_lengths_of_real_ones(tmp_path: Path) -> None:
    real = sorted(len(text.split()) for text in made_up.sentences()["critical"])
    made = made_up.made_statements(3000)
    assert made == made_up.made_statements(3000)
    assert len(set(made)) == 3000
    words = sorted(len(text.split()) for text in made)
    for part in (0.1, 0.5, 0.9):
        assert abs(words[int(part * len(words))] - real[int(part * len(real))]) <= 1
    assert made_up.made_statements(3010)[:3000] == made
    with pytest.raises(ValueError, match="official sentences"):
        made_up.made_claims(10**6)
    made_up.write_set(tmp_path, 3, 501)
    made_up.add_statements(tmp_path, 0, ['A "new" one: # yes'])
    files = read_claim_files([tmp_path])
    assert [claim.text for claim in files.claims] == made_up.made_claims(3)
    texts = {statement.text for statement in files.statements}
    assert texts == {*made_up.made_statements(501), 'A "new" one: # yes'}


def test_judgements_that_differ_are_seen(tmp_path: Path) -> None:
    work = whole.Work("set", tmp_path, tmp_path, tmp_path, Target(most=1), "")
    point = {"statement": {"text": "s"}, "stance": {"opposes": 0.5}}
    report = {"findings": [{"claim": {"text": "c"}, "counterpoints": [point]}]}
    work.report.write_text(json.dumps(report))
    hit = {"claim": "c", "nearest": [{"text": "s", "score": 0.25}]}
    work.printed.write_text(json.dumps(hit))
    assert whole.same_judgements(work) == (1, 0.25)
    work.printed.write_text(json.dumps({"claim": "c", "nearest": []}))
    with pytest.raises(ValueError, match="1 are ours alone"):
        whole.same_judgements(work)


def test_the_exponent_of_growth() -> None:
    assert growth.slope([10, 100, 1000], [3, 30, 300]) == pytest.approx(1)
    assert growth.slope([10, 100], [1, 100]) == pytest.approx(2)


def test_what_does_not_fit_the_half_hour_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--minutes", "30"])
    options = run.arguments()
    job = run.JOBS[0]
    assert run.attempt(job, options, 1.0).startswith("left out: only 1 s")
    stuck = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(run, "command", lambda job, options: stuck)
    quick = run.Job("stuck", 0, 0)
    assert run.attempt(quick, options, 0.5) == (
        "ended after 0 s; what it measured until then is kept"
    )
    monkeypatch.setattr(run, "command", lambda job, options: [sys.executable, "-c", "exit(3)"])
    assert run.attempt(quick, options, None) == "failed with exit status 3"
    assert sum(job.minutes for job in run.JOBS) <= 30


def test_every_script_that_is_named_is_there_and_told_of() -> None:
    told = (BENCHMARKS / "README.md").read_text("utf-8")
    for name in NAMES:
        assert (BENCHMARKS / f"{name}.py").is_file()
        assert f"`{name}.py`" in told
