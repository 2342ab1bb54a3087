"""How often signals are right: on pairs made by hand, blind to the rules.

    python benchmarks/signals.py [--part tuned|held]

A signal is right where the pair is labelled with one of its kind whose words overlap its
own on both sides. The rules were tuned on the odd lines of signals.jsonl; the even ones
(`held`) tell how they do on pairs they have not seen.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from factcheck.stance.signals import signals

PAIRS = Path(__file__).resolve().parent / "signals.jsonl"


def overlaps(text: str, start: int, end: int, wanted: str) -> bool:
    """Whether a stretch of a text overlaps some words of it."""
    at = text.find(wanted)
    return at < end and start < at + len(wanted)


def main() -> None:
    """Print precision and recall by kind, and the misses where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", "tuned", "held"), default="all")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    part = {"all": rows, "tuned": rows[::2], "held": rows[1::2]}[options.part]
    found, right, wanted, met = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in part:
        told = signals(row["claim"], row["statement"])
        gold: list[dict[str, Any]] = row["signals"]
        for each in gold:
            wanted[each["kind"]] += 1
        got: set[int] = set()
        for signal in told:
            found[signal.kind] += 1
            hits = [
                number
                for number, each in enumerate(gold)
                if each["kind"] == signal.kind
                and overlaps(row["claim"], signal.claim.start, signal.claim.end, each["claim"])
                and overlaps(
                    row["statement"],
                    signal.statement.start,
                    signal.statement.end,
                    each["statement"],
                )
            ]
            right[signal.kind] += bool(hits)
            got.update(hits)
            if options.misses and not hits:
                print("FALSE", signal.kind, repr(signal.claim.text), repr(signal.statement.text))
                print("     ", row["claim"], "|", row["statement"])
        for number, each in enumerate(gold):
            met[each["kind"]] += number in got
            if options.misses and number not in got:
                print("MISSED", each, "|", row["claim"], "|", row["statement"])
    print(f"{len(part)} pairs")
    print(f"{'kind':<12} {'found':>6} {'right':>6} {'precision':>10} {'wanted':>7} {'recall':>7}")
    for kind in (*sorted(wanted), "all"):
        counts = [
            sum(each.values()) if kind == "all" else each[kind]
            for each in (found, right, wanted, met)
        ]
        precision = f"{counts[1] / counts[0]:.2f}" if counts[0] else "-"
        recall = f"{counts[3] / counts[2]:.2f}" if counts[2] else "-"
        print(
            f"{kind:<12} {counts[0]:>6} {counts[1]:>6} {precision:>10} {counts[2]:>7} {recall:>7}"
        )


if __name__ == "__main__":
    main()
