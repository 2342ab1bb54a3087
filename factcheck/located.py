"""YAML with the line and column of every node, for files that cannot be trusted.

Plain YAML only: no anchors or aliases (so nothing can expand), no tags (so nothing
can be constructed), one document, every key once. Null, booleans and decimal numbers are
read as in the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema);
all else is a text: `no` is, and a date too, for its reader to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from factcheck.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
Place = tuple[int, int]

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 16
_MAX_NUMBER = 20

# libyaml parses much faster than Python and gives the same places.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Located:
    """Parsed YAML and where each part of it stands.

    Attributes:
        data: Dicts, lists, texts, numbers, booleans and None.
        values: The place (line, column; from 1) of the value at each path.
        keys: The place of the key at each path.
        problems: What was wrong without keeping the rest from being read.
    """

    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of the node at `path`, or of its nearest ancestor that exists."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


class _Stop(Exception):  # noqa: N818 - no error for anyone, but a way out
    """Reading cannot go on; the problem is the last of the list."""


def parse_yaml(raw: bytes, path: str) -> Located:
    """Parse one YAML document.

    Args:
        raw: The file's bytes.
        path: Its name in problems.

    Returns:
        What could be read; `data` is None where nothing could.
    """
    located = Located()
    try:
        text = _decode(raw, path, located)
        _Reader(text, path, located).read()
    except _Stop:
        located.data = None
    return located


def _stop(located: Located, path: str, place: Place, message: str) -> _Stop:
    located.problems.append(Problem(path, *place, message))
    return _Stop()


def _decode(raw: bytes, path: str, located: Located) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 2**20} MiB; split it"
        raise _stop(located, path, (1, 1), message)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _stop(located, path, (1, 1), "the file is UTF-16; save it as UTF-8")
    if raw.startswith(b"\xef\xbb\xbf"):
        message = "the file begins with a byte order mark (BOM); save it as UTF-8 without one"
        located.problems.append(Problem(path, 1, 1, message))
        raw = raw[3:]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        begin = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[begin : error.start].decode("utf-8")) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _stop(located, path, (line, column), message) from None
    if bad := _UNPRINTABLE.search(text):
        message = f"the character U+{ord(bad[0]):04X} may not stand in YAML; remove it"
        raise _stop(located, path, _place_of(text, bad.start()), message)
    if not text.strip():
        raise _stop(located, path, (1, 1), "the file is empty")
    return text


def _place_of(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _start(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


class _Reader:
    """Builds the data from YAML events, noting where each node begins."""

    def __init__(self, text: str, path: str, located: Located) -> None:
        self._lines = text.splitlines()
        self._path = path
        self._located = located
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def read(self) -> None:
        try:
            event = self._next()
            while not isinstance(event, yaml.DocumentStartEvent):
                if isinstance(event, yaml.StreamEndEvent):
                    raise self._stopped((1, 1), "the file holds nothing but comments")
                event = self._next()
            self._located.data = self._node(self._next(), ())
            self._next()
            event = self._next()
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._stopped(_start(event), "a second YAML document begins; one file holds one")

    def _next(self) -> Any:
        return next(self._events)

    def _stopped(self, place: Place, message: str) -> _Stop:
        return _stop(self._located, self._path, place, message)

    def _problem(self, place: Place, message: str) -> None:
        self._located.problems.append(Problem(self._path, *place, message))

    def _syntax(self, error: yaml.MarkedYAMLError) -> _Stop:
        mark = error.problem_mark or error.context_mark
        assert mark is not None
        line = self._lines[mark.line] if mark.line < len(self._lines) else ""
        if "\t" in line[: len(line) - len(line.lstrip())]:
            column = line.index("\t") + 1
            message = "a tab indents this line; YAML takes spaces only"
            return self._stopped((mark.line + 1, column), message)
        message = f"not valid YAML: {error.problem or error.context}"
        if error.context and error.problem:
            message += f" ({error.context})"
        return self._stopped((mark.line + 1, mark.column + 1), message)

    def _node(self, event: Any, at: Path) -> Any:
        place = _start(event)
        self._located.values[at] = place
        self._check_plain(event)
        if len(at) > MAX_DEPTH:
            raise self._stopped(place, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(at)
        return _scalar(event)

    def _check_plain(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"YAML anchors and aliases are not read ({mark}{event.anchor}); write it out"
            raise self._stopped(_start(event), message)
        if event.tag is not None and event.tag != "!":
            raise self._stopped(_start(event), f"YAML tags are not read ({event.tag}); remove it")

    def _sequence(self, at: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*at, len(items))))
        return items

    def _mapping(self, at: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = _start(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._stopped(place, "a key must be a plain word")
            self._check_plain(event)
            key, path = event.value, (*at, event.value)
            if key in items:
                line = self._located.keys[path][0]
                self._problem(place, f"the key {key!r} stands twice; first in line {line}")
            else:
                self._located.keys[path] = place
            items[key] = self._node(self._next(), path)
        return items


def _scalar(event: Any) -> str | int | float | bool | None:
    value: str = event.value
    if not event.implicit[0]:  # quoted or a block: a text, whatever it looks like
        return value
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if len(value) > _MAX_NUMBER:  # a longer one is a sum or a serial number: a text
        return value
    if _INT.fullmatch(value):
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else value
