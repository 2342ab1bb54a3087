"""What a file is, by the ending of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CLAIM_FILE_SUFFIXES = (".yaml", ".yml")

DOCUMENT_FORMATS: Mapping[str, str] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
}
"""The formats of documents: the modules of `documents` that read them."""
