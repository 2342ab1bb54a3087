"""Commands run without a shell, as a user would run them, with their time and peak memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A process of its own between, as small as Python gets: the peak that the system tells of a child
# is never below that of the parent it was forked from. It tells how the child ended on its
# standard output, where the child's own goes to a file.
_WATCH = """
import json, os, subprocess, sys, time
with open(sys.argv[1], "wb") as out:
    start = time.perf_counter()
    child = subprocess.Popen(sys.argv[2:], stdout=out)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss * unit]))
"""


@dataclass(frozen=True)
class Ran:
    """What a process took.

    Attributes:
        seconds: From its start to its end.
        peak: The most memory it had, in bytes.
    """

    seconds: float
    peak: int


def factcheck() -> str:
    """The console script beside the running Python."""
    found = shutil.which("factcheck", path=str(Path(sys.executable).parent))
    if found is None:
        sys.exit("factcheck is not installed beside this Python: pip install --editable .")
    return found


def run(command: list[str]) -> bytes:
    """Run a command in the repository's root, without `FACTCHECK_*`; returns its output.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    if done.returncode:
        sys.stderr.buffer.write(done.stderr)
    done.check_returncode()
    return done.stdout


def watch(command: list[str], output: Path, folder: Path = ROOT) -> Ran:
    """Run a command, its standard output to a file, and tell what it took.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    between = [sys.executable, "-I", "-S", "-c", _WATCH, str(output), *command]
    done = subprocess.run(
        between, cwd=folder, env=environment(), capture_output=True, check=False, text=True
    )
    code, seconds, peak = json.loads(done.stdout) if done.stdout else (1, 0.0, 0)
    if code:
        sys.stderr.write(done.stderr)
        raise subprocess.CalledProcessError(code, command)
    return Ran(seconds, peak)


def environment() -> dict[str, str]:
    """The environment, without what would change what factcheck does or how soon it starts.

    What pip installs has its bytecode beside it; a checkout gets it at its first run, where Python
    may write it.
    """
    names = os.environ.keys() - {"PYTHONDONTWRITEBYTECODE"}
    return {name: os.environ[name] for name in names if not name.startswith("FACTCHECK_")}
