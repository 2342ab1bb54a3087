"""How ranking by similarity does against the curators' labels, and how chance would do."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck import compare, read_claim_files

if TYPE_CHECKING:
    from collections.abc import Sequence

CLAIMS = Path(__file__).resolve().parent.parent / "claims"
TOP = 3


def hits(expected: Sequence[str], ranked: Sequence[str]) -> list[bool]:
    """Which of the ranked statements are expected."""
    return [key in expected for key in ranked]


def share(name: str, count: int, total: int) -> str:
    """A count as a line."""
    return f"{name}: {count}/{total} = {count / total:.3f}" if total else f"{name}: none"


def chance_of_reciprocal(expected: int, total: int) -> float:
    """The mean of 1/rank of the first expected statement, over all orders of the statements."""
    orders = math.comb(total, expected)
    ranks = range(1, total - expected + 2)
    return sum(math.comb(total - rank, expected - 1) / orders / rank for rank in ranks)


def main() -> None:
    """Rank all statements for each claim and print how often the expected ones come first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=Path, default=CLAIMS, help="a folder of claim files")
    files = read_claim_files([parser.parse_args().claims])
    report = compare(files.claims, files.statements, k=len(files.statements))
    ranked = {
        f"{finding.claim.source_id}/{finding.claim.id}": [
            f"{point.statement.source_id}/{point.statement.id}" for point in finding.counterpoints
        ]
        for finding in report.findings
    }
    expected = {c.key: c.expect.counterpoints for c in files.claims if c.expect}
    expected = {key: counterpoints for key, counterpoints in expected.items() if counterpoints}
    uncovered = sum(1 for c in files.claims if c.expect and c.expect.uncovered)
    marks = [hits(counterpoints, ranked[key]) for key, counterpoints in expected.items()]
    total = len(marks)
    print(f"{len(files.claims)} claims, {len(files.statements)} statements")
    print(share("claims with expected counterpoints", total, len(files.claims)))
    print(share("claims expected uncovered", uncovered, len(files.claims)))
    print(share("acc@1, an expected one is first", sum(m[0] for m in marks), total))
    print(share(f"an expected one is in the first {TOP}", sum(any(m[:TOP]) for m in marks), total))
    found = sum(sum(m[:TOP]) for m in marks)
    best = sum(min(TOP, sum(m)) for m in marks)
    print(share(f"P@{TOP}, expected among the first {TOP}", found, TOP * total))
    print(share(f"  the most that P@{TOP} could be", best, TOP * total))
    reciprocal = sum(1 / (m.index(True) + 1) for m in marks)
    chances = sum(chance_of_reciprocal(sum(m), len(m)) for m in marks)
    firsts = sum(sum(m) / len(m) for m in marks)
    print(f"MRR: {reciprocal:.3f}/{total} = {reciprocal / max(total, 1):.3f}")
    print(
        f"a random order would have: acc@1 and P@{TOP} {firsts / max(total, 1):.3f}, "
        f"MRR {chances / max(total, 1):.3f}"
    )


if __name__ == "__main__":
    main()
