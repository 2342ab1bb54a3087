"""Search by words beside search by meaning: bm25s, and ours with the vectors given.

    python benchmarks/lexical.py [--statements 20000] [--claims 2000]

Speed: bm25s with its defaults, English stop words and Snowball stems, on a made-up set of real
sentence lengths: making its index, then finding the 200 best statements of each claim; ours finds
the 200 nearest among vectors that are there. Making those vectors is what ours pays in place of an
index (`peers.py` times it), once a text. Quality: on the bundled claims, how often a statement that
the curators expect as a counterpoint comes first, and among the first three, by words, by
similarity and by contrast; the last two from factcheck.lock, without a model.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from book import ROOT, Book, begin, sized
from command import factcheck, run
from made_up import made_claims, made_statements
from results import Check, Row
from searches import unit_rows
from timing import alternate, timed

from factcheck.inputs import read_claim_files
from factcheck.search import top_k

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from factcheck.records import ClaimSet

CANDIDATES = 200
DIMENSION = 384
TOP = 3


@dataclass(frozen=True)
class Words:
    """An index of texts by their words."""

    index: Any
    size: int

    def best(self, queries: Sequence[str], k: int) -> list[list[int]]:
        """The rows of the k best texts of each query, best first."""
        import bm25s

        asked = bm25s.tokenize(list(queries), **tokens())
        options = {"k": min(k, self.size), "show_progress": False}
        rows, _ = self.index.retrieve(asked, **options)
        return [list(map(int, each)) for each in rows]


def tokens() -> dict[str, Any]:
    """How texts are cut to words."""
    from Stemmer import Stemmer

    return {
        "stopwords": "en",
        "stemmer": Stemmer("english").stemWords,
        "show_progress": False,
    }


def words_of(texts: Sequence[str]) -> Words:
    """Make the index."""
    import bm25s

    made = bm25s.BM25()
    made.index(bm25s.tokenize(list(texts), **tokens()), show_progress=False)
    return Words(made, len(texts))


def speed(book: Book, options: argparse.Namespace) -> None:
    """Keep how long indexing and searching take."""
    claims, statements = made_claims(options.claims), made_statements(options.statements)
    index_seconds = [timed(lambda: words_of(statements)) for _ in range(min(options.runs, 3))]
    note = f"{min(index_seconds):.2f}-{max(index_seconds):.2f}, {len(index_seconds)} runs"
    what = f"bm25s: indexing {len(statements):,} statements"
    book.add(Check(what, round(float(np.median(index_seconds)), 2), "s", note=note))
    words = words_of(statements)
    rng = np.random.default_rng(0)
    corpus = unit_rows(rng, len(statements), DIMENSION)
    queries = unit_rows(rng, len(claims), DIMENSION)
    times = alternate(
        {
            "ours": lambda: top_k(queries, corpus, CANDIDATES),
            "bm25s": lambda: words.best(claims, CANDIDATES),
        },
        options.runs,
        pause=0.0 if options.smoke else 0.5,
        seconds=options.minutes * 60 if options.minutes else None,
    )
    work = f"the {CANDIDATES} best of {len(statements):,} for {len(claims):,} claims"
    sizes = {"rows": len(statements), "queries": len(claims), "k": CANDIDATES}
    ours, theirs = times["ours"].seconds, times["bm25s"].seconds
    book.add(Row(work, "bm25s", ours, theirs, "faster", None, sizes))


def by_factcheck(rank: str, k: int) -> dict[str, list[str]]:
    """The keys of statements by that of their claim, as factcheck ranks them from its lock."""
    command = [factcheck(), "compare", "claims", "--locked", "-q", "--format", "json"]
    report = json.loads(run([*command, "--rank", rank, "-k", str(k)]))
    return {
        key(finding["claim"]): [key(point["statement"]) for point in finding["counterpoints"]]
        for finding in report["findings"]
    }


def key(told: dict[str, str]) -> str:
    """A passage's key, out of a report."""
    return f"{told['source_id']}/{told['id']}"


def rankings(files: ClaimSet) -> dict[str, dict[str, list[str]]]:
    """All statements in order for each bundled claim, by each of the three."""
    statements = sorted(files.statements, key=lambda each: each.key)
    words = words_of([each.text for each in statements])
    best = words.best([claim.text for claim in files.claims], len(statements))
    lexical = {
        claim.key: [statements[row].key for row in rows]
        for claim, rows in zip(files.claims, best, strict=True)
    }
    ours = {rank: by_factcheck(rank, len(statements)) for rank in ("similarity", "contrast")}
    return {"bm25s": lexical, **ours}


def quality(book: Book) -> None:
    """Keep how often an expected counterpoint comes first, and how often two agree on the first."""
    files = read_claim_files([ROOT / "claims"])
    expected = {c.key: set(c.expect.counterpoints) for c in files.claims if c.expect}
    expected = {name: keys for name, keys in expected.items() if keys}
    every = rankings(files)
    for name, ranked in every.items():
        for top in (1, TOP):
            hits = sum(bool(keys & set(ranked[claim][:top])) for claim, keys in expected.items())
            what = f"by {name}: an expected counterpoint among the first {top}"
            share = round(hits / len(expected), 3)
            book.add(Check(what, share, note=f"{hits} of {len(expected)} claims that have one"))
    for name in ("similarity", "contrast"):
        same = sum(every["bm25s"][claim][0] == ranked[0] for claim, ranked in every[name].items())
        of = len(files.claims)
        what = f"bm25s and {name} put the same statement first"
        book.add(Check(what, round(same / of, 3), note=f"{same} of {of} claims"))


def main() -> int:
    """Speed, then quality."""
    options = sized(__doc__, usual=(2000, 20_000), smoke=(10, 300))
    book = begin("lexical", "Search by words beside search by meaning", options)
    speed(book, options)
    quality(book)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
