"""Claim files to records, with every problem and its place.

The shape is `records.ClaimFile`; what its errors mean is said here in the words
of someone who edits YAML, not Python.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from factcheck.errors import Problem
from factcheck.located import Located, Path, parse_yaml
from factcheck.records import (
    Claim,
    ClaimEntry,
    ClaimFile,
    ClaimSet,
    Entry,
    Expectation,
    Quote,
    Record,
    Source,
    Statement,
    StatementEntry,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import ErrorDetails

_KIND_WORDS = {str: "a text", list: "a list", dict: "fields", int: "a number", float: "a number"}


@dataclass(frozen=True)
class ReadFile:
    """A claim file as read: where it is, what stands where, and what it holds.

    Attributes:
        path: The file, as it is shown.
        located: Its YAML with places.
        content: None where the file has errors.
        problems: All that is wrong with the file by itself.
    """

    path: str
    located: Located
    content: ClaimFile | None
    problems: tuple[Problem, ...]

    def problem(self, at: Path, message: str, *, key: bool = False) -> Problem:
        """A problem at a node of this file."""
        return Problem(self.path, *self.located.place(at, key=key), message)

    def records(self) -> ClaimSet:
        """The file's source and passages; empty where it has errors."""
        if self.content is None:
            return ClaimSet()
        source = self.content.source
        return ClaimSet(
            (source,),
            tuple(
                Claim(**self._passage(source, entry, ("claims", n)), expect=entry.expect)
                for n, entry in enumerate(self.content.claims or ())
            ),
            tuple(
                Statement(**self._passage(source, entry, ("statements", n)))
                for n, entry in enumerate(self.content.statements or ())
            ),
        )

    def _passage(self, source: Source, entry: Entry, at: Path) -> dict[str, Any]:
        line, column = self.located.place(at)
        quote = entry.quote
        text = entry.text or (quote.exact if quote else "")
        return {
            "source": source,
            "id": entry.id,
            "text": " ".join(text.split()),
            "quote": quote,
            "locator": entry.locator,
            "topics": entry.topics,
            "path": self.path,
            "line": line,
            "column": column,
        }


def read_claim_file(raw: bytes, path: str) -> ReadFile:
    """Read one claim file.

    Args:
        raw: Its bytes.
        path: Its name in records and problems.
    """
    located = parse_yaml(raw, path)
    problems = list(located.problems)
    content = None
    if located.data is not None or not problems:
        problems += _semantic_problems(located, path)
        try:
            content = ClaimFile.model_validate(located.data)
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not _follows(d)]
            problems += [_translate(detail, located, path) for detail in details]
    fatal = any(problem.severity == "error" for problem in problems)
    return ReadFile(path, located, None if fatal else content, tuple(sorted(set(problems))))


def cross_problems(files: Sequence[ReadFile]) -> list[Problem]:
    """What is wrong between files: source ids that two of them give."""
    problems = []
    first: dict[str, str] = {}
    for file in files:
        source = _get(file.located.data, "source", "id")
        if not isinstance(source, str):
            continue
        if source in first:
            message = f"the source id {source!r} is also given by {first[source]}"
            problems.append(file.problem(("source", "id"), message))
        first.setdefault(source, file.path)
    return problems


def expectation_problems(files: Sequence[ReadFile]) -> list[Problem]:
    """Expectations that name no statement of these files."""
    known = {s.key for file in files for s in file.records().statements}
    problems = []
    for file in files:
        for n, entry in enumerate((file.content and file.content.claims) or ()):
            expected = entry.expect.counterpoints if entry.expect else ()
            for m, key in enumerate(expected):
                if key not in known:
                    at: Path = ("claims", n, "expect", "counterpoints", m)
                    message = f"no statement is called {key!r}{suggestion(key, known)}"
                    problems.append(file.problem(at, message))
    return problems


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean '…'?`, or nothing where no known word is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _get(data: Any, *path: str | int) -> Any:
    for step in path:
        if isinstance(data, Mapping) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int):
            data = data[step]
        else:
            return None
    return data


def _semantic_problems(located: Located, path: str) -> Iterator[Problem]:
    """What the shape alone does not say."""
    data = located.data
    kind = _get(data, "source", "kind")
    wrong, right = ("statements", "claims") if kind == "official" else ("claims", "statements")
    if isinstance(data, Mapping) and isinstance(kind, str):
        if wrong in data:
            holder = "an official source" if kind == "official" else f"a source of kind {kind!r}"
            message = f"{holder} holds {right!r}, not {wrong!r}"
            yield Problem(path, *located.place((wrong,), key=True), message)
        elif right not in data:
            yield Problem(path, *located.place(()), f"the field {right!r} is missing")
    elif isinstance(data, Mapping) and not {"claims", "statements"} & set(data):
        yield Problem(path, *located.place(()), "the field 'claims' or 'statements' is missing")
    for section in ("claims", "statements"):
        entries = _get(data, section)
        yield from _entry_problems(entries, section, located, path)


def _entry_problems(entries: Any, section: str, located: Located, path: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for n, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, Mapping):
            continue
        if "text" not in entry and "quote" not in entry:
            yield Problem(path, *located.place((section, n)), "'text' or 'quote' is missing")
        elif entry.get("text") is None and entry.get("quote") is None:
            yield Problem(path, *located.place((section, n)), "'text' or 'quote' must be given")
        name = entry.get("id")
        if isinstance(name, str):
            line, column = located.place((section, n, "id"))
            if name in first:
                yield Problem(path, line, column, f"the id {name!r} stands twice; first in line {first[name]}")
            first.setdefault(name, line)
        expect = entry.get("expect")
        if isinstance(expect, Mapping) and expect.get("uncovered") and expect.get("counterpoints"):
            message = "a claim cannot be expected both 'uncovered' and to have 'counterpoints'"
            yield Problem(path, *located.place((section, n, "expect")), message)


def _model_at(at: Path) -> type[Record]:
    """The record that holds the field at a path."""
    parents: dict[str | int, type[Record]] = {
        "source": Source,
        "claims": ClaimEntry,
        "statements": StatementEntry,
        "quote": Quote,
        "expect": Expectation,
    }
    return next((parents[step] for step in reversed(at[:-1]) if step in parents), ClaimFile)


def _follows(detail: ErrorDetails) -> bool:
    """Whether an error only follows from others: a list is short of its broken items."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _translate(detail: ErrorDetails, located: Located, path: str) -> Problem:
    at: Path = detail["loc"]
    names = [step for step in at if isinstance(step, str)]
    field = name = names[-1] if names else "the file"
    if at and isinstance(at[-1], int):
        name = f"item {at[-1] + 1} of {field}"
    value, context = detail["input"], detail.get("ctx", {})
    key = False
    match detail["type"]:
        case "missing":
            message = f"the field {name!r} is missing"
        case "extra_forbidden":
            key = True
            message = f"unknown field {name!r}{suggestion(name, _model_at(at).model_fields)}"
        case "literal_error" if name == "version":
            message = f"version {value!r} is not known; this factcheck reads version 1"
        case "literal_error":
            choices = context["expected"]
            near = suggestion(str(value), choices.replace("'", "").replace(" or ", ", ").split(", "))
            message = f"{name} must be {choices}, not {value!r}{near}"
        case "string_type" if value is None:
            message = f"{name} is empty; give it a text or leave it out"
        case "string_type" if isinstance(value, bool | int | float):
            message = f"{name} must be a text; put it in quotes"
        case "string_pattern_mismatch":
            message = f"{name} {value!r} {_PATTERNS.get(field, _PATTERN)}"
        case "string_too_long":
            message = f"{name} is longer than {context['max_length']:,} characters"
        case "too_short":
            message = f"{name} is an empty list"
        case "string_type" | "tuple_type" | "model_type" | "model_attributes_type" | "dict_type":
            wanted = _WANTED.get(detail["type"], "fields")
            message = f"{name} must be {wanted}, not {_KIND_WORDS.get(type(value), 'empty')}"
        case _:
            message = f"{name}: {detail['msg']}" if names else detail["msg"]
    return Problem(path, *located.place(at, key=key), message)


_WANTED = {"string_type": "a text", "tuple_type": "a list"}
_PATTERN = "may hold a-z, 0-9, '.', '_' and '-', and begins with a letter or a digit"
_PATTERNS = {
    "sha256": "is no sha256: 64 digits, 0-9 and a-f",
    "language": "is no language tag; write it as en or pt-BR",
    "counterpoints": "names no statement; write it as source-id/statement-id",
}
