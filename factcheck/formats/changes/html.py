"""What differs between two reports as one page to read, share and print, without any script.

It has the stylesheet of the report's page, and its own below. All texts pass through `said` and
the autoescaping of Jinja2; the content security policy names the stylesheet's hash.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from factcheck.formats.changes import wording
from factcheck.formats.changes.edits import edited, only_spaces
from factcheck.formats.changes.passages import altered, altered_sources
from factcheck.formats.html.assets import page_assets
from factcheck.formats.html.texts import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.changes import Changes
    from factcheck.formats import Layout
    from factcheck.formats.changes.edits import Piece

_MOST = 500  # rows of a list, unless all are asked for
_MOST_CLAIMS = 20
_LONGEST = 2_000  # characters of a text that stands there to be recognised
_PERCENT = 1_000  # the width that shares are drawn on
_POLICY = (
    "default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Part:
    """A list with its heading, and how many of it are not shown."""

    id: str
    title: str
    kind: str
    rows: Sequence[object]
    left: int


@dataclass(frozen=True)
class Share:
    """A stretch of the bar of verdicts."""

    name: str
    start: float
    width: float


def render(changes: Changes, _layout: Layout, whole: bool) -> str:
    """A page that is complete in itself; the same changes, the same bytes."""
    style = page_assets().style + _style()
    summaries = {"before": changes.old.summary, "after": changes.new.summary}
    return (
        _environment()
        .get_template("changes.html.j2")
        .render(
            changes=changes,
            style=style,
            policy=_POLICY.format(style=_hash(style)),
            result=wording.tally(changes),
            counts=list(wording.verdict_counts(changes)),
            bars=[
                (when, summary.claims, list(_shares(changes, after=when == "after")))
                for when, summary in summaries.items()
            ],
            parts=[part for part in _parts(changes, whole=whole) if part.rows],
            untold=wording.not_listed(changes, whole=whole),
            most_claims=None if whole else _MOST_CLAIMS,
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("factcheck.formats.changes"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["said"] = said
    made.filters["text"] = lambda text: said(wording.cut(text, _LONGEST))
    made.filters["pieces"] = _pieces
    made.globals.update(
        held=wording.held,
        speaks=wording.speaks,
        stood=wording.stood,
        figures=wording.figures,
        strongest=wording.strongest,
        only_spaces=only_spaces,
    )
    return made


@cache
def _style() -> str:
    return (files(__package__) / "templates" / "changes.css").read_text("utf-8")


def _hash(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _pieces(old: str, new: str) -> list[Piece]:
    """What became of a text, each stretch of a length that a page can hold."""
    return [
        piece._replace(text=said(wording.cut(piece.text, _LONGEST))) for piece in edited(old, new)
    ]


def _shares(changes: Changes, *, after: bool) -> Iterator[Share]:
    summary = changes.new.summary if after else changes.old.summary
    start = 0.0
    for verdict, *counts in wording.verdict_counts(changes):
        width = round(counts[after] / max(summary.claims, 1) * _PERCENT, 2)
        yield Share(verdict, round(start, 2), width)
        start += width


def _parts(changes: Changes, *, whole: bool) -> Iterator[Part]:
    labels = [moved for moved in changes.moves if moved.label]
    figures = [moved for moved in changes.moves if not moved.label]
    groups = wording.by_statement(wording.listed(changes, whole=whole))
    lists: list[tuple[str, str, str, Sequence[object]]] = [
        ("verdicts", "Verdicts that moved", "verdict", changes.verdicts),
        ("sources", "Sources", "altered", altered_sources(changes.sources)),
        ("claims", "Claims", "altered", altered(changes.claims)),
        ("statements", "Statements", "altered", altered(changes.statements)),
        ("stances", "Stances that changed", "pair", labels),
        ("figures", "Figures that moved", "pair", figures),
        ("shown", "Statements that came among the k shown, or left", "group", groups),
        ("grounds", "The same verdict on other grounds", "grounds", changes.grounds),
        ("places", "In another place", "place", changes.places if whole else ()),
    ]
    for name, title, kind, rows in lists:
        listed = rows if whole or name == "verdicts" else rows[:_MOST]
        yield Part(name, f"{title} ({len(rows):,})", kind, listed, len(rows) - len(listed))
