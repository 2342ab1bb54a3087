"""The index on disk: builds killed at random moments, a million rows, and how to find candidates.

python benchmarks/index.py kill --kills 20
python benchmarks/index.py scale --rows 1000000 --encode 50000 --folder build/bench/index
python benchmarks/index.py retrieval --data ../shared/data/eval/documents_dev
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from index_corpus import PartlyEncoded, in_process, write_rows
from index_peers import PEERS
from made_up import made_claims
from timing import processor, show_table

from factcheck import weights
from factcheck.compare import compare
from factcheck.encoders import SentenceEncoder
from factcheck.index.building import build, prepared
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.describing import info
from factcheck.index.reading import items_of, statements_of
from factcheck.index.removing import keys_where
from factcheck.index.table import exists, open_table
from factcheck.index.tending import compact
from factcheck.index.verifying import verify
from factcheck.inference import silent
from factcheck.labelled import read_document_sets
from factcheck.records import Claim, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.labelled import LabelledSet
    from factcheck.report import Retrieve

SCRIPT = Path(__file__).resolve()
COUNTS = (1, 100, 1_000)
REACH = 200
_SEED = 11
_OFFICIAL = Source(id="official", kind="official", title="Official")


def peak_mib() -> float:
    """The most memory that this process had, in MiB; `getrusage` would tell of its parent too."""
    told = Path("/proc/self/status").read_text("utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def run_build(options: argparse.Namespace) -> None:
    """Build in this process; tell what it took."""
    encoder = PartlyEncoded(options.encode)
    start = time.perf_counter()
    prepared(str(options.index), encoder)
    given = statements_of(items_of([options.corpus]))
    done = build(str(options.index), given, encoder, batch=options.batch, ann=options.ann)
    told = {"seconds": time.perf_counter() - start, "added": done.added, "peak": peak_mib()}
    print(json.dumps(told))


def kill(options: argparse.Namespace) -> int:
    """Kill a build at random moments; count what is lost and what is there twice."""
    chance = random.Random(_SEED)  # noqa: S311 - chance is not for secrets here
    with tempfile.TemporaryDirectory() as folder:
        corpus, place = Path(folder, "corpus.jsonl"), Path(folder, "index")
        write_rows(corpus, options.rows)
        wanted = Counter(each.key for each in statements_of(items_of([corpus])))
        words = [sys.executable, str(SCRIPT), "build", str(corpus), str(place), "--batch", "64"]
        start = time.perf_counter()
        whole = Path(folder, "whole")
        subprocess.run([*words[:4], str(whole), *words[5:]], check=True, capture_output=True)
        seconds = time.perf_counter() - start
        killed = ended = lost = twice = unsound = 0
        before = 0
        for _ in range(options.kills * 5):
            if killed == options.kills:
                break
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(chance.uniform(0.2, 1) * seconds / 2)
                ended += 1
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            here = present(place)
            twice += sum(count - 1 for count in here.values())
            lost += max(0, before - len(here))  # what was committed is there for good
            unsound += len(verify(open_table(str(place)), None).faults) if exists(str(place)) else 0
            before = len(here)
            if ended and len(here) == len(wanted):
                place = place.with_name(f"index-{killed}")
                words[4], before, ended = str(place), 0, 0
        subprocess.run(words, check=True, capture_output=True)
        here = present(place)
        lost += sum((wanted - here).values())
        twice += sum((here - wanted).values())
        sound = not verify(open_table(str(place)), None).faults
    show_table(
        [
            ("kills", "losses", "duplicates", "faults after a kill", "sound in the end"),
            (str(killed), str(lost), str(twice), str(unsound), str(sound)),
        ]
    )
    return int(bool(lost or twice or unsound or not sound or killed < options.kills))


def present(place: Path) -> Counter[str]:
    """The keys in an index, and how often each is there."""
    if not exists(str(place)):
        return Counter()
    return Counter(keys_where(open_table(str(place)), None))


def claims(count: int) -> tuple[list[Claim], np.ndarray[Any, Any]]:
    """So many claims and their vectors."""
    texts = made_claims(count)
    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    made = [Claim(source=_OFFICIAL, id=f"c{n}", text=text) for n, text in enumerate(texts)]
    return made, encoder.encode(texts)


class Given:
    """An encoder of vectors that are there."""

    def __init__(self, inner: SentenceEncoder, texts: Sequence[str], vectors: Any) -> None:
        """Take on the identity of the encoder that made them."""
        self.name, self.sha256 = inner.name, inner.sha256
        self.fingerprint, self.precision = inner.fingerprint, inner.precision
        self._vectors = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str], progress: Any = silent) -> Any:
        """The vectors of texts."""
        progress(len(texts), len(texts))
        return np.stack([self._vectors[text] for text in texts])


def run_search(options: argparse.Namespace) -> None:
    """Search in this process: candidates found and read as statements, not judged."""
    vectors = np.load(options.vectors)[: options.claims]
    made = [Claim(source=_OFFICIAL, id=f"c{n}", text=f"c{n}") for n in range(len(vectors))]
    inner = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    given = Given(inner, [claim.text for claim in made], vectors)
    start = time.perf_counter()
    corpus = IndexCorpus(open_table(str(options.index)), Search(ann=options.ann, ann_from=1))
    found = corpus.nearest(made, given, REACH, silent)
    searched = time.perf_counter() - start
    for first in range(0, len(made), 250):
        found.fetch(np.unique(found.rows[first : first + 250]))
    keys = [
        [str(corpus.catalogue.keys[int(corpus.catalogue.first[row])]) for row in best[:10]]
        for best in found.rows
    ]
    told: dict[str, Any] = {"search": searched, "seconds": time.perf_counter() - start}
    told |= {"peak": peak_mib(), "keys": keys, "recall": corpus.searched.recall}
    print(json.dumps(told))


def run_peer(options: argparse.Namespace) -> None:
    """A peer's search in this process."""
    vectors = np.load(options.vectors)[: options.claims]
    found = PEERS[options.name](options.index, vectors, 10)
    told = {"search": found.seconds, "seconds": found.seconds + found.opening, "peak": peak_mib()}
    print(json.dumps(told | {"keys": found.keys}))


def scale(options: argparse.Namespace) -> int:
    """Build a large index, search it exactly and approximately, beside peers."""
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    corpus, place, vectors = folder / "corpus.jsonl", folder / "index", folder / "claims.npy"
    print(f"{processor()}; {options.rows:,} rows, {options.encode:,} encoded for real")
    if not corpus.exists():
        write_rows(corpus, options.rows)
    if not exists(str(place)):
        words = ["build", corpus, place, "--encode", options.encode, "--batch", 4096]
        told = in_process(SCRIPT, *words, *(["--ann"] if options.rows >= 50_000 else []))
        rate = told["added"] / told["seconds"]
        print(f"build: {told['seconds']:.0f} s, {rate:,.0f} rows a second, {told['peak']:.0f} MiB")
        compact(str(place), _older_than_nothing())
    figures = info(open_table(str(place)))
    each = figures.bytes / figures.rows
    print(f"{figures.rows:,} rows, {figures.texts:,} texts, {each:,.0f} bytes a statement")
    np.save(vectors, claims(max(COUNTS))[1])
    rows: list[tuple[str, ...]] = [
        ("search", "claims", "seconds", "with reading", "peak MiB", "recall@10")
    ]
    for count in COUNTS:
        exact = in_process(SCRIPT, "search", place, vectors, "--claims", count)
        told = {"factcheck, exact": exact}
        if figures.ann:
            words = ["search", place, vectors, "--claims", count, "--ann"]
            told["factcheck, --ann"] = in_process(SCRIPT, *words)
        for name in PEERS:
            try:
                told[name] = in_process(SCRIPT, "peer", place, vectors, name, "--claims", count)
            except RuntimeError as error:
                print(f"left out: {name}: {str(error).splitlines()[-1]}")
        rows += [_row(name, count, each, exact) for name, each in told.items()]
    show_table(rows)
    return 0


def _older_than_nothing() -> Any:
    import datetime as dt

    return dt.timedelta(0)


def _row(name: str, count: int, told: dict[str, Any], exact: dict[str, Any]) -> tuple[str, ...]:
    pairs = zip(told["keys"], exact["keys"], strict=True)
    hits = sum(len(set(found) & set(wanted)) for found, wanted in pairs)
    recall = hits / sum(map(len, exact["keys"]))
    figures = (f"{told['search']:.2f}", f"{told['seconds']:.2f}", f"{told['peak']:.0f}")
    return (name, f"{count:,}", *figures, f"{recall:.3f}")


def retrieval(options: argparse.Namespace) -> int:
    """What share of the counterpoints in gold is among the k candidates of a claim.

    All sets are one index: a claim's own critics are among those of the other sets.
    """
    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    sets = [apart(each) for each in read_document_sets(options.data)]
    reach = (5, 10, 20, 50, 100)
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder, "index"))
        prepared(place, encoder)
        every = [statement for each in sets for statement in each.statements]
        build(place, every, encoder)
        gold = {key: set(right) for each in sets for key, right in each.opposing.items() if right}
        asked = [claim for each in sets for claim in each.claims if claim.key in gold]
        print(f"{len(asked)} claims with counterpoints, {len(every)} statements, {len(sets)} sets")
        ways: tuple[Retrieve, ...] = ("dense", "lexical", "hybrid")
        rows = [("found by", *(f"among {k}" for k in reach))]
        for how in ways:
            corpus = IndexCorpus(open_table(place), Search(retrieve=how))
            shares = [recall_at(corpus, asked, gold, encoder, k) for k in reach]
            rows.append((how, *(f"{share:.3f}" for share in shares)))
    show_table(rows)
    return 0


def apart(each: LabelledSet) -> LabelledSet:
    """A set whose sources have names of their own."""

    def key(old: str) -> str:
        return f"{each.name}-{old}"

    def renamed(passage: Any) -> Any:
        source = passage.source.model_copy(update={"id": key(passage.source.id)})
        return passage.model_copy(update={"source": source})

    opposing = {key(c): frozenset(map(key, right)) for c, right in each.opposing.items()}
    return replace(
        each,
        claims=tuple(map(renamed, each.claims)),
        statements=tuple(map(renamed, each.statements)),
        opposing=opposing,
    )


def recall_at(
    corpus: IndexCorpus, asked: Sequence[Claim], gold: dict[str, set[str]], encoder: Any, k: int
) -> float:
    """The mean share of a claim's counterpoints that are among its k candidates."""
    report = compare(asked, corpus, encoder=encoder, k=k, rank="similarity")
    shares = []
    for finding in report.findings:
        key = f"{finding.claim.source_id}/{finding.claim.id}"
        found = {f"{c.statement.source_id}/{c.statement.id}" for c in finding.counterpoints}
        shares.append(len(found & gold[key]) / len(gold[key]))
    return float(np.mean(shares))


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("kill", help="Kill a build at random moments.")
    one.add_argument("--kills", type=int, default=20)
    one.add_argument("--rows", type=int, default=3_000)
    one = commands.add_parser("scale", help="A large index, beside peers.")
    one.add_argument("--rows", type=int, default=1_000_000)
    one.add_argument("--encode", type=int, default=50_000)
    one.add_argument("--folder", type=Path, default=Path("build/bench/index"))
    one = commands.add_parser("retrieval", help="Dense, lexical or hybrid.")
    one.add_argument("--data", type=Path, required=True)
    one = commands.add_parser("build", help="A part of the others.")
    one.add_argument("corpus", type=Path)
    one.add_argument("index", type=Path)
    one.add_argument("--encode", type=int, default=100)
    one.add_argument("--batch", type=int, default=4096)
    one.add_argument("--ann", action="store_true")
    for name in ("search", "peer"):
        one = commands.add_parser(name, help="A part of scale.")
        one.add_argument("index", type=Path)
        one.add_argument("vectors", type=Path)
        if name == "peer":
            one.add_argument("name", choices=PEERS)
        one.add_argument("--claims", type=int, default=1)
        one.add_argument("--ann", action="store_true")
    options = parser.parse_args()
    work = {"kill": kill, "scale": scale, "retrieval": retrieval}
    parts = {"build": run_build, "search": run_search, "peer": run_peer}
    if options.command in parts:
        parts[options.command](options)
        return 0
    return work[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
