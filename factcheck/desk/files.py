"""Decisions in claim files on disk: each at once, whole, and over nobody else's work.

A file is read anew before each decision. What others changed in it meanwhile stays; where they
changed the claim itself, or broke the file, nothing is written. The new file is
flushed to the disk beside the old one and takes its place in one step, so that a crash at
any moment leaves the one or the other.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from factcheck.desk.expecting import Effect, with_decision, without_decision
from factcheck.desk.rewriting import rewritten, sound_file
from factcheck.desk.whole import put_whole, read_whole, sweep
from factcheck.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from factcheck.claims import ReadFile
    from factcheck.records import Claim, ClaimFile, Decision, Expectation

    Change = Callable[[ReadFile, ClaimFile, int], Expectation]

_LOCK = ".review-lock"
_TRIES = 5


@dataclass(frozen=True)
class Saved:
    """A decision that is on the disk, and what an undo needs.

    Attributes:
        claim: The claim that it is on.
        decision: The decision.
        effect: What it changed besides.
        start: Where the file's bytes first differ from those before.
        old: What stood there.
        new: What stands there now.
        sha256: Of the file as it was saved.
    """

    claim: Claim
    decision: Decision
    effect: Effect
    start: int
    old: bytes
    new: bytes
    sha256: str


class OpenFiles:
    """Claim files that one desk holds; another desk cannot open them meanwhile."""

    def __init__(self, paths: Mapping[str, Path], sources: Iterable[str]) -> None:
        """Name the files.

        Args:
            paths: Claim files by the ids of their sources.
            sources: Those with claims that may be decided on.
        """
        self._paths = {name: paths[name] for name in sorted(set(sources))}
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Hold the files.

        Raises:
            InputError: Another desk holds one.
            OutputError: One may not be written to.
        """
        with ExitStack() as held:
            for path in self._paths.values():
                _hold(path, held)
            self._held = held.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the files go."""
        self._held.close()

    def save(self, claim: Claim, decision: Decision, *, replace_uncovered: bool = False) -> Saved:
        """Write a decision into its claim file.

        Args:
            claim: As the reviewer was shown it.
            decision: On one of its pairs.
            replace_uncovered: Whether an opposing statement may take the mark `uncovered` away.

        Raises:
            UncoveredError: It is marked uncovered, and nobody was asked.
            InputError: The claim was changed since, or the file cannot be edited.
            ClaimFileError: The file has errors now.
            OutputError: It cannot be written.
        """
        effects: list[Effect] = []

        def decide(file: ReadFile, content: ClaimFile, number: int) -> Expectation:
            entry = (content.claims or ())[number]
            if _shown(file, number) != (claim.text, claim.quote, claim.source.id):
                line = file.located.place(("claims", number))[0]
                raise InputError(
                    f"{file.path}:{line}: the claim {claim.id!r} was changed since it was shown; "
                    "nothing was saved. Quit and start again to judge it as it is now"
                )
            expect, effect = with_decision(
                entry.expect, decision, replace_uncovered=replace_uncovered
            )
            effects.append(effect)
            return expect

        before, after = self._change(claim, decide)
        start, old, new = _difference(before, after)
        return Saved(claim, decision, effects[-1], start, old, new, _sha256(after))

    def undo(self, saved: Saved) -> None:
        """Take a decision back: the bytes before, or, where the file was changed since, only it.

        Raises:
            InputError: The decision or its claim is no longer there.
            ClaimFileError: The file has errors now.
            OutputError: It cannot be written.
        """
        path = self._paths[saved.claim.source.id]
        raw = read_whole(path)
        if _sha256(raw) == saved.sha256:
            end = saved.start + len(saved.new)
            if put_whole(path, raw, raw[: saved.start] + saved.old + raw[end:]):
                return

        def take_back(_file: ReadFile, content: ClaimFile, number: int) -> Expectation:
            entry = (content.claims or ())[number]
            return without_decision(entry.expect, saved.decision, saved.effect)

        self._change(saved.claim, take_back)

    def _change(self, claim: Claim, change: Change) -> tuple[bytes, bytes]:
        """The bytes before and after; tried anew where somebody saves in between."""
        path = self._paths[claim.source.id]
        for _ in range(_TRIES):
            raw = read_whole(path)
            file, content = sound_file(raw, str(path))
            ids = [entry.id for entry in content.claims or ()]
            if claim.id not in ids:
                raise InputError(
                    f"{path}: the claim {claim.id!r} is no longer there; nothing was saved"
                )
            number = ids.index(claim.id)
            new = rewritten(raw, str(path), content, number, change(file, content, number))
            if put_whole(path, raw, new):
                return raw, new
        raise OutputError(f"{path}: is being written to all the time; nothing was saved")


def _shown(file: ReadFile, number: int) -> tuple[object, ...]:
    """What a reviewer judges a claim by."""
    claim = file.records().claims[number]
    return claim.text, claim.quote, claim.source.id


def _hold(path: Path, held: ExitStack) -> None:
    if not os.access(path, os.W_OK):
        raise OutputError(f"{path}: may not be written to, so no decision could be saved in it")
    target = Path(os.path.realpath(path))
    lock = FileLock(target.with_name(f".{target.name}{_LOCK}"), blocking=False)
    try:
        lock.acquire()
    except Timeout:
        message = "is open in another review desk; quit that one, or name other files"
        raise InputError(f"{path}: {message}") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be locked: {error.strerror}") from None
    held.callback(_release, lock)
    sweep(target)


def _release(lock: FileLock) -> None:
    """Let go; the lock's file goes first, while nobody else can hold it."""
    with suppress(OSError):
        Path(lock.lock_file).unlink()
    lock.release()


def _difference(before: bytes, after: bytes) -> tuple[int, bytes, bytes]:
    """Where two contents first differ, and what stands there in each until they are the same."""
    start = _alike(before, after)
    same = _alike(before[start:][::-1], after[start:][::-1])
    return start, before[start : len(before) - same], after[start : len(after) - same]


def _alike(one: bytes, two: bytes) -> int:
    """How many bytes are the same from the beginning."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(two)))


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
