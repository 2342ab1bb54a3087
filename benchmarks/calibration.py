"""When figures fitted to labels beat the packaged ones on claims that were not labelled.

    python benchmarks/calibration.py --data ../shared/data --cache runs/cache

Of each set some claims are drawn and calibrated by; the rest is judged by what that gives and
by what is packaged. `documents_dev` is unlike what the temperature was fitted on; `matrices` is
what it was fitted on, so that there is nothing to gain; `stance` is public, its dev split.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from factcheck.cache import CachedEncoder, CachedStance, VectorCache
from factcheck.crossvalidation import calibrated, figures
from factcheck.encoders import SentenceEncoder
from factcheck.fitting import JudgedClaim, judge
from factcheck.labelled import read_document_sets
from factcheck.labelling import LabelledClaim, by_claim
from factcheck.running import Execution
from factcheck.stance import LABELS
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.stance.ranking import default_ranking
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))
import mix  # noqa: E402 - lies in training/

_STATEMENTS = 8  # of each claim the best ranked, as a reviewer is shown them
_DRAWN = (20, 30, 60)


def document_claims(folder: Path) -> list[LabelledClaim]:
    """All statements of a set against each of its labelled claims."""
    told = []
    for each in read_document_sets(folder):
        for claim in each.claims:
            opposing, supporting = each.opposing[claim.key], each.supporting[claim.key]
            labels = tuple(
                0 if one.key in opposing else 2 if one.key in supporting else 1
                for one in each.statements
            )
            texts = tuple(one.text for one in each.statements)
            told.append(LabelledClaim(claim.text, texts, labels))
    return told


def matrix_claims(folder: Path, limit: int) -> list[LabelledClaim]:
    """Cells of the authored dev matrices."""
    cells = [
        ((pair.statement, pair.claim), LABELS.index(pair.label))
        for matrix in mix.matrices(folder, "dev")
        for _, pair in matrix.pairs()
    ]
    return by_claim(cells[:limit])[0]


def stance_claims(folder: Path, limit: int) -> list[LabelledClaim]:
    """Public stance pairs, claims with at least three of them, seven a claim."""
    rows: defaultdict[str, list[tuple[tuple[str, str], int]]] = defaultdict(list)
    for row in mix._lines(folder / "stance.jsonl.gz"):  # noqa: SLF001 - as training reads it
        if row["split"] == "dev" and len(row["text"]) <= 600:
            label = 0 if row["label"] == "oppose" else 2
            rows[row["claim"]].append(((row["text"], row["claim"]), label))
    claims = sorted(claim for claim, pairs in rows.items() if len(pairs) >= 3)
    chosen = random.Random(1).sample(claims, min(limit, len(claims)))  # noqa: S311 - no secret
    return by_claim(pair for claim in chosen for pair in rows[claim][:7])[0]


def best(claims: Sequence[JudgedClaim], count: int) -> list[JudgedClaim]:
    """Of each claim the statements that rank best."""
    told = []
    for claim in claims:
        scores = default_ranking().scores(claim.similarities, claim.probabilities)
        at = np.argsort(-scores, kind="stable")[:count]
        told.append(
            JudgedClaim(
                claim.text, claim.similarities[at], claim.probabilities[at], claim.labels[at]
            )
        )
    return told


def draw(claims: Sequence[JudgedClaim], count: int, times: int) -> str:
    """How calibrating by some claims does on the others, drawn several times."""
    base, chance = default_ranking(), np.random.default_rng(0)
    rows: defaultdict[str, list[float]] = defaultdict(list)
    parts: defaultdict[str, int] = defaultdict(int)
    for _ in range(times):
        order = chance.permutation(len(claims))
        found = calibrated([claims[n] for n in order[:count]], base)
        rest = [claims[n] for n in order[count:]]
        before = figures(rest, [base] * len(rest))
        after = figures(rest, [found.ranking] * len(rest))
        for part in found.parts:
            parts[part] += 1
        for name, value in after.items():
            if value is not None:
                rows[name].append(value - (before[name] or 0))
    nll = np.array(rows["nll"])
    told = f"NLL better {(nll < 0).mean():4.0%}, worse {(nll > 0).mean():4.0%}; mean change "
    names = ("nll", "ece", "macro_f1", "MRR", "countered", "false_alarms")
    told += " ".join(f"{name} {np.mean(rows[name]):+.4f}" for name in names if rows[name])
    return told + "; fitted " + (", ".join(f"{k} {v / times:.0%}" for k, v in parts.items()) or "-")


def main() -> None:
    """Judge each set once, draw, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    cache = VectorCache(options.cache)
    encoder = CachedEncoder(
        SentenceEncoder(resolve(DEFAULT_ENCODER), Execution(batch_size=64)), cache
    )
    stance = CachedStance(
        CrossEncoderStance(resolve_stance(DEFAULT_STANCE), Execution(batch_size=64)), cache
    )
    sets = {
        "documents_dev": document_claims(options.data / "eval" / "documents_dev"),
        "matrices, dev": matrix_claims(options.data / "train", 900),
        "stance, dev": stance_claims(options.data / "train", 110),
    }
    for name, labelled in sets.items():
        every = judge(labelled, encoder=encoder, stance=stance)
        kinds = {name: every}
        if name == "documents_dev":
            kinds = {f"{name}, best {_STATEMENTS}": best(every, _STATEMENTS), **kinds}
        for kind, claims in kinds.items():
            for count in _DRAWN:
                if count < len(claims) * 0.8:
                    told = draw(claims, count, options.times)
                    print(f"{kind} ({len(claims)} claims), {count} drawn: {told}", flush=True)


if __name__ == "__main__":
    main()
