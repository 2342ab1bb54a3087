"""The commands that the pages show: found, run, and held to the output shown below them.

python docs/shown.py [PAGE…]           tells what differs
python docs/shown.py --write [PAGE…]   puts the output as it is now in place

In a block marked `console`, a line that begins with `$` is a command, and the lines below are its
output: where there are none, only the exit status counts. `…` alone on a line stands for any
lines, within a line for any words. A block with a title, such as `title="speech.txt"`, is a file
that the reader saves under this name. `$ echo $?` shows the exit status of the command before.
"""

from __future__ import annotations

import difflib
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import shown_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
SHELLS = {"console", "shell", "sh", "bash"}
FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS = "echo $?"


class Result(NamedTuple):
    """What a command gave."""

    code: int
    output: str


@dataclass(frozen=True)
class File:
    """A file that the reader saves."""

    name: str
    content: str


@dataclass(frozen=True)
class Command:
    """A command as a page shows it.

    Attributes:
        line: The page's line on which it stands, from 1.
        text: What is typed.
        shown: The output below it.
        status: The exit status that the page shows, or 0.
    """

    line: int
    text: str
    shown: tuple[str, ...] = ()
    status: int = 0


def pages() -> list[str]:
    """The pages whose commands count, as paths from the root."""
    found = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def steps(text: str) -> list[File | Command]:
    """The files and commands of a page, in order."""
    found: list[File | Command] = []
    for fence in FENCE.finditer(text):
        language, about, body = fence.groups()
        if title := re.search(r'title="([^"]+)"', about):
            found.append(File(title[1], body))
        elif language in SHELLS:
            found += _commands(body, text.count("\n", 0, fence.start()) + 2)
    return found


def _commands(body: str, first: int) -> Iterator[Command]:
    lines = body.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    if lines and starts[:1] != [0]:
        raise ValueError(f"line {first}: a block of commands begins with '$ '")
    ends = [*starts[1:], len(lines)]
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        typed = re.sub(r"\s{2,}#.*", "", lines[start].removeprefix("$ "))
        if typed == _STATUS:
            continue
        status = 0
        if n + 1 < len(starts) and lines[starts[n + 1]] == f"$ {_STATUS}":
            status = int(lines[starts[n + 1] + 1])
        yield Command(first + start, typed, tuple(lines[start + 1 : end]), status)


def differs(shown: Sequence[str], output: str) -> bool:
    """Whether a page shows something else than what a command gave."""
    wanted = [line.rstrip() for line in shown]
    given = [line.rstrip() for line in output.strip("\n").splitlines()]
    parts = [
        r"(?:[^\n]*\n)*?" if line == "…" else re.escape(line).replace("…", "[^\n]*") + r"\n"
        for line in wanted
    ]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in given)) is None


def renewed(shown: Sequence[str], output: str) -> list[str] | None:
    """What a page should show now: each line's likeness, in order; None where one has none."""
    given = [line.rstrip() for line in output.strip("\n").splitlines()]
    if "…" not in "".join(shown):
        return given
    lines, at = [], 0
    for line in shown:
        if line == "…" or not line.strip():
            lines.append(line)
            continue
        likeness = [difflib.SequenceMatcher(None, line, each).ratio() for each in given[at:]]
        if not likeness or max(likeness) < 0.6:  # noqa: PLR2004 - less is another line
            return None
        best = at + likeness.index(max(likeness))
        lines.append(line if "…" in line else given[best])
        at = best + 1
    return lines


def in_shell(text: str, folder: Path, environment: Mapping[str, str]) -> Result:
    """Run a command as a reader does."""
    ran = subprocess.run(
        ["/bin/bash", "-c", text],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Result(ran.returncode, (ran.stdout + ran.stderr).decode("utf-8", "replace"))


def reason_not_to_run(text: str) -> str | None:
    """Why a command is not run; None where it is."""
    return next((why for sign, why in shown_lists.NOT_RUN.items() if re.search(sign, text)), None)


def needs_model(page: str) -> bool:
    """Whether some command of a page loads a model."""
    text = (ROOT / page).read_text("utf-8")
    return page in shown_lists.WITH_MODEL or any(
        isinstance(step, Command)
        and not reason_not_to_run(step.text)
        and shown_lists.loads_model(step.text)
        for step in steps(text)
    )


def sessions(page: str) -> list[list[File | Command]]:
    """What is done in one folder, one after the other; each session begins in a fresh one."""
    found = steps((ROOT / page).read_text("utf-8"))
    return [[step] for step in found] if page in shown_lists.APART else [found]


def run_session(
    page: str, session: Sequence[File | Command], folder: Path, execute: Callable[..., Result]
) -> Iterator[tuple[Command, Result]]:
    """Run the commands of a session in a folder, those that can be run."""
    here = shown_lists.begin(page, folder)
    for step in session:
        if isinstance(step, File):
            path = here / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.content, "utf-8")
        elif step.text.startswith("cd "):
            target = shlex.split(step.text)[1].replace("~", str(folder / "home"), 1)
            here = (here / target).resolve(strict=True)
        elif reason_not_to_run(step.text) is None:
            typed = shown_lists.RUN_AS.get(step.text, step.text).removeprefix(".venv/bin/")
            yield step, execute(typed, here, shown_lists.environment(page, typed, folder))


def main() -> int:
    """Tell what differs, or write it; 1 where something differs that was not mended."""
    write = "--write" in sys.argv
    left = 0
    for page in [each for each in sys.argv[1:] if each != "--write"] or pages():
        changes = []
        for session in sessions(page):
            with tempfile.TemporaryDirectory() as folder:
                for command, result in run_session(page, session, Path(folder), in_shell):
                    wrong = result.code != command.status
                    if wrong or (command.shown and differs(command.shown, result.output)):
                        new = None if wrong else renewed(command.shown, result.output)
                        print(f"{page}:{command.line}: $ {command.text} ({result.code})")
                        print(result.output)
                        left += not write or new is None
                        changes.append((command, new))
        if write:
            _write(page, [(command, new) for command, new in changes if new is not None])
    return int(left > 0)


def _write(page: str, changes: Sequence[tuple[Command, list[str]]]) -> None:
    lines = (ROOT / page).read_text("utf-8").splitlines()
    for command, new in sorted(changes, key=lambda each: -each[0].line):
        lines[command.line : command.line + len(command.shown)] = new
    (ROOT / page).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
