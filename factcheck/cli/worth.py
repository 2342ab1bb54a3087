"""Which sentences of raw documents are taken for claims: those worth checking, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import note, work_progress
from factcheck.errors import EmptyInputError, InputError

if TYPE_CHECKING:
    from factcheck.inputs import Sources
    from factcheck.records import Claim, Statement

AllOption = Annotated[
    bool,
    typer.Option("--all", help="Take every sentence of a raw document, also what none can check."),
]


@dataclass(frozen=True)
class Worth:
    """How to tell which sentences are claims.

    Attributes:
        models: How models are found and run.
        every: Whether all are.
        locked: Whether no model may be loaded.
        quiet: Whether only errors and warnings are told.
    """

    models: loading.Models
    every: bool
    locked: bool
    quiet: bool


def read_both(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[setup.CritiqueKind] | None,
    worth: Worth,
) -> tuple[tuple[Claim, ...], tuple[Statement, ...]]:
    """Claims and statements as `setup.read_both` gives them, of raw documents those worth checking.

    Raises:
        InputError: There are none of them, or a path cannot be read.
        ModelError: The packaged encoder, whose vectors tell what is worth checking, is not there.
    """
    given, statements = setup.read_given(claims, against, kind)
    return chosen(given, worth), statements


def chosen(given: Sources, worth: Worth) -> tuple[Claim, ...]:
    """Claims, of raw documents those worth checking.

    Raises:
        InputError: None is, or no model may be loaded to tell.
        ModelError: The packaged encoder is not there.
    """
    if not given.readings or worth.every:
        return given.claims
    if worth.locked:
        raise InputError(
            "which sentences of a raw document are worth checking, only a model can tell, and "
            "--locked loads none; make a claim file of it by `factcheck extract`, or pass --all"
        )
    found = _worth_checking(given, worth)
    taken = tuple(
        each for each in given.claims if each.key not in given.readings or each.key in found
    )
    if not worth.quiet:
        what = "sentence is" if len(given.readings) == 1 else "sentences are"
        note(f"{len(found)} of {len(given.readings)} {what} worth checking; --all takes all")
    if not taken:
        raise EmptyInputError("no sentence of the documents is worth checking; --all takes all")
    return taken


def _worth_checking(given: Sources, worth: Worth) -> set[str]:
    """The keys of the sentences that `factcheck extract` would propose by default."""
    from factcheck.checkworthiness import default_model
    from factcheck.drafting.worth import worth_of

    encoder = worth.models.encoder(setup.DEFAULT_MODEL)  # the one by which the model was fitted
    with work_progress(worth.quiet, "Choosing") as progress:
        found = worth_of(list(given.readings.values()), encoder, progress)
    least = default_model().threshold
    return {key for key, score in zip(given.readings, found, strict=True) if score >= least}
