"""What differs between two reports as text, one module a format."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from factcheck.formats import Layout

if TYPE_CHECKING:
    from factcheck.changes import Changes

__all__ = ["FORMATS", "Layout", "Renderer", "renderer"]

Renderer = Callable[["Changes", Layout, bool], str]
"""Changes to a text that ends with a line end; the last says whether to list what formats for
people leave out: all of long lists, and what only stands elsewhere."""

FORMATS: Mapping[str, str] = {
    "terminal": "factcheck.formats.changes.terminal",
    "markdown": "factcheck.formats.changes.markdown",
    "json": "factcheck.formats.changes.json",
    "html": "factcheck.formats.changes.html",
}
"""The module of each format; its `render` is a `Renderer`."""


def renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        KeyError: There is no such format.
    """
    render: Renderer = importlib.import_module(FORMATS[name]).render
    return render
