"""What became of a text, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from factcheck.differences import Difference, word_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_WORDS = 2_000  # comparing costs words times words
_MOST_SAME = 24  # words that stay, in a row; of more, the middle is left out
_AROUND = 8


class Piece(NamedTuple):
    """A stretch of a text that was edited."""

    kind: Literal["same", "removed", "added"]
    text: str


def edited(old: str, new: str) -> tuple[Piece, ...]:
    """What became of a text, word by word."""
    pieces: list[Piece] = []
    runs = _differences(old, new)
    for at, run in enumerate(runs):
        if run.same:
            pieces.append(Piece("same", _middle_out(run.found, at == 0, at == len(runs) - 1)))
            continue
        if run.quoted:
            pieces.append(Piece("removed", run.quoted))
        if run.found:
            pieces.append(Piece("added", run.found))
    return tuple(pieces)


def _differences(old: str, new: str) -> Sequence[Difference]:
    if max(old.count(" "), new.count(" ")) < _MOST_WORDS:
        return word_differences(old, new, exact=True)
    before, after = old.split(), new.split()
    if max(len(before), len(after)) <= _MOST_WORDS:
        return word_differences(old, new, exact=True)
    return [Difference(" ".join(before), " ".join(after), same=before == after)]


def _middle_out(text: str, first: bool, last: bool) -> str:
    words = text.split()
    if len(words) <= _MOST_SAME:
        return text
    before = [] if first else words[:_AROUND]
    after = [] if last else words[-_AROUND:]
    return " ".join([*before, "…", *after])


def only_spaces(pieces: Iterable[Piece]) -> bool:
    """Whether no word differs: then only blanks or line ends do."""
    return all(piece.kind == "same" for piece in pieces)
