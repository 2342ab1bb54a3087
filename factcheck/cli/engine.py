"""The options by which work is spread over a Ray cluster, rather than done by one process.

Neither a configuration nor a variable sets them: a configuration comes along with whatever was
cloned, and who sends texts to a cluster should say so. Ray's own variables are read by `auto`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.errors import InputError

if TYPE_CHECKING:
    from factcheck.cluster.comparing import Workers

Engine = Literal["local", "ray"]

EngineOption = Annotated[
    Engine,
    typer.Option(
        help="Who does the work: this process, or the workers of a Ray cluster.",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        help="With --engine ray, the cluster: 'auto', HOST:PORT, or ray://HOST:PORT. Without "
        "one, a Ray of this machine alone is started, and stopped again.",
    ),
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        help="With --engine ray, how many worker processes; by default one a core.",
        min=1,
    ),
]

_MOST = 10_000
_ADDRESS = re.compile(r"auto|(ray://)?([\w.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}", re.ASCII)


@dataclass(frozen=True)
class Spread:
    """Where work is spread.

    Attributes:
        address: Of a cluster; None for a Ray of this machine alone, started for the command.
        concurrency: How many worker processes; None for one a core.
    """

    address: str | None
    concurrency: int | None


def spread_of(engine: Engine, address: str | None, concurrency: int | None) -> Spread | None:
    """What the options say; None for this process alone.

    Raises:
        InputError: They do not go together, or the address cannot be one.
    """
    if engine == "local":
        for name, value in (("--address", address), ("--concurrency", concurrency)):
            if value is not None:
                raise InputError(f"{name} needs --engine ray")
        return None
    if address is not None and not _ADDRESS.fullmatch(address):
        raise InputError(
            f"--address {address!r}: write it as auto, HOST:PORT or ray://HOST:PORT, or leave it "
            "out to start a Ray of this machine alone"
        )
    if concurrency is not None and concurrency > _MOST:
        raise InputError(f"--concurrency {concurrency:,}: no more than {_MOST:,} will do")
    return Spread(address, concurrency)


def workers_of(
    context: typer.Context, engine: Engine, address: str | None, concurrency: int | None
) -> Workers | None:
    """Those who search and judge for a command, gone when it ends; None for this process alone.

    Raises:
        InputError: The options do not go together, or Ray is not installed.
    """
    spread = spread_of(engine, address, concurrency)
    if spread is None:
        return None
    from factcheck.cluster.comparing import Workers

    return context.with_resource(Workers(spread.address, spread.concurrency))
