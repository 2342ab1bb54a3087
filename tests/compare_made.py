"""What workers do in the tests of a comparison on a cluster; their processes import this module."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from conftest import FakeStance

Skill = Callable[[], Callable[[Any], Any]]


@dataclass(frozen=True)
class HangsOnce:
    """Does as another; but whoever comes first says on which node it is, and does no more."""

    inner: Skill
    folder: Path

    def __call__(self) -> Callable[[Any], Any]:
        do = self.inner()

        def hang_or_do(piece: Any) -> Any:
            if self._first():
                (self.folder / "said").write_text(ray.get_runtime_context().get_node_id())
                (self.folder / "never").read_text()  # a pipe that nobody writes to
            return do(piece)

        return hang_or_do

    def _first(self) -> bool:
        try:
            (self.folder / "first").mkdir()
        except FileExistsError:
            return False
        return True


@dataclass(frozen=True)
class Dies:
    """Ends the process that has it, at every piece or before the first."""

    at_once: bool = False

    def __call__(self) -> Callable[[Any], Any]:
        if self.at_once:
            os._exit(1)
        return self._die

    @staticmethod
    def _die(_piece: Any) -> Any:
        os._exit(1)


@dataclass(frozen=True)
class Fails:
    """Raises what nobody foresaw."""

    def __call__(self) -> Callable[[Any], Any]:
        return self._fail

    @staticmethod
    def _fail(piece: Any) -> Any:
        raise KeyError(f"no {piece}\nsecond line")


@dataclass(frozen=True)
class Judges:
    """Judges as the fake does, and notes by which process."""

    folder: Path

    def __call__(self) -> Callable[[Any], Any]:
        def judge(pairs: Any) -> Any:
            (self.folder / f"judged-{os.getpid()}").touch()
            return FakeStance().judge(pairs)

        return judge


@dataclass(frozen=True)
class Doubles:
    """Twice what is given."""

    def __call__(self) -> Callable[[Any], Any]:
        return lambda piece: 2 * piece
