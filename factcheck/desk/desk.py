"""A sitting whose every decision is in its claim file before the next pair is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from factcheck.errors import InputError
from factcheck.fields import Line
from factcheck.records import Decision

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from factcheck.desk.files import OpenFiles, Saved
    from factcheck.desk.queue import Candidate
    from factcheck.desk.sitting import Sitting
    from factcheck.records import StanceLabel

_LINE: TypeAdapter[str] = TypeAdapter(Line)
_SAID = {
    "string_too_long": "is longer than 1,000 characters",
    "string_unicode": "holds half a character (a lone surrogate); remove it",
}


class Desk:
    """What both faces of the desk, the terminal's and the browser's, do with keys.

    Attributes:
        sitting: Where the reviewer is.
        reviewer: Who decides.
    """

    def __init__(
        self,
        sitting: Sitting,
        files: OpenFiles,
        reviewer: str,
        today: Callable[[], dt.date],
    ) -> None:
        """Sit down.

        Args:
            sitting: Its beginning.
            files: Opened.
            reviewer: Who decides.
            today: Tells the day of a decision.
        """
        self.sitting = sitting
        self.reviewer = reviewer
        self._files = files
        self._today = today
        self._saved: list[Saved | None] = []

    def decide(
        self, stance: StanceLabel, *, replace_uncovered: bool = False
    ) -> tuple[Candidate, Saved]:
        """Save a decision on the pair that is shown, then show the next.

        Returns:
            The pair that was decided, and what was saved.

        Raises:
            UncoveredError: The claim is marked uncovered, and nobody was asked.
            FactcheckError: It could not be saved; the pair is still shown.
        """
        candidate = self._current()
        decision = Decision(
            statement=candidate.statement.key,
            stance=stance,
            reviewer=self.reviewer,
            date=self._today(),
            note=self.sitting.note,
        )
        saved = self._files.save(candidate.claim, decision, replace_uncovered=replace_uncovered)
        self._saved.append(saved)
        self.sitting = self.sitting.decided(stance)
        return candidate, saved

    def skip(self) -> None:
        """Leave the pair that is shown for another sitting.

        Raises:
            InputError: No pair is shown.
        """
        self._current()
        self._saved.append(None)
        self.sitting = self.sitting.skipped()

    def undo(self) -> Saved | None:
        """Take the last step back; what it saved, or None where it was a skip.

        Raises:
            FactcheckError: There is none, or the file was changed so that it cannot be taken
                back.
        """
        if not self._saved:
            raise InputError("there is nothing to undo in this sitting")
        saved = self._saved[-1]
        if saved is not None:
            self._files.undo(saved)
        self._saved.pop()
        self.sitting = self.sitting.undone()
        return saved

    def note(self, text: str) -> None:
        """Write a note to the pair that is shown; an empty one takes it away.

        Raises:
            InputError: No pair is shown, or the note is none that a claim file may hold.
        """
        self._current()
        folded = " ".join(text.split())
        self.sitting = self.sitting.noted(line(folded, "the note") if folded else None)

    def _current(self) -> Candidate:
        if self.sitting.current is None:
            raise InputError("all pairs are through; there is none to decide")
        return self.sitting.current


def line(text: str, what: str) -> str:
    """A text, if a claim file may hold it as a line.

    Raises:
        InputError: It may not.
    """
    try:
        return _LINE.validate_python(text)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        message = _SAID.get(found["type"], found["msg"])
        raise InputError(f"{what} {message}") from None
