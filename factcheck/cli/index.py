"""`factcheck index`: a corpus of statements on disk, for more than fits in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import QuietOption, VerboseOption, emit, note, work_progress
from factcheck.cli.engine import AddressOption, ConcurrencyOption, EngineOption, spread_of
from factcheck.cli.executing import DeviceOption, PrecisionOption
from factcheck.cli.index_shown import as_json, info_text, many, verified_text
from factcheck.cli.indexing import How, put
from factcheck.errors import InputError

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
    how = How(ann, skip=on_error == "skip", replace=replace, spread=spread)
    put(output, corpus, models, model, quiet, how)


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
    how = How(ann, skip=on_error == "skip", replace_sources=replace, spread=spread)
    put(index, corpus, models, model, quiet, how)


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
        note(f"{index}: {many(removed, 'statement')} removed")


@app.command()
def info(index: PlaceArgument, format_: Format = "terminal") -> None:
    """Show what an index holds: rows, texts, sources, bytes, versions, and what made it."""
    from factcheck.index.describing import info as run
    from factcheck.index.table import open_table

    told = run(open_table(index))
    emit(as_json(asdict(told)) if format_ == "json" else info_text(told))


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
    emit(as_json(asdict(told)) if format_ == "json" else verified_text(told))
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
        note(f"{index}: {files}, {many(done.versions, 'old version')} dropped, {freed}")


def _models(
    batch_size: int, precision: str, device: str, allow_download: bool, verbose: bool
) -> loading.Models:
    """Models without the cache: an index keeps the vectors itself."""
    return loading.Models(
        batch_size=batch_size,
        cache_dir=None,
        no_cache=True,
        cache_size=setup.DEFAULT_CACHE_SIZE,
        allow_download=allow_download,
        verbose=verbose,
        precision=precision,  # type: ignore[arg-type]
        device=device,  # type: ignore[arg-type]
    )
