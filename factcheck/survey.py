"""Ranked claims, as they pass by, to the landscape of all their pairs.

Memory is bounded: a claim leaves behind at most `MOST_SOURCES` cells, and pairs are
counted in a grid once there are more than `MOST_DOTS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.landscape import Cell, Dot, Expected, Landscape, Nearest
from factcheck.report import ReportStatement
from factcheck.shown import rounded, stance_of
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from factcheck.ranked import RankedPairs
    from factcheck.records import StanceLabel

    Figures = NDArray[np.float64]

MOST_DOTS = 8_000
"""Up to so many pairs are drawn one by one."""

MOST_SOURCES = 40
"""Of so many sources a claim's most opposing statement is kept."""

_ACROSS, _UP = 100, 50  # bins of the grid: similarity -1..1, contrast 0..1
_OPPOSES = LABELS.index("opposes")
_NAMES: tuple[StanceLabel, ...] = ("opposes", "neutral", "supports")  # as `LABELS`, with types


class Survey:
    """Gathers a landscape; `compare(…, seen=survey.add)`."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._cells: list[tuple[Cell, ...]] = []
        self._expected: list[Expected] = []
        self._dots: list[Dot] | None = []
        self._grid = np.zeros((len(LABELS), _ACROSS, _UP), np.int64)
        self._nearest = dict.fromkeys(LABELS, 0)
        self._told: dict[int, ReportStatement] = {}
        self._statements = 0

    def add(self, pairs: RankedPairs) -> None:
        """See one claim with its statements in order."""
        self._statements = len(pairs.statements)
        probabilities = pairs.probabilities
        if probabilities is None or not len(pairs):
            self._cells.append(())
            self._expected += _missing(pairs, len(self._cells) - 1)
            return
        contrast = rounded(pairs.ranking.scores(pairs.similarities, probabilities))
        labels = probabilities.argmax(axis=1)
        nearness = np.lexsort((pairs.rows, -pairs.similarities))
        self._nearest[LABELS[labels[nearness[0]]]] += 1
        self._plot(pairs.similarities, contrast, labels)
        self._cells.append(tuple(self._strongest(pairs, probabilities)))
        self._expect(pairs, contrast, nearness)

    def landscape(self) -> Landscape:
        """What was seen so far."""
        dots = self._dots
        return Landscape(
            cells=tuple(self._cells),
            dots=tuple(self._binned() if dots is None else dots),
            binned=dots is None,
            expected=tuple(self._expected),
            nearest=Nearest(**self._nearest),
            pairs=int(self._grid.sum()),
            statements=self._statements,
        )

    def _plot(self, similarities: Figures, contrast: Figures, labels: NDArray[np.int64]) -> None:
        across = np.clip((similarities + 1) / 2 * _ACROSS, 0, _ACROSS - 1).astype(np.int64)
        up = np.clip(contrast * _UP, 0, _UP - 1).astype(np.int64)
        np.add.at(self._grid, (labels, across, up), 1)
        if self._dots is None:
            return
        if len(self._dots) + len(labels) > MOST_DOTS:
            self._dots = None
            return
        self._dots += [
            Dot(x, y, _NAMES[label])
            for x, y, label in zip(
                similarities.tolist(), contrast.tolist(), labels.tolist(), strict=True
            )
        ]

    def _binned(self) -> Iterator[Dot]:
        for label, across, up in np.argwhere(self._grid).tolist():
            x, y = (across + 0.5) * 2 / _ACROSS - 1, (up + 0.5) / _UP
            count = int(self._grid[label, across, up])
            yield Dot(round(x, 4), round(y, 4), _NAMES[label], count)

    def _strongest(self, pairs: RankedPairs, probabilities: Figures) -> Iterator[Cell]:
        seen: set[str] = set()
        values = probabilities[:, _OPPOSES]
        for place in np.lexsort((pairs.rows, -values)).tolist():
            source_id = pairs.statements[pairs.rows[place]].source.id
            if source_id in seen:
                continue
            seen.add(source_id)
            yield Cell(source_id, self._statement(pairs, place), float(values[place]))
            if len(seen) == MOST_SOURCES:
                return

    def _statement(self, pairs: RankedPairs, place: int) -> ReportStatement:
        """A statement as it is told, made once for all claims that it is set against."""
        row = int(pairs.rows[place])
        if row not in self._told:
            self._told[row] = ReportStatement.of(pairs.statements[row])
        return self._told[row]

    def _expect(self, pairs: RankedPairs, contrast: Figures, nearness: NDArray[np.int64]) -> None:
        claim = len(self._cells) - 1
        for key in pairs.claim.expect.counterpoints if pairs.claim.expect else ():
            place = pairs.place(key)
            if place is None:
                self._expected.append(Expected(claim, key))
                continue
            pair = pairs.pair(place)
            assert pair.probabilities is not None
            self._expected.append(
                Expected(
                    claim,
                    key,
                    self._statement(pairs, place),
                    rank=place + 1,
                    rank_by_similarity=int(np.flatnonzero(nearness == place)[0]) + 1,
                    similarity=pair.similarity,
                    contrast=float(contrast[place]),
                    stance=stance_of(pair.probabilities),
                )
            )


def _missing(pairs: RankedPairs, claim: int) -> list[Expected]:
    expect = pairs.claim.expect
    return [Expected(claim, key) for key in (expect.counterpoints if expect else ())]
