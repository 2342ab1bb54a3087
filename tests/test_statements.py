from __future__ import annotations

import json
from itertools import pairwise

import pytest
from conftest import REPOSITORY, SEEDS, needs_seeds
from hypothesis import given
from hypothesis import strategies as st

from factcheck.records import Block, BlockKind, Document
from factcheck.sentences import is_closed, quotations, spans
from factcheck.statements import split_sentences, statements_of


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


def document(*parts: tuple[str, str | None] | str, pages: tuple[int, ...] = ()) -> Document:
    """A document of blocks; a kind is told before a bar: `heading|Words`."""
    text, blocks = "", []
    for at, part in enumerate(parts):
        words, number = (part, None) if isinstance(part, str) else part
        kind, bar, rest = words.partition("|")
        words = rest if bar else words
        start = len(text)
        text += words + "\n\n"
        known: BlockKind = kind if bar else "paragraph"  # type: ignore[assignment]
        page = pages[at] if pages else None
        blocks.append(Block(start, start + len(words), known, page, number))
    return Document(text, "d.txt", "0" * 64, tuple(blocks))


def places(found: Document) -> list[tuple[str, str]]:
    return [(each.locator, each.text) for each in statements_of(found)]


@pytest.mark.parametrize(
    "text",
    [
        "It was all closed.|It was all open!",
        "He met Dr. Yousef bin Ahmed.|They spoke at length.",
        "The U.N. General Assembly met.|Nothing was said of it.",
        "“It is a ghost.”|They did not agree with him.",
        "On Jan. 5 they met in Baku.",
        "It grew by 3.5 percent a year.|Was that so?|It was not so!",
        "It went to H.E. Samdech Lim and the Rev. J. R. Amadi.|They were glad.",
        "See art. 4, No. 12 and pp. 3–5.|They tell it all.",
        "It opened in the U.S.|The U.S. Government paid for it.",
        "They met at 6 p.m. Tuesday.|It was over at 9 p.m.|Nobody stayed for it.",
        "They saw wells, roads, etc.|All were dry.",
        "We built two … and lost three.|We still wait…|Nobody came to us.",
        "The law was amended in 2017.[4]|Few read the law.",
        "He said: “I do not know. Ask her.”|She was not there.",
        "“We were told a year. Then three. Now they say nothing,” said Mr. Orr.|He laughed at it.",
        "“Will you sign?” Mr. Doan asked.|He did not sign.",
        "(They came late. Nobody knew why.)|They left at once.",
        "The plan (drawn up by Orr & Co. in May. It failed.) was adopted.|Nobody read it.",
        'He called it "a joke. A bad one." and left.|The vote was held.',
        "7. We welcomed the words.|8. We shared the view.",
        "Élections were held.|Éva Lim won them.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str) -> None:
    assert sentences(text.replace("|", " ")) == text.split("|")


def test_paragraphs_and_list_items_end_sentences() -> None:
    text = (
        "A heading of words\n\n1. The first of these;\n2. The second\nof these.\n- A third one here"
    )
    assert sentences(text) == [
        "A heading of words",
        "1. The first of these;",
        "2. The second\nof these.",
        "- A third one here",
    ]


def test_places_count_lines_and_columns_from_one() -> None:
    found = split_sentences("Words in front.\nMore of them here. Éven more of them.")
    assert [(s.line, s.column) for s in found] == [(1, 1), (2, 1), (2, 20)]


def test_scraps_are_left_out() -> None:
    assert sentences("Source: AP\n\n***\n\nOne two.\n\nOne two three.") == ["One two three."]


@given(st.text())
def test_any_text_can_be_split(text: str) -> None:
    spans = [(s.start, s.end) for s in split_sentences(text)]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_an_open_or_endless_quotation_holds_nothing_together() -> None:
    assert len(sentences("“They came at night. They took all of it. Nobody came back.")) == 3
    assert len(sentences("“" + "They came at night. " * 100 + "”")) > 90
    assert quotations("a (b “c” d) (e", 0, 14) == [(2, 11)]


def test_the_benchmark_holds_enough_boundaries_and_ours_finds_them() -> None:
    lines = (REPOSITORY / "benchmarks" / "boundaries.jsonl").read_text("utf-8").splitlines()
    wanted = right = found = 0
    for line in lines:
        parts = json.loads(line)["sentences"]
        text = " ".join(parts)
        ends = {len(" ".join(parts[: n + 1])) for n in range(len(parts) - 1)}
        got = {end for _, end in spans(text, 0, len(text)) if end < len(text)}
        wanted, found, right = wanted + len(ends), found + len(got), right + len(got & ends)
    assert wanted >= 300
    assert 2 * right / (wanted + found) > 0.99


def test_numbered_paragraphs_are_cited_by_number_with_what_follows_them() -> None:
    found = document(
        "heading|A Declaration of Much",
        "We, the leaders, have met.",
        ("1. We agreed on the first thing. We agreed on it all.", "1"),
        "In this regard, we did more.",
        ("item|(i) The first part of it;", "(i)"),
        "item|- A part without number;",
        "heading|Another Heading of Words",
        ("2. We agreed on the second thing.", "2."),
        "We thank our many hosts.",
    )
    assert places(found) == [
        ("before the first para.", "We, the leaders, have met."),
        ("para. 1", "We agreed on the first thing."),
        ("para. 1", "We agreed on it all."),
        ("para. 1", "In this regard, we did more."),
        ("para. 1 (i)", "The first part of it;"),
        ("para. 1, item 1", "A part without number;"),
        ("para. 2", "We agreed on the second thing."),
        ("after para. 2", "We thank our many hosts."),
    ]


def test_paragraphs_without_numbers_are_counted_under_their_headings() -> None:
    found = document(
        "heading|A Note of Concept",
        "heading|**Overview:**",
        "The first of them all.",
        "The second of them all.",
        "heading|Rationale",
        "The only one of them.",
        "heading|Explanations",
        ("item|(ii) The one explained here.", None),
    )
    assert [where for where, _ in places(found)] == [
        "Overview, para. 1",
        "Overview, para. 2",
        "Rationale",
        "Explanations (ii)",
    ]
    assert {each.heading for each in statements_of(found)} == {
        "Overview",
        "Rationale",
        "Explanations",
    }


def test_an_article_is_counted_through_and_a_short_list_numbers_nothing() -> None:
    parts = ["heading|The Title of It", *["Words of a paragraph."] * 9]
    assert [where for where, _ in places(document(*parts))][-1] == "para. 9"
    listed = document(
        *parts, ("item|1. The first of two.", None), ("item|2) The second one.", None)
    )
    assert [where for where, _ in places(listed)][-2:] == ["para. 9, item 1", "para. 9, item 2"]


def test_numbers_that_begin_anew_are_told_by_their_headings() -> None:
    one = ("1. The first of these.", "1")
    found = document("heading|First Part", one, "heading|Second Part", one, "And then some more.")
    assert [where for where, _ in places(found)] == [
        "First Part, para. 1",
        "Second Part, para. 1",
        "Second Part, after para. 1",
    ]


def test_pages_captions_tables_and_notes_are_told() -> None:
    found = document(
        ("14. We agreed on the press.", "14"),
        "caption|A man stands at a well.",
        "cell|Wells of the valley",
        ("footnote|3 See the report of 2019.", "3"),
        pages=(3, 3, 4, 4),
    )
    assert [where for where, _ in places(found)] == [
        "p. 3, para. 14",
        "p. 3, caption",
        "p. 4, table",
        "p. 4, note 3",
    ]
    assert [each.page for each in statements_of(found)] == [3, 3, 4, 4]


def test_a_heading_is_made_fit_for_a_locator() -> None:
    hostile = "heading|Words \x1b[31m\u202eand " + "more " * 99
    found = document("Words of a paragraph.", hostile, "One two three.", "Four five six.")
    where = places(found)[-1][0]
    assert where.isprintable()
    assert len(where) < 80


def test_a_document_without_blocks_is_read_as_text() -> None:
    found = Document("1. The first of these.\n\nMore of the first.\n2. The second.", "d", "0" * 64)
    assert places(found) == [
        ("para. 1", "The first of these."),
        ("para. 1", "More of the first."),
    ]
    assert statements_of(Document("", "d", "0" * 64)) == []


@given(st.lists(st.text(max_size=60), max_size=8), st.data())
def test_offsets_are_exact_whatever_the_blocks(parts: list[str], data: st.DataObject) -> None:
    kinds = st.sampled_from(["heading|", "item|", "footnote|", "quote|", "paragraph|"])
    numbers = st.sampled_from([None, "1", "(ii)", "3.1", "\x00"])
    found = document(*((data.draw(kinds) + part, data.draw(numbers)) for part in parts))
    placed = statements_of(found)
    assert all(found.text[each.start : each.end] == each.text for each in placed)
    assert all(each.locator and each.locator.isprintable() for each in placed)
    assert all(a.end <= b.start for a, b in pairwise(placed))


@needs_seeds
def test_the_sample_documents_are_cut_where_a_reader_cuts_them() -> None:
    lines = (REPOSITORY / "benchmarks" / "boundaries-seeds.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        text = (SEEDS / row["document"]).read_bytes().decode("utf-8")
        ends = {s.end for s in split_sentences(text)}
        assert set(row["ends"]) <= ends | {2416, 3123}, row["document"]


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("It was open.", True),
        ("To open the road;", True),
        ("To open the road; and", True),
        ("to mend it, or", True),
        ("to mend it; and/or  ", True),
        ("“It was open.”", True),
        ("Opening the Road", False),
        ("The road and", False),
        ("", False),
        (" " * 9_000, False),
    ],
)
def test_an_item_that_leads_to_the_next_is_closed(text: str, closed: bool) -> None:
    assert is_closed(text) is closed


def test_what_leads_to_a_list_is_a_sentence_and_no_heading() -> None:
    found = document(
        "heading|Recommendations:",
        "heading|We call on the Council to:",
        ("item|open the road; and", None),
        ("item|mend the bridge.", None),
        "heading|Noting that the road is long,",
        "That was all of it.",
    )
    told = [(each.text, each.kind, each.lead) for each in statements_of(found)]
    assert told == [
        ("We call on the Council to:", "paragraph", None),
        ("open the road; and", "item", "We call on the Council to:"),
        ("mend the bridge.", "item", "We call on the Council to:"),
        ("Noting that the road is long,", "paragraph", None),
        ("That was all of it.", "paragraph", None),
    ]
