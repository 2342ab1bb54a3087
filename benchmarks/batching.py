"""Whether a report's bytes depend on the run, the cache or the batch size.

    python benchmarks/batching.py [--claims claims/official/iptp-concept-note.yaml]

The claims of one file (all bundled ones with `--claims claims`) are compared with an empty cache, a
full one, none, and batches of 1 and 64; the sha256 of the reports must be the same.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile

from book import begin, parser
from command import factcheck, run
from results import Check, Target


def main() -> int:
    """Print the sha256 of each run's report; 1 where they are not all the same."""
    made = parser(__doc__)
    made.add_argument("--claims", default="claims/official/iptp-concept-note.yaml")
    options = made.parse_args()
    book = begin("batching", "The same report, however it was run", options)
    compare = [factcheck(), "compare", options.claims, "--against", "claims/critique", "-q"]
    compare += ["--format", "json"]
    if options.smoke:
        compare += ["-k", "1", "--stance-model", "none"]
    with tempfile.TemporaryDirectory() as cache:
        ways = {
            "cache empty": ["--cache-dir", cache],
            "cache warm": ["--cache-dir", cache],
            "--no-cache --batch-size 1": ["--no-cache", "--batch-size", "1"],
            "--no-cache --batch-size 64": ["--no-cache", "--batch-size", "64"],
        }
        found = {way: hashlib.sha256(run(compare + more)).hexdigest() for way, more in ways.items()}
    for way, digest in found.items():
        book.say(f"{way}: {digest}")
    other = len(set(found.values())) - 1
    book.add(Check("reports that differ from the first", other, "", Target(most=0), must=True))
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
