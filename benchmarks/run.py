"""All benchmarks in turn. Exit status 1 where a result, not a mere time, was wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = ("labels.py", "batching.py", "start.py", "top_k.py")


def main() -> int:
    """Run each script; the ones after a failed one are run all the same."""
    failed = []
    for script in SCRIPTS:
        print(f"\n== {script}", flush=True)
        if subprocess.run([sys.executable, str(HERE / script)], check=False).returncode:
            failed.append(script)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
