"""A filter over the columns of an index: read word by word, and only then handed to Lance.

Comparisons, `IN`, `BETWEEN`, `LIKE`, `IS NULL`, `AND`, `OR`, `NOT` and some functions of text and
lists will do; what could reach anything but the columns of a row is refused.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from factcheck.errors import InputError
from factcheck.index.columns import FILTERED
from factcheck.index.table import quoted, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factcheck.index.table import Table

_MOST = 4_000
_DEEPEST = 20
_MOST_WORDS = 400
_OPERATORS = frozenset(("AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "BETWEEN", "IS", "NULL"))
_VALUES = frozenset(("TRUE", "FALSE"))
FUNCTIONS = (
    *("array_has", "array_has_any", "array_has_all", "contains", "ends_with", "length"),
    *("lower", "starts_with", "upper"),
)
"""What `--where` may call; none has an effect or depends on the clock."""

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|[=<>(),\[\]])"
)
_COMPARISONS = frozenset(("=", "<", ">", "<=", ">=", "<>", "!="))

Sort = Literal["text", "number", "column", "function", "operator", "sign"]


@dataclass(frozen=True)
class Token:
    """A word or sign of a filter.

    Attributes:
        sort: What it is.
        text: As it is handed on.
    """

    sort: Sort
    text: str


def checked(where: str) -> str:
    """A filter that reaches nothing but the columns of a row.

    Raises:
        InputError: It is none; the text says which part and what may stand there.
    """
    if not where.strip():
        raise _wrong("is empty; write it as: kind = 'ngo' AND date >= '2020-01-01'")
    if len(where) > _MOST:
        raise _wrong(f"is longer than {_MOST:,} characters")
    tokens = list(_tokens(where))
    if len(tokens) > _MOST_WORDS:
        raise _wrong(f"has more than {_MOST_WORDS} words and signs")
    _check_brackets(tokens)
    return " ".join(_dated(tokens))


def check_on(table: Table, where: str | None) -> None:
    """Let Lance read a filter, and none of the rows.

    Raises:
        InputError: It makes no sense, such as a text compared with a number.
    """
    if where is None:
        return
    try:
        with reading(table.place):
            table.data.scanner(columns=["key"], filter=where, limit=1).explain_plan()
    except InputError as error:
        told = str(error).removeprefix(f"{table.place}: cannot be read: ").partition(";")[0]
        raise _wrong(f"cannot be understood: {told}") from None


def of_kinds(where: str | None, kinds: Sequence[str]) -> str | None:
    """A filter, narrowed to sources of some kinds."""
    if not kinds:
        return where
    among = f"kind IN ({', '.join(map(quoted, kinds))})"
    return among if where is None else f"({where}) AND {among}"


def _tokens(where: str) -> Iterator[Token]:
    at = 0
    while at < len(where):
        match = _TOKEN.match(where, at)
        if match is None:
            raise _wrong(_unreadable(where, at))
        at = match.end()
        text = match.group()
        if match.lastgroup == "word":
            called = where[at:].lstrip().startswith("(")
            yield _word(text, called=called)
        elif match.lastgroup == "text":
            if not text.isprintable():
                raise _wrong("holds a control character within a text")
            yield Token("text", text)
        elif match.lastgroup == "number":
            yield Token("number", text)
        elif match.lastgroup == "sign":
            yield Token("sign", text)


def _unreadable(where: str, at: int) -> str:
    sign = where[at]
    if sign == "'":
        return "has a text without an end; a quotation mark within a text is written twice: ''"
    if sign in '"`':
        return "has text in other marks; write text as 'ngo', and columns without marks"
    return f"holds {sign!r} at character {at + 1}, which has no meaning there"


def _word(text: str, *, called: bool) -> Token:
    upper, lower = text.upper(), text.lower()
    if upper in _OPERATORS or upper in _VALUES:
        return Token("operator", upper)
    if called:
        if lower not in FUNCTIONS:
            raise _wrong(f"calls {text!r}; what may be called: {', '.join(FUNCTIONS)}")
        return Token("function", lower)
    if lower not in FILTERED:
        near = difflib.get_close_matches(lower, FILTERED, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise _wrong(f"names {text!r}{hint} The columns are: {', '.join(FILTERED)}")
    return Token("column", lower)


def _check_brackets(tokens: Sequence[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        if depth < 0:
            break
        if depth > _DEEPEST:
            raise _wrong(f"has brackets within brackets, more than {_DEEPEST} deep")
    if depth:
        raise _wrong("has a bracket without its other half")


def _dated(tokens: Sequence[Token]) -> Iterator[str]:
    """The words, with texts that a column of days is compared with as days."""
    column = ""
    for place, token in enumerate(tokens):
        if token.sort == "column":
            column = token.text
        elif token.text in {"AND", "OR"} and not _between(tokens, place):
            column = ""
        day = token.sort == "text" and FILTERED.get(column or _after(tokens, place)) == "day"
        yield _day(token.text) if day else token.text


def _between(tokens: Sequence[Token], place: int) -> bool:
    """Whether an AND is that of a BETWEEN."""
    for token in reversed(tokens[:place]):
        if token.text in {"AND", "OR"}:
            return False
        if token.text == "BETWEEN":
            return True
    return False


def _after(tokens: Sequence[Token], place: int) -> str:
    """The column that a text before it is compared with."""
    following = tokens[place + 1 : place + 3]
    if len(following) == 2 and following[0].text in _COMPARISONS:  # noqa: PLR2004 - sign and column
        return following[1].text
    return ""


def _day(text: str) -> str:
    try:
        return f"date '{dt.date.fromisoformat(text[1:-1]).isoformat()}'"
    except ValueError:
        raise _wrong(f"has {text} for a day; write it as '2024-11-23'") from None


def _wrong(message: str) -> InputError:
    return InputError(f"--where {message}")
