"""What a claim file may hold, and texts brought to it."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from factcheck.quotes import fold

__all__ = ["BARRED", "allowed_stretch", "clean", "is_blank"]

BARRED = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""A character that no claim file may hold; other control characters are white space."""


def clean(text: str) -> str:
    """White space folded, control characters out."""
    return fold(BARRED.sub(" ", text))


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in text)


def allowed_stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """The longest part of `text[start:end]` that may stand in a claim file as it is."""
    bars = [start - 1, *(bar.start() for bar in BARRED.finditer(text, start, end)), end]
    spans = [(left + 1, right) for left, right in pairwise(bars)]
    return max(spans, key=lambda span: span[1] - span[0])
