"""All benchmarks of speed in turn, within a time.

    python benchmarks/run.py [--minutes 30] [--only NAME] [--full] [--smoke]

Each gets its part of the minutes and is ended when they are over; what did not fit is printed, and
stands in the result files in build/bench. `--full` has no limit: all sizes, five runs of each
where the plain script does not take hours. `--smoke` takes about a minute and shows only that each
works and that results agree. Exit status 1 where a result, not a mere time, is wrong, or where a
script fails.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from book import FOLDER

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Job:
    """A script and what it is given.

    Attributes:
        name: The script's.
        minutes: Its part of half an hour; 0 for what takes seconds and knows no limit.
        least: With less than so many minutes left it is not begun.
        full: What it is given more where there is no limit.
    """

    name: str
    minutes: float
    least: float
    full: tuple[str, ...] = ()


# The figures that are quoted first come first, so that a slow machine leaves out the others.
JOBS = (
    Job("peers", 2.5, 1.5, ("--checked", "0")),
    Job("top_k", 5.0, 2.0, ("--full",)),
    Job("whole", 12.0, 3.0),
    Job("start", 2.5, 1.0),
    Job("adding", 3.0, 2.0),
    Job("growth", 2.0, 0.7),
    Job("lexical", 0.7, 0.5),
    Job("limits", 1.0, 0.5),
    Job("batching", 1.0, 0.5),
)
# The largest of all, only without a limit: an hour and more of the plain script.
LARGEST = Job("whole", 0.0, 0.0, ("--full", "--only", "made-up", "--name", "whole_full"))
GRACE = 1.25


def command(job: Job, options: argparse.Namespace) -> list[str]:
    """The command of a job."""
    given = [sys.executable, str(HERE / f"{job.name}.py")]
    if options.smoke:
        given += ["--smoke", "--runs", "1"]
    elif options.full:
        given += job.full
    elif job.minutes:
        given += ["--minutes", f"{job.minutes * options.minutes / 30:g}"]
    return given + (["--out", str(options.out)] if options.out else [])


def attempt(job: Job, options: argparse.Namespace, left: float | None) -> str:
    """Run a job; what went wrong, or nothing.

    Args:
        job: What to run.
        options: The command line.
        left: Seconds that are left for all; None for no limit.
    """
    share = job.minutes * 60 * options.minutes / 30
    if left is not None and left < job.least * 60 * options.minutes / 30:
        return f"left out: only {left:.0f} s were left"
    limit = None if left is None else min(left, share * GRACE + 60)
    # In a group of its own, so that what it started ends with it.
    child = subprocess.Popen(command(job, options), start_new_session=True)
    try:
        status = child.wait(limit)
    except subprocess.TimeoutExpired:
        return f"ended after {limit:.0f} s; what it measured until then is kept"
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return f"failed with exit status {status}" if status else ""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [job.name for job in JOBS]
    parser.add_argument("--minutes", type=float, default=30.0, help="for all together")
    parser.add_argument("--only", action="append", choices=names, help="repeatable")
    parser.add_argument("--full", action="store_true", help="without a limit; takes hours")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, in about a minute")
    parser.add_argument("--out", type=Path, help="where JSON files go (build/bench)")
    return parser.parse_args()


def main() -> int:
    """Run each; those after a failed one are run all the same."""
    options = arguments()
    start = time.perf_counter()
    jobs = [job for job in JOBS if not options.only or job.name in options.only]
    if options.full and not options.only:
        jobs.append(LARGEST)
    told: dict[str, str] = {}
    for job in jobs:
        print(f"\n== {job.name}", flush=True)
        limited = not (options.full or options.smoke)
        left = options.minutes * 60 - (time.perf_counter() - start) if limited else None
        if trouble := attempt(job, options, left):
            told[job.name] = trouble
            print(f"{job.name}: {trouble}", flush=True)
    minutes = (time.perf_counter() - start) / 60
    where = options.out or (FOLDER / "smoke" if options.smoke else FOLDER)
    print(f"\n{minutes:.1f} minutes; the figures are in {_shown(where)}")
    for name, trouble in told.items():
        print(f"{name}: {trouble}")
    return int(any(trouble.startswith("failed") for trouble in told.values()))


def _shown(path: Path) -> str:
    root = HERE.parent
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


if __name__ == "__main__":
    sys.exit(main())
