"""An index as what claims are set against, in the place of statements in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from factcheck.corpus import Corpus, Nearest
from factcheck.errors import InputError
from factcheck.index.candidates import approximate, fused, lexical
from factcheck.index.catalogue import Catalogue, catalogue_of, digested
from factcheck.index.columns import PLACED, Records, damaged
from factcheck.index.extra import arrow
from factcheck.index.header import check_header
from factcheck.index.recall import recall
from factcheck.index.table import Table, reading
from factcheck.index.tending import ANN_FROM, VECTORS, index_names
from factcheck.index.vectors import nearest, similarities
from factcheck.report import ReportSource, Searched
from factcheck.shown import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.inference import Progress
    from factcheck.records import Claim, Statement
    from factcheck.report import Retrieve

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]

    Find = Callable[[Table, Catalogue, Vectors, int], tuple[NDArray[np.float64], Numbers]]

_AT_ONCE = 1_024


@dataclass(frozen=True)
class Search:
    """How candidates are found.

    Attributes:
        where: A checked filter; None for all rows.
        retrieve: By vectors, by words, or both.
        ann: Whether by the store's index over vectors, where there are enough of them.
        ann_from: From so many texts on.
    """

    where: str | None = None
    retrieve: Retrieve = "dense"
    ann: bool = False
    ann_from: int = ANN_FROM


class IndexCorpus(Corpus):
    """The statements of an index at one version, as far as a filter leaves them.

    Args:
        table: The index.
        search: How candidates are found.
        find: What finds the exact nearest; `nearest`, or the same done elsewhere.
    """

    def __init__(self, table: Table, search: Search | None = None, find: Find = nearest) -> None:
        """Remember the table; its keys are read when they are first asked for."""
        self.table = table
        self._find = find
        self.search = search or Search()
        self._records = Records()
        self._recall: float | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The rows that the filter leaves."""
        return catalogue_of(self.table, self.search.where)

    @property
    def approximate(self) -> bool:
        """Whether the search is approximate: asked for, and enough texts for it."""
        asked = self.search.ann and self.search.retrieve != "lexical"
        return asked and len(self.catalogue) >= self.search.ann_from

    @property
    def searched(self) -> Searched:
        """How candidates were found."""
        return Searched(
            where=self.search.where,
            retrieve=self.search.retrieve,
            approximate=self.approximate,
            recall=self._recall,
        )

    def nearest(
        self, claims: Sequence[Claim], encoder: Encoder, reach: int, progress: Progress
    ) -> Nearest:
        """The candidates of each claim; only claims are encoded.

        Raises:
            InputError: The index was made with another encoder, or lacks what the search needs.
        """
        check_header(self.table.header, encoder, self.table.place)
        reach = min(reach, len(self.catalogue))
        texts = list(dict.fromkeys(claim.text for claim in claims))
        row = {text: number for number, text in enumerate(texts)}
        scores, numbers = self._found(texts, encoder.encode(texts, progress), reach)
        of_claims = [row[claim.text] for claim in claims]
        shelf = _Shelf(self)
        return Nearest(
            shelf, rounded(scores[of_claims]), numbers[of_claims], shelf.fetch, self._goes_by
        )

    def _found(
        self, texts: Sequence[str], queries: Vectors, reach: int
    ) -> tuple[NDArray[np.float64], Numbers]:
        filtered = self.search.where is not None
        if self.search.retrieve == "lexical":
            numbers = lexical(self.table, self.catalogue, texts, reach, filtered=filtered)
        elif self.search.retrieve == "hybrid":
            dense = self._dense(queries, reach)[1]
            words = lexical(self.table, self.catalogue, texts, reach, filtered=filtered)
            numbers = fused(dense, words, reach)
        else:
            return self._dense(queries, reach)
        return similarities(self.table, self.catalogue, queries, numbers), numbers

    def _dense(self, queries: Vectors, reach: int) -> tuple[NDArray[np.float64], Numbers]:
        """The nearest by vectors, best first."""
        if not self.approximate:
            return self._find(self.table, self.catalogue, queries, reach)
        if VECTORS not in index_names(self.table):
            raise InputError(
                f"{self.table.place}: has no index for an approximate search; make it by: "
                f"factcheck index compact --ann {self.table.place}"
            )
        filtered = self.search.where is not None
        numbers = approximate(self.table, self.catalogue, queries, reach, filtered=filtered)
        scores = similarities(self.table, self.catalogue, queries, numbers)
        scores[numbers < 0] = -np.inf
        best = np.lexsort((numbers, -scores), axis=1)[:, :reach]
        scores = np.take_along_axis(scores, best, axis=1)
        numbers = np.take_along_axis(numbers, best, axis=1)
        self._recall = recall(self.table, self.catalogue, queries, scores, numbers)
        return scores, numbers

    def __contains__(self, key: object) -> bool:
        """Whether a statement that the filter leaves has this key."""
        return isinstance(key, str) and self.catalogue.place(key) is not None

    def __iter__(self) -> Iterator[Statement]:
        """All statements that the filter leaves, in the order of their keys."""
        for start in range(0, len(self.catalogue.keys), _AT_ONCE):
            stop = min(start + _AT_ONCE, len(self.catalogue.keys))
            yield from self.at(np.arange(start, stop))

    def __len__(self) -> int:
        """How many statements the filter leaves."""
        return len(self.catalogue.keys)

    def at(self, places: Numbers) -> list[Statement]:
        """The statements at places of the catalogue, in the order of the places.

        Raises:
            InputError: The index is damaged there.
        """
        rows = self._rows(self.catalogue.addresses[places], [*PLACED, "text"])
        pointing = [n for n, row in enumerate(rows) if row["text"] is None]
        numbers = self.catalogue.texts[places[pointing]]
        texts = self._rows(self.catalogue.holders[numbers], ["text"])
        for n, told in zip(pointing, texts, strict=True):
            rows[n]["text"] = told["text"]
        if broken := next((row for row in rows if row["text"] is None), None):
            raise damaged(broken["key"])
        return [self._records.statement(row, row["text"]) for row in rows]

    def _rows(self, addresses: NDArray[np.uint64], columns: list[str]) -> list[dict[str, Any]]:
        if not len(addresses):
            return []
        order = np.argsort(addresses)
        with reading(self.table.place):
            taken = self.table.data._take_rows(addresses[order].tolist(), columns)  # noqa: SLF001 - the only way by address
        rows: list[dict[str, Any]] = taken.to_pylist()
        return [rows[place] for place in np.argsort(order)]

    def others(self, statement: Statement) -> Sequence[Statement]:
        """The statements with the same text, in the order of their keys."""
        if len(self.catalogue.keys) == len(self.catalogue):
            return ()
        place = self.catalogue.place(statement.key)
        return () if place is None else self.at(self.catalogue.others(place))

    def sources(self) -> Iterable[ReportSource]:
        """The sources of the rows that the filter leaves."""
        pc = arrow().compute
        named = pc.replace_substring_regex(self.catalogue.keys, "/.*$", "").dictionary_encode()
        _, places = np.unique(named.indices.to_numpy(), return_index=True)
        columns = [name for name in PLACED if not name.startswith("quote")]
        for start in range(0, len(places), _AT_ONCE):
            addresses = self.catalogue.addresses[places[start : start + _AT_ONCE]]
            for row in self._rows(addresses, columns):
                yield ReportSource.of(self._records.source(row), row["path"])

    def suppressing(self) -> Iterable[Statement]:
        """The statements that silence a rule."""
        where = self.search.where
        told = "suppress IS NOT NULL" if where is None else f"({where}) AND suppress IS NOT NULL"
        with reading(self.table.place):
            keys = self.table.data.scanner(columns=["key"], filter=told).to_table()["key"]
        places = [self.catalogue.place(key) for key in sorted(keys.to_pylist())]
        return self.at(np.array([each for each in places if each is not None], np.int64))

    def digested(self) -> Iterable[memoryview]:
        """Of each statement that the filter leaves its `digest`, in the order of their keys."""
        return digested(self.table, self.catalogue)

    def check(self) -> None:
        """Refuse an index that holds no statement, or none that the filter leaves.

        Raises:
            InputError: It does.
        """
        if not len(self.catalogue):
            what = "no statement" if self.search.where is None else "no statement that --where or"
            rest = "" if self.search.where is None else " --kind leaves"
            raise InputError(f"{self.table.place}: holds {what}{rest}")

    def _goes_by(self, key: str) -> str:
        """The least key of those with the same text."""
        place = self.catalogue.place(key)
        if place is None:
            return key
        return str(self.catalogue.keys[int(self.catalogue.first[self.catalogue.texts[place]])])


class _Shelf(Sequence["Statement"]):
    """The texts of an index as statements, each by its least key; read when they are needed."""

    def __init__(self, corpus: IndexCorpus) -> None:
        self._corpus = corpus
        self._here: dict[int, Statement] = {}

    def fetch(self, rows: Numbers) -> None:
        """Read what is looked at next, and let go of the rest."""
        missing = np.array([row for row in rows.tolist() if row not in self._here], np.int64)
        kept = {row: self._here[row] for row in rows.tolist() if row in self._here}
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            found = self._corpus.at(self._corpus.catalogue.first[part])
            kept |= dict(zip(part.tolist(), found, strict=True))
        self._here = kept

    def __len__(self) -> int:
        return len(self._corpus.catalogue)

    @overload
    def __getitem__(self, row: int) -> Statement: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Statement]: ...
    def __getitem__(self, row: int | slice) -> Statement | Sequence[Statement]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        if int(row) not in self._here:
            self.fetch(np.array([*self._here, int(row)], np.int64))
        return self._here[int(row)]
