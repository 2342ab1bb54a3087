"""What claims are set against: statements in memory, or, by the same interface, in an index.

A corpus finds the candidates; they are judged and ranked in one place, `factcheck.ranked`,
wherever they come from.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from factcheck.errors import InputError
from factcheck.report import ReportSource
from factcheck.search import top_k
from factcheck.shown import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.inference import Progress
    from factcheck.records import Claim, Passage, Statement
    from factcheck.report import Searched

    Figures = NDArray[np.float64]
    Rows = NDArray[np.int64]


def _at_hand(_rows: Rows) -> None:
    """Nothing needs to be fetched."""


@dataclass(frozen=True)
class Nearest:
    """For each claim its candidates among the statements.

    Attributes:
        statements: In the order of their keys; `rows` points into it.
        similarities: Cosines, -1..1, four decimals, shape (claims, reach), best first.
        rows: Shape (claims, reach); -1 where a claim has fewer.
        fetch: Called with the rows that are looked at next, before they are.
        name: The key by which a statement goes that is merged with others of the same text.
    """

    statements: Sequence[Statement]
    similarities: Figures
    rows: Rows
    fetch: Callable[[Rows], None] = _at_hand
    name: Callable[[str], str] = str


class Corpus(ABC):
    """The statements that claims are set against."""

    @abstractmethod
    def nearest(
        self, claims: Sequence[Claim], encoder: Encoder, reach: int, progress: Progress
    ) -> Nearest:
        """The candidates of each claim.

        Args:
            claims: In any order.
            encoder: Texts to vectors.
            reach: How many candidates a claim; all where there are fewer.
            progress: Told how many texts are encoded.
        """

    @abstractmethod
    def __contains__(self, key: object) -> bool:
        """Whether a statement has this key."""

    @abstractmethod
    def __iter__(self) -> Iterator[Statement]:
        """All statements, those merged with others too, in the order of their keys."""

    @abstractmethod
    def __len__(self) -> int:
        """How many statements there are, those merged with others too."""

    @abstractmethod
    def others(self, statement: Statement) -> Sequence[Statement]:
        """The statements that are merged with this one, as their text is the same."""

    @abstractmethod
    def sources(self) -> Iterable[ReportSource]:
        """The sources of all statements.

        Raises:
            InputError: Two different sources share an id.
        """

    @abstractmethod
    def suppressing(self) -> Iterable[Statement]:
        """The statements that silence a rule."""

    @abstractmethod
    def digested(self) -> Iterable[bytes | memoryview]:
        """Of each statement its `digest`, in the order of their keys, cut anywhere."""

    @abstractmethod
    def check(self) -> None:
        """Refuse what nothing can be compared with.

        Raises:
            InputError: There is no statement, or two share a `source/id`.
        """

    @property
    @abstractmethod
    def searched(self) -> Searched | None:
        """How candidates were found, for the report; None where all statements were read."""


class Listed(Corpus):
    """Statements in memory.

    Args:
        statements: In any order.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Put them in the order of their keys."""
        self.statements = tuple(sorted(statements, key=lambda statement: statement.key))
        self._keys = frozenset(statement.key for statement in self.statements)

    def nearest(
        self, claims: Sequence[Claim], encoder: Encoder, reach: int, progress: Progress
    ) -> Nearest:
        """The nearest statements."""
        asked, texts = ([each.text for each in side] for side in (claims, self.statements))
        scores, rows = nearest_texts(asked, texts, encoder, reach, progress)
        return Nearest(self.statements, rounded(scores), rows)

    def __contains__(self, key: object) -> bool:
        """Whether a statement has this key."""
        return key in self._keys

    def __iter__(self) -> Iterator[Statement]:
        """All statements, in the order of their keys."""
        return iter(self.statements)

    def __len__(self) -> int:
        """How many statements there are."""
        return len(self.statements)

    def others(self, statement: Statement) -> Sequence[Statement]:
        """None: statements in files stand each for itself."""
        _ = statement
        return ()

    def sources(self) -> Iterable[ReportSource]:
        """The sources of all statements.

        Raises:
            InputError: Two different sources share an id.
        """
        return sources_of(self.statements)

    def suppressing(self) -> Iterable[Statement]:
        """The statements that silence a rule."""
        return [statement for statement in self.statements if statement.suppress]

    def digested(self) -> Iterable[bytes]:
        """Of each statement its `digest`, in the order of their keys."""
        return map(digest, self.statements)

    def check(self) -> None:
        """Refuse what nothing can be compared with.

        Raises:
            InputError: There is no statement, or two share a `source/id`.
        """
        check_keys("statement", self.statements)

    @property
    def searched(self) -> Searched | None:
        """None: all were read."""
        return None


def corpus_of(statements: Iterable[Statement] | Corpus) -> Corpus:
    """A corpus as it is; statements as one."""
    return statements if isinstance(statements, Corpus) else Listed(statements)


def nearest_texts(
    asked: Sequence[str], texts: Sequence[str], encoder: Encoder, k: int, progress: Progress
) -> tuple[Figures, Rows]:
    """The nearest texts to each of others; what stands on both sides is encoded once.

    Args:
        asked: The others, q of them.
        texts: In the order that breaks ties.
        encoder: Texts to vectors.
        k: How many of each.
        progress: Told how many are encoded.

    Returns:
        Cosines and places among the texts, each of shape (q, min(k, n)), best first.
    """
    every = list(dict.fromkeys((*asked, *texts)))
    row = {text: number for number, text in enumerate(every)}
    vectors = encoder.encode(every, progress)
    queries, corpus = (vectors[[row[text] for text in side]] for side in (asked, texts))
    return top_k(queries, corpus, k)


def check_keys(what: str, passages: Sequence[Passage]) -> None:
    """Refuse what cannot be compared.

    Raises:
        InputError: There is none, or two share a `source/id`.
    """
    if not passages:
        raise InputError(f"there is no {what} to compare")
    seen: set[str] = set()
    for key in (passage.key for passage in passages):
        if key in seen:
            raise InputError(f"two {what}s are called {key!r}")
        seen.add(key)


def sources_of(passages: Iterable[Passage]) -> tuple[ReportSource, ...]:
    """The sources of claims or statements.

    Raises:
        InputError: Two different sources share an id.
    """
    return joined_sources(ReportSource.of(passage.source, passage.path) for passage in passages)


def joined_sources(*sides: Iterable[ReportSource]) -> tuple[ReportSource, ...]:
    """Sources, each once, sorted by id.

    Raises:
        InputError: Two different ones share an id.
    """
    found: dict[str, ReportSource] = {}
    for side in sides:
        for told in side:
            if found.setdefault(told.id, told) != told:
                raise InputError(f"two sources are called {told.id!r}")
    return tuple(found[source_id] for source_id in sorted(found))


def digest(passage: Passage) -> bytes:
    """What tells whether a passage is the same: its key, a zero, and the sha256 of its text."""
    return passage.key.encode() + b"\0" + hashlib.sha256(passage.text.encode()).digest()


def corpus_sha256(claims: Sequence[Claim], corpus: Corpus) -> str:
    """Of the ids and texts compared: of the digests of either side, in the order of their keys."""
    whole = hashlib.sha256(len(claims).to_bytes(8, "big"))
    by_key = sorted(claims, key=lambda claim: claim.key)
    for part in chain(map(digest, by_key), corpus.digested()):
        whole.update(part)
    return whole.hexdigest()
