"""A Ray to work on: one of this machine alone, started and stopped again, or a cluster joined."""

from __future__ import annotations

import os
import re
import secrets
import socket
import warnings
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.cluster.extra import ray
from factcheck.cluster.surroundings import (
    end_all,
    environment,
    kept_to_loopback,
    patient,
    quiet,
    temporary,
)
from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"

_STORE = 512 << 20
"""Bytes of shared memory for what goes from process to process, on this machine alone."""

_ATTEMPTS = 3
_SECONDS = 10
_ADDRESS = re.compile(r"(?:ray://)?(?P<host>.+):(?P<port>\d+)")


@dataclass(frozen=True)
class Session:
    """A Ray that this process is part of.

    Attributes:
        workers: How many worker processes may work at once.
        local: Whether it is of this machine alone, and goes when the work is done.
        client: Whether this process only sends requests to it (`ray://`).
    """

    workers: int
    local: bool
    client: bool = False


@contextmanager
def connected(address: str | None, processes: int | None) -> Iterator[Session]:
    """Start a Ray on loopback and stop it again, or join one and leave it.

    A Ray that this process has joined already is used as it is, and stays.

    Args:
        address: None for one of this machine alone; `auto`, `HOST:PORT` or `ray://HOST:PORT`
            to join one.
        processes: How many worker processes; None for one a core.

    Raises:
        InputError: Ray is not installed, does not start, does not answer, or is another version.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read when Ray is imported
    with quiet():
        if ray().is_initialized():
            yield Session(processes or _cores(), local=False)
        elif address is None:
            with _started(processes or os.cpu_count() or 1) as session:
                yield session
        else:
            with _joined(address, processes) as session:
                yield session


@contextmanager
def _started(processes: int) -> Iterator[Session]:
    """A Ray of this machine alone; whoever does not know its token cannot use it either."""
    with ExitStack() as stack:
        settings = {
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # what keeps Ray to loopback
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
        }
        stack.enter_context(environment(settings))
        stack.enter_context(kept_to_loopback())
        stack.enter_context(patient())
        for left in reversed(range(_ATTEMPTS)):
            folder = stack.enter_context(temporary())
            stack.callback(end_all, folder)
            stack.callback(_stop)
            try:
                _start(processes, folder)
                break
            except (Exception, SystemExit) as error:  # Ray raises plain ones
                _stop()
                end_all(folder)
                if not left:
                    raise InputError(
                        f"Ray does not start on this machine: {_first(error)}; try again when it "
                        "is less busy, or leave out --engine ray"
                    ) from error
        yield Session(processes, local=True)


def _start(processes: int, folder: str) -> None:
    with warnings.catch_warnings():
        # Lance warns of every fork; Ray's end in other programs, which Lance does not mind.
        warnings.filterwarnings("ignore", "lance is not fork-safe")
        ray().init(
            address="local",
            num_cpus=processes,
            include_dashboard=False,
            object_store_memory=_STORE,
            configure_logging=False,
            log_to_driver=False,
            _node_ip_address=LOOPBACK,
            _temp_dir=folder,
        )
    from ray.util import get_node_ip_address  # noqa: PLC0415 - an extra

    if get_node_ip_address() != LOOPBACK:
        raise OSError("it would listen beyond this machine")


@contextmanager
def _joined(address: str, processes: int | None) -> Iterator[Session]:
    client = address.startswith("ray://")
    with environment({}):
        _check_answers(address)
        try:
            ray().init(address=address, configure_logging=False, log_to_driver=False)
        except Exception as error:
            _stop()
            raise _refused(address, error) from error
        try:
            yield Session(processes or _cores(), local=False, client=client)
        finally:
            _stop()


def _check_answers(address: str) -> None:
    """Ask whether anything is there: Ray itself would try for a minute."""
    match = _ADDRESS.fullmatch(os.environ.get("RAY_ADDRESS", "") if address == "auto" else address)
    if match is None:  # the Ray of this machine, wherever it is
        return
    host, port = match["host"].strip("[]"), int(match["port"])
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "no answer"
        raise InputError(
            f"--address {address}: nothing answers there ({reason}); start a cluster by "
            "`ray start --head`, or leave out --address"
        ) from None


def _refused(address: str, error: Exception) -> InputError:
    told = _first(error)
    if "ersion mismatch" in str(error):
        what = "the cluster has another version of Ray or Python than this machine; install the"
        what += " same on both"
    elif "Could not find any running Ray" in str(error):
        what = "no Ray runs on this machine; start one by `ray start --head`, or leave out"
        what += " --address to have one started and stopped"
    elif "Found multiple active Ray" in str(error):
        what = "more than one Ray runs on this machine; name one by --address HOST:PORT"
    elif "grpcio" in str(error):
        what = "ray:// needs gRPC, which is not installed: pip install 'factcheck-cli[ray]'"
    else:
        what = f"cannot be joined: {told}; is it a Ray, of the version that is installed here, and"
        what += " does this machine belong to it? If it does not, use ray://HOST:10001"
    return InputError(f"--address {address}: {what}")


def _stop() -> None:
    """Leave, or stop what this process started."""
    with suppress(Exception):
        ray().shutdown()


def _cores() -> int:
    """The CPUs of the cluster."""
    return max(1, int(ray().cluster_resources().get("CPU", 1)))


def _first(error: BaseException) -> str:
    told: Any = str(error).strip().splitlines()
    return told[0][:300] if told else type(error).__name__
