"""What bad inputs give: the last word of the program, its time and its memory.

    python benchmarks/bad_inputs.py [FOLDER]

Each file is made here and given to `factcheck extract FILE --kind ngo --all --model none`, which
takes the same road as raw documents in `compare` and `check`, and loads no model. Seconds and
memory are of the whole command and of what it starts; a good file of one line takes what the
first row says. With a folder, the files are kept there.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from made_documents import docx, paragraph, pdf, zipped  # noqa: E402 - they lie beside this folder

OPTIONS = ["--kind", "ngo", "--all", "--model", "none"]
MEASURE = """\
import json, resource, subprocess, sys, time
start = time.perf_counter()
ran = subprocess.run([sys.executable, "-m", "factcheck", "extract", *sys.argv[1:]],
                     capture_output=True, text=True)
seconds = time.perf_counter() - start
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([ran.returncode, ran.stderr, seconds, most]))
"""
LINE = "The council closed the press of the town on the 4th of May.\n\n"
PDF = pdf([[(50, 700, "The council closed the press of the town.")]])
DOCX = docx(paragraph(LINE.strip()))
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
    + ']><w:document xmlns:w="x">&a10;</w:document>'
)
ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>'
LOCKED = (
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> "
    f"/ID [<{'43' * 16}> <{'43' * 16}>]"
)
TEMPLATE = (
    '<Relationship Id="r9" TargetMode="External" Target="https://example.org/t.dotm" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
)


def noise(size: int) -> bytes:
    """The same bytes of no meaning in every run."""
    return random.Random(4).randbytes(size)  # noqa: S311 - chance is not for secrets here


def flate_bomb() -> bytes:
    """A PDF whose page unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(1024)) + packer.flush()
    head = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    page = pdf([[(50, 700, "Words")]], more=[head + packed + b"\nendstream"])
    return bytes(page).replace(b"/Contents 6 0 R", b"/Contents 7 0 R")


def encrypted_docx() -> bytes:
    """A DOCX whose parts say that they are encrypted."""
    raw = bytearray(DOCX)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    return bytes(raw)


def large(size: int) -> Callable[[Path], None]:
    """Writes a text of so many bytes."""

    def write(path: Path) -> None:
        part = LINE.encode() * 10_000
        with path.open("wb") as file:
            for _ in range(size // len(part)):
                file.write(part)

    return write


FILES: dict[str, tuple[str, bytes | Callable[[Path], object]]] = {
    "good.txt": ("a good line", LINE.encode()),
    "empty.txt": ("nothing", b""),
    "stars.txt": ("no words", b"*** *** ***"),
    "nul.txt": ("NUL bytes", b"The press \0 is free."),
    "noise.txt": ("binary noise, 1 MB", noise(1_000_000)),
    "control.txt": ("control characters", b"\x01\x02\x03\x04" * 1000),
    "utf16.txt": ("UTF-16 cut in a letter", "The press is free.".encode("utf-16")[:-1]),
    "cp1252.txt": ("no UTF-8", "The café of the town was closed in May.".encode("cp1252")),
    "text200.txt": ("200 MB of text", large(200_000_000)),
    "text1100.txt": ("1.1 GB of text", large(1_100_000_000)),
    "line.txt": ("a line of a million characters", b"word " * 200_000),
    "word.txt": ("a word of a million characters", b"x" * 1_000_000),
    "marks.md": ("a million marks", b"*_`[" * 250_000),
    "accents.txt": ("a million accents on a letter", ("a" + "\u0301" * 1_000_000).encode()),
    "picture.txt": ("a picture called .txt", b"\x89PNG\r\n\x1a\n" + noise(999)),
    "packed.txt": ("a gzip file called .txt", gzip.compress(b"x" * 10**7)),
    "program.txt": ("a program called .txt", b"\x7fELF" + noise(999)),
    "old.docx": ("an encrypted or old Word file", b"\xd0\xcf\x11\xe0" + noise(999)),
    "letter.rtf": ("an ending that is not read", b"{\\rtf1 The press is free.}"),
    "pdf.txt": ("a PDF called .txt", PDF),
    "docx.pdf": ("a DOCX called .pdf", DOCX),
    "text.pdf": ("a text called .pdf", LINE.encode()),
    "cut.pdf": ("cut off", PDF[: len(PDF) // 2]),
    "noise.pdf": ("noise after its head", b"%PDF-1.7\n" + noise(100_000)),
    "locked.pdf": ("encrypted", pdf([[(50, 700, "Words")]], trailer=LOCKED)),
    "scan.pdf": ("pictures only", pdf([[], [], []])),
    "pages.pdf": ("6,000 pages", pdf([[(50, 700, "The press is free.")]] * 6000)),
    "circle.pdf": ("pages in a circle", PDF.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")),
    "bomb.pdf": ("a page that unpacks to 1 GB", lambda path: path.write_bytes(flate_bomb())),
    "script.pdf": (
        "scripts",
        pdf(
            [[(50, 700, "The council closed the press.")]],
            catalog="/OpenAction << /S /JavaScript /JS (app.launchURL\\('https://a.org'\\)) >>",
        ),
    ),
    "cut.docx": ("cut off", DOCX[: len(DOCX) // 2]),
    "locked.docx": ("encrypted parts", encrypted_docx()),
    "laughs.docx": ("entities that expand to 20 GB", docx("", more={"word/document.xml": LAUGHS})),
    "entity.docx": ("an entity from a file", docx("", more={"word/document.xml": ENTITY})),
    "part.docx": (
        "a part that unpacks to 300 MB",
        lambda path: path.write_bytes(docx("", more={"word/media/a.png": bytes(300_000_000)})),
    ),
    "parts.docx": ("6,000 parts", docx("", more={f"word/{n}.xml": "" for n in range(6000)})),
    "deep.docx": (
        "100,000 elements in each other",
        docx("<w:p>" * 100_000 + "</w:p>" * 100_000),
    ),
    "links.docx": ("a template elsewhere", docx(paragraph(LINE), relations=TEMPLATE)),
    "other.docx": ("a ZIP archive of something else", zipped({"a.txt": "words"})),
    "none.docx": ("paragraphs without words", docx(paragraph(" "))),
    "noise.html": ("binary noise", noise(100_000)),
    "empty.html": ("nothing", b""),
    "script.html": ("scripts only", b"<html><script>document.write('words')</script></html>"),
    "deep.html": ("200,000 elements in each other", b"<div>" * 200_000 + b"The press is free."),
    "line.html": ("a paragraph of a million words", b"<p>" + b"word " * 1_000_000 + b"</p>"),
    "tags.html": ("a million tags", b"<p><b><i>" * 333_333),
    "entities.html": ("a million entities", b"<p>" + b"&amp;&#x202e;" * 500_000),
    "large.html": ("30 MB", b"<p>" + LINE.encode() * 480_000),
    "locked.epub": (
        "protected",
        zipped({"mimetype": "application/epub+zip", "META-INF/encryption.xml": "<e/>"}),
    ),
    "hollow.epub": ("no book in it", zipped({"mimetype": "application/epub+zip"})),
}


def told(path: Path) -> tuple[int, str, float, float]:
    """Exit status, what was said, seconds and MiB."""
    command = [sys.executable, "-c", MEASURE, path.name, *OPTIONS]
    ran = subprocess.run(command, cwd=path.parent, capture_output=True, check=True, text=True)
    code, err, seconds, most = json.loads(ran.stdout)
    lines = [line for line in err.splitlines() if not line.startswith("stdout: ")] or ["read"]
    said = "; ".join(line.replace(f"{path.name}: ", "") for line in lines)
    return code, said, seconds, most


def main() -> None:
    """Make the files, try each, print a table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        print("| file | what it is | gives | exit | seconds | MiB |")
        print("|---|---|---|---|---|---|")
        for name, (what, made) in FILES.items():
            path = folder / name
            if isinstance(made, bytes):
                path.write_bytes(made)
            else:
                made(path)
            code, said, seconds, most = told(path)
            shown = said.replace("|", "\\|").replace("`", "'")
            print(
                f"| `{name}` | {what} | {shown} | {code} | {seconds:.1f} | {most:.0f} |", flush=True
            )
            if len(sys.argv) == 1:
                path.unlink()
        os.mkfifo(folder / "pipe.txt")
        for name, what in (("pipe.txt", "a named pipe"), ("nowhere.txt", "no file")):
            code, said, seconds, most = told(folder / name)
            print(f"| `{name}` | {what} | {said} | {code} | {seconds:.1f} | {most:.0f} |")
        if len(sys.argv) > 1:
            (folder / "pipe.txt").unlink()


if __name__ == "__main__":
    main()
