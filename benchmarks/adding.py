"""What ten more statements cost, where all that was there before is cached.

    python benchmarks/adding.py [--statements 20000] [--claims 10]

Whole processes of `factcheck compare` on a set made up of sentences of real lengths
(`made_up.py`). It is compared once, which fills the cache and takes minutes; then, by turns, again
as it is, all of it cached, and with a file of ten statements that were never seen before, another
one each time. The work that the ten bring is loading both models, encoding the ten, and judging
those that come among the 200 nearest to a claim.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from book import begin, sized
from command import factcheck, run
from made_up import add_statements, made_statements, write_set
from results import ADDING, Check, Row, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET = Target(most=1.5)
TEN = 10


class Set:
    """A made-up set in a folder, and its cache.

    Args:
        folder: Where all of it goes.
        claims: How many.
        statements: How many before any are added.
        batches: How many times ten statements can be added.
    """

    def __init__(self, folder: Path, claims: int, statements: int, batches: int) -> None:
        """Write the files."""
        self._folder = folder
        write_set(folder / "claims", claims, statements)
        # The same seed gives the same statements first, and then those to add.
        texts = made_statements(statements + TEN * batches)[statements:]
        self._batches = [texts[start : start + TEN] for start in range(0, len(texts), TEN)]

    def compare(self) -> float:
        """Seconds of a whole run."""
        command = [factcheck(), "compare", str(self._folder / "claims"), "-q"]
        command += ["--format", "json", "-o", str(self._folder / "report.json")]
        command += ["--cache-dir", str(self._folder / "cache")]
        start = time.perf_counter()
        run(command)
        return time.perf_counter() - start

    def with_batch(self, number: int) -> float:
        """Seconds of a run with one batch of ten statements more, which are taken away again."""
        texts: Sequence[str] = self._batches[number]
        add_statements(self._folder / "claims", number, texts)
        try:
            return self.compare()
        finally:
            (self._folder / "claims" / "critique" / f"added-{number}.yaml").unlink()


def main() -> int:
    """Fill the cache, then time by turns."""
    options = sized(__doc__, usual=(10, 20_000), smoke=(2, 6))
    book = begin("adding", "Adding ten statements to what is cached", options)
    cached, added = [], []
    with tempfile.TemporaryDirectory() as name:
        made = Set(Path(name), options.claims, options.statements, options.runs)
        print("filling the cache ...", flush=True)
        start = time.perf_counter()
        filling = made.compare()
        book.add(Check("the first run, which fills the cache", round(filling, 1), "s"))
        for number in range(options.runs):
            cached.append(made.compare())
            added.append(made.with_batch(number))
            left = (options.minutes or 1e9) * 60 - (time.perf_counter() - start)
            if left < cached[-1] + added[-1] and number + 1 < options.runs:
                book.leave_out(f"runs {number + 2} to {options.runs}", "they do not fit the time")
                break
    sizes = {"claims": options.claims, "statements": options.statements, "added": TEN}
    what = f"{TEN} added to {options.statements:,} statements, {options.claims} claims"
    book.add(Row(what, "all cached", tuple(added), tuple(cached), "share", TARGET, sizes, ADDING))
    more = sum(added) / len(added) - sum(cached) / len(cached)
    book.add(Check(f"seconds that {TEN} more statements take, on average", round(more, 3), "s"))
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
