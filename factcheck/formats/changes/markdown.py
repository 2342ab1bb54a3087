"""What differs between two reports as Markdown, short enough for a review comment.

What counts most stands first and open; the rest is folded away. Where there is no room for all,
what is left out is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from factcheck.formats.changes import wording
from factcheck.formats.changes.edits import edited, only_spaces
from factcheck.formats.changes.passages import altered, altered_sources
from factcheck.formats.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from factcheck.changes import Changes, ClaimMoved, Held, PairMoved, Place
    from factcheck.formats import Layout
    from factcheck.formats.changes.passages import Altered

MOST = 60_000
"""Characters; a comment on GitHub may have 65,536."""

_MARK = "<!-- factcheck diff -->"  # by which a job finds the comment that it wrote before
_BREAK = "\\"  # at the end of a line, one that stays
_LONGEST = 300  # characters of a text
_MOST_CLAIMS = 5
_STYLES = {"same": "{}", "removed": "~~{}~~", "added": "**{}**"}


class _Section(NamedTuple):
    """A list with its heading; what is not open is folded away."""

    title: str
    every: Sequence[Any]
    tell: Callable[[Any], str]
    is_open: bool = False


def render(changes: Changes, _layout: Layout, whole: bool) -> str:
    """The result, counts by verdict, verdicts that moved; all else in folds."""
    lines = [_MARK, "# What changed", "", f"**{_capital(plain(wording.tally(changes)))}**"]
    if changes.different:
        lines += ["", *_made(changes), *_counts(changes)]
    untold = wording.not_listed(changes, whole=whole)
    end = ["", f"Not listed: {_plain('; '.join(untold))}."] if untold else []
    room = MOST - _length([*lines, *end])
    for section in _sections(changes, whole=whole):
        # A list may take half of what is left, so that those after it are told of too.
        told = _told(section, room // 2)
        room -= _length(told)
        lines += told
    return "\n".join([*lines, *end]) + "\n"


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    return plain(wording.cut(text, _LONGEST))


def _told(section: _Section, room: int) -> list[str]:
    """A section within its room; what there is no room for is counted."""
    if not section.every:
        return []
    head = ["", f"## {section.title}", ""]
    foot: list[str] = []
    if not section.is_open:
        head = ["", f"<details><summary>{section.title}</summary>", ""]
        foot = ["", "</details>"]
    room -= _length([*head, *foot]) + len(_left(len(section.every)))
    kept: list[str] = []
    for row in map(section.tell, section.every):
        room -= len(row) + 1
        if room < 0:
            kept.append(_left(len(section.every) - len(kept)))
            break
        kept.append(row)
    return [*head, *kept, *foot]


def _left(number: int) -> str:
    return f"- {number:,} more: too long for a comment; JSON has all"


def _made(changes: Changes) -> Iterator[str]:
    if changes.run:
        yield "| made with | before | after |"
        yield "|---|---|---|"
        for each in changes.run:
            yield f"| {each.what} | {_cell(each.old)} | {_cell(each.new)} |"
        yield ""


def _counts(changes: Changes) -> Iterator[str]:
    yield "| claims | before | after | |"
    yield "|---|--:|--:|--:|"
    old, new = changes.old.summary.claims, changes.new.summary.claims
    for verdict, before, after in [*wording.verdict_counts(changes), ("all", old, new)]:
        move = plain(f"{after - before:+d}") if before != after else ""
        yield f"| {verdict} | {before} | {after} | {move} |"


def _cell(text: str) -> str:
    """A pipe as its entity: parsers differ on one that follows several backslashes."""
    return _plain(text).replace("\\|", "&#124;")


def _sections(changes: Changes, *, whole: bool) -> Iterator[_Section]:
    def pair(moved: PairMoved) -> str:
        return _pair(moved, changes)

    def group(told: wording.Group) -> str:
        return _group(told, whole=whole)

    verdicts = changes.verdicts
    yield _Section(f"Verdicts that moved ({len(verdicts):,})", verdicts, _verdict, is_open=True)
    for what, every in (
        ("Sources", altered_sources(changes.sources)),
        ("Claims", altered(changes.claims)),
        ("Statements", altered(changes.statements)),
    ):
        yield _Section(wording.heading(what, (each.change for each in every)), every, _altered)
    labels = [each for each in changes.moves if each.label]
    yield _Section(f"Stances that changed ({len(labels):,})", labels, pair)
    figures = [each for each in changes.moves if not each.label]
    yield _Section(f"Figures that moved ({len(figures):,})", figures, pair)
    groups = wording.by_statement(wording.listed(changes, whole=whole))
    title = f"Statements that came among the k shown, or left ({len(groups):,})"
    yield _Section(title, groups, group)
    title = f"The same verdict on other grounds ({len(changes.grounds):,})"
    yield _Section(title, changes.grounds, _grounds)
    if whole:
        title = f"In another place ({len(changes.places):,})"
        yield _Section(title, changes.places, _place)


def _verdict(moved: ClaimMoved) -> str:
    old, new = (each.verdict or "unjudged" for each in (moved.old, moved.new))
    lines = [f"- {_claim(moved)}: {old} → **{new}**{_BREAK}", f"  {_plain(moved.text)}"]
    return "\n".join([*lines, _held("before", moved.old), _held("after", moved.new)])


def _claim(moved: ClaimMoved) -> str:
    place = f", {_plain(moved.locator)}" if moved.locator else ""
    return f"{_name(moved.claim)}{place}{', claim edited' if moved.edited else ''}"


def _held(when: str, held: Held) -> str:
    parts = [_plain(wording.held(held))]
    for label, found in (("opposes", held.opposing), ("supports", held.supporting)):
        if found and wording.speaks(held, label):
            most = "at most " if held.verdict == "uncovered" else ""
            rank = f"rank {found.rank}" if found.rank else "not among the k shown"
            text = f": {_plain(found.text)}" if found.text else ""
            figure = plain(f"{found.figure:.2f}")
            parts.append(f"{most}{label} {figure}, {rank}, {_name(found.statement)}{text}")
    return f"  - {when}: {'; '.join(parts)}"


def _name(key: str) -> str:
    return f"**{_plain(key)}**"


def _altered(each: Altered) -> str:
    note = f", {_plain(each.note)}" if each.note else ""
    lines = [f"- {each.change}: {' → '.join(map(_name, each.names))}{note}"]
    if each.text:
        lines = [lines[0] + _BREAK, f"  {_plain(each.text)}"]
    lines += [f"  - {field.name}: {_edited(field.old, field.new)}" for field in each.fields]
    return "\n".join(lines)


def _edited(old: str, new: str) -> str:
    pieces = edited(old, new)
    words: list[str] = []
    room = 3 * _LONGEST
    for piece in pieces:
        if room <= 0:
            words.append("…")
            break
        words.append(_STYLES[piece.kind].format(plain(wording.cut(piece.text, room))))
        room -= len(piece.text)
    return " ".join(words) + (" (only blanks or line ends differ)" if only_spaces(pieces) else "")


def _pair(moved: PairMoved, changes: Changes) -> str:
    note = f" ({' and '.join(moved.edited)} edited)" if moved.edited else ""
    lines = [f"- {_name(moved.claim)}, {_name(moved.statement)}{note}{_BREAK}"]
    parts = []
    for told in wording.figures(moved, changes):
        what = "" if told.what == "stance" else f"{told.what} "
        move = f" ({plain(told.move)})" if told.move else ""
        parts.append(f"{what}{_plain(told.old)} → {_plain(told.new)}{move}")
    return "\n".join([*lines, f"  {', '.join(parts)}{_BREAK}", f"  {_plain(moved.statement_text)}"])


def _group(group: wording.Group, *, whole: bool) -> str:
    when = "now" if group.change == "entered" else "was"
    listed = group.claims if whole else group.claims[:_MOST_CLAIMS]
    lines = [f"- {_name(group.statement)}: {group.whereabouts}{_BREAK}", f"  {_plain(group.text)}"]
    lines += [f"  - {when} {_plain(wording.stood(e.figures))}, {_name(e.claim)}" for e in listed]
    left = len(group.claims) - len(listed)
    return "\n".join([*lines, *([f"  - {wording.counted(left, 'more claim')}"] if left else [])])


def _grounds(moved: ClaimMoved) -> str:
    counts = " → ".join(_plain(wording.held(held)) for held in (moved.old, moved.new))
    lines = [f"- {_claim(moved)}: {moved.new.verdict or 'unjudged'}, {counts}"]
    for each in wording.strongest(moved):
        figures = " → ".join(map(plain, each.figures))
        lines.append(f"  - {each.label} {figures}, {' → '.join(map(_name, each.statements))}")
    return "\n".join(lines)


def _place(place: Place) -> str:
    return f"- {place.what} {_name(place.key)}: {_plain(place.old)} → {_plain(place.new)}"
