"""`factcheck check`: the CI gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import engine as engines
from factcheck.cli import loading, searching, setup, worth
from factcheck.cli.checkpage import page_of
from factcheck.cli.config import per_file_ignores
from factcheck.cli.console import (
    Color,
    ColorOption,
    QuietOption,
    VerboseOption,
    check_output,
    emit,
    layout,
    note,
    work_progress,
)
from factcheck.cli.executing import DeviceOption, PrecisionOption
from factcheck.errors import EmptyInputError, InputError

if TYPE_CHECKING:
    from factcheck.baseline import Baseline
    from factcheck.lock import Lock
    from factcheck.outcome import Outcome

Format = Literal[
    "terminal",
    "concise",
    "json",
    "jsonl",
    "markdown",
    "github",
    "gitlab",
    "sarif",
    "junit",
    "claimreview",
    "html",
]


def _day(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no day; write it as 2024-11-23") from None


def check(
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
    select: Annotated[
        list[str] | None,
        typer.Option(help="Only these rules: codes, beginnings of codes, or ALL; repeatable."),
    ] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option(help="These rules too; repeatable.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules; repeatable.")] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            help="Findings recorded in this file fail no build.", envvar="FACTCHECK_BASELINE"
        ),
    ] = None,
    update_baseline: Annotated[
        bool,
        typer.Option("--update-baseline", help="Record what is found, and drop what is gone."),
    ] = False,
    locked: setup.LockedOption = False,
    lock: setup.LockOption = setup.DEFAULT_LOCK,
    k: setup.KOption = 5,
    kind: setup.KindOption = None,
    review_band: Annotated[
        float,
        typer.Option(
            help="A finding within so much of its threshold is for review and fails no build.",
            envvar="FACTCHECK_REVIEW_BAND",
            min=0,
            max=1,
        ),
    ] = 0.05,
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="No such band: all findings are errors.")
    ] = False,
    fail_on: Annotated[
        Literal["error", "review", "never"],
        typer.Option(help="What fails the build.", envvar="FACTCHECK_FAIL_ON"),
    ] = "error",
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Pass where there is no claim to check.")
    ] = False,
    documents: setup.DocumentsOption = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to show it on standard output.")
    ] = "terminal",
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", help="FORMAT=FILE, beside standard output; repeatable."),
    ] = None,
    today: Annotated[
        dt.date | None,
        typer.Option(
            parser=_day,
            metavar="DAY",
            help="The day by which suppressions are judged; by default the clock's.",
            envvar="FACTCHECK_TODAY",
        ),
    ] = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    calibration: setup.CalibrationOption = None,
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
) -> None:
    """Hold claims to what their files expect, and to the rules that are on.

    Exit status: 0 clean, 1 findings, 2 where anything kept the check from being made.
    """
    from factcheck.check import check as run
    from factcheck.corpus import Listed
    from factcheck.gate import Policy
    from factcheck.inputs import claim_files_among
    from factcheck.rules import selected

    paths = [*(claims or setup.DEFAULT_PATHS), *(against or ())]
    outputs = [_output(each, paths) for each in output or ()]
    known = _read_baseline(baseline, update=update_baseline)
    policy = Policy(
        rules=selected(select or (), extend_select or (), ignore or ()),
        ignored={path: frozenset(codes) for path, codes in per_file_ignores(context).items()},
        k=k,
        review_band=review_band,
        strict=strict,
        fail_on=fail_on,
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
        workers=workers,
    )
    try:
        chooser = worth.Worth(models, every_sentence, locked, quiet)
        search = searching.Searching(
            index, where, ann, retrieve, kind, searching.by_hand(context, "against"), workers
        )
        every, corpus = searching.read_both(claims, against, chooser, search)
    except EmptyInputError:
        if not allow_empty:
            raise
        every, corpus = (), Listed(())
    held = _lock(lock, locked=locked) if every and index is None else None
    fitted = setup.read_calibration_file(calibration)
    encoder, stance = None, None
    if every:
        encoder, stance = loading.models_of(
            models,
            model,
            stance_model,
            held if locked else None,
            (*every, *corpus) if locked else (),
            fitted,
        )
    on_files = every and policy.rules & {"FC401", "FC402"}
    with work_progress(quiet, "Encoding") as encoding, work_progress(quiet, "Judging") as judging:
        outcome = run(
            every,
            corpus,
            policy=policy,
            today=today or dt.date.today(),  # noqa: DTZ011 - the user's day; the one clock
            encoder=encoder,
            stance=stance,
            baseline=known,
            lock=held,
            files=claim_files_among(path for path in paths if path != "-") if on_files else (),
            documents=documents,
            calibration=fitted,
            progress=encoding,
            judging=judging,
        )
    if not outcome.summary.checked and not allow_empty:
        raise EmptyInputError(
            "no claim was checked: none has an `expect` that a rule looks at; add expectations, "
            "select rules such as FC302, or pass --allow-empty"
        )
    if update_baseline:
        assert baseline is not None
        assert known is not None
        outcome = _recorded(outcome, known, baseline, quiet=quiet)
    for name, path in [*outputs, (format_, "-")]:
        if name == "html" and encoder:
            emit(page_of(outcome, every, corpus, encoder, stance, k, fitted), path)
        else:
            emit(_shown(outcome, name, color, path), path)
    if not outcome.summary.passed:
        raise typer.Exit(1)


def _output(given: str, inputs: Sequence[str]) -> tuple[str, str]:
    """A format and a file, of `FORMAT=FILE`."""
    from factcheck.formats.checks import FORMATS

    name, _, path = given.partition("=")
    if name not in FORMATS or not path:
        raise InputError(f"--output {given!r}: write it as FORMAT=FILE, such as sarif=out.sarif")
    check_output(path, inputs)
    return name, path


def _shown(outcome: Outcome, name: str, color: Color, path: str) -> str:
    from factcheck.formats.checks import renderer

    return renderer(name)(outcome, layout(color, path))


def _read_baseline(path: Path | None, *, update: bool) -> Baseline | None:
    from factcheck.baseline import Baseline, read_baseline

    if path is None:
        if update:
            raise InputError("--update-baseline needs --baseline FILE, or one in the configuration")
        return None
    try:
        return read_baseline(path.read_bytes(), str(path))
    except FileNotFoundError:
        if update:
            return Baseline()
        raise InputError(f"{path}: no such baseline; --update-baseline writes it") from None


def _recorded(outcome: Outcome, old: Baseline, path: Path, *, quiet: bool) -> Outcome:
    """Write the baseline anew; nothing that it records fails this build."""
    from factcheck.baseline import render, updated
    from factcheck.check import rebased

    new = updated(outcome.diagnostics, old, outcome.gone)
    emit(render(new), str(path))
    if not quiet:
        added = len(new.fingerprints - old.fingerprints)
        note(f"{path}: {added} recorded, {len(old.fingerprints - new.fingerprints)} removed")
    return rebased(outcome, new)


def _lock(path: Path, *, locked: bool) -> tuple[str, Lock] | None:
    """The lock file, where it is asked for or there."""
    if not locked and not path.is_file():
        return None
    return path.as_posix(), setup.read_lock_file(path)
