"""What an index costs at sizes that were not run: measured constants, lines, tables, and a check.

    python benchmarks/scale_model.py measure --sizes 25000,50000,100000
    python benchmarks/scale_model.py predict --rows 1000000
    python benchmarks/scale_model.py check --rows 1000000
    python benchmarks/scale_model.py write

`measure` builds and searches indices of some sizes, and times the models on one core and on all.
`predict` writes down what ten times the largest of them will take, before it is run. `check` runs
that size, or takes what `index.py scale` measured of it, and tells how far the prediction was off.
`write` puts all of it into docs/scale.md, between its markers; the figures themselves are kept in
benchmarks/scale.json, of which the page is made. Stopped, each command goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import index_runs
from book import ROOT
from scale_constants import constants
from scale_fit import QUANTITIES, errors, fit, predicted
from scale_tables import page
from timing import show_table

PAGE = ROOT / "docs" / "scale.md"
KEPT = ROOT / "benchmarks" / "scale.json"
BEGIN = "<!-- written by benchmarks/scale_model.py: do not edit by hand -->"
END = "<!-- end of what benchmarks/scale_model.py wrote -->"
TIMES = 10


def measure(options: argparse.Namespace) -> int:
    """Measure the sizes, then the models."""
    for rows in sorted(options.sizes):
        _size(options, rows)
    path = options.folder / "constants.json"
    if not path.exists():
        _write_json(path, constants(options.texts, options.repeats))
    print(f"{path.name}: {len(json.loads(path.read_text('utf-8')))} constants")
    return 0


def _size(options: argparse.Namespace, rows: int) -> index_runs.Run:
    path = options.folder / f"{rows}.json"
    encode = index_runs.read(path).encode if path.exists() else options.encode
    run = index_runs.begin(options.folder, rows, encode, minutes=options.minutes)
    if index_runs.make(run):
        index_runs.search(run, options.repeats)
        index_runs.approximate(run, options.repeats)
    return run


def fitted(folder: Path, rows: int) -> list[index_runs.Run]:
    """The runs that a prediction rests on: of at most a tenth of the size.

    Raises:
        SystemExit: The largest is not a tenth of it, or there are not two.
    """
    found = [run for run in index_runs.runs(folder) if run.rows * TIMES <= rows]
    found = [run for run in found if "build" in run.steps]
    if len(found) < 2 or found[-1].rows * TIMES != rows:
        raise SystemExit(
            f"{folder}: to foretell {rows:,}, measure {rows // TIMES:,} and at least one less: "
            f"scale_model.py measure --sizes {rows // 40},{rows // 20},{rows // TIMES}"
        )
    return found


def predict(options: argparse.Namespace) -> int:
    """Write down what a size will take; what was written before stays."""
    path = options.folder / f"prediction-{options.rows}.json"
    if not path.exists():
        there = options.folder / f"{options.rows}.json"
        runs = fitted(options.folder, options.rows)
        told: dict[str, Any] = {"rows": options.rows, "fitted_on": [run.rows for run in runs]}
        told |= {"before_the_run": not there.exists(), "repeats": options.repeats}
        _write_json(path, told | {"predicted": predicted(fit(runs), options.rows)})
    told = json.loads(path.read_text("utf-8"))
    rows = [(name, f"{value:,.2f}") for name, value in told["predicted"].items()]
    print(f"{told['rows']:,} statements, fitted on {told['fitted_on']}")
    show_table([("figure, claims", "predicted"), *rows])
    return 0


def check(options: argparse.Namespace) -> int:
    """Measure a size that was foretold, and tell the error."""
    predict(options)
    run = _size(options, options.rows)
    told = json.loads((options.folder / f"prediction-{options.rows}.json").read_text("utf-8"))
    found = errors(told["predicted"], run)
    loads = [each["load"] for each in run.steps.values()]
    told |= {"errors": found, "load": max(loads), "machine": run.machine}
    _write_json(options.folder / f"check-{options.rows}.json", told)
    rows = [
        (
            each["what"],
            f"{each['claims']:,}" if each["claims"] else "",
            f"{each['predicted']:,.2f} {each['unit']}",
            f"{each['measured']:,.2f} {each['unit']}",
            f"{each['error']:+.0%}",
        )
        for each in found
    ]
    show_table([("what", "claims", "predicted", "measured", "error"), *rows])
    return 0


def write(options: argparse.Namespace) -> int:
    """Write the page of what was measured; without new figures, of those that are kept."""
    if options.rows:
        _write_json(KEPT, gathered(options.folder, options.rows))
    PAGE.write_text(placed(PAGE.read_text("utf-8"), json.loads(KEPT.read_text("utf-8"))), "utf-8")
    print(f"{PAGE.name}: written of {KEPT.name}")
    return 0


def gathered(folder: Path, rows: int) -> dict[str, Any]:
    """All that the page is made of: constants, lines, the check, and the largest run.

    Args:
        folder: Where it was measured.
        rows: The size that was checked.
    """
    told = json.loads((folder / f"check-{rows}.json").read_text("utf-8"))
    runs = [run for run in index_runs.runs(folder) if run.rows in {*told["fitted_on"], rows}]
    found: dict[str, Any] = {"rows": rows, "fitted_on": told["fitted_on"], "check": told}
    found["constants"] = json.loads((folder / "constants.json").read_text("utf-8"))
    found["machine"] = runs[-1].machine
    # What is told of larger sizes rests on all that was measured, the checked size too.
    found["lines"] = {name: asdict(each) for name, each in fit(runs).items()}
    found["titles"] = {name: each.title for name, each in QUANTITIES.items()}
    found["largest"] = {"steps": runs[-1].steps, "left_out": runs[-1].left_out}
    found["largest"]["encode"] = runs[-1].encode
    return found


def placed(text: str, told: dict[str, Any]) -> str:
    """A page with what was written anew between its markers.

    Raises:
        ValueError: It has not both markers, once each.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in after:
        raise ValueError(f"the page needs the lines {BEGIN!r} and {END!r} once")
    return f"{before}{BEGIN}\n\n{page(told)}\n{END}{after}"


def _write_json(path: Path, told: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}")
    half.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    half.replace(path)


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    works = {"measure": measure, "predict": predict, "check": check, "write": write}
    for name, work in works.items():
        one = commands.add_parser(name, help=(work.__doc__ or "").splitlines()[0])
        one.add_argument("--folder", type=Path, default=index_runs.HOME)
        one.add_argument("--minutes", type=float, help="for each size; no step begins after them")
        one.add_argument("--repeats", type=int, default=3, help="of each search")
        one.add_argument("--encode", type=int, default=2_000, help="texts encoded for real")
        if name == "measure":
            one.add_argument("--sizes", type=_sizes, default="25000,50000,100000")
            one.add_argument("--texts", type=int, default=400, help="and pairs, for the models")
        else:
            needed = name != "write"
            one.add_argument("--rows", type=int, default=1_000_000 if needed else None)
    options = parser.parse_args()
    return works[options.command](options)


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
