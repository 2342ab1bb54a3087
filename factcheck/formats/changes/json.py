"""What differs as one JSON object: the public format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.notation import dumped

if TYPE_CHECKING:
    from factcheck.changes import Changes
    from factcheck.formats import Layout


def render(changes: Changes, _layout: Layout, _whole: bool) -> str:
    """Valid against `schemas/diff.schema.json`, and always whole; the same, the same bytes."""
    return dumped(changes.model_dump(mode="json"), indent=2) + "\n"
