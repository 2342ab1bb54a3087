"""`factcheck init`: a first configuration and two claim files to learn from."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from factcheck.cli.config import FILE_NAME
from factcheck.cli.console import emit, visible
from factcheck.cli.tables import project_table
from factcheck.errors import ConfigError, OutputError

_CONFIGURATION = """\
# Settings of factcheck. `factcheck config` shows all of them, and where each comes from.
# The command line and FACTCHECK_* variables go before this file. Paths are relative to it.

# Claim files, and folders of them.
claims = ["claims"]

# How many statements are shown for each claim.
k = 5

# What fails `factcheck check`: "error", "review" (also what is too near to tell) or "never".
fail_on = "error"

# Rules that are on besides the usual ones. `factcheck rule` lists all.
# extend_select = ["FC302"]

# Rules that are off in some files.
# [per_file_ignores]
# "claims/critique/*" = ["FC301"]
"""

_OFFICIAL = """\
# An official source: what it claims. All of this is invented; put your own in its place.
version: 1
source:
  id: council-newsletter
  kind: official
  title: Newsletter of the Marrowbeck Town Council
  publisher: Marrowbeck Town Council
  date: 2024-05-02
  language: en
claims:
  - id: library-open
    # `text` is what is matched: one assertion that can be understood by itself, in your words.
    text: The Marrowbeck public library is open every day.
    # `quote` is the passage that proves it, word for word.
    quote: our public library is open every day
    locator: page 1
    topics: [library]
    # What `factcheck check` holds this claim to: these statements are shown as opposing it.
    expect:
      counterpoints: [residents-letter/library-closed]
  - id: bridge-finished
    text: The footbridge over the Tarrel was finished in March.
    quote: In March the footbridge over the Tarrel was finished
    locator: page 2
    topics: [footbridge]
    # No statement opposes this claim; `factcheck check` tells when one does.
    expect:
      uncovered: true
"""

_CRITIQUE = """\
# A critique source: its statements. `kind` is ngo, analysis or press. All of this is invented.
version: 1
source:
  id: residents-letter
  kind: ngo
  title: Open letter of the Marrowbeck Residents' Association
  publisher: Marrowbeck Residents' Association
  date: 2024-05-20
  language: en
statements:
  - id: library-closed
    text: The Marrowbeck public library is not open every day; it is closed on most days.
    quote: The library is not open every day. On most days it is closed.
    locator: para. 1
    topics: [library]
  - id: evening-meetings
    text: The residents' association meets every Thursday evening.
    quote: We meet every Thursday evening
    locator: para. 4
    topics: [association]
"""

_CLAIM_FILES = {"official": _OFFICIAL, "critique": _CRITIQUE}


def init(
    folder: Annotated[
        Path, typer.Argument(help="Where to begin; made where it does not exist.")
    ] = Path(),
) -> None:
    """Write a first factcheck.toml and two example claim files.

    A file that exists is left alone. Exit status: 0, or 2 on an error.
    """
    files = {
        folder / "claims" / name / "example.yaml": _hint("claims", folder, name) + text
        for name, text in _CLAIM_FILES.items()
    }
    files[folder / FILE_NAME] = _hint("config", folder) + _CONFIGURATION
    for path in files:
        _make_folder(path.parent)
    lines = [_placed(path, text) for path, text in files.items()]
    emit(visible("\n".join([*lines, "", *_next(folder)])) + "\n")


def _placed(path: Path, text: str) -> str:
    """Write a file that does not exist yet, and tell what was done."""
    if os.path.lexists(path):  # a link that leads nowhere counts: its target is not ours
        return f"{path} exists; left alone"
    if path.name == FILE_NAME and _in_project(path.parent):
        return f"{path} left out; pyproject.toml has [tool.factcheck]"
    emit(text, str(path))
    return f"{path} written"


def _in_project(folder: Path) -> bool:
    with suppress(ConfigError):
        return project_table(folder) is not None
    return False


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made a folder: {error.strerror}") from None


def _hint(which: str, folder: Path, *below: str) -> str:
    """The line by which editors find a schema; none where a clone would not hold the schema."""
    from factcheck import schemas

    wanted = schemas.FILES["claims" if which == "claims" else "config"]
    schema = Path(schemas.__file__).with_name(wanted)
    root = Path(os.path.realpath(folder))
    installed = "site-packages" in schema.parts or not schema.is_relative_to(root)
    if installed or not schema.is_file():
        return ""
    way = Path(os.path.relpath(schema, root / "claims" / below[0] if below else root)).as_posix()
    if which == "claims":
        return f"# yaml-language-server: $schema={way}\n"
    return f"#:schema {way if way.startswith('.') else './' + way}\n"


def _next(folder: Path) -> list[str]:
    steps = {
        "factcheck compare": "each claim beside its counterpoints",
        "factcheck lock": "keep what the models give, for CI",
        "factcheck check --locked": "hold the claims to what their files expect",
    }
    there = "" if os.path.realpath(folder) == os.path.realpath(".") else f" in {folder}"
    return [f"Next{there}:", *(f"  {step:<26}{what}" for step, what in steps.items())]
