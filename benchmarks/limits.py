"""What the machine could do, and how near to it each stage comes; and where each stage's time goes.

    python benchmarks/limits.py

Peaks, as this machine gives them and not as a data sheet has them: products of large float32
matrices by numpy, and in bfloat16 by OpenVINO where the processor has it; and reading memory, by
as many threads as there are cores. Encoding and judging are matrix products: their operations are
counted by the shapes of the model, two for a multiplication with its addition, padding left out.
A search with one query reads the vectors once, and memory is its limit; with many it is again
products. The profile names the functions that took the most time by themselves.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from book import ROOT, Book, begin, parser
from made_up import sentences, spread
from results import Check
from searches import unit_rows
from timing import alternate

from factcheck.encoders import SentenceEncoder
from factcheck.inputs import read_claim_files
from factcheck.records import Precision
from factcheck.running import Execution
from factcheck.search import top_k
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.weights import DEFAULT_ENCODER, DEFAULT_STANCE, resolve, resolve_stance

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from factcheck.records import Weights

SHOWN = 6
TILE = 256


def median(work: Callable[[], object], runs: int) -> float:
    """Seconds of a work, the median of so many runs after one that does not count."""
    return alternate({"work": work}, runs)["work"].median


def product_peak(size: int, runs: int) -> float:
    """Operations a second of large float32 products."""
    one, other = (np.random.default_rng(n).random((size, size), np.float32) for n in (0, 1))
    out = np.empty((size, size), np.float32)
    return 2 * size**3 / median(lambda: np.matmul(one, other, out=out), runs)


def compiled_peak(size: int, runs: int, precision: str) -> float:
    """Operations a second of large products by OpenVINO, in a precision."""
    import openvino
    from openvino import opset13

    chance = np.random.default_rng(0)
    rows = opset13.parameter([size, size], np.float32)
    fixed = opset13.constant(chance.random((size, size), np.float32))
    # A sum at the end, so that little is copied out.
    product = opset13.reduce_sum(opset13.matmul(rows, fixed, False, False), np.array([0]), False)
    model = openvino.Model([product], [rows], "product")
    hint = {"INFERENCE_PRECISION_HINT": precision}
    run = openvino.Core().compile_model(model, "CPU", hint)
    given = [chance.random((size, size), np.float32)]
    return 2 * size**3 / median(lambda: run(given), runs)


def reading_peak(mebibytes: int, runs: int) -> float:
    """Bytes a second that are read from memory, by as many threads as there are cores."""
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    parts = np.array_split(np.ones(mebibytes * 2**18, np.float32), threads)
    with ThreadPoolExecutor(threads) as pool:

        def read() -> None:
            list(pool.map(np.max, parts))

        return parts[0].itemsize * sum(map(len, parts)) / median(read, runs)


def operations(weights: Weights, lengths: Sequence[int]) -> float:
    """Operations of a model on rows of so many tokens.

    The last layer of a cross-encoder makes keys and values of all tokens, and the rest of one.
    """
    config = json.loads((weights.folder / "config.json").read_text("utf-8"))
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    a_token = 2 * (4 * hidden * hidden + 2 * hidden * inner)
    attention = 4 * hidden
    layers: int = config["num_hidden_layers"]
    if weights.delta is None:
        return float(sum(layers * (a_token * n + attention * n * n) for n in lengths))
    before = sum((layers - 1) * (a_token * n + attention * n * n) for n in lengths)
    alone = a_token - 4 * hidden * hidden
    last = sum(4 * hidden * hidden * n + alone + attention * n for n in lengths)
    return float(before + last)


def token_counts(weights: Weights, rows: Sequence[Any]) -> list[int]:
    """How many tokens rows have, as the model is given them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(weights.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return [len(each.ids) for each in tokenizer.encode_batch(list(rows))]


def model_stages(book: Book, options: argparse.Namespace, peaks: dict[str, float]) -> None:
    """Keep how near the models come to the processor's peak, in each precision."""
    texts = [text for side in sentences().values() for text in side]
    files = read_claim_files([ROOT / "claims"])
    pairs = [(said.text, claim.text) for claim in files.claims for said in files.statements]
    encoder, stance = resolve(DEFAULT_ENCODER), resolve_stance(DEFAULT_STANCE)
    for precision in get_args(Precision):
        if precision not in peaks:
            book.leave_out(precision, "the processor has no instructions for it")
            continue
        how = Execution(precision=precision)
        works: list[tuple[str, Weights, list[Any], Callable[[Any], Any]]] = [
            ("encoding", encoder, texts, SentenceEncoder(encoder, how).encode),
            ("judging", stance, pairs, CrossEncoderStance(stance, how).judge),
        ]
        for name, weights, rows, run in works:
            chosen = spread(rows, 8 if options.smoke else 200)
            counts = token_counts(weights, chosen)
            seconds = median(partial(run, chosen), options.runs)
            near = operations(weights, counts) / seconds / peaks[precision]
            note = (
                f"{len(chosen)} rows of {statistics.mean(counts):.0f} tokens on average,"
                f" {sum(counts) / seconds:,.0f} tokens a second"
            )
            book.add(Check(f"{name}, {precision}: part of the peak", round(near, 3), note=note))
            if precision == get_args(Precision)[0]:
                profile(book, name, partial(run, chosen))


def search_stages(book: Book, options: argparse.Namespace, products: float, reading: float) -> None:
    """Keep how near the search comes to memory's and to the processor's peak."""
    rows = 2_000 if options.smoke else 200_000
    rng = np.random.default_rng(0)
    corpus, queries = unit_rows(rng, rows, 384), unit_rows(rng, 256, 384)
    one = median(partial(top_k, queries[:1], corpus, 10), options.runs)
    note = f"{rows:,} rows, {corpus.nbytes / one / 1e9:.1f} GB a second"
    near = round(corpus.nbytes / one / reading, 3)
    book.add(Check("search, 1 query: part of reading memory", near, note=note))
    profile(book, "search, 1 query", partial(top_k, queries[:1], corpus, 10))
    for k in (10, 200):
        many = median(partial(top_k, queries, corpus, k), options.runs)
        done = 2 * corpus.size * len(queries) / many
        note = f"{rows:,} rows, {done / 1e9:,.0f} billion operations a second"
        what = f"search, {len(queries)} queries, k={k}: part of the peak"
        book.add(Check(what, round(done / products, 3), note=note))
        profile(book, f"search, {len(queries)} queries, k={k}", partial(top_k, queries, corpus, k))


def profile(book: Book, stage: str, work: Callable[[], object]) -> None:
    """Keep which functions took the most time by themselves."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    told = pstats.Stats(profiler)
    times = {_named(key): each[2] for key, each in told.stats.items()}  # type: ignore[attr-defined]
    total = sum(times.values()) or 1.0
    most = sorted(times.items(), key=lambda item: -item[1])[:SHOWN]
    told_most = ", ".join(
        f"{name} {taken / total:.0%}" for name, taken in most if taken / total > 0.01
    )
    book.say(f"Profile of {stage}: {told_most}.")


def _named(key: tuple[str, int, str]) -> str:
    path, _, name = key
    if path == "~":
        return name.strip("<>").removeprefix("built-in method ").replace("{", "").replace("}", "")
    where = path.rpartition("site-packages/")[2] if "site-packages" in path else path
    return f"{where.removeprefix(f'{ROOT}/').rpartition('/')[2]}:{name}"


def main() -> int:
    """The peaks, then each stage."""
    options = parser(__doc__).parse_args()
    book = begin("limits", "How near each stage is to what the machine can do", options)
    size = TILE if options.smoke else 12 * TILE
    products = product_peak(size, options.runs)
    reading = reading_peak(16 if options.smoke else 1024, options.runs)
    book.add(
        Check("products of float32 matrices, numpy", round(products / 1e9, 1), "billion a second"),
        Check("reading memory", round(reading / 1e9, 1), "GB a second"),
    )
    peaks = {}
    for precision in get_args(Precision):
        if precision == "bf16" and not book.machine.bfloat16:
            continue
        peaks[precision] = compiled_peak(size, options.runs, precision)
        what = f"products of matrices in {precision}, OpenVINO"
        book.add(Check(what, round(peaks[precision] / 1e9, 1), "billion a second"))
    search_stages(book, options, max(products, peaks["f32"]), reading)
    model_stages(book, options, peaks)
    return book.close()


if __name__ == "__main__":
    sys.exit(main())
