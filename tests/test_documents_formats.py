"""HTML, PDF, DOCX and EPUB: what is read, and what hostile ones give."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from made_documents import docx, note, paragraph, pdf, table, zipped

from factcheck import documents
from factcheck.documents import apart, archive, worker
from factcheck.errors import DocumentError
from factcheck.records import Block, Document

PAGE = """\
<!doctype html><html lang="en-GB"><head><title>The letter of the fifty | The Daily</title>
<meta property="og:site_name" content="The Daily"><meta name="author" content="Ann Doe">
<meta property="article:published_time" content="2017-11-02">
<link rel="canonical" href="https://example.org/letter">
<link rel="stylesheet" href="https://example.org/x.css"></head>
<body><nav><a href="/">Home</a> <a href="/b">News</a></nav><article>
<h1>The letter of the fifty</h1>
<p>More than 50 organisations signed a letter on the 12<sup>th</sup> of the month, it was said.</p>
<script>document.write("bad words of a script")</script><img src="https://example.org/x.png">
<h2>What it asks for</h2><p>They ask for a <b>meeting</b> of all who signed the agreements, and
for an end of the measures that they describe in their letter.</p>
<ul><li>A meeting of those who signed the agreements</li><li>An end of the measures</li></ul>
<p>SEE ALSO: Another letter that was written</p>
<blockquote>These obligations exist to this day, the letter of the fifty said.</blockquote>
<table><tr><td>Year</td><td>2017</td></tr></table></article><footer>All rights reserved</footer>
</body></html>
"""

BODY = (
    paragraph("The Declaration", style="Ue1")
    + paragraph("We met in Baku.", number=(1, 0))
    + paragraph("We agreed on two things:", number=(1, 0))
    + paragraph("on peace;", number=(1, 1))
    + paragraph("on trade.", number=(1, 1))
    + paragraph("Then we left.", number=(1, 0))
    + paragraph("A bullet", number=(2, 0))
    + note(2)
    + paragraph("A hall in Baku", style="Cap")
    + table([["Year", "Count"], ["2024", "12"]])
)


def here(format_name: str, raw: bytes) -> Document:
    """In this process, so that coverage sees it."""
    return documents.read_here(format_name, raw, "file")


def load(name: str, raw: bytes) -> Document:
    return documents.LOADERS[Path(name).suffix](raw, name)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_a_page_gives_its_main_content_and_what_it_says_of_itself() -> None:
    document = here("html", PAGE.encode())
    assert [kind for kind, _ in blocks(document)] == [
        *("heading", "paragraph", "heading", "paragraph", "item", "item", "quote", "cell", "cell")
    ]
    assert "on the 12th of the month" in document.text
    assert "They ask for a meeting of all" in document.text
    for absent in ("Home", "script", "rights reserved", "SEE ALSO", "<"):
        assert absent not in document.text
    about = document.metadata
    assert (about.title, about.author, about.publisher) == (
        "The letter of the fifty",
        "Ann Doe",
        "The Daily",
    )
    assert (str(about.date), about.url, about.language) == (
        "2017-11-02",
        "https://example.org/letter",
        "en-GB",
    )


def test_a_page_is_read_in_the_encoding_it_states() -> None:
    page = PAGE.replace("<head>", '<head><meta charset="koi8-r">').replace("It", "x")
    page = page.replace("They ask for a", "Они просят a")
    assert "Они просят" in here("html", page.encode("koi8-r")).text


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    said = "The ministers agreed on the waters of the river, and on all that is to be paid for it. "
    page = (
        "<html><body><table><tr><td><a href='a'>Home</a></td></tr><tr><td>1. "
        f"{said * 4}<br><br>2. {said * 5}<table><tr><td>Year</td><td>2023</td></tr></table>"
        "</td></tr></table></body></html>"
    )
    document = here("html", page.encode())
    assert [(each.kind, each.number) for each in document.blocks if each.number] == [
        ("paragraph", "1"),
        ("paragraph", "2"),
    ]


def test_a_page_without_main_content_is_read_whole() -> None:
    page = "<html lang=en><body><nav>Home</nav><h2>Note</h2><p>The press is free.</p></body></html>"
    document = here("html", page.encode())
    assert blocks(document) == [("heading", "Note"), ("paragraph", "The press is free.")]
    assert document.metadata.language == "en"
    assert "all of its text is read" in document.warnings[0]
    document = here("html", b"<html>Just words.</html>")
    assert blocks(document) == [("paragraph", "Just words.")]


def test_a_page_without_text_is_an_error() -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        here("html", b"")
    with pytest.raises(DocumentError, match="holds no"):
        here("html", b"<html><body></body></html>")


def column(left: float, page: int, side: str) -> list[tuple[float, float, str]]:
    lines = [f"Line {n} of the {side} column of page {page} has words" for n in range(12)]
    lines[3:5] = ["We spoke of reconcili-", "ation and of what a post-"]
    lines[5] = f"conflict reconciliation is on page {page}."
    return [(left, 700 - 12 * n, line) for n, line in enumerate(lines)]


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_pdf_gives_columns_in_order_without_heads_and_hyphens(in_turn: bool) -> None:
    pages = []
    for page in (1, 2, 3):
        left, right = column(50, page, "left"), column(320, page, "right")
        both = [line for pair in zip(left, right, strict=True) for line in pair]
        body = both if in_turn else left + right
        head = [(50, 800, "The Review"), (480, 800, f"Volume {page}")]
        pages.append([*head, *body, (290, 30, f"- {page} -")])
    document = here("pdf", pdf(pages, info="/Title (The Review) /Author (Ann Doe)"))
    assert "The Review" not in document.text
    assert "Volume" not in document.text
    assert "spoke of reconciliation and of what a post-conflict reconciliation" in document.text
    first, second = (
        document.text.index("left column of page 1"),
        document.text.index("right column"),
    )
    assert first < document.text.index("Line 11 of the left column of page 1") < second
    assert {block.page for block in document.blocks} == {1, 2, 3}
    assert (document.metadata.title, document.metadata.author) == ("The Review", "Ann Doe")


def test_a_pdf_gives_paragraphs_and_items() -> None:
    lines = [
        "1. We agreed on the matter of peace in all of the region, on",
        "which we had spoken.",
        "2. We left, and all of the others who had come with us left too,",
        "(iii) a third of these, which is of some length, and so goes on to",
        "a second line.",
    ]
    at = [(50.0, 700.0 - 12 * n, line) for n, line in enumerate(lines)]
    more = [
        (50.0, 600.0, "A paragraph that stands on its own, and which the page's end"),
    ]
    document = here("pdf", pdf([[*at, *more], [(50.0, 780.0, "cuts in two.")]]))
    assert [(b.number, b.page) for b in document.blocks] == [
        ("1", 1),
        ("2", 1),
        ("(iii)", 1),
        (None, 1),
    ]
    assert document.text.endswith("and which the page's end cuts in two.")


def test_a_pdf_of_pictures_is_an_error_and_a_page_of_one_a_warning() -> None:
    with pytest.raises(DocumentError, match=r"its 2 pages are pictures or empty; .*OCR"):
        here("pdf", pdf([[], []]))
    document = here("pdf", pdf([[(50, 700, "Words on a page.")], []]))
    assert document.warnings == ("page 2 without text: a picture, or empty",)


def test_letters_that_touch_across_two_stretches_come_once() -> None:
    # Where a word in italics ends, the boxes of its last letter and of the next meet.
    lines = [(50, 700, "The fort"), (82.4, 700, "night was long."), (50, 600, "It is over.")]
    assert here("pdf", pdf([lines])).text == "The fortnight was long.\n\nIt is over."


def test_letters_set_apart_and_leftward_are_of_one_word() -> None:
    apart = [(50.0 + 7 * n, 700.0, letter) for n, letter in enumerate("Baku")]
    leftward = [(200.0 - 6 * n, 600.0, letter) for n, letter in enumerate("PEACE")]
    text = here("pdf", pdf([[*apart, *leftward]])).text
    assert text.replace("\n", "").startswith("Baku")
    assert len(text.split("\n\n")) == 2


def test_a_raised_figure_makes_no_heading_of_its_line() -> None:
    body = [(50.0, 700.0 - 14 * n, f"Line {n} of the text has some words in it") for n in range(9)]
    raised = [(50.0, 730.0, "We met on the 12"), (133.0, 737.0, "th"), (145.0, 730.0, "of May")]
    document = here("pdf", pdf([[*raised, *body]]))
    assert {block.kind for block in document.blocks} == {"paragraph"}


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Microsoft Word - Test Orient PDF.docx", None),
        ("notes.txt - Notepad", None),
        ("render.odt", None),
        ("Untitled 2", None),
        ("Statement No. 12", "Statement No. 12"),
        ("On docx files", "On docx files"),
    ],
)
def test_the_name_of_a_file_is_no_title(title: str, told: str | None) -> None:
    raw = pdf([[(50, 700, "Words on a page.")]], info=f"/Title ({title})")
    assert here("pdf", raw).metadata.title == told


def test_scripts_and_links_of_a_pdf_are_nothing_to_us() -> None:
    catalog = "/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Lang (en-GB)"
    raw = pdf([[(50, 700, "Words on a page.")]], catalog=catalog)
    document = here("pdf", raw)
    assert document.text == "Words on a page."
    assert document.metadata.language == "en-GB"


ENCRYPT = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
ENCRYPT += f" /ID [<{'43' * 16}> <{'43' * 16}>]"
GOOD_PDF = pdf([[(50, 700, "Words on a page.")]])
GOOD_DOCX = docx(BODY, footnotes={2: "See the letter."})


def test_a_docx_gives_headings_numbers_tables_and_notes() -> None:
    core = "<dc:title>A title</dc:title><dc:creator>Ann Doe</dc:creator>"
    raw = docx(BODY, footnotes={2: "See the letter."}, core=core)
    document = here("docx", raw)
    assert blocks(document) == [
        ("heading", "The Declaration"),
        ("item", "1. We met in Baku."),
        ("item", "2. We agreed on two things:"),
        ("item", "(i) on peace;"),
        ("item", "(ii) on trade."),
        ("item", "3. Then we left."),
        ("item", "A bullet"),
        ("paragraph", "This was agreed in Baku."),
        ("caption", "A hall in Baku"),
        ("cell", "Year"),
        ("cell", "Count"),
        ("cell", "2024"),
        ("cell", "12"),
        ("footnote", "See the letter."),
    ]
    assert [block.number for block in document.blocks[1:7]] == ["1", "2", "(i)", "(ii)", "3", None]
    assert (document.metadata.title, document.metadata.author) == ("A title", "Ann Doe")
    assert document.metadata.date is None


def test_a_docx_as_libreoffice_writes_it_tells_of_itself() -> None:
    core = "<dc:title>A title</dc:title><dc:creator>python-docx</dc:creator>"
    core += "<dc:language>en-US</dc:language>"
    raw = docx(BODY, core=core)
    rels = zipfile.ZipFile(io.BytesIO(raw)).read("_rels/.rels").decode()
    small = rels.replace(
        "package/2006/relationships/meta", "officedocument/2006/relationships/meta"
    )
    assert small != rels
    about = here("docx", docx(BODY, core=core, more={"_rels/.rels": small})).metadata
    assert (about.title, about.author, about.language) == ("A title", None, "en-US")


def test_notes_are_numbered_as_they_are_printed() -> None:
    raw = docx(
        note(7) + note(4), footnotes={1: "Nowhere named.", 4: "Then this.", 7: "First this."}
    )
    notes = [(b.number, raw_text) for b, raw_text in _notes(here("docx", raw))]
    assert notes == [("1", "First this."), ("2", "Then this."), (None, "Nowhere named.")]


def _notes(document: Document) -> list[tuple[Block, str]]:
    found = (block for block in document.blocks if block.kind == "footnote")
    return [(block, document.text[block.start : block.end]) for block in found]


def test_changes_are_accepted_and_codes_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>all </w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:hyperlink><w:r><w:t>agreed</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>here.</w:t></w:r>"
        "</w:p>"
    )
    assert here("docx", docx(body)).text == "We all agreed here."


def test_links_out_of_a_docx_are_not_followed() -> None:
    outside = (
        '<Relationship Id="r9" TargetMode="External" Target="https://example.org/t.dotm" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    )
    assert load("a.docx", docx(BODY, relations=outside)).text.startswith("The Declaration")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {"abcdefghij"[n]}x "{"&ax;" * 10}">' for n in range(9))
    + ']><w:document xmlns:w="x">&jx;</w:document>'
)
STRANGER = '<!DOCTYPE d SYSTEM "file:///etc/passwd"><w:document xmlns:w="x"/>'


def encrypted_zip() -> bytes:
    raw = bytearray(GOOD_DOCX)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("a.pdf", GOOD_PDF[:300], "damaged or cut-off PDF"),
        ("a.pdf", pdf([[(50, 700, "Words")]], trailer=ENCRYPT), "is encrypted"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 99, "damaged"),
        ("a.pdf", b"Words of plain text.", "is no PDF"),
        ("a.docx", GOOD_DOCX[: len(GOOD_DOCX) // 2], "damaged or cut-off"),
        ("a.docx", encrypted_zip(), "is encrypted"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"x" * 99, "old or an encrypted Office"),
        ("a.docx", b"Words of plain text.", "is no ZIP archive"),
        ("a.docx", zipped({"word/x.txt": "x"}), "no DOCX"),
        ("a.docx", zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<"}), "no DOCX"),
        ("a.docx", docx("<w:p><w:r></w:p>"), "no DOCX that can be read"),
        ("a.docx", docx(""), "holds no text"),
        ("a.docx", docx(BODY, more={"word/document.xml": BOMB}), "declares a document type"),
        ("a.docx", docx(BODY, more={"word/document.xml": STRANGER}), "declares a document type"),
        (
            "a.docx",
            docx(BODY, more={"word/styles.xml": BOMB.encode("utf-16")}),
            "declares a document type",
        ),
        ("a.docx", docx(BODY, more={"word/media/x.png": bytes(70 * 2**20)}), "larger than 64 MiB"),
        ("a.docx", docx(BODY, more={f"w/{n}": "" for n in range(5001)}), "more than 5000 parts"),
        ("a.txt", zipped({"x.txt": "x"}), "a ZIP archive, not a document"),
        ("a.txt", GOOD_PDF[:300], "this is a PDF, not plain text; is a damaged"),
        ("a.epub", zipped({"mimetype": "application/epub+zip"}), "no EPUB that can be read"),
        ("a.html", b"\x00\x01" * 999, "no text"),
    ],
)
def test_a_bad_file_is_told_as_such(name: str, raw: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        load(name, raw)
    assert str(caught.value).startswith(f"{name}: ")


def test_an_archive_is_bounded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    with pytest.raises(DocumentError, match="MiB unpacked"):
        here("docx", GOOD_DOCX)


@pytest.mark.parametrize(("name", "raw"), [("a.txt", GOOD_PDF), ("a.pdf", GOOD_DOCX)])
def test_a_wrong_ending_is_told_by_the_bytes(name: str, raw: bytes) -> None:
    document = load(name, raw)
    assert "read as such" in document.warnings[0]
    assert document.text


def test_an_epub_gives_its_chapters_in_order() -> None:
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>A book</dc:title><dc:language>en</dc:language></metadata><manifest>"
        '<item id="a" href="one.xhtml"/><item id="b" href="two.xhtml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    raw = zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
            'container"><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
            "O/b.opf": opf,
            "O/one.xhtml": "<html><body><p>The end of it.</p></body></html>",
            "O/two.xhtml": "<html><head><title>x</title></head><body><h1>Begin</h1>"
            "<div><p>Words first.</p></div><script>x</script></body></html>",
        }
    )
    document = here("epub", raw)
    assert blocks(document) == [
        ("heading", "Begin"),
        ("paragraph", "Words first."),
        ("paragraph", "The end of it."),
    ]
    assert document.metadata.title == "A book"
    assert load("a.epub", raw) == Document(**{**vars(document), "path": "a.epub"})


def test_another_process_gives_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for name, raw in (("html", PAGE.encode()), ("pdf", GOOD_PDF), ("docx", GOOD_DOCX)):
        assert apart.read_apart(name, raw, "file") == here(name, raw)


def test_time_and_memory_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "TIMEOUT", 0.01)
    with pytest.raises(DocumentError, match="takes longer than"):
        load("a.pdf", GOOD_PDF)
    monkeypatch.setattr(apart, "TIMEOUT", 100)
    monkeypatch.setattr(apart, "MAX_MEMORY", 24 * 2**20)
    with pytest.raises(DocumentError, match="memory"):
        load("a.html", PAGE.encode())


def test_a_document_reaches_nothing() -> None:
    import subprocess

    code = (
        "from factcheck.documents.worker import bound; import socket, subprocess; bound(2**33)\n"
        "for call in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: "
        "subprocess.run(['true'])):\n"
        "    try: call()\n    except PermissionError as error: print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.count("a document asked for") == 2, ran.stderr


@pytest.mark.parametrize(
    ("format_name", "module", "package"),
    [
        ("html", "trafilatura", "trafilatura"),
        ("pdf", "pypdfium2", "pypdfium2"),
        ("docx", "docx", "python-docx"),
        ("epub", "lxml", "lxml"),
    ],
)
def test_a_missing_library_is_named(
    monkeypatch: pytest.MonkeyPatch, format_name: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DocumentError, match=f"pip install {package}"):
        here(format_name, b"")


def test_bytes_of_no_known_encoding_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    with pytest.raises(DocumentError, match=r"0xe9 at offset 3 is not UTF-8.*charset-normalizer"):
        load("a.txt", b"caf\xe9")


def test_nothing_heavy_is_imported_for_text() -> None:
    import subprocess

    code = (
        "import sys; from factcheck import documents; documents.LOADERS['.txt'](b'Words.', 'a');"
        "print({'lxml', 'docx', 'trafilatura', 'pypdfium2', 'charset_normalizer'} & {*sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "set()"


def trouble(format_name: str, raw: bytes) -> str | None:
    """What keeps a file from being read; any other error than ours goes through."""
    try:
        here(format_name, raw)
    except DocumentError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("name", "raw"), [("docx", GOOD_DOCX), ("pdf", GOOD_PDF), ("html", PAGE.encode())]
)
def test_a_file_cut_or_damaged_anywhere_is_read_or_refused(name: str, raw: bytes) -> None:
    told = [trouble(name, raw[:size]) for size in range(0, len(raw), max(1, len(raw) // 40))]
    told += [
        trouble(name, bytes([*raw[:at], raw[at] ^ 0x55, *raw[at + 1 :]]))
        for at in range(0, len(raw), max(1, len(raw) // 60))
    ]
    assert all(each is None or each.startswith("file: ") for each in told)
    assert any(told)


def test_the_worker_tells_errors_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(error: type[BaseException]) -> Any:
        def read(*_: object) -> Document:
            raise error

        return read

    for error in (MemoryError, RecursionError):
        given = b'{"format": "pdf", "path": "a", "memory": 0}\n'
        monkeypatch.setattr(worker, "bound", lambda memory: None)
        monkeypatch.setattr(worker, "read_here", broken(error))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        worker.main()
        assert '{"error": "a: ' in capsys.readouterr().out


def test_a_zip_is_what_the_tests_think() -> None:
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(GOOD_DOCX)).namelist()
