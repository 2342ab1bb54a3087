"""The command line: the only place that prints, exits and reads the environment.

Commands import what they need when they run, so that `--help` stays quick.
"""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer

from factcheck import __version__
from factcheck.cli import (
    cache,
    check,
    compare,
    configuration,
    diff,
    evaluate,
    explain,
    export,
    extract,
    index,
    init,
    lock,
    models,
    render,
    review,
    rule,
    schema,
    validate,
)
from factcheck.cli.config import configure
from factcheck.cli.console import complain, emit, show_warning
from factcheck.errors import FactcheckError, FactcheckWarning

ERROR = 2

app = typer.Typer(
    name="factcheck",
    help="Put each claim of an official text next to the statements that run against it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("compare")(compare.compare)
app.command("render")(render.render)
app.command("diff")(diff.diff)
app.command("validate")(validate.validate)
app.command("check")(check.check)
app.command("lock")(lock.lock)
app.command("rule")(rule.rule)
app.command("explain")(explain.explain)
app.command("extract")(extract.extract)
app.command("review")(review.review)
app.command("schema")(schema.schema)
app.command("config")(configuration.config)
app.command("init")(init.init)
app.add_typer(evaluate.app, name="eval")
app.add_typer(export.app, name="export")
app.add_typer(index.app, name="index")
app.add_typer(models.app, name="models")
app.add_typer(cache.app, name="cache")


def _version(wanted: bool) -> None:
    if wanted:
        emit(f"factcheck {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of all commands."""
    _ = version, debug  # handled before: by the callback, and by main
    configure(context)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done. 1: findings. 2: an error. 130: interrupted. 141: the reader went away.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = given[: given.index("--")] if "--" in given else given
    debug = "--debug" in options
    if debug:
        given.remove("--debug")
    with warnings.catch_warnings():
        if not debug:
            # What libraries warn of is for developers; what factcheck warns of is for users.
            warnings.simplefilter("ignore")
        warnings.simplefilter("always", FactcheckWarning)
        warnings.showwarning = show_warning
        return _run(given, debug=debug)


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        app(arguments, prog_name="factcheck", obj=arguments)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - no error may end in a green light
        if debug:
            complain(traceback.format_exc().rstrip())
        else:
            complain(_told(error))
    return ERROR


def _told(error: Exception) -> str:
    """An error in one line (or in as many as claim files have problems)."""
    if isinstance(error, FactcheckError):
        return str(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return (
            f"{error.name} is not installed, as in the light install for CI; use --locked, or "
            "install factcheck in full"
        )
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    first = str(error).strip().splitlines()[:1]
    detail = f"{type(error).__name__}: {first[0] if first else ''}"
    return f"internal error: {detail} (--debug shows the traceback)"
