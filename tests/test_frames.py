from __future__ import annotations

import json

import pytest
from conftest import REPOSITORY, SEEDS, needs_seeds
from hypothesis import given
from hypothesis import strategies as st

from factcheck.frames import Frame, parse_frame
from factcheck.statements import split_sentences
from factcheck.verbs import BASES


def told(sentence: str) -> tuple[str, str | None, str] | None:
    frame = parse_frame(sentence)
    return (frame.verb, frame.speaker, frame.text) if frame and not frame.whole else None


@pytest.mark.parametrize(
    ("sentence", "verb", "speaker", "text"),
    [
        ("We noted with deep concern that all was lost.", "noted", "We", "All was lost."),
        ("We noted with concern, and regret, that all was lost.", "noted", "We", "All was lost."),
        (
            "“These duties hold to this day,” it said.",
            "said",
            "it",
            "These duties hold to this day",
        ),
        ("“Nobody was hurt!” said Mrs. Lim, 84.", "said", "Mrs. Lim", "Nobody was hurt!"),
        (
            "Fewer than half remain, it said, violating the pact.",
            "said",
            "it",
            "Fewer than half remain",
        ),
        ("In this regard, we agreed that, in time, all can vote.", "agreed", "we", None),
        ("According to the U.N., two in three are dry.", "according to", "the U.N.", None),
        ("We stressed the need for a bridge.", "stressed", "We", "There is a need for a bridge."),
        ("We deplore the fact that it was shut.", "deplore", "We", "It was shut."),
        ("It is well known that the pit is dry.", "well known", None, "The pit is dry."),
        ("Notes that the pit is dry; and", "notes", None, "The pit is dry"),
    ],
)
def test_frames_are_parsed_off(
    sentence: str, verb: str, speaker: str | None, text: str | None
) -> None:
    found = told(sentence)
    assert found is not None
    assert found[:2] == (verb, speaker)
    assert text is None or found[2] == text


@pytest.mark.parametrize(
    "sentence",
    [
        "We reaffirmed our commitment to open courts.",
        "We noted with interest and hope the new plan.",
        "The letter described a “sharp rise in arrests.”",
        "The letter – addressed to three kings – urged “concrete action” at once.",
        "We welcomed and supported the aims of the summit.",
        "(iii) Calls upon all States to ratify it;",
        "We resolved to meet again in spring.",
        "We hoped that all would be well.",
        "The court recommends that the files be opened.",
        "The paper said it would go on abroad.",
        "“We had no choice,” the minister said.",
        "The general says that the town is safe, but his men have left it.",
    ],
)
def test_what_would_be_no_proposition_stays_in_its_sentence(sentence: str) -> None:
    frame = parse_frame(sentence)
    assert frame is not None
    assert frame.whole
    assert frame.text.rstrip(".;”") in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied that the town was taken.",
        "The army rejected claims that the town was taken.",
        "The army did not confirm that the town was taken.",
        "The army has never said that the town was taken.",
        "The army falsely claimed that the town was taken.",
        "The army doubts that the town was taken.",
        "The army refused to say that the town was taken.",
        "Nobody has said that the town was taken.",
        "Few believe that the town was taken.",
        "No report says that the town was taken.",
        "It is not true that the town was taken.",
        "It was wrongly reported that the town was taken.",
        "It is said that the town was taken.",
        "Nothing in the report says that the town was taken.",
        "One might say that the town was taken.",
        "If the army says that the town was taken, it lies.",
        "It is not the case, the army said.",
    ],
)
def test_what_is_denied_or_doubted_never_becomes_a_plain_proposition(sentence: str) -> None:
    frame = parse_frame(sentence)
    assert frame is None or frame.whole or "not" in frame.text


@pytest.mark.parametrize(
    ("sentence", "speaker", "text"),
    [
        (
            "The minister said that the court had reaffirmed its ban.",
            "The minister",
            "The court had reaffirmed its ban.",
        ),
        ("The envoy said he believed that a truce was near.", "The envoy", "A truce was near."),
        (
            "According to the mill, two wells are dry, the paper said.",
            "the paper",
            "According to the mill, two wells are dry",
        ),
        (
            "Observers say the vote was fair, according to the daily.",
            "the daily",
            "Observers say the vote was fair",
        ),
        ("We noted that it is clear that the well is dry.", "We", "The well is dry."),
        (
            "The report notes that some say that it is safe.",
            "The report",
            "Some say that it is safe.",
        ),
    ],
)
def test_of_two_frames_the_outer_speaker_is_kept(sentence: str, speaker: str, text: str) -> None:
    found = told(sentence)
    assert found is not None
    assert found[1:] == (speaker, text)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("We agreed that it must stay open and decided to meet again.", "It must stay open"),
        ("We shared the view that aid is due, and agreed to pay.", "Aid is due"),
        ("Notes that aid is due, and calls upon all States to pay;", "Aid is due"),
        ("The mill said that aid was due, and declined to give a sum.", "Aid was due"),
        ("The mayor said the road was open, adding that all was well.", "The road was open"),
        ("He said the road was open and that all was well.", "The road was open and all was well."),
        ("We agreed that aid is due and that it must be paid.", "Aid is due and it must be paid."),
        ("He said shells fell at noon and killed four.", "Shells fell at noon and killed four."),
    ],
)
def test_what_the_speaker_did_besides_is_left_out(sentence: str, text: str) -> None:
    found = told(sentence)
    assert found is not None
    assert found[2] == text


@pytest.mark.parametrize(
    "sentence",
    [
        "The claim that nobody was hurt is old.",
        "He did not say that nobody was hurt.",
        "She was told that nobody was hurt.",
        "We expressed our gratitude to the people of Ulm.",
        "The system espoused under the Charter broke down.",
        "It brings peace, independence and the equality of all states.",
        "These above-mentioned factors are growing.",
        "The dam, which engineers had called safe, broke.",
        "Very small states that share a border are rare.",
        "Several States that are members were absent.",
        "The mill promised work to our sons and has brought its own men.",
        "We asked the mill for its view on 12 May and sent a reminder.",
        "Mrs. Lim has reported the two misplaced entries and has left.",
        "In the hospital, says the matron, and nowhere else.",
        "According to the mill, which asks all who pass, and few do.",
        "said",
        "",
        "We noted that " + "x" * 20_000,
    ],
)
def test_other_sentences_have_no_frame(sentence: str) -> None:
    assert parse_frame(sentence) is None


def test_a_denial_is_told_from_an_assertion() -> None:
    sentence = "The army denied that the town was taken."
    denied = parse_frame(sentence)
    assert denied == Frame("denied", "The army", sentence, 0, 40, denies=True, whole=True)
    assert not parse_frame("The army said that the town was taken.").denies  # type: ignore[union-attr]


def test_enough_verbs_are_known() -> None:
    kinds = [each for each in BASES if " " not in each]
    assert len(kinds) >= 100
    missed = [each for each in ("affirm", "recall", "stress", "allege", "say") if each not in kinds]
    assert not missed


def test_the_hand_written_cases_are_parsed() -> None:
    lines = (REPOSITORY / "benchmarks" / "frames.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) >= 200
    wrong = [
        row["sentence"]
        for row in rows
        if bare((told(row["sentence"]) or ("", "", ""))[2]) != bare(row["proposition"] or "")
    ]
    assert len(wrong) <= 0.02 * len(rows), wrong


def bare(text: str) -> str:
    return text.casefold().strip(' .,;”“"')


_LISTED = (
    "we We the it said noted that with deep concern , . “ ” ( ) denied According to As urges"
    " our commitment is Mr. ; : – told reporters 12. (i) İ ß"
)
_WORDS = st.sampled_from(_LISTED.split())


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=40).map(" ".join)))
def test_a_proposition_is_a_stretch_of_its_sentence(sentence: str) -> None:
    frame = parse_frame(sentence)
    if frame is not None:
        stretch = sentence[frame.start : frame.end]
        rest = iter(stretch.casefold())
        own = frame.text.removeprefix("There is a ").removeprefix("There is an ").casefold()
        assert all(character in rest for character in own)
        assert frame.text[0] == frame.text[0].upper()[:1] or len(frame.text[0].upper()) > 1
        assert frame.speaker is None or frame.speaker in sentence


@pytest.mark.parametrize(
    "part",
    [
        *("a, b said ", "we ", ", x said", "We noted ", "On a, ", "“", "with ", "A ", "was also "),
        *(
            "We say that we say that ",
            "We said it is and said ",
            " ",
            ",",
            "It is true that ",
            "and ",
        ),
    ],
)
def test_long_sentences_are_parsed_in_a_moment(part: str) -> None:
    parse_frame((part * 10_000)[:10_000])  # quadratic work would not end here


@needs_seeds
def test_the_sample_documents_have_the_frames_a_reader_sees() -> None:
    declaration = next(SEEDS.glob("000_*.txt")).read_text("utf-8")
    found = [
        frame
        for each in split_sentences(declaration)
        if (frame := parse_frame(declaration[each.start : each.end]))
    ]
    assert len(found) >= 40
    assert {frame.speaker for frame in found} <= {"We", "we", "I"}
    assert sum(not frame.whole for frame in found) >= 17
    article = next(SEEDS.glob("004_*.txt")).read_text("utf-8")
    verbs = {
        frame.verb
        for each in split_sentences(article)
        if (frame := parse_frame(article[each.start : each.end]))
    }
    assert {"said", "described", "urged", "vowed"} <= verbs
