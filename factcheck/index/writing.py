"""Statements into an index, batch by batch: what is new is encoded, written, committed.

What was committed stays, whatever happens next; what is in already is passed over before it
is encoded, so the same work begun again goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.errors import InputError, ModelError
from factcheck.index.columns import rows_of
from factcheck.index.entries import entry_of
from factcheck.index.extra import arrow
from factcheck.index.held import Digests, Held
from factcheck.index.removing import departure
from factcheck.index.table import busy, commit, fragments_of, open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.index.entries import Entry
    from factcheck.index.table import Table
    from factcheck.records import Statement

    Vectors = NDArray[np.float32]

BATCH = 2_048
"""How many new statements are encoded and committed at once; a kill costs at most these."""

UNIT = 1e-3
"""So far from 1 the length of a vector may be."""

_ATTEMPTS = 60


@dataclass(frozen=True)
class Written:
    """What became of the statements given.

    Attributes:
        added: Rows that are new.
        changed: Rows that were there otherwise.
        same: Rows that were there as they are.
        encoded: Texts that no row held.
        removed: Rows of replaced sources that were not given again.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    encoded: int = 0
    removed: int = 0

    @property
    def touched(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: Written) -> Written:
        """Both together."""
        return Written(
            self.added + other.added,
            self.changed + other.changed,
            self.same + other.same,
            self.encoded + other.encoded,
            self.removed + other.removed,
        )


@dataclass(frozen=True)
class Plan:
    """What of a batch goes in.

    Attributes:
        entries: New or changed.
        changed: The keys of those that are there otherwise.
        texts: By their sha256, those that no row holds.
    """

    entries: tuple[Entry, ...]
    changed: tuple[str, ...]
    texts: Mapping[bytes, str]


def write(
    place: str,
    statements: Iterable[Statement],
    encoder: Encoder,
    *,
    replace_sources: bool = False,
    batch: int = BATCH,
    told: Callable[[Written], None] = lambda _written: None,
    before_commit: Callable[[], None] = lambda: None,
) -> Written:
    """Put statements into an index.

    Args:
        place: The index; its encoder is this one.
        statements: In any order, read as they are needed.
        encoder: Texts to vectors.
        replace_sources: Whether a source may be there with other fields.
        batch: How many are committed at once.
        told: Called after each commit with what was done so far.
        before_commit: Called when the rows of a batch are written and not yet committed.

    Raises:
        InputError: Two statements have the same `source/id`, or two sources the same id.
        OutputError: The index cannot be written to; what was committed stays.
    """
    held = Held(open_table(place))
    rules = Rules(held, replace_sources=replace_sources)
    done = Written()
    entries = (entry_of(statement) for statement in statements)
    while given := list(islice(entries, batch)):
        chosen = [entry for entry in given if rules.admit(entry)]
        held, written = put(held, chosen, encoder, before_commit)
        done += replace(written, same=written.same + len(given) - len(chosen))
        told(done)
    return done


class Rules:
    """No two statements with one key, no two sources with one id.

    Args:
        held: What is in already.
        replace_sources: Whether a source may be there with other fields.
    """

    def __init__(self, held: Held, *, replace_sources: bool) -> None:
        """Nothing was admitted yet."""
        self._seen = Digests()
        self._sources: dict[str, bytes] = {}
        self._held = held
        self._replace = replace_sources

    def admit(self, entry: Entry) -> bool:
        """Whether an entry is to go in; not so where the very same came before.

        Raises:
            InputError: Another came before under its key, or with other fields of its source.
        """
        self._check_source(entry)
        before = self._seen.get(entry.key_digest)
        short = entry.content_sha256[: len(entry.key_digest)]
        if before is not None and before != short:
            where = _where(entry)
            raise InputError(f"{where}two statements are called {entry.key!r}; rename one of them")
        if before is None:
            self._seen.add(entry.key_digest, short)
        return before is None

    def _check_source(self, entry: Entry) -> None:
        name = entry.statement.source.id
        known = self._sources.get(name)
        if known is None and not self._replace:
            known = self._held.source(name)
            if known not in {None, entry.source_sha256}:
                raise InputError(
                    f"{_where(entry)}the index has a source called {name!r} with other fields "
                    "(title, publisher, date, …); rename this one, or pass --replace, which "
                    "puts the one given in its place"
                )
        if known is not None and known != entry.source_sha256:
            raise InputError(
                f"{_where(entry)}two sources are called {name!r}, with different fields; rename "
                "one of them, or give both the same title, publisher, date and so on"
            )
        self._sources[name] = entry.source_sha256


def _where(entry: Entry) -> str:
    statement = entry.statement
    if not statement.path:
        return ""
    return f"{statement.path}:{statement.line}: " if statement.line else f"{statement.path}: "


def put(
    held: Held, entries: Sequence[Entry], encoder: Encoder, before_commit: Callable[[], None]
) -> tuple[Held, Written]:
    """Put one batch in; begun again beside what another writer put in before it.

    Args:
        held: What is in already.
        entries: Those that `Rules` admits.
        encoder: Texts to vectors.
        before_commit: Called when the rows are written and not yet committed.

    Returns:
        What is in then, and what became of the entries.

    Raises:
        OutputError: The index cannot be written to, or others never stop.
    """
    vectors: dict[bytes, Vectors] = {}
    for _ in range(_ATTEMPTS):
        plan = planned(entries, held)
        same = len(entries) - len(plan.entries)
        if not plan.entries:
            return held, Written(same=same)
        missing = {sha: text for sha, text in plan.texts.items() if sha not in vectors}
        vectors |= dict(zip(missing, encoded(list(missing.values()), encoder), strict=True))
        rows, gone = _rows(held.table, plan, vectors)
        new = fragments_of(held.table, rows)
        before_commit()
        if table := commit(held.table, new, gone):
            written = Written(
                len(plan.entries) - len(plan.changed), len(plan.changed), same, len(plan.texts)
            )
            if gone:  # texts may have gone with them
                return Held(table), written
            held.add(table, plan.entries)
            return held, written
        held = Held(held.table.latest())
    raise busy(held.table.place)


def planned(entries: Sequence[Entry], held: Held) -> Plan:
    """What of a batch goes in, and which texts it takes that no row holds."""
    states = [held.state(entry) for entry in entries]
    going = [entry for entry, state in zip(entries, states, strict=True) if state != "same"]
    changed = [
        entry.key for entry, state in zip(entries, states, strict=True) if state == "changed"
    ]
    texts = {
        entry.text_sha256: entry.statement.text
        for entry in going
        if not held.has_text(entry.text_sha256)
    }
    return Plan(tuple(going), tuple(changed), texts)


def encoded(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """Vectors of texts, looked at before they are kept.

    Returns:
        Float32, shape (n, d), rows of length 1.

    Raises:
        ModelError: The encoder gave something else.
    """
    if not texts:
        return np.empty((0, 0), np.float32)
    vectors = encoder.encode(texts)
    lengths = np.linalg.norm(vectors, axis=1)
    if len(vectors) != len(texts) or not np.all(np.abs(lengths - 1) <= UNIT):
        raise ModelError(f"{encoder.name}: gives vectors that are not of length 1")
    return vectors.astype(np.float32, copy=False)


def _rows(
    table: Table, plan: Plan, vectors: Mapping[bytes, Vectors]
) -> tuple[Any, tuple[str, ...]]:
    """The rows that go in and the keys of those that go out."""
    wanted = {sha: vectors[sha] for sha in plan.texts}
    columns = table.data.schema
    if not plan.changed:
        return rows_of(plan.entries, wanted, columns), ()
    # Of a text that goes with a changed row, another row becomes the first; where none has it,
    # one of this batch.
    leaving = departure(table, plan.changed)
    texts = {entry.text_sha256 for entry in plan.entries}
    wanted |= {sha: vector for sha, vector in leaving.freed.items() if sha in texts}
    rows = rows_of(plan.entries, wanted, columns)
    gone = (*plan.changed, *leaving.heirs)
    return arrow().concat_tables([leaving.rows, rows]), gone
