"""Whole-process times: the help, and a comparison whose vectors are all in the cache."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from command import factcheck, run
from timing import alternate, show_table

HERE = Path(__file__).resolve().parent
IMPORTS = "import typer, rich, yaml, numpy, pydantic"


@dataclass(frozen=True)
class Pair:
    """A work, what it is measured by, and how many times as long it may take."""

    work: str
    command: list[str]
    peer: str
    peer_command: list[str]
    target: float
    runs: int


def pairs(folder: Path, runs: int) -> list[Pair]:
    """What is measured; the comparison keeps its cache and report in a folder."""
    python, program = sys.executable, factcheck()
    compare = [program, "compare", "claims", "--format", "json"]
    compare += ["--cache-dir", str(folder / "cache"), "-o", str(folder / "report.json")]
    two_commands = [python, str(HERE / "two_commands.py"), "--help"]
    plain = [python, str(HERE / "plain_script.py")]
    near = [*compare, "--stance-model", "none"]
    warm = "factcheck compare claims, warm cache"
    warm_near = "likewise, --stance-model none"
    return [
        Pair(
            "factcheck --help", [program, "--help"], "two_commands --help", two_commands, 1.5, runs
        ),
        Pair(warm, compare, IMPORTS, [python, "-c", IMPORTS], 3.0, runs),
        Pair(warm_near, near, IMPORTS, [python, "-c", IMPORTS], 3.0, runs),
        Pair(warm_near, near, "plain_script", plain, 0.1, min(runs, 5)),
    ]


def measure(pair: Pair) -> list[str]:
    """A row of the table."""
    works = {"work": lambda: run(pair.command), "peer": lambda: run(pair.peer_command)}
    times = alternate(works, pair.runs)
    ratio = times["work"].median / times["peer"].median
    verdict = "met" if ratio <= pair.target else "missed"
    cells = [pair.work, pair.peer, str(pair.runs), str(times["work"]), str(times["peer"])]
    return [*cells, f"{ratio:.3f}", f"<= {pair.target}", verdict]


def main() -> None:
    """Measure each pair by turns; the first round, not counted, fills the cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how many times each")
    runs = parser.parse_args().runs
    head = ["work", "peer", "runs", "work takes", "peer takes", "ratio", "target", ""]
    with tempfile.TemporaryDirectory() as folder:
        show_table([head, *(measure(pair) for pair in pairs(Path(folder), runs))])


if __name__ == "__main__":
    main()
