"""Reading a file in a process of its own, with bounds on its time and memory.

A crafted PDF, DOCX or page can keep a library busy for hours, fill the memory or break the
process. Here it can do so to one that holds nothing else, that may not reach the network or
start programs, and that is ended in time.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from factcheck.errors import DocumentError
from factcheck.records import Block, Document, Metadata

TIMEOUT = 120
"""Seconds that a document may take."""

MAX_MEMORY = 2 * 1024**3
"""Bytes of address space that reading one may take, where the system can hold to it."""


def read_apart(format_name: str, raw: bytes, path: str) -> Document:
    """Load a file in another process.

    Args:
        format_name: One of `documents.READERS`.
        raw: The file's bytes.
        path: Its name in the document and in errors.

    Raises:
        DocumentError: It cannot be read, or not within the bounds.
    """
    given = json.dumps({"format": format_name, "path": path, "memory": MAX_MEMORY}).encode() + b"\n"
    command = [sys.executable, "-P", "-m", "factcheck.documents.worker"]
    try:
        ran = subprocess.run(  # noqa: S603 - this very program
            command,
            input=given + raw,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(f"{path}: takes longer than {TIMEOUT} s to read") from None
    except OSError as error:
        raise DocumentError(f"{path}: no process to read it in: {error.strerror}") from None
    try:
        told = json.loads(ran.stdout)
    except ValueError:
        message = "breaks the library that reads it, or takes too much memory"
        raise DocumentError(f"{path}: {message}") from None
    if "error" in told:
        raise DocumentError(told["error"])
    return _document(told)


def _environment() -> dict[str, str]:
    """The surroundings of this process, and where it found this package."""
    package = str(Path(__file__).resolve().parent.parent.parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([package, known] if known else [package])}


def _document(told: dict[str, Any]) -> Document:
    metadata = told["metadata"]
    if metadata["date"] is not None:
        metadata["date"] = dt.date.fromisoformat(metadata["date"])
    return Document(
        text=told["text"],
        path=told["path"],
        sha256=told["sha256"],
        blocks=tuple(Block(*block) for block in told["blocks"]),
        metadata=Metadata(**metadata),
        warnings=tuple(told["warnings"]),
    )
