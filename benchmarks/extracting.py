"""How `factcheck extract` does on the sample documents, untouched by hand.

    python benchmarks/extracting.py --documents ../shared/seeds [--show | --misses]

Recall: of the curated claims and statements in `claims/`, how many are proposed at the default
threshold. Counted twice: by sentence (a sentence that holds part of the curated quote is
proposed), and by quote (the quote of a draft, which has 40 words at most, shares words with the
curated one). Precision: `proposals.jsonl` holds a verdict for each proposal, judged by one reader
who saw quote, text and document: `keep` as it stands, `edit` (names for pronouns, a split in two,
a shorter text), or `drop` with the reason in one word. It holds ids, hashes of documents and
sentences and verdicts, no text; the `first` round was judged before frames were parsed as they
are now. A proposal that has no verdict is told of: judge it before quoting figures.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factcheck import documents, read_claim_files
from factcheck.checkworthiness import default_model
from factcheck.drafting.drafts import drafts_of
from factcheck.drafting.worth import worth_of
from factcheck.encoders import SentenceEncoder
from factcheck.propositions import proposition_of, readings_of
from factcheck.quotes import Anchor, QuoteFinder
from factcheck.statements import statements_of
from factcheck.weights import DEFAULT_ENCODER, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.drafting.drafts import Draft
    from factcheck.records import Document, Quote

HERE = Path(__file__).resolve().parent
VERDICTS = HERE / "proposals.jsonl"
CLAIMS = HERE.parent / "claims"


class Told(NamedTuple):
    """A document with what is proposed of it, and how many sentences it has."""

    document: Document
    drafts: list[Draft]
    sentences: int


def proposals(document: Document, encoder: SentenceEncoder) -> Told:
    """What `factcheck extract` proposes of a document at its default threshold."""
    sentences = statements_of(document)
    scores = worth_of(readings_of(sentences), encoder)
    told = [proposition_of(each.text, each.lead) for each in sentences]
    drafts = drafts_of(document.text, sentences, told, scores)
    least = default_model().threshold
    return Told(document, [d for d in drafts if (d.score or 0) >= least], len(sentences))


def span(finder: QuoteFinder, quote: Quote | None) -> tuple[int, int] | None:
    """Where a quote stands in a document."""
    found = finder.find(quote) if quote else None
    return (found.start, found.end) if isinstance(found, Anchor) else None


def shares(one: tuple[int, int], others: Sequence[tuple[int, int] | None]) -> bool:
    """Whether a stretch has characters in common with one of some others."""
    return any(other and other[0] < one[1] and one[0] < other[1] for other in others)


def recall(each: Told, *, misses: bool) -> tuple[int, int, int]:
    """Curated entries of a document that are proposed by sentence, by quote, and all."""
    finder = QuoteFinder(each.document.text)
    files = read_claim_files([CLAIMS])
    by_sentence = [(draft.start, draft.end) for draft in each.drafts]
    by_quote = [span(finder, draft.quote) for draft in each.drafts]
    counts = [0, 0, 0]
    for passage in (*files.claims, *files.statements):
        if passage.source.sha256 != each.document.sha256:
            continue
        at = span(finder, passage.quote)
        met = at is not None and shares(at, by_sentence)
        counts = [
            counts[0] + met,
            counts[1] + (at is not None and shares(at, by_quote)),
            counts[2] + 1,
        ]
        if misses and not met:
            print(f"  not proposed: {passage.key}")
    return counts[0], counts[1], counts[2]


def judged(each: Told, verdicts: dict[tuple[str, str], str]) -> Counter[str]:
    """The verdicts on the proposals of a document; `?` where there is none."""
    return Counter(verdicts.get((each.document.sha256, draft.key), "?") for draft in each.drafts)


def read_verdicts() -> dict[tuple[str, str], str]:
    """By document and sentence what was judged."""
    rows = [json.loads(line) for line in VERDICTS.read_text("utf-8").splitlines()]
    first = Counter(row["verdict"] for row in rows if row["round"] == "first")
    print(f"first round, as judged then: {told(first)}\n")
    return {(row["sha256"], row["key"]): row["verdict"] for row in rows if row["round"] == "last"}


def told(verdicts: Counter[str]) -> str:
    """Verdicts with how many there are of each."""
    return ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))


def show(each: Told) -> None:
    """Print what is proposed, to be judged."""
    for draft in each.drafts:
        print(f"\n{draft.key} {draft.id} [{draft.locator}] {draft.score:.2f}")
        print(f"  text:    {draft.text}")
        print(f"  quote:   {draft.quote and draft.quote.exact}")
        if draft.speaker:
            print(f"  speaker: {draft.speaker}")


def main() -> None:
    """Print recall and precision for each document and for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print the proposals")
    parser.add_argument("--misses", action="store_true", help="print curated entries not proposed")
    options = parser.parse_args()
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER))
    verdicts = read_verdicts() if VERDICTS.is_file() else {}
    total, verdict = [0, 0, 0], Counter[str]()
    for path in sorted(options.documents.glob("*.txt")):
        each = proposals(documents.load(path.read_bytes(), path.name), encoder)
        counts = recall(each, misses=options.misses)
        found = judged(each, verdicts)
        total = [a + b for a, b in zip(total, counts, strict=True)]
        verdict += found
        print(f"{path.stem}: {len(each.drafts)} of {each.sentences} sentences proposed")
        print(f"  curated: {counts[0]} by sentence, {counts[1]} by quote, of {counts[2]}")
        print(f"  verdicts: {told(found)}")
        if options.show:
            show(each)
    count = verdict.total()
    kept = verdict["keep"] + verdict["edit"]
    print(f"\nrecall: {total[0]} of {total[2]} by sentence = {total[0] / total[2]:.3f}")
    print(f"        {total[1]} of {total[2]} by quote = {total[1] / total[2]:.3f}")
    print(
        f"precision: {kept} of {count} kept = {kept / count:.3f}, {verdict['edit']} after an edit"
    )
    if verdict["?"]:
        print(f"{verdict['?']} proposals have no verdict")


if __name__ == "__main__":
    main()
