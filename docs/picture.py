"""Draw `docs/terminal.svg`: what `factcheck compare` shows of three bundled claims.

python docs/picture.py
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

COMMAND = "factcheck compare --locked -k 3 --only press-freedom --only cambodian-model-appreciated"
WIDTH = 110


def main() -> None:
    """Run the command as a user would, and draw its very output."""
    ran = subprocess.run(
        [sys.executable, "-m", *COMMAND.split(), "--color", "always"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent.parent,
        env={
            "COLUMNS": str(WIDTH),
            "PATH": "",
            "PYTHONIOENCODING": "utf-8",
            "HOME": str(Path.home()),
        },
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {COMMAND}", style="bold"))
    console.print(Text.from_ansi(ran.stdout.decode()))
    svg = console.export_svg(title="factcheck", theme=DIMMED_MONOKAI, unique_id="factcheck")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # fonts of the viewer's own
    Path(__file__).with_name("terminal.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
