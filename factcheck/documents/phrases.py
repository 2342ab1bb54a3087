"""What a line is, told by its words: a caption, a piece of a page's furniture, an item."""

from __future__ import annotations

import re

_LONGEST_FURNITURE = 240
_FURNITURE = re.compile(
    r"(?:see also|read more|read also|also read|more on this|related(?: (?:stor(?:y|ies)|articles?"
    r"|news|content|topics))?|recommended|you may also like|don['’]t miss)\s?:\s?.{0,240}"
    r"|(?:share|share (?:this|on|via|with)(?: .{0,40})?|tweet|pin it|print(?: this(?: .{0,20})?)?"
    r"|email this(?: .{0,20})?|copy link|save|like this:?|advertisements?|sponsored(?: content)?"
    r"|skip to (?:main )?content|(?:back|return|jump) to (?:the )?top|(?:loading|subscribe|log in"
    r"|sign in|sign up)(?:\.{3}|…)?|(?:subscribe|sign up) (?:to|for) .{0,80}newsletters?\.?"
    r"|follow us (?:on|at) .{0,60}|click here to .{0,60}|leave a (?:comment|reply)"
    r"|story continues below(?: .{0,30})?|table of contents|all rights reserved\.?)",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 500
_CREDIT = re.compile(
    r"(?:^|[.!?)”’\"]\s|\()(?:Source|Photo(?:graph)?|Image|Picture|Credit|Foto|SOURCE|PHOTO|IMAGE)s?"
    r"(?: (?:by|credit|courtesy|courtesy of|source|from))?\s?:\s?(?=[^\W\d_a-z]|[@©])[^.:;?!]{2,60}"
    r"\.?\)?$"
    r"|\((?:(?:AP|AFP|EPA|Reuters|Getty)[ /][^()]{0,50}|[Pp]hoto by [^()]{2,60})\)\.?$"
)
_FIGURE = re.compile(
    r"(?:fig(?:ure|\.)|photo|image|map|chart|table)\s?\d{1,3}\s?[.:–—]\s", re.IGNORECASE
)

_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,3}|[ivxlc]{1,6}|[a-z])(?P<end>[.)])(?=\s|$)"
    r"|(?P<bracketed>\((?:\d{1,3}|[ivxlc]{1,6}|[a-z])\))(?=\s|$)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]*_]{0,4}(?:\[?\d{1,3}\]?)?$")


def is_furniture(line: str) -> bool:
    """Whether a line belongs to a page, not to its text: links elsewhere, buttons."""
    return len(line) <= _LONGEST_FURNITURE and _FURNITURE.fullmatch(line.strip()) is not None


def is_caption(paragraph: str) -> bool:
    """Whether a paragraph is the caption of a picture: it ends in a credit, or is a figure's."""
    if len(paragraph) > _LONGEST_CAPTION:
        return False
    return _CREDIT.search(paragraph) is not None or _FIGURE.match(paragraph) is not None


def number_of(paragraph: str) -> str | None:
    """What a paragraph is numbered by: `14` of `14. We …`, `(iii)` of `(iii) All …`."""
    found = _NUMBERED.match(paragraph)
    if found is None:
        return None
    if found["bracketed"]:
        return found["bracketed"]
    number = found["number"]
    if found["end"] == "." and not number[0].isdigit() and len(number) == 1 and number.isupper():
        return None  # an initial: A. Nguyen
    return number if found["end"] == "." else number + ")"


def ends_a_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, or a part of a list."""
    return _ENDS.search(text[-12:].rstrip()) is not None
