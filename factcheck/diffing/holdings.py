"""What a report holds on a claim: its verdict, and the strongest statements on both sides.

The verdict goes by all statements that were judged, more than the k shown. The strongest are
named in the finding's reason; where it names none, they are looked for among those shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from factcheck.changes import ClaimMoved, Held, Strongest
from factcheck.diffing.matching import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factcheck.report import Finding, ReportStatement

Side = Literal["opposing", "supporting"]

_NAMED = re.compile(r"(\d+) (opposing|supporting) \(the most, at ([01]\.\d\d): ([^()\s]+)\)")
_LABELS: dict[Side, Literal["opposes", "supports"]] = {
    "opposing": "opposes",
    "supporting": "supports",
}
_SHOWN_STEP = 0.01  # a reason tells two decimals


class Named(NamedTuple):
    """What a reason tells of one side: how many, the most probable, and by how much."""

    many: int
    side: str
    figure: float
    statement: str


def named(reason: str) -> tuple[Named, ...]:
    """What a reason tells, as `compare` words it; nothing where it is worded otherwise."""
    return tuple(
        Named(int(many), side, float(figure), statement)
        for many, side, figure, statement in _NAMED.findall(reason)
    )


def held(finding: Finding, statements: Mapping[str, ReportStatement]) -> Held:
    """What a report holds on a claim.

    Args:
        finding: The finding on it.
        statements: Those that the report shows, by their keys.
    """
    many = {each.side: each.many for each in named(finding.reason)}
    told = bool(many) or finding.verdict == "uncovered"
    return Held(
        verdict=finding.verdict,
        reason=finding.reason,
        opposing_count=many.get("opposing", 0) if told else None,
        supporting_count=many.get("supporting", 0) if told else None,
        opposing=_strongest(finding, "opposing", statements),
        supporting=_strongest(finding, "supporting", statements),
    )


def claim_moved(
    old: Finding,
    new: Finding,
    old_statements: Mapping[str, ReportStatement],
    new_statements: Mapping[str, ReportStatement],
) -> ClaimMoved:
    """A claim before and after, with the statements that each report shows."""
    before, after = held(old, old_statements), held(new, new_statements)
    sides = ((before.opposing, after.opposing), (before.supporting, after.supporting))
    return ClaimMoved(
        claim=key(new.claim),
        text=new.claim.text,
        locator=new.claim.locator,
        edited=old.claim.text != new.claim.text,
        size=max(
            round(abs((a.figure if a else 0.0) - (b.figure if b else 0.0)), 4) for a, b in sides
        ),
        old=before,
        new=after,
    )


def other_grounds(old: Finding, new: Finding, names: Mapping[str, str], least: float) -> bool:
    """Whether the same verdict is held for other reasons than before.

    Args:
        old: The finding before.
        new: The finding after.
        names: By the key of an old statement its key in the new report.
        least: A figure that moved less is the same.
    """
    if old.reason == new.reason:
        return False
    before, after = named(old.reason), named(new.reason)
    if not before or not after:
        return True
    told = [(each.many, each.side, names.get(each.statement, each.statement)) for each in before]
    if told != [(each.many, each.side, each.statement) for each in after]:
        return True
    moves = (abs(a.figure - b.figure) for a, b in zip(before, after, strict=True))
    # Of what reads 0.01 more, a hair may be all that moved.
    return round(max(moves), 4) >= (least + _SHOWN_STEP if least else _SHOWN_STEP)


def _strongest(
    finding: Finding, side: Side, statements: Mapping[str, ReportStatement]
) -> Strongest | None:
    label = _LABELS[side]
    shown = {
        key(each.statement): (getattr(each.stance, label), each)
        for each in finding.counterpoints
        if each.stance
    }
    told = next((each for each in named(finding.reason) if each.side == side), None)
    if told and told.statement not in shown:
        known = statements.get(told.statement)
        return Strongest(
            statement=told.statement,
            text=known.text if known else None,
            rank=None,
            figure=min(told.figure, 1.0),
        )
    if not shown:
        return None
    name = told.statement if told else min(shown, key=lambda each: (-shown[each][0], each))
    figure, each = shown[name]
    return Strongest(statement=name, text=each.statement.text, rank=each.rank, figure=figure)
