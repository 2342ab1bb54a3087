"""`factcheck explain`: what a score is made of."""

from __future__ import annotations

import json

import pytest
from conftest import FakeEncoder, FakeStance, Run

from factcheck.explain import explain
from factcheck.formats import Layout
from factcheck.formats.explanation import render

CLAIM = "More than 300 papers are free."
STATEMENT = "They closed 12 papers."


def test_the_score_is_the_sum_of_what_it_shows(encoder: FakeEncoder, stance: FakeStance) -> None:
    told = explain(CLAIM, STATEMENT, encoder=encoder, stance=stance)
    logit = told.intercept + sum(feature.contribution for feature in told.features)
    from math import exp

    assert told.score == pytest.approx(1 / (1 + exp(-logit)), abs=1e-3)
    assert told.stance.label == "opposes"
    assert told.reverse.label == "neutral"  # the claim closed nothing
    assert [signal.kind for signal in told.signals] == ["number"]


def test_the_word_that_decides_matters_most(encoder: FakeEncoder, stance: FakeStance) -> None:
    told = explain(CLAIM, STATEMENT, encoder=encoder, stance=stance)
    most = max(told.statement_words, key=lambda word: word.importance)
    assert most.span.text == "closed"
    assert STATEMENT[most.span.start : most.span.end] == "closed"
    assert len(told.claim_words) == 6
    assert sum(map(len, stance.batches)) == 2 + 6 + 4


def test_the_terminal_names_all_of_it_without_colour(
    encoder: FakeEncoder, stance: FakeStance
) -> None:
    told = explain(CLAIM, STATEMENT, encoder=encoder, stance=stance)
    text = render(told, Layout(width=80))
    for words in ("opposes 0.8", "statement against claim", "similarity", "number: ", "closed"):
        assert words in text
    assert "\x1b" not in text
    assert render(told, Layout(width=80, unicode=False)).isascii()
    hostile = explain("[red]\x1b[31m", "x", encoder=encoder, stance=stance)
    shown = render(hostile, Layout())
    assert "\x1b" not in shown
    assert "[red]" in shown


@pytest.mark.usefixtures("folder", "fake_model")
class TestCommand:
    def test_texts_and_names_can_be_given(self, run: Run) -> None:
        ran = run(
            "explain", "declaration/press", "letter/closed", "--stance-model", "m", "-f", "json"
        )
        told = json.loads(ran.out)
        assert (told["claim"], told["statement"]) == ("The press is free.", "The press was closed.")
        ran = run("explain", "Free.", "They closed it.", "--stance-model", "m")
        assert "score" in ran.out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("declaration/nothing", "x"), "'declaration/nothing' is not among"),
            (("x", "letter/nothing"), "'letter/nothing' is not among"),
            (("", "x"), "one of these is not"),
            (("declaration/press", " "), "one of these is not"),
            (("x" * 10_001, "x"), "one of these is not"),
            (("\udcff", "x"), "one of these is not"),
        ],
    )
    def test_what_is_not_there_is_named(
        self, run: Run, arguments: tuple[str, str], message: str
    ) -> None:
        ran = run("explain", *arguments, "--stance-model", "m")
        assert ran.code == 2
        assert message in ran.err

    def test_it_needs_a_stance_model(self, run: Run) -> None:
        assert "needs a stance model" in run("explain", "a b", "c d").err
