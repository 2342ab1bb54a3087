"""What a worker of a build does: encodes texts, and writes rows to files that no version names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck import encoders, weights
from factcheck.errors import ClusterError, FactcheckError, InputError, ModelError
from factcheck.index.columns import rows_of
from factcheck.index.table import fragments_of, is_url, open_table
from factcheck.index.writing import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.encoders import Encoder
    from factcheck.index.entries import Entry
    from factcheck.index.table import Table
    from factcheck.running import Execution


@dataclass(frozen=True)
class Write:
    """Entries to be written as rows.

    Attributes:
        entries: In the order of the rows.
        texts: The sha256 of the texts that are to stand with their first row, with vectors.
    """

    entries: tuple[Entry, ...]
    texts: frozenset[bytes]


@dataclass(frozen=True)
class Encode:
    """Texts whose vectors are asked for."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """What comes of a piece of work that ends whoever does it.

    Attributes:
        reason: How.
    """

    reason: str


@dataclass(frozen=True)
class ModelFinder:
    """Finds an encoder by its name, and verifies that it is the very one.

    Attributes:
        model: As the user named it; a folder by its whole path.
        sha256: Of its weights.
        fingerprint: Of all that bears on a vector.
        execution: How it is run.
        allow_download: Whether it may be fetched where it is not there.
    """

    model: str
    sha256: str
    fingerprint: str
    execution: Execution
    allow_download: bool = False

    def __call__(self) -> Encoder:
        """The encoder.

        Raises:
            ModelError: It is not on this machine, or is another.
        """
        found = encoders.SentenceEncoder(
            weights.resolve(self.model, allow_download=self.allow_download), self.execution
        )
        if found.sha256 != self.sha256:
            raise ModelError(
                f"model {found.name!r}: a worker has other weights (sha256 {found.sha256[:12]}) "
                f"than the machine that asks ({self.sha256[:12]}); install the same on all machines"
            )
        if found.fingerprint != self.fingerprint:
            raise ModelError(
                f"model {found.name!r}: a worker would run it in another way than the machine that "
                "asks, which gives other vectors; install the same packages on all machines"
            )
        return found


def finder_of(
    name: str, encoder: Encoder, execution: Execution, *, allow_download: bool = False
) -> ModelFinder:
    """How workers find the encoder that was found here."""
    known = str(Path(name).absolute()) if Path(name).is_dir() else name
    return ModelFinder(known, encoder.sha256, encoder.fingerprint, execution, allow_download)


@dataclass(frozen=True)
class Hand:
    """Opens the index and loads the encoder, once; then does piece after piece.

    Attributes:
        place: The index, as the user named it.
        there: The same, for whoever opens it.
        find: Gives the encoder.
    """

    place: str
    there: str
    find: Callable[[], Encoder]

    def __call__(self) -> Callable[[Write | Encode], Any]:
        """What does a piece.

        Raises:
            ClusterError: The index cannot be opened from this machine.
            ModelError: The encoder is not on this machine, or is another.
        """
        try:
            table = replace(open_table(self.there), place=self.place)
        except InputError as error:
            raise ClusterError(
                f"a worker cannot open the index: {error}. On a cluster of several machines it "
                "must be where all of them can write to it: at an object store's URL, whose keys "
                "each machine has, or in a shared folder"
            ) from error
        encoder = self.find()

        def do(piece: Write | Encode) -> Any:
            try:
                if isinstance(piece, Encode):
                    return encoded(piece.texts, encoder)
                return _written(piece, table, encoder)
            except FactcheckError:
                raise
            except Exception as error:  # noqa: BLE001 - want of memory above all; it is the text's
                first = (str(error).strip().splitlines() or [""])[0][:300]
                return Failed(f"{type(error).__name__}{': ' * bool(first)}{first}")

        return do


def hand_of(place: str, find: Callable[[], Encoder]) -> Hand:
    """What a worker of this build needs."""
    return Hand(place, place if is_url(place) else str(Path(place).absolute()), find)


def _written(piece: Write, table: Table, encoder: Encoder) -> list[Any]:
    texts = {
        entry.text_sha256: entry.statement.text
        for entry in piece.entries
        if entry.text_sha256 in piece.texts
    }
    vectors = dict(zip(texts, encoded(list(texts.values()), encoder), strict=True))
    return fragments_of(table, rows_of(piece.entries, vectors, table.data.schema))
