"""The HTML page at scale: its size, and how long headless Chromium takes to paint and filter it.

python benchmarks/html_report.py [--claims 2000] [--k 10] [--page FILE]

Texts are the bundled ones over and over, with numbers of their own; vectors and stance are drawn
by chance with a fixed seed, so that no model is loaded.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.compare import compare
from factcheck.formats.html import page
from factcheck.inference import Progress, silent
from factcheck.inputs import read_claim_files
from factcheck.records import Expectation, Precision
from factcheck.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from factcheck.records import Claim, Statement

SOURCES = 12
STATEMENTS = 2000
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
ROUNDS = 5

# From the user's act until the frame after it is drawn.
TIMED = """async ([id, value, kind]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const field = document.getElementById(id);
  await frame();
  const start = performance.now();
  field.value = value;
  field.dispatchEvent(new Event(kind, {bubbles: true}));
  const count = document.getElementById("count");
  if (kind === "input") await new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(); });
    watch.observe(count, {childList: true, characterData: true, subtree: true});
  });
  await frame();
  return [performance.now() - start, count.textContent];
}"""
PAINT = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const [load] = performance.getEntriesByType("navigation");
  return [paint.startTime, load.domContentLoadedEventEnd, document.querySelectorAll("*").length];
}"""


class Chance:
    """An encoder and a stance model that draw lots."""

    name = "chance"
    sha256 = "0" * 64
    fingerprint = "chance"
    precision: Precision = "f32"
    dimension = 64

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        """Unit vectors in about one direction."""
        progress(len(texts), len(texts))
        rows = np.random.default_rng(1).standard_normal((len(texts), self.dimension)) + 0.5
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def judge(
        self, pairs: Sequence[tuple[str, str]], progress: Progress = silent
    ) -> NDArray[np.float32]:
        """Probabilities of which one often stands out."""
        progress(len(pairs), len(pairs))
        seed = np.random.default_rng(len(pairs))
        return np.asarray(seed.dirichlet((1, 8, 1), len(pairs)), np.float32)


def corpus(claims: int) -> tuple[list[Claim], list[Statement]]:
    """As many claims as wanted, and statements of some sources."""
    bundled = read_claim_files(["claims"])
    critique = bundled.statements[0].source
    sources = [critique.model_copy(update={"id": f"source-{n}"}) for n in range(SOURCES)]
    statements = [
        each.model_copy(
            update={
                "id": f"{each.id}-{n}",
                "source": sources[n % SOURCES],
                "path": f"claims/critique/source-{n % SOURCES}.yaml",
                "text": f"{each.text} This was told {n} times.",
            }
        )
        for n, each in enumerate(islice(cycle(bundled.statements), STATEMENTS))
    ]
    expected = Expectation(counterpoints=(statements[0].key,))
    made = [
        each.model_copy(
            update={
                "id": f"{each.id}-{n}",
                "text": f"{each.text} It was told {n + 1} times.",
                "expect": expected if n % 10 == 0 else None,
            }
        )
        for n, each in enumerate(islice(cycle(bundled.claims), claims))
    ]
    return sorted(made, key=lambda each: each.source.id), statements


def main() -> None:
    """Make the page, open it, filter it, print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--claims", type=int, default=2000)
    options.add_argument("--k", type=int, default=10)
    options.add_argument("--page", type=Path, help="keep the page here")
    given = options.parse_args()
    claims, statements = corpus(given.claims)
    survey = Survey()
    report = compare(
        claims, statements, encoder=Chance(), stance=Chance(), k=given.k, seen=survey.add
    )
    start = time.process_time()
    text = page(report, survey.landscape())
    seconds = time.process_time() - start
    print(f"{given.claims} claims, {given.k} counterpoints each, {SOURCES} critique sources")
    print(f"page: {len(text.encode()) / 1e6:.1f} MB, rendered in {seconds:.1f} s of one processor")
    print(f"peak memory of the whole run: {_peak():.0f} MiB")
    with tempfile.TemporaryDirectory() as folder:
        path = given.page or Path(folder) / "page.html"
        path.write_text(text, "utf-8")
        browse(path.resolve())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def browse(path: Path) -> None:
    """Open the page a few times, and filter it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        opened = []
        for _ in range(ROUNDS):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(path.as_uri(), wait_until="load", timeout=120_000)
            opened.append(tab.evaluate(PAINT))
            if len(opened) < ROUNDS:
                tab.close()
        paint, ready, nodes = (statistics.median(column) for column in zip(*opened, strict=True))
        print(f"first contentful paint: {paint:.0f} ms; all there and alive: {ready:.0f} ms")
        print(f"elements: {nodes:,.0f} (medians of {ROUNDS} openings)")
        _filter(tab)
        browser.close()


def _filter(tab: Any) -> None:
    acts = (
        ("by-verdict", "countered", "change"),
        ("by-verdict", "", "change"),
        ("by-source", "0", "change"),
        ("by-source", "", "change"),
        ("search", "sovereignty", "input"),
        ("search", "sovereignty peace", "input"),
        ("search", "zzz", "input"),
        ("search", "", "input"),
    )
    for act in acts:
        took, count = tab.evaluate(TIMED, list(act))
        print(f"{act[0]} = {act[1]!r}: {took:.0f} ms ({count})")


if __name__ == "__main__":
    main()
