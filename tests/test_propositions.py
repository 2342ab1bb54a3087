"""What a sentence asserts, ready to stand alone; items of lists with what leads to them."""

from __future__ import annotations

import importlib.util

import pytest
from conftest import REPOSITORY, SEEDS, needs_seeds
from hypothesis import given
from hypothesis import strategies as st

from factcheck import documents
from factcheck.encoders import SentenceEncoder
from factcheck.leads import joined
from factcheck.propositions import Proposition, as_read, proposable, proposition_of
from factcheck.statements import PlacedSentence, statements_of
from factcheck.weights import DEFAULT_ENCODER, resolve

RESOLUTION = """The General Assembly,

Recalling its resolution of 28 July 2010,

Noting with deep concern that one person in four has no safe water,

1. Calls upon all States:

(a) To ensure that no child is turned away;

(b) To report on the state of their wells; and

(c) To share what they know of drilling;

2. Notes that:

(a) two wells in three were dry by May;
(b) prices have risen by a third; and
(c) no help has reached the upper valley.

3. Decides to meet again in spring.
"""

LETTER = """Dear Minister, we write to you about the valley of the Meral and its people today.

We call on the Government of Varda to:

- release all persons held without charge,
- lift the ban on the two papers, and
- let observers into the camps.

The following facts are not in dispute:

1) The ministry closed 31 stations in one month.
2) Nobody was heard before the order.

We ask that the court (a) hear witnesses; (b) publish its record; and (c) rule by May.
"""


def placed(text: str) -> list[PlacedSentence]:
    return statements_of(documents.load(text.encode(), "text.txt"))


def texts(text: str) -> list[str]:
    found = placed(text)
    wanted = proposable(found)
    told = zip(found, wanted, strict=True)
    return [proposition_of(each.text, each.lead).text for each, may_be in told if may_be]


def test_items_of_a_resolution_are_read_with_what_leads_to_them() -> None:
    assert texts(RESOLUTION) == [
        "Recalling its resolution of 28 July 2010.",
        "One person in four has no safe water.",
        "The General Assembly calls upon all States to ensure that no child is turned away.",
        "The General Assembly calls upon all States to report on the state of their wells.",
        "The General Assembly calls upon all States to share what they know of drilling.",
        "Two wells in three were dry by May.",
        "Prices have risen by a third.",
        "No help has reached the upper valley.",
        "The General Assembly decides to meet again in spring.",
    ]


def test_items_of_a_letter_stand_alone_where_they_can() -> None:
    assert texts(LETTER)[1:] == [
        "We call on the Government of Varda to release all persons held without charge.",
        "We call on the Government of Varda to lift the ban on the two papers.",
        "We call on the Government of Varda to let observers into the camps.",
        "The following facts are not in dispute.",
        "The ministry closed 31 stations in one month.",
        "Nobody was heard before the order.",
        "We ask that the court (a) hear witnesses; (b) publish its record; and (c) rule by May.",
    ]


def test_an_item_keeps_its_place_in_the_document() -> None:
    for text in (RESOLUTION, LETTER):
        document = documents.load(text.encode(), "text.txt")
        for each in statements_of(document):
            assert document.text[each.start : each.end] == each.text
            found = proposition_of(each.text, each.lead)
            assert 0 <= found.start <= found.end <= len(each.text)


def test_items_of_items_have_all_that_leads_to_them() -> None:
    text = (
        "We demand that the ministry:\n\n1. publish:\n\n(a) the list of the dead;\n\n"
        "(b) the orders of that day;\n\n2. pay the families.\n"
    )
    leads = [(each.text, each.lead) for each in placed(text) if each.lead]
    assert leads == [
        ("the list of the dead;", "We demand that the ministry publish:"),
        ("the orders of that day;", "We demand that the ministry publish:"),
        ("pay the families.", "We demand that the ministry:"),
    ]


def test_a_list_ends_where_running_text_or_a_heading_follows() -> None:
    text = (
        "We call on them to:\n\n- open the road to the valley;\n\nThat was all we asked.\n\n"
        "- An item that has no lead at all.\n\n## A Heading\n\n- One more item without a lead.\n"
    )
    assert [each.lead is not None for each in placed(text)] == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("lead", "item", "text"),
    [
        ("We urge them to:", "To open the road;", "We urge them to open the road;"),
        ("They must:", "Open the road;", "They must open the road;"),
        ("It found that:", "NATO has left;", "It found that NATO has left;"),
        ("We ask for:", "The release of all;", "We ask for the release of all;"),
        ("We want these things:", "an open road;", "We want these things: an open road;"),
        ("We want these things:", "Open the road;", "We want these things: Open the road;"),
        ("We know this:", "The road was open.", None),
        ("The Council,", "Calls upon all to go;", "The Council calls upon all to go;"),
        ("The Council,", "The road was open.", None),
    ],
)
def test_a_lead_is_put_in_front_where_an_item_needs_it(
    lead: str, item: str, text: str | None
) -> None:
    assert joined(lead, item) == text
    assert as_read(item, lead).rstrip(".;") == (text or item).rstrip(".;")


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("However, the road was open.", "The road was open."),
        ("In this regard, we need a road.", "We need a road."),
        ("Last but not least, in fact, it rained.", "It rained."),
        ("So far, the road was open.", "So far, the road was open."),
        ("Unfortunately, it rained.", "Unfortunately, it rained."),
        ("Rationale: The road was needed.", "The road was needed."),
        ("VARDA, May 3 (Reuters) – The road was open.", "The road was open."),
        ("We noted that, however, it rained.", "It rained."),
        ("(iii) Roads were built; or", "Roads were built."),
        ("The roads were built", "The roads were built."),
        ("“The road is open,” the mayor said.", "The road is open."),
        ("Was the road open?", "Was the road open?"),
    ],
)
def test_what_joins_a_sentence_to_others_is_left_out(sentence: str, text: str) -> None:
    assert proposition_of(sentence).text == text


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("The mayor said that the road was open.", "the mayor"),
        ("On Monday, the mayor said that the road was open.", "the mayor"),
        ("The road was open, it said.", "it"),
        ("We noted that the road was open.", None),
        ("The mayor denied that the road was open.", None),
        ("The mayor promised to open the road.", None),
    ],
)
def test_the_speaker_is_told_where_it_is_not_the_source(sentence: str, speaker: str | None) -> None:
    found = proposition_of(sentence).speaker
    assert (found.lower() if found else None) == speaker


def test_captions_thanks_and_leads_are_no_claims() -> None:
    sentences = [
        PlacedSentence(0, 1, 1, 1, "A man stands at a well.", "caption", "caption"),
        PlacedSentence(0, 1, 1, 1, "We expressed our deep gratitude to the host.", "para. 1"),
        PlacedSentence(0, 1, 1, 1, "Our special thanks went to the mayor.", "para. 1"),
        PlacedSentence(0, 1, 1, 1, "The road was opened, and we extend our thanks to all.", "p. 1"),
        PlacedSentence(0, 1, 1, 1, "We call on them to:", "para. 1"),
        PlacedSentence(0, 1, 1, 1, "go home;", "para. 1", "item", lead="We call on them to:"),
        PlacedSentence(0, 1, 1, 1, "The General Assembly,", "para. 1"),
    ]
    assert proposable(sentences) == [False, False, False, True, False, True, False]
    assert proposable([]) == []


@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_text_has_a_proposition(sentence: str, lead: str | None) -> None:
    found = proposition_of(sentence, lead)
    assert isinstance(found, Proposition)
    assert 0 <= found.start <= found.end <= len(sentence)
    assert isinstance(as_read(sentence, lead), str)


@pytest.mark.parametrize(
    "part",
    ["However, ", "A: ", "(a) ", "In fact, ", "VARDA ", "we express our thanks to ", " ", ":"],
)
def test_long_texts_are_read_in_a_moment(part: str) -> None:
    long = (part * 100_000)[:100_000]
    for text in (long, long[:10_000]):
        proposition_of(text, text)  # quadratic work would not end here
        assert proposable([PlacedSentence(0, 1, 1, 1, text, "para. 1", lead=text)]) in (
            [True],
            [False],
        )


@needs_seeds
@pytest.mark.model
def test_what_curators_took_is_proposed_and_every_proposal_is_judged() -> None:
    path = REPOSITORY / "benchmarks" / "extracting.py"
    spec = importlib.util.spec_from_file_location("extracting", path)
    assert spec
    assert spec.loader
    extracting = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extracting)
    encoder = SentenceEncoder(resolve(DEFAULT_ENCODER))
    found = [
        extracting.proposals(documents.load(each.read_bytes(), each.name), encoder)
        for each in sorted(SEEDS.glob("*.txt"))
    ]
    counts = [extracting.recall(each, misses=False) for each in found]
    assert sum(curated for _, _, curated in counts) >= 154
    assert sum(met for met, _, _ in counts) >= 149
    assert sum(met for _, met, _ in counts) >= 136
    verdicts = extracting.read_verdicts()
    assert all("?" not in extracting.judged(each, verdicts) for each in found)
