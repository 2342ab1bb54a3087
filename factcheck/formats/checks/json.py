"""The outcome as one JSON object: the public format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.notation import dumped

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Outcome


def render(outcome: Outcome, _layout: Layout) -> str:
    """The same outcome, the same bytes."""
    return dumped(outcome.model_dump(mode="json"), indent=2) + "\n"
