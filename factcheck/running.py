"""What runs a model, on which device, in which precision; it is loaded when first needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from factcheck.compiled import REVISION, CompiledModel
from factcheck.errors import ModelError
from factcheck.inference import TorchModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from factcheck.inference import Kind, Progress, Rows
    from factcheck.records import Precision, Weights

Backend = Literal["auto", "openvino", "torch"]
"""What runs a model; `auto` is OpenVINO for the packaged ones on the CPU, else torch."""

Device = Literal["auto", "cpu", "cuda", "mps"]
"""Where a model runs; `auto` takes an accelerator where torch finds one."""

Computed = Literal["auto", "f32", "bf16"]
"""What is asked for as precision; `auto` takes bfloat16 where the device computes it itself."""


@dataclass(frozen=True)
class Execution:
    """How a model is to be run.

    Attributes:
        batch_size: At most so many rows at once; at least 1.
        backend: What runs it.
        precision: What products are computed in. bfloat16 is faster and less exact, and what it
            gives depends on the processor.
        device: Where.
    """

    batch_size: int = 32
    backend: Backend = "auto"
    precision: Computed = "f32"
    device: Device = "cpu"

    def __post_init__(self) -> None:
        """Refuse a batch size below 1.

        Raises:
            ValueError: It is.
        """
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {self.batch_size}")


BY_DEFAULT = Execution()


class Runner:
    """A model that is loaded when the first row comes.

    Args:
        kind: What it is to sentence-transformers.
        weights: A verified model.
        execution: How it is run.
        before: Called before it is loaded, to make room.

    Attributes:
        precision: What products are computed in.
        fingerprint: Of the weights and of all else that bears on what is given: a device or a
            precision has last bits of its own.

    Raises:
        ModelError: This model, or this machine, cannot be run so.
    """

    def __init__(
        self,
        kind: Kind,
        weights: Weights,
        execution: Execution,
        before: Callable[[], None] | None = None,
    ) -> None:
        """Settle how it will run; nothing is loaded yet."""
        self._kind: Kind = kind
        self._weights = weights
        self._batch_size = execution.batch_size
        self._before = before
        self._device = _device(execution.device)
        self._compiled = compiles(weights, execution.backend, self._device)
        self.precision = _precision(execution.precision, self._device)
        self.fingerprint = self._fingerprint()
        self._model: CompiledModel | TorchModel | None = None

    def _fingerprint(self) -> str:
        """The weights' own where torch runs them plainly, which caches were filled under first."""
        if self._compiled:
            how = f"openvino {REVISION} {self.precision}"
        elif (self._device, self.precision) == ("cpu", "f32"):
            return self._weights.fingerprint
        else:
            how = f"torch {self._device} {self.precision}"
        return hashlib.sha256(f"{self._weights.fingerprint} {how}".encode()).hexdigest()

    def _loaded(self) -> CompiledModel | TorchModel:
        if self._model is None:
            if self._before:
                self._before()
            if self._compiled:
                self._model = CompiledModel(self._weights, self.precision)
            else:
                self._model = TorchModel(self._kind, self._weights, self._device, self.precision)
        return self._model

    def let_go(self) -> None:
        """Give the model's memory back; it is loaded again when the next row comes."""
        self._model = None

    def labels(self) -> Mapping[int, str]:
        """What the columns of a cross-encoder's output mean, by their number.

        Raises:
            ModelError: The model will not load.
        """
        return self._loaded().labels

    def run(self, rows: Sequence[Any], progress: Progress) -> Rows:
        """What the model gives for rows: float32, shape (n, width), in their order.

        Raises:
            ModelError: The model will not load.
        """
        return self._loaded()(rows, self._batch_size, progress)


def compiles(weights: Weights, backend: Backend, device: str = "cpu") -> bool:
    """Whether a model is to be compiled, rather than run by torch.

    Raises:
        ModelError: OpenVINO is asked for and cannot run it.
    """
    packaged = weights.expected_sha256 is not None and find_spec("openvino") is not None
    able = packaged and device == "cpu"
    if backend == "openvino" and not able:
        what = "only the packaged models run by OpenVINO, on the CPU"
        raise ModelError(f"model {weights.name!r}: {what}")
    return able and backend != "torch"


def _device(asked: Device) -> Literal["cpu", "cuda", "mps"]:
    if asked == "cpu":
        return "cpu"
    import torch  # noqa: PLC0415 - seconds to import; the CPU needs none

    if asked in {"cuda", "auto"} and torch.cuda.is_available():
        return "cuda"
    if asked in {"mps", "auto"} and torch.backends.mps.is_available():
        return "mps"
    if asked != "auto":
        raise ModelError(f"torch finds no {asked} device here; leave out --device {asked}")
    return "cpu"


def _precision(asked: Computed, device: str) -> Precision:
    if asked == "f32":
        return "f32"
    if device == "cpu" and not computes_bfloat16():
        if asked == "bf16":
            raise ModelError(
                "this processor has no instructions for bfloat16, which would be slow; "
                "ask for --precision f32, or auto"
            )
        return "f32"
    return "f32" if device == "mps" and asked == "auto" else "bf16"


@cache
def computes_bfloat16(told: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor has instructions for bfloat16; false where no system file says so."""
    try:
        words = set(told.read_text("utf-8", "replace").split())
    except OSError:
        return False
    return not words.isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})
