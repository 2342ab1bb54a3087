"""`factcheck compare`: claims next to their counterpoints."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import engine as engines
from factcheck.cli import loading, outputs, searching, setup, worth
from factcheck.cli.console import (
    ColorOption,
    QuietOption,
    VerboseOption,
    note,
    work_progress,
)
from factcheck.cli.executing import DeviceOption, PrecisionOption, TimingsOption
from factcheck.errors import InputError
from factcheck.formats import FORMATS, Layout, renderer

if TYPE_CHECKING:
    from factcheck.survey import Survey

Format = Literal["terminal", "json", "jsonl", "markdown", "csv", "html"]
Rank = Literal["contrast", "similarity"]


def compare(
    context: typer.Context,
    claims: setup.ClaimsArgument = None,
    against: setup.AgainstOption = None,
    index: searching.IndexOption = None,
    where: searching.WhereOption = None,
    retrieve: searching.RetrieveOption = "dense",
    ann: searching.AnnOption = False,
    engine: engines.EngineOption = "local",
    address: engines.AddressOption = None,
    concurrency: engines.ConcurrencyOption = None,
    every_sentence: worth.AllOption = False,
    k: setup.KOption = 5,
    min_similarity: Annotated[
        float | None,
        typer.Option(
            help="Leave out statements less similar.",
            envvar="FACTCHECK_MIN_SIMILARITY",
            min=-1,
            max=1,
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only the claim with this id; repeatable.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(help="Only claims on this topic; repeatable.")
    ] = None,
    kind: setup.KindOption = None,
    rank: Annotated[
        Rank | None,
        typer.Option(
            help="What to rank by: contrast, the default where there is a stance model, or "
            "similarity.",
            envvar="FACTCHECK_RANK",
        ),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to show it.", envvar="FACTCHECK_FORMAT")
    ] = "terminal",
    output: outputs.OutputOption = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    calibration: setup.CalibrationOption = None,
    locked: setup.LockedOption = False,
    lock: setup.LockOption = setup.DEFAULT_LOCK,
    batch_size: setup.BatchSizeOption = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    show_timings: TimingsOption = False,
) -> None:
    """Put each claim next to the statements that run against it, with a verdict.

    A model reads each pair; near is not opposed, and models misread. Exit status: 0, or 2
    on an error.
    """
    from factcheck.compare import compare as run
    from factcheck.compare import unseen
    from factcheck.inputs import select_claims
    from factcheck.timings import TimedEncoder, TimedStance, Timings, table

    timings = Timings()
    timings.add(("starting",), time.process_time())  # one thread so far: processor time is time
    wanted = outputs.of_options(
        output, format_, FORMATS, [*(claims or setup.DEFAULT_PATHS), *(against or ())]
    )
    workers = engines.workers_of(context, engine, address, concurrency)
    models = loading.Models(
        batch_size=batch_size,
        cache_dir=cache_dir,
        no_cache=no_cache,
        cache_size=cache_size,
        allow_download=allow_download,
        verbose=verbose and not quiet,
        precision=precision,
        device=device,
        timings=timings,
        workers=workers,
    )
    # A sentence that is named by its id is wanted, whether or not it is worth checking.
    chooser = worth.Worth(models, every_sentence or bool(only), locked, quiet)
    with timings.stage("reading"):
        search = searching.Searching(
            index, where, ann, retrieve, kind, searching.by_hand(context, "against"), workers
        )
        every, corpus = searching.read_both(claims, against, chooser, search)
    chosen = select_claims(every, only or (), topic or ())
    if not chosen:
        raise InputError("no claim has both the ids and the topics asked for")
    if verbose and not quiet:
        note(f"{len(chosen)} claims, {len(corpus)} statements")
    fitted = setup.read_calibration_file(calibration)
    with timings.stage("finding models"):
        encoder, stance = loading.models_of(
            models,
            model,
            stance_model,
            (lock.as_posix(), setup.read_lock_file(lock)) if locked else None,
            (*chosen, *corpus) if locked else (),
            fitted,
        )
    if rank == "contrast" and stance is None:
        raise InputError("ranking by contrast needs a stance model; name one by --stance-model")
    survey = _survey() if any(each.format == "html" for each in wanted) else None
    with (
        work_progress(quiet, "Encoding") as encoding,
        work_progress(quiet, "Judging") as judging,
        timings.stage("comparing"),
    ):
        report = run(
            chosen,
            corpus,
            encoder=TimedEncoder(encoder, timings, "encoding"),
            stance=TimedStance(stance, timings, "judging") if stance else None,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            calibration=fitted,
            progress=encoding,
            judging=judging,
            seen=survey.add if survey else unseen,
        )

    def shown(name: str, where: Layout) -> str:
        if survey is None or name != "html":
            return renderer(name)(report, where)
        from factcheck.formats.html import page

        return page(report, survey.landscape())

    with timings.stage("writing"):
        outputs.write(wanted, shown, color)
    outputs.tell(wanted, len(report.findings), quiet=quiet)
    if (how := searching.told(corpus)) and not quiet:
        note(how)
    if show_timings:
        note(table(timings.stages))


def _survey() -> Survey:
    from factcheck.survey import Survey

    return Survey()
