"""`factcheck review`: a reviewer judges pairs of a claim and a statement, one at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import (
    QuietOption,
    VerboseOption,
    check_output,
    emit,
    note,
    work_progress,
)
from factcheck.cli.reviewer import check_terminal, claim_file_paths, reviewer_named
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.desk.desk import Desk
    from factcheck.ranked import RankedPairs
    from factcheck.records import Claim, Statement

ReviewerOption = Annotated[
    str | None,
    typer.Option(
        help="Who decides; without it, git's user.name is offered.", envvar="FACTCHECK_REVIEWER"
    ),
]
AgreementOption = Annotated[
    tuple[str, str] | None,
    typer.Option(
        help="Instead of reviewing: how far two reviewers agree, by two claim files, or folders.",
        show_default=False,
    ),
]
BetweenOption = Annotated[
    tuple[str, str] | None,
    typer.Option(
        help="With --agreement: whose decisions are meant in the first, and in the second.",
        show_default=False,
    ),
]


def review(
    claims: setup.ClaimsArgument = None,
    against: setup.AgainstOption = None,
    reviewer: ReviewerOption = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only the claim with this id; repeatable.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(help="Only claims on this topic; repeatable.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only claims, or only statements, of this source; repeatable."),
    ] = None,
    kind: setup.KindOption = None,
    limit: Annotated[int | None, typer.Option(help="At most so many pairs.", min=1)] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Show also the pairs that you have decided.")
    ] = False,
    blind: Annotated[
        bool,
        typer.Option(
            "--blind/--no-blind",
            help="Hide what the model holds of a pair until you decide, so that it sways nobody.",
        ),
    ] = True,
    theme: Annotated[
        Literal["auto", "dark", "light"],
        typer.Option(help="The terminal's own colours, or others."),
    ] = "auto",
    web: Annotated[
        bool, typer.Option("--web", help="In a browser on this machine, in place of the terminal.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="With --web: the port; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    agreement: AgreementOption = None,
    between: BetweenOption = None,
    format_: Annotated[
        Literal["text", "json"],
        typer.Option("--format", "-f", help="With --agreement: how to show it."),
    ] = "text",
    output: Annotated[str, typer.Option("--output", "-o", help="With --agreement: a file.")] = "-",
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    calibration: setup.CalibrationOption = None,
    locked: setup.LockedOption = False,
    lock: setup.LockOption = setup.DEFAULT_LOCK,
    batch_size: setup.BatchSizeOption = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Judge pairs of a claim and a statement, one at a time, by a key each.

    The pairs at which a verdict may turn come first. Each decision goes into the claim file at
    once, with your name and the day; the same command goes on where you stopped. Exit
    status: 0, or 2 on an error.
    """
    if agreement is not None:
        _agree(agreement, between, format_, output)
        return
    if not web:
        check_terminal()
    paths = claim_file_paths(claims, against)
    every, statements = _chosen(claims, against, kind, only, topic, source)
    name = reviewer_named(reviewer)
    fitted = setup.read_calibration_file(calibration)
    models = loading.Models(
        batch_size=batch_size,
        cache_dir=cache_dir,
        no_cache=no_cache,
        cache_size=cache_size,
        allow_download=allow_download,
        verbose=verbose and not quiet,
    )
    from factcheck.calibration import ranking_for
    from factcheck.ranked import rank_statements

    held = (lock.as_posix(), setup.read_lock_file(lock)) if locked else None
    encoder, stance = loading.models_of(
        models, model, stance_model, held, (*every, *statements), fitted
    )
    with work_progress(quiet, "Encoding") as encoding, work_progress(quiet, "Judging") as judging:
        rankings = list(
            rank_statements(
                every,
                statements,
                encoder=encoder,
                stance=stance,
                k=1,
                min_similarity=None,
                rank="contrast" if stance else "similarity",
                ranking=ranking_for(fitted, encoder, stance),
                progress=encoding,
                judging=judging,
            )
        )
    _sit(rankings, name, paths, _Ways(limit, again, blind, theme, web, port))


@dataclass(frozen=True)
class _Ways:
    """How a reviewer wants to sit."""

    limit: int | None
    again: bool
    blind: bool
    theme: str
    web: bool
    port: int


def _sit(
    rankings: Sequence[RankedPairs], reviewer: str, paths: dict[str, Path], ways: _Ways
) -> None:
    """Open the files and sit down."""
    from factcheck.desk.desk import Desk
    from factcheck.desk.files import OpenFiles
    from factcheck.desk.queue import decided_by, queued
    from factcheck.desk.sitting import Sitting

    queue = queued(rankings, reviewer, limit=ways.limit, again=ways.again)
    before = sum(len(decided_by(ranking.claim, reviewer)) for ranking in rankings)
    if not queue:
        note(f"nothing left to review: {reviewer} has decided on all {before} pairs")
        return
    sources = {candidate.claim.source.id for candidate in queue}
    with OpenFiles(paths, sources) as files:
        desk = Desk(Sitting(queue, before=before), files, reviewer, dt.date.today)
        if ways.web:
            _serve(desk, blind=ways.blind, port=ways.port)
        else:
            from factcheck.desk.screen import ReviewApp

            ReviewApp(desk, blind=ways.blind, theme=ways.theme).run()
    told = desk.sitting.progress
    skipped = f", {told.skipped} skipped" if told.skipped else ""
    note(f"{told.decided} decided{skipped}, {told.left} left; the same command goes on with them")


def _serve(desk: Desk, *, blind: bool, port: int) -> None:
    from factcheck.desk.web import DeskServer

    try:
        server = DeskServer(desk, blind=blind, port=port)
    except OSError as error:
        raise InputError(f"port {port}: cannot be taken: {error.strerror}; try --port 0") from None
    with server:
        note(f"the desk is at {server.url}")
        note("open it in a browser on this machine; Ctrl-C here ends it")
        try:
            server.serve()
        except KeyboardInterrupt:
            note("")


def _chosen(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[setup.CritiqueKind] | None,
    only: Sequence[str] | None,
    topics: Sequence[str] | None,
    sources: Sequence[str] | None,
) -> tuple[tuple[Claim, ...], tuple[Statement, ...]]:
    """The claims and statements that are wanted.

    Raises:
        InputError: There is none.
    """
    from factcheck.desk.queue import chosen
    from factcheck.inputs import select_claims
    from factcheck.ranked import check_passages

    every, statements = setup.read_both(claims, against, kind)
    every, statements = chosen(every, statements, sources or ())
    some = select_claims(every, only or (), topics or ())
    if not some:
        raise InputError("no claim has both the ids and the topics asked for")
    check_passages(some, statements)
    return some, statements


def _agree(
    sides: tuple[str, str],
    between: tuple[str, str] | None,
    format_: Literal["text", "json"],
    output: str,
) -> None:
    """How far two reviewers agree.

    Raises:
        InputError: A side holds no decision, or those of several reviewers.
    """
    from factcheck.desk.agreement import agreement, as_json, as_text, judged
    from factcheck.inputs import read_claim_files

    check_output(output, sides)
    names = between or (None, None)
    one, two = (
        judged(read_claim_files([path]).claims, name, path)
        for path, name in zip(sides, names, strict=True)
    )
    emit((as_json if format_ == "json" else as_text)(agreement(one, two)), output)
