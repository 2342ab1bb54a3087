"""Text to YAML, in the form that `located` reads back as the same text.

A scalar is plain where nothing could take it for anything but a text, else in double quotes.
Long ones are folded at single spaces, as people fold them by hand.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 100
# Without what YAML or one of its readers could take for a mark, a number or a day.
_PLAIN = re.compile(r"[^\W\d_][^\n\t]*")
_MARKS = re.compile(r":(?:\s|$)|\s#|^\w+:|[\s]$|\s\s")
_NO_TEXTS = frozenset(
    ("null", "true", "false", "yes", "no", "on", "off", "y", "n", "none", "inf", "nan")
)
_FLOW = frozenset(",[]{}\"'#:&*!|>%@`")
_JOINERS = frozenset("\u200c\u200d")


def scalar(text: str, *, indent: int, column: int) -> str:
    """A text as the value of a key, folded over lines where it is long.

    Args:
        text: Any text without lone surrogates.
        indent: By how much its lines but the first are indented; more than its key.
        column: Where it begins.
    """
    written = text if _is_plain(text) else quoted(text)
    lines, line = [], ""
    room = _WIDTH - column
    for piece in _pieces(written):
        if line and len(line) + len(piece) > room:
            lines.append(line)
            line, room = piece[1:], _WIDTH - indent
        else:
            line += piece
    return f"\n{' ' * indent}".join([*lines, line])


def quoted(text: str) -> str:
    """A text in double quotes, on one line, with steering characters as codes."""
    return "".join(map(_shown, json.dumps(text, ensure_ascii=False)))


def inline(text: str) -> str:
    """A text on one line, also within brackets and braces."""
    return text if _is_plain(text) and not _FLOW & set(text) else quoted(text)


def flow(texts: Sequence[str]) -> str:
    """A list on one line."""
    return f"[{', '.join(map(inline, texts))}]"


def comment(text: str) -> str:
    """A text as a comment of one line, without its indent."""
    return "# " + "".join(map(_shown, " ".join(text.split())))


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text.isprintable()
        and text.lower() not in _NO_TEXTS
        and not _MARKS.search(text)
    )


def _shown(character: str) -> str:
    """A character of a double-quoted scalar, by its code where it would steer or break."""
    code = ord(character)
    kind = unicodedata.category(character)
    if kind not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} or character in _JOINERS:
        return character
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def _pieces(written: str) -> list[str]:
    """What must stay on one line, each but the first with the space before it.

    A line may be folded only where it is one space between two other characters, and in double
    quotes not after a backslash.
    """
    return re.split(r"(?<=[^\s\\])(?= [^\s])", written)
