from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.approximate import index, nearest
from factcheck.differences import shown, word_differences
from factcheck.folding import folded, folded_character
from factcheck.places import Places
from factcheck.quotes import Anchor, Changed, Missing, QuoteFinder, find_quote, fold
from factcheck.records import Block, Document, Quote

TEXT = "We agreed\n that peace,\tpeace and (more) peace\n\nmust be ensured. Peace. Peace."

# Our own: no two sentences are alike.
PROSE = """\
1. The harbour board met on a grey Tuesday in March and put off its vote on the new quay.
Three of the nine members were absent; the chairman said that nobody had told them of the hour.

2. Fishing families on the north shore have waited eleven years for the breakwater that the \
province promised them after the great flood, and they have the letters to prove it.
“We were told to be patient,” said Orla Venn, who mends nets, “and patient we have been.”

3. According to the auditors, 4,200 crowns were spent on signs – though no sign was ever put up.
The ministry has since asked the builder for its receipts, which it says were lost in a fire.
A spokesman called the whole affair “regrettable”; he wouldn't speak of it any further.

4. Gravel for the first stretch comes from Dunmarrow, forty miles inland, by a road so narrow \
that two lorries cannot pass each other without one of them backing into a field.
Farmers along the way keep their gates shut now, and send the bills for broken walls to the board.
"""
SENTENCES = [
    sentence
    for paragraph in PROSE.split("\n")
    for sentence in [paragraph.strip()]
    if len(sentence) > 20
]

words = st.lists(st.text("ab.*(", min_size=1, max_size=4), min_size=1, max_size=6)
spaces = st.sampled_from([" ", "\n", "\n\n", " \t "])


def found(text: str, exact: str, **context: str) -> Anchor | Changed | Missing:
    return find_quote(text, Quote(exact=exact, **context))


def held(text: str, exact: str, **context: str) -> str:
    at = found(text, exact, **context)
    assert isinstance(at, Anchor)
    return text[at.start : at.end]


def test_white_space_is_folded_on_both_sides() -> None:
    at = found(TEXT, "agreed that  peace, peace")
    assert at == Anchor(3, 28, 1, "folded")
    assert TEXT[3:28] == "agreed\n that peace,\tpeace"


def test_prefix_and_suffix_choose() -> None:
    assert found(TEXT, "Peace.") == Anchor(64, 70, 2)
    chosen = found(TEXT, "Peace.", prefix="Peace. ")
    assert isinstance(chosen, Anchor)
    assert (chosen.start, chosen.occurrences) == (71, 1)
    assert found(TEXT, "peace", suffix="must") == Anchor(40, 45, 1)


def test_a_context_that_lost_a_mark_still_chooses() -> None:
    text = "At the 12th meeting all agreed. At the 13th meeting nobody did. So all agreed. "
    at = found(text, "all agreed", prefix="At the 12<b>th</b> meeting", suffix=". At the 13th")
    assert isinstance(at, Changed)
    assert (at.start, at.occurrences, at.similarity) == (20, 1, 1)
    assert found(text, "all agreed", prefix="At the 12 th meeting ") == Anchor(20, 30, 1)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("the “free” press", 'the "free" press'),
        ("the 'free' press", "the “free” press"),
        ("it isn’t so", "it isn't so"),
        ("peace — at last", "peace - at last"),
        ("peace—at last", "peace -- at last"),
        ("a well-\nknown man", "a well-known man"),
        (
            "a coöp\u00aderation, an inter\u00ad\nnational one",
            "a coöperation, an international one",
        ),
        ("the of\ufb01cial e\ufb00ect", "the official effect"),
        ("caf\u00e9 owners", "cafe\u0301 owners"),
        ("PHNOM PENH DECLARATION", "Phnom Penh Declaration"),
        ("no\u200b break\ufeff", "no break"),
        ("wait… for it", "wait... for it"),
        ("wide\u00a0\u2009space", "wide space"),
        ("Straße", "STRASSE"),
        ("한국어 text", "\u1112\u1161\u11ab국어 text"),
        ("\ud800 lone", "\ud800 lone"),
    ],
)
def test_what_is_folded(text: str, exact: str) -> None:
    around = f"Before. {text}. After."
    at = QuoteFinder(around).find(Quote.model_construct(exact=exact))
    assert isinstance(at, Anchor)
    assert around[at.start : at.end] == text.removesuffix("\ufeff")


@pytest.mark.parametrize("exact", ["10²", "½", "x ∕ y"])
def test_what_is_not_folded(exact: str) -> None:
    assert isinstance(found("102 and 1/2 and x/y", exact), Missing)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-32", exclude_categories=()), max_size=60))
def test_folding_keeps_the_way_back(text: str) -> None:
    both = folded(text)
    assert len(both.text) == len(both.origin)
    assert list(both.origin) == sorted(both.origin)
    for character, at in zip(both.text, both.origin, strict=True):
        assert character in folded_character(text[at])
    assert folded(both.text.strip()).text == both.text.strip()


def test_a_quote_that_changed_is_found_with_its_score() -> None:
    changed = found(TEXT, "peace must be unsured")
    assert isinstance(changed, Changed)
    assert (changed.score, changed.similarity) == pytest.approx((20 / 21, 20 / 21))
    assert fold(TEXT[changed.start : changed.end]) == "peace must be ensured"
    elsewhere = found(TEXT, "peace must be unsured", prefix="(more)", suffix=". Wars.")
    assert isinstance(elsewhere, Changed)
    # 50 parts the quote, 20 each the prefix and the suffix.
    assert elsewhere.score == pytest.approx((50 * 20 / 21 + 20 * 1 + 20 * 2 / 7) / 90)
    assert isinstance(found(TEXT, "peace must be denied", suffix="Wars."), Missing)


def test_a_lost_quote_tells_how_far_it_goes() -> None:
    assert found(TEXT, "peace must be fought for again") == Missing(
        "peace must be ", "ensured. Peace. Peace."
    )
    assert found(TEXT, "Quite other words") == Missing("", fold(TEXT)[:40])
    assert isinstance(QuoteFinder(TEXT).find(Quote.model_construct(exact="\u200b")), Missing)
    assert isinstance(found("", "anything"), Missing)


def test_a_wrong_context_is_a_change() -> None:
    at = found(TEXT, "must be ensured", prefix="war")
    assert isinstance(at, Changed)
    assert at.similarity == 1
    assert TEXT[at.start : at.end] == "must be ensured"


def test_where_it_should_stand_breaks_a_tie() -> None:
    finder = QuoteFinder("All agreed.\nNobody came.\nAll agreed.\nall AGREED.\n")
    quote = Quote(exact="All agreed")
    assert finder.find(quote) == Anchor(0, 10, 2)
    assert finder.find(quote, (25, 36)) == Anchor(25, 35, 1)
    assert finder.find(quote, (37, 47)) == Anchor(37, 47, 1, "folded")
    assert finder.find(quote, (12, 24)) == Anchor(0, 10, 2)
    near = finder.find(Quote(exact="Nobody come."), (12, 24))
    assert isinstance(near, Changed)
    assert near.start == 12


def test_a_capital_counts_where_the_words_stand_twice() -> None:
    assert found("PEACE FOR ALL\n\nPeace for all", "Peace for all") == Anchor(15, 28, 1)


def test_a_long_quote_is_found_though_an_end_of_it_was_rewritten() -> None:
    quoted = "x" * 170 + PROSE[170:]
    at = found(PROSE, quoted)
    assert isinstance(at, Changed)
    assert at.end >= len(PROSE.rstrip()) - 1
    assert at.start <= 170


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("a" * 50_000, "a" * 9_999 + "b"),
        ("ab" * 25_000, "ba" * 4_000 + "c" * 1_000),
        ("\n \u00ad" * 20_000, "- " * 5_000),
        ("\ufdfa\ufb03" * 5_000, "x" * 10_000),
        ("".join(map(chr, range(0x20, 0xD7FF))), "".join(map(chr, range(0x4E00, 0x4E00 + 9_000)))),
        ("a " * 50_000, "a"),
    ],
    ids=["one letter", "two letters", "nothing", "ligatures", "every letter", "everywhere"],
)
def test_hostile_texts_are_answered(text: str, exact: str) -> None:
    at = QuoteFinder(text).find(Quote.model_construct(exact=exact, prefix="b" * 200))
    if not isinstance(at, Missing):
        assert 0 <= at.start < at.end <= len(text)
        assert at.occurrences <= 4_000


@settings(deadline=None)
@given(words=words, gaps=st.lists(spaces, min_size=6, max_size=6), around=words)
def test_whatever_stands_there_is_found(
    words: list[str], gaps: list[str], around: list[str]
) -> None:
    spaced = "".join(word + gap for word, gap in zip(words, gaps, strict=False)).strip()
    text = f"{' '.join(around)} {spaced} {' '.join(around)}"
    assert fold(held(text, " ".join(words))) == " ".join(words)


def damaged(sentence: str, chance: random.Random, share: float) -> str:
    """White space, quotation marks and capitals changed, and so many of the characters."""
    marks = {"“": '"', "”": "''", "'": "’", "–": "--"}
    spaced = "".join(
        chance.choice([" ", "\n", "  \t"]) if c == " " else marks.get(c, c) for c in sentence
    )
    characters = list(chance.choice([spaced, spaced.upper(), spaced.lower()]))
    for at in chance.sample(range(len(characters)), int(len(sentence) * share)):
        characters[at] = chance.choice(["", "z", characters[at] + "q", "#"])
    return "".join(characters).strip()


@settings(deadline=None)
@given(st.sampled_from(SENTENCES), st.randoms(use_true_random=False))
def test_a_damaged_sentence_is_found_at_its_place(sentence: str, chance: random.Random) -> None:
    at = found(PROSE, damaged(sentence, chance, 0.05))
    assert not isinstance(at, Missing)
    start = PROSE.index(sentence)
    assert at.occurrences == 1
    changed = int(len(sentence) * 0.05) + 2  # with the space and the stop beside them
    assert abs(at.start - start) <= changed
    assert abs(at.end - start - len(sentence)) <= changed


@settings(deadline=None)
@given(st.sampled_from(SENTENCES), st.randoms(use_true_random=False))
def test_with_its_characters_whole_it_is_no_change(sentence: str, chance: random.Random) -> None:
    assert held(PROSE, damaged(sentence, chance, 0)) == sentence


@settings(deadline=None)
@given(st.sampled_from(SENTENCES))
def test_a_sentence_that_is_not_there_is_not_found(sentence: str) -> None:
    other = PROSE.replace(sentence, "")
    assert isinstance(found(other, sentence), Missing)


@settings(deadline=None)
@given(st.lists(st.text("jkqvwxyz", min_size=2, max_size=9), min_size=1, max_size=30))
def test_words_that_are_not_there_are_not_found(words: list[str]) -> None:
    missing = " ".join(words)
    if missing not in PROSE.lower():
        assert isinstance(found(PROSE, missing), Missing)


@settings(deadline=None)
@given(st.text("ab ", min_size=12, max_size=40), st.text("ab ", max_size=200))
def test_near_places_are_apart_and_as_near_as_they_say(passage: str, text: str) -> None:
    near = nearest(index(text), passage, 0.6)
    for one, other in pairwise(near):
        assert one.similarity >= other.similarity
        assert one.end <= other.start or other.end <= one.start
    for each in near:
        assert 0 <= each.start < each.end <= len(text)
        assert each.similarity >= 0.6


def test_differences_are_told_word_by_word() -> None:
    told = word_differences("agreed that the “press” was free", "agreed\nthat the 'press' is free")
    assert shown(told) == "… that the 'press' [-was-] {+is+} free"
    assert shown(word_differences("a b", "a b c")) == "a b {+c+}"
    assert shown(word_differences("a b", "b")) == "[-a-] b"
    assert shown(word_differences("it was so", "it is now so")) == "it [-was-] {+is now+} so"
    long = "one two three four five six seven eight"
    assert shown(word_differences(f"x {long} y", f"{long} z")) == (
        "[-x-] one two three … six seven eight [-y-] {+z+}"
    )
    assert len(shown(word_differences("x" * 9_000, "y" * 9_000))) == 400


LINES = (
    "A heading",
    "1. First words.",
    "(i) An item.",
    "More of it.",
    "2. Second words.",
    "3. Third words.",
    "The end.",
)
TOGETHER = "\n".join(LINES)


def document(*, pages: bool = False) -> Document:
    starts = [TOGETHER.index(line) for line in LINES]
    blocks = tuple(
        Block(
            start,
            start + len(line),
            kind="paragraph" if start else "heading",
            page=n // 2 + 1 if pages else None,
        )
        for n, (start, line) in enumerate(zip(starts, LINES, strict=True))
    )
    return Document(TOGETHER, "a.txt", "0" * 64, blocks)


@pytest.mark.parametrize(
    ("locator", "first", "last"),
    [
        ("para. 1", "1. First", "More of it."),
        ("Paragraph 2.", "2. Second", "words."),
        ("§ 2", "2. Second", "words."),
        ("para 3", "3. Third", "The end."),
        ("(i)", "(i) An", "item."),
        ("para. 1 (i)", "(i) An", "item."),
        ("line 2", "1. First", "words."),
        ("page 3", "More of it.", "words."),
        ("p. 2, para. 1", "(i) An", "More of it."),
    ],
)
def test_a_locator_names_a_stretch(locator: str, first: str, last: str) -> None:
    spans = Places(document(pages=True)).named(locator)
    part = TOGETHER[spans[0][0] : spans[-1][1]]
    assert part.startswith(first)
    assert part.endswith(last)


@pytest.mark.parametrize(
    "locator",
    [None, "", ",", "closing", "para. 9", "Rationale, para. 1", "line 99", "line 0", "p. 7", "§"],
)
def test_a_locator_that_names_nothing_here_is_no_place(locator: str | None) -> None:
    assert Places(document(pages=True)).named(locator) == []
    assert Places(Document("1. a\n1. b", "a.txt", "")).named("para. 1") == []


def test_a_place_has_the_best_name_there_is() -> None:
    end = TOGETHER.index("More of it")
    assert Places(document()).name(end) == "para. 1"
    assert Places(document(pages=True)).name(end) == "p. 2, para. 1"
    assert Places(document()).name(2) == "line 1"
    assert Places(Document(TOGETHER, "a.txt", "")).name(end) == "line 4"


def test_lines_are_those_of_the_file() -> None:
    decoded = "\n\n**One** two\n\n**Three** four\n"
    moved = ((0, 4), (3, 9), (8, 17), (13, 24))
    both = Document("One two\nThree four", "a.md", "", (), origins=moved, decoded=decoded)
    assert Places(both).name(both.text.index("four")) == "line 5"
    ((start, end),) = Places(both).named("line 5")
    assert both.text[start:end] == "Three four"
    assert Places(both).named("line 8") == []
