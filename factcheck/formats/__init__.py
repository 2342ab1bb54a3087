"""A report as text, one module a format."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.report import Report


@dataclass(frozen=True)
class Layout:
    """What the output can show.

    Attributes:
        width: Columns.
        color: Whether escape sequences for colours may be written.
        unicode: Whether characters beyond ASCII can be shown.
    """

    width: int = 100
    color: bool = False
    unicode: bool = True


Renderer = Callable[["Report", Layout], str]
"""A report to a text that ends with a line end."""

FORMATS: Mapping[str, str] = {
    "terminal": "factcheck.formats.terminal",
    "json": "factcheck.formats.json",
    "jsonl": "factcheck.formats.jsonl",
    "markdown": "factcheck.formats.markdown",
    "csv": "factcheck.formats.csv",
    "html": "factcheck.formats.html",
}
"""The module of each format; its `render` is a `Renderer`."""


def renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        KeyError: There is no such format.
    """
    render: Renderer = importlib.import_module(FORMATS[name]).render
    return render
