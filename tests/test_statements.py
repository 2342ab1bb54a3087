from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.statements import split_sentences


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It was all closed.|It was all open!",
        "He met Dr. Yousef bin Ahmed.|They spoke at length.",
        "The U.N. General Assembly met.|Nothing was said of it.",
        "“It is a ghost.”|They did not agree with him.",
        "On Jan. 5 they met in Baku.",
        "It grew by 3.5 percent a year.|Was that so?|It was not so!",
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
