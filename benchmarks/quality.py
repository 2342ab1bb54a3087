"""How well factcheck tells opposition, on all labelled data at hand: benchmarks/quality.md.

    python benchmarks/quality.py --data ../shared/data [--limit 2000] [--stance-model FOLDER]

Parts are kept as JSON in `--out`; `--only` makes some anew, and the page is written from
what is there. Baselines are fitted on the training data alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

import documents  # noqa: E402 - the training scripts lie beside
import mix  # noqa: E402
from eval_matrices import scores as matrix_scores  # noqa: E402
from quality_page import page  # noqa: E402

from factcheck.cache import CachedEncoder, CachedStance, VectorCache  # noqa: E402
from factcheck.compare import compare  # noqa: E402
from factcheck.encoders import SentenceEncoder  # noqa: E402
from factcheck.evaluation import (  # noqa: E402
    RankedClaim,
    ranked,
    ranking_metrics,
    retrieval_metrics,
    stance_metrics,
)
from factcheck.inputs import read_claim_files  # noqa: E402
from factcheck.labelled import (  # noqa: E402
    LabelledSet,
    RetrievalSet,
    expectations,
    read_document_sets,
    read_pairs,
    read_retrieval,
)
from factcheck.retrieval import by_bm25, by_contrast, by_similarity  # noqa: E402
from factcheck.running import Execution  # noqa: E402
from factcheck.stance import LABELS  # noqa: E402
from factcheck.stance.cross_encoder import CrossEncoderStance  # noqa: E402
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable


class Bench:
    """The models, the baselines, and where the data lie."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Find the models; nothing is judged yet."""
        self.data: Path = options.data
        self.limit: int | None = options.limit
        cache = VectorCache(options.cache)
        plain = CrossEncoderStance(resolve_stance(options.stance_model), Execution(batch_size=64))
        self.stance = CachedStance(plain, cache)
        encoder = SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64))
        self.encoder = CachedEncoder(encoder, cache)
        self.fresh = plain, encoder
        self._tone: dict[int, Pipeline] = {}

    def one_sided(self, side: int) -> Pipeline:
        """A bag of words that sees the statement (0) or the claim (1) alone."""
        if side not in self._tone:
            pairs = mix.reading(self.data / "train", 7, 1)[:15_000]
            bag = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=3, max_features=100_000),
                LogisticRegression(max_iter=200, class_weight="balanced"),
            )
            texts = [(pair.statement, pair.claim)[side] for pair in pairs]
            self._tone[side] = bag.fit(texts, [LABELS.index(pair.label) for pair in pairs])
        return self._tone[side]


def stance_sets(bench: Bench) -> list[dict[str, Any]]:
    """Each set of labelled pairs, beside the majority and what each side alone gives away."""
    told = []
    for path in sorted((bench.data / "eval").glob("nli_*.jsonl.gz")):
        found = read_pairs(path)
        told.append(_stance_row(bench, path.name.split(".")[0], found.pairs, found.labels))
    return told


def stance_sources(bench: Bench) -> list[dict[str, Any]]:
    """The dev and test splits of the public stance data, by source."""
    by_source = defaultdict(list)
    with gzip.open(bench.data / "train" / "stance.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["split"] != "train":
                label = 0 if row["label"] == "oppose" else 2
                by_source[row["source"]].append(((row["text"], row["claim"]), label))
    told = []
    for source, rows in sorted(by_source.items()):
        pairs = tuple(pair for pair, _ in rows)
        told.append(_stance_row(bench, source, pairs, np.array([label for _, label in rows])))
    return told


def _stance_row(
    bench: Bench, name: str, pairs: tuple[tuple[str, str], ...], labels: Any
) -> dict[str, Any]:
    if bench.limit and len(pairs) > bench.limit:
        kept = np.random.default_rng(0).permutation(len(pairs))[: bench.limit]
        pairs, labels = tuple(pairs[n] for n in kept), labels[kept]
    metrics = stance_metrics(labels, bench.stance.judge(pairs))
    alone = {}
    for side, word in ((0, "statement"), (1, "claim")):
        rows = bench.one_sided(side).predict_proba([pair[side] for pair in pairs])
        alone[f"{word}_only"] = stance_metrics(labels, rows.astype(np.float32))["macro_f1"]
    majority = max(Counter(labels.tolist()).values()) / len(labels)
    return {"set": name, **metrics, "majority": majority, **alone}


def matrices(bench: Bench) -> list[dict[str, Any]]:
    """Our own matrices, held-out parts; by model, by cosine, by tone."""
    return [
        {
            "set": f"matrices, {split}",
            **matrix_scores(bench.stance, bench.encoder, bench.data / "train", split),
        }
        for split in ("dev", "test")
    ]


def rankings(bench: Bench) -> list[dict[str, Any]]:
    """Claims against statements: document sets and the bundled claims, by each ranking."""
    files = read_claim_files([str(HERE.parent / "claims")])
    own = documents.read_sets(mix.HERE / "data" / "documents", "test")
    groups = {
        "documents_dev": read_document_sets(bench.data / "eval" / "documents_dev"),
        "own document sets, test": [documents.labelled(each) for each in own],
        "claims/": [expectations(files)],
    }
    told = []
    for name, sets in groups.items():
        by_rank: defaultdict[str, list[RankedClaim]] = defaultdict(list)
        for each in sets:
            report = compare(
                each.claims,
                each.statements,
                encoder=bench.encoder,
                stance=bench.stance,
                k=len(each.statements),
            )
            by_rank["similarity"] += ranked(report, each, "similarity")
            by_rank["bm25"] += _by_bm25(each)
            by_rank["contrast"] += ranked(report, each, "contrast")
        told += [
            {"set": name, "rank": rank, **ranking_metrics(found)} for rank, found in by_rank.items()
        ]
    return told


def _by_bm25(each: LabelledSet) -> list[RankedClaim]:
    texts = {statement.key: statement.text for statement in each.statements}
    queries = {claim.key: claim.text for claim in each.claims}
    found = by_bm25(RetrievalSet(texts, queries, {}))
    return [
        RankedClaim(tuple(found[key]), each.opposing[key], each.supporting.get(key, ()))
        for key in queries
    ]


def retrieval(bench: Bench) -> list[dict[str, Any]]:
    """ArguAna's validation part; contrast re-ranks the nearest 20."""
    data = read_retrieval(bench.data / "eval" / "arguana_dev")
    queries = dict(sorted(data.queries.items())[: bench.limit])
    data = RetrievalSet(data.corpus, queries, data.relevant)
    found = {
        "similarity": by_similarity(data, bench.encoder),
        "bm25": by_bm25(data),
        "contrast": by_contrast(data, bench.encoder, bench.stance, 20),
    }
    return [
        {"rank": name, **retrieval_metrics(each, data.relevant)} for name, each in found.items()
    ]


def candidates(bench: Bench) -> list[dict[str, Any]]:
    """How many counterpoints are among the nearest, all document sets in one corpus."""
    sets = read_document_sets(bench.data / "eval" / "documents_dev")
    sets += [
        documents.labelled(each)
        for split in ("train", "dev", "test")
        for each in documents.read_sets(mix.HERE / "data" / "documents", split)
    ]
    texts = [statement.text for each in sets for statement in each.statements]
    vectors = bench.encoder.encode(texts)
    ranks = []
    start = 0
    for each in sets:
        keys = {s.key: start + n for n, s in enumerate(each.statements)}
        for claim in each.claims:
            scores = vectors @ bench.encoder.encode([claim.text])[0]
            place = np.argsort(np.argsort(-scores))
            ranks += [int(place[keys[key]]) for key in each.opposing[claim.key]]
        start += len(each.statements)
    found = np.array(ranks)
    return [
        {"nearest": k, "of": len(texts), "recall": float((found < k).mean())}
        for k in (5, 20, 50, 100, 200, 500, 1000)
    ]


def speed(bench: Bench) -> list[dict[str, Any]]:
    """Pairs of 64 tokens, and texts of 64 tokens through the encoder, side by side."""
    words = "the ministry said on Monday that the new law on water would be applied in all of it "
    texts = [f"{number} {words * 4}"[: 275 + number % 5] for number in range(256)]
    halves = [(text[:130], text[130:]) for text in texts]
    stance, encoder = bench.fresh
    stance.judge(halves[:32])
    encoder.encode(texts[:32])
    begun = time.perf_counter()
    stance.judge(halves)
    judged = time.perf_counter()
    encoder.encode(texts)
    done = time.perf_counter()
    return [
        {
            "pairs_a_second": len(halves) / (judged - begun),
            "encoder_texts_a_second": len(texts) / (done - judged),
            "ratio": (judged - begun) / (done - judged),
        }
    ]


PARTS: dict[str, Callable[[Bench], list[dict[str, Any]]]] = {
    "rankings": rankings,
    "matrices": matrices,
    "stance_sets": stance_sets,
    "stance_sources": stance_sources,
    "retrieval": retrieval,
    "candidates": candidates,
    "speed": speed,
}


def main() -> None:
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/quality"))
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--stance-model", default=DEFAULT_STANCE)
    parser.add_argument("--limit", type=int, help="pairs a set, drawn at random")
    parser.add_argument("--only", choices=PARTS, nargs="*", default=list(PARTS))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(options)
    for name in options.only:
        begun = time.monotonic()
        told = PARTS[name](bench)
        (options.out / f"{name}.json").write_text(json.dumps(told, indent=1))
        print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)
    parts = {
        name: json.loads((options.out / f"{name}.json").read_text())
        for name in PARTS
        if (options.out / f"{name}.json").exists()
    }
    (HERE / "quality.md").write_text(page(parts, options.limit), "utf-8")


if __name__ == "__main__":
    main()
