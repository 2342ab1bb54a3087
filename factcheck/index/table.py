"""The table of an index: opened at a version, and added to by commits.

A commit either is there or is not: Lance writes its files first and the manifest that names
them last, in one step. Rows are put in by Lance's Merge, which names all fragments that it
found: it fails where another commit came first, on any store and without a lock, and the rows
are then looked at again beside what the other put in.
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck.errors import InputError, OutputError
from factcheck.index.columns import schema
from factcheck.index.extra import arrow, lance
from factcheck.index.header import METADATA_KEY, Header, header_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

NAME = "statements.lance"
"""Of the table, so that LanceDB finds it under the index as its database."""

UNFINISHED = "factcheck.unfinished"
"""The table's setting that tells that a build was begun and not ended."""

_STORAGE_VERSION = "2.1"
_ROWS_A_FILE = 1 << 20
_ATTEMPTS = 60
_CACHE = 32 << 20
_SECRETS = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_TOKEN", "GOOGLE_SERVICE_ACCOUNT_KEY"),
)
_PLACE_IN_RUST = re.compile(r",? ?\S*\.rs:\d+:\d+.*", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """An index at one version; what others commit later is not seen.

    Attributes:
        place: A folder or URL, as the user named it.
        data: Lance's dataset.
        header: What it was made with.
    """

    place: str
    data: Any
    header: Header

    @property
    def version(self) -> int:
        """Its number."""
        return int(self.data.version)

    @property
    def rows(self) -> int:
        """How many occurrences it holds."""
        return int(self.data.count_rows())

    @property
    def unfinished(self) -> bool:
        """Whether a build was begun and has not ended."""
        return UNFINISHED in self.data.config()

    def latest(self) -> Table:
        """The index as it is now."""
        return open_table(self.place)


def uri_of(place: str) -> str:
    """Where the table of an index is.

    Raises:
        InputError: The place is empty, or a file.
    """
    if not place.strip():
        raise InputError("an empty path was given for the index; name a folder or a URL")
    if is_url(place):
        if re.match(r"[^/]+//[^/@]*:.*@", place):
            raise InputError(
                "the URL of the index holds keys; leave them out: keys are taken from the "
                "environment"
            )
        return f"{place.rstrip('/')}/{NAME}"
    folder = Path(place)
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{place}: is a file; an index is a folder")
        return str(folder.absolute() / NAME)
    except (OSError, ValueError):  # a name that no folder can have
        raise InputError(f"{place}: no folder can be called so") from None


def is_url(place: str) -> bool:
    """Whether a place is an object store's URL, such as `s3://bucket/index`."""
    return re.match(r"[a-z][a-z0-9+.-]+://", place) is not None


def exists(place: str) -> bool:
    """Whether there is an index.

    Raises:
        InputError: The place cannot be one, or cannot be read.
    """
    uri = uri_of(place)
    if not is_url(place):
        return (Path(uri) / "_versions").is_dir() and any((Path(uri) / "_versions").iterdir())
    try:
        lance().dataset(uri)
    except ValueError as error:
        if "not found" in str(error).lower():
            return False
        raise InputError(f"{place}: cannot be read: {_first(error)}") from None
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {_first(error)}") from None
    return True


def open_table(place: str, version: int | None = None) -> Table:
    """An index at its last complete version.

    Args:
        place: A folder or URL.
        version: One before it, that is still there.

    Raises:
        InputError: There is none, it cannot be read, or another version made it.
    """
    lance()
    if not exists(place):
        raise InputError(
            f"{place}: there is no index; make one by: factcheck index build CORPUS -o "
            f"{shlex.quote(place)}"
        )
    with reading(place):
        data = lance().dataset(uri_of(place), version=version, metadata_cache_size_bytes=_CACHE)
    told = (data.schema.metadata or {}).get(METADATA_KEY.encode())
    return Table(place, data, header_of(told.decode("utf-8", "replace") if told else None, place))


def create(place: str, header: Header, *, replace: bool) -> Table:
    """An index without rows; the rows of one that is there are gone from its next version on.

    Raises:
        OutputError: It cannot be written.
    """
    columns = schema(header)
    with writing(place):
        lance().write_dataset(
            columns.empty_table(),
            uri_of(place),
            mode="overwrite" if replace else "create",
            data_storage_version=_STORAGE_VERSION,
        )
    return open_table(place)


def fragments_of(table: Table, rows: Any) -> list[Any]:
    """Write rows to files that no version names yet; another process may do so.

    Raises:
        OutputError: They cannot be written.
    """
    with writing(table.place):
        made = lance().fragment.write_fragments(rows, table.data, max_rows_per_file=_ROWS_A_FILE)
        written = list(made)
        check_files(table.place, written)
        return written


def check_files(place: str, fragments: Iterable[Any]) -> None:
    """Refuse fragments of which a file was cut short, as `check_size` does.

    Raises:
        OSError: One was.
    """
    for file in (file for fragment in fragments for file in fragment.files):
        check_size(place, f"data/{file.path}", file.file_size_bytes)


def check_size(place: str, name: str, size: int | None) -> None:
    """Refuse a file or folder of a table on a disk that is shorter than it was meant to be.

    Lance does not notice where the last write of a file fails, and would commit what is left.

    Args:
        place: The index; an object store takes a file whole or not at all.
        name: Below its table.
        size: In bytes, as Lance counted them; None where it did not.

    Raises:
        OSError: It is shorter.
    """
    if is_url(place) or not size:
        return
    path = Path(uri_of(place), name)
    files = path.iterdir() if path.is_dir() else (path,)
    if sum(each.stat().st_size for each in files) < size:
        raise OSError("a file was cut short as it was written; is the disk full?")


def commit(table: Table, new: Sequence[Any], gone: Collection[str] = ()) -> Table | None:
    """Put fragments in and take rows out, in one step.

    Args:
        table: The version that all this was decided by.
        new: What `fragments_of` gave.
        gone: The keys of the rows to take out.

    Returns:
        The new version; None where another commit came first and nothing was done.

    Raises:
        OutputError: It cannot be written.
    """
    operations = lance().LanceOperation
    with writing(table.place):
        if gone:
            removed, changed = _without(table, gone)
            operation = operations.Update(
                removed_fragment_ids=removed, updated_fragments=changed, new_fragments=list(new)
            )
        else:
            old = [fragment.metadata for fragment in table.data.get_fragments()]
            operation = operations.Merge([*old, *new], table.data.lance_schema)
        try:
            data = lance().LanceDataset.commit(
                uri_of(table.place), operation, read_version=table.version, max_retries=0
            )
        except lance().commit.CommitConflictError:
            return None
    return Table(table.place, data, table.header)


def _without(table: Table, gone: Collection[str]) -> tuple[list[int], list[Any]]:
    """The fragments that are gone with these rows, and those that have lost some."""
    told = one_of("key", gone)
    data = table.data
    held = data.scanner(columns=[], filter=told, with_row_address=True).to_table()["_rowaddr"]
    pc = arrow().compute
    touched = pc.unique(pc.shift_right(held, 32)).to_pylist()
    removed, changed = [], []
    for number in touched:
        left = data.get_fragment(number).delete(told)
        if left is None:
            removed.append(number)
        else:
            changed.append(left)
    return removed, changed


def one_of(column: str, values: Iterable[str]) -> str:
    """A filter for rows that have one of some values."""
    return f"{column} IN ({', '.join(map(quoted, values))})"


def quoted(value: str) -> str:
    """A text in a filter."""
    return "'" + value.replace("'", "''") + "'"


def settle(table: Table, change: Callable[[Any], Any]) -> Table:
    """Change settings or indices, again and again while other commits come first.

    Raises:
        OutputError: It cannot be written, or others never stop.
    """
    for _ in range(_ATTEMPTS):
        with writing(table.place):
            try:
                change(table.data)
            except lance().commit.CommitConflictError:
                table = table.latest()
                continue
        return table.latest()
    raise busy(table.place)


def busy(place: str) -> OutputError:
    """What to say where other writers always came first."""
    return OutputError(
        f"{place}: others keep writing to this index; run the same command again, and it goes on"
    )


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Turn Lance's errors into ours.

    Raises:
        InputError: The index cannot be read.
    """
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        message = f"{place}: cannot be read: {_first(error)}"
        raise InputError(f"{message}; `factcheck index verify` tells more") from error


@contextmanager
def writing(place: str) -> Iterator[None]:
    """Turn Lance's errors into ours, but for a conflict of commits.

    Raises:
        OutputError: The index cannot be written to.
    """
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, lance().commit.CommitConflictError):
            raise
        message = f"{place}: cannot be written: {_first(error)}; what was committed before stays"
        raise OutputError(f"{message}, and the same command goes on from there") from error


def _first(error: BaseException) -> str:
    """What Lance says, without where in its source."""
    told = (str(error).strip().splitlines() or [type(error).__name__])[0]
    told = _PLACE_IN_RUST.sub("", told).removeprefix("Invalid user input: ")
    for secret in filter(None, map(os.environ.get, _SECRETS)):
        told = told.replace(secret, "…")  # a store repeats what it was sent
    if re.search(r"\b(401 Unauthorized|403 Forbidden)\b", told):
        told = f"the store's keys are not accepted, or not allowed to do this: {told}"
    return told[:500]
