"""The rows of what differs between two reports, as a terminal shows them.

All words from files are put in as plain `rich` text: none is read as markup, and
what could move the cursor or turn the direction of writing is shown as its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from factcheck.formats.changes import wording
from factcheck.formats.changes.edits import edited, only_spaces
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from factcheck.changes import Changes, ClaimMoved, Held, PairMoved, Place, Strongest
    from factcheck.formats import Layout
    from factcheck.formats.changes.passages import Altered

_LONGEST = 400  # characters of a text
_SHORT = 60  # of a locator
_MOST_CLAIMS = 5
STYLES = {
    "countered": "bold red",
    "opposes": "bold red",
    "removed": "red",
    "supported": "green",
    "supports": "green",
    "added": "green",
    "conflicting": "bold magenta",
    "edited": "yellow",
    "renamed": "yellow",
    "uncovered": "bold",
}
"""Of verdicts, labels and changes; each is told by its word too."""
_MARKS = {"same": ("", "", ""), "removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


@dataclass(frozen=True)
class Rows:
    """What is told of each thing that differs: a first line, and what stands below it.

    Attributes:
        changes: All that differs.
        layout: What the output can show.
        whole: Whether nothing is left out.
    """

    changes: Changes
    layout: Layout
    whole: bool

    def verdict(self, moved: ClaimMoved) -> Iterator[RenderableType]:
        """A verdict before and after, with the strongest on the sides that bear on it."""
        old, new = (each.verdict or "unjudged" for each in (moved.old, moved.new))
        yield self._claim_line(moved, self.arrow(old, new))
        yield self._text(moved.text)
        yield from self._held("before", moved.old)
        yield from self._held("after", moved.new)

    def _claim_line(self, moved: ClaimMoved, told: Text) -> Text:
        place = f"  {printable(wording.cut(moved.locator, _SHORT))}" if moved.locator else ""
        return Text.assemble(
            (printable(moved.claim), "bold cyan"),
            (place, "dim"),
            "  ",
            told,
            ("  claim edited" if moved.edited else "", "yellow"),
        )

    def _held(self, when: str, held: Held) -> Iterator[RenderableType]:
        told = printable(wording.cut(wording.held(held), _LONGEST))
        yield Text.assemble((f"{when}: ", "dim"), told)
        for label, found in (("opposes", held.opposing), ("supports", held.supporting)):
            if found and wording.speaks(held, label):
                yield Padding(self._strongest(label, found, held), (0, 0, 0, 2))
                if found.text:
                    yield Padding(self._text(found.text), (0, 0, 0, 2))

    def _strongest(self, label: str, found: Strongest, held: Held) -> Text:
        most = "at most " if held.verdict == "uncovered" else ""
        rank = f"rank {found.rank}" if found.rank else "not among the k shown"
        return Text.assemble(
            (f"{most}{label} {found.figure:.2f}", STYLES[label]),
            (f"  {rank}  ", "dim"),
            (printable(found.statement), "cyan"),
        )

    def altered(self, each: Altered) -> Iterator[RenderableType]:
        """A source, a claim or a statement that changed."""
        names = [(printable(name), "cyan") for name in each.names]
        note = f"  {printable(wording.cut(each.note, _LONGEST))}" if each.note else ""
        yield Text.assemble(
            (f"{each.change}  ", STYLES.get(each.change, "bold")),
            names[0],
            *((self._to(), names[1]) if len(names) > 1 else ()),
            (note, "dim"),
        )
        if each.text:
            yield self._text(each.text)
        for field in each.fields:
            yield Text.assemble((f"{field.name}: ", "dim"), self._edited(field.old, field.new))

    def _edited(self, old: str, new: str) -> Text:
        """A text with what was taken out, and what was put in."""
        pieces = edited(old, new)
        told = Text()
        room = 2 * _LONGEST
        for n, piece in enumerate(pieces):
            before, after, style = _MARKS[piece.kind]
            words = printable(wording.cut(piece.text, max(room, 1)))
            told.append(" " if n else "").append(f"{before}{words}{after}", style=style)
            room -= len(piece.text)
            if room < 0:
                break
        if only_spaces(pieces):
            told.append("  (only blanks or line ends differ)", style="dim")
        return told

    def pair(self, moved: PairMoved) -> Iterator[RenderableType]:
        """A pair whose figures moved."""
        yield self._pair_line(moved)
        yield self._text(moved.statement_text)
        parts = []
        for told in wording.figures(moved, self.changes):
            what = "" if told.what == "stance" else f"{told.what} "
            move = f" ({told.move})" if told.move else ""
            both = self.arrow(
                printable(wording.cut(told.old, _LONGEST)),
                printable(wording.cut(told.new, _LONGEST)),
            )
            parts.append(Text.assemble((what, "dim"), both, (move, "bold")))
        yield Text("  ").join(parts)

    def group(self, group: wording.Group) -> Iterator[RenderableType]:
        """A statement that came or left, and for which claims."""
        yield Text(printable(group.statement), style="bold cyan")
        yield self._text(group.text)
        yield Text(group.whereabouts, style="yellow")
        when = "now" if group.change == "entered" else "was"
        for each in group.claims if self.whole else group.claims[:_MOST_CLAIMS]:
            yield Text.assemble(
                f"{when} {wording.stood(each.figures)}  ", (printable(each.claim), "cyan")
            )
        left = len(group.claims) - _MOST_CLAIMS
        if left > 0 and not self.whole:
            yield self.more(f"{wording.counted(left, 'more claim')}")

    def _pair_line(self, moved: PairMoved) -> Text:
        edited_ = f"  {' and '.join(moved.edited)} edited" if moved.edited else ""
        return Text.assemble(
            (printable(moved.claim), "bold cyan"),
            "  ",
            (printable(moved.statement), "cyan"),
            (edited_, "yellow"),
        )

    def grounds(self, moved: ClaimMoved) -> Iterator[RenderableType]:
        """A verdict that stayed, with what it rests on."""
        yield self._claim_line(moved, self._word(moved.new.verdict or "unjudged"))
        yield self.arrow(*(printable(wording.held(held)) for held in (moved.old, moved.new)))
        for each in wording.strongest(moved):
            names = [(printable(name), "cyan") for name in each.statements]
            yield Text.assemble(
                (f"{each.label} ", STYLES[each.label]),
                self.arrow(*each.figures),
                "  ",
                names[0],
                *((self._to(), names[1]) if len(names) > 1 else ()),
            )

    def place(self, place: Place) -> Iterator[RenderableType]:
        """What stands elsewhere now."""
        yield Text.assemble(
            (f"{place.what} ", "dim"),
            (printable(place.key), "cyan"),
            "  ",
            self.arrow(printable(place.old), printable(place.new)),
        )

    def more(self, words: str) -> Text:
        """What is not listed."""
        dots = "…" if self.layout.unicode else "..."
        return Text(f"{dots} and {words}; --verbose lists all", style="dim")

    def _text(self, text: str) -> Text:
        return Text(printable(wording.cut(text, _LONGEST)))

    def _to(self) -> str:
        return " → " if self.layout.unicode else " -> "

    def _word(self, words: str) -> Text:
        """Words in the colour of the verdict or the label that they begin with."""
        return Text.assemble((words, STYLES.get(words.partition(" ")[0], "")))

    def arrow(self, old: str, new: str) -> Text:
        """What was, and what is."""
        return Text.assemble(self._word(old), self._to(), self._word(new))
