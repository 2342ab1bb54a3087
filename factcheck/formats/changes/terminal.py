"""What differs between two reports, for an editor at a terminal.

All words from files are put in as plain `rich` text: none is read as markup, and
what could move the cursor or turn the direction of writing is shown as its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from factcheck.formats.changes import wording
from factcheck.formats.changes.passages import altered, altered_sources
from factcheck.formats.changes.rows import STYLES, Rows
from factcheck.formats.checks.wording import inert
from factcheck.formats.screen import shown
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from factcheck.changes import Changes
    from factcheck.formats import Layout

Thing = TypeVar("Thing")

_MOST = 20  # rows of a list, unless all are asked for


def render(changes: Changes, layout: Layout, whole: bool) -> str:
    """What made them differ, verdicts, texts, figures, then the result in one line."""
    return inert(shown(_Screen(Rows(changes, layout, whole)).parts(), layout))


@dataclass(frozen=True)
class _Screen:
    """The parts of one showing."""

    rows: Rows

    def parts(self) -> Iterator[RenderableType]:
        changes = self.rows.changes
        if changes.different:
            yield from self._made()
            yield from self._verdict_counts()
            judged = changes.old.run.stance_model and changes.new.run.stance_model
            most = None if judged else _MOST  # where one has no verdicts, all of them moved
            yield from self._list(
                "Verdicts that moved", changes.verdicts, self.rows.verdict, most=most, spaced=True
            )
            for what, every in (
                ("Sources", altered_sources(changes.sources)),
                ("Claims", altered(changes.claims)),
                ("Statements", altered(changes.statements)),
            ):
                title = wording.heading(what, (each.change for each in every))
                yield from self._list(title, every, self.rows.altered, counted=False)
            labels = [moved for moved in changes.moves if moved.label]
            figures = [moved for moved in changes.moves if not moved.label]
            yield from self._list("Stances that changed", labels, self.rows.pair)
            yield from self._list("Figures that moved", figures, self.rows.pair)
            groups = wording.by_statement(wording.listed(changes, whole=self.rows.whole))
            yield from self._list(
                "Statements that came among the k shown, or left", groups, self.rows.group
            )
            yield from self._list(
                "The same verdict on other grounds", changes.grounds, self.rows.grounds
            )
        if self.rows.whole:
            yield from self._list("In another place", changes.places, self.rows.place)
        yield from self._end()

    def _made(self) -> Iterator[RenderableType]:
        if not self.rows.changes.run:
            return
        yield self._head("What made them differ")
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        for each in self.rows.changes.run:
            table.add_row(
                Text(each.what, style="dim"),
                self.rows.arrow(printable(each.old), printable(each.new)),
            )
        yield Padding(table, (0, 0, 0, 2))

    def _verdict_counts(self) -> Iterator[RenderableType]:
        yield self._head("Claims by verdict")
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        old, new = self.rows.changes.old.summary.claims, self.rows.changes.new.summary.claims
        for verdict, before, after in [
            *wording.verdict_counts(self.rows.changes),
            ("all claims", old, new),
        ]:
            move = f"{after - before:+d}" if after != before else ""
            table.add_row(
                Text(verdict, style=STYLES.get(verdict, "dim")),
                self.rows.arrow(str(before), str(after)),
                Text(move, style="bold"),
            )
        yield Padding(table, (0, 0, 0, 2))

    def _list(
        self,
        title: str,
        every: Sequence[Thing],
        told: Callable[[Thing], Iterator[RenderableType]],
        *,
        most: int | None = _MOST,
        counted: bool = True,
        spaced: bool = False,
    ) -> Iterator[RenderableType]:
        if not every:
            return
        yield self._head(f"{title} ({len(every):,})" if counted else title)
        listed = every if self.rows.whole or most is None else every[:most]
        for n, each in enumerate(listed):
            if spaced and n:
                yield Text()
            first, *rest = told(each)
            yield Padding(first, (0, 0, 0, 2))
            yield from (Padding(part, (0, 0, 0, 4)) for part in rest)
        left = len(every) - len(listed)
        if left:
            yield Padding(self.rows.more(f"{left:,} more"), (0, 0, 0, 2))

    def _head(self, words: str) -> RenderableType:
        return Group(Text(), Text(words, style="bold underline"))

    def _end(self) -> Iterator[RenderableType]:
        yield Text()
        yield Rule(characters="━" if self.rows.layout.unicode else "=", style="bold")
        yield Text(wording.tally(self.rows.changes), style="bold")
        untold = wording.not_listed(self.rows.changes, whole=self.rows.whole)
        if untold:
            yield Text(f"Not listed: {'; '.join(untold)}.", style="dim")
