"""Whole processes that load no model: the help, a cached comparison, and what importing costs.

    python benchmarks/start.py [--cache FOLDER]

A comparison of the bundled claims with everything in the cache is set beside the mere import of
typer, rich, yaml, numpy and pydantic; the help beside that of the least Typer application
(`two_commands.py`); and every package that factcheck needs beside `python -c pass`. The cache
(build/bench/cache) is filled first where it is not yet, which takes a minute or two. The cached
comparison may import none of the packages that run models, or that read documents and the desk need
and are as slow (`HEAVY`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from book import FOLDER, ROOT, Book, begin, parser
from command import environment, factcheck, run
from made_up import write_set
from results import CACHED, CACHED_LIGHT, Check, Row, Target
from timing import alternate

if TYPE_CHECKING:
    import argparse

HERE = Path(__file__).resolve().parent
LIGHT = ("typer", "rich", "yaml", "numpy", "pydantic")
OTHERS = (
    *("charset_normalizer", "dateutil", "docx", "filelock", "huggingface_hub", "jinja2", "lxml"),
    *("openvino", "platformdirs", "pypdfium2", "rapidfuzz", "scipy", "sentence_transformers"),
    *("sklearn", "Stemmer", "text_to_num", "textual", "tokenizers", "torch"),
    *("trafilatura", "transformers"),
)
# What no cached run may import: the models' libraries and what is as slow to import.
HEAVY = frozenset(
    {
        *("huggingface_hub", "openvino", "scipy", "sentence_transformers", "sklearn"),
        *("textual", "tokenizers", "torch", "trafilatura", "transformers"),
    }
)
IMPORTS = f"import {', '.join(LIGHT)}"
THRICE, HELP, PLAIN = Target(most=3.0), Target(most=1.5), Target(most=0.1)

# Runs a command and prints the first parts of the names of all modules imported by it.
IMPORTED = """
import json, sys
from factcheck.cli import main
code = main(sys.argv[1:])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(code)
"""


@dataclass(frozen=True)
class Work:
    """A command, what it is measured by, and what part of the peer's time it may take."""

    name: str
    command: list[str]
    peer: str
    peer_command: list[str]
    target: Target
    runs: int


def comparison(options: argparse.Namespace, folder: Path) -> list[str]:
    """The arguments of a comparison that is cached after its first run."""
    claims = "claims"
    if options.smoke:
        write_set(folder / "claims", 2, 6)
        claims = str(folder / "claims")
    cache = folder / "cache" if options.smoke else options.cache
    report = ["-q", "--format", "json", "-o", str(folder / "report.json")]
    return ["compare", claims, *report, "--cache-dir", str(cache)]


def works(compare: list[str], runs: int) -> list[Work]:
    """What is measured beside something else."""
    python, program = sys.executable, factcheck()
    small = [python, str(HERE / "two_commands.py"), "--help"]
    imports = [python, "-c", IMPORTS]
    plain = [python, str(HERE / "plain_script.py")]
    warm, near = [program, *compare], [program, *compare, "--stance-model", "none"]
    of = CACHED
    return [
        Work("factcheck --help", [program, "--help"], "two_commands --help", small, HELP, runs),
        Work(of, warm, IMPORTS, imports, THRICE, runs),
        Work(f"{of}, --stance-model none", near, IMPORTS, imports, THRICE, runs),
        Work(f"{of}, --stance-model none", near, "plain_script.py", plain, PLAIN, min(runs, 5)),
    ]


def measure(book: Book, work: Work, seconds: float | None) -> None:
    """Keep how long both take."""
    commands = {"work": work.command, "peer": work.peer_command}
    works = {name: partial(run, told) for name, told in commands.items()}
    taken = alternate(works, work.runs, seconds=seconds)
    ours, theirs = taken["work"].seconds, taken["peer"].seconds
    goal = CACHED if work.target == THRICE else ""
    book.add(Row(work.name, work.peer, ours, theirs, "share", work.target, goal=goal))


def heavy(compare: list[str]) -> list[str]:
    """The heavy modules that a cached comparison imports."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *compare],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment(),
    )
    return sorted(HEAVY & set(json.loads(done.stdout.splitlines()[-1])))


def imports(book: Book, runs: int, seconds: float | None, names: tuple[str, ...]) -> None:
    """Keep how long Python takes to start, and to import each package."""
    commands = {"python -c pass": "pass", IMPORTS: IMPORTS}
    commands |= {f"import {name}": f"import {name}" for name in names}
    timed = {name: partial(run, [sys.executable, "-c", code]) for name, code in commands.items()}
    for name, taken in alternate(timed, runs, seconds=seconds).items():
        milliseconds = [second * 1000 for second in taken.seconds]
        note = f"{min(milliseconds):.0f}-{max(milliseconds):.0f} ms, {len(milliseconds)} runs"
        kind = ", heavy" if name.removeprefix("import ") in HEAVY else ""
        book.add(Check(f"{name}{kind}", round(taken.median * 1000, 1), "ms", note=note))


def arguments() -> argparse.Namespace:
    """The command line."""
    made = parser(__doc__)
    made.set_defaults(runs=15)
    made.add_argument("--cache", type=Path, default=FOLDER / "cache", help="the cache's folder")
    return made.parse_args()


def main() -> int:
    """Measure each pair by turns; a round that is not counted fills the cache."""
    options = arguments()
    book = begin("start", "Starting, with everything cached", options)
    # Of the time, a part for filling the cache, and one for each thing that is measured.
    seconds = options.minutes * 60 / 6 if options.minutes else None
    with tempfile.TemporaryDirectory() as name:
        compare = comparison(options, Path(name))
        run([factcheck(), *compare])
        found = heavy(compare)
        told = ", ".join(found) or "none"
        what = "heavy packages imported by the cached comparison"
        book.add(Check(what, len(found), "", Target(most=0), True, told, CACHED_LIGHT))
        every = works(compare, options.runs)
        for work in every[1:2] if options.smoke else every:
            measure(book, work, seconds)
    names = ("numpy",) if options.smoke else (*LIGHT, *OTHERS)
    imports(book, min(options.runs, 5), seconds, names)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
