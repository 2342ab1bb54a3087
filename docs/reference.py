"""Write the reference pages, `docs/reference/*.md`, from the code that they tell of.

python docs/reference.py

A test fails where a page is not what this would write.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import reference_api
import reference_commands
import reference_rules
import reference_schemas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = Path(__file__).with_name("reference")

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": reference_commands.page,
    "rules.md": reference_rules.page,
    "configuration.md": reference_schemas.configuration_page,
    "schemas.md": reference_schemas.schemas_page,
    "api.md": reference_api.page,
}


def main() -> None:
    """Write all pages."""
    texts = {name: page() for name, page in PAGES.items()}  # all or none
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
