"""`factcheck explain`: why a statement is ranked as it is against a claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import ColorOption, emit, layout
from factcheck.cli.setup import DEFAULT_PATHS
from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.records import Passage

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*")


def explain(
    claim: Annotated[str, typer.Argument(help="A text, or source/id in the claim files.")],
    statement: Annotated[str, typer.Argument(help="A text, or source/id in the claim files.")],
    paths: Annotated[
        list[str] | None,
        typer.Option("--in", help="Where source/id is looked up; by default claims/; repeatable."),
    ] = None,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    calibration: setup.CalibrationOption = None,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    format_: Annotated[
        Literal["terminal", "json"], typer.Option("--format", "-f", help="How to show it.")
    ] = "terminal",
    color: ColorOption = "auto",
) -> None:
    """Show what the score of a statement against a claim is made of.

    The features with their weights, the probabilities in both directions, the signals,
    and which words matter most: by how much the leading probability falls without each.
    """
    from factcheck.explain import explain as run
    from factcheck.formats.explanation import render

    fitted = setup.read_calibration_file(calibration)
    claim_text, statement_text = _texts(claim, statement, paths or list(DEFAULT_PATHS))
    models = loading.Models(32, cache_dir, no_cache, cache_size, allow_download)
    stance = loading.needed(models.stance(stance_model))
    told = run(
        claim_text,
        statement_text,
        encoder=models.encoder(model),
        stance=stance,
        calibration=fitted,
    )
    if format_ == "json":
        emit(told.model_dump_json(indent=2) + "\n")
    else:
        emit(render(told, layout(color, "-")))


def _texts(claim: str, statement: str, paths: list[str]) -> tuple[str, str]:
    """Both texts; claim files are read only where one of them is named by its key."""
    if not any(map(_REFERENCE.fullmatch, (claim, statement))):
        return _said(claim), _said(statement)
    from factcheck.inputs import read_claim_files

    files = read_claim_files(paths)
    where = ", ".join(paths)
    return (
        _named(claim, files.claims, f"the claims of {where}"),
        _named(statement, files.statements, f"the statements of {where}"),
    )


def _named(given: str, passages: Sequence[Passage], where: str) -> str:
    if not _REFERENCE.fullmatch(given):
        return _said(given)
    for passage in passages:
        if passage.key == given:
            return passage.text
    raise InputError(f"{given!r} is not among {where}")


def _said(text: str) -> str:
    """A text of the command line, held to what a claim file may hold."""
    from pydantic import TypeAdapter, ValidationError

    from factcheck.fields import Text

    try:
        return TypeAdapter(Text).validate_python(text)
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise InputError(
            f"a claim and a statement are texts; one of these is not: {message}"
        ) from None
