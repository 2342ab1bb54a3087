"""The model of cost: lines, predictions, their page; runs that go on; peers that agree."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from argparse import Namespace
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

BENCHMARKS = REPOSITORY / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
for needed in ("faiss", "lancedb"):
    pytest.importorskip(needed, reason="the extra `bench` is not installed")
fits: Any = importlib.import_module("scale_fit")
corpus: Any = importlib.import_module("index_corpus")
index_page: Any = importlib.import_module("index_page")
model: Any = importlib.import_module("scale_model")
peers: Any = importlib.import_module("index_peers")
runs: Any = importlib.import_module("index_runs")
tables: Any = importlib.import_module("scale_tables")

TRUE = {
    "build": fits.Line(2.0, 1e-3),
    "bytes": fits.Line(50_000, 1_800),
    "opening": fits.Line(0.2, 1e-6),
    "exact": fits.Line(0.05, 5e-7, 1e-4, 8e-9),
    "peak": fits.Line(2e8, 120, 5_000),
    "ann build": fits.Line(1.0, 2e-3),
    "ann bytes": fits.Line(0, 420),
    "ann": fits.Line(0.1, 1e-7, 4e-3),
}


def made_run(folder: Path, rows: int, **changed: float) -> Any:
    """A run that took just what the lines say."""

    def at(name: str, claims: int = 0) -> float:
        return float(TRUE[name].at(rows, claims)) * changed.get(name.replace(" ", "_"), 1)

    steps: dict[str, Any] = {
        "corpus": {"seconds": 1.0, "bytes": 300 * rows},
        "build": {"seconds": at("build") + 7, "encoding": 4, "making": 3, "encoded": 64},
        "compact": {"files": at("bytes"), "rows": rows, "texts": rows, "indices": 10},
        "export": {"texts": rows, "dimension": 384},
        "ann": {"seconds": at("ann build"), "bytes": at("ann bytes"), "peak": 300.0},
    }
    for count in runs.COUNTS:
        told = {"opening": at("opening"), "seconds": 1.0, "recall10": 1.0, "recall200": 0.99}
        peak = at("peak", count) / 2**20
        exact = {"search": at("exact", count), "told": 1.0, "peak": peak}
        steps[f"exact, {count}"] = told | exact
        steps[f"ann, {count}"] = told | exact | {"search": at("ann", count), "told": 0.98}
    steps["build"]["peak"] = 400.0
    run = runs.Run(folder / f"{rows}.json", folder / str(rows), rows, 64)
    run.steps = {name: {**each, "load": 0.5} for name, each in steps.items()}
    return run


CONSTANTS = {
    "cores": 2,
    "disk": {"rate": 1e9, "rows": 512},
    **{
        f"{work}, {precision}, {cores}": {"rate": rate * cores, "rows": 4, "tokens": 30.0}
        for work, rate in (("encode", 100.0), ("judge", 50.0))
        for precision in ("f32", "bf16")
        for cores in (1, 2)
    },
}


def test_lines_are_found_again_in_what_they_give(tmp_path: Path) -> None:
    found = fits.fit([made_run(tmp_path, rows) for rows in (1_000, 4_000, 10_000)])
    assert found.keys() == TRUE.keys()
    for name, line in found.items():
        for rows, claims in ((1_000_000, 1), (100_000, 1_000)):
            assert line.at(rows, claims) == pytest.approx(TRUE[name].at(rows, claims), rel=1e-3)


def test_no_part_of_a_line_is_below_zero() -> None:
    line = fits.line([(10, 0, 5.0), (20, 0, 4.0), (40, 0, 3.0)], ("start", "row"))
    assert line.row == 0
    assert line.start > 0


def test_one_size_gives_no_line(tmp_path: Path) -> None:
    assert fits.fit([made_run(tmp_path, 1_000)]) == {}


def options(folder: Path, rows: int) -> Namespace:
    return Namespace(folder=folder, rows=rows, repeats=1, encode=64, minutes=None)


def test_a_prediction_is_written_before_and_its_error_told_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for rows in (1_000, 2_000, 4_000):
        made_run(tmp_path, rows).save()
    model.predict(options(tmp_path, 40_000))
    before = (tmp_path / "prediction-40000.json").read_text("utf-8")
    assert json.loads(before)["before_the_run"]
    assert json.loads(before)["fitted_on"] == [1_000, 2_000, 4_000]
    made_run(tmp_path, 40_000, build=2.0, peak=0.8).save()
    monkeypatch.setattr(runs, "in_process", lambda *_, **__: pytest.fail("all of it was run"))
    (tmp_path / "claims.npy").touch()
    model.check(options(tmp_path, 40_000))
    assert (tmp_path / "prediction-40000.json").read_text("utf-8") == before
    told = json.loads((tmp_path / "check-40000.json").read_text("utf-8"))
    found = {(each["what"], each["claims"]): each["error"] for each in told["errors"]}
    assert found["building, without encoding", 0] == pytest.approx(-0.5, abs=1e-3)
    assert found["peak memory of an exact search", 100] == pytest.approx(0.25, abs=1e-3)
    assert found["exact search", 1_000] == pytest.approx(0, abs=1e-3)
    assert "-50%" in capsys.readouterr().out


@pytest.mark.parametrize("sizes", [(1_000,), (1_000, 3_000), (1_000, 5_000)])
def test_what_is_foretold_is_ten_times_the_largest(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    for rows in sizes:
        made_run(tmp_path, rows).save()
    with pytest.raises(SystemExit, match="measure 4,000 and at least one less"):
        model.predict(options(tmp_path, 40_000))


def gathered(folder: Path) -> dict[str, Any]:
    for rows in (1_000, 4_000):
        made_run(folder, rows).save()
    model.predict(options(folder, 40_000))
    made_run(folder, 40_000).save()
    (folder / "claims.npy").touch()
    model.check(options(folder, 40_000))
    (folder / "constants.json").write_text(json.dumps(CONSTANTS), "utf-8")
    told: dict[str, Any] = model.gathered(folder, 40_000)
    return told


def test_the_page_tells_what_larger_sizes_cost(tmp_path: Path) -> None:
    text = tables.page(gathered(tmp_path))
    assert "nan" not in text
    assert "inf" not in text
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    # A million texts, 200 a second: 1.4 hours; written at a thousand a second: 0.28.
    assert ["| 1,000,000", "processor only", "1.4", "0.28"] in [row[:4] for row in rows]
    # A hundred thousand claims a day are 20 million pairs, 100 a second: 56 hours, three machines.
    day = next(row for row in rows if row[:2] == ["| 1,000,000", "processor"])
    assert (day[4], day[7], day[8][:7]) == ("56", "3", "judging")
    memory = gathered(tmp_path)["machine"]["memory"] * 2**30 * 0.75
    fits_memory = tables.number((memory - 2e8) / 120)
    assert any(row[0].endswith("machine is full") and fits_memory in row[1] for row in rows)


def test_what_stands_around_the_markers_stays() -> None:
    old = f"# Scale\n\n{model.BEGIN}\nold\n{model.END}\n\n## By hand\n"
    new = model.placed(old, json.loads(model.KEPT.read_text("utf-8")))
    assert new.startswith(f"# Scale\n\n{model.BEGIN}\n")
    assert new.endswith(f"\n{model.END}\n\n## By hand\n")
    assert "old" not in new.splitlines()
    with pytest.raises(ValueError, match="needs the lines"):
        model.placed("# Scale\n", {})


def test_the_page_in_the_docs_is_made_of_the_figures_that_are_kept() -> None:
    text = model.PAGE.read_text("utf-8")
    assert text == model.placed(text, json.loads(model.KEPT.read_text("utf-8")))


def test_a_step_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    first = runs.begin(tmp_path, 10, 2)
    assert first.step("one", lambda _limit: {"seconds": 1.0}) is not None
    assert first.step("two", fails(RuntimeError("where\nfirst"))) is None
    assert first.step("three", fails(TimeoutError("not done in 5 s"))) is None
    again = runs.begin(tmp_path, 10, 2)
    assert again.step("one", fails(AssertionError("it was done")))["seconds"] == 1.0
    assert runs.read(tmp_path / "10.json").left_out == {"two": "first", "three": "not done in 5 s"}
    assert again.step("two", lambda _limit: {"seconds": 2.0}) is not None
    assert runs.read(tmp_path / "10.json").left_out == {}
    with pytest.raises(SystemExit, match="2 texts were encoded there"):
        runs.begin(tmp_path, 10, 3)


def fails(error: Exception) -> Any:
    def work(_limit: float | None) -> dict[str, Any]:
        raise error

    return work


def test_nothing_is_begun_after_the_minutes_or_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = runs.begin(tmp_path, 10, 2, minutes=0)
    assert late.step("one", fails(AssertionError("begun"))) is None
    assert late.left_out == {"one": "no time was left"}
    usage = namedtuple("usage", "free")  # noqa: PYI024 - as the system's own
    monkeypatch.setattr(runs.shutil, "disk_usage", lambda _: usage(5 * 2**30))
    with pytest.raises(SystemExit, match="5 GiB are free and 11 are wanted"):
        runs.begin(tmp_path, 1_000_000, 2)


def test_a_build_that_was_stopped_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def part(_script: Path, name: str, *_: object, limit: float | None) -> dict[str, Any]:
        if name == "build":
            assert not (tmp_path / "10" / "index").exists()
        seen.append(name)
        return {"seconds": 1.0}

    monkeypatch.setattr(runs, "in_process", part)
    run = runs.begin(tmp_path, 10, 2)
    (run.folder / "index").mkdir()
    run.steps["build"] = {"seconds": 1.0}  # built, and stopped before it was compacted
    assert runs.make(run)
    assert seen == ["corpus", "build", "compact"]
    (run.folder / "index").mkdir(exist_ok=True)
    assert runs.make(run)
    assert seen == ["corpus", "build", "compact"]


def test_a_part_that_takes_too_long_is_ended_and_a_failed_one_told(tmp_path: Path) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time; time.sleep(600)\n", "utf-8")
    with pytest.raises(TimeoutError, match="not done in 0 s"):
        corpus.in_process(stuck, limit=0.2)
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('it is broken')\n", "utf-8")
    with pytest.raises(RuntimeError, match="it is broken"):
        corpus.in_process(broken)


def unit(count: int, seed: int) -> Any:
    rows = np.random.default_rng(seed).standard_normal((count, 64)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("name", [name for name in peers.PEERS if "PQ" not in name])
def test_peers_find_the_nearest(tmp_path: Path, name: str) -> None:
    peer = peers.PEERS[name]
    pytest.importorskip(peer.module)
    vectors, queries = unit(600, 1), unit(3, 2)
    vectors.tofile(tmp_path / "vectors")
    rows = peers.Rows(tmp_path / "vectors", 64)
    assert (len(rows), rows.sample(128).shape) == (600, (128, 64))
    store = tmp_path / "store"
    store.mkdir()
    peer.build(rows, store)
    found = peer.opened(store)(queries, 10)
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    assert found.shape == exact.shape
    if peer.exact:
        assert np.array_equal(found, exact)
    hits = sum(len(np.intersect1d(*pair)) for pair in zip(found, exact, strict=True))
    assert hits >= 24


def test_the_page_of_the_index_tells_each_store_and_what_was_left_out(tmp_path: Path) -> None:
    run = made_run(tmp_path, 1_000)
    run.steps["FAISS, Flat: build"] = {"seconds": 0.5, "files": 1_536_000, "load": 9.0}
    run.steps["FAISS, Flat, 1"] = run.steps["exact, 1"]
    run.steps["compare, 20"] = {"seconds": 30.0, "peak": 700.0, "load": 1.0}
    run.left_out["Qdrant, local: build"] = "not done in 300 s | <b>"
    run.save()
    out = tmp_path / "page.md"
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "index_page.py", "--folder", tmp_path, "--page", out],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    text = out.read_text("utf-8")
    assert "## 1,000 statements" in text
    assert "a load of 0.5 to 9.0" in text
    assert "| FAISS, Flat | 1 | 0.20 |" in text
    assert "| 20 | 30 | 734 | under |" in text
    assert "- Qdrant, local: build: not done in 300 s" in text
    empty = tmp_path / "empty"
    empty.mkdir()
    assert index_page.runs_of(empty, None) == []


@pytest.mark.model
def test_a_small_index_is_measured_and_a_second_run_goes_on(tmp_path: Path) -> None:
    np.save(tmp_path / "claims.npy", unit(1_000, 3) @ np.eye(64, 384, dtype=np.float32))
    words: list[str | Path] = [
        "scale",
        "--rows",
        "300",
        "--encode",
        "8",
        "--folder",
        tmp_path,
        "--repeats",
        "1",
    ]
    command = [sys.executable, BENCHMARKS / "index.py", *words, "--no-peers", "--judged"]
    first = subprocess.run(command, check=False, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    run = runs.read(tmp_path / "300.json")
    assert run.left_out == {}
    assert run.steps["build"]["added"] == 300
    assert run.steps["build"]["encoded"] == 8
    assert run.steps["compact"]["texts"] == 294  # one in fifty is there twice
    assert all(run.steps[f"exact, {count}"]["recall200"] == 1 for count in runs.COUNTS)
    assert run.steps["ann, 100"]["recall10"] > 0.9
    second = subprocess.run(command, check=False, capture_output=True, text=True)
    assert second.returncode == 0
    assert "300: " not in second.stdout
    assert "MB at the peak" in second.stdout
