"""The first line of a draft: by it an editor finds the schema, and helps to fill in the file."""

from __future__ import annotations

import os
from pathlib import Path

from factcheck import schemas

NO_SCHEMA = "# For help in editors, here or above: factcheck schema claims > claim-file.schema.json"
"""What stands in for the hint where there is no schema to point to; a later run replaces it."""


def hint_of(claim_file: Path) -> str:
    """The line by which editors find the schema of a claim file, or how to come by one."""
    way = _schema_near(claim_file.parent)
    return NO_SCHEMA if way is None else f"# yaml-language-server: $schema={way}"


def _schema_near(folder: Path) -> str | None:
    """The schema that belongs to the project of a folder, by its path relative to the folder.

    That is a `claim-file.schema.json` in the folder or above it, as `factcheck schema claims`
    prints one, or this package's own where the project holds its source. One that is installed
    is not pointed to: its path is that of one machine.
    """
    home = Path(os.path.realpath(folder))
    root = _project(home)
    above = (home, *(parent for parent in home.parents if parent.is_relative_to(root)))
    found = [parent / schemas.FILES["claims"] for parent in above]
    own = Path(os.path.realpath(schemas.__file__)).with_name(schemas.FILES["claims"])
    if "site-packages" not in own.parts and own.is_relative_to(root):
        found.append(own)
    ways = [Path(os.path.relpath(path, home)).as_posix() for path in found if path.is_file()]
    # The hint ends at a space, and nothing in it may steer a screen.
    return next((way for way in ways if way.isprintable() and " " not in way), None)


def _project(home: Path) -> Path:
    """The repository that holds a folder, else the working folder if that does, else itself."""
    for parent in (home, *home.parents):
        if (parent / ".git").exists():
            return parent
    working = Path(os.path.realpath("."))
    return working if home.is_relative_to(working) else home
