"""`factcheck eval`: the models against labelled data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.compare import DEFAULT_PATHS
from factcheck.cli.console import QuietOption, emit, work_progress
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.report import Report
    from factcheck.stance import StanceModel

app = typer.Typer(help="Measure the models against labelled data.")

_Format = Annotated[Literal["terminal", "json"], typer.Option("--format", "-f")]
_BatchSize = Annotated[int, typer.Option(min=1, envvar="FACTCHECK_BATCH_SIZE")]
_Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="Only so many pairs of each file, from its beginning."),
]


@app.command("stance")
def stance(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="JSON lines, also .gz, of {claim, text, label} or {premise, hypothesis, label}."
        ),
    ],
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: _BatchSize = 32,
    limit: _Limit = None,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: _Format = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Judge labelled pairs; sets without neutral pairs are judged two-way."""
    from factcheck.evaluation import read_pairs, stance_metrics

    models = setup.Models(
        batch_size, cache_dir, no_cache, cache_size, allow_download, verbose=False
    )
    model = _needed(models.stance(stance_model))
    told = []
    for path in files:
        data = read_pairs(path)
        pairs, labels = data.pairs[:limit], data.labels[:limit]
        with work_progress(quiet, f"Judging {path.name}") as progress:
            probabilities = model.judge(pairs, progress)
        told.append({"file": path.name, **stance_metrics(labels, probabilities)})
    emit(_shown(told, format_))


@app.command("claims")
def claims(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files with expectations, or folders of them.", show_default=False
        ),
    ] = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: _BatchSize = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: _Format = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Rank all statements for each claim with an expectation, by each ranking there is."""
    from factcheck.compare import compare
    from factcheck.evaluation import ranking_metrics
    from factcheck.inputs import read_claim_files

    files = read_claim_files(paths or list(DEFAULT_PATHS))
    labelled = [claim for claim in files.claims if claim.expect]
    if not labelled:
        raise InputError("no claim among these has an expectation to measure against")
    models = setup.Models(
        batch_size, cache_dir, no_cache, cache_size, allow_download, verbose=False
    )
    judge, encoder = models.stance(stance_model), models.encoder(model)
    told = []
    for rank in ("similarity", "contrast") if judge else ("similarity",):
        with work_progress(quiet, "Judging") as progress:
            report = compare(
                labelled,
                files.statements,
                encoder=encoder,
                stance=judge,
                k=max(1, len(files.statements)),
                rank=rank,
                judging=progress,
            )
        expected = {claim.key: claim.expect.counterpoints for claim in labelled if claim.expect}
        told.append({"rank": rank, **ranking_metrics(_ranked(report, expected))})
    emit(_shown(told, format_))


def _ranked(report: Report, expected: dict[str, tuple[str, ...]]) -> list[Any]:
    from factcheck.evaluation import RankedClaim

    return [
        RankedClaim(
            ranked=tuple(f"{c.statement.source_id}/{c.statement.id}" for c in found.counterpoints),
            opposing=expected[f"{found.claim.source_id}/{found.claim.id}"],
            verdict=found.verdict,
        )
        for found in report.findings
    ]


def _needed(model: StanceModel | None) -> StanceModel:
    if model is None:
        raise InputError("there is no stance model to measure; name one by --stance-model")
    return model


def _shown(told: list[dict[str, Any]], format_: str) -> str:
    if format_ == "json":
        return "".join(json.dumps(row) + "\n" for row in told)
    return "\n".join("".join(_lines(row)) for row in told)


def _lines(row: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for key, value in row.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:\n", *_lines(value, indent + "  ")]
        elif isinstance(value, float):
            lines.append(f"{indent}{key + ':':<20} {value:.3f}\n")
        elif isinstance(value, list):
            lines.append(f"{indent}{key + ':':<20} {value[0]:.3f} to {value[1]:.3f}\n")
        else:
            lines.append(f"{indent}{key + ':':<20} {'-' if value is None else value}\n")
    return lines
