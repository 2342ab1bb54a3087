"""Builds of an index killed at random moments; what is lost then, and what is there twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index_corpus import write_rows
from timing import show_table

from factcheck.index.reading import items_of, statements_of
from factcheck.index.removing import keys_where
from factcheck.index.table import exists, open_table
from factcheck.index.verifying import verify

if TYPE_CHECKING:
    import argparse

PARTS = Path(__file__).resolve().parent / "index_parts.py"
_SEED = 11
_BATCH = 64


@dataclass
class Tally:
    """What was counted over all kills."""

    killed: int = 0
    lost: int = 0
    twice: int = 0
    unsound: int = 0


def kill(options: argparse.Namespace) -> int:
    """Kill a build at random moments; exit status 1 where anything was lost or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, place = Path(folder, "corpus.jsonl"), Path(folder, "index")
        write_rows(corpus, options.rows)
        wanted = Counter(each.key for each in statements_of(items_of([corpus])))
        start = time.perf_counter()
        subprocess.run(words(corpus, Path(folder, "whole")), check=True, capture_output=True)
        seconds = time.perf_counter() - start
        tally = Tally()
        place = _killed(corpus, place, options.kills, seconds, len(wanted), tally)
        subprocess.run(words(corpus, place), check=True, capture_output=True)
        here = present(place)
        tally.lost += sum((wanted - here).values())
        tally.twice += sum((here - wanted).values())
        sound = not verify(open_table(str(place)), None).faults
    show_table(
        [
            ("kills", "losses", "duplicates", "faults after a kill", "sound in the end"),
            (*map(str, (tally.killed, tally.lost, tally.twice, tally.unsound)), str(sound)),
        ]
    )
    wrong = tally.lost or tally.twice or tally.unsound or tally.killed < options.kills
    return int(bool(wrong) or not sound)


def _killed(
    corpus: Path, place: Path, kills: int, seconds: float, whole: int, tally: Tally
) -> Path:
    """Kill so often; the index that the last kill left."""
    chance = random.Random(_SEED)  # noqa: S311 - chance is not for secrets here
    before, ended = 0, False
    for _ in range(kills * 5):
        if tally.killed == kills:
            break
        command = words(corpus, place)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(chance.uniform(0.2, 1) * seconds / 2)
            ended = True
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            tally.killed += 1
        here = present(place)
        tally.twice += sum(count - 1 for count in here.values())
        tally.lost += max(0, before - len(here))  # what was committed is there for good
        if exists(str(place)):
            tally.unsound += len(verify(open_table(str(place)), None).faults)
        before = len(here)
        if ended and len(here) == whole:
            place, before, ended = place.with_name(f"index-{tally.killed}"), 0, False
    return place


def words(corpus: Path, place: Path) -> list[str]:
    """The command that builds."""
    given = ["build", corpus, place, "--batch", _BATCH]
    return [sys.executable, str(PARTS), *map(str, given)]


def present(place: Path) -> Counter[str]:
    """The keys in an index, and how often each is there."""
    if not exists(str(place)):
        return Counter()
    return Counter(keys_where(open_table(str(place)), None))
