"""What the tests of the cluster share: a corpus made up, and encoders for worker processes."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from conftest import FakeEncoder
from index_made import KINDS, text

from factcheck.index.reading import Item
from factcheck.inference import Progress, silent
from factcheck.paths import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


def write_corpus(folder: Path, files: int, rows: int) -> Path:
    """Files of rows, each of a source of its own; every ninth text is that of another file too."""
    folder.mkdir(parents=True)
    for number in range(files):
        lines = []
        for row in range(rows):
            unique = row if row % 9 == 0 else number * rows + row + 1_000
            lines.append({"id": f"r{row}", "text": text(unique), "source": f"s{number}"})
            lines[-1] |= {"kind": KINDS[number % 3]}
        told = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"f{number}.jsonl").write_text(told, "utf-8")
    return folder


def poison(folder: Path, number: int, word: str) -> Path:
    """Put a text with a word into a file."""
    file = folder / f"f{number}.jsonl"
    row = {"id": "poison", "text": f"A text with {word}.", "source": f"s{number}"}
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(row | {"kind": KINDS[number % 3]}) + "\n")
    return file


def stubbornly(start: Callable[..., Any], **options: Any) -> Any:
    """Start a node, again where Ray gives it up: on a busy machine it is slow to begin."""
    for left in reversed(range(5)):
        try:
            return start(**options)
        except Exception as error:
            if not left or "timed out during startup" not in str(error):
                raise
    raise AssertionError


DEADLY = {"exit": "poison-exit", "killed": "poison-kill", "memory": "poison-memory"}
"""Words that end a process in three ways: by itself, as the system kills who takes too much
memory, and for want of memory that no machine has."""


class Deadly(FakeEncoder):
    """An encoder that some words end."""

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Any:
        for each in texts:
            if DEADLY["exit"] in each:
                os._exit(1)
            if DEADLY["killed"] in each:
                os.kill(os.getpid(), signal.SIGKILL)
            if DEADLY["memory"] in each:
                bytearray(1 << 60)
        return super().encode(texts, progress)


class KillsItsNode(FakeEncoder):
    """An encoder that kills the node it runs on, once, while all others wait for that."""

    def __init__(self, node: str, pipe: Path) -> None:
        super().__init__()
        self._node, self._pipe = node, pipe

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Any:
        import ray

        if self._pipe.exists():
            if ray.get_runtime_context().get_node_id() == self._node:
                with self._pipe.open("w"):  # whoever waits goes on
                    self._pipe.unlink()
                    os.kill(os.getppid(), signal.SIGKILL)  # who started this: the node's own
                    signal.pause()
            with self._pipe.open():
                pass
        return super().encode(texts, progress)


class Bomb(Found):
    """A file that ends any process that reads it, but the one that named it."""

    def __reduce__(self) -> Any:
        return _bomb, (self.path, self.shown, self.below)


class _Lit(Found):
    @property
    def suffix(self) -> str:
        os.kill(os.getpid(), signal.SIGSEGV)
        return ""


def _bomb(path: Path, shown: str, below: Path) -> Found:
    return _Lit(path, shown, below)


def with_bomb(items: Sequence[Item], number: int) -> list[Item]:
    """The same files, one of which ends whoever reads it."""
    given = list(items)
    found = given[number].found
    given[number] = Item(Bomb(found.path, found.shown, found.below), given[number].name)
    return given


class Here:
    """A crew of this process: what it is given is done at once."""

    def __init__(self, hand: Any, deaths: str = "") -> None:
        self._do, self._deaths = hand(), deaths
        self.pieces: list[Any] = []

    def each(self, pieces: Iterable[Any], lost: Any = None) -> Iterator[tuple[int, Any]]:
        for number, piece in enumerate(pieces):
            self.pieces.append(piece)
            texts = getattr(piece, "texts", ())
            told = [entry.statement.text for entry in getattr(piece, "entries", ())]
            if self._deaths and any(self._deaths in str(each) for each in (*told, *texts)):
                yield number, lost("3 processes died of it")
            else:
                yield number, self._do(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass
