"""The libraries of the extra `index`, imported when an index is first asked for."""

from __future__ import annotations

import ctypes
import importlib
import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MMAP_THRESHOLD = -3  # of malloc.h
_MISSING = (
    "an index on disk needs Lance, which is not installed: pip install 'factcheck-cli[index]'"
)


def lance() -> Any:
    """Lance, told to be quiet about its own doings.

    Raises:
        InputError: It is not installed.
    """
    os.environ.setdefault("LANCE_LOG", "error")  # it logs to standard error from other threads
    _large_blocks_go_back()
    try:
        import lance  # noqa: PLC0415 - a second to import, and an extra
        import lance.commit  # noqa: PLC0415 - likewise
    except ModuleNotFoundError:
        raise InputError(_MISSING) from None
    return lance


@cache
def _large_blocks_go_back() -> None:
    """Have glibc return freed memory to the system, rather than keep more and more of it.

    Left alone it raises the limits by which it does so, in a heap a thread, and Lance has many
    threads: a search of a million rows takes a third more memory. A limit that is set stays, and
    this one is the largest there may be, as smaller ones cost time.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, which has its own ways
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 32 << 20)


def row_set(addresses: Iterable[int]) -> bytes:
    """Addresses of rows, as Lance takes them to keep a search to these."""
    lance()
    module = importlib.import_module("lance.dataset")  # the name in Lance itself is a function
    told: bytes = module.serialize_row_addrs(addresses)
    return told


def arrow() -> Any:
    """PyArrow.

    Raises:
        InputError: It is not installed.
    """
    try:
        import pyarrow  # noqa: ICN001, PLC0415 - likewise
        import pyarrow.compute  # noqa: PLC0415 - likewise
    except ModuleNotFoundError:
        raise InputError(_MISSING) from None
    return pyarrow
