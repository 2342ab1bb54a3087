"""What a figure depends on beside the code: the processor, the versions, the threads.

    python benchmarks/machine.py [--json]

prints it with all libraries loaded. A result file holds it, so that a figure is never read
without it; the machine's name and its folders are not in it.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from timing import processor

PACKAGES = (
    *("numpy", "torch", "sentence-transformers", "transformers", "openvino", "faiss-cpu"),
    *("usearch", "lancedb", "bm25s"),
)


@dataclass(frozen=True)
class Machine:
    """A machine and what runs on it.

    Attributes:
        processor: Its model.
        cores: How many this process may use.
        memory: In GiB.
        bfloat16: Whether the processor has instructions for it.
        system: The operating system.
        python: Its version.
        versions: Of the packages measured, by name.
        threads: How many each library uses; those that are loaded.
        load: How many processes wanted a processor in the minute before, on average.
    """

    processor: str
    cores: int
    memory: float
    bfloat16: bool
    system: str
    python: str
    versions: dict[str, str]
    threads: dict[str, int]
    load: float

    def lines(self) -> list[str]:
        """What is printed of it."""
        bfloat16 = f"{'with' if self.bfloat16 else 'without'} instructions for bfloat16"
        memory = f"{self.memory:.0f} GiB of memory"
        versions = ", ".join(f"{name} {told}" for name, told in self.versions.items())
        threads = ", ".join(f"{name} {count}" for name, count in self.threads.items())
        return [
            f"processor: {self.processor}, {self.cores} cores, {bfloat16}, {memory}",
            f"versions: {self.system}, Python {self.python}, {versions}",
            f"threads: {threads or 'no library loaded in this process'}",
            f"other work: a load of {self.load:.1f} in the minute before",
        ]


def machine() -> Machine:
    """This machine, with the threads of the libraries that are loaded by now."""
    return Machine(
        processor=processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
        memory=_memory(),
        bfloat16=_has_bfloat16(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        versions=_versions(),
        threads=_threads(),
        load=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0,
    )


def read_machine(told: dict[str, object]) -> Machine:
    """A machine out of a result file."""
    return Machine(**told)  # type: ignore[arg-type]


def as_json(found: Machine) -> dict[str, object]:
    """A machine for a result file."""
    return asdict(found)


def with_all_loaded() -> Machine:
    """This machine, with the threads of all libraries; they are loaded in a process of its own."""
    asked = [sys.executable, __file__, "--json"]
    done = subprocess.run(asked, capture_output=True, check=True)
    return read_machine(json.loads(done.stdout))


def _cores() -> int:
    return os.cpu_count() or 1


def _memory() -> float:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0.0
    return round(size / 2**30, 1)


def _has_bfloat16() -> bool:
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False
    return any(flag in told for flag in ("avx512_bf16", "amx_bf16", " bf16"))


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _threads() -> dict[str, int]:
    found: dict[str, int] = {}
    if "numpy" in sys.modules:
        from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

        pools = [pool for pool in threadpool_info() if "numpy" in pool["filepath"]]
        found |= {f"numpy ({pool['internal_api']})": pool["num_threads"] for pool in pools}
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].get_num_threads()
    if "faiss" in sys.modules:
        found["faiss"] = sys.modules["faiss"].omp_get_max_threads()
    if "openvino" in sys.modules:
        found["openvino"] = _openvino_threads()
    return found


def _openvino_threads() -> int:
    import numpy as np
    import openvino
    from openvino import opset13

    x = opset13.parameter([1], np.float32)
    least = openvino.Core().compile_model(openvino.Model([opset13.relu(x)], [x], "least"), "CPU")
    return int(least.get_property("INFERENCE_NUM_THREADS"))


def main() -> None:
    """Load the libraries, then tell."""
    from importlib import import_module

    for name in ("numpy", "torch", "openvino", "faiss"):
        import_module(name)
    found = machine()
    print(json.dumps(as_json(found)) if "--json" in sys.argv else "\n".join(found.lines()))


if __name__ == "__main__":
    main()
