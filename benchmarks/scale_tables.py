"""The section of docs/scale.md that is made of measured figures: its tables and its sentences."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from results_page import table
from scale_constants import PUBLISHED
from scale_costs import (
    BATCHES_A_DAY,
    CLAIMS_A_DAY,
    DAY,
    HOUR,
    MEMORY_SHARE,
    PAIRS,
    PATIENCE,
    SIZES,
    VECTOR,
    Costs,
    amount,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100
BUSY = 2
_BUSY = (
    "**The load was {load:.0f} on {cores} cores: what follows shows that the model works; times "
    "and rates are far from those of a machine at rest.**"
)


def page(told: dict[str, Any]) -> str:
    """All sections."""
    costs = Costs(told)
    parts = [
        *_measured(costs),
        *_checked(costs),
        *_building(costs),
        *_a_day(costs),
        *_limits(costs),
        *_smaller(costs),
    ]
    return "\n\n".join(map(_wrapped, filter(None, parts))) + "\n"


def _wrapped(part: str) -> str:
    if part.startswith(("|", "#")):
        return part
    return textwrap.fill(part, WIDTH, break_long_words=False, break_on_hyphens=False)


def _measured(costs: Costs) -> list[str]:
    told, machine = costs.told, costs.told["machine"]
    sizes = ", ".join(f"{rows:,}" for rows in [*told["fitted_on"], told["rows"]])
    rows = [
        (f"texts encoded a second, {precision}", *_rates(costs, "encode", precision))
        for precision in ("f32", "bf16")
    ]
    rows += [
        (f"pairs judged a second, {precision}", *_rates(costs, "judge", precision))
        for precision in ("f32", "bf16")
    ]
    each = [
        ("written to an index, without encoding", f"{number(1 / _row(costs, 'build'))} a second"),
        ("on disk", f"{number(_row(costs, 'bytes'))} bytes"),
        ("index over vectors, made", f"{number(1 / _row(costs, 'ann build'))} a second"),
        ("index over vectors, on disk", f"{number(_row(costs, 'ann bytes'))} bytes"),
        ("memory while searched exactly", f"{number(_row(costs, 'peak'))} bytes"),
        ("gone through once, exactly", f"{number(costs.line('exact').row * 1e9)} ns"),
        ("compared with a claim", f"{number(costs.line('exact').pair * 1e9)} ns"),
    ]
    gpu = "; ".join(
        f"{work} {each.speed:,.0f} a second on a {each.card} ([{each.model}]({each.source}))"
        for work, each in PUBLISHED.items()
    )
    disk, load = told["constants"]["disk"]["rate"], told["check"]["load"]
    return [
        "## What was measured",
        "" if load <= BUSY * machine["cores"] else _BUSY.format(load=load, cores=machine["cores"]),
        (
            f"On {machine['processor']}, {machine['cores']} cores, {machine['memory']:.0f} GiB, at "
            f"a load of up to {load:.1f}: other work took its part, so times are "
            f"upper bounds. The disk gave {amount(disk)} a second."
        ),
        table(("models", "1 core", f"{costs.cores} cores"), rows),
        (
            f"Texts are of {costs.tokens('encode'):.0f} tokens on "
            f"average, pairs of {costs.tokens('judge'):.0f}; shorter ones go faster. No "
            f"graphics card was at hand; published are: {gpu}."
        ),
        f"Lines through indices of {sizes} statements, by least squares of the relative errors:",
        table(("a statement", "takes"), each),
    ]


def _rates(costs: Costs, work: str, precision: str) -> tuple[str, str]:
    return (
        number(costs.rate(work, precision, 1)),
        number(costs.rate(work, precision)),
    )


def _row(costs: Costs, name: str) -> float:
    return costs.line(name).row or math.inf


def _checked(costs: Costs) -> list[str]:
    told = costs.told["check"]
    fitted = ", ".join(f"{rows:,}" for rows in told["fitted_on"])
    when = "before it was run" if told["before_the_run"] else "after it had been run"
    rows = [
        (
            each["what"] + _for(each["claims"]),
            _in(each["unit"], each["predicted"]),
            _in(each["unit"], each["measured"]),
            f"{each['error']:+.0%}",
        )
        for each in told["errors"]
    ]
    worst = max(told["errors"], key=lambda each: abs(each["error"]))
    return [
        "## A prediction, checked",
        (
            f"What {told['rows']:,} statements take was foretold from {fitted} {when}; "
            f"the error is a part of what was measured, and the greatest is "
            f"{worst['error']:+.0%} ({worst['what']})."
        ),
        table((f"{told['rows']:,} statements", "foretold", "measured", "error"), rows),
    ]


def _for(claims: int) -> str:
    return f", {claims:,} claim{'s' * (claims > 1)}" if claims else ""


def _in(unit: str, value: float) -> str:
    return amount(value, 3) if unit == "bytes" else f"{number(value, 3)} s"


def _building(costs: Costs) -> list[str]:
    rows = []
    for size in SIZES:
        writing, ann = (costs.line(name).at(size) / HOUR for name in ("build", "ann build"))
        for gpu in (False, True):
            encoding = costs.encoding(size, gpu)
            whole = encoding + writing + ann
            card = f"{PUBLISHED['encode'].card} beside it" if gpu else "processor only"
            rows.append(
                (
                    f"{size:,}",
                    card,
                    *map(number, (encoding, writing, ann, whole)),
                    number(whole / size * 1e6),
                    amount(costs.line("bytes").at(size)),
                    amount(costs.line("ann bytes").at(size)),
                )
            )
    head = (
        *("statements", "machine", "encoding", "writing", "index over vectors", "hours together"),
        *("hours a million", "disk", "and by the index over vectors"),
    )
    share = costs.encoding(SIZES[-1], gpu=False)
    writing = costs.line("build").at(SIZES[-1]) / HOUR
    greater = "encoding" if share > writing else "writing"
    return [
        "## Building",
        (
            "Hours of one machine. Encoding and writing divide among machines; what they wrote is "
            "committed by one."
        ),
        table(head, rows),
        (
            f"On the processor {greater} takes the most: {number(share)} hours of encoding to "
            f"{number(writing)} of writing for {SIZES[-1]:,} statements. Beyond what was run no "
            "line tells of work that grows faster than the statements: each commit names all files "
            "before it, and their number grows with the index."
        ),
    ]


def _a_day(costs: Costs) -> list[str]:
    rows: list[Sequence[str]] = []
    per = costs.per_machine()
    greatest = []
    for size in SIZES:
        shards = math.ceil(size / per)
        for gpu in (False, True):
            parts = {
                "encoding": costs.encoding(CLAIMS_A_DAY, gpu),
                "searching": costs.exact(size, CLAIMS_A_DAY, BATCHES_A_DAY),
                "judging": costs.judging(CLAIMS_A_DAY, gpu),
            }
            whole = sum(parts.values())
            most = max(parts, key=lambda name: parts[name])
            greatest.append(f"{most} {parts[most] / whole:.0%}")
            ann = costs.by_ann(size, CLAIMS_A_DAY, BATCHES_A_DAY)
            rows.append(
                (
                    f"{size:,}",
                    f"{PUBLISHED['judge'].card}" if gpu else "processor",
                    *map(number, parts.values()),
                    number(ann),
                    number(whole),
                    f"{max(shards, math.ceil(whole / DAY)):,}",
                    greatest[-1],
                    number(whole / CLAIMS_A_DAY * 1e6),
                )
            )
    head = (
        *("statements", "models on", "encoding", "exact search", "judging", "search by `--ann`"),
        *("hours a day, exact", "machines", "most", "hours a million claims"),
    )
    return [
        f"## {CLAIMS_A_DAY:,} claims a day",
        (
            f"Machine hours a day, in {BATCHES_A_DAY} batches, {PAIRS} pairs judged a claim. So "
            f"many machines are needed at least: for the hours, and for {MEMORY_SHARE:.0%} of a "
            f"machine's memory, which holds {number(per)} statements as they are searched."
        ),
        table(head, rows),
    ]


def _limits(costs: Costs) -> list[str]:
    line = costs.line("exact")
    rows: list[tuple[str, str]] = []
    for gpu in (False, True):
        judged = costs.judging(1, gpu) * HOUR
        even = (judged - line.claim) / (line.pair + line.row * BATCHES_A_DAY / CLAIMS_A_DAY)
        card = f"on a {PUBLISHED['judge'].card}" if gpu else "on the processor"
        rows.append((f"searching takes as long as judging {card}", number(even)))
    once = line.row + line.pair
    rows += [
        (f"one claim alone waits {wait:.0f} s for one machine", number((wait - line.start) / once))
        for wait in PATIENCE
    ]
    disk = costs.told["constants"]["disk"]["rate"]
    rows += [
        (f"and {wait:.0f} s where the vectors come from the disk", number(wait * disk / VECTOR))
        for wait in PATIENCE
    ]
    rows.append(("the memory of one machine is full", number(costs.per_machine())))
    return [
        "## Where exact search ends",
        table(("from so many statements on", "about"), rows),
        (
            "Below the first of these the choice of a search changes little of a day's cost: what "
            "would save more is to judge fewer pairs."
        ),
    ]


def _smaller(costs: Costs) -> list[str]:
    steps = costs.told["largest"]["steps"]
    rows = []
    for name in ("FAISS, Flat", "FAISS, SQ8", "FAISS, IVF,PQ48", "FAISS, HNSW32"):
        built, found = steps.get(f"{name}: build"), steps.get(f"{name}, 100")
        if built and found:
            texts = steps["export"]["texts"]
            each = built["files"] / texts
            recall = (f"{found['recall10']:.3f}", f"{found['recall200']:.3f}")
            rows.append((name, number(each), *recall, number(1000 * found["search"] / 100)))
    ours = steps.get("ann, 100")
    if ours:
        bytes_each = steps["ann"]["bytes"] / steps["export"]["texts"]
        recall = (f"{ours['recall10']:.3f}", f"{ours['recall200']:.3f}")
        took = 1000 * ours["search"] / 100
        rows.insert(0, ("factcheck, `--ann`", number(bytes_each), *recall, number(took)))
    per = costs.per_machine()
    shards = [(f"{size:,}", f"{math.ceil(size / per):,}", _wait(costs, size)) for size in SIZES]
    head = ("statements", "shards that fit the memory", "seconds of one claim, exact")
    parts = [
        "## What sharding and quantising buy",
        (
            "Shards divide the wait and the memory, and leave the machine hours as they are. Each "
            "searches its part exactly and gives its best; merged, they are the best of all, so "
            "nothing is lost."
        ),
        table(head, shards),
    ]
    if rows:
        parts += [
            (
                f"Quantised vectors take fewer bytes and lose some. At {costs.told['rows']:,} "
                "statements, 100 claims at once:"
            ),
            table(("index", "bytes a vector", "recall@10", "recall@200", "ms a claim"), rows),
        ]
    return parts


def _wait(costs: Costs, size: int) -> str:
    shards = math.ceil(size / costs.per_machine())
    return number(costs.line("exact").at(size / shards, 1))
