"""Text made safe to show."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.report import Searched

# Joiners that scripts and emoji need; all other format characters are shown as codes.
_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """Text on one line, with characters that steer a display shown as their codes."""
    return "".join(
        f"\\u{ord(character):04x}"
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and character not in _JOINERS
        else character
        for character in " ".join(text.split())
    )


def searched(how: Searched) -> str:
    """How an index was searched, in words; the filter is left as the user wrote it."""
    means = {"dense": "vectors", "lexical": "words", "hybrid": "vectors and words"}
    told = f"an index searched by {means[how.retrieve]}"
    if how.approximate:
        recall = "" if how.recall is None else f" (recall {how.recall:.3f} on a sample)"
        told += f", approximately{recall}"
    return f"{told}, where {how.where}" if how.where else told
