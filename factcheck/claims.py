"""Claim files to records, with every problem and its place.

The shape is `records.ClaimFile`; what a shape cannot say (ids given twice, claims in a
critique file, expectations that name nothing) is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from factcheck.errors import Problem
from factcheck.located import Located, Path, parse_yaml
from factcheck.messages import explain, follows, suggestion
from factcheck.records import KINDS, Claim, ClaimFile, ClaimSet, Entry, Source, Statement
from factcheck.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 200


@dataclass(frozen=True)
class ReadFile:
    """A claim file as read: where it is, what stands where, and what it holds.

    Attributes:
        path: The file, as messages name it.
        shown: The file, as reports name it.
        folder: The folder it lies in; documents are named relative to it.
        located: Its YAML with places.
        content: None where the file has errors.
        problems: All that is wrong with the file by itself.
    """

    path: str
    shown: str
    folder: str
    located: Located
    content: ClaimFile | None
    problems: tuple[Problem, ...]

    @property
    def source_id(self) -> str | None:
        """The id of its source, also where the file has errors."""
        value = _get(self.located.data, "source", "id")
        return value if isinstance(value, str) else None

    def problem(self, at: Path, message: str, *, key: bool = False) -> Problem:
        """A problem at a node of this file."""
        return Problem(self.path, *self.located.place(at, key=key), message)

    def shown_problem(self, at: Path, message: str) -> Problem:
        """The same, with the file named as reports name it."""
        return replace(self.problem(at, message), path=self.shown)

    def records(self) -> ClaimSet:
        """The file's source and passages; empty where it has errors."""
        if self.content is None:
            return ClaimSet()
        source = self.content.source
        return ClaimSet(
            (source,),
            tuple(
                Claim(
                    **self._passage(source, entry, ("claims", n)),
                    expect=entry.expect,
                    review=entry.review,
                )
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
            "speaker": entry.speaker,
            "locator": entry.locator,
            "topics": entry.topics,
            "suppress": entry.suppress,
            "path": self.shown,
            "line": line,
            "column": column,
        }


def read_claim_file(raw: bytes, path: str, shown: str | None = None, folder: str = ".") -> ReadFile:
    """Read one claim file.

    Args:
        raw: Its bytes.
        path: Its name in problems.
        shown: Its name in records, where that is another.
        folder: The folder it lies in.
    """
    located = parse_yaml(raw, path)
    problems = list(located.problems)
    content = None
    if located.data is not None or not problems:
        problems += _semantic_problems(located, path)
        try:
            content = ClaimFile.model_validate(located.data)
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not follows(d)]
            problems += [explain(detail, located, path) for detail in details]
    found = sorted(set(problems))
    if len(found) > _MOST:
        more = len(found) - _MOST
        found = [*found[:_MOST], Problem(path, 0, 0, f"{more:,} more problems; mend these first")]
    return ReadFile(path, shown or path, folder, located, None if found else content, tuple(found))


def cross_problems(files: Sequence[ReadFile]) -> list[Problem]:
    """What is wrong between files: source ids that two of them give."""
    problems = []
    first: dict[str, str] = {}
    for file in files:
        source = file.source_id
        if source in first:
            message = f"the source id {source!r} is also given by {first[source]}"
            problems.append(file.problem(("source", "id"), message))
        if source is not None:
            first.setdefault(source, file.path)
    return problems


def expectation_problems(files: Sequence[ReadFile]) -> list[Problem] | None:
    """Expectations that name no statement of these files; None where there is no statement.

    Files with errors count as far as they could be read.
    """
    known = {f"{file.source_id}/{name}" for file in files for name in _ids(file, "statements")}
    if not known:
        return None
    # A file that does not tell its source might be the one that is meant.
    sources = {file.source_id for file in files}
    return [
        file.problem(at, f"no statement is called {key!r}{suggestion(key, known)}")
        for file in files
        for at, key in _expected(file)
        if key not in known and not (None in sources and key.split("/")[0] not in sources)
    ]


def _expected(file: ReadFile) -> Iterator[tuple[Path, str]]:
    claims = _get(file.located.data, "claims")
    for n, claim in enumerate(claims if isinstance(claims, list) else ()):
        keys = _get(claim, "expect", "counterpoints")
        for m, key in enumerate(keys if isinstance(keys, list) else ()):
            if isinstance(key, str) and "/" in key:
                yield ("claims", n, "expect", "counterpoints", m), key
        for m, decision in enumerate(_decisions(claim)):
            key = _get(decision, "statement")
            if isinstance(key, str) and "/" in key:
                yield ("claims", n, "expect", "decisions", m, "statement"), key


def _decisions(claim: Any) -> list[Any]:
    found = _get(claim, "expect", "decisions")
    return found if isinstance(found, list) else []


def _ids(file: ReadFile, section: str) -> list[str]:
    entries = _get(file.located.data, section)
    ids = (_get(entry, "id") for entry in (entries if isinstance(entries, list) else ()))
    return [name for name in ids if isinstance(name, str)]


def _get(data: Any, *keys: str) -> Any:
    """The value under nested keys, or None."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _semantic_problems(located: Located, path: str) -> Iterator[Problem]:
    """What the shape alone does not say."""
    if not isinstance(located.data, Mapping):
        return
    yield from _section_problems(located, path)
    for section in ("claims", "statements"):
        entries = located.data.get(section)
        first: dict[str, int] = {}
        for n, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping):
                yield from _entry_problems(entry, (section, n), first, located, path)


def _section_problems(located: Located, path: str) -> Iterator[Problem]:
    """Claims in a critique source and the reverse, or neither."""
    kind = _get(located.data, "source", "kind")
    official = kind == "official"
    wrong, right = ("statements", "claims") if official else ("claims", "statements")
    if kind not in KINDS:
        if not {"claims", "statements"} & set(located.data):
            message = "the field 'claims' or 'statements' is missing"
            yield Problem(path, *located.place(()), message)
    elif wrong in located.data:
        holder = "an official source" if official else f"a source of kind {kind!r}"
        message = f"{holder} holds {right!r}, not {wrong!r}"
        yield Problem(path, *located.place((wrong,), key=True), message)
    elif right not in located.data:
        yield Problem(path, *located.place(()), f"the field {right!r} is missing")
    elif located.data[right] is None:
        yield Problem(path, *located.place((right,), key=True), f"{right} is an empty list")


def _entry_problems(
    entry: Mapping[str, Any], at: Path, first: dict[str, int], located: Located, path: str
) -> Iterator[Problem]:
    """What is wrong with one claim or statement; `first` holds the lines of ids so far."""
    if entry.get("text") is None and entry.get("quote") is None:
        yield Problem(path, *located.place(at), "'text' or 'quote' is missing")
    name = entry.get("id")
    if isinstance(name, str):
        line, column = located.place((*at, "id"))
        if name in first:
            message = f"the id {name!r} stands twice; first in line {first[name]}"
            yield Problem(path, line, column, message)
        first.setdefault(name, line)
    given = entry.get("suppress")
    for n, suppression in enumerate(given if isinstance(given, list) else ()):
        code = _get(suppression, "rule")
        if isinstance(code, str) and re.fullmatch(r"FC\d{3}", code) and code not in RULES:
            message = f"no rule is called {code!r}{suggestion(code, RULES)}"
            yield Problem(path, *located.place((*at, "suppress", n, "rule")), message)
    if _get(entry, "expect", "uncovered") and _get(entry, "expect", "counterpoints"):
        message = "a claim cannot be expected both 'uncovered' and to have 'counterpoints'"
        yield Problem(path, *located.place((*at, "expect")), message)
    decided: set[tuple[str, str]] = set()
    for n, decision in enumerate(_decisions(entry)):
        pair = _get(decision, "statement"), _get(decision, "reviewer")
        if pair in decided:
            message = f"{pair[1]!r} decided on {pair[0]!r} twice; keep one of the decisions"
            yield Problem(path, *located.place((*at, "expect", "decisions", n)), message)
        if all(isinstance(part, str) for part in pair):
            decided.add(pair)
