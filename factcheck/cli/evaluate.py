"""`factcheck eval`: the models against labelled data."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from factcheck.cli import loading, setup
from factcheck.cli.calibrate import calibrate
from factcheck.cli.console import QuietOption, emit, note, work_progress
from factcheck.cli.executing import DeviceOption, PrecisionOption
from factcheck.cli.setup import DEFAULT_PATHS
from factcheck.errors import InputError
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.report import Rank


class RetrievalRank(StrEnum):
    """What a retrieval set can be ranked by."""

    SIMILARITY = "similarity"
    CONTRAST = "contrast"
    BM25 = "bm25"


class _Group(TyperGroup):
    """`eval --calibrate LABELS` is `eval calibrate LABELS`: the same options, one command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the option for the command's name, where no command is named before it."""
        at = next((n for n, word in enumerate(args) if word.split("=")[0] == "--calibrate"), None)
        if at is not None and args[0].startswith("-"):
            value = args[at].partition("=")[2:]
            args = ["calibrate", *args[:at], *filter(None, value), *args[at + 1 :]]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    help="Measure the models against labelled data, or calibrate them by it: "
    "`eval --calibrate LABELS` is `eval calibrate LABELS`.",
)
app.command("calibrate")(calibrate)

_RANKS: tuple[Rank, Rank] = ("similarity", "contrast")
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
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
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

    models = loading.Models(
        batch_size,
        cache_dir,
        no_cache,
        cache_size,
        allow_download,
        precision=precision,
        device=device,
    )
    model = loading.needed(models.stance(stance_model))
    told = []
    for path, data in [(path, read_pairs(path)) for path in files]:  # all are read before the first
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
    ranks: Annotated[
        list[RetrievalRank] | None,
        typer.Option("--rank", help="Only this ranking; repeatable. By default all three."),
    ] = None,
    candidates: Annotated[
        int, typer.Option(min=1, help="How many of the nearest are judged for contrast.")
    ] = 20,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: _BatchSize = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
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
    models = loading.Models(
        batch_size,
        cache_dir,
        no_cache,
        cache_size,
        allow_download,
        precision=precision,
        device=device,
    )
    encoder = models.encoder(model)
    names = [each.value for each in ranks or RetrievalRank]
    judge = loading.needed(models.stance(stance_model)) if "contrast" in names else None
    if "bm25" in names and find_spec("bm25s") is None:
        if ranks:
            raise InputError("BM25 needs bm25s; install it: pip install bm25s")
        note("without BM25, which needs bm25s: pip install bm25s")
        names.remove("bm25")
    told = []
    for name in names:
        with work_progress(quiet, f"Ranking by {name}") as progress:
            if name == "bm25":
                found = by_bm25(data)
            elif name == "similarity":
                found = by_similarity(data, encoder, progress)
            else:
                assert judge is not None
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
    document_sets: Annotated[
        Path | None,
        typer.Option(
            "--documents",
            help="Instead of claim files a folder of document sets with gold (*.json).",
        ),
    ] = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: _BatchSize = 32,
    precision: PrecisionOption = "f32",
    device: DeviceOption = "cpu",
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: _Format = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Rank all statements for each labelled claim, by each ranking there is."""
    from factcheck.compare import compare
    from factcheck.evaluation import ranked, ranking_metrics
    from factcheck.inputs import read_claim_files
    from factcheck.labelled import expectations, read_document_sets

    if document_sets and paths:
        raise InputError("claim files and --documents are two ways to say what to measure on")
    if document_sets:
        sets = read_document_sets(document_sets)
    else:
        sets = [expectations(read_claim_files(paths or list(DEFAULT_PATHS)))]
    models = loading.Models(
        batch_size,
        cache_dir,
        no_cache,
        cache_size,
        allow_download,
        precision=precision,
        device=device,
    )
    judge, encoder = models.stance(stance_model), models.encoder(model)
    reports = []
    for each in sets:
        with work_progress(quiet, f"Judging {each.name}") as progress:
            report = compare(
                each.claims,
                each.statements,
                encoder=encoder,
                stance=judge,
                k=max(1, len(each.statements)),
                judging=progress,
            )
        reports.append(report)
    told = []
    for rank in _RANKS if judge else _RANKS[:1]:
        found = [
            claim
            for report, each in zip(reports, sets, strict=True)
            for claim in ranked(report, each, rank)
        ]
        told.append({"rank": rank, **ranking_metrics(found)})
    emit(_shown(told, format_))


def _shown(told: list[dict[str, Any]], format_: str) -> str:
    if format_ == "json":
        return "".join(json.dumps(row, allow_nan=False) + "\n" for row in told)
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
            text = "-" if value is None else printable(str(value))
            lines.append(f"{indent}{key + ':':<20} {text}\n")
    return lines
