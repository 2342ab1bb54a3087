"""The command line: the only place that prints, exits and reads the environment.

A command is imported when it is asked for, and imports what it needs when it runs.
"""

from __future__ import annotations

import atexit
import gc
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer

from factcheck import __version__
from factcheck.cli.commands import Root
from factcheck.cli.config import configure
from factcheck.cli.console import complain, emit, show_warning
from factcheck.errors import FactcheckError, FactcheckWarning

ERROR = 2
_MANY = 100_000

app = typer.Typer(
    cls=Root,
    name="factcheck",
    help="Put each claim of an official text next to the statements that run against it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    _collect_seldom()
    with warnings.catch_warnings():
        if not debug:
            # What libraries warn of is for developers; what factcheck warns of is for users.
            warnings.simplefilter("ignore")
        warnings.simplefilter("always", FactcheckWarning)
        warnings.showwarning = show_warning
        return _run(given, debug=debug)


def _collect_seldom() -> None:
    """Look for garbage seldom, and not at the end: a short run leaves little, and looks in vain.

    Importing makes very many objects that stay. Python would go through them time and again as
    they come, and once more before it lets go of all of them at its end.
    """
    gc.set_threshold(_MANY, 20, 20)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


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
