"""How much an approximate search found, estimated on a sample: all of it would be exact search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.index.shards import Shard, whole
from factcheck.index.vectors import blocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.index.catalogue import Catalogue
    from factcheck.index.table import Table

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]
    Figures = NDArray[np.float64]

_QUERIES = 20
_TEXTS = 65_536
_ONE_IN = 32  # texts are looked at, at least
_RUN = 1_024  # texts that stand together are read together
_ROUNDING = 1e-6  # of a product in float32


def recall(
    table: Table, catalogue: Catalogue, queries: Vectors, scores: Figures, numbers: Numbers
) -> float:
    """Of the texts as near as the furthest that was found, what share was found.

    Some texts, spread over the index, are set against some of the queries; what is nearer than
    the furthest found and was not found is counted, and taken for as much as the sample is of
    all: `found / (found + missed * texts / looked at)`.

    Args:
        table: The index.
        catalogue: The texts that were looked among.
        queries: Float32, shape (q, d).
        scores: Cosines of what was found, shape (q, k).
        numbers: Of the texts found, shape (q, k); -1 for none.

    Returns:
        0..1, four decimals; exact for all that was asked where there are few texts and queries.
    """
    few = np.unique(np.linspace(0, len(queries) - 1, _QUERIES).astype(np.int64))
    asked, found = queries[few], numbers[few]
    furthest = np.where(found >= 0, scores[few], np.inf).min(axis=1, initial=np.inf)
    sample = _sample(whole(table, catalogue))
    known = _pairs(np.arange(len(few))[:, None], found, len(catalogue))[found >= 0]
    missed = np.zeros(len(few))
    for block, here in blocks_of(table, sample):
        row, column = np.nonzero(asked @ block.T > furthest[:, None] + _ROUNDING)
        new = ~np.isin(_pairs(row, here[column], len(catalogue)), known)
        missed += np.bincount(row[new], minlength=len(few))
    had = (found >= 0).sum(axis=1)
    # Where fewer were found than were asked for, at least the rest was missed.
    gone = np.maximum(missed * len(catalogue) / len(sample.places), found.shape[1] - had)
    return round(float(had.sum() / max(1.0, (had + gone).sum())), 4)


def _sample(every: Shard) -> Shard:
    """Some texts of all, in runs that stand evenly spread."""
    count = len(every.places)
    wanted = max(_TEXTS, count // _ONE_IN)
    if wanted >= count:
        return every
    starts = np.linspace(0, count - _RUN, wanted // _RUN).astype(np.int64)
    chosen = (starts[:, None] + np.arange(_RUN)).ravel()
    return Shard(every.places[chosen], every.numbers[chosen], every.rows)


def _pairs(rows: Numbers, numbers: Numbers, count: int) -> Numbers:
    """A number for each pair of a query and a text."""
    return rows * count + numbers
