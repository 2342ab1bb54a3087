"""Where words go: results to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from factcheck.errors import OutputError
from factcheck.formats import Layout
from factcheck.paths import files_below
from factcheck.suffixes import CLAIM_FILE_SUFFIXES

BROKEN_PIPE = 141  # 128 + SIGPIPE, as shells report it
_PLAIN_WIDTH = 100

Color = Literal["auto", "always", "never"]

ColorOption = Annotated[
    Color, typer.Option("--color", help="When to use colours.", envvar="FACTCHECK_COLOR")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no notes; errors still show.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done.")]


def complain(message: str) -> None:
    """An error, on standard error."""
    _say(f"error: {message}")


def note(message: str) -> None:
    """A remark, on standard error."""
    _say(message)


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """A warning as a line on standard error, in place of Python's own form."""
    _say(f"warning: {message}")


def _say(message: str) -> None:
    if sys.stderr is None:  # closed by whoever started this
        return
    encoding = _encoding(sys.stderr)
    line = visible(message).encode(encoding, "backslashreplace").decode(encoding)
    with suppress(OSError, ValueError):  # nobody is left to tell
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def visible(message: str) -> str:
    """The message with control characters shown as codes; it may quote a hostile file."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in message)


def layout(color: Color, output: str = "-") -> Layout:
    """What can be shown: by standard output, or by a file, which takes all but colours."""
    if output != "-" or sys.stdout is None:
        return Layout(width=_PLAIN_WIDTH, color=color == "always")
    tty = sys.stdout.isatty()
    auto = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Layout(
        width=shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns,
        color=color == "always" or (color == "auto" and auto),
        unicode=_encoding(sys.stdout).lower().startswith("utf"),
    )


def _encoding(stream: TextIO) -> str:
    return stream.encoding or "ascii"


def emit(text: str, output: str = "-") -> None:
    """Write a result.

    Args:
        text: Ends with a line end.
        output: A file, which is written whole or not at all, or `-`.

    Raises:
        OutputError: It cannot be written.
    """
    content = text.encode("utf-8")
    if output != "-":
        _write_whole(Path(output), content)
        return
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes once more as it ends; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(BROKEN_PIPE) from None
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror}") from None


def check_output(output: str, inputs: Sequence[str]) -> None:
    """Refuse an output that would overwrite what is read, before any work is done.

    Raises:
        OutputError: The output is a folder, has no name, or is one of the inputs.
    """
    if output == "-":
        return
    if not output or Path(output).is_dir():
        raise OutputError(f"{output or 'an empty path'}: is no file; name one")
    same = os.path.realpath(output)
    for path in inputs:
        real = os.path.realpath(path)
        if path != "-" and (same == real or (Path(real).is_dir() and _is_input(same, real))):
            raise OutputError(f"{output}: is one of the inputs; name another file")


def _is_input(path: str, folder: str) -> bool:
    """Whether a file of a folder may be read: a claim file, or a document where there is none."""
    if not (Path(path).is_relative_to(folder) and Path(path).exists()):
        return False
    if path.lower().endswith(CLAIM_FILE_SUFFIXES):
        return True
    with suppress(OSError):
        return not any(
            file.suffix.lower() in CLAIM_FILE_SUFFIXES for file in files_below(Path(folder))
        )
    return True


def _write_whole(path: Path, content: bytes) -> None:
    try:
        mode = path.stat().st_mode if path.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            with path.open("wb") as device:  # a device or a pipe cannot be replaced
                device.write(content)
            return
        if mode is not None and not os.access(path, os.W_OK):
            raise OutputError(f"{path}: may not be written to")
        target = Path(os.path.realpath(path))  # a link stays a link
        with _temporary(target.parent) as temporary:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
            os.replace(temporary, target)  # noqa: PTH105 - the habit is os.replace
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".factcheck-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def work_progress(
    quiet: bool, what: str, stream: TextIO | None = None
) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with rate and remaining time, on a terminal only, once there is work."""
    stream = stream or sys.stderr
    if quiet or stream is None or not stream.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} a second" if task.speed else "")

    columns = (
        *(SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn()),
        *(MofNCompleteColumn(), Rate(), TimeRemainingColumn()),
    )
    progress = Progress(*columns, console=Console(file=stream), transient=True)
    task = progress.add_task("Loading the model", total=None)

    def update(done: int, total: int) -> None:
        progress.start()
        description = what if done else "Loading the model"
        progress.update(task, completed=done, total=total, description=description)
        if done == total:
            progress.stop()

    try:
        yield update
    finally:
        progress.stop()
