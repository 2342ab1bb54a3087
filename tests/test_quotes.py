from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factcheck.quotes import Anchor, Missing, find_quote, fold
from factcheck.records import Quote

TEXT = "We agreed\n that peace,\tpeace and (more) peace\n\nmust be ensured. Peace. Peace."

words = st.lists(st.text("ab.*(", min_size=1, max_size=4), min_size=1, max_size=6)
spaces = st.sampled_from([" ", "\n", "\n\n", " \t "])


def test_white_space_is_folded_on_both_sides() -> None:
    found = find_quote(TEXT, Quote(exact="agreed that  peace, peace"))
    assert isinstance(found, Anchor)
    assert TEXT[found.start : found.end] == "agreed\n that peace,\tpeace"
    assert found.occurrences == 1


def test_prefix_and_suffix_choose() -> None:
    assert find_quote(TEXT, Quote(exact="Peace.")) == Anchor(64, 70, 2)
    chosen = find_quote(TEXT, Quote(exact="Peace.", prefix="Peace. "))
    assert isinstance(chosen, Anchor)
    assert (chosen.start, chosen.occurrences) == (71, 1)
    assert find_quote(TEXT, Quote(exact="peace", suffix="must")) == Anchor(40, 45, 1)


def test_a_lost_quote_tells_how_far_it_goes() -> None:
    assert find_quote(TEXT, Quote(exact="peace must be denied")) == Missing(
        "peace must be ", "ensured. Peace. Peace."
    )
    assert find_quote(TEXT, Quote(exact="Quite other words")) == Missing("", fold(TEXT)[:40])


def test_a_wrong_prefix_loses_the_quote() -> None:
    lost = find_quote(TEXT, Quote(exact="must be ensured", prefix="war"))
    assert isinstance(lost, Missing)


@given(words=words, gaps=st.lists(spaces, min_size=6, max_size=6), around=words)
def test_whatever_stands_there_is_found(
    words: list[str], gaps: list[str], around: list[str]
) -> None:
    spaced = "".join(word + gap for word, gap in zip(words, gaps, strict=False)).strip()
    text = f"{' '.join(around)} {spaced} {' '.join(around)}"
    found = find_quote(text, Quote(exact=" ".join(words)))
    assert isinstance(found, Anchor)
    assert fold(text[found.start : found.end]) == " ".join(words)
