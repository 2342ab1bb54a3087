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
    return (frame.verb, frame.speaker, frame.text) if frame else None


@pytest.mark.parametrize(
    ("sentence", "verb", "speaker", "text"),
    [
        ("We reaffirmed our commitment to open courts.", "reaffirmed", "We", "Open courts."),
        ("We noted with deep concern that all was lost.", "noted", "We", "All was lost."),
        ("We noted with interest and hope the new plan.", "noted", "We", None),
        ("The letter described a “sharp rise in arrests.”", "described", "The letter", None),
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
        (
            "The letter – addressed to three kings – urged “concrete action” at once.",
            "urged",
            "The letter",
            "“concrete action” at once.",
        ),
        ("In this regard, we agreed that, in time, all can vote.", "agreed", "we", None),
        ("We welcomed and supported the aims of the summit.", "supported", "We", None),
        (
            "(iii) Calls upon all States to ratify it;",
            "calls upon",
            None,
            "All States to ratify it",
        ),
        ("According to the U.N., two in three are dry.", "according to", "the U.N.", None),
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
        "The claim that nobody was hurt is old.",
        "He did not say that nobody was hurt.",
        "She was told that nobody was hurt.",
        "We expressed our gratitude to the people of Ulm.",
        "The system espoused under the Charter broke down.",
        "It brings peace, independence and the equality of all states.",
        "These above-mentioned factors are growing.",
        "The dam, which engineers had called safe, broke.",
        "said",
        "",
        "We noted that " + "x" * 20_000,
    ],
)
def test_other_sentences_have_no_frame(sentence: str) -> None:
    assert parse_frame(sentence) is None


def test_a_denial_is_told_from_an_assertion() -> None:
    denied = parse_frame("The army denied that the town was taken.")
    assert denied == Frame("denied", "The army", "The town was taken.", 21, 40, denies=True)
    assert not parse_frame("The army said that the town was taken.").denies  # type: ignore[union-attr]


def test_enough_verbs_are_known() -> None:
    kinds = [each for each in BASES if " " not in each]
    assert len(kinds) >= 100
    missed = [each for each in ("affirm", "recall", "stress", "allege", "say") if each not in kinds]
    assert not missed


def test_the_hand_written_cases_are_parsed() -> None:
    lines = (REPOSITORY / "benchmarks" / "frames.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    framed = [row for row in rows if row["proposition"] is not None]
    assert len(rows) >= 60
    assert len(rows) - len(framed) >= len(rows) // 3
    found = [row["sentence"] for row in rows if parse_frame(row["sentence"])]
    assert len(set(found) - {row["sentence"] for row in framed}) <= 1
    assert len(found) >= 0.95 * len(framed)


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
        assert frame.text == stretch[0].upper() + stretch[1:]
        assert frame.speaker is None or frame.speaker in sentence


@pytest.mark.parametrize(
    "part",
    ["a, b said ", "we ", ", x said", "We noted ", "On a, ", "“", "with ", "A ", "was also "],
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
    article = next(SEEDS.glob("004_*.txt")).read_text("utf-8")
    verbs = {
        frame.verb
        for each in split_sentences(article)
        if (frame := parse_frame(article[each.start : each.end]))
    }
    assert {"said", "described", "urged", "vowed"} <= verbs
