"""Small edits to a piece of YAML text: a key or an item added, replaced or taken away.

Each finds its place by the parser's marks and leaves every other character as it is, in
block style and between brackets. None of them checks what it wrote: who edits parses the result
and compares.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCKS = {"|", ">"}


class YamlText:
    """A text and the tree that the parser finds in it.

    Attributes:
        text: The text.
        root: Its node.
    """

    def __init__(self, text: str, newline: str) -> None:
        """Parse a text; lines are added with the line end given."""
        self.text = text
        self.root: Any = yaml.compose(text, Loader=_LOADER)
        self._newline = newline
        self._lines = text.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]

    def span(self, node: Any) -> tuple[int, int]:
        """Where a node stands, from its first to its last character."""
        if not _is_scalar(node) and not node.flow_style:
            last = node.value[-1]
            start = self._offset(node.start_mark)
            return start, self.span(last[1] if isinstance(last, tuple) else last)[1]
        start, end = self._offset(node.start_mark), self._offset(node.end_mark)
        return start, start + len(self.text[start:end].rstrip())

    def add_key(self, mapping: Any, key: str, inline: str, items: Sequence[str]) -> str:
        """The text with a key at the end of a mapping.

        Args:
            mapping: Its node.
            key: A plain word.
            inline: The value as it stands between brackets.
            items: Its lines, from the line below the key on, not indented.
        """
        if mapping.flow_style:
            return self._put_in_flow(mapping, f"{key}: {inline}")
        column = mapping.start_mark.column
        return self._put_lines(mapping, column, [f"{key}:", *(f"  {item}" for item in items)])

    def put_key(self, mapping: Any, key: str, inline: str, items: Sequence[str]) -> str:
        """The same at the beginning of a mapping that does not begin in the line of its key."""
        if mapping.flow_style:
            at = self._offset(mapping.start_mark) + 1
            return f"{self.text[:at]}{key}: {inline}, {self.text[at:]}"
        at = self._starts[mapping.start_mark.line]
        first = f"{key}:" if items else f"{key}: {inline}"
        lines = [first, *(f"  {item}" for item in items)]
        indent = " " * mapping.start_mark.column
        put = "".join(f"{indent}{line}{self._newline}" for line in lines)
        return self.text[:at] + put + self.text[at:]

    def add_item(self, sequence: Any, inline: str) -> str:
        """The text with an item at the end of a list."""
        if sequence.flow_style:
            return self._put_in_flow(sequence, inline)
        return self._put_lines(sequence, sequence.start_mark.column, [f"- {inline}"])

    def replace(self, node: Any, inline: str) -> str:
        """The text with something else in the place of a node."""
        start, end = self.span(node)
        space = " " if start and self.text[start - 1] == ":" else ""
        return self.text[:start] + space + inline + self.text[end:]

    def remove(self, parent: Any, number: int) -> str:
        """The text without an item of a list, or a key of a mapping with its value."""
        item = parent.value[number]
        first, last = item if isinstance(item, tuple) else (item, item)
        if parent.flow_style:
            return self._without_in_flow(parent, number, first, last)
        line = first.start_mark.line
        if not isinstance(item, tuple):
            line = self._dash(line, parent.start_mark.column)
        end = self._starts[self._last_line(last) + 1]
        return self.text[: self._starts[line]] + self.text[end:]

    def whole_lines(self, sequence: Any, number: int) -> tuple[int, int]:
        """From where to where the lines of an item of a block list go, with its own comments."""
        node, column = sequence.value[number], sequence.start_mark.column
        start = self._dash(node.start_mark.line, column)
        return self._starts[start], self._starts[self._below(node, column + 1)]

    def _put_lines(self, node: Any, column: int, lines: Sequence[str]) -> str:
        """Lines put below a block node, ended as those around them are."""
        at = self._starts[self._below(node, column)]
        before, after = self.text[:at], self.text[at:]
        found = re.search(r"\r\n|\r|\n", before[-2:])
        newline = found[0] if found else self._newline
        put = newline.join(f"{' ' * column}{line}" for line in lines)
        return before + (put + newline if found else newline + put) + after

    def _below(self, node: Any, column: int) -> int:
        """The line after a node, and after the comments that stand as deep as it does."""
        line = self._last_line(node) + 1
        while line < len(self._lines):
            content = self._lines[line].lstrip(" ")
            if not content.startswith("#") or len(self._lines[line]) - len(content) < column:
                break
            line += 1
        return line

    def _last_line(self, node: Any) -> int:
        """The last line that holds part of a node."""
        if not _is_scalar(node) and not node.flow_style:
            last = node.value[-1]
            return self._last_line(last[1] if isinstance(last, tuple) else last)
        start, end = self.span(node)
        if _is_scalar(node) and node.style in _BLOCKS and "+" in self._lines[node.start_mark.line]:
            ends: int = node.end_mark.line - (node.end_mark.column == 0)
            return max(int(node.start_mark.line), ends)
        return bisect_right(self._starts, max(start, end - 1)) - 1

    def _dash(self, line: int, column: int) -> int:
        """The line with the dash of an item that begins in `line`, or lines below it."""
        while self._lines[line][: column + 1].strip() != "-":
            line -= 1
        return line

    def _put_in_flow(self, node: Any, inline: str) -> str:
        if not node.value:
            at, put = self._offset(node.start_mark) + 1, inline
        else:
            last = node.value[-1]
            at = self.span(last[1] if isinstance(last, tuple) else last)[1]
            put = f", {inline}"
        return self.text[:at] + put + self.text[at:]

    def _without_in_flow(self, parent: Any, number: int, first: Any, last: Any) -> str:
        start, end = self.span(first)[0], self.span(last)[1]
        if comma := re.match(r"\s*,[ \t]*", self.text[end:]):
            end += comma.end()
        elif number:
            before = parent.value[number - 1]
            ends = self.span(before[1] if isinstance(before, tuple) else before)[1]
            if not self.text[ends:start].strip().strip(","):
                start = ends
        return self.text[:start] + self.text[end:]

    def _offset(self, mark: Any) -> int:
        return self._starts[min(int(mark.line), len(self._lines))] + int(mark.column)


def child(mapping: Any, key: str) -> Any:
    """The node under a key of a mapping, or None."""
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def number_of(mapping: Any, key: str) -> int:
    """Where a key stands among those of a mapping."""
    return [name.value for name, _ in mapping.value].index(key)


def _is_scalar(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode)
