"""What Ray finds about it while it runs: variables, folders, patience; and that it keeps quiet.

Ray takes these from its process rather than from arguments. They are set for as long as a session
lasts, and are afterwards as they were.
"""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from factcheck.cluster.extra import ray

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 40
"""Letters of a temporary folder; the names of Unix sockets below it may have 107."""

_PATIENCE = 120  # seconds
_LOUD = ("ray", "ray.data", "ray._private", "ray.util")


@contextmanager
def kept_to_loopback() -> Iterator[None]:
    """Have Ray bind to loopback, where it was imported before its setting could be made."""
    from ray._private import ray_constants  # noqa: PLC0415 - an extra

    before = ray_constants.ENABLE_RAY_CLUSTER
    ray_constants.ENABLE_RAY_CLUSTER = False
    try:
        yield
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = before


@contextmanager
def patient() -> Iterator[None]:
    """Have Ray wait for its own start longer than half a minute: a busy machine needs more."""
    from ray._private import services  # noqa: PLC0415 - an extra

    ask = services.get_node

    def wait(*arguments: Any) -> Any:
        last = time.monotonic() + _PATIENCE
        while True:
            try:
                return ask(*arguments)
            except RuntimeError:  # not there yet
                if time.monotonic() > last or not any(each.name() == "raylet" for each in ours()):
                    raise
                time.sleep(0.1)

    services.get_node = wait
    try:
        yield
    finally:
        services.get_node = ask


@contextmanager
def environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Ray's variables for a while; what Ray itself sets goes again too."""
    before = {name: value for name, value in os.environ.items() if name.startswith("RAY_")}
    os.environ.update(settings)
    _forget_tokens()
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("RAY_")]:
            del os.environ[name]
        os.environ.update(before)
        _forget_tokens()


def _forget_tokens() -> None:
    """Have Ray read its variables again, which it keeps."""
    ray()
    core = importlib.import_module("ray._raylet")  # compiled, and without types
    core.Config.initialize("")
    core.AuthenticationTokenLoader.instance().reset_cache()


@contextmanager
def temporary() -> Iterator[str]:
    """A folder for sockets and logs, out of the way of other Rays of this machine."""
    base = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="fc-", dir=base if len(base) <= _LONGEST else "/tmp")  # noqa: S108 - mkdtemp makes it safely
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Ray from writing: what became of workers and nodes is ours to tell.

    It would write to standard output too, where a report may be on its way.
    """
    ray()
    worker: Any = importlib.import_module("ray._private.worker")
    loggers = [logging.getLogger(name) for name in _LOUD]
    before = [logger.level for logger in loggers]
    prints = worker.print_to_stdstream
    worker.print_to_stdstream = _nothing
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        worker.print_to_stdstream = prints
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _nothing(*_: object, **__: object) -> None:
    """In the place of what prints."""


def ours(folder: str = "") -> list[Any]:
    """The processes that this one started and whose command line names a folder."""
    ray()
    import psutil  # noqa: PLC0415 - Ray brings one along

    found = []
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any(folder in word for word in each.cmdline()):
                found.append(each)
    return found


def end_all(folder: str) -> None:
    """End what is left of a start that failed or was interrupted, which Ray forgets."""
    for each in ours(folder):
        with suppress(Exception):
            each.kill()
