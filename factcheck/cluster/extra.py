"""The library of the extra `ray`, imported when a cluster is first asked for."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from factcheck.errors import InputError

_MISSING = (
    "a cluster needs Ray, which is not installed: pip install 'factcheck-cli[ray]', or leave out "
    "--engine ray"
)


def ray() -> Any:
    """Ray.

    Raises:
        InputError: It is not installed.
    """
    try:
        import ray  # noqa: PLC0415 - seconds to import, and an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "ray":
            raise
        raise InputError(_MISSING) from None
    return ray


def ray_data() -> Any:
    """Ray Data, told to show nothing.

    Raises:
        InputError: It is not installed, or lacks what it needs.
    """
    ray()
    try:
        data = importlib.import_module("ray.data")  # seconds more
    except ImportError:
        raise InputError(_MISSING) from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # importing it made it talk
    return data
