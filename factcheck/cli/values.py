"""Values from a configuration file, held to the table of settings."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factcheck.settings import Kind, Setting

_WANTED: Mapping[Kind, str] = {
    "whole": "a whole number",
    "number": "a number",
    "text": "a text",
    "texts": "a list of texts",
    "flag": "true or false",
    "codes": "a list of texts",
    "codes_by_pattern": "a table of lists",
}
_LONGEST_SHOWN = 60
_LARGEST = 2**63 - 1  # what TOML promises to hold


def objections(setting: Setting, value: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a value from a TOML file.

    Yields:
        For each objection the key that it concerns (the setting's, or one within its
        table), and what is wrong, to be read after `file:line: `.
    """
    name = setting.name
    if setting.kind != "codes_by_pattern":
        yield from ((name, told) for told in _objections(setting, value))
    elif not isinstance(value, Mapping):
        yield name, _wrong(name, setting.kind, value)
    else:
        for pattern, codes in value.items():
            within = f"{name}: {quoted(pattern)}"
            if not _is_text(pattern) or _leads_out(pattern):
                yield pattern, f"{within} must be a relative pattern, without '..'"
            yield from ((pattern, told) for told in _codes(within, codes))


def quoted(value: Any) -> str:
    """A value as TOML writes it, cut where it is long; tables and lists are only named."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "one beyond 64 bits"
    text = repr(value) if isinstance(value, str | int | float) else f"{value}"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _objections(setting: Setting, value: Any) -> Iterator[str]:
    """What is wrong with a value that is no table."""
    name, choices = setting.name, setting.choices
    if setting.kind == "codes":
        yield from _codes(name, value)
    elif not _fits(setting.kind, value):
        yield _wrong(name, setting.kind, value)
    elif setting.kind in {"whole", "number"}:
        yield from _beyond(setting, value)
    elif choices:
        for item in value if isinstance(value, list) else [value]:
            if item not in choices:
                near = _near(item, choices)
                yield f"{name} must be {_listed(choices)}, not {quoted(item)}{near}"


def _beyond(setting: Setting, value: float) -> Iterator[str]:
    least = -math.inf if setting.least is None else setting.least
    most = _LARGEST if setting.most is None else setting.most
    if not least <= value <= most:  # nor is NaN
        limits = f"{least} or more" if setting.most is None else f"from {least} to {most}"
        yield f"{setting.name} must be {limits}, not {quoted(value)}"


def _codes(name: str, value: Any) -> Iterator[str]:
    from factcheck.rules import RULES

    if not _fits("codes", value):
        yield _wrong(name, "codes", value)
        return
    for code in value:
        if code != "ALL" and not any(known.startswith(code) for known in RULES):
            yield f"{name}: no rule is called {quoted(code)}{_near(code, RULES)}"


def _fits(kind: Kind, value: Any) -> bool:
    if isinstance(value, bool):  # which Python takes for a number
        return kind == "flag"
    if kind == "whole":
        return isinstance(value, int)
    if kind == "number":
        return isinstance(value, int | float)
    if kind == "text":
        return _is_text(value)
    return kind in {"texts", "codes"} and isinstance(value, list) and all(map(_is_text, value))


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(value)
        and not any(unicodedata.category(character) == "Cc" for character in value)
    )


def _leads_out(pattern: str) -> bool:
    path = PurePosixPath(pattern)
    return path.is_absolute() or ".." in path.parts


def _wrong(name: str, kind: Kind, value: Any) -> str:
    given = quoted(value)
    if value == "":
        given = "an empty one"
    elif isinstance(value, str) and kind == "text":
        given = f"{given}, which holds control characters"
    elif isinstance(value, list) and kind in {"texts", "codes"}:
        item = next(item for item in value if not _is_text(item))
        given = f"one that holds {quoted(item)}"
    return f"{name} must be {_WANTED[kind]}, not {given}"


def _near(value: str, known: Iterable[str]) -> str:
    from factcheck.messages import suggestion

    return suggestion(value, known)


def _listed(choices: tuple[str, ...]) -> str:
    shown = [repr(choice) for choice in choices]
    return f"{', '.join(shown[:-1])} or {shown[-1]}"
