"""`factcheck index`: a corpus of statements on disk, for more than fits in memory."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.console import QuietOption, VerboseOption, emit, note, work_progress
from factcheck.cli.engine import (
    AddressOption,
    ConcurrencyOption,
    EngineOption,
    Spread,
    spread_of,
)
from factcheck.cli.executing import DeviceOption, PrecisionOption
from factcheck.errors import InputError
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factcheck.cluster.building import Workers
    from factcheck.encoders import Encoder
    from factcheck.index.describing import Info
    from factcheck.index.reading import Item, Unreadable
    from factcheck.index.verifying import Verified
    from factcheck.index.writing import Written

app = typer.Typer(help="A corpus of statements on disk, which compare and check search.")

Format = Annotated[Literal["terminal", "json"], typer.Option("--format", "-f")]
CorpusArgument = Annotated[
    list[str],
    typer.Argument(
        help="Claim files, documents, JSON lines or Parquet of statements, or folders of any; "
        "'-' reads a document from standard input.",
        show_default=False,
    ),
]
PlaceArgument = Annotated[
    str, typer.Argument(metavar="INDEX", help="The index: a folder, or a URL such as s3://…")
]
PlaceOption = Annotated[
    str, typer.Option("--output", "-o", help="The index: a folder, or a URL such as s3://…")
]
AnnOption = Annotated[
    bool,
    typer.Option(
        "--ann", help="Make the index for an approximate search too, from 50,000 texts on."
    ),
]
OnErrorOption = Annotated[
    Literal["stop", "skip"],
    typer.Option(
        help="What to do with a document that cannot be read, or, with --engine ray, that ends the "
        "workers that read or encode it: stop, or leave it out and say so."
    ),
]


@app.command()
def build(
    corpus: CorpusArgument,
    output: PlaceOption,
    replace: Annotated[
        bool, typer.Option("--replace", help="Empty an index that is there, whatever made it.")
    ] = False,
    ann: AnnOption = False,
    on_error: OnErrorOption = "stop",
    engine: EngineOption = "local",
    address: AddressOption = None,
    concurrency: ConcurrencyOption = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    batch_size: setup.BatchSizeOption = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make an index, or go on with one whose building was stopped.

    What is committed stays, whatever happens; what is in already is not encoded again. Exit
    status: 0, also where documents are skipped, or 2 on an error.
    """
    spread = spread_of(engine, address, concurrency)
    models = _models(batch_size, precision, device, allow_download, verbose and not quiet)
    how = _How(ann, skip=on_error == "skip", replace=replace, spread=spread)
    _put(output, corpus, models, model, quiet, how)


@app.command()
def add(
    index: PlaceArgument,
    corpus: CorpusArgument,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Sources that are there already are put in anew: what they no longer hold goes.",
        ),
    ] = False,
    ann: AnnOption = False,
    on_error: OnErrorOption = "stop",
    engine: EngineOption = "local",
    address: AddressOption = None,
    concurrency: ConcurrencyOption = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    batch_size: setup.BatchSizeOption = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Add statements to an index; those that are in as they are change nothing.

    Exit status: 0, also where documents are skipped, or 2 on an error.
    """
    from factcheck.index.table import open_table

    spread = spread_of(engine, address, concurrency)
    open_table(index)  # an index that is not there is not to be made by mistake
    models = _models(batch_size, precision, device, allow_download, verbose and not quiet)
    how = _How(ann, skip=on_error == "skip", replace_sources=replace, spread=spread)
    _put(index, corpus, models, model, quiet, how)


@app.command()
def remove(
    index: PlaceArgument,
    source: Annotated[
        list[str] | None, typer.Option(help="All statements of this source; repeatable.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="The statement SOURCE/ID; repeatable.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(help="The statements that a filter finds, as in compare.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Take statements out: by source, by key, or by a filter.

    Exit status: 0, or 2 on an error, such as where nothing is found.
    """
    from factcheck.index.removing import keys_where
    from factcheck.index.removing import remove as run
    from factcheck.index.table import one_of, open_table
    from factcheck.index.where import check_on, checked

    chosen = [
        *([one_of("source", source)] if source else []),
        *([one_of("key", key)] if key else []),
        *([f"({checked(where)})"] if where is not None else []),
    ]
    if not chosen:
        raise InputError("name what to remove by --source, --key or --where")
    table = open_table(index)
    told = " OR ".join(chosen)
    check_on(table, told)
    keys = keys_where(table, told)
    if not keys:
        raise InputError(f"{index}: holds no such statement; nothing was removed")
    with work_progress(quiet, "Removing") as progress:
        removed = run(index, keys, progress)
    if not quiet:
        note(f"{index}: {_many(removed, 'statement')} removed")


@app.command()
def info(index: PlaceArgument, format_: Format = "terminal") -> None:
    """Show what an index holds: rows, texts, sources, bytes, versions, and what made it."""
    from factcheck.index.describing import info as run
    from factcheck.index.table import open_table

    told = run(open_table(index))
    emit(_json(asdict(told)) if format_ == "json" else _shown(told))


@app.command()
def verify(
    index: PlaceArgument,
    sample: Annotated[
        int, typer.Option(help="Encode so many texts anew and compare.", min=0)
    ] = 256,
    format_: Format = "terminal",
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    batch_size: setup.BatchSizeOption = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Read all of an index: hashes, pointers, vectors, and a sample encoded anew.

    Exit status: 0 where it is sound, 1 where it is not, 2 on an error.
    """
    from factcheck.index.table import open_table
    from factcheck.index.verifying import verify as run

    table = open_table(index)
    models = _models(batch_size, precision, device, allow_download, verbose and not quiet)
    encoder = models.encoder(model) if sample else None
    with work_progress(quiet, "Reading") as progress:
        told = run(table, encoder, sample=sample, progress=progress)
    emit(_json(asdict(told)) if format_ == "json" else _found(told))
    if told.faults:
        raise typer.Exit(1)


@app.command()
def compact(
    index: PlaceArgument,
    older_than: Annotated[
        float,
        typer.Option(
            help="Drop versions older than so many hours. 0 drops all but the last, and what "
            "killed builds left; nothing else may use the index meanwhile.",
            min=0,
        ),
    ] = 24,
    ann: AnnOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make few large files of many small ones, bring the indices up to date, drop old versions.

    Exit status: 0, or 2 on an error.
    """
    from factcheck.index.table import open_table
    from factcheck.index.tending import ANN_FROM, VECTORS, index_names, index_vectors
    from factcheck.index.tending import compact as run

    if ann:
        table = index_vectors(open_table(index))
        if VECTORS not in index_names(table) and not quiet:
            note(f"{index}: fewer than {ANN_FROM:,} texts; they are searched exactly")
    done = run(index, dt.timedelta(hours=older_than))
    if not quiet:
        files = f"{done.fragments[0]:,} to {done.fragments[1]:,} files"
        freed = f"{done.bytes_freed / 2**20:,.1f} MiB freed"
        note(f"{index}: {files}, {_many(done.versions, 'old version')} dropped, {freed}")


def _models(
    batch_size: int, precision: str, device: str, allow_download: bool, verbose: bool
) -> setup.Models:
    """Models without the cache: an index keeps the vectors itself."""
    return setup.Models(
        batch_size=batch_size,
        cache_dir=None,
        no_cache=True,
        cache_size=setup.DEFAULT_CACHE_SIZE,
        allow_download=allow_download,
        verbose=verbose,
        precision=precision,  # type: ignore[arg-type]
        device=device,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _How:
    """How statements are put in: what the options say."""

    ann: bool
    skip: bool
    replace: bool = False
    replace_sources: bool = False
    spread: Spread | None = None


def _put(
    place: str, corpus: list[str], models: setup.Models, model: str, quiet: bool, how: _How
) -> None:
    from factcheck.index.building import prepared
    from factcheck.index.reading import items_of

    items = items_of(corpus)
    encoder = models.encoder(model)
    left_out: list[Unreadable] = []

    def skipped(one: Unreadable) -> None:
        left_out.append(one)
        note(f"warning: {one.reason}; skipped")

    with ExitStack() as stack:
        if how.spread:  # before anything is written: it may not answer
            workers = stack.enter_context(_workers(how.spread, models, model, encoder))
        prepared(place, encoder, replace=how.replace)
        progress = stack.enter_context(work_progress(quiet, "Indexing"))

        def told(written: Written) -> None:
            done = written.added + written.changed + written.same
            progress(done, done + 1)  # how many there are is not known before they are read

        options: Any = {
            "replace_sources": how.replace_sources,
            "ann": how.ann,
            "told": told,
        }
        skip = skipped if how.skip else None
        if how.spread:
            done = _by_cluster(place, items, encoder, workers, skip, options)
        else:
            done = _here(place, items, encoder, skip, options)
    if not quiet:
        more = f", {_many(len(left_out), 'document')} skipped" if left_out else ""
        note(f"{place}: {_done(done)}{more}")


def _here(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    skipped: Callable[[Unreadable], None] | None,
    options: Any,
) -> Written:
    from factcheck.index.building import build as run
    from factcheck.index.reading import statements_of

    stdin = sys.stdin.buffer if sys.stdin else None
    return run(place, statements_of(items, stdin, skipped), encoder, **options)


def _by_cluster(
    place: str,
    items: Sequence[Item],
    encoder: Encoder,
    workers: Workers,
    skipped: Callable[[Unreadable], None] | None,
    options: Any,
) -> Written:
    from factcheck.cluster.building import build, build_from_outside

    run = build_from_outside if workers.outside else build
    standard = any(item.found.path is None for item in items) and sys.stdin
    stdin = sys.stdin.buffer.read() if standard else None
    return run(place, items, encoder, workers, stdin=stdin, skipped=skipped, **options)


@contextmanager
def _workers(
    spread: Spread, models: setup.Models, model: str, encoder: Encoder
) -> Iterator[Workers]:
    from factcheck.cluster.building import Workers
    from factcheck.cluster.session import connected
    from factcheck.cluster.work import finder_of

    find = finder_of(model, encoder, models.execution(), allow_download=models.allow_download)
    with connected(spread.address, spread.concurrency) as session:
        gpu = models.device == "cuda"
        yield Workers(session.workers, find, gpu, outside=session.client)


def _done(done: Written) -> str:
    parts = [f"{_many(done.added, 'statement')} added ({_many(done.encoded, 'text')} encoded)"]
    parts += [f"{done.changed:,} changed"] if done.changed else []
    parts += [f"{done.same:,} there already"] if done.same else []
    parts += [f"{done.removed:,} removed"] if done.removed else []
    return ", ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _json(told: Any) -> str:
    import json

    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _shown(told: Info) -> str:
    kinds = ", ".join(f"{count:,} {printable(kind)}" for kind, count in told.kinds.items())
    each = f" ({told.bytes / told.rows:,.0f} a statement)" if told.rows else ""
    header = told.header
    lines = {
        "statements": f"{told.rows:,}{f' ({kinds})' if kinds else ''}",
        "texts": f"{told.texts:,}",
        "sources": f"{told.sources:,}",
        "bytes": f"{told.bytes:,}{each}",
        "version": f"{told.version:,}; {_many(told.versions, 'version')} kept",
        "files": f"{told.fragments:,}",
        "words": "indexed" if told.words else "not indexed",
        "approximate": "indexed" if told.ann else "not indexed: searched exactly",
        "encoder": f"{printable(header.encoder)}, sha256 {printable(header.sha256)}",
        "dimension": f"{header.dimension:,}",
        "schema": f"version {header.schema_version}",
        "splitter": f"version {header.splitter_version}",
    }
    if told.unfinished:
        lines["unfinished"] = "a build was stopped; the same command again goes on with it"
    return "".join(f"{name + ':':<13}{value}\n" for name, value in lines.items())


def _found(told: Verified) -> str:
    if not told.faults:
        return (
            f"sound: {_many(told.rows, 'row')} read, {_many(told.encoded, 'text')} encoded anew\n"
        )
    lines = []
    for fault in told.faults:
        more = f" and {fault.rows - len(fault.keys):,} more" if fault.rows > len(fault.keys) else ""
        lines.append(f"{printable(fault.what)}: {', '.join(map(printable, fault.keys))}{more}")
    lines += ["mend it by:", *(f"  {printable(each)}" for each in told.mends)]
    return "\n".join(lines) + "\n"
