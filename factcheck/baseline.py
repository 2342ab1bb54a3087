"""Baselines: findings that were there before and fail no build.

A baseline goes by fingerprints, made of rules and texts: moving, reordering or
reformatting claims changes nothing in it. One finding a line, sorted, so that it merges.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError

from factcheck.errors import InputError
from factcheck.outcome import Known
from factcheck.records import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from factcheck.outcome import Diagnostic


class Baseline(Record):
    """What a baseline file records."""

    version: Literal[1] = 1
    findings: Annotated[tuple[Known, ...], Field(strict=False)] = ()

    @property
    def fingerprints(self) -> frozenset[str]:
        """What findings are known by."""
        return frozenset(each.fingerprint for each in self.findings)


def read_baseline(raw: bytes, path: str) -> Baseline:
    """A baseline from the bytes of its file.

    Raises:
        InputError: It is no baseline; the message says where.
    """
    hint = "make it anew with --update-baseline"
    try:
        return Baseline.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = ".".join(map(str, first["loc"]))
        place = f" at {at}" if at else ""
        raise InputError(f"{path}: is no baseline{place}: {first['msg']}; {hint}") from None


def render(baseline: Baseline) -> str:
    """The text of its file; the same baseline, the same bytes."""
    rows = sorted(
        json.dumps(
            {
                "claim": each.claim,
                "statement": each.statement,
                "rule": each.rule,
                "fingerprint": each.fingerprint,
            }
        )
        for each in set(baseline.findings)
    )
    body = "\n" + ",\n".join(rows) + "\n" if rows else ""
    return f'{{"version": 1, "findings": [{body}]}}\n'


def known(found: Diagnostic) -> Known:
    """A finding as a baseline records it."""
    return Known(
        fingerprint=found.fingerprint,
        rule=found.rule,
        claim=found.claim,
        statement=found.statement,
    )


def applied(found: Iterable[Diagnostic], baseline: Baseline) -> list[Diagnostic]:
    """Findings with the status of those that the baseline knows."""
    fingerprints = baseline.fingerprints
    return [
        each.model_copy(update={"status": "baseline"})
        if each.status == "new" and each.fingerprint in fingerprints
        else each
        for each in found
    ]


def gone(
    found: Iterable[Diagnostic],
    baseline: Baseline,
    rules: Collection[str],
    sources: Collection[str],
) -> tuple[Known, ...]:
    """What a baseline records and nobody found again, among what was looked at.

    Args:
        found: All findings, with their status.
        baseline: What is recorded.
        rules: The codes that were on.
        sources: The ids of the sources that were read.
    """
    still = {each.fingerprint for each in found if each.status != "suppressed"}
    return tuple(
        each
        for each in baseline.findings
        if each.fingerprint not in still
        and each.rule in rules
        and all(key.split("/")[0] in sources for key in (each.claim, each.statement) if key)
    )


def updated(found: Iterable[Diagnostic], baseline: Baseline, no_more: Iterable[Known]) -> Baseline:
    """A baseline that knows all that was found, and keeps what was not looked at."""
    here = {known(each) for each in found if each.status != "suppressed"}
    prints = {each.fingerprint for each in here} | {each.fingerprint for each in no_more}
    return Baseline(
        findings=(*here, *(each for each in baseline.findings if each.fingerprint not in prints))
    )
