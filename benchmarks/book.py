"""What one benchmark found, kept as JSON beside the table it prints.

`results_page.py` and `plots.py` make the page and the pictures of these files alone: no figure
is typed by hand. A file is written anew after each figure, so that a benchmark which is ended
early has kept what it measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from machine import Machine, as_json, machine, read_machine
from results import CHECK_HEAD, HEADS, LEAST_RUNS, Check, Point, Row, Target, cells, check_cells
from timing import show_table

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
VERSION = 1


@dataclass
class Book:
    """What one benchmark found, and the file it is kept in.

    Attributes:
        name: The script's.
        title: What it measures.
        path: The file.
        command: What gives it again.
        smoke: Whether it only showed that it works.
        machine: What the figures depend on.
        notes: How it was measured.
        left_out: What was not measured, and why.
    """

    name: str
    title: str
    path: Path
    command: str
    smoke: bool
    machine: Machine
    rows: list[Row] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, *found: Row | Check | Point) -> None:
        """Keep figures."""
        for each in found:
            if isinstance(each, Row):
                self.rows.append(each)
            elif isinstance(each, Check):
                self.checks.append(each)
            else:
                self.points.append(each)
        self.save()

    def say(self, note: str) -> None:
        """Print and keep how something was measured."""
        print(note, flush=True)
        self.notes.append(note)
        self.save()

    def leave_out(self, what: str, why: str) -> None:
        """Print and keep what was not measured."""
        print(f"left out: {what}: {why}", flush=True)
        self.left_out.append(f"{what}: {why}")
        self.save()

    def save(self) -> None:
        """Put the file in place at once."""
        told = {"version": VERSION, **asdict(self), "machine": as_json(self.machine)}
        del told["path"]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.path.parent, prefix=".", encoding="utf-8", delete=False
        ) as file:
            json.dump(told, file, indent=1, ensure_ascii=False)
            file.write("\n")
        os.replace(file.name, self.path)  # noqa: PTH105 - the habit of the project

    def close(self) -> int:
        """Print the tables; the exit status: 1 where a result, not a mere time, is wrong."""
        self.machine = machine_with(self.machine, machine())
        self.save()
        show(self)
        return int(any(check.must and check.verdict == "missed" for check in self.checks))


def machine_with(before: Machine, after: Machine) -> Machine:
    """The machine as it was told at first, with the threads of what was loaded since."""
    return Machine(**{**as_json(before), "threads": before.threads | after.threads})  # type: ignore[arg-type]


def begin(name: str, title: str, options: argparse.Namespace) -> Book:
    """Begin a benchmark's file; what was in it is replaced with the first figure."""
    folder = options.out or (FOLDER / "smoke" if options.smoke else FOLDER)
    path = folder / f"{options.name or name}.json"
    return Book(options.name or name, title, path, command(name), options.smoke, machine())


def command(name: str) -> str:
    """What to type to run a benchmark again as it was run now."""
    given = sys.argv[1:]
    if "--out" in given:
        at = given.index("--out")
        given = given[:at] + given[at + 2 :]
    return shlex.join([".venv/bin/python", f"benchmarks/{name}.py", *given])


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--runs", type=int, default=LEAST_RUNS, help="how many times each")
    made.add_argument(
        "--minutes", type=float, help="about how long at most; fewer runs where more would not fit"
    )
    made.add_argument("--smoke", action="store_true", help="tiny sizes: shows only that it works")
    made.add_argument("--name", help="what the JSON file is called, in place of the script")
    made.add_argument("--out", type=Path, help="where the JSON file goes (build/bench)")
    return made


def sized(
    description: str | None, usual: tuple[int, int], smoke: tuple[int, int]
) -> argparse.Namespace:
    """The command line of a script that takes claims and statements; so many if none are told."""
    made = parser(description)
    made.add_argument("--statements", type=int)
    made.add_argument("--claims", type=int)
    options = made.parse_args()
    claims, statements = smoke if options.smoke else usual
    options.claims = options.claims or claims
    options.statements = options.statements or statements
    return options


def read_book(path: Path) -> Book:
    """A benchmark's file.

    Raises:
        ValueError: It is none, or from another version of these scripts.
    """
    told: Any = json.loads(path.read_text("utf-8"))
    if not isinstance(told, dict) or told.pop("version", None) != VERSION:
        raise ValueError(f"{path.name}: not a result file of this version; run it again")
    rows = [
        Row(**{**row, **_tuples(row, "ours", "theirs"), **_target(row)}) for row in told["rows"]
    ]
    checks = [Check(**{**check, **_target(check)}) for check in told["checks"]]
    points = [Point(**{**point, **_tuples(point, "values")}) for point in told["points"]]
    made = {"rows": rows, "checks": checks, "points": points, "path": path}
    return Book(**{**told, **made, "machine": read_machine(told["machine"])})


def _tuples(told: dict[str, Any], *names: str) -> dict[str, tuple[float, ...]]:
    return {name: tuple(told[name]) for name in names}


def _target(told: dict[str, Any]) -> dict[str, Target | None]:
    return {"target": Target(**told["target"]) if told["target"] else None}


def show(book: Book) -> None:
    """Print what a benchmark found."""
    print(f"\n{book.title}\n{book.command}")
    print("\n".join(book.machine.lines()))
    for kind, head in HEADS.items():
        found = [cells(row) for row in book.rows if row.kind == kind]
        if found:
            print()
            show_table([list(head), *found])
    if book.checks:
        print()
        show_table([list(CHECK_HEAD), *map(check_cells, book.checks)])
    sys.stdout.flush()
