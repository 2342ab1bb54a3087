"""What a reviewer sees of a pair: plain words, safe to show, the same in all faces of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.text import printable
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from factcheck.desk.files import Saved
    from factcheck.desk.queue import Candidate
    from factcheck.desk.sitting import Progress
    from factcheck.records import Passage

CALLED = {"opposes": "opposes", "neutral": "neither", "supports": "supports"}
"""What the stances are called on the desk."""


@dataclass(frozen=True)
class Side:
    """A claim or a statement.

    Attributes:
        key: `source/id`.
        text: What is to be judged.
        quote: The words before, the verbatim words, and those after; empty where there are none.
        facts: Names and values, in the order in which they help.
        url: Where it can be read; empty where that is not told.
    """

    key: str
    text: str
    quote: tuple[str, str, str]
    facts: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True)
class View:
    """A pair.

    Attributes:
        claim: What an official source holds.
        statement: What a critique source says.
        model: What the model holds of them, in one line.
    """

    claim: Side
    statement: Side
    model: str


def view_of(candidate: Candidate) -> View:
    """What is shown of a pair."""
    return View(_side(candidate.claim), _side(candidate.statement), model_line(candidate))


def model_line(candidate: Candidate) -> str:
    """The model's figures on a pair."""
    pair = candidate.pair
    near = f"similarity {pair.similarity:.2f}"
    if pair.probabilities is None:
        return near
    told = zip(LABELS, pair.probabilities, strict=True)
    return f"{', '.join(f'{CALLED[label]} {value:.2f}' for label, value in told)} · {near}"


def progress_line(progress: Progress) -> str:
    """How far a sitting is, in one line."""
    done = progress.total - progress.left
    at = min(done + 1, progress.total)
    skipped = f", {progress.skipped} skipped" if progress.skipped else ""
    before = f", {progress.before} before" if progress.before else ""
    return f"{at} of {progress.total} · {progress.decided} decided{skipped}{before}"


def saved_line(candidate: Candidate, saved: Saved) -> str:
    """What became of a decision, and what the model holds of the pair."""
    parts = [f"saved: {CALLED[saved.decision.stance]}", *saved.effect.told()]
    return f"{', '.join(parts)} · the model: {model_line(candidate)}"


def undone_line(saved: Saved | None) -> str:
    """What an undo took back."""
    if saved is None:
        return "back to the pair you skipped"
    return f"taken back: {CALLED[saved.decision.stance]}"


def _side(passage: Passage) -> Side:
    quote, source = passage.quote, passage.source
    given = (quote.prefix, quote.exact, quote.suffix) if quote else ()
    before, exact, after = (printable(part or "") for part in given or ("", "", ""))
    facts = {
        "speaker": passage.speaker,
        "source": source.title,
        "by": f"{source.publisher} ({source.kind})" if source.publisher else None,
        "kind": None if source.publisher else source.kind,
        "date": source.date.isoformat() if source.date else None,
        "where": passage.locator,
        "file": f"{passage.path}:{passage.line}" if passage.path else None,
    }
    return Side(
        key=printable(passage.key),
        text=printable(passage.text),
        quote=(before, exact, after),
        facts=tuple((name, printable(value)) for name, value in facts.items() if value),
        url=source.archived_url or source.url or "",
    )
