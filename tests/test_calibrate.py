"""Calibrating to a user's own labels: what is fitted, what is refused, what uses it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLAIMS, OFFICIAL_FILE, FakeEncoder, FakeStance, Run, claim, statement

from factcheck import crossvalidation
from factcheck.calibration import read_calibration, render
from factcheck.check import check
from factcheck.choosing import FOLDS, parts_better, parts_possible, trials
from factcheck.compare import compare
from factcheck.crossvalidation import Validated, calibrated, counts, figures
from factcheck.errors import InputError
from factcheck.explain import explain
from factcheck.fitting import OTHER, JudgedClaim, fit_limit, fit_temperature, fit_weights, tempered
from factcheck.gate import Policy
from factcheck.inputs import read_claim_files
from factcheck.locked import LockedEncoder, LockedStance, make_lock
from factcheck.shown import shown
from factcheck.stance.ranking import Ranking, default_ranking

BASE = default_ranking()


def made(
    count: int = 40, *, width: float = 1.0, upside_down: bool = False, seed: int = 0
) -> list[JudgedClaim]:
    """Claims whose labels are drawn from what the model says at a temperature of `width`."""
    chance = np.random.default_rng(seed)
    told = []
    for number in range(count):
        logits = chance.normal(0, 2, (8, 3))
        own, true = (np.exp(each) for each in (logits * width, logits))
        own, true = (each / each.sum(axis=1, keepdims=True) for each in (own, true))
        labels = np.array([chance.choice(3, p=row) for row in true])
        if upside_down:
            labels = 2 - labels
        near = chance.uniform(0, 1, 8).round(4)
        told.append(JudgedClaim(f"claim {number}", near, shown(own), labels))
    return told


class TestFitting:
    def test_a_temperature_that_was_put_in_is_found(self) -> None:
        assert fit_temperature(made(width=0.5), BASE) == pytest.approx(0.5, abs=0.1)
        assert fit_temperature(made(width=2.0), BASE) == pytest.approx(2.0, abs=0.4)

    def test_few_labels_move_it_little(self) -> None:
        claims = made(3, width=0.4)
        few, many = (fit_temperature(claims * times, BASE) for times in (1, 20))
        assert many < few < 1

    def test_a_temperature_moves_no_order_and_sums_to_one(self) -> None:
        rows = made(1)[0].probabilities
        for temperature in (0.2, 0.7, 3.0):
            moved = replace(BASE, temperature=temperature).tempered(rows)
            assert np.allclose(moved.sum(axis=1), 1)
            assert (moved.argmax(axis=1) == rows.argmax(axis=1)).all()
        assert BASE.tempered(rows) is rows
        certain = replace(BASE, temperature=0.05).tempered(np.eye(3))
        assert np.isfinite(certain).all()

    def test_limits_follow_the_temperature(self) -> None:
        claims = made()
        ranking = tempered(claims, BASE, 0.5)
        rows = np.concatenate([each.probabilities for each in claims])
        before = (rows[:, 0] >= BASE.opposes_at).sum()
        assert (ranking.tempered(rows)[:, 0] >= ranking.opposes_at).sum() == before
        assert ranking.opposes_at > BASE.opposes_at
        assert tempered(claims, BASE, 1.0) is BASE
        nobody = [replace(each, probabilities=np.full((8, 3), 1 / 3)) for each in claims[:1]]
        assert tempered(nobody, BASE, 0.5).opposes_at == BASE.opposes_at

    def test_weights_turn_to_what_tells_the_labels(self) -> None:
        fitted = fit_weights(made(upside_down=True), BASE)
        at = 1 + ("log_opposes", "log_neutral", "log_supports").index("log_supports")
        assert fitted.weights[at] > BASE.weights[at]
        few = fit_weights(made(2, upside_down=True), BASE)
        assert BASE.weights[at] < few.weights[at] < fitted.weights[at]

    def test_a_limit_moves_to_where_verdicts_are_right(self) -> None:
        rows = [(0.6, 0.2, 0.2)] * 20 + [(0.9, 0.05, 0.05)] * 20
        claims = [
            JudgedClaim(str(n), np.zeros(1), np.array([row]), np.array([1 if n < 20 else 0]))
            for n, row in enumerate(rows)
        ]
        assert 0.6 < fit_limit(claims, BASE, 0).opposes_at <= 0.9
        assert "opposes_at" in parts_better(claims, trials(claims, BASE))


class TestFigures:
    def test_they_are_those_of_the_hand(self) -> None:
        rows = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
        given = [
            JudgedClaim("a", np.zeros(3), rows, np.array([0, 1, 2])),
            JudgedClaim("b", np.zeros(1), rows[:1], np.array([1])),
        ]
        told = figures(given, [BASE, BASE])
        assert told["nll"] == pytest.approx(-np.log([0.8, 0.7, 0.7, 0.1]).mean())
        assert (told["acc@1"], told["MRR"]) == (1, 1)
        assert told["P@3"] == pytest.approx(1 / 3)
        assert (told["countered"], told["false_alarms"]) == (1, 1)
        assert told["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)

    def test_pairs_known_only_not_to_oppose_make_it_two_way(self) -> None:
        rows = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]])
        given = [JudgedClaim("a", np.zeros(2), rows, np.array([0, OTHER]))]
        told = figures(given, [BASE])
        assert told["nll"] == pytest.approx(-np.log(0.8))
        assert told["macro_f1"] == 1
        assert (told["countered"], told["false_alarms"]) == (1, None)


class TestValidation:
    def test_no_claim_is_fitted_on_and_tried(self) -> None:
        claims = made(17)
        tried = trials(claims, BASE)
        for trial in tried:
            own = {claims[place].text for place in trial.places}
            assert not own & {each.text for each in trial.claims}
        for first in range(0, len(tried), FOLDS):
            places = [n for trial in tried[first : first + FOLDS] for n in trial.places]
            assert sorted(places) == list(range(17))

    def test_a_model_too_timid_is_bettered(self) -> None:
        found = calibrated(made(width=0.4), BASE)
        assert "temperature" in found.parts
        assert found.worse == []
        assert found.ranking.temperature == pytest.approx(0.4, abs=0.1)
        before, after = found.before["nll"], found.after["nll"]
        assert before is not None
        assert after is not None
        assert after < before

    def test_a_model_that_is_right_is_left_alone(self) -> None:
        found = calibrated(made(40, seed=3), BASE)
        assert found.parts == ()
        assert found.ranking == BASE
        assert found.before == pytest.approx(found.after)

    def test_the_same_labels_give_the_same_figures(self) -> None:
        assert calibrated(made(30, width=0.5), BASE) == calibrated(made(30, width=0.5), BASE)

    def test_what_is_worse_is_told(self) -> None:
        found = Validated(
            BASE, (), {"nll": 0.5, "MRR": 0.6}, {"nll": 0.6, "MRR": 0.5}, misleads=True
        )
        assert found.worse == [
            "nll 0.5000 before, 0.6000 after",
            "MRR 0.6000 before, 0.5000 after",
            "more verdicts are wrong",
        ]
        assert Validated(BASE, (), {"nll": 0.5, "MRR": None}, {"nll": 0.5, "MRR": None}).worse == []

    def test_parts_need_labels_of_both_kinds(self) -> None:
        one_kind = [replace(each, labels=np.zeros(8, np.int64)) for each in made(20)]
        assert parts_possible(one_kind) == ["temperature"]
        assert parts_possible(made(40))[:2] == ["temperature", "weights"]

    def test_labels_are_counted_by_class_and_by_claim(self) -> None:
        told = counts([[0, 0, 1], [2, OTHER]])
        assert (told.claims, told.opposed) == (2, 1)
        assert told.pairs == {"opposes": 2, "neutral": 1, "supports": 1, "other": 1}
        assert f"2 claims, of at least {crossvalidation.MIN_CLAIMS}" in told.lacking


def content(**changed: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "encoder": {"name": "fake", "sha256": "f" * 64},
        "stance_model": {"name": "fake-stance", "sha256": "e" * 64},
        "temperature": 0.5,
        "intercept": -1.0,
        "weights": {
            "similarity": 1.0,
            "log_opposes": 1.5,
            "log_neutral": 0.0,
            "log_supports": -0.5,
        },
        "opposes_at": 0.9,
        "supports_at": 0.9,
        "labels": {
            "sha256": "0" * 64,
            "claims": 40,
            "opposes": 40,
            "neutral": 40,
            "supports": 40,
            "others": 0,
            "folds": 5,
            "repeats": 10,
            "before": {"nll": 0.5},
            "after": {"nll": 0.4, "acc@1": None},
        },
        **changed,
    }


def calibration(path: str = "calibration.json", **changed: Any) -> Any:
    return read_calibration(json.dumps(content(**changed)).encode(), path)


class TestFile:
    def test_what_is_written_is_read_as_it_was(self) -> None:
        first = calibration()
        again = read_calibration(render(first.content).encode(), "calibration.json")
        assert again.content == first.content
        assert again.content.ranking == Ranking(-1, (1, 1.5, 0, -0.5), 0.9, 0.9, 0.5)

    def test_line_ends_are_git_s_to_change(self) -> None:
        text = render(calibration().content).encode()
        one = read_calibration(text, "a/c.json").model
        assert one == read_calibration(text.replace(b"\n", b"\r\n"), "b/c.json").model
        assert one.name == "c.json"

    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            (b"", "is no calibration: Invalid JSON"),
            (b"\xff\xfe", "is no calibration"),
            (b"[]", "is no calibration"),
            (b"[" * 50_000, "is no calibration"),
            (b'{"version": 2}', "version: Input should be 1"),
            (b"{}", "encoder: Field required"),
        ],
    )
    def test_what_is_none_is_refused(self, raw: bytes, message: str) -> None:
        with pytest.raises(InputError, match=message) as caught:
            read_calibration(raw, "c.json")
        assert "make it anew: factcheck eval calibrate LABELS -o c.json" in str(caught.value)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("temperature", float("nan")),
            ("temperature", 0),
            ("temperature", 1e308),
            ("temperature", "1"),
            ("intercept", float("inf")),
            ("intercept", 10**400),
            ("opposes_at", 0),
            ("supports_at", 1.01),
            ("weights", {**content()["weights"], "log_opposes": -1e9}),
            ("weights", {"similarity": 1}),
            ("stance_model", {"name": "m\x1b[2J", "sha256": "e" * 64}),
            ("stance_model", {"name": "m", "sha256": "e"}),
            ("surprise", 1),
        ],
    )
    def test_figures_that_none_can_have_are_refused(self, key: str, value: Any) -> None:
        raw = json.dumps(content(**{key: value})).encode()
        with pytest.raises(InputError, match=f"c.json: is no calibration: {key}"):
            read_calibration(raw, "c.json")

    def test_the_greatest_figures_allowed_still_make_scores(self) -> None:
        weights = dict.fromkeys(content()["weights"], -20)
        ranking = calibration(weights=weights, intercept=-100, temperature=0.05).content.ranking
        scores = ranking.scores(np.array([1.0, -1.0]), np.array([[0, 0, 1], [1, 0, 0]]))
        assert ((scores >= 0) & (scores <= 1)).all()


CLAIM = claim("press", "The press is free.")
STATEMENTS = [statement("closed", "They closed it."), statement("praise", "It has lasted.")]


class TestUse:
    def test_a_report_records_it_and_goes_by_it(
        self, encoder: FakeEncoder, stance: FakeStance
    ) -> None:
        plain = compare([CLAIM], STATEMENTS, encoder=encoder, stance=stance)
        assert plain.run.calibration is None
        fitted = calibration()
        report = compare([CLAIM], STATEMENTS, encoder=encoder, stance=stance, calibration=fitted)
        assert report.run.calibration == fitted.model
        assert report.run.opposes_at == 0.9
        first, again = (each.findings[0].counterpoints[0].stance for each in (plain, report))
        assert first is not None
        assert again is not None
        assert again.opposes > first.opposes
        assert round(again.opposes + again.neutral + again.supports, 4) == 1

    def test_without_a_stance_model_it_has_no_part(self, encoder: FakeEncoder) -> None:
        report = compare([CLAIM], STATEMENTS, encoder=encoder, calibration=calibration())
        assert report.run.calibration is None

    def test_a_temperature_alone_moves_no_rank_and_no_score(
        self, encoder: FakeEncoder, stance: FakeStance
    ) -> None:
        weights = dict(zip(content()["weights"], BASE.weights, strict=True))
        fitted = calibration(intercept=BASE.intercept, weights=weights)
        plain, warm = (
            compare([CLAIM], STATEMENTS, encoder=encoder, stance=stance, calibration=each)
            for each in (None, fitted)
        )
        assert [(c.statement.id, c.score) for c in plain.findings[0].counterpoints] == [
            (c.statement.id, c.score) for c in warm.findings[0].counterpoints
        ]

    def test_a_lock_gives_what_the_model_gives(
        self, encoder: FakeEncoder, stance: FakeStance
    ) -> None:
        fitted = calibration()
        lock = make_lock([CLAIM], STATEMENTS, encoder=encoder, stance=stance, calibration=fitted)
        assert lock.calibration == fitted.model
        by_lock = compare(
            [CLAIM],
            STATEMENTS,
            encoder=LockedEncoder(lock),
            stance=LockedStance(lock),
            calibration=fitted,
        )
        by_model = compare([CLAIM], STATEMENTS, encoder=encoder, stance=stance, calibration=fitted)
        locked, judged = (
            {c.statement.id: c.stance for c in report.findings[0].counterpoints}
            for report in (by_lock, by_model)
        )
        assert locked == judged

    @pytest.mark.parametrize("role", ["encoder", "stance_model"])
    def test_other_models_are_refused(
        self, role: str, encoder: FakeEncoder, stance: FakeStance
    ) -> None:
        changed: dict[str, Any] = {role: {"name": "older", "sha256": "a" * 64}}
        fitted = calibration(**changed)
        models: dict[str, Any] = {"encoder": encoder, "stance": stance, "calibration": fitted}
        message = f"fitted on the {role.replace('_', ' ')} 'older' of sha256 aaaaaaaaaaaa…, not on"
        with pytest.raises(InputError, match=message):
            compare([CLAIM], STATEMENTS, **models)
        with pytest.raises(InputError, match=message):
            explain("a", "b", **models)
        with pytest.raises(InputError, match=message):
            make_lock([CLAIM], STATEMENTS, **models)
        policy = Policy(rules=frozenset({"FC101"}))
        import datetime as dt

        with pytest.raises(InputError, match="go without: --calibration none"):
            check([CLAIM], STATEMENTS, policy=policy, today=dt.date(2025, 1, 1), **models)

    def test_explain_tells_both(self, encoder: FakeEncoder, stance: FakeStance) -> None:
        texts = ("The press is free.", "They closed it.")
        plain = explain(*texts, encoder=encoder, stance=stance)
        told = explain(*texts, encoder=encoder, stance=stance, calibration=calibration())
        assert (plain.calibration, told.calibration) == (None, calibration().model)
        assert told.stance.opposes > plain.stance.opposes
        assert [each.value for each in told.features] == [each.value for each in plain.features]
        assert told.features[1].weight == 1.5
        logit = told.intercept + sum(each.contribution for each in told.features)
        assert told.score == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-3)


def pairs(claims: int, *, torn: bool = False) -> str:
    """Labels on which the fake model is right, and more often than it says."""
    rows = [
        {"claim": f"Claim {n} is so.", "text": text, "label": label}
        for n in range(claims)
        for text, label in (
            ("They closed it.", "opposes"),
            ("It has lasted.", "supports"),
            ("The weather was fine.", "neutral"),
        )
    ]
    rows += [{**rows[0], "label": "neutral"}] if torn else []
    return "".join(json.dumps(row) + "\n" for row in rows)


MODEL = ("--model", "fake", "--stance-model", "fake-stance")


@pytest.mark.usefixtures("folder", "fake_model")
class TestCommand:
    @pytest.fixture(autouse=True)
    def _quick(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("factcheck.choosing.REPEATS", 2)
        monkeypatch.setattr("factcheck.crossvalidation.REPEATS", 2)
        Path("labels.jsonl").write_text(pairs(40), "utf-8")

    def test_it_tells_the_figures_and_writes_nothing_unasked(self, run: Run) -> None:
        before = sorted(Path().iterdir())
        ran = run("eval", "calibrate", "labels.jsonl", *MODEL)
        assert ran.code == 0, ran.err
        assert "40 claims, 40 of them opposed, with pairs: 40 opposes, 40 neutral" in ran.out
        assert "NLL, less is better" in ran.out
        assert "Fitted anew: temperature" in ran.out
        assert sorted(Path().iterdir()) == before

    def test_the_option_is_the_command(self, run: Run) -> None:
        told = [
            run("eval", *words, *MODEL, "-f", "json").out
            for words in (
                ("calibrate", "labels.jsonl"),
                ("--calibrate", "labels.jsonl"),
                ("--calibrate=labels.jsonl",),
                ("-q", "--calibrate", "labels.jsonl"),
            )
        ]
        assert len(set(told)) == 1
        row = json.loads(told[0])
        assert row["after"]["nll"] < row["before"]["nll"]
        assert row["fitted"]["temperature"] < 1
        assert "Missing argument" in run("eval", "--calibrate").err
        assert run("eval", "stance", "labels.jsonl", *MODEL[2:]).code == 0

    def test_what_is_written_is_used_where_it_is_named(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = run("eval", "--calibrate", "labels.jsonl", *MODEL, "-o", "c.json")
        assert ran.code == 0, ran.err
        assert 'name it in the configuration: calibration = "c.json"' in ran.err
        compared = ("compare", *MODEL, "-f", "json")
        assert json.loads(run(*compared).out)["run"]["calibration"] is None
        by_option = json.loads(run(*compared, "--calibration", "c.json").out)["run"]
        assert by_option["calibration"]["name"] == "c.json"
        with monkeypatch.context() as patched:
            patched.setenv("FACTCHECK_CALIBRATION", "c.json")
            assert json.loads(run(*compared).out)["run"] == by_option
        Path("factcheck.toml").write_text('calibration = "c.json"\n')
        assert json.loads(run(*compared).out)["run"] == by_option
        assert json.loads(run("check", *MODEL, "-f", "json").out)["run"]["calibration"]
        assert "calibrated by c.json" in " ".join(run("compare", *MODEL).out.split())
        assert "calibrated by c\\.json" in run("compare", *MODEL, "-f", "markdown").out
        words = ("explain", "It is free.", "They closed it.", *MODEL)
        assert "calibrated by c.json" in run(*words).out
        assert json.loads(run(*words, "-f", "json").out)["calibration"]["name"] == "c.json"
        off = run(*compared, "--calibration", "none")
        assert json.loads(off.out)["run"]["calibration"] is None

    def test_the_same_labels_give_the_same_file(self, run: Run) -> None:
        for name in ("a.json", "b.json"):
            assert run("eval", "--calibrate", "labels.jsonl", *MODEL, "-o", name).code == 0
        assert Path("a.json").read_bytes() == Path("b.json").read_bytes()

    def test_a_lock_is_held_to_its_calibration(self, run: Run) -> None:
        Path("c.json").write_text(json.dumps(content()))
        named = ("--calibration", "c.json")
        assert run("lock", *MODEL, *named).code == 0
        assert "calibration " in Path("factcheck.lock").read_text()
        locked = ("compare", *MODEL, "--locked", "-f", "json")
        assert run(*locked, *named).code == 0
        ran = run(*locked)
        assert ran.code == 2
        assert "was made beside the calibration 'c.json'" in ran.err
        assert "this run has no calibration; run `factcheck lock`" in ran.err
        Path("c.json").write_text(json.dumps(content(temperature=0.6)))
        assert "run `factcheck lock --calibration c.json`" in run(*locked, *named).err
        assert run("lock", *MODEL).code == 0
        assert "calibration " not in Path("factcheck.lock").read_text()
        ran = run("check", *MODEL, "--locked", *named)
        assert (ran.code, "was made beside no calibration" in ran.err) == (2, True)
        assert run(*locked[:3], "--stance-model", "none", "--locked", *named).code == 0

    def test_too_few_labels_are_refused_and_counted(self, run: Run) -> None:
        Path("labels.jsonl").write_text(pairs(7), "utf-8")
        ran = run("eval", "--calibrate", "labels.jsonl", *MODEL, "-o", "c.json", "--force")
        assert (ran.code, Path("c.json").exists()) == (2, False)
        assert "There are 7 claims, 7 of them opposed" in ran.err
        assert "with pairs: 7 opposes, 7 neutral, 7 supports" in ran.err
        assert "7 claims, of at least 30; 7 claims with an opposing statement" in ran.err
        assert "packaged" in ran.err

    def test_what_is_no_better_is_not_written_unless_forced(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(FakeStance, "judge", _certain)
        words = ("eval", "--calibrate", "labels.jsonl", *MODEL, "-o", "c.json")
        ran = run(*words)
        assert (ran.code, Path("c.json").exists()) == (2, False)
        assert "nothing fitted is better; nothing is written" in ran.err
        assert "Fitted anew: nothing" in ran.out
        assert run(*words, "--force").code == 0
        assert read_calibration(Path("c.json").read_bytes(), "c.json").model.name == "c.json"

    def test_what_is_worse_is_not_written(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Validated, "worse", property(lambda _: ["nll 0.1 before, 0.2 after"]))
        ran = run("eval", "--calibrate", "labels.jsonl", *MODEL, "-o", "c.json")
        assert (ran.code, Path("c.json").exists()) == (2, False)
        assert "it is worse than what is packaged: nll 0.1 before, 0.2 after" in ran.err

    def test_pairs_with_two_labels_are_counted(self, run: Run) -> None:
        Path("labels.jsonl").write_text(pairs(40, torn=True), "utf-8")
        ran = run("eval", "--calibrate", "labels.jsonl", *MODEL)
        assert "1 pairs left out: each has two labels" in ran.err
        assert "39 opposes" in ran.out

    def test_claim_files_are_labels_too(self, run: Run) -> None:
        entries = [
            f"  - id: c{n}\n    text: Claim {n} is so.\n    expect: "
            + ("{counterpoints: [letter/closed]}\n" if n % 2 else "{uncovered: true}\n")
            for n in range(60)
        ]
        head = OFFICIAL_FILE.split("claims:\n")[0] + "claims:\n"
        Path("claims/official.yaml").write_text(head + "".join(entries), "utf-8")
        told = json.loads(run("eval", "--calibrate", "claims", *MODEL, "-f", "json").out)
        assert told["pairs"] == {"opposes": 30, "neutral": 0, "supports": 0, "other": 90}
        ran = run("eval", "--calibrate", "claims", "--complete", *MODEL, "-f", "json")
        assert json.loads(ran.out)["pairs"]["other"] == 150
        assert json.loads(ran.out)["before"]["false_alarms"] == 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("labels.jsonl", "claims"), "not both at once"),
            (("labels.jsonl", "--complete"), "claim files, for which --complete is"),
            (("nowhere.jsonl",), "cannot be read"),
            (("labels.jsonl", "-o", "labels.jsonl"), "is one of the inputs"),
            (("labels.jsonl", "-o", "-"), "--output names a file"),
            (("labels.jsonl", "--stance-model", "none"), "needs a stance model"),
        ],
    )
    def test_what_cannot_be_is_said(
        self, run: Run, arguments: tuple[str, ...], message: str
    ) -> None:
        ran = run("eval", "calibrate", *MODEL, *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert message in ran.err

    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            (None, "c.json: cannot be read: No such file"),
            (b"{", "c.json: is no calibration"),
            (b" " * 70_000, "c.json: is too large for a calibration"),
            (json.dumps(content(temperature=float("nan"))).encode(), "c.json: is no calibration"),
        ],
    )
    def test_a_file_that_is_none_stops_every_command(
        self, run: Run, raw: bytes | None, message: str
    ) -> None:
        if raw is not None:
            Path("c.json").write_bytes(raw)
        for command in (("compare",), ("check",), ("lock",), ("explain", "a b", "c d")):
            ran = run(*command, *MODEL, "--calibration", "c.json")
            assert (ran.code, ran.out) == (2, ""), command
            assert message in ran.err
            assert "factcheck eval calibrate LABELS -o c.json" in ran.err
        assert not Path("factcheck.lock").exists()


def _certain(self: FakeStance, given: Any, progress: Any = None) -> Any:
    """A model that is right and says so."""
    sides = ["closed", "weather", "lasted"]
    return np.array([[float(word in text) for word in sides] for text, _ in given], np.float32)


@pytest.mark.model
@pytest.mark.usefixtures("folder")
def test_labels_calibrate_the_real_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACTCHECK_STANCE_MODEL")
    files = read_claim_files([CLAIMS])
    texts = {each.key: each.text for each in files.statements}
    background = next(iter(texts.values()))
    rows = [
        {"claim": each.text, "text": text, "label": label}
        for each in files.claims
        if each.expect
        for text, label in (
            [(texts[key], "opposes") for key in each.expect.counterpoints[:2]]
            or [(background, "neutral")]
        )
    ]
    Path("labels.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    ran = run("eval", "--calibrate", "labels.jsonl", "--force", "-o", "c.json", "-f", "json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["claims"] == 78
    assert told["parts"][0] == "temperature"
    assert 0 < told["after"]["nll"] < 1
    words = ("The press is free.", "The government closed the newspaper.", "-f", "json")
    plain, fitted = (
        json.loads(run("explain", *words, *more).out)["stance"]["opposes"]
        for more in ((), ("--calibration", "c.json"))
    )
    assert (fitted > plain) is (told["fitted"]["temperature"] < 1)
