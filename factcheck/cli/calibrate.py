"""`factcheck eval calibrate`: temperature, rank weights and limits for a user's own corpus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.calibration_shown import counted, shown
from factcheck.cli.console import QuietOption, check_output, emit, note, work_progress
from factcheck.errors import EmptyInputError, InputError
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.calibration import CalibrationFile
    from factcheck.crossvalidation import Counts, Validated
    from factcheck.inference import Identified
    from factcheck.labelling import LabelledClaim

_PAIR_FILES = (".jsonl", ".jsonl.gz")
_DECIMALS = 4


def calibrate(
    labels: Annotated[
        list[str],
        typer.Argument(
            help="JSON lines as `export labels` writes them, or claim files and folders of them."
        ),
    ],
    against: setup.AgainstOption = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="In claim files an expectation names all that opposes its claim.",
        ),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", help="Where the calibration is written; without, figures only."
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Fit and write all of it, also where that is no better."),
    ] = False,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    batch_size: setup.BatchSizeOption = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: Annotated[Literal["terminal", "json"], typer.Option("--format", "-f")] = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Fit temperature, rank weights and limits to your own labels, and tell what that gains.

    Figures before and after are cross-validated, no claim on both sides. A part is fitted only
    where that is better there; nothing is written where there are too few labels, or nothing
    is better. The file is used once named: --calibration FILE, or calibration = "FILE" in the
    configuration. Exit status: 0, or 2 on an error.
    """
    from factcheck.crossvalidation import calibrated, counts
    from factcheck.fitting import judge
    from factcheck.stance.ranking import default_ranking

    if output is not None:
        _check(output, [*labels, *(against or ())])
    claims, torn = _read(labels, against, complete=complete)
    if torn and not quiet:
        note(f"{torn} pairs left out: each has two labels")
    models = loading.Models(batch_size, cache_dir, no_cache, cache_size, allow_download)
    stance, encoder = loading.needed(models.stance(stance_model)), models.encoder(model)
    _refuse_few(labels, claims)
    with work_progress(quiet, "Encoding") as encoding, work_progress(quiet, "Judging") as judging:
        judged = judge(claims, encoder=encoder, stance=stance, progress=encoding, judging=judging)
    base = default_ranking()
    with work_progress(quiet, "Fitting") as fitting:
        found = calibrated(judged, base, forced=force, progress=fitting)
    told = counts([each.labels for each in claims])
    emit(shown(told, found, base, format_))
    if output is None:
        return
    if not force:
        _refuse_worse(found)
    from factcheck.calibration import render

    emit(render(_file(claims, told, found, encoder, stance)), output)
    if not quiet:
        note(f'{output}: name it in the configuration: calibration = "{output}"')


def _check(output: str, inputs: Sequence[str]) -> None:
    if output == "-":
        raise InputError("--output names a file; standard output shows the figures")
    check_output(output, inputs)


def _read(
    labels: Sequence[str], against: Sequence[str] | None, *, complete: bool
) -> tuple[list[LabelledClaim], int]:
    """Labelled claims of JSON lines or of claim files, and how many pairs have two labels.

    Raises:
        InputError: A path cannot be read, or the two kinds are mixed.
    """
    from factcheck.labelled import read_pairs
    from factcheck.labelling import by_claim, known_pairs, labels_of

    lines = [path for path in labels if path.endswith(_PAIR_FILES)]
    if lines and (len(lines) < len(labels) or complete):
        raise InputError(
            "labels are either JSON lines, which say all of each pair, or claim files"
            + (", for which --complete is" if complete else "; not both at once")
        )
    if not lines:
        claims, statements = setup.read_both(labels, against)
        found = labels_of(claims, statements)
        return by_claim(known_pairs(found, claims, statements, complete=complete))
    read = [read_pairs(Path(path)) for path in lines]
    return by_claim(
        (pair, label)
        for each in read
        for pair, label in zip(each.pairs, each.labels.tolist(), strict=True)
    )


def _refuse_few(labels: Sequence[str], claims: Sequence[LabelledClaim]) -> None:
    """Refuse labels that are too few, before any model runs.

    Raises:
        EmptyInputError: They are; it says how many there are and how many it takes.
    """
    from factcheck.crossvalidation import counts

    told = counts([each.labels for each in claims])
    if told.lacking:
        raise EmptyInputError(
            f"{', '.join(labels)}: too few labels to calibrate by. There are {counted(told)}. "
            f"Too few: {'; '.join(told.lacking)}. On fewer, fitted figures can be worse than "
            "the packaged ones (docs/calibration.md); `factcheck review` makes more"
        )


def _refuse_worse(validated: Validated) -> None:
    """Refuse to write what is no better than the packaged figures.

    Raises:
        InputError: It is worse on claims not fitted on, or nothing was fitted.
    """
    told = "nothing is written; the packaged figures stay (--force writes all the same)"
    if validated.worse:
        worse = "; ".join(validated.worse)
        raise InputError(
            f"on claims not fitted on it is worse than what is packaged: {worse}; {told}"
        )
    if not validated.parts:
        raise InputError(f"on claims not fitted on nothing fitted is better; {told}")


def _file(
    claims: Sequence[LabelledClaim],
    told: Counts,
    validated: Validated,
    encoder: Identified,
    stance: Identified,
) -> CalibrationFile:
    from factcheck import calibration
    from factcheck.choosing import FOLDS, REPEATS
    from factcheck.labelling import digest
    from factcheck.stance.ranking import FEATURES

    def figures(of: dict[str, float | None]) -> dict[str, float | None]:
        return {
            name: None if value is None else round(value, _DECIMALS) for name, value in of.items()
        }

    def fitted(each: Identified) -> calibration.FittedModel:
        return calibration.FittedModel(name=printable(each.name), sha256=each.sha256)

    ranking = validated.ranking
    return calibration.CalibrationFile(
        encoder=fitted(encoder),
        stance_model=fitted(stance),
        temperature=ranking.temperature,
        intercept=ranking.intercept,
        weights=calibration.RankWeights(**dict(zip(FEATURES, ranking.weights, strict=True))),
        opposes_at=ranking.opposes_at,
        supports_at=ranking.supports_at,
        labels=calibration.Basis(
            sha256=digest(claims),
            claims=told.claims,
            opposes=told.pairs["opposes"],
            neutral=told.pairs["neutral"],
            supports=told.pairs["supports"],
            others=told.pairs["other"],
            folds=FOLDS,
            repeats=REPEATS,
            before=figures(validated.before),
            after=figures(validated.after),
        ),
    )
