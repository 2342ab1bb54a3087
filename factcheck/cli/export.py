"""`factcheck export`: what curators and reviewers decided, for other tools to read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.console import QuietOption, check_output, emit, note
from factcheck.errors import InputError, OutputError

if TYPE_CHECKING:
    from factcheck.labelling import Labels

app = typer.Typer(help="Write what curators and reviewers decided, for other tools to read.")


@app.callback()
def _group() -> None:
    """A group of one command, so far."""


@app.command("labels")
def labels(
    claims: setup.ClaimsArgument = None,
    against: setup.AgainstOption = None,
    reviewer: Annotated[
        list[str] | None,
        typer.Option(
            help="Only what this reviewer decided; repeatable. 'the file' is what claim files "
            "expect and nobody reviewed."
        ),
    ] = None,
    form: Annotated[
        Literal["jsonl", "beir"],
        typer.Option("--format", "-f", help="Pairs a line each, or a folder for retrieval."),
    ] = "jsonl",
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", help="A file, or for beir a new folder; whole or not at all."
        ),
    ] = "-",
    quiet: QuietOption = False,
) -> None:
    """Write the labels of claim files: reviewers' decisions, and what else the files expect.

    jsonl is what `eval stance` and `eval calibrate` read and training/ trains on; beir is what
    `eval retrieval` reads, with opposing statements as relevant. Several reviewers of one pair
    decide by majority; ties are left out. Exit status: 0, or 2 on an error.
    """
    from factcheck.exporting import beir, jsonl
    from factcheck.labelling import labels_of

    inputs = [*(claims or setup.DEFAULT_PATHS), *(against or ())]
    if form == "beir":
        _check_folder(output, inputs)
    else:
        check_output(output, inputs)
    every, statements = setup.read_both(claims, against)
    found = labels_of(every, statements, reviewer or ())
    if form == "beir":
        _write_folder(beir(found, statements), Path(output))
    else:
        emit(jsonl(found), output)
    if not quiet:
        _tell(found, output, form)


def _tell(found: Labels, output: str, form: str) -> None:
    """What was written, and what was not and why."""
    where = "" if output == "-" else f"{output}: "
    claims = len({label.claim.key for label in found.found})
    by_class = ", ".join(
        f"{found.count(stance)} {stance}" for stance in ("opposes", "neutral", "supports")
    )
    note(f"{where}{len(found.found)} pairs of {claims} claims: {by_class}")
    if found.by_file:
        note(f"{found.by_file} of them by the file: expected there, and reviewed by nobody")
    if found.ties:
        note(f"{found.ties} left out: as many reviewers hold one label as another")
    if found.missing:
        note(f"{found.missing} left out: their statements are not among those read")
    if found.uncovered and form == "jsonl":
        note(
            f"{len(found.uncovered)} claims that nothing opposes give no pair: that does not say "
            "which statements support them; --format beir holds them"
        )
    if found.uncovered and form == "beir":
        note(f"{len(found.uncovered)} claims that nothing opposes are queries without an answer")


def _check_folder(output: str, inputs: list[str]) -> None:
    """Refuse a folder that is not new, before anything is read.

    Raises:
        InputError: None is named.
        OutputError: There is something in its place, or it lies in a folder that is read.
    """
    if output in {"-", ""}:
        raise InputError("--format beir writes a folder; name it by --output")
    path = Path(output)
    if os.path.lexists(path) and not (path.is_dir() and not any(path.iterdir())):
        raise OutputError(f"{output}: is there already; name a new folder")
    real = Path(os.path.realpath(path))
    for each in inputs:
        if each != "-" and real == Path(os.path.realpath(each)):
            raise OutputError(f"{output}: is one of the inputs; name another folder")


def _write_folder(files: Mapping[str, str], folder: Path) -> None:
    """Write files beside the folder's place, then put them there at once.

    Raises:
        OutputError: They cannot be written; nothing is left behind.
    """
    try:
        made = Path(tempfile.mkdtemp(dir=folder.absolute().parent, prefix=".factcheck-"))
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from None
    try:
        for name, text in files.items():
            path = made / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
        os.replace(made / "set", folder)  # noqa: PTH105 - the habit is os.replace
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
