"""Which source, claim or statement of a new report is which of an old one.

The same text in the same source is the same, whatever its id: a list that is numbered anew
is not edited throughout. What is left is matched by id, and is then edited.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from factcheck.report import ReportStatement

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from factcheck.report import Report, ReportSource

Passage = TypeVar("Passage", bound=ReportStatement)
Thing = TypeVar("Thing")

_SOURCE_FIELDS = ("kind", "title", "publisher", "date", "url", "archived_url")
_FIELDS = ("text", "quote", "speaker", "locator", "topics")


@dataclass(frozen=True)
class Match(Generic[Thing]):
    """What an old report has, and what that is in the new; None where it has none."""

    old: Thing | None
    new: Thing | None

    @property
    def either(self) -> Thing:
        """The new one, else the old."""
        told = self.old if self.new is None else self.new
        assert told is not None
        return told


def key(passage: ReportStatement) -> str:
    """`source/id`, as `expect` in a claim file names it."""
    return f"{passage.source_id}/{passage.id}"


def place(passage: ReportStatement | ReportSource) -> str:
    """Where something stands: `path:line:column`, as far as it is known."""
    told = passage.path or "no file"
    if isinstance(passage, ReportStatement) and passage.line:
        return f"{told}:{passage.line}:{passage.column}"
    return told


def statements_of(report: Report) -> dict[str, ReportStatement]:
    """The statements that a report shows, by their keys."""
    return {
        key(counterpoint.statement): counterpoint.statement
        for finding in report.findings
        for counterpoint in finding.counterpoints
    }


def match_sources(old: Report, new: Report) -> tuple[Match[ReportSource], ...]:
    """By id; where both ids are only in one report, by all else that is told of them."""

    def told(source: ReportSource) -> Hashable:
        return tuple(getattr(source, field) for field in _SOURCE_FIELDS)

    found = _matched(old.sources, new.sources, (lambda source: source.id, told))
    return tuple(sorted(found, key=lambda match: match.either.id))


def match_passages(
    old: Iterable[Passage], new: Iterable[Passage], sources: Mapping[str, str]
) -> tuple[Match[Passage], ...]:
    """Claims, or statements, sorted by their keys.

    Args:
        old: Those of the old report.
        new: Those of the new one.
        sources: By the id of an old source its id in the new report.
    """
    old, new = tuple(old), tuple(new)
    # A source may be called what another was called: those of the old report are told apart.
    home = {id(each): sources.get(each.source_id, f"\n{each.source_id}") for each in old}
    home |= {id(each): each.source_id for each in new}

    def by(*fields: str) -> Callable[[Passage], Hashable]:
        return lambda each: (home[id(each)], *(getattr(each, field) for field in fields))

    ways = (by("id", "text"), by("text", "quote"), by("text"), by("id"))
    found = _matched(old, new, ways)
    return tuple(sorted(found, key=lambda match: (key(match.either), match.new is None)))


def edited_fields(match: Match[Passage]) -> tuple[str, ...]:
    """Which of its fields differ; its id and its place are none of them."""
    return _differing(match, _FIELDS)


def edited_source(match: Match[ReportSource]) -> tuple[str, ...]:
    """Which fields of a source differ."""
    return _differing(match, _SOURCE_FIELDS)


def _differing(match: Match[Thing], fields: tuple[str, ...]) -> tuple[str, ...]:
    if match.old is None or match.new is None:
        return ()
    return tuple(
        field
        for field in fields
        if getattr(match.old, field, None) != getattr(match.new, field, None)
    )


def _matched(
    old: Iterable[Thing], new: Iterable[Thing], ways: Iterable[Callable[[Thing], Hashable]]
) -> list[Match[Thing]]:
    """Match in several ways, each on what those before it left; the first with the first."""
    found: list[Match[Thing]] = []
    left, right = list(old), list(new)
    for way in ways:
        waiting: dict[Hashable, list[Thing]] = defaultdict(list)
        for each in reversed(left):
            waiting[way(each)].append(each)
        rest = []
        for each in right:
            same = waiting.get(way(each))
            if same:
                found.append(Match(same.pop(), each))
            else:
                rest.append(each)
        taken = {id(match.old) for match in found}
        left = [each for each in left if id(each) not in taken]
        right = rest
    return [*found, *(Match(each, None) for each in left), *(Match(None, each) for each in right)]
