"""How candidates are best found in an index: by vectors, by words, or by both."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from timing import show_table

from factcheck import weights
from factcheck.compare import compare
from factcheck.encoders import SentenceEncoder
from factcheck.index.building import build, prepared
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.table import open_table
from factcheck.labelled import read_document_sets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from factcheck.labelled import LabelledSet
    from factcheck.records import Claim
    from factcheck.report import Retrieve


def retrieval(options: argparse.Namespace) -> int:
    """What share of the counterpoints in gold is among the k candidates of a claim.

    All sets are one index: a claim's own critics are among those of the other sets.
    """
    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    sets = [apart(each) for each in read_document_sets(options.data)]
    reach = (5, 10, 20, 50, 100)
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder, "index"))
        prepared(place, encoder)
        every = [statement for each in sets for statement in each.statements]
        build(place, every, encoder)
        gold = {key: set(right) for each in sets for key, right in each.opposing.items() if right}
        asked = [claim for each in sets for claim in each.claims if claim.key in gold]
        print(f"{len(asked)} claims with counterpoints, {len(every)} statements, {len(sets)} sets")
        ways: tuple[Retrieve, ...] = ("dense", "lexical", "hybrid")
        rows = [("found by", *(f"among {k}" for k in reach))]
        for how in ways:
            corpus = IndexCorpus(open_table(place), Search(retrieve=how))
            shares = [recall_at(corpus, asked, gold, encoder, k) for k in reach]
            rows.append((how, *(f"{share:.3f}" for share in shares)))
    show_table(rows)
    return 0


def apart(each: LabelledSet) -> LabelledSet:
    """A set whose sources have names of their own."""

    def key(old: str) -> str:
        return f"{each.name}-{old}"

    def renamed(passage: Any) -> Any:
        source = passage.source.model_copy(update={"id": key(passage.source.id)})
        return passage.model_copy(update={"source": source})

    opposing = {key(c): frozenset(map(key, right)) for c, right in each.opposing.items()}
    return replace(
        each,
        claims=tuple(map(renamed, each.claims)),
        statements=tuple(map(renamed, each.statements)),
        opposing=opposing,
    )


def recall_at(
    corpus: IndexCorpus, asked: Sequence[Claim], gold: dict[str, set[str]], encoder: Any, k: int
) -> float:
    """The mean share of a claim's counterpoints that are among its k candidates."""
    report = compare(asked, corpus, encoder=encoder, k=k, rank="similarity")
    shares = []
    for finding in report.findings:
        key = f"{finding.claim.source_id}/{finding.claim.id}"
        found = {f"{c.statement.source_id}/{c.statement.id}" for c in finding.counterpoints}
        shares.append(len(found & gold[key]) / len(gold[key]))
    return float(np.mean(shares))
