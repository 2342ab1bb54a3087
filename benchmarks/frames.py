"""How often frames are parsed right: on sentences made by hand before the parser met them.

    python benchmarks/frames.py [--set first|second|third|fourth] [--misses]

A proposition is right where it is the one set by hand, save the stop at its end; a sentence with
none must stay whole. Of the right ones it is told how often verb and speaker are right too. Each
set was written before the rules met it, and has since been tuned on: splitting.md has the figures
of its first run.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from factcheck.frames import parse_frame

SETS = ("first", "second", "third", "fourth")
CASES = Path(__file__).resolve().parent / "frames.jsonl"


def bare(text: str) -> str:
    """A proposition as it is compared."""
    return text.casefold().strip(' .,;”“"')


def main() -> None:
    """Print precision and recall, and the misses where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("all", *SETS), default="all")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    part = [row for row in rows if options.set in {"all", row["set"]}]
    found = right = wanted = said = 0
    for row in part:
        frame = parse_frame(row["sentence"])
        if frame is not None and frame.whole:
            frame = None
        gold = row["proposition"]
        hit = frame is not None and gold is not None and bare(frame.text) == bare(gold)
        found += frame is not None
        wanted += gold is not None
        right += hit
        if hit and frame is not None:
            said += (frame.verb.casefold(), frame.speaker) == (row["verb"], row["speaker"])
        if options.misses and not hit and (frame is not None or gold is not None):
            print("GOT   ", frame and (frame.verb, frame.speaker, frame.text))
            print("WANTED", (row["verb"], row["speaker"], gold), "|", row["sentence"])
    print(f"{len(part)} sentences, {wanted} with a proposition; {found} found, {right} right")
    print(f"precision {right / max(found, 1):.2f}, recall {right / max(wanted, 1):.2f}")
    print(f"verb and speaker right in {said} of {right}")


if __name__ == "__main__":
    main()
