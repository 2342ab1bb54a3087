"""What a check found as text, one module a format."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from factcheck.formats import Layout

if TYPE_CHECKING:
    from factcheck.outcome import Outcome

__all__ = ["FORMATS", "Layout", "Renderer", "renderer"]

Renderer = Callable[["Outcome", Layout], str]
"""An outcome to a text that ends with a line end."""

FORMATS: Mapping[str, str] = {
    "terminal": "factcheck.formats.checks.terminal",
    "concise": "factcheck.formats.checks.concise",
    "json": "factcheck.formats.checks.json",
    "jsonl": "factcheck.formats.checks.jsonl",
    "markdown": "factcheck.formats.checks.markdown",
    "github": "factcheck.formats.checks.github",
    "gitlab": "factcheck.formats.checks.gitlab",
    "sarif": "factcheck.formats.checks.sarif",
    "junit": "factcheck.formats.checks.junit",
    "claimreview": "factcheck.formats.checks.claimreview",
    "html": "factcheck.formats.checks.html",
}
"""The module of each format; its `render` is a `Renderer`."""


def renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        KeyError: There is no such format.
    """
    render: Renderer = importlib.import_module(FORMATS[name]).render
    return render
