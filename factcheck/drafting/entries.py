"""Where the entries of a claim file stand in its text, so that one is edited and the rest stays.

Edits are replacements of stretches of the text: what is not named in one keeps every byte,
its comments, its order and its way of being written.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Edit = tuple[int, int, str]
"""What takes the place of `text[start:end]`."""


@dataclass(frozen=True)
class Value:
    """A scalar: `text[start:end]` of the file.

    Attributes:
        start: Where it begins, its quotation mark included.
        end: Where it ends.
        block: Whether it is a block of lines after `|` or `>`.
        column: The column of its key, from 0.
        flow: Whether it stands in braces.
    """

    start: int
    end: int
    block: bool
    column: int
    flow: bool


@dataclass(frozen=True)
class PlacedEntry:
    """An entry: whole lines of the file.

    Attributes:
        above: Where the comments that stand right above it begin.
        start: Where the line with its dash begins.
        end: Where the line after it begins, its own deeper comments included.
        values: Its scalars by their keys, joined by dots: `quote.exact`.
    """

    above: int
    start: int
    end: int
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """Where things stand in a claim file.

    Attributes:
        text: The file's.
        newline: How its lines end.
        indent: The column of the dashes.
        entries: In their order.
        after: Where a first entry would go, or one that follows the last.
        source: The scalars of its source, by their keys.
        source_end: Where the line after the last of those begins.
        source_indent: The column of those keys.
    """

    text: str
    newline: str
    indent: int
    entries: tuple[PlacedEntry, ...]
    after: int
    source: dict[str, Value]
    source_end: int
    source_indent: int


class NotBlockStyleError(ValueError):
    """The file is written in brackets and braces, into which no line can be put."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with stretches replaced; those at one place come in the order given."""
    parts, last = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[last:start], new]
        last = end
    return "".join([*parts, text[last:]])


def inserted(layout: Layout, at: int, lines: str) -> Edit:
    """The edit that puts whole lines at the beginning of a line, ended as the file ends its own."""
    if at and layout.text[at - 1] not in "\r\n":
        lines = f"\n{lines}"[: -1 if at < len(layout.text) else None]
    return at, at, lines.replace("\n", layout.newline)


def layout_of(text: str) -> Layout:
    """Where things stand in a claim file that has been read without problems.

    Raises:
        NotBlockStyleError: It is written in brackets and braces.
    """
    return _Surveyor(text).layout()


class _Surveyor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]

    def layout(self) -> Layout:
        root: Any = yaml.compose(self._text, Loader=_LOADER)
        tops = {key.value: (key, value) for key, value in root.value}
        key, section = tops.get("claims") or tops["statements"]
        source = tops["source"][1]
        if root.flow_style or getattr(section, "flow_style", False):
            raise NotBlockStyleError
        line = self._lines[0]
        ends = self._entries(section) if isinstance(section, yaml.SequenceNode) else ()
        after = ends[-1].end if ends else self._below(key.start_mark.line)
        return Layout(
            text=self._text,
            newline="\r\n" if line.endswith("\r\n") else "\r" if line.endswith("\r") else "\n",
            indent=section.start_mark.column if ends else 2,
            entries=ends,
            after=after,
            source=dict(self._values(source, "")),
            source_end=self._starts[self._last(source) + 1],
            source_indent=source.start_mark.column,
        )

    def _below(self, line: int) -> int:
        """Past the comments below the key of an empty list."""
        number = line + 1
        while number < len(self._lines) and self._lines[number].startswith(" "):
            number += 1
        return self._starts[number]

    def _entries(self, section: yaml.SequenceNode) -> tuple[PlacedEntry, ...]:
        column = section.start_mark.column
        dashes = [self._dash(node.start_mark.line, column) for node in section.value]
        entries: list[PlacedEntry] = []
        for node, dash, following in zip(
            section.value, dashes, [*dashes[1:], len(self._lines)], strict=True
        ):
            last = self._last(node)
            while last + 1 < following and self._deeper(last + 1, column):
                last += 1
            above = dash
            while above > 0 and self._lines[above - 1].lstrip().startswith("#"):
                above -= 1
            floor = entries[-1].end if entries else 0
            entries.append(
                PlacedEntry(
                    max(self._starts[above], floor),
                    self._starts[dash],
                    self._starts[last + 1],
                    dict(self._values(node, "")),
                )
            )
        return tuple(entries)

    def _dash(self, line: int, column: int) -> int:
        """The line with the dash of an entry that begins in `line`, or lines below it."""
        while self._lines[line][: column + 1].strip() != "-":
            line -= 1
        return line

    def _deeper(self, line: int, column: int) -> bool:
        content = self._lines[line].lstrip()
        return content.startswith("#") and len(self._lines[line]) - len(content) > column

    def _last(self, node: Any) -> int:
        """The last line that holds part of a node."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            start, end = self._span(node)
            return self._line_of(max(start, end - 1))
        if isinstance(node, yaml.SequenceNode):
            return self._last(node.value[-1])
        return max(map(self._last, node.value[-1]))

    def _line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _span(self, node: yaml.Node) -> tuple[int, int]:
        start, end = (
            self._starts[mark.line] + mark.column for mark in (node.start_mark, node.end_mark)
        )
        return start, start + len(self._text[start:end].rstrip())

    def _values(self, node: yaml.Node, above: str) -> Iterable[tuple[str, Value]]:
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            name = f"{above}{key.value}"
            if isinstance(value, yaml.ScalarNode):
                block = value.style in {"|", ">"}
                flow = bool(node.flow_style)
                yield name, Value(*self._span(value), block, key.start_mark.column, flow)
            else:
                yield from self._values(value, f"{name}.")
