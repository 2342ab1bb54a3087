"""Finding a quote in the text of its document.

A quote matches character for character once runs of white space are folded to one
space on both sides: where a converter broke the lines is not what a source said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.records import Quote

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Anchor:
    """Where a quote stands: `text[start:end]` of the document, and how often it occurs."""

    start: int
    end: int
    occurrences: int


@dataclass(frozen=True)
class Missing:
    """A quote that the document does not hold.

    Attributes:
        matched: The longest beginning of `exact` that does occur; may be empty, and is
            the whole where only the prefix or suffix is wrong.
        goes_on: What follows that beginning in the document.
    """

    matched: str
    goes_on: str


def fold(text: str) -> str:
    """Runs of white space to one space, none at the ends."""
    return _SPACE.sub(" ", text).strip()


def find_quote(text: str, quote: Quote) -> Anchor | Missing:
    """Anchor a quote in a document's text.

    Where `exact` occurs several times, `prefix` and `suffix` choose; where they
    leave several, the first is taken and `occurrences` says how many there were.

    Args:
        text: The document's text.
        quote: After the W3C TextQuoteSelector.
    """
    parts = [quote.prefix or "", quote.exact, quote.suffix or ""]
    before, exact, after = (r"\s+".join(map(re.escape, part.split())) for part in parts)
    gap_before = r"\s*" if quote.prefix else ""
    gap_after = r"\s*" if quote.suffix else ""
    pattern = f"(?={before}{gap_before}({exact}){gap_after}{after})"
    found = [match.span(1) for match in re.finditer(pattern, text)]
    if found:
        return Anchor(*found[0], occurrences=len(found))
    return _missing(fold(text), fold(quote.exact))


def _missing(text: str, wanted: str) -> Missing:
    """How far a quote can be followed in the folded text."""
    low, high = 0, len(wanted)
    while low < high:  # the longest beginning that occurs: occurrence is monotone in length
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wanted[:middle] in text else (low, middle - 1)
    end = text.find(wanted[:low]) + low
    return Missing(wanted[:low], text[end : end + 40])
