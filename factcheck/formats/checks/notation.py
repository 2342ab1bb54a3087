"""Values to JSON that is as harmless to look at as it is to read."""

from __future__ import annotations

import json
import re
import unicodedata

_UNUSUAL = re.compile(r"[^\n -~]")
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def dumped(value: object, indent: int | None = None) -> str:
    """JSON in which characters that steer a display, lone surrogates too, are escaped.

    The data stay what they are: a reader gets back every character.
    """
    return _UNUSUAL.sub(_escaped, json.dumps(value, indent=indent, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    steers = unicodedata.category(match[0]) in _STEERING
    return json.dumps(match[0])[1:-1] if steers else match[0]
