"""One size of index measured step by step; a run that was stopped goes on where it was.

Each step is a process of its own and is kept in a JSON file when it is done. A step that was
stopped in the middle begins anew.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book import FOLDER
from command import factcheck, watch
from index_corpus import in_process
from index_peers import PEERS
from machine import as_json, machine
from made_up import write_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PARTS = Path(__file__).resolve().parent / "index_parts.py"
HOME = FOLDER / "index"
COUNTS = (1, 100, 1_000)
VERSION = 1
_ENOUGH = 3  # GiB of disk that stay free
_A_ROW = 9_000  # bytes of disk: corpus, index, its vectors, the largest peer's store


@dataclass
class Run:
    """What was measured at one size.

    Attributes:
        path: The JSON file.
        folder: Where the corpus and the stores lie.
        rows: How many statements.
        encode: How many of them were encoded for real.
        deadline: A time of `time.monotonic` after which no step begins; None for no limit.
        steps: What each step told, by its name.
        left_out: Why a step has no figure, by its name.
    """

    path: Path
    folder: Path
    rows: int
    encode: int
    deadline: float | None = None
    machine: dict[str, Any] = field(default_factory=lambda: as_json(machine()))
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def step(
        self, name: str, work: Callable[[float | None], dict[str, Any]], limit: float | None = None
    ) -> dict[str, Any] | None:
        """Do a step that is not done; what it told, or None where it was left out.

        Args:
            name: Of the step.
            work: Does it within some seconds, or without a limit.
            limit: The most seconds it may take.
        """
        if name in self.steps:
            return self.steps[name]
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if left is not None and left < 1:
            self._without(name, "no time was left")
            return None
        bounds = [each for each in (limit, left) if each is not None]
        load = os.getloadavg()[0]
        try:
            told = work(min(bounds) if bounds else None)
        except (TimeoutError, RuntimeError) as error:
            self._without(name, str(error).splitlines()[-1])
            return None
        self.steps[name] = {**told, "load": round(load, 1)}
        self.left_out.pop(name, None)
        self.save()
        print(f"{self.rows:,}: {name}: {_told(told)}", flush=True)
        return self.steps[name]

    def _without(self, name: str, why: str) -> None:
        self.left_out[name] = why
        self.save()
        print(f"{self.rows:,}: {name}: left out: {why}", flush=True)

    def save(self) -> None:
        """Put the file in place at once."""
        told = {
            "version": VERSION,
            "rows": self.rows,
            "encode": self.encode,
            "machine": self.machine,
            "steps": self.steps,
            "left_out": self.left_out,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.path.parent, prefix=".", encoding="utf-8", delete=False
        ) as file:
            json.dump(told, file, indent=1)
            file.write("\n")
        Path(file.name).replace(self.path)


def _told(told: dict[str, Any]) -> str:
    shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
    return ", ".join(f"{k} {v}" for k, v in shown.items() if not isinstance(v, list))


def begin(home: Path, rows: int, encode: int, *, minutes: float | None = None) -> Run:
    """A run of a size, with what was done of it before.

    Raises:
        SystemExit: There is too little room on the disk, or the size was run otherwise before.
    """
    path, folder = home / f"{rows}.json", home / str(rows)
    deadline = None if minutes is None else time.monotonic() + minutes * 60
    run = Run(path, folder, rows, encode, deadline)
    if path.exists():
        before = read(path)
        if before.encode != encode:
            raise SystemExit(f"{path}: {before.encode} texts were encoded there; remove it first")
        run.steps, run.machine = before.steps, before.machine
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free / 2**30
    wanted = _ENOUGH + (0 if run.steps else rows * _A_ROW / 2**30)
    if free < wanted:
        raise SystemExit(f"{folder}: {free:.0f} GiB are free and {wanted:.0f} are wanted")
    return run


def read(path: Path) -> Run:
    """What a file tells of a run.

    Raises:
        ValueError: It is of another version.
    """
    told = json.loads(path.read_text("utf-8"))
    if told["version"] != VERSION:
        raise ValueError(f"{path}: not a file of this version; remove it and run it again")
    parts = {name: told[name] for name in ("rows", "encode", "machine", "steps", "left_out")}
    return Run(path, path.parent / str(told["rows"]), **parts)


def runs(home: Path) -> list[Run]:
    """All sizes that were run, the least first."""
    found = [read(path) for path in home.glob("[0-9]*.json")]
    return sorted(found, key=lambda run: run.rows)


def make(run: Run) -> bool:
    """Write the corpus and build the index; whether it is there."""
    corpus, place = run.folder / "corpus.jsonl", run.folder / "index"
    if "compact" not in run.steps:  # what a stopped build left would be no figure
        shutil.rmtree(place, ignore_errors=True)
        run.steps.pop("build", None)
    run.step("corpus", lambda limit: in_process(PARTS, "corpus", corpus, run.rows, limit=limit))
    words = ["build", corpus, place, "--encode", run.encode]
    if not run.step("build", lambda limit: in_process(PARTS, *words, limit=limit)):
        return False
    return bool(run.step("compact", lambda limit: in_process(PARTS, "compact", place, limit=limit)))


def asked_claims(run: Run) -> Path:
    """The vectors of claims, the same at all sizes; made where they are not there."""
    path = run.folder.parent / "claims.npy"
    if not path.exists():
        in_process(PARTS, "claims", path, max(COUNTS))
    return path


def search(run: Run, repeats: int, counts: Iterable[int] = COUNTS) -> None:
    """Search the index exactly, so often for each number of claims; the most first."""
    place, claims = run.folder / "index", asked_claims(run)
    vectors, truth = run.folder / "vectors.f32", run.folder / "truth.npy"
    words: list[Any] = ["export", place, vectors]
    if "export" not in run.steps:
        truth.unlink(missing_ok=True)
    if not run.step("export", lambda limit: in_process(PARTS, *words, limit=limit)):
        return
    for count in sorted(counts, reverse=True):
        asked = ("search", place, claims, truth, count)
        run.step(f"exact, {count}", repeated(asked, repeats))


def approximate(run: Run, repeats: int) -> None:
    """Make the index over vectors, and search by it."""
    place, claims = run.folder / "index", asked_claims(run)
    if not run.step("ann", lambda limit: in_process(PARTS, "ann", place, limit=limit)):
        return
    for count in COUNTS:
        asked = ("search", place, claims, run.folder / "truth.npy", count, "--ann")
        run.step(f"ann, {count}", repeated(asked, repeats))


def judged(run: Run, counts: Iterable[int]) -> None:
    """Whole commands: `factcheck compare` of so many claims, its models and all."""
    for count in counts:
        run.step(f"compare, {count}", lambda _limit, count=count: _compared(run, count))  # type: ignore[misc]


def _compared(run: Run, count: int) -> dict[str, Any]:
    files, report = run.folder / f"claims-{count}", run.folder / "report.json"
    write_set(files, count, 0)
    command = [factcheck(), "compare", str(files), "--index", str(run.folder / "index")]
    taken = watch([*command, "--no-cache", "-q", "-f", "json"], report)
    told = json.loads(report.read_text("utf-8"))
    assert len(told["findings"]) == count
    return {"seconds": taken.seconds, "peak": taken.peak / 2**20}


def peers(run: Run, limit: float, repeats: int) -> None:
    """The peers, each built once and searched."""
    exported = run.steps.get("export")
    if not exported:
        return
    vectors, claims = run.folder / "vectors.f32", asked_claims(run)
    for name in PEERS:
        store = run.folder / "peers" / name
        words = ("peer-build", name, vectors, exported["dimension"], store)
        done = f"{name}: build"
        if run.step(done, lambda most, words=words: in_process(PARTS, *words, limit=most), limit):  # type: ignore[misc]
            for count in COUNTS:
                asked = ("peer-search", name, store, claims, run.folder / "truth.npy", count)
                if not run.step(f"{name}, {count}", repeated(asked, repeats), limit):
                    break
        shutil.rmtree(store, ignore_errors=True)  # a million rows of each would fill a disk


def repeated(words: Iterable[object], repeats: int) -> Callable[[float | None], dict[str, Any]]:
    """A work done so often, each time in a process of its own: the medians, and all seconds."""

    def work(limit: float | None) -> dict[str, Any]:
        end = None if limit is None else time.monotonic() + limit
        found: list[dict[str, Any]] = []
        longest = 0.0
        for _ in range(repeats):
            left = None if end is None else end - time.monotonic()
            if found and left is not None and left < 2 * longest:
                break
            begun = time.monotonic()
            found.append(in_process(PARTS, *words, limit=left))
            longest = max(longest, time.monotonic() - begun)
        told = {name: statistics.median(each[name] for each in found) for name in found[0]}
        return {**told, "peak": max(each["peak"] for each in found), "runs": _seconds(found)}

    return work


def _seconds(found: list[dict[str, Any]]) -> list[float]:
    return [round(each["search"], 4) for each in found]
