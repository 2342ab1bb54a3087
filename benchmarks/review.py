"""The review desk: pairs a minute, decisions lost to kill -9, and what changes in claim files.

python benchmarks/review.py [--pairs N] [--kills N] [--seed N]

All on copies of claims/; nothing is written beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import difflib
import random
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from factcheck.desk.desk import Desk
from factcheck.desk.files import OpenFiles
from factcheck.desk.queue import queued
from factcheck.desk.sitting import Sitting
from factcheck.inputs import claim_files_among, read_claim_files
from factcheck.ranked import RankedPairs

if TYPE_CHECKING:
    from factcheck.claims import ReadFile
    from factcheck.records import ClaimFile

HERE = Path(__file__).resolve()
CLAIMS = HERE.parent.parent / "claims"
WHO = "Benchmark"
DAY = dt.date(2025, 1, 2)
KEYS = ("o", "n", "s", "left", "down", "right")
OURS = ("expect:", "counterpoints:", "decisions:", "uncovered: true", "- ")


def main() -> None:
    """Run the three parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--decide", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.decide:
        decide_for_ever(options.decide)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "claims"
        shutil.copytree(CLAIMS, folder)
        sitting(folder, options.pairs)
        kill(folder, options.kills, random.Random(options.seed))  # noqa: S311 - moments, no secret
        if not only_decisions(folder):
            sys.exit(1)


def seats(folder: Path) -> tuple[Sitting, OpenFiles]:
    """A sitting over a copy, in a made order: no model is needed to press keys."""
    read = read_claim_files([folder])
    rng = np.random.default_rng(1)
    rankings = []
    for claim in read.claims:
        told = rng.dirichlet((1, 1, 1), len(read.statements)).round(4)
        order = np.argsort(-told[:, 0])
        rankings.append(
            RankedPairs(claim, read.statements, order, told[order, 0], told[order, 0], told[order])
        )
    files = [file for file in claim_files_among([folder]) if file.content and file.content.claims]
    paths = {str(file.source_id): Path(file.path) for file in files}
    return Sitting(queued(rankings, WHO)), OpenFiles(paths, paths)


def sitting(folder: Path, pairs: int) -> None:
    """A scripted sitting in the terminal's desk, 80 columns by 24 rows."""
    from factcheck.desk.screen import ReviewApp

    times: list[float] = []

    async def go(desk: Desk) -> None:
        app = ReviewApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            for number in range(pairs):
                began = time.perf_counter()
                if number % 10 == 5:
                    await pilot.press("t", *"see the letter", "enter")
                if number % 25 == 12:
                    await pilot.press("n", "u")
                await pilot.press(KEYS[number % len(KEYS)])
                if len(app.screen_stack) > 1:
                    await pilot.press("y")  # the claim was marked uncovered
                assert len(desk.sitting.steps) == number + 1
                times.append(time.perf_counter() - began)

    state, files = seats(folder)
    with files:
        asyncio.run(go(Desk(state, files, WHO, lambda: DAY)))
    middle, worst = statistics.median(times) * 1000, max(times) * 1000
    print(f"sitting: {pairs} pairs in {sum(times):.1f} s, {pairs / sum(times) * 60:.0f} a minute")
    print(f"  a pair: median {middle:.0f} ms, longest {worst:.0f} ms (notes are typed in those)")


def decide_for_ever(folder: Path) -> None:
    """Decide on pair after pair, and tell each only once the desk has told it."""
    state, files = seats(folder)
    with files:
        desk = Desk(state, files, WHO, lambda: DAY)
        print("ready", flush=True)
        while desk.sitting.current:
            stance = ("opposes", "neutral", "supports")[len(desk.sitting.steps) % 3]
            candidate, _ = desk.decide(stance, replace_uncovered=True)  # type: ignore[arg-type]
            print(candidate.claim.key, candidate.statement.key, stance, flush=True)


def kill(folder: Path, kills: int, rng: random.Random) -> None:
    """Kill a process that decides, at random moments, and look for what it told as saved."""
    told: set[tuple[str, ...]] = set()
    halves = 0
    for _ in range(kills):
        command = [sys.executable, str(HERE), "--decide", str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        until = time.perf_counter() + rng.uniform(0, 0.4)
        while (left := until - time.perf_counter()) > 0:
            select.select([], [], [], left)
        process.kill()
        out, _ = process.communicate()
        halves += any(each.name.endswith("-tmp") for each in (folder / "official").iterdir())
        told |= {tuple(line.split()) for line in out.decode().splitlines(keepends=True)
                 if line.endswith("\n")}  # fmt: skip
        read_claim_files([folder])  # raises where a file is broken
    there = {
        (claim.key, made.statement, made.stance)
        for claim in read_claim_files([folder]).claims
        for made in (claim.expect.decisions if claim.expect else ())
    }
    print(f"kill -9: {kills} times, {len(told)} decisions told as saved, {len(told - there)} lost")
    print(f"  killed in the midst of writing a file: {halves} times; files broken: 0")


def only_decisions(folder: Path) -> bool:
    """Whether the files differ from those in claims/ in nothing but expectations."""
    fine = True
    for path in sorted((folder / "official").glob("*.yaml")):
        given = CLAIMS / "official" / path.name
        old, new = given.read_bytes(), path.read_bytes()
        lines = [each.decode().splitlines(keepends=True) for each in (old, new)]
        changed = [line for line in difflib.ndiff(lines[0], lines[1]) if line[0] in "+-"]
        other = [line for line in changed if not line[2:].strip().startswith(OURS)]
        same = bare(claim_files_among([given])[0]) == bare(claim_files_among([path])[0])
        counts = Counter(line[0] for line in changed)
        fine = fine and not other and same
        print(
            f"{path.name}: {counts['+']} lines more, {counts['-']} lines less, {len(other)} of "
            f"them no expectation; all else the same: {same}"
        )
        print("".join(f"    {line}" for line in changed[:6]), end="")
    return fine


def bare(file: ReadFile) -> ClaimFile:
    """A file without its expectations."""
    content = file.content
    assert content is not None
    claims = tuple(each.model_copy(update={"expect": None}) for each in content.claims or ())
    return content.model_copy(update={"claims": claims})


if __name__ == "__main__":
    main()
