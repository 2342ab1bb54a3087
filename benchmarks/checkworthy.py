"""How check-worthiness does on the sample documents, sentence by sentence.

    python benchmarks/checkworthy.py --documents ../shared/seeds [--misses]

`checkworthy.jsonl` holds hand labels as offsets into documents, which are found by their sha256
and are not part of the repository. A sentence is labelled 1 where it asserts something
that evidence could be put beside: a fact, figure, cause or state of things, praise with a reason,
a declared principle, a commitment of its own. Labelled 0 are headings, captions, links
and credits, thanks and ceremony, calls on others, mere hopes, truisms. What a page break has cut
off has the label of its sentence.

A curated claim counts as proposed where the sentence that holds most of its quote is.

The labels are of the documents as they are written. The last table is of the sentences that
`factcheck extract` reads: cleaned, without headings, joined over page breaks, each with the label
of what it was made of.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from factcheck import documents, read_claim_files
from factcheck.checkworthiness import checkworthy, default_model
from factcheck.encoders import SentenceEncoder
from factcheck.propositions import as_read
from factcheck.statements import statements_of
from factcheck.weights import DEFAULT_ENCODER, resolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.records import Claim, Statement

HERE = Path(__file__).resolve().parent
LABELS = HERE / "checkworthy.jsonl"
CLAIMS = HERE.parent / "claims"
_FURNITURE = re.compile(r"\W*(?:SEE ALSO|Source:)|\*\*|#")


class Labelled(NamedTuple):
    """A sentence of a document, and its label."""

    sha256: str
    start: int
    end: int
    label: int
    text: str


def read_labels(folder: Path) -> tuple[dict[str, str], list[Labelled]]:
    """The documents of a folder by their sha256, and their labelled sentences."""
    documents = {
        hashlib.sha256(content).hexdigest(): content.decode("utf-8")
        for content in (path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    }
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    found = [
        Labelled(**row, text=" ".join(documents[row["sha256"]][row["start"] : row["end"]].split()))
        for row in rows
        if row["sha256"] in documents
    ]
    return documents, found


def as_extracted(folder: Path, sentences: list[Labelled]) -> list[Labelled]:
    """The sentences of cleaned documents, each with the label that covers most of it."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        document = documents.load(path.read_bytes(), path.name)
        own = [each for each in sentences if each.sha256 == document.sha256]
        for each in statements_of(document):
            start, end = document.original(each.start), document.original(each.end - 1) + 1
            shared = [min(one.end, end) - max(one.start, start) for one in own]
            if shared and max(shared) > 0:
                label = own[int(np.argmax(shared))].label
                text = as_read(each.text, each.lead)
                found.append(Labelled(document.sha256, start, end, label, text))
    return found


def sentence_of(passage: Claim | Statement, text: str, sentences: list[Labelled]) -> int | None:
    """The number of the sentence that holds most of a passage's quote."""
    exact = passage.quote.exact if passage.quote else ""
    found = re.search(r"\s+".join(map(re.escape, exact.split())), text)
    if not exact or found is None:
        return None
    shared = [
        min(each.end, found.end()) - max(each.start, found.start())
        if each.sha256 == passage.source.sha256
        else -1
        for each in sentences
    ]
    return int(np.argmax(shared)) if max(shared) > 0 else None


def table(name: str, labels: NDArray[np.int64], rankings: dict[str, NDArray[np.float64]]) -> None:
    """AUC and average precision, with 95 % bootstrap intervals."""
    print(f"\n{name}: {len(labels)} sentences, {labels.sum()} check-worthy")
    chance = np.random.default_rng(7)
    draws = [chance.integers(0, len(labels), len(labels)) for _ in range(1000)]
    draws = [rows for rows in draws if 0 < labels[rows].sum() < len(rows)]
    for ranking, scores in rankings.items():
        told = []
        for metric in (roc_auc_score, average_precision_score):
            low, high = np.percentile([metric(labels[r], scores[r]) for r in draws], [2.5, 97.5])
            told.append(f"{metric(labels, scores):.3f} [{low:.3f}, {high:.3f}]")
        print(f"  {ranking:<10} AUC {told[0]}  AP {told[1]}")


def main() -> None:
    """Score all labelled sentences and print how it did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--misses", action="store_true", help="print the sentences it gets wrong")
    options = parser.parse_args()
    texts_of, sentences = read_labels(options.documents)
    texts = [each.text for each in sentences]
    labels = np.array([each.label for each in sentences], np.int64)
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER))
    scores = checkworthy(encoder.encode(texts), texts, encoder_sha256=encoder.sha256)
    rankings = {
        "majority": np.zeros(len(texts)),
        "length": np.array([len(text.split()) for text in texts], np.float64),
        "model": scores.astype(np.float64),
    }
    prose = np.array([not _FURNITURE.match(text) for text in texts])
    table("all", labels, rankings)
    table(
        "without headings, links and credits that are marked as such",
        labels[prose],
        {name: values[prose] for name, values in rankings.items()},
    )
    cleaned = as_extracted(options.documents, sentences)
    read = [each.text for each in cleaned]
    found = checkworthy(encoder.encode(read), read, encoder_sha256=encoder.sha256)
    table(
        "as `factcheck extract` reads them",
        np.array([each.label for each in cleaned], np.int64),
        {
            "majority": np.zeros(len(read)),
            "length": np.array([len(text.split()) for text in read], np.float64),
            "model": found.astype(np.float64),
        },
    )
    at = default_model().threshold
    proposed = scores >= at
    print(f"\nproposed from {at}: {proposed.sum()} of {len(texts)} sentences")
    print(f"  precision {labels[proposed].mean():.3f} (all proposed: {labels.mean():.3f})")
    print(f"  recall {proposed[labels == 1].mean():.3f}")
    files = read_claim_files([CLAIMS])
    for name, passages in (("claims", files.claims), ("statements", files.statements)):
        curated = [p for p in passages if p.source.sha256 in texts_of]
        held = [sentence_of(p, texts_of[p.source.sha256 or ""], sentences) for p in curated]
        met = [number is not None and bool(proposed[number]) for number in held]
        print(f"  curated {name} proposed: {sum(met)} of {len(met)} = {np.mean(met):.3f}")
        if options.misses:
            print(*(f"    {p.key}" for p, m in zip(curated, met, strict=True) if not m), sep="\n")
    if options.misses:
        for each, score in zip(sentences, scores, strict=True):
            if (score >= at) != each.label:
                print(f"{each.label} {score:.2f} {each.text}")


if __name__ == "__main__":
    main()
