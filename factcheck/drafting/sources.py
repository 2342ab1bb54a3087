"""What a draft says of its source: what the document tells, and where it lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.drafting.allowed import clean
from factcheck.paths import source_id

if TYPE_CHECKING:
    from factcheck.paths import Found
    from factcheck.records import Document, Kind, Metadata

_MAX_LINE = 1_000


@dataclass(frozen=True)
class About:
    """What a draft says of its source.

    Attributes:
        id: Of the source.
        kind: Of the source.
        title: Its title, or what stands in for it.
        has_title: Whether the document tells its title.
        metadata: What else the document tells of itself.
        sha256: Of the document.
        document: Its path, relative to the claim file; None where none can be given.
        elsewhere: The path where it leads out of what a claim file may name.
    """

    id: str
    kind: Kind
    title: str
    has_title: bool
    metadata: Metadata
    sha256: str
    document: str | None = None
    elsewhere: str | None = None

    @property
    def section(self) -> str:
        """Which list its entries are in."""
        return "claims" if self.kind == "official" else "statements"


def about(found: Found, document: Document, kind: Kind, claim_file: Path | None) -> About:
    """What a draft says of a document.

    Args:
        found: The document's file.
        document: What was read from it.
        kind: What its source is.
        claim_file: Where the draft will be; None for standard output, as if in the working folder.
    """
    stem = found.path.stem if found.path else "stdin"
    title = clean(document.metadata.title or "")[:_MAX_LINE].strip()
    path, elsewhere = _document_path(found, claim_file.parent if claim_file else Path())
    return About(
        id=source_id(claim_file.stem if claim_file else stem),
        kind=kind,
        title=title or clean(os.fsencode(stem).decode("utf-8", "replace")) or "untitled",
        has_title=bool(title),
        metadata=document.metadata,
        sha256=document.sha256,
        document=path,
        elsewhere=elsewhere,
    )


def _document_path(found: Found, folder: Path) -> tuple[str | None, str | None]:
    """The document's path relative to the claim file, where a claim file may name it.

    `validate` opens documents below the claim file's folder or the working folder only.
    """
    if found.path is None:
        return None, None
    home = os.path.realpath(folder)
    real = Path(os.path.realpath(found.path))
    relative = Path(os.path.relpath(real, home)).as_posix()
    allowed = any(real.is_relative_to(root) for root in (home, os.path.realpath(".")))
    if allowed and relative.isprintable() and len(relative) <= _MAX_LINE:
        return relative, None
    return None, found.shown
