"""What to say where a library that reads a format is not installed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from factcheck.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needs(package: str, path: str) -> Iterator[None]:
    """Turn a failed import into what to install.

    Raises:
        DocumentError: The package is not there, or not whole.
    """
    try:
        yield
    except ImportError:
        message = f"reading it needs {package}; pip install {package}"
        raise DocumentError(f"{path}: {message}") from None
