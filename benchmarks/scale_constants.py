"""The constants of the model of cost that no index tells: how fast models and a disk are.

Each is measured in a process of its own, on one core and on all, three times, the median kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from book import FOLDER
from index_corpus import in_process
from limits import token_counts
from made_up import made_claims, made_statements, spread
from timing import timed

from factcheck.records import Precision
from factcheck.running import Execution
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SCRIPT = Path(__file__).resolve()
WORKS = ("encode", "judge")
_BLOCK = 8 << 20


@dataclass(frozen=True)
class OfGpu:
    """A speed that others published, as none was at hand to measure on.

    Attributes:
        speed: Texts or pairs a second, on one card.
        card: Which.
        model: Which, and how it stands to ours.
        source: Where it was published.
    """

    speed: float
    card: str
    model: str
    source: str


_SBERT = "https://sbert.net/docs"
PUBLISHED = {
    "encode": OfGpu(
        14_200,
        "V100",
        "all-MiniLM-L6-v2, which is ours",
        f"{_SBERT}/sentence_transformer/pretrained_models.html",
    ),
    "judge": OfGpu(
        1_800,
        "V100",
        "ms-marco-MiniLM-L6-v2, of as many layers and as wide as ours; its passages are longer",
        f"{_SBERT}/pretrained-models/ce-msmarco.html",
    ),
}


def constants(rows: int, runs: int) -> dict[str, Any]:
    """All of them: texts and pairs a second by cores and precision, bytes a second of a disk."""
    cores = sorted({1, len(os.sched_getaffinity(0))})
    found: dict[str, Any] = {"cores": cores[-1], "disk": in_process(SCRIPT, "disk", 512, 1)}
    for work in WORKS:
        for count in cores:
            for precision in get_args(Precision):
                told = in_process(SCRIPT, work, rows, runs, precision, count)
                found[f"{work}, {precision}, {count}"] = told
                print(
                    f"{work}, {precision}, {count} cores: {told['rate']:.0f} a second", flush=True
                )
    return found


def model_part(options: argparse.Namespace) -> dict[str, Any]:
    """How many texts or pairs a second."""
    # Before the libraries count the cores.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    how = Execution(precision=options.precision)
    rows, run = (
        _encode(options.rows, how) if options.work == "encode" else _judge(options.rows, how)
    )
    run(rows[:8])
    taken = statistics.median(timed(lambda: run(rows)) for _ in range(options.runs))
    weights = (
        resolve(DEFAULT_ENCODER) if options.work == "encode" else resolve_stance(DEFAULT_STANCE)
    )
    tokens = statistics.mean(token_counts(weights, rows))
    return {"rate": len(rows) / taken, "rows": len(rows), "tokens": tokens}


def _encode(count: int, how: Execution) -> tuple[Sequence[Any], Callable[[Any], Any]]:
    from factcheck.encoders import SentenceEncoder

    return made_statements(count), SentenceEncoder(resolve(DEFAULT_ENCODER), how).encode


def _judge(count: int, how: Execution) -> tuple[Sequence[Any], Callable[[Any], Any]]:
    from factcheck.stance.cross_encoder import CrossEncoderStance

    claims = spread(made_claims(1_000), count)
    pairs = list(zip(made_statements(count), claims * (count // len(claims) + 1), strict=False))
    return pairs, CrossEncoderStance(resolve_stance(DEFAULT_STANCE), how).judge


def disk_part(options: argparse.Namespace) -> dict[str, Any]:
    """Bytes a second of a file that is not in memory."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=FOLDER) as file:
        for _ in range(options.rows * 2**20 // _BLOCK):
            file.write(os.urandom(_BLOCK))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        file.seek(0)
        taken = timed(lambda: sum(map(len, _blocks(file))))
    return {"rate": options.rows * 2**20 / taken, "rows": options.rows}


def _blocks(file: Any) -> Iterator[bytes]:
    while block := os.read(file.fileno(), _BLOCK):
        yield block


def main() -> None:
    """Measure one of them; `scale_model.py measure` measures all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=(*WORKS, "disk"))
    parser.add_argument("rows", type=int)
    parser.add_argument("runs", type=int)
    parser.add_argument("precision", nargs="?", default="f32")
    parser.add_argument("cores", nargs="?", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps((disk_part if options.work == "disk" else model_part)(options)))


if __name__ == "__main__":
    main()
