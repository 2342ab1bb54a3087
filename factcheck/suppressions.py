"""Suppressions in claim files: which findings they silence, and which are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.gate import Evidence, diagnostic
from factcheck.outcome import SuppressedBy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from factcheck.outcome import Diagnostic
    from factcheck.records import Passage, Suppression


def suppressed(
    found: Iterable[Diagnostic],
    passages: Sequence[Passage],
    rules: Collection[str],
    today: dt.date,
) -> list[Diagnostic]:
    """Findings with the status of those that are silenced, and what is wrong with suppressions.

    Args:
        found: All findings.
        passages: Claims and statements, with their suppressions.
        rules: The codes that are on; what a rule that is off would have found is not known.
        today: A suppression holds up to its last day, and on it.
    """
    held = {
        (passage.key, each.rule): each
        for passage in passages
        for each in passage.suppress
        if not _expired(each, today)
    }
    used: set[tuple[str, str]] = set()
    told = []
    for each in found:
        # A finding on a claim may name a statement; it is the claim that silences it.
        at = (each.claim or each.statement or "", each.rule)
        by = held.get(at)
        if by is None:
            told.append(each)
            continue
        used.add(at)
        silenced = SuppressedBy(reason=by.reason, owner=by.owner, until=by.until)
        told.append(each.model_copy(update={"status": "suppressed", "suppression": silenced}))
    for passage in passages:
        for suppression in passage.suppress:
            unused = (passage.key, suppression.rule) not in used and suppression.rule in rules
            told += _due(passage, suppression, today, unused=unused)
    return [each for each in told if not each.rule.startswith("FC6") or each.rule in rules]


def _expired(suppression: Suppression, today: dt.date) -> bool:
    return suppression.until is not None and suppression.until < today


def _due(
    passage: Passage, suppression: Suppression, today: dt.date, *, unused: bool
) -> Iterator[Diagnostic]:
    rule, reason = suppression.rule, suppression.reason
    if _expired(suppression, today):
        owner = f", owner {suppression.owner}" if suppression.owner else ""
        message = f"the suppression of {rule} ended on {suppression.until}{owner}: {reason}"
        yield diagnostic("FC602", Evidence(message, "", passage, content=(rule,)))
    elif unused:
        message = f"the suppression of {rule} silences nothing: {reason}"
        yield diagnostic("FC601", Evidence(message, "", passage, content=(rule,)))
    if suppression.until is None:
        message = f"the suppression of {rule} has no last day: {reason}"
        yield diagnostic("FC603", Evidence(message, "", passage, content=(rule,)))
