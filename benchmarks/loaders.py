"""How long the loaders take and how much memory, on large files that are made here.

    python benchmarks/loaders.py [FOLDER]

With a folder, the files are kept there. The text is our own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from made_documents import docx, paragraph, pdf, table  # noqa: E402 - they lie beside this folder

SENTENCES = (
    "The council met on the 12th of the month and took up the matter of the harbour.",
    "It was agreed that the dues are to be held at their level of the year before.",
    "Members from the upper districts asked for the figures, which had not been printed.",
    "The mayor said that no money had left the fund without the consent of its board.",
    "A letter of the fishermen, signed by 214 of them, was read and laid on the table.",
    "Nothing in the accounts, the auditor wrote, bears out the sum that was first given.",
    "In this regard, the reconstruction of the northern quay goes on as it was planned.",
)
# One child a file: loads it, then tells its time and the most memory of it and its own child.
MEASURE = """\
import json, resource, sys, time
from pathlib import Path
from typing import TYPE_CHECKING
from factcheck.documents import load_file
path = Path(sys.argv[1])
start = time.perf_counter()
with path.open("rb") as file:
    document = load_file(file, path.name, path.suffix)
seconds = time.perf_counter() - start
most = [resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps([seconds, *most, len(document.text), len(document.blocks)]))
"""


def paragraphs() -> Iterator[str]:
    """Paragraphs without end, each of five to nine sentences."""
    sentences = cycle(SENTENCES)
    for number in cycle(range(5, 10)):
        yield " ".join(islice(sentences, number))


def wrapped(words: str, width: int) -> list[str]:
    """Lines of a width, words unbroken."""
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def made() -> Iterator[tuple[str, bytes]]:
    """The files: 5 and 200 MB of text, 300 pages of PDF and of DOCX, 2 MB of HTML."""
    every = paragraphs()
    text = ""
    parts: list[str] = []
    while sum(map(len, parts[-1:])) + len(text) < 5_000_000:
        lines = "\n".join(wrapped(next(every), 80))
        parts.append(f"**{len(parts) + 1}.** {lines}<sup>2</sup> &amp; so on.")
        if len(parts) == 100:
            text, parts = text + "\n\n".join(parts) + "\n\n", []
    yield "text.txt", text.encode()
    pages = []
    for number in range(1, 301):
        page_lines = [line for _ in range(4) for line in [*wrapped(next(every), 95), ""]][:46]
        body = [(60.0, 770.0 - 15 * n, line) for n, line in enumerate(page_lines) if line]
        pages.append([(60.0, 815.0, "The Harbour Papers"), *body, (290.0, 25.0, str(number))])
    yield "pages.pdf", pdf(pages)
    body_parts = []
    for number in range(300):
        body_parts.append(paragraph(f"Chapter {number}", style="Ue1"))
        body_parts += [paragraph(next(every), number=(1, 0)) for _ in range(5)]
        body_parts.append(table([["Year", "Dues"], ["2023", "214"]]))
    yield "pages.docx", docx("".join(body_parts))
    rows = "".join(f"<p>{next(every)}</p>\n" for _ in range(3_600))
    page = (
        f"<html lang=en><head><title>Papers</title></head><body><main>{rows}</main></body></html>"
    )
    yield "page.html", page.encode()
    yield "text200.txt", text.encode() * 40  # last: what holds it counts with what comes after


def main() -> None:
    """Make the files, load each, print a table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        print("| file | size | seconds | MiB | MiB of the process apart | characters | blocks |")
        print("|---|---|---|---|---|---|---|")
        for name, raw in made():
            (folder / name).write_bytes(raw)
            command = [sys.executable, "-c", MEASURE, str(folder / name)]
            ran = subprocess.run(command, capture_output=True, check=True, text=True)
            seconds, own, apart, characters, blocks = json.loads(ran.stdout)
            shown = f"{seconds:.1f} | {own:.0f} | {apart:.0f} | {characters:,} | {blocks:,}"
            print(f"| {name} | {len(raw) / 1e6:.1f} MB | {shown} |")


if __name__ == "__main__":
    main()
