"""How much of a page's main text HTML libraries find, and how much else they take for it.

    pip install readability-lxml==0.9 resiliparse==2.0.1 boilerpy3==1.0.7
    python benchmarks/main_content.py

The pages in `pages/` are our own, built as pages of newspapers, ministries and NGOs are. What
carries `data-gold` is main text; what carries `data-either` (captions, boxes, references) counts
neither way. Both marks are gone before a library sees a page. A library that is not installed is
left out.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml import html as lxml_html

from factcheck.documents import read_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = Path(__file__).resolve().parent / "pages"
ROUNDS = 5


def ours(page: str) -> str:
    """The loader of this project, in this process."""
    return read_here("html", page.encode(), "page.html").text


def trafilatura_default(page: str) -> str:
    """The library below the loader, as it comes."""
    return str(import_module("trafilatura").extract(page) or "")


def readability(page: str) -> str:
    """readability-lxml, and the title that it gives apart."""
    document = import_module("readability").Document(page)
    summary = document.summary()
    return f"{document.short_title()}\n{lxml_html.fromstring(summary).text_content()}"


def justext(page: str) -> str:
    """JusText with its English stop words."""
    library = import_module("justext")
    found = library.justext(page.encode(), library.get_stoplist("English"))
    return "\n".join(each.text for each in found if not each.is_boilerplate)


def resiliparse(page: str) -> str:
    """Resiliparse's main content."""
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return str(extract(page, main_content=True))


def boilerpy3(page: str) -> str:
    """boilerpy3 with its extractor for articles."""
    return str(import_module("boilerpy3.extractors").ArticleExtractor().get_content(page))


LIBRARIES: dict[str, Callable[[str], str]] = {
    "this loader (trafilatura, for recall)": ours,
    "trafilatura as it comes": trafilatura_default,
    "readability-lxml": readability,
    "jusText": justext,
    "resiliparse": resiliparse,
    "boilerpy3": boilerpy3,
}


def words(text: str) -> Counter[str]:
    """The words of a text, each as often as it comes."""
    return Counter(re.findall(r"\w+", text.lower()))


def prepared(path: Path) -> tuple[str, Counter[str], Counter[str]]:
    """A page without its marks, the words of its main text, and those that count neither way."""
    root: Any = lxml_html.fromstring(path.read_text("utf-8"))
    told = []
    for mark in ("data-gold", "data-either"):
        marked = root.xpath(f"//*[@{mark}]")
        # A mark within a mark is counted once.
        outer = [each for each in marked if not each.xpath(f"ancestor::*[@{mark}]")]
        told.append(words("\n".join(" ".join(each.itertext()) for each in outer)))
        for each in marked:
            del each.attrib[mark]
    page = "<!doctype html>\n" + etree.tostring(root, method="html", encoding="unicode")
    return page, told[0], told[1]


def figures(found: Counter[str], gold: Counter[str], either: Counter[str]) -> tuple[float, float]:
    """Precision and recall of words."""
    wrong = sum((found - gold - either).values())
    precision = 1 - wrong / max(1, sum(found.values()))
    return precision, sum((found & gold).values()) / sum(gold.values())


def tried(
    read: Callable[[str], str], pages: dict[str, tuple[str, Counter[str], Counter[str]]]
) -> Iterator[tuple[str, float, float, float]]:
    """Each page's name, precision, recall and seconds."""
    read(next(iter(pages.values()))[0])  # what is loaded once is not timed
    for name, (page, gold, either) in pages.items():
        start = time.perf_counter()
        for _ in range(ROUNDS):
            text = read(page)
        seconds = (time.perf_counter() - start) / ROUNDS
        precision, recall = figures(words(text), gold, either)
        yield name, precision, recall, seconds


def main() -> None:
    """Try all libraries on all pages, print a table, and one of each page."""
    pages = {path.stem: prepared(path) for path in sorted(PAGES.glob("*.html"))}
    print("| library | precision | recall | F1 | lowest recall | ms a page |")
    print("|---|---|---|---|---|---|")
    details = []
    for library, read in LIBRARIES.items():
        try:
            rows = list(tried(read, pages))
        except ModuleNotFoundError as error:
            details.append(f"{library}: not tried, {error}")
            continue
        precision = sum(row[1] for row in rows) / len(rows)
        recall = sum(row[2] for row in rows) / len(rows)
        worst = min(rows, key=lambda row: row[2])
        milliseconds = 1000 * sum(row[3] for row in rows) / len(rows)
        f1 = 2 * precision * recall / (precision + recall)
        lowest = f"{worst[2]:.2f} ({worst[0]})"
        print(
            f"| {library} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {lowest} "
            f"| {milliseconds:.1f} |"
        )
        told = ", ".join(f"{row[0]} {row[1]:.2f}/{row[2]:.2f}" for row in rows)
        details.append(f"{library}: {told}")
    print("\nprecision/recall of each page\n" + "\n".join(details))


if __name__ == "__main__":
    main()
