"""Where passages stand in a text, character for character.

A text that is searched for thousands of passages is indexed by its runs of characters at every
sixteenth place: any 31 characters of a passage hold one of them whole, so that only
places that share such a run are compared.
"""

from __future__ import annotations

from array import array
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_RUN = 16
_WINDOW = 2 * _RUN - 1
_WINDOWS = 4  # of a passage, at most so many are tried
_FEW = 50  # with so few places to compare, no better window is looked for


class _Index(NamedTuple):
    """Runs by buckets, which several may share.

    Attributes:
        mask: What of a run's hash is the number of its bucket.
        upto: How many runs are in the buckets before each.
        places: Where the runs stand, by bucket and in order.
    """

    mask: int
    upto: array[int]
    places: array[int]


class Occurrences:
    """The places of passages in one text."""

    def __init__(self, text: str, most: int, *, indexed: bool = False) -> None:
        """Keep the text; nothing is done before it is needed.

        Args:
            text: What is searched.
            most: Of so many places of a passage, the first ones are told.
            indexed: Whether to index it, which pays where it is searched for hundreds of passages.
        """
        self._text = text
        self._most = most
        self._indexed = indexed

    def of(self, passage: str) -> list[int]:
        """Where a passage begins, in order; overlapping places count."""
        starts = self._candidates(passage) if self._indexed else None
        if starts is None:
            return list(islice(_scanned(self._text, passage), self._most))
        return [start for start in starts if self._text.startswith(passage, start)][: self._most]

    def _candidates(self, passage: str) -> list[int] | None:
        """Where a passage could begin; None where reading the text is the better way."""
        last = min(len(passage) - _WINDOW, _WINDOW * (_WINDOWS - 1))
        best: tuple[int, int, list[tuple[int, int]]] | None = None
        for at in range(0, last + 1, _WINDOW):
            spans = [self._span(passage[n : n + _RUN]) for n in range(at, at + _RUN)]
            count = sum(high - low for low, high in spans)
            if best is None or count < best[0]:
                best = count, at, spans
            if count <= _FEW:
                break
        if best is None or best[0] > self._most:  # too short, or a text that repeats itself
            return None
        starts = [
            place - skipped
            for skipped, (low, high) in enumerate(best[2], start=best[1])
            for place in self._index.places[low:high]
        ]
        return sorted(start for start in starts if start >= 0)

    def _span(self, run: str) -> tuple[int, int]:
        """Which of the places are those of a run's bucket."""
        index = self._index
        bucket = hash(run) & index.mask
        return index.upto[bucket], index.upto[bucket + 1]

    @cached_property
    def _index(self) -> _Index:
        count = max(0, len(self._text) - _RUN + 1)
        starts = range(0, count, _RUN)
        mask = (1 << (len(starts).bit_length() + 1)) - 1
        hashes = (hash(self._text[start : start + _RUN]) for start in starts)
        buckets = np.fromiter(hashes, np.int64, len(starts)) & mask
        upto = np.concatenate(([0], np.cumsum(np.bincount(buckets, minlength=mask + 1))))
        places = np.argsort(buckets, kind="stable") * _RUN
        return _Index(mask, _numbers(upto), _numbers(places))


def _numbers(values: NDArray[np.int64]) -> array[int]:
    """As an array that gives plain numbers, one at a time and fast."""
    return array("i", values.astype(np.int32).tobytes())


def _scanned(text: str, passage: str) -> Iterator[int]:
    at = text.find(passage)
    while at >= 0:
        yield at
        at = text.find(passage, at + 1)
