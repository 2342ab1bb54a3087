"""The compiled models against sentence-transformers' own run of them, on the same rows.

Loading is outside the timed part, and so is the first round. What both give is compared, too.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from plain_script import read_texts
from timing import Times, alternate, processor, show_table

from factcheck.compiled import Precision
from factcheck.encoders import SentenceEncoder
from factcheck.inference import load
from factcheck.stance import LABELS
from factcheck.stance.cross_encoder import CrossEncoderStance, columns, softmax
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.floating[Any]]
    Run = Callable[[Sequence[Any]], Rows]

DOCUMENTS = Path(__file__).resolve().parent.parent / "training" / "data" / "documents"
SENTENCE = re.compile(r"[oca]\d+ (\S.*)")
PEER = "sentence-transformers"

LEAST_COSINE = 0.999
LEAST_SAME = 0.995
GREATEST_DIFFERENCE = 0.02


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        rows: All rows there are.
        timed: How many of them are timed.
        runs: Each way of running the model, by name, `PEER` among them.
        speed: How many times as fast as the peer ours is to be.
        agree: Prints how far ours agrees with the peer's; false where that is too little.
    """

    rows: Sequence[Any]
    timed: int
    runs: Mapping[str, Run]
    speed: float
    agree: Callable[[str, Rows, Rows], bool]


def sentences() -> list[str]:
    """All distinct sentences of the document sets of the training data."""
    found: dict[str, None] = {}
    for path in sorted(DOCUMENTS.rglob("*.txt")):
        text = path.read_text("utf-8").partition("\ngold\n")[0]
        found.update(dict.fromkeys(SENTENCE.findall(text)))
    return list(found)


def encode() -> Comparison:
    """The packaged encoder on sentences."""
    weights = resolve(DEFAULT_ENCODER)
    runs: dict[str, Run] = {
        f"openvino {precision}": SentenceEncoder(
            weights, backend="openvino", precision=precision
        ).encode
        for precision in get_args(Precision)
    }
    peer = load("SentenceTransformer", weights)
    return Comparison(sentences(), 400, {**runs, PEER: peer.encode}, 2.0, agree_on_vectors)


def stance() -> Comparison:
    """The packaged stance model on the bundled statements, each with each bundled claim."""
    weights = resolve_stance(DEFAULT_STANCE)
    runs: dict[str, Run] = {
        f"openvino {precision}": CrossEncoderStance(
            weights, backend="openvino", precision=precision
        ).judge
        for precision in get_args(Precision)
    }
    peer = load("CrossEncoder", weights)
    order = columns(weights.name, dict(enumerate(weights.labels)))
    pairs = [(text, claim) for claim in read_texts("claims") for text in read_texts("statements")]
    agree = partial(agree_on_labels, order)
    return Comparison(pairs, 150, {**runs, PEER: peer.predict}, 3.0, agree)


def agree_on_vectors(name: str, ours: Rows, peer: Rows) -> bool:
    """Print the least cosine of a text's two vectors."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(peer, axis=1)
    least = float(((ours * peer).sum(axis=1) / lengths).min())
    good = least >= LEAST_COSINE
    print(f"{name}: least cosine {least:.7f}, target >= {LEAST_COSINE}: {verdict(good)}")
    return good


def agree_on_labels(order: list[int], name: str, ours: Rows, peer: Rows) -> bool:
    """Print how many labels are the same, and how far the probabilities are apart.

    Args:
        order: Which of the peer's columns is which of `LABELS`.
        name: How ours was run.
        ours: Probabilities.
        peer: Logits: what `CrossEncoder.predict` gives of more than one label.
    """
    assert peer.shape == (len(ours), len(LABELS))
    told = softmax(peer[:, order].astype(np.float64))
    same = float((ours.argmax(axis=1) == told.argmax(axis=1)).mean())
    apart = float(np.abs(ours - told).max())
    good = same >= LEAST_SAME, apart <= GREATEST_DIFFERENCE
    print(
        f"{name}: same label {same:.2%}, target >= {LEAST_SAME:.1%}: {verdict(good[0])}; greatest"
        f" difference {apart:.1e}, target <= {GREATEST_DIFFERENCE}: {verdict(good[1])}"
    )
    return all(good)


def verdict(good: bool) -> Literal["met", "missed"]:
    """What is said of a target."""
    return "met" if good else "missed"


def spread(rows: Sequence[Any], count: int) -> list[Any]:
    """So many rows, from all over."""
    chosen = np.linspace(0, len(rows), min(count, len(rows)), endpoint=False, dtype=int)
    return [rows[index] for index in chosen]


def show_machine() -> None:
    """Print what the figures depend on."""
    import openvino
    import sentence_transformers
    import torch
    import transformers
    from openvino import opset13

    core, release = openvino.Core(), openvino.__version__.partition("-")[0]
    x = opset13.parameter([1], np.float32)
    least = core.compile_model(openvino.Model([opset13.relu(x)], [x], "least"), "CPU")
    native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    print(
        f"processor: {processor()}, {os.cpu_count()} cores,"
        f" {'with' if native else 'without'} instructions for bfloat16"
    )
    print(
        f"versions: Python {platform.python_version()}, openvino {release}"
        f", torch {torch.__version__}, sentence-transformers {sentence_transformers.__version__}"
        f", transformers {transformers.__version__}, numpy {np.__version__}"
    )
    print(
        f"threads: openvino {least.get_property('INFERENCE_NUM_THREADS')},"
        f" torch {torch.get_num_threads()}"
    )


def show_agreement(comparison: Comparison, count: int) -> bool:
    """Print how far ours agrees with the peer; false where that is too little."""
    rows = spread(comparison.rows, count)
    given = {name: run(rows) for name, run in comparison.runs.items()}
    peer = given.pop(PEER)
    print(f"agreement with {PEER} on {len(rows)} of {len(comparison.rows)} rows:")
    good = True
    for name, ours in given.items():
        good = comparison.agree(name, ours, peer) and good
    return good


def show_times(times: Mapping[str, Times], least: float) -> None:
    """Print the table of times and ratios."""
    table = [["run by", "median (min-max)", "times as fast", "target", ""]]
    for name, taken in times.items():
        ratio = times[PEER].median / taken.median
        target = ["", ""] if name == PEER else [f">= {least:g}", verdict(ratio >= least)]
        table.append([name, str(taken), f"{ratio:.2f}", *target])
    show_table(table)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=("encode", "stance"))
    parser.add_argument("--runs", type=int, default=5, help="how many times each")
    parser.add_argument("--rows", type=int, help="how many rows are timed")
    parser.add_argument("--checked", type=int, default=2000, help="how many rows are compared")
    return parser.parse_args()


def main() -> int:
    """Compare what is given, then the times."""
    options = arguments()
    comparison = encode() if options.model == "encode" else stance()
    show_machine()
    good = show_agreement(comparison, options.checked)
    rows = spread(comparison.rows, options.rows or comparison.timed)
    letters = [len(row) if isinstance(row, str) else sum(map(len, row)) for row in rows]
    print(
        f"timed: {len(rows)} rows of {min(letters)} to {max(letters)} characters,"
        f" {np.median(letters):.0f} in the middle, {options.runs} runs by turns"
    )
    works = {name: partial(run, rows) for name, run in comparison.runs.items()}
    show_times(alternate(works, options.runs, pause=0.5), comparison.speed)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
