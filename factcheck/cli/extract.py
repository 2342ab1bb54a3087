"""`factcheck extract`: a document, or a folder of them, to draft claim files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import QuietOption, VerboseOption, check_output
from factcheck.errors import InputError, OutputError

KindChoice = Literal["official", "ngo", "analysis", "press"]


def extract(
    document: Annotated[
        str,
        typer.Argument(
            help="A document, or a folder of them; '-' reads plain text from standard input.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        KindChoice, typer.Option(help="What its source is; official sources hold claims.")
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="The claim file; one that exists is added to and keeps all that was written. "
            "Of a folder, the folder of its claim files.",
        ),
    ] = "-",
    every: Annotated[
        bool, typer.Option("--all", help="Propose every sentence, also what cannot be checked.")
    ] = False,
    min_checkworthiness: Annotated[
        float | None,
        typer.Option(
            help="Propose sentences from this probability on; by default the model's own.",
            min=0,
            max=1,
            show_default=False,
        ),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            "-i",
            help="Accept, edit or skip each draft, or go back, one key each; resumes.",
        ),
    ] = False,
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    batch_size: setup.BatchSizeOption = 32,
    cache_dir: setup.CacheDirOption = None,
    cache_size: setup.CacheSizeOption = setup.DEFAULT_CACHE_SIZE,
    no_cache: setup.NoCacheOption = False,
    allow_download: setup.DownloadOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Draft a claim file from a document: an entry for each sentence that can be checked.

    A draft is a proposal: read it against the document before it is used. Exit status: 0, or
    2 on an error; of a folder, what can be drafted is, and then 2 where anything failed.
    """
    from factcheck.cli.drafter import Drafter, Wanted

    if every and min_checkworthiness is not None:
        raise InputError("--all and --min-checkworthiness exclude each other")
    _check_interactive(output, interactive=interactive)
    drafter = Drafter(
        Wanted(
            kind,
            every,
            min_checkworthiness,
            model,
            loading.Models(
                batch_size=batch_size,
                cache_dir=cache_dir,
                no_cache=no_cache,
                cache_size=cache_size,
                allow_download=allow_download,
                verbose=verbose and not quiet,
            ),
            quiet,
        )
    )
    failed = 0
    if document != "-" and Path(document).is_dir():
        from factcheck.cli.drafting_folder import draft_folder

        outputs, failed = draft_folder(drafter, Path(document), output, quiet=quiet)
    else:
        _check_output(document, output)
        drafter.draft(document, output)
        outputs = [output]
    if interactive:
        _decide(outputs)
    if failed:
        raise typer.Exit(2)


def _check_interactive(output: str, *, interactive: bool) -> None:
    if interactive and output == "-":
        raise InputError("--interactive keeps what is decided in the claim file; name one by -o")
    if interactive and not (sys.stdin and sys.stdin.isatty()):
        raise InputError("--interactive needs a terminal to read keys from")


def _check_output(document: str, output: str) -> None:
    """Refuse at once what would fail after the work is done."""
    check_output(output, [document])
    if output != "-" and not Path(output).resolve().parent.is_dir():
        raise OutputError(f"{output}: there is no folder {Path(output).parent}; make it first")


def _decide(outputs: Sequence[str]) -> None:
    from factcheck.cli.deciding import decide

    decide(outputs)
