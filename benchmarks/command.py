"""The `factcheck` command of this environment, run without a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FACTCHECK_")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode:
        sys.stderr.buffer.write(done.stderr)
    done.check_returncode()
    return done.stdout
