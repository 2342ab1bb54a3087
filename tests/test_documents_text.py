"""Plain text and Markdown: cleaned, with a map back."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from conftest import SEEDS, needs_seeds
from hypothesis import given
from hypothesis import strategies as st

from factcheck import documents
from factcheck.documents import cleaned
from factcheck.errors import DocumentError
from factcheck.records import Document

RUSSIAN = " ".join(["Свобода печати должна быть обеспечена во всех странах региона."] * 5)


def load(content: str | bytes, suffix: str = ".txt") -> Document:
    raw = content if isinstance(content, bytes) else content.encode()
    return documents.LOADERS[suffix](raw, "file" + suffix)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def words(text: str) -> list[str]:
    return [each for _, each in blocks(cleaned(text))]


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("The 12<sup>th</sup> meeting was held.", "The 12th meeting was held."),
        ("It was agreed.<sup>3</sup> They left.", "It was agreed. They left."),
        ("Ten km<sup>2</sup> of 10<sup>6</sup>.", "Ten km² of 10⁶."),
        ("CO<sub>2</sub> rose.", "CO2 rose."),
        ("**We agreed** on *this*, __that__ and _those_.", "We agreed on this, that and those."),
        ("a*b and 2 * 3 * 4 and 2**3 and snake_case_name", None),
        ("___ is left open, and so is ** this", None),
        ("Fish &amp; chips&nbsp;cost &pound;5 &#8211; or more.", "Fish & chips cost £5 – or more."),
        ("&lt;b&gt; is a tag, &amp;amp; is not.", "<b> is a tag, &amp; is not."),
        ("&unknown; &#0; &#27;[31m x", "&unknown; [31m x"),
        ("One<br/>two <i>three</i> <a href='x'>four</a>.", "One two three four."),
        ("If a < b and c > d, so be it.", None),
        ("See [the letter](https://example.org/a 'x') so titled.", None),
        ("See [the letter](https://example.org/a).", "See the letter."),
        ("It is here: <https://example.org/a>.", "It is here: https://example.org/a."),
        ("So it was.[^1] And ![a map](map.png) so on.", "So it was. And so on."),
        (r"The \*star\* and 1\. stay.", "The *star* and 1. stay."),
        ("Gone <!-- a comment --> by.", "Gone by."),
        ("`code` and ``more`` here", "code and more here"),
        (
            "Soft\u00adly, zero\u200bwidth, \ufeffmark, \x1b[31mred",
            "Softly, zerowidth, mark, [31mred",
        ),
    ],
)
def test_marks_within_lines_are_cleaned(given_text: str, text: str | None) -> None:
    expected = given_text if text is None else text
    assert cleaned(given_text).text == expected.replace(
        "<https://example.org>", "https://example.org"
    )


def test_paragraphs_cut_by_a_page_are_joined() -> None:
    first = "We agreed that all parties can contribute to lasting peace and"
    long = " ".join(["many words stand here in a row"] * 5) + " of the General"
    assert words(f"{first}\n\nreconciliation in each society.") == [
        f"{first} reconciliation in each society."
    ]
    assert words(f"{first}\n\n12\n\nreconciliation in each society.") == [
        f"{first} reconciliation in each society."
    ]
    assert len(words(f"{long}\n\nAssembly and its members, who were asked.")) == 1
    for whole in (
        "We agreed on all of this together, and then we left.\n\nthen others came.",
        "Actions for Peace\n\nwe agreed on all of this.",
        f"{first}\n\n2. reconciliation in each society.",
        f"{first}\n\n## Heading of it",
    ):
        assert len(words(whole)) == 2, whole


def test_what_belongs_to_the_page_goes_and_captions_are_told() -> None:
    text = (
        "A title of the page\nShare this on\n\nThe letter was signed by all.\n\n"
        "SEE ALSO: Others wrote a letter, too\n\n**Read more:** [Here](https://example.org)\n\n"
        "Advertisement\n\nA man in a hall, on Oct 6. Source: AP/ Jo Doe\n\n"
        "The source: a letter that was signed in the year of 2017.\n\n- 3 -\n\n***\n\n"
        "The end of it."
    )
    assert blocks(cleaned(text)) == [
        ("heading", "A title of the page"),
        ("paragraph", "The letter was signed by all."),
        ("caption", "A man in a hall, on Oct 6. Source: AP/ Jo Doe"),
        ("paragraph", "The source: a letter that was signed in the year of 2017."),
        ("paragraph", "The end of it."),
    ]


def test_markdown_gives_kinds_and_numbers() -> None:
    text = (
        "---\ntitle: 'The Statement'\nauthor: Ann Doe\ndate: 2024-11-23\nlang: en\n---\n"
        "# Big\n\nSetext\n======\n\n## **Second** ##\n\n"
        "1. We agreed on all\nof this.\n2. We left.\n\n"
        "- (iv) The last of these;\n- 2) Another one\n  of two lines\n* A bullet of words\n\n"
        "> Quoted words\n> of somebody.\n\n| Year | Count |\n|---|---|\n| 2024 | 12 |\n\n"
        "[1]: https://example.org\n"
    )
    document = load(text, ".md")
    assert blocks(document) == [
        ("heading", "Big"),
        ("heading", "Setext"),
        ("heading", "Second"),
        ("paragraph", "1. We agreed on all of this."),
        ("paragraph", "2. We left."),
        ("item", "(iv) The last of these;"),
        ("item", "2) Another one of two lines"),
        ("item", "A bullet of words"),
        ("quote", "Quoted words of somebody."),
        ("cell", "Year"),
        ("cell", "Count"),
        ("cell", "2024"),
        ("cell", "12"),
    ]
    assert [b.number for b in document.blocks[3:8]] == ["1", "2", "(iv)", "2)", None]
    assert document.metadata.title == "The Statement"
    assert document.metadata.author == "Ann Doe"
    assert str(document.metadata.date) == "2024-11-23"
    assert document.metadata.language == "en"
    assert load("# Its title\n\nSome words.", ".md").metadata.title == "Its title"


def test_lines_are_joined_and_hyphens_weighed() -> None:
    text = (
        "The recon-\nciliation was post-\nconflict, as reconciliation is, and the govern-\nment"
        " of the U.S.-\nled force met in a non-\naligned state."
    )
    assert cleaned(text).text == (
        "The reconciliation was post-conflict, as reconciliation is, and the government of the"
        " U.S.- led force met in a non-aligned state."
    )


def test_long_lines_are_paragraphs_of_their_own() -> None:
    line = "Words of a paragraph that is long. " * 6
    assert len(words(f"{line}\n{line}\n{line}")) == 3


def test_form_feeds_are_pages() -> None:
    document = load("One page of words.\n\n\fAnother page of words.\n\fA third one.")
    assert [block.page for block in document.blocks] == [1, 2, 3]
    assert load("One page of words.").blocks[0].page is None


def test_the_map_leads_back() -> None:
    text = (
        "A 1<sup>st</sup> **bold** &amp; cafe\u0301 word\r\nand recon-\nciliation.\n\nMore of it."
    )
    document = load(text)
    assert document.decoded == text
    assert document.text.startswith("A 1st bold & café word and reconciliation.")
    for word in ("st", "bold", "caf", "word", "recon", "ciliation", "More"):
        at = document.original(document.text.index(word))
        assert text.startswith(word, at), word


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Café №1".encode("utf-8-sig"), "Café №1"),
        ("Café au lait".encode("utf-16"), "Café au lait"),
        ("Cafe au lait, plain".encode("utf-16-le"), "Cafe au lait, plain"),
        ("Cafe au lait, plain".encode("utf-32"), "Cafe au lait, plain"),
        (
            "Le café était fermé, dit-on – hélas.".encode("cp1252"),
            "Le café était fermé, dit-on – hélas.",
        ),
        (
            ("Свобода печати должна быть обеспечена во всех странах региона. " * 5).encode(
                "cp1251"
            ),
            ("Свобода печати должна быть обеспечена во всех странах региона. " * 5).strip(),
        ),
    ],
)
def test_encodings_are_told(raw: bytes, text: str) -> None:
    assert load(raw).text == text


def test_a_guess_is_a_warning() -> None:
    (warning,) = load("Le café est fermé.".encode("cp1252")).warnings
    assert warning == "byte 0xe9 at offset 6 is not UTF-8; read as cp1252"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"one \0 two", "holds NUL bytes"),
        (bytes(range(1, 256)) * 50, "no text|not UTF-8"),
        (b"\xff\xfea\xd8\xd8", "not UTF-16"),
        (b"{\\rtf1 x}", "an RTF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"\x01\x02\x03\x04" * 99, "control characters"),
    ],
)
def test_what_is_no_text_is_an_error(raw: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        load(raw)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "x" * 1_000_000,
        "*_`" * 300_000,
        "**" * 500_000,
        "a\u0301\u0323" * 300_000,
        "a" + "\u0301\u0323" * 300_000,
        "[" * 1_000_000,
        "<a " * 300_000,
        "&" * 1_000_000,
        "-" * 1_000_000,
        "- \n" * 300_000,
        "\n" * 1_000_000,
        "> " * 300_000,
        "|" * 1_000_000,
        "| -- " * 200_000,
        "<!--" * 250_000,
        "1. " * 300_000,
        "\f" * 300_000,
        "Source: " * 100_000,
        "![a](b" * 150_000,
        "re-\nturn\n" * 100_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    start = time.perf_counter()
    cleaned(text)
    assert time.perf_counter() - start < 20


@given(
    st.text(
        alphabet=st.sampled_from("ab .\n*_`<>sup/&;[]()!#->|1\f\r\u0301\u00ad\t\\é"), max_size=80
    )
)
def test_any_text_is_cleaned_and_its_blocks_fit(text: str) -> None:
    document = cleaned(text)
    assert document.text == "\n\n".join(each for _, each in blocks(document))
    assert all(each == each.strip() and each and "\n" not in each for _, each in blocks(document))
    assert unicodedata.is_normalized("NFC", document.text)
    places = [document.original(at) for at in range(len(document.text))]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@needs_seeds
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_sample_documents_are_cleaned(path: Path) -> None:
    document = load(path.read_bytes())
    assert document.decoded is not None
    assert not {"<", ">", "*", "\r", "#"} & set(document.text)
    assert "SEE ALSO" not in document.text
    assert "Share this" not in document.text
    for at, character in enumerate(document.text):
        if not character.isspace():
            assert document.decoded[document.original(at)] == character, at
    for kind, text in blocks(document):
        if kind == "paragraph":
            assert text[-1] in ".;:”", text


@needs_seeds
def test_sample_captions_are_told() -> None:
    (path,) = SEEDS.glob("004*.txt")
    document = load(path.read_bytes())
    assert [kind for kind, _ in blocks(document)].count("caption") == 2
