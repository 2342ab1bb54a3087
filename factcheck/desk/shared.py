"""One desk for several tabs of a browser: what they are shown, and what they ask for."""

from __future__ import annotations

from dataclasses import asdict
from threading import Lock
from typing import TYPE_CHECKING, Any

from factcheck.desk.expecting import UncoveredError
from factcheck.desk.views import CALLED, model_line, progress_line, saved_line, undone_line, view_of
from factcheck.errors import FactcheckError
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factcheck.desk.desk import Desk


class NoSuchActionError(ValueError):
    """A page asks for something that there is not."""


class EndedError(Exception):
    """The desk has been closed; a connection of before still asks."""


class SharedDesk:
    """One desk that several tabs may sit at; they take turns.

    Each action names the step that its page showed. Where another tab was quicker, nothing is
    done, and the page shows what is there now.
    """

    def __init__(self, desk: Desk, *, blind: bool) -> None:
        """Share a desk."""
        self._desk = desk
        self._blind = blind
        self._lock = Lock()
        self._ended = False

    def end(self) -> None:
        """Do nothing from now on; what is being done is done first."""
        with self._lock:
            self._ended = True

    def state(self) -> dict[str, Any]:
        """What a page shows."""
        with self._lock:
            return self._state()

    def model(self) -> dict[str, Any]:
        """What the model holds of the pair that is shown."""
        with self._lock:
            current = self._desk.sitting.current
            step = len(self._desk.sitting.steps)
            return {"step": step, "model": model_line(current) if current else ""}

    def act(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a page asks for, and tell how it went.

        Raises:
            NoSuchActionError: It asks for nothing that there is.
            EndedError: The desk has been closed.
        """
        with self._lock:
            if self._ended:
                raise EndedError
            if wanted.get("step") != len(self._desk.sitting.steps):
                return self._state(
                    "nothing was done: another tab went on; this is the pair now", failed=True
                )
            try:
                return self._state(self._done(wanted))
            except UncoveredError as error:
                return self._state(ask=f"{str(error).capitalize()}.")
            except FactcheckError as error:
                return self._state(f"not saved: {error}", failed=True)

    def _done(self, wanted: Mapping[str, Any]) -> str:
        action = wanted.get("action")
        if action == "decide" and wanted.get("stance") in CALLED:
            replace = wanted.get("replace") is True
            return saved_line(*self._desk.decide(wanted["stance"], replace_uncovered=replace))
        if action == "skip":
            self._desk.skip()
            return "skipped; it comes again in the next sitting"
        if action == "undo":
            return undone_line(self._desk.undo())
        if action == "note" and isinstance(wanted.get("note"), str):
            self._desk.note(wanted["note"])
            return "noted" if self._desk.sitting.note else "no note"
        raise NoSuchActionError

    def _state(self, said: str = "", *, failed: bool = False, ask: str = "") -> dict[str, Any]:
        sitting = self._desk.sitting
        pair = None
        if sitting.current is not None:
            pair = asdict(view_of(sitting.current))
            if self._blind:
                del pair["model"]
        return {
            "step": len(sitting.steps),
            "progress": asdict(sitting.progress),
            "head": printable(f"{progress_line(sitting.progress)} · {self._desk.reviewer}"),
            "note": sitting.note or "",
            "pair": pair,
            "said": printable(said),
            "failed": failed,
            "ask": ask,
        }
