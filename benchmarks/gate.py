"""The gate's figures: its start, the size of its install, its growth, and ways to break it.

    python benchmarks/gate.py start --light PYTHON
    python benchmarks/gate.py growth
    python benchmarks/gate.py broken

`start` times `factcheck check --locked` on the bundled claims against the import of its light
dependencies, in this environment or in another one (`--light` names its Python). `growth`
times `validate` and `check --locked` on a made-up set of 10,000 claims and 50,000 statements
and on a tenth of it (`--claims` sets the size), with their peak memory. `broken` breaks the
gate in ten ways and prints the exit status of each; another than the one it should be ends
with exit status 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from command import ROOT, factcheck
from timing import alternate, show_table

from factcheck.inference import Progress, silent
from factcheck.inputs import read_claim_files
from factcheck.lock import render
from factcheck.locked import make_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.stance import Probabilities

IMPORTS = "import typer, rich, yaml, numpy, pydantic"
MODELS = ["--model", "made-up", "--stance-model", "made-up-stance"]
TOPICS = ("water", "schools", "roads", "courts", "press", "land", "forests", "harbours")


class MadeUpEncoder:
    """A random direction a text, near a direction of its topic."""

    name = "made-up"
    sha256 = fingerprint = "a" * 64
    precision = "f32"

    def encode(self, texts: list[str], progress: Progress = silent) -> np.ndarray:
        """Vectors of texts: float32, shape (n, 384), rows of length 1."""
        chance = np.random.default_rng(7)
        topics = chance.standard_normal((len(TOPICS), 384), np.float32)
        rows = chance.standard_normal((len(texts), 384), np.float32)
        which = [next((n for n, t in enumerate(TOPICS) if t in text), 0) for text in texts]
        rows += topics[which]
        progress(len(texts), len(texts))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class MadeUpStance:
    """Random probabilities."""

    name = "made-up-stance"
    sha256 = fingerprint = "b" * 64
    precision = "f32"

    def __init__(self) -> None:
        """Begin a sequence of random numbers."""
        self._chance = np.random.default_rng(8)

    def judge(self, pairs: list[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities: float32, shape (n, 3)."""
        progress(len(pairs), len(pairs))
        return self._chance.dirichlet((0.3, 1.0, 0.3), len(pairs)).astype(np.float32)


def write_set(folder: Path, claims: int, statements: int) -> None:
    """Claim files of made-up sentences of about 25 words, 500 entries each."""
    chance = np.random.default_rng(9)
    words = [f"w{number}" for number in range(5000)]

    def entries(total: int, kind: str, key: str, more: str) -> None:
        for start in range(0, total, 500):
            name = f"{kind}-{start // 500}"
            lines = ["version: 1", "source:", f"  id: {name}", f"  kind: {kind}"]
            lines += [f"  title: {name}", "  date: 2026-01-01", "  publisher: Nobody", f"{key}:"]
            for number in range(start, min(start + 500, total)):
                said = " ".join(chance.choice(words, 25))
                topic = TOPICS[number % len(TOPICS)]
                lines += [f"  - id: n{number}", f"    text: On {topic} {said}.{more}"]
            path = folder / "claims" / kind / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines) + "\n", "utf-8")

    entries(claims, "official", "claims", "\n    expect: {uncovered: true}")
    entries(statements, "ngo", "statements", "")


# The peak that rusage tells of a child is never below that of the parent it was forked from.
_WATCHED = """
import re, sys
from factcheck.cli import main
code = main(sys.argv[1:])
told = open("/proc/self/status", encoding="utf-8").read()
print(re.search(r"VmHWM:\\s+(\\d+) kB", told)[1], file=sys.stderr)
sys.exit(code)
"""


def usage(arguments: list[str], folder: Path) -> tuple[float, int]:
    """Seconds and peak memory in MiB of a `factcheck` process (Linux only)."""
    start = time.perf_counter()
    command = [sys.executable, "-c", _WATCHED, *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
    if ran.returncode not in {0, 1}:
        sys.exit(ran.stderr)
    return time.perf_counter() - start, int(ran.stderr.split()[-1]) // 1024


def growth(options: argparse.Namespace) -> int:
    """Time and memory at a tenth of the size and at all of it."""
    rows = [["claims", "statements", "lock", "work", "takes", "peak memory"]]
    for share in (10, 1):
        claims, statements = options.claims // share, 5 * options.claims // share
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_set(folder, claims, statements)
            files = read_claim_files([folder / "claims"])
            lock = make_lock(
                files.claims,
                files.statements,
                encoder=MadeUpEncoder(),  # type: ignore[arg-type]
                stance=MadeUpStance(),  # type: ignore[arg-type]
            )
            (folder / "factcheck.lock").write_text(render(lock), "utf-8")
            size = f"{(folder / 'factcheck.lock').stat().st_size / 2**20:.1f} MiB"
            for work in (["validate"], ["check", "--locked", *MODELS, "-f", "concise"]):
                seconds, peak = usage(work, folder)
                cells = [f"{claims:,}", f"{statements:,}", size, " ".join(work[:2])]
                rows.append([*cells, f"{seconds:.1f} s", f"{peak:,} MiB"])
    show_table(rows)
    return 0


def start(options: argparse.Namespace) -> int:
    """Whole-process time of a locked check of the bundled claims, as a ratio."""
    python = options.light or sys.executable
    program = str(Path(python).parent / "factcheck")
    check = [program, "check", "--locked", "-f", "concise"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FACTCHECK_")}

    def run(command: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, check=True
        )

    times = alternate({"check": run(check), "imports": run([python, "-c", IMPORTS])}, options.runs)
    ratio = times["check"].median / times["imports"].median
    rows = [["factcheck check --locked", IMPORTS, "ratio", "target"]]
    show_table([*rows, [str(times["check"]), str(times["imports"]), f"{ratio:.2f}", "<= 3"]])
    return 0


OFFICIAL = """\
version: 1
source: {id: speech, kind: official, title: A speech}
claims:
  - id: well
    text: On water the wells are open.
    expect: {counterpoints: [letter/closed]}
"""
LETTER = """\
version: 1
source: {id: letter, kind: ngo, title: A letter}
statements:
  - {id: closed, text: On water every well was closed.}
  - {id: roads, text: On roads nothing was said.}
"""


@dataclass(frozen=True)
class Break:
    """A way to break the gate: what is done to its folder, how it is run, what it must say."""

    name: str
    status: int
    do: Callable[[Path], object]
    arguments: tuple[str, ...] = ()


def _edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new), "utf-8")

    return do


_SUPPRESS = "]}\n    suppress: [{rule: FC202, reason: x, until: 2020-01-01}]"
BREAKS = (
    Break("nothing is broken", 0, lambda _: None),
    Break("a counterpoint is lost", 1, _edit("claims/a.yaml", "[letter/closed]", "[letter/gone]")),
    Break("a counterpoint is not shown", 1, _edit("claims/a.yaml", "closed]", "roads]"), ("-k1",)),
    Break("a statement is edited after the lock", 2, _edit("claims/b.yaml", "nothing", "much")),
    Break("a merge left its marks", 2, _edit("factcheck.lock", "\npair ", "\n=======\npair ")),
    Break("a line of the lock is damaged", 2, _edit("factcheck.lock", "\npair ", "\npair A")),
    Break("the lock is of another model", 2, lambda _: None, ("--model", "other")),
    Break("there is no lock", 2, lambda folder: (folder / "factcheck.lock").unlink()),
    Break("a suppression has expired", 1, _edit("claims/a.yaml", "]}", _SUPPRESS)),
    Break("the folder is empty", 2, lambda folder: (folder / "none").mkdir(), ("none",)),
    Break("no claim has an expectation", 2, _edit("claims/a.yaml", "    expect", "    #")),
    Break("a claim file is broken", 2, _edit("claims/a.yaml", "claims:", "claims: [")),
    Break("the baseline is missing", 2, lambda _: None, ("--baseline", "none.json")),
    Break("an output cannot be written", 2, lambda _: None, ("-o", "sarif=none/out.sarif")),
    Break("a crash inside", 2, lambda _: None, ("--today", "2026-01-01")),
)


def broken(_: argparse.Namespace) -> int:
    """Break the gate in each way; its exit status must be the one that says so."""
    rows, wrong = [["what is done", "exit status", "should be", "what it says first"]], 0
    for case in BREAKS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "claims").mkdir()
            (folder / "claims" / "a.yaml").write_text(OFFICIAL, "utf-8")
            (folder / "claims" / "b.yaml").write_text(LETTER, "utf-8")
            files = read_claim_files([folder / "claims"])
            lock = make_lock(
                files.claims,
                files.statements,
                encoder=MadeUpEncoder(),  # type: ignore[arg-type]
                stance=Opposing(),  # type: ignore[arg-type]
            )
            (folder / "factcheck.lock").write_text(render(lock), "utf-8")
            case.do(folder)
            command = [factcheck(), "check", "--locked", *MODELS, "-f", "concise", *case.arguments]
            if "crash" in case.name:
                # A fault of our own, put in where the command line begins.
                inside = "import factcheck.gate as g, factcheck.cli as c; g.check_claims = None"
                arguments = [*command[1:]]
                command = [
                    sys.executable,
                    "-c",
                    f"{inside}; raise SystemExit(c.main({arguments!r}))",
                ]
            ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
            wrong += ran.returncode != case.status
            told = (ran.stderr + ran.stdout).splitlines() or [""]
            rows.append([case.name, str(ran.returncode), str(case.status), told[0][:90]])
    show_table(rows)
    return 1 if wrong else 0


class Opposing(MadeUpStance):
    """What was closed opposes; the rest says nothing."""

    def judge(self, pairs: list[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities: float32, shape (n, 3)."""
        progress(len(pairs), len(pairs))
        rows = [(0.9, 0.05, 0.05) if "closed" in pair[0] else (0.1, 0.8, 0.1) for pair in pairs]
        return np.array(rows, np.float32)


def main() -> int:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for work in (start, growth, broken):
        command = commands.add_parser(work.__name__, help=work.__doc__)
        command.set_defaults(work=work)
        if work is start:
            command.add_argument("--light", help="the Python of another environment")
            command.add_argument("--runs", type=int, default=9)
        if work is growth:
            command.add_argument("--claims", type=int, default=10_000)
    options = parser.parse_args()
    status: int = options.work(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
