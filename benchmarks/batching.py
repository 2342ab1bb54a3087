"""Whether a report's bytes depend on the run, the cache or the batch size."""

from __future__ import annotations

import hashlib
import sys
import tempfile

from command import factcheck, run


def main() -> int:
    """Print the sha256 of each run's report; 1 where they are not all the same."""
    compare = [factcheck(), "compare", "claims", "--format", "json"]
    with tempfile.TemporaryDirectory() as cache:
        runs = {
            "cache empty": ["--cache-dir", cache],
            "cache warm": ["--cache-dir", cache],
            "--no-cache --batch-size 1": ["--no-cache", "--batch-size", "1"],
            "--no-cache --batch-size 64": ["--no-cache", "--batch-size", "64"],
        }
        hashes = {
            name: hashlib.sha256(run(compare + options)).hexdigest()
            for name, options in runs.items()
        }
    for name, digest in hashes.items():
        print(f"{digest}  {name}")
    same = len(set(hashes.values())) == 1
    print("all identical" if same else "NOT identical")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
