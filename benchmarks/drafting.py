"""What an index of the text is worth as drafts are made: each draft's quote is looked for in it.

    python benchmarks/drafting.py [--sentences 1000 4000 ...] [--runs 3]

Quotes are made for all sentences of a made-up document, by a finder that reads the text for each
and by one that indexes it first; both must give the same quotes. A work that grows with the
document alone takes the same time a sentence however long it is. Told is processor time, as the
work runs on one core and a machine is shared.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from typing import TYPE_CHECKING

from timing import Times, show_table

from factcheck.drafting.quoting import quote_at
from factcheck.quotes import QuoteFinder
from factcheck.records import Document
from factcheck.statements import statements_of

if TYPE_CHECKING:
    from factcheck.records import Quote
    from factcheck.statements import PlacedSentence

BEGINNINGS = ("Har", "Mar", "Ost", "Kel", "Vin", "Tor", "Bel", "Sun", "Gren", "Pol")
MIDDLES = ("be", "la", "ri", "vo", "den", "ka", "mo", "ter", "sa", "lin")
ENDS = ("ck", "ton", "ford", "la", "ne", "ve", "ger", "m", "st", "ry")
WORDS = [f"{a}{b}{c}".lower() for a in BEGINNINGS for b in MIDDLES for c in ENDS]
WIDTH = 12
"""Words of a line: sentences run over line ends, as in documents they do."""
REFRAIN = "The committee took note of the report."


def document(sentences: int) -> str:
    """A text of paragraphs; every twentieth sentence is the same."""
    chance = random.Random(sentences)  # noqa: S311 - any text will do
    told = []
    for number in range(sentences):
        words = chance.choices(WORDS, k=chance.randint(10, 30))
        whole = REFRAIN if number % 20 == 0 else " ".join(words).capitalize() + "."
        told.append(whole + ("\n\n" if number % 5 == 4 else " "))
    paragraphs = "".join(told).split("\n\n")
    return "\n\n".join(_lines(each) for each in paragraphs)


def _lines(paragraph: str) -> str:
    words = paragraph.split()
    return "\n".join(" ".join(words[at : at + WIDTH]) for at in range(0, len(words), WIDTH))


def quotes(text: str, found: list[PlacedSentence], *, indexed: bool) -> list[Quote | None]:
    """A quote of each sentence."""
    finder = QuoteFinder(text, indexed=indexed)
    return [quote_at(finder, each.start, each.end) for each in found]


def measure(sentences: int, runs: int) -> list[str]:
    """A row of the table."""
    text = document(sentences)
    found = statements_of(Document(text, "made.txt", "0" * 64))
    if quotes(text, found, indexed=True) != quotes(text, found, indexed=False):
        sys.exit(f"{sentences} sentences: the index changed a quote")
    taken: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(runs):
        for way, seconds in taken.items():
            start = time.process_time()
            quotes(text, found, indexed=way)
            seconds.append(time.process_time() - start)
    read, indexed = Times(tuple(taken[False])), Times(tuple(taken[True]))
    each = [f"{1000 * times.median / len(found):.2f} ms" for times in (read, indexed)]
    cells = [str(len(found)), str(len(text)), str(read), str(indexed), *each]
    return [*cells, f"{read.median / indexed.median:.1f}"]


def main() -> None:
    """Measure each length of document by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, nargs="+", default=[1000, 2000, 4000, 8000])
    parser.add_argument("--runs", type=int, default=3, help="how many times each")
    options = parser.parse_args()
    head = ["sentences", "characters", "text read", "indexed", "read, each", "indexed, each"]
    rows = [measure(number, options.runs) for number in options.sentences]
    show_table([[*head, "ratio"], *rows])


if __name__ == "__main__":
    main()
