"""Print the cases that the ranking gets wrong, for reading: one JSON object a line.

    python benchmarks/wrong.py --documents ../shared/data/eval/documents_dev > wrong.jsonl

Of the document sets of a folder and the dev split of our own: claims with counterpoints whose
first statement is none (`first`), and claims without any that are called countered or
conflicting (`alarm`). What was read off them is told in errors.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

import documents  # noqa: E402 - the training scripts lie beside

from factcheck.cache import CachedEncoder, CachedStance, VectorCache  # noqa: E402
from factcheck.compare import compare  # noqa: E402
from factcheck.encoders import SentenceEncoder  # noqa: E402
from factcheck.labelled import LabelledSet, read_document_sets  # noqa: E402
from factcheck.running import Execution  # noqa: E402
from factcheck.stance.cross_encoder import CrossEncoderStance  # noqa: E402
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcheck.report import Counterpoint, Report


def main() -> None:
    """Judge the sets, and print what came out wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--stance-model", default=DEFAULT_STANCE)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    options = parser.parse_args()
    cache = VectorCache(options.cache)
    plain = CrossEncoderStance(resolve_stance(options.stance_model), Execution(batch_size=64))
    stance = CachedStance(plain, cache)
    encoder = CachedEncoder(
        SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64)), cache
    )
    own = documents.read_sets(HERE.parent / "training" / "data" / "documents", "dev")
    sets = read_document_sets(options.documents) + [documents.labelled(each) for each in own]
    for each in sets:
        report = compare(
            each.claims, each.statements, encoder=encoder, stance=stance, k=len(each.statements)
        )
        for case in wrong(report, each):
            print(json.dumps(case, ensure_ascii=False))


def wrong(report: Report, data: LabelledSet) -> Iterator[dict[str, Any]]:
    """The cases of a report that are wrong by the gold."""
    for finding in report.findings:
        key = f"{finding.claim.source_id}/{finding.claim.id}"
        opposing = data.opposing[key]
        points = {f"{p.statement.source_id}/{p.statement.id}": p for p in finding.counterpoints}
        first = next(iter(points))
        alarm = not opposing and finding.verdict in {"countered", "conflicting"}
        if alarm or (opposing and first not in opposing):
            yield {
                "set": data.name,
                "kind": "alarm" if alarm else "first",
                "claim": finding.claim.text,
                "verdict": finding.verdict,
                "put first": _told(points[first]),
                "which": "supports" if first in data.supporting.get(key, ()) else "neutral",
                "counterpoints": [_told(points[name]) for name in sorted(opposing)],
            }


def _told(point: Counterpoint) -> dict[str, Any]:
    assert point.stance is not None
    return {
        "rank": point.rank,
        "similarity": point.similarity,
        "opposes": point.stance.opposes,
        "supports": point.stance.supports,
        "text": point.statement.text,
    }


if __name__ == "__main__":
    main()
