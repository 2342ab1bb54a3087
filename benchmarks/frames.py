"""How often frames are parsed right: on sentences made by hand before the parser.

    python benchmarks/frames.py [--part tuned|held] [--misses]

A frame is right where its proposition is the one set by hand, save the stop at its end; of
these, it is told how often verb and speaker are right too. The parser was tuned on the odd
lines of frames.jsonl; the even ones (`held`) tell how it does on sentences it has not seen.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from factcheck.frames import parse_frame

CASES = Path(__file__).resolve().parent / "frames.jsonl"


def bare(text: str) -> str:
    """A proposition as it is compared."""
    return text.casefold().strip(' .,;”“"')


def main() -> None:
    """Print precision and recall, and the misses where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", "tuned", "held"), default="all")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    part = {"all": rows, "tuned": rows[::2], "held": rows[1::2]}[options.part]
    found = right = wanted = said = 0
    for row in part:
        frame = parse_frame(row["sentence"])
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
    print(f"{len(part)} sentences, {wanted} with a frame; {found} found, {right} right")
    print(f"precision {right / max(found, 1):.2f}, recall {right / max(wanted, 1):.2f}")
    print(f"verb and speaker right in {said} of {right}")


if __name__ == "__main__":
    main()
