"""`factcheck compare`: claims next to their counterpoints."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.console import (
    ColorOption,
    QuietOption,
    VerboseOption,
    check_output,
    emit,
    layout,
    note,
    work_progress,
)
from factcheck.errors import InputError
from factcheck.formats import renderer

Format = Literal["terminal", "json", "jsonl", "markdown", "csv"]
Rank = Literal["contrast", "similarity"]


class CritiqueKind(StrEnum):
    """What a critique source can be; Typer takes a list of choices only as an enum."""

    NGO = "ngo"
    ANALYSIS = "analysis"
    PRESS = "press"


DEFAULT_PATHS = ("claims",)


def compare(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files, folders of them, or official texts; '-' reads standard input. "
            "By default what the configuration names, else claims/.",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Critique sources: claim files, folders of them, or texts; repeatable. "
            "By default the statements among CLAIMS.",
            envvar="FACTCHECK_AGAINST",
        ),
    ] = None,
    k: Annotated[
        int,
        typer.Option("-k", help="How many statements a claim.", envvar="FACTCHECK_K", min=1),
    ] = 5,
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
    kind: Annotated[
        list[CritiqueKind] | None,
        typer.Option(help="Only statements from sources of this kind; repeatable."),
    ] = None,
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
    output: Annotated[
        str, typer.Option("--output", "-o", help="A file, written whole or not at all.")
    ] = "-",
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: Annotated[
        int, typer.Option(help="Texts encoded at once.", envvar="FACTCHECK_BATCH_SIZE", min=1)
    ] = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Put each claim next to the statements that run against it, with a verdict.

    A model reads each pair; near is not opposed, and models misread. Exit status: 0, or 2
    on an error.
    """
    from factcheck.compare import compare as run
    from factcheck.inputs import read_sources, select_claims

    paths = claims or list(DEFAULT_PATHS)
    check_output(output, [*paths, *(against or ())])
    if "-" in paths and "-" in (against or ()):
        raise InputError("standard input can be only one of the two sides")
    stdin = sys.stdin.buffer if sys.stdin else None
    given = read_sources(paths, "claims", stdin)
    critique = read_sources(against, "statements", stdin) if against else given
    if not given.claims:
        raise InputError(
            f"{', '.join(paths)}: no claim among these; claims are in official sources"
        )
    if not critique.statements:
        where = ", ".join(against or paths)
        raise InputError(f"{where}: no statement among these; name critique sources by --against")
    chosen = select_claims(given.claims, only or (), topic or ())
    if not chosen:
        raise InputError("no claim has both the ids and the topics asked for")
    kinds = [each.value for each in kind or CritiqueKind]
    statements = [s for s in critique.statements if s.source.kind in kinds]
    if not statements:
        raise InputError(f"no statement is from a source of kind {' or '.join(kinds)}")
    if verbose and not quiet:
        note(f"{len(chosen)} claims, {len(statements)} statements")
    models = setup.Models(
        batch_size=batch_size,
        cache_dir=cache_dir,
        no_cache=no_cache,
        cache_size=cache_size,
        allow_download=allow_download,
        verbose=verbose and not quiet,
    )
    stance = models.stance(stance_model)
    if rank == "contrast" and stance is None:
        raise InputError("ranking by contrast needs a stance model; name one by --stance-model")
    encoder = models.encoder(model)
    with work_progress(quiet, "Encoding") as encoding, work_progress(quiet, "Judging") as judging:
        report = run(
            chosen,
            statements,
            encoder=encoder,
            stance=stance,
            k=k,
            min_similarity=min_similarity,
            rank=rank,
            progress=encoding,
            judging=judging,
        )
    emit(renderer(format_)(report, layout(color, output)), output)
    if output != "-" and not quiet:
        claims_ = "claim" if len(report.findings) == 1 else "claims"
        note(f"{output}: {len(report.findings)} {claims_}")
