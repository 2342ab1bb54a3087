"""The models as factcheck runs them against sentence-transformers' own run of them.

    python benchmarks/peers.py [--only encode] [--only stance]

Each takes the same texts, or pairs, in bulk; the peer is `SentenceTransformer.encode` and
`CrossEncoder.predict` with their defaults, on the same weights. Loading is outside the timed part,
and so is the first round. How far what both give agrees is measured on more rows than are timed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from book import Book, begin, parser
from made_up import sentences, spread
from plain_script import read_texts
from results import ENCODE, ENCODE_SAME, STANCE, STANCE_NEAR, STANCE_SAME, Check, Row, Target
from timing import alternate

from factcheck.encoders import SentenceEncoder
from factcheck.inference import load
from factcheck.records import Precision
from factcheck.running import Execution
from factcheck.stance import LABELS
from factcheck.stance.cross_encoder import CrossEncoderStance, columns, softmax
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.floating[Any]]
    Run = Callable[[Sequence[Any]], Rows]

PEER = "sentence-transformers"
DEFAULT = " (default)"
LEAST_COSINE = Target(least=0.999)
LEAST_SAME = Target(least=0.995)
GREATEST_DIFFERENCE = Target(most=0.02)


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        what: `texts` or `pairs`.
        peer: What the peer is called.
        rows: All rows there are.
        timed: How many of them are timed.
        runs: Each way of running the model, by name, `PEER` among them.
        speed: How many times as fast as the peer ours is to be.
        goal: What that is part of.
        agree: How far ours agrees with the peer's.
    """

    what: str
    peer: str
    rows: Sequence[Any]
    timed: int
    runs: Mapping[str, Run]
    speed: float
    goal: str
    agree: Callable[[str, Rows, Rows], list[Check]]


def named(models: Mapping[str, Any], default: Any) -> dict[str, Any]:
    """Models by name, the one that factcheck runs by default said to be."""
    same = {name: model.fingerprint == default.fingerprint for name, model in models.items()}
    return {
        f"factcheck {name}{DEFAULT if same[name] else ''}": model for name, model in models.items()
    }


def encode() -> Comparison:
    """The packaged encoder on sentences."""
    weights = resolve(DEFAULT_ENCODER)
    models = {
        precision: SentenceEncoder(weights, Execution(precision=precision))
        for precision in get_args(Precision)
    }
    runs = {name: model.encode for name, model in named(models, SentenceEncoder(weights)).items()}
    peer = load("SentenceTransformer", weights)
    rows = [text for side in sentences().values() for text in side]
    runs[PEER] = peer.encode
    name = "SentenceTransformer.encode"
    return Comparison("texts", name, rows, 400, runs, 2.0, ENCODE, vectors_agree)


def stance() -> Comparison:
    """The packaged stance model on the bundled statements, each with each bundled claim."""
    weights = resolve_stance(DEFAULT_STANCE)
    models = {
        precision: CrossEncoderStance(weights, Execution(precision=precision))
        for precision in get_args(Precision)
    }
    runs = {name: model.judge for name, model in named(models, CrossEncoderStance(weights)).items()}
    peer = load("CrossEncoder", weights)
    order = columns(weights.name, dict(enumerate(weights.labels)))
    pairs = [(text, claim) for claim in read_texts("claims") for text in read_texts("statements")]
    runs[PEER] = peer.predict
    agree = partial(labels_agree, order)
    return Comparison("pairs", "CrossEncoder.predict", pairs, 150, runs, 3.0, STANCE, agree)


def vectors_agree(name: str, ours: Rows, peer: Rows) -> list[Check]:
    """The least cosine of a text's two vectors."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(peer, axis=1)
    least = float(((ours * peer).sum(axis=1) / lengths).min())
    note = f"of {len(ours)} texts"
    what = f"{name}: least cosine to the peer's"
    return [Check(what, least, "", LEAST_COSINE, *judged(name, note, ENCODE_SAME))]


def labels_agree(order: list[int], name: str, ours: Rows, peer: Rows) -> list[Check]:
    """How many labels are the same, and how far the probabilities are apart.

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
    note = f"of {len(ours)} pairs"
    difference = f"{name}: greatest difference of a probability"
    return [
        Check(
            f"{name}: part with the peer's label",
            same,
            "",
            LEAST_SAME,
            *judged(name, note, STANCE_SAME),
        ),
        Check(difference, apart, "", GREATEST_DIFFERENCE, *judged(name, note, STANCE_NEAR)),
    ]


def judged(name: str, note: str, goal: str) -> tuple[bool, str, str]:
    """Of a check: whether it must hold, its note, its goal; only the default must."""
    default = name.endswith(DEFAULT)
    return default, note, goal if default else f"{goal}, {name}"


def agreement(book: Book, comparison: Comparison, count: int) -> None:
    """Keep how far ours agrees with the peer."""
    rows = spread(comparison.rows, count)
    peer = comparison.runs[PEER](rows)
    for name, run in comparison.runs.items():
        if name != PEER:
            book.add(*comparison.agree(name, run(rows), peer))


def measure(book: Book, comparison: Comparison, options: argparse.Namespace) -> None:
    """Keep how long each takes."""
    rows = spread(comparison.rows, options.rows or (8 if options.smoke else comparison.timed))
    letters = [len(row) if isinstance(row, str) else sum(map(len, row)) for row in rows]
    book.say(
        f"{comparison.what}: {len(rows)} of {len(comparison.rows)} are timed, of {min(letters)} to"
        f" {max(letters)} characters, {np.median(letters):.0f} in the middle"
    )
    works = {name: partial(run, rows) for name, run in comparison.runs.items()}
    budget = options.minutes * 60 / 4 if options.minutes else None
    times = alternate(works, options.runs, pause=0.5, seconds=budget)
    for name, taken in times.items():
        if name != PEER:
            book.add(
                Row(
                    f"{comparison.what}, {name}",
                    comparison.peer,
                    taken.seconds,
                    times[PEER].seconds,
                    "faster",
                    Target(least=comparison.speed),
                    {comparison.what: len(rows)},
                    judged(name, "", comparison.goal)[2],
                )
            )


def arguments() -> argparse.Namespace:
    """The command line."""
    made = parser(__doc__)
    made.add_argument(
        "--only", action="append", choices=("encode", "stance"), help="both by default"
    )
    made.add_argument("--rows", type=int, help="how many rows are timed")
    made.add_argument("--checked", type=int, help="how many rows are compared; 0 for all")
    return made.parse_args()


def main() -> int:
    """Compare what is given, then the times."""
    options = arguments()
    book = begin("peers", "The models beside sentence-transformers' own run of them", options)
    for name in options.only or ("encode", "stance"):
        comparison = encode() if name == "encode" else stance()
        checked = {"encode": 2000, "stance": 600}[name] if options.checked is None else None
        checked = options.checked if checked is None else checked
        agreement(book, comparison, 8 if options.smoke else checked or len(comparison.rows))
        measure(book, comparison, options)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
