"""One finding a line, as JSON: for tools that read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.checks.notation import dumped

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Outcome


def render(outcome: Outcome, _layout: Layout) -> str:
    """Each line is an entry of the outcome's `diagnostics`; without any there is no line."""
    return "".join(dumped(each.model_dump(mode="json")) + "\n" for each in outcome.diagnostics)
