"""Text made safe to show."""

from __future__ import annotations

import unicodedata

# Joiners that scripts and emoji need; all other format characters are shown as codes.
_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """Text on one line, with characters that steer a display shown as their codes."""
    return "".join(
        f"\\u{ord(character):04x}"
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and character not in _JOINERS
        else character
        for character in " ".join(text.split())
    )
