from __future__ import annotations

import hashlib

import pytest
from conftest import SEEDS, needs_seeds
from hypothesis import given
from hypothesis import strategies as st

from factcheck.documents import LOADERS
from factcheck.drafting.quoting import quote_at
from factcheck.occurrences import Occurrences
from factcheck.quotes import Anchor, QuoteFinder
from factcheck.records import Quote
from factcheck.statements import statements_of

# Few characters, so that runs recur; one beyond the basic plane, one that is no character.
texts = st.text(alphabet="ab \U0001f600\ud800", max_size=300)


@given(texts, st.integers(0, 300), st.integers(1, 80), st.sampled_from([1, 3, 1000]))
def test_an_index_changes_no_result(text: str, start: int, size: int, most: int) -> None:
    for passage in (text[start : start + size], text[::-1][:size]):
        if passage:
            plain = Occurrences(text, most).of(passage)
            assert Occurrences(text, most, indexed=True).of(passage) == plain
            assert all(text.startswith(passage, at) for at in plain)


@pytest.mark.parametrize("text", ["a" * 5_000, "the river has fallen " * 400, "", "short"])
def test_a_text_that_repeats_itself_is_read_as_it_is(text: str) -> None:
    for passage in ("a" * 40, "a" * 4_999 + "b", "river has fallen the river has fallen the", "x"):
        plain = Occurrences(text, 50).of(passage)
        assert Occurrences(text, 50, indexed=True).of(passage) == plain
        assert len(plain) <= 50


def test_only_places_that_share_a_run_are_compared() -> None:
    words = [hashlib.sha256(b"%d" % n).hexdigest()[:6] for n in range(20_000)]
    text = " ".join(words)
    passage = " ".join(words[7_000:7_020])
    found = Occurrences(text, 1_000, indexed=True)
    assert found.of(passage) == [text.index(passage)]
    assert len(found._candidates(passage) or words) < 50


@needs_seeds
def test_quotes_of_the_sample_documents_are_the_same_with_an_index() -> None:
    for seed in sorted(SEEDS.glob("*.txt")):
        document = LOADERS[".txt"](seed.read_bytes(), seed.name)
        plain, indexed = QuoteFinder(document.text), QuoteFinder(document.text, indexed=True)
        for each in statements_of(document):
            quote = quote_at(indexed, each.start, each.end)
            assert quote == quote_at(plain, each.start, each.end)
            assert quote is not None
            changed = Quote(exact=f"{quote.exact[:-9]}, and so on")
            assert indexed.find(changed) == plain.find(changed)
            assert isinstance(indexed.find(quote), Anchor)
