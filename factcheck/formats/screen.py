"""What can be shown at a terminal, to a text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from factcheck.formats import Layout


def shown(parts: Iterable[RenderableType], layout: Layout) -> str:
    """Parts under each other, no blanks at line ends, escape sequences only where allowed."""
    console = Console(
        file=io.StringIO(),
        width=layout.width,
        force_terminal=layout.color,
        color_system="256" if layout.color else None,
        no_color=not layout.color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    text = "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
    return text if layout.unicode else text.encode("ascii", "backslashreplace").decode()
