"""Signals: what a claim and a statement put differently, and what they do not."""

from __future__ import annotations

import pytest
from conftest import FakeEncoder, claim, statement
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.compare import compare
from factcheck.stance.dates import dates
from factcheck.stance.numbers import quantities
from factcheck.stance.signals import signals

FOUND = [
    (
        "number",
        "The mission recorded more than 12,000 returns.",
        "Only 9,205 returns were confirmed by the agency.",
        ("more than 12,000", "9,205"),
    ),
    (
        "number",
        "Nine in ten teachers have been paid.",
        "Forty percent of teachers were paid.",
        ("Nine in ten", "Forty percent"),
    ),
    (
        "number",
        "The wage for garment work rose to $204 a month.",
        "The wage for garment work is 190 dollars at most factories.",
        ("$204", "190 dollars"),
    ),
    (
        "date",
        "The clearance of mines was completed by 2021.",
        "In March 2023 the clearance of mines was still under way.",
        ("by 2021", "March 2023"),
    ),
    (
        "negation",
        "The report on the killings has been published.",
        "The report on the killings was never published.",
        ("published", "never published"),
    ),
    (
        "antonym",
        "All the activists of the movement were released.",
        "Two activists of the movement are still detained.",
        ("released", "detained"),
    ),
    (
        "quantifier",
        "Every village in the province has a clinic.",
        "Most villages have a clinic that is shut.",
        ("Every village in the province", "Most villages have a clinic"),
    ),
    (
        "planned",
        "The hospital has been built in Orla.",
        "The hospital in Orla is still to be built.",
        ("has been built", "to be built"),
    ),
]

SILENT = [
    ("The mission recorded 12,000 returns.", "Twelve thousand returns were recorded."),
    ("More than 300 wells were dug.", "The audit counted 412 wells."),
    ("Article 12 protects 40 parishes.", "Article 19 names 40 parishes."),
    ("The union met in 2019.", "A harvest failed in 2021."),
    ("It publishes reports on prisons.", "It publishes not only reports on prisons."),
    ("We welcome the delegates.", "The weather was fine."),
]


@pytest.mark.parametrize(("kind", "ours", "theirs", "spans"), FOUND)
def test_contrasts_are_found_with_their_words(
    kind: str, ours: str, theirs: str, spans: tuple[str, str]
) -> None:
    found = [signal for signal in signals(ours, theirs) if signal.kind == kind]
    assert spans in [(signal.claim.text, signal.statement.text) for signal in found]
    for signal in found:
        assert ours[signal.claim.start : signal.claim.end] == signal.claim.text
        assert theirs[signal.statement.start : signal.statement.end] == signal.statement.text


@pytest.mark.parametrize(("ours", "theirs"), SILENT)
def test_what_does_not_contrast_gives_none(ours: str, theirs: str) -> None:
    assert signals(ours, theirs) == ()


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("about 1,000 people", 900, 1100, ""),
        ("at least 7 wells", 7, float("inf"), ""),
        ("fewer than fifty wells", 0, 50, ""),
        ("2.5 million euros", 2_400_000, 2_600_000, "euro"),
        ("78 per cent of schools", 78, 78, "%"),
        ("two thirds of schools", 200 / 3, 200 / 3, "%"),
        ("one in five judges", 20, 20, "%"),
        ("€14 million", 14e6 * 0.96, 14e6 * 1.04, "euro"),
        ("36 hours", 36, 36, "hour"),
    ],
)
def test_quantities_are_read_with_their_bounds(
    text: str, low: float, high: float, unit: str
) -> None:
    (found,) = quantities(f"There were {text} in all.")
    assert [found.low, found.high] == pytest.approx([low, high])
    assert found.unit == unit


@pytest.mark.parametrize(
    "text", ["In 2019 it rained.", "Article 7 stands.", "On 3 May it rained.", "The 5th time.", ""]
)
def test_years_and_labels_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_dates_are_read_as_the_days_they_may_mean() -> None:
    told = dates("It met on 23 November 2024, in March 2023 and in 2021; since 2 May 2020 no more.")
    days = [(each.first.isoformat(), each.last.isoformat()) for each in told]
    assert days == [
        ("2024-11-23", "2024-11-23"),
        ("2023-03-01", "2023-03-31"),
        ("2021-01-01", "2021-12-31"),
        ("2020-05-02", "9999-12-31"),
    ]
    assert dates("On 31 February 2020 and 2020-13-40 nothing was.") == ()


def test_a_report_shows_signals_beside_the_score(encoder: FakeEncoder) -> None:
    report = compare(
        [claim("returns", "The mission recorded more than 12,000 returns.")],
        [statement("few", "Only 9,205 returns were confirmed.")],
        encoder=encoder,
    )
    (signal,) = report.findings[0].counterpoints[0].signals
    assert (signal.kind, signal.claim.text) == ("number", "more than 12,000")


WORDS = st.sampled_from(
    [
        "no",
        "not",
        "every",
        "most",
        "12",
        "12,000",
        "2019",
        "by March",
        "about",
        "between",
        "and",
        "two thirds",
        "%",
        "$",
        "€",
        "in",
        "of",
        "ten",
        "rose",
        "fell",
        "was",
        "planned",
        "built",
        "²",
        "①",
        "İ",
        "’",
        "-",
        "/",
        ".",
        "the first",
        "a second",
        "31",
        "0000",
        "１２",
        "half",
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=60)


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_two_texts_give_signals_of_their_own_words(ours: str, theirs: str) -> None:
    for signal in signals(ours, theirs):
        for span, text in ((signal.claim, ours), (signal.statement, theirs)):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == span.text


def test_a_signal_that_repeats_itself_is_told_thrice() -> None:
    found = signals("5 wells. " * 200, "6 wells. " * 200)
    assert [signal.kind for signal in found] == ["number"] * 3


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Between 300 and 400 wells were dug.", "In all 350 wells were dug."),
        ("It gave land titles to 1800 families.", "It gave land titles to 1,800 families."),
        ("In 2019 wells in Orla were dug.", "In 2021 wells in Orla were dug."),
        ("It cost 40 in 24 hours.", "It cost 60 in 24 hours."),
    ],
)
def test_ranges_years_and_counts_are_kept_apart(ours: str, theirs: str) -> None:
    assert "number" not in {signal.kind for signal in signals(ours, theirs)}
