"""The permanent links of claims: the same for the same claim in every report."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST = 120  # what a claim file lets an id be


def anchor(source_id: str, claim_id: str) -> str:
    """`claim-source/id`; an id that no claim file could hold is told by its hash.

    A `~` stands in no id of a claim file, so that the two can never be the same.
    """
    parts = (source_id, claim_id)
    if all(_PLAIN.fullmatch(part) and len(part) <= _LONGEST for part in parts):
        return f"claim-{source_id}/{claim_id}"
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"claim-~{digest[:32]}"


def anchors(keys: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """One a claim; where a damaged report names a claim twice, the second has `~2`."""
    seen: dict[str, int] = {}
    told = []
    for source_id, claim_id in keys:
        name = anchor(source_id, claim_id)
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return tuple(told)
