"""The options that say how models are run, and where the time goes."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

# As `running` has them, which is not imported before there is work.
Precision = Literal["auto", "f32", "bf16"]
Device = Literal["auto", "cpu", "cuda", "mps"]

PrecisionOption = Annotated[
    Precision,
    typer.Option(
        help="What models compute in. bf16 is faster where the processor has it, and less exact: "
        "figures may differ from another machine's in the second decimal. 'auto' takes it where "
        "it is fast.",
        envvar="FACTCHECK_PRECISION",
    ),
]
DeviceOption = Annotated[
    Device,
    typer.Option(
        help="Where models run; 'auto' takes an accelerator where torch finds one.",
        envvar="FACTCHECK_DEVICE",
    ),
]
TimingsOption = Annotated[
    bool, typer.Option("--timings", help="Say on standard error where the time went.")
]
