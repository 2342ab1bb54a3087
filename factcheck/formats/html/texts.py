"""Texts for the page: steering characters as codes, and stretches to mark."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from factcheck.fields import HttpsUrl
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.report import SignalKind


class Piece(NamedTuple):
    """A stretch of a text.

    Attributes:
        text: Safe to show, not yet escaped.
        kinds: The kinds of signals that it is part of; empty where it is not marked.
    """

    text: str
    kinds: tuple[SignalKind, ...] = ()


@lru_cache(maxsize=4096)
def said(text: str) -> str:
    """A text on one line; what could steer a display is shown as its code."""
    line = " ".join(text.split())
    return line if line.isprintable() else printable(line)


def pieces(text: str, spans: Iterable[tuple[int, int, SignalKind]]) -> tuple[Piece, ...]:
    """A text cut where marks begin and end.

    Args:
        text: The text.
        spans: Start, end and kind; what lies outside the text is left out.
    """
    within = sorted({(max(0, a), min(len(text), b), kind) for a, b, kind in spans})
    cuts = sorted({0, len(text), *(at for a, b, _ in within if a < b for at in (a, b))})
    told: list[Piece] = []
    for start, end in pairwise(cuts):
        kinds = tuple(dict.fromkeys(kind for a, b, kind in within if a <= start and end <= b))
        told.append(Piece(_kept(text[start:end]), kinds))
    return tuple(told)


def _kept(text: str) -> str:
    """As `said`, with a blank where the stretch begins or ends with some."""
    inner = said(text)
    if not inner:
        return " " if text else ""
    before, after = (" " * part.isspace() for part in (text[0], text[-1]))
    return f"{before}{inner}{after}"


@lru_cache(maxsize=4096)
def https(url: str | None) -> str | None:
    """An address that may be linked to; None for all but https, however it got here."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - beside its one use

    if url is None:
        return None
    try:
        return TypeAdapter[str](HttpsUrl).validate_python(url)
    except ValidationError:
        return None


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 claim`, `2,000 claims`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
