"""Where a text holds something very like a passage.

Places that share many short runs of characters with the passage are looked up first,
all at once; only the best few are compared in full, and their ends found exactly. So
the work grows with the text's length and not with how cunningly it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]

SHORTEST = 12
"""A passage of fewer characters is like too much."""

_RUN = 5
_BUCKETS = 1 << 20
_SHARED = 0.25  # of the runs: what is left of them where every sixth character is wrong
_MOST = 16
_END = 160  # so many characters tell where a passage begins, and where it ends


@dataclass(frozen=True)
class Near:
    """`text[start:end]`, and how like the passage it is: 1 less the edits per character."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, eq=False)
class Index:
    """A text with the runs of characters it is made of."""

    text: str
    runs: Codes


def index(text: str) -> Index:
    """Make a text ready to be searched many times."""
    return Index(text, _runs(_codes(text)))


def nearest(indexed: Index, passage: str, least: float) -> list[Near]:
    """The places most like a passage, the likest first; none where it is too short.

    Args:
        indexed: The text.
        passage: What is looked for.
        least: The similarity below which a place is passed over.
    """
    if len(passage) < SHORTEST:
        return []
    found = {_aligned(indexed.text, passage, start) for start in _starts(indexed, passage)}
    near = [each for each in found if each.similarity >= least]
    return _apart(sorted(near, key=lambda each: (-each.similarity, each.start)))


def likeness(one: str, other: str) -> float:
    """1 less the edits per character of the longer."""
    return float(Levenshtein.normalized_similarity(one, other))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _runs(codes: Codes) -> Codes:
    """The runs of some characters at each place, each as a number below `_BUCKETS`."""
    count = max(0, len(codes) - _RUN + 1)
    mixed = np.zeros(count, np.uint32)
    for n in range(_RUN):
        mixed *= np.uint32(0x01000193)
        mixed ^= codes[n : n + count]
    mixed ^= mixed >> np.uint32(15)
    return np.asarray(mixed & np.uint32(_BUCKETS - 1))


def _starts(indexed: Index, passage: str) -> list[int]:
    """About where the places begin that share most runs with the passage."""
    wanted = np.zeros(_BUCKETS, np.bool_)
    wanted[_runs(_codes(passage))] = True
    upto = np.concatenate(([0], np.cumsum(wanted[indexed.runs], dtype=np.int32)))
    size = len(passage) - _RUN + 1
    begins = np.arange(0, len(upto), max(1, size // 8))
    counts = upto[np.minimum(begins + size, len(upto) - 1)] - upto[begins]
    least = max(1, _SHARED * size, 0.5 * counts.max(initial=0))
    good = np.flatnonzero(counts >= least)
    found: list[int] = []
    # Of neighbours the best one counts; of very many, the first of the best.
    for at in good[np.argsort(-counts[good], kind="stable")][: 64 * _MOST]:
        begin = int(begins[at])
        if all(abs(begin - other) > size // 2 for other in found):
            found.append(begin)
        if len(found) == _MOST:
            break
    return found


def _aligned(text: str, passage: str, about: int) -> Near:
    """The stretch near a place that is likest to the passage."""
    size, slack = len(passage), len(passage) // 2 + _RUN
    low = max(0, about - slack)
    codes = _codes(text[low : about + size + slack])
    head, _ = _best_span(_codes(passage[:_END]), codes)
    _, tail = _best_span(_codes(passage[-_END:]), codes)
    # Where one end was rewritten, the other tells.
    spans = {(head, tail), (head, head + size), (tail - size, tail)}
    kept = [
        (max(0, start) + low, min(end, len(codes)) + low) for start, end in spans if start < end
    ]
    scored = [(likeness(passage, text[start:end]), start - end, start, end) for start, end in kept]
    similarity, _, start, end = max(scored)
    return Near(start, end, similarity)


def _best_span(pattern: Codes, codes: Codes) -> tuple[int, int]:
    """The stretch of `codes` with the fewest edits to `pattern` (Sellers' algorithm)."""
    costs = _costs(pattern, codes, anchored=False)
    end = _last_of_first(costs)
    back = _costs(pattern[::-1], codes[:end][::-1][: 2 * len(pattern)], anchored=True)
    return end - _last_of_first(back), end


def _costs(pattern: Codes, codes: Codes, *, anchored: bool) -> NDArray[np.int32]:
    """The edits from `pattern` to the best stretch that ends after each of `codes`.

    A stretch begins at the first of them where it is `anchored`, else anywhere.
    """
    steps = np.arange(len(codes) + 1, dtype=np.int32)
    costs = steps.copy() if anchored else np.zeros_like(steps)
    for n, code in enumerate(pattern, start=1):
        row = np.empty_like(costs)
        row[0] = n
        row[1:] = np.minimum(costs[1:] + 1, costs[:-1] + (codes != code))
        costs = np.minimum.accumulate(row - steps) + steps
    return costs


def _last_of_first(costs: NDArray[np.int32]) -> int:
    """Where the least cost is first reached, and the last place of it in that row.

    A changed last character costs as much as one left out; it belongs to the passage.
    """
    least = int(costs.argmin())
    other = np.flatnonzero(costs[least:] != costs[least])
    return least + (int(other[0]) if len(other) else len(costs) - least) - 1


def _apart(near: list[Near]) -> list[Near]:
    """Without those that overlap a better one."""
    kept: list[Near] = []
    for each in near:
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return kept
