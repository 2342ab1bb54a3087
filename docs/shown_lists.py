"""What the commands shown on each page need, and which are not run, and why."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
WIDTH = "80"

# Commands that are not run, by a sign of them. Every other command that a page shows is run.
NOT_RUN: Mapping[str, str] = {
    r"^python3 -m venv ": "makes a virtual environment; `make test` does the same first",
    r"^(\S*/)?(python -m )?pip install\b": "fetches packages; `make test` installs the same",
    r"^source \S*/activate$": "changes the reader's shell",
    r"^make (compare|test|bench|docs)$": "installs packages first; the gate is `make test`",
    r"^\.venv/bin/(ruff|lint-imports|pytest|python docs/build_site)\b": "is a step of `make test`",
    r"^factcheck (eval --calibrate labels\.jsonl|compare --calibration)\b": "needs labels of many "
    "claims; the last command of the page takes those of the bundled ones",
    r"^git show ": "needs a history; `docs/diff.md` shows the same with files before it",
    r"^factcheck --(install|show)-completion$": "asks which shell started it; a test calls both",
    r"^export AWS_|\bs3://": "needs an object store; `tests/test_index_s3.py` has one",
    r"--engine ray\b": "starts a Ray; the tests marked `cluster` do",
    r"^factcheck review\b(?!.*--agreement)": "waits for keys or clicks; its own tests press them",
}

# Programs that are run besides factcheck; any other, named nowhere here, fails a test.
PROGRAMS = {"factcheck", "cat", "cd", "cp", "grep", "head", "ls", "mkdir", "python", "sed", "tail"}

# Pages each of whose commands is an example by itself, and is run in a folder of its own.
APART = {"README.md"}
# Pages that begin in an empty folder; the others in a copy of this project's claims.
FROM_NOTHING = {"docs/ci.md"}
# Pages that use the models throughout. On others, what is not said comes from the lock.
WITH_MODEL = {"docs/ci.md", "docs/index-on-disk.md", "docs/tutorial.md"}
LOADS_MODEL = (
    r"^factcheck (explain|lock|models|eval)\b",
    r"^factcheck extract\b(?!.*--model none)",
    r"^factcheck compare .*\.(txt|pdf)\b",
)
# What would take minutes, or needs documents that are not here, is run on less.
RUN_AS = {
    "factcheck eval claims": "factcheck eval claims few",
    # Each command of the README is an example by itself: the reports are made first.
    "factcheck diff old.json report.json": "factcheck compare --locked -f json -o old.json && "
    "factcheck diff old.json old.json",
    # The documents of the bundled claims are not part of the project.
    "factcheck validate --documents texts/": "factcheck validate few/speech.yaml "
    "--documents texts/",
}

_PROJECT = ("claims", "factcheck.lock", "factcheck-baseline.json", "pyproject.toml", "docs")
_SPEECH = "The mayor said that the library is open every day.\n\nThe bridge was built in 2023.\n"
_PAIRS = [
    {"premise": "The library is closed.", "hypothesis": "The library is open.", "label": label}
    for label in ("contradiction", "neutral", "entailment")
]
_FEW = {
    "speech.yaml": """\
version: 1
source: {id: speech, kind: official, title: A speech, sha256: SUM}
claims:
  - id: open
    text: The library is open.
    quote: the library is open every day
    expect:
      counterpoints: [letter/closed]
      decisions:
        - {statement: letter/closed, stance: opposes, reviewer: REVIEWER, date: 2024-06-01}
        - {statement: letter/weather, stance: neutral, reviewer: REVIEWER, date: 2024-06-01}
  - {id: bridge, text: The bridge was built., expect: {uncovered: true}}
""",
    "letter.yaml": """\
version: 1
source: {id: letter, kind: ngo, title: A letter}
statements:
  - {id: closed, text: The library is closed.}
  - {id: weather, text: It rained.}
""",
}
_LETTER = "On most days the library is closed.\n\nThe bridge is not finished in the year 2024.\n"


def loads_model(command: str) -> bool:
    """Whether a command needs the models on every page."""
    return any(re.search(sign, command) for sign in LOADS_MODEL)


def begin(page: str, folder: Path) -> Path:
    """Make the folder that a page's commands begin in, with all that they name."""
    here = folder / "project"
    here.mkdir()
    (folder / "home").mkdir()
    (here / ".git").mkdir()  # no configuration of a folder above
    if page not in FROM_NOTHING:
        for name in _PROJECT:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, here / name)
        _examples(here)
    return here


def environment(page: str, command: str, folder: Path) -> dict[str, str]:
    """The variables that a command is run with; without the models it takes all from the lock."""
    own = {
        "HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": WIDTH,
    }
    if page not in WITH_MODEL and not loads_model(command):
        own["FACTCHECK_LOCKED"] = "true"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FACTCHECK_")}
    cache = os.environ.get("FACTCHECK_CACHE_DIR")  # so that no run begins with an empty one
    return {**kept, **own, **({"FACTCHECK_CACHE_DIR": cache} if cache else {})}


def _examples(here: Path) -> None:
    """The files that examples name and a reader would have."""
    sys.path.insert(0, str(ROOT / "tests"))
    from made_documents import pdf  # noqa: PLC0415 - beside the tests

    for name, text in {"speech.txt": _SPEECH, "letter.txt": _LETTER, "report.md": _LETTER}.items():
        (here / name).write_text(text, "utf-8")
    for name in ("speech.pdf", "declaration.pdf"):
        (here / name).write_bytes(pdf([[(72, 700, _SPEECH.splitlines()[0])]]))
    for folder in ("texts", "few", "one/claims", "two/claims", "declarations"):
        (here / folder).mkdir(parents=True)
    for folder in ("texts", "declarations"):
        (here / folder / "speech.txt").write_text(_SPEECH, "utf-8")
    digest = hashlib.sha256(_SPEECH.encode()).hexdigest()
    for name, text in _FEW.items():
        (here / "few" / name).write_text(text.replace("SUM", digest), "utf-8")
        for side in ("one", "two"):
            decided = text.replace("SUM", digest).replace("REVIEWER", f"reader {side}")
            (here / side / "claims" / name).write_text(decided, "utf-8")
    lines = "".join(json.dumps(pair) + "\n" for pair in _PAIRS)
    (here / "pairs.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
