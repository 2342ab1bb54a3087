"""What pydantic found wrong, in the words of someone who edits YAML."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from factcheck.errors import Problem
from factcheck.records import (
    ClaimEntry,
    ClaimFile,
    Decision,
    Expectation,
    Quote,
    Review,
    Source,
    StatementEntry,
    Suppression,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from factcheck.located import Located, Path
    from factcheck.records import Record

_HOLDERS: dict[str, type[Record]] = {
    "source": Source,
    "claims": ClaimEntry,
    "statements": StatementEntry,
    "quote": Quote,
    "expect": Expectation,
    "suppress": Suppression,
    "decisions": Decision,
    "review": Review,
}
_FORMS = {
    "sha256": "is no sha256: 64 digits, 0-9 and a-f",
    "language": "is no language tag; write it as en or pt-BR",
    "rule": "is no code of a rule; write it as FC203",
    "counterpoints": "names no statement; write it as source-id/statement-id",
    "statement": "names no statement; write it as source-id/statement-id",
}
_FORM = "may hold a-z, 0-9, '.', '_' and '-', and begins with a letter or a digit"
_MANY = 1000
_WANTED = {"string_type": "a text", "tuple_type": "a list", "model_type": "fields"}
_GIVEN = {str: "a text", list: "a list", dict: "fields", int: "a number", float: "a number"}


def explain(detail: ErrorDetails, located: Located, path: str) -> Problem:
    """One error of pydantic as a problem with its place."""
    at: Path = detail["loc"]
    unknown = detail["type"] == "extra_forbidden"
    return Problem(path, *located.place(at, key=unknown), _message(detail, at))


def follows(detail: ErrorDetails) -> bool:
    """Whether an error only follows from others: a list is short of its broken items."""
    return detail["type"] == "too_short" and bool(detail["input"])


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean '…'?`, or nothing where no known word is near."""
    known = list(known)
    if len(known) > _MANY or len(word) > _MANY:  # each comparison costs; a file may hold many
        return ""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _message(detail: ErrorDetails, at: Path) -> str:  # noqa: PLR0911 - one a kind of error
    field = next((step for step in reversed(at) if isinstance(step, str)), "the file")
    name = f"item {at[-1] + 1} of {field}" if at and isinstance(at[-1], int) else field
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"the field {name!r} is missing"
        case "extra_forbidden":
            return f"unknown field {name!r}{suggestion(name, _holder(at).model_fields)}"
        case "literal_error":
            return _choice(name, value, context["expected"])
        case "string_pattern_mismatch":
            return f"{name} {value!r} {_FORMS.get(field, _FORM)}"
        case "string_too_long":
            return f"{name} is longer than {context['max_length']:,} characters"
        case "too_short":
            return f"{name} is an empty list"
        case "too_long":
            return f"{name} has more than {context['max_length']} items"
        case "string_type" | "tuple_type" | "model_type":
            return _type(name, value, _WANTED[detail["type"]])
        case _:
            return f"{name}: {detail['msg']}"


def _choice(name: str, value: object, expected: str) -> str:
    if name == "version":
        return f"version {value!r} is not known; this factcheck reads version 1"
    expected = expected.replace("True", "true")
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return f"{name} must be {expected}, not {value!r}{suggestion(str(value), choices)}"


def _type(name: str, value: object, wanted: str) -> str:
    if value is None:
        return f"{name} is empty; it must be {wanted}"
    if wanted == "a text" and isinstance(value, bool | int | float):
        return f"{name} must be a text; put it in quotes"
    return f"{name} must be {wanted}, not {_GIVEN.get(type(value), 'true or false')}"


def _holder(at: Path) -> type[Record]:
    """The record that holds the field at a path."""
    steps = [step for step in reversed(at[:-1]) if isinstance(step, str)]
    return next((_HOLDERS[step] for step in steps if step in _HOLDERS), ClaimFile)
