"""`factcheck eval`: the models against labelled data."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.compare import DEFAULT_PATHS
from factcheck.cli.console import QuietOption, emit, work_progress
from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.evaluation import RankedClaim
    from factcheck.labelled import LabelledSet
    from factcheck.report import Report


class RetrievalRank(StrEnum):
    """What a retrieval set can be ranked by."""

    SIMILARITY = "similarity"
    CONTRAST = "contrast"
    BM25 = "bm25"


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
    from factcheck.evaluation import stance_metrics
    from factcheck.labelled import read_pairs

    models = setup.Models(
        batch_size, cache_dir, no_cache, cache_size, allow_download, verbose=False
    )
    model = setup.needed(models.stance(stance_model))
    told = []
    for path in files:
        data = read_pairs(path)
        pairs, labels = data.pairs[:limit], data.labels[:limit]
        with work_progress(quiet, f"Judging {path.name}") as progress:
            probabilities = model.judge(pairs, progress)
        told.append({"file": path.name, **stance_metrics(labels, probabilities)})
    emit(_shown(told, format_))


@app.command("retrieval")
def retrieval(
    folder: Annotated[
        Path, typer.Argument(help="A BEIR set: corpus, queries (.jsonl or .gz) and qrels/test.tsv.")
    ],
    rank: Annotated[
        list[RetrievalRank] | None,
        typer.Option(help="Only this ranking; repeatable. By default all three."),
    ] = None,
    candidates: Annotated[
        int, typer.Option(min=1, help="How many of the nearest are judged for contrast.")
    ] = 20,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: _BatchSize = 32,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only so many queries, the first by their ids.")
    ] = None,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: _Format = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Find the relevant texts of queries; a query is never ranked against itself."""
    from factcheck.evaluation import retrieval_metrics
    from factcheck.labelled import read_retrieval
    from factcheck.retrieval import by_bm25, by_contrast, by_similarity

    data = read_retrieval(folder)
    if limit is not None:
        data = replace(data, queries=dict(sorted(data.queries.items())[:limit]))
    models = setup.Models(
        batch_size, cache_dir, no_cache, cache_size, allow_download, verbose=False
    )
    encoder = models.encoder(model)
    ranks = [each.value for each in rank or RetrievalRank]
    told = []
    for name in ranks:
        with work_progress(quiet, f"Ranking by {name}") as progress:
            if name == "bm25":
                found = by_bm25(data)
            elif name == "similarity":
                found = by_similarity(data, encoder, progress)
            else:
                judge = setup.needed(models.stance(stance_model))
                found = by_contrast(data, encoder, judge, candidates, progress)
        told.append({"rank": name, **retrieval_metrics(found, data.relevant)})
    emit(_shown(told, format_))


@app.command("claims")
def claims(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files with expectations, or folders of them.", show_default=False
        ),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(help="Instead of claim files a folder of document sets with gold (*.json)."),
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
    """Rank all statements for each labelled claim, by each ranking there is."""
    from factcheck.compare import compare
    from factcheck.evaluation import ranking_metrics

    if documents and paths:
        raise InputError("claim files and --documents are two ways to say what to measure on")
    sets = _documents(documents) if documents else [_expectations(paths or list(DEFAULT_PATHS))]
    models = setup.Models(
        batch_size, cache_dir, no_cache, cache_size, allow_download, verbose=False
    )
    judge, encoder = models.stance(stance_model), models.encoder(model)
    told = []
    for rank in ("similarity", "contrast") if judge else ("similarity",):
        ranked: list[RankedClaim] = []
        for each in sets:
            with work_progress(quiet, f"Judging {each.name}") as progress:
                report = compare(
                    each.claims,
                    each.statements,
                    encoder=encoder,
                    stance=judge,
                    k=max(1, len(each.statements)),
                    rank=rank,
                    judging=progress,
                )
            ranked += _ranked(report, each)
        told.append({"rank": rank, **ranking_metrics(ranked)})
    emit(_shown(told, format_))


def _documents(folder: Path) -> list[LabelledSet]:
    from factcheck.labelled import read_document_sets

    return read_document_sets(folder)


def _expectations(paths: list[str]) -> LabelledSet:
    """What the claims of claim files expect."""
    from factcheck.inputs import read_claim_files
    from factcheck.labelled import LabelledSet

    files = read_claim_files(paths)
    labelled = tuple(claim for claim in files.claims if claim.expect)
    if not labelled:
        raise InputError("no claim among these has an expectation to measure against")
    expected = {c.key: frozenset(c.expect.counterpoints) for c in labelled if c.expect}
    return LabelledSet("claims", labelled, files.statements, expected, {})


def _ranked(report: Report, data: LabelledSet) -> list[RankedClaim]:
    from factcheck.evaluation import RankedClaim

    told = []
    for found in report.findings:
        key = f"{found.claim.source_id}/{found.claim.id}"
        statements = (counterpoint.statement for counterpoint in found.counterpoints)
        told.append(
            RankedClaim(
                ranked=tuple(f"{each.source_id}/{each.id}" for each in statements),
                opposing=data.opposing[key],
                supporting=data.supporting.get(key, ()),
                verdict=found.verdict,
            )
        )
    return told


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
