"""`factcheck check`: what fails a build, what does not, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import NGO_FILE, OFFICIAL_FILE, FakeEncoder, Ran, Run

from factcheck.rules import RULES, selected

Check = Callable[..., Ran]
OFFICIAL = Path("claims/official.yaml")
LETTER = Path("claims/letter.yaml")


@pytest.fixture
def check(run: Run, folder: Path, fake_model: FakeEncoder) -> Check:
    def _check(*arguments: str) -> Ran:
        return run("check", "--model", "fake", "--stance-model", "fake-stance", *arguments)

    return _check


def outcome(ran: Ran) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ran.out)
    return told


def rules(ran: Ran, status: str = "new") -> list[str]:
    return [each["rule"] for each in outcome(ran)["diagnostics"] if each["status"] == status]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def lose(check: Check) -> None:
    """Expect a counterpoint that is not among those shown."""
    edit(OFFICIAL, "[letter/closed]", "[letter/closed, letter/other]")


def test_claims_that_hold_pass(check: Check) -> None:
    ran = check("-f", "json")
    assert ran.code == 0
    told = outcome(ran)
    assert told["diagnostics"] == []
    assert told["summary"] | {"passed": True} == told["summary"]
    assert (told["summary"]["claims"], told["summary"]["checked"]) == (2, 1)


def test_a_counterpoint_that_is_not_shown_is_lost(check: Check) -> None:
    lose(check)
    ran = check("-k", "1", "-f", "json")
    assert ran.code == 1
    (found,) = outcome(ran)["diagnostics"]
    assert found["rule"] == "FC201"
    assert (found["claim"], found["statement"]) == ("declaration/press", "letter/other")
    assert (found["path"], found["line"]) == ("claims/official.yaml", 9)
    assert found["figure"] < found["threshold"]
    assert f"{found['threshold']:.4f}" in found["fix"]


def test_a_counterpoint_that_does_not_exist_is_lost(check: Check) -> None:
    edit(OFFICIAL, "letter/closed", "letter/gone")
    ran = check("-f", "json")
    assert (ran.code, rules(ran)) == (1, ["FC201"])
    assert "does not exist" in ran.out


def test_a_counterpoint_that_no_longer_opposes_is_told(check: Check) -> None:
    edit(LETTER, "The press was closed.", "The press was praised.")
    ran = check("-f", "json")
    assert (ran.code, rules(ran)) == (1, ["FC202"])
    (found,) = outcome(ran)["diagnostics"]
    assert (found["figure"], found["level"]) == (0.1, "error")


def test_an_uncovered_claim_that_is_opposed_is_told(check: Check) -> None:
    edit(OFFICIAL, "      counterpoints: [letter/closed]", "      uncovered: true")
    ran = check("-f", "json")
    assert (ran.code, rules(ran)) == (1, ["FC203"])
    (found,) = outcome(ran)["diagnostics"]
    assert found["statement"] == "letter/closed"
    assert found["figure"] > found["threshold"]


def test_a_finding_near_its_threshold_is_for_review(check: Check) -> None:
    edit(OFFICIAL, "      counterpoints: [letter/closed]", "      uncovered: true")
    band = ("--review-band", "0.4", "-f", "json")
    assert check(*band).code == 0
    assert outcome(check(*band))["diagnostics"][0]["level"] == "review"
    assert check(*band, "--fail-on", "review").code == 1
    assert check(*band, "--strict").code == 1
    assert check("--fail-on", "never", "-f", "json").code == 0


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (["--select", "FC302"], ["FC302"]),
        (["--select", "FC101"], ["FC101"]),
        (["--extend-select", "FC3", "-k", "1"], ["FC301", "FC301", "FC302"]),
        (["--select", "FC402"], ["FC402"]),
        (["--select", "ALL", "--ignore", "FC"], []),
    ],
)
def test_rules_are_chosen_by_their_codes(check: Check, chosen: list[str], found: list[str]) -> None:
    ran = check(*chosen, "-f", "json", "--allow-empty")
    assert sorted(rules(ran)) == sorted(found)


def test_a_claim_that_became_countered_is_told(check: Check) -> None:
    edit(LETTER, "The press was closed.", "The press was praised.")
    edit(OFFICIAL, "[letter/closed]", "[letter/praise]")
    assert rules(check("--select", "FC101", "-f", "json")) == []
    edit(LETTER, "The weather was fine.", "The ports were closed.")
    ran = check("--select", "FC101", "-f", "json")
    assert (ran.code, rules(ran)) == (1, ["FC101"])
    assert outcome(ran)["diagnostics"][0]["claim"] == "declaration/peace"


def test_the_longer_code_counts() -> None:
    assert selected(["FC2"], [], ["FC203"]) == {"FC201", "FC202"}
    assert selected(["FC203"], [], ["FC2"]) == {"FC203"}
    assert selected(["ALL"], [], ["FC6"]) == set(RULES) - {"FC601", "FC602", "FC603"}
    assert selected() == {"FC201", "FC202", "FC203", "FC501", "FC601", "FC602"}
    assert selected([], ["FC302"], ["FC201"]) == selected() - {"FC201"} | {"FC302"}


def test_an_unknown_rule_is_refused_with_the_nearest(check: Check) -> None:
    ran = check("--select", "FC230")
    assert ran.code == 2
    assert "no rule is called 'FC230'; did you mean" in ran.err


def test_quotes_that_are_not_in_their_documents_are_told(check: Check, folder: Path) -> None:
    (folder / "claims" / "text.txt").write_text("We agreed that the press is tree.", "utf-8")
    edit(OFFICIAL, "  publisher", "  document: text.txt\n  publisher")
    ran = check("--select", "FC401", "-f", "json")
    assert (ran.code, rules(ran)) == (1, ["FC401"])
    assert outcome(ran)["diagnostics"][0]["claim"] == "declaration/press"


def suppress(rule: str = "FC203", more: str = ", until: 2026-12-31") -> None:
    edit(
        OFFICIAL,
        "      counterpoints: [letter/closed]",
        f"      uncovered: true\n    suppress:\n      - {{rule: {rule}, reason: irony{more}}}",
    )


def test_a_suppression_silences_its_rule_up_to_its_last_day(check: Check) -> None:
    suppress()
    ran = check("-f", "json", "--today", "2026-12-31")
    assert (ran.code, rules(ran), rules(ran, "suppressed")) == (0, [], ["FC203"])
    assert outcome(ran)["diagnostics"][0]["suppression"]["reason"] == "irony"
    ran = check("-f", "json", "--today", "2027-01-01")
    assert (ran.code, rules(ran)) == (1, ["FC203", "FC602"])


def test_a_suppression_that_silences_nothing_is_told(check: Check) -> None:
    suppress("FC201")
    ran = check("-f", "json", "--today", "2026-01-01", "--ignore", "FC203")
    assert (ran.code, rules(ran)) == (1, ["FC601"])
    # What a rule that is off would have found is not known.
    off = ("--ignore", "FC203", "--ignore", "FC201")
    assert check("--today", "2026-01-01", *off).code == 0


def test_a_suppression_without_end_is_told_where_that_is_wanted(check: Check) -> None:
    suppress(more="")
    assert check("-f", "json").code == 0
    assert rules(check("-f", "json", "--extend-select", "FC603")) == ["FC603"]


@pytest.mark.parametrize(
    ("suppression", "message"),
    [
        ("{rule: FC203}", "the field 'reason' is missing"),
        ("{rule: FC999, reason: x}", "no rule is called 'FC999'"),
        ("{rule: all, reason: x}", "is no code of a rule; write it as FC203"),
        ("{rule: FC203, reason: x, until: soon}", "is no calendar day"),
        ("{rule: FC203, reason: x, untill: 2026-01-01}", "did you mean 'until'?"),
    ],
)
def test_suppressions_are_validated(check: Check, suppression: str, message: str) -> None:
    edit(OFFICIAL, "    topics: [media]\n", f"    topics: [media]\n    suppress: [{suppression}]\n")
    ran = check()
    assert ran.code == 2
    assert message in ran.err
    assert "claims/official.yaml:" in ran.err


def test_a_baseline_holds_what_was_there_before(check: Check) -> None:
    lose(check)
    arguments = ("-k", "1", "-f", "json", "--baseline", "known.json")
    ran = check(*arguments)
    assert ran.code == 2
    assert "no such baseline; --update-baseline writes it" in ran.err
    assert check(*arguments, "--update-baseline").code == 0
    before = Path("known.json").read_bytes()
    ran = check(*arguments)
    assert (ran.code, rules(ran, "baseline")) == (0, ["FC201"])
    edit(OFFICIAL, "[letter/closed", "[letter/praise, letter/closed")
    ran = check(*arguments)
    assert (ran.code, rules(ran)) == (1, ["FC201"])
    assert Path("known.json").read_bytes() == before


def test_moving_and_reformatting_changes_nothing_in_a_baseline(check: Check) -> None:
    lose(check)
    check("-k", "1", "--baseline", "a.json", "--update-baseline")
    folded = "text: >\n      The press\n      is free."
    text = OFFICIAL.read_text("utf-8").replace("text: The press is free.", folded)
    OFFICIAL.unlink()
    Path("claims/moved.yaml").write_text("# moved\n\n" + text, "utf-8")
    assert check("-k", "1", "--baseline", "a.json").code == 0
    check("-k", "1", "--baseline", "b.json", "--update-baseline")
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_what_is_gone_is_told_and_removed(check: Check) -> None:
    lose(check)
    arguments = ("-k", "1", "--baseline", "known.json", "-f", "json")
    check(*arguments, "--update-baseline")
    OFFICIAL.write_text(OFFICIAL_FILE, "utf-8")
    ran = check(*arguments)
    assert (ran.code, len(outcome(ran)["gone"])) == (0, 1)
    # Rules that are off look at nothing, so nothing is gone.
    assert outcome(check(*arguments, "--ignore", "FC201"))["gone"] == []
    ran = check(*arguments, "--update-baseline")
    assert "0 recorded, 1 removed" in ran.err
    assert json.loads(Path("known.json").read_text("utf-8"))["findings"] == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": 2}', '{"findings": 3}', "\udcff"])
def test_a_broken_baseline_is_an_error(check: Check, content: str) -> None:
    Path("known.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    ran = check("--baseline", "known.json")
    assert ran.code == 2
    assert "known.json: is no baseline" in ran.err


def test_a_run_that_checks_no_claim_is_no_pass(check: Check) -> None:
    OFFICIAL.write_text(OFFICIAL_FILE.split("    expect")[0], "utf-8")
    ran = check()
    assert ran.code == 2
    assert "no claim was checked" in ran.err
    assert check("--allow-empty").code == 0


def test_an_empty_folder_is_no_pass(check: Check, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert check("empty").code == 2
    assert check("empty", "--allow-empty").code == 0
    assert check("nowhere", "--allow-empty").code == 2


def test_a_crash_is_no_pass(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("broken inside")

    monkeypatch.setattr("factcheck.check.check_claims", crash)
    ran = check()
    assert ran.code == 2
    assert "internal error: RuntimeError: broken inside" in ran.err


def test_rules_that_need_a_stance_model_say_so(
    run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    ran = run("check", "--model", "fake", "--stance-model", "none")
    assert ran.code == 2
    assert "FC202, FC203 need a stance model" in ran.err
    ignored = ("--ignore", "FC202", "--ignore", "FC203")
    assert run("check", "--model", "fake", "--stance-model", "none", *ignored).code == 0


def test_a_locked_check_tells_what_the_lock_lacks(check: Check, run: Run) -> None:
    assert check("--locked").code == 2
    run("lock", "--model", "fake", "--stance-model", "fake-stance")
    assert check("--locked").code == 0
    edit(LETTER, "The weather was fine.", "The weather was foul.")
    ran = check("--locked")
    assert ran.code == 2
    assert "claims/letter.yaml:12:5: the text of letter/other is not locked" in ran.err
    # With the models at hand the claims are checked all the same, and the lock is told of.
    assert rules(check("-f", "json")) == ["FC501"]


def test_what_a_lock_holds_in_vain_is_for_review(check: Check, run: Run) -> None:
    run("lock", "--model", "fake", "--stance-model", "fake-stance")
    LETTER.write_text(NGO_FILE.split("  - id: other")[0], "utf-8")
    ran = check("--locked", "-f", "json")
    (found,) = outcome(ran)["diagnostics"]
    assert (ran.code, found["rule"], found["level"]) == (0, "FC501", "review")
    assert "holds 3 entries that nothing needs" in found["message"]
    assert check("--locked", "--strict").code == 1
    run("lock", "--model", "fake", "--stance-model", "fake-stance")
    assert rules(check("--locked", "-f", "json")) == []


def test_findings_can_be_ignored_by_path(check: Check, folder: Path) -> None:
    lose(check)
    assert check("-k", "1").code == 1
    config = '[per_file_ignores]\n"claims/off*" = ["FC201"]\n'
    (folder / "factcheck.toml").write_text(config, "utf-8")
    assert check("-k", "1").code == 0


def test_several_outputs_at_once(check: Check) -> None:
    lose(check)
    ran = check("-k", "1", "-f", "concise", "-o", "sarif=out.sarif", "-o", "junit=out.xml")
    assert ran.code == 1
    assert ran.out.startswith("claims/official.yaml:9:5 FC201 ")
    assert json.loads(Path("out.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert Path("out.xml").read_text("utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize("given", ["out.sarif", "sarif=", "nonsense=x", "=x"])
def test_an_output_without_format_or_file_is_refused(check: Check, given: str) -> None:
    ran = check("-o", given)
    assert ran.code == 2
    assert "write it as FORMAT=FILE" in ran.err


def test_an_output_does_not_overwrite_what_is_read(check: Check) -> None:
    assert check("-o", "json=claims/official.yaml").code == 2
    assert OFFICIAL.read_text("utf-8") == OFFICIAL_FILE


def test_the_same_input_gives_the_same_bytes(check: Check) -> None:
    lose(check)
    assert check("-k", "1", "-f", "json").out == check("-k", "1", "-f", "json").out


def test_every_rule_can_be_explained(run: Run) -> None:
    listed = run("rule").out
    for code, rule in RULES.items():
        assert f"{code} " in listed
        ran = run("rule", code)
        assert ran.code == 0
        assert rule.why in ran.out
        assert rule.fix in ran.out
    assert json.loads(run("rule", "FC203", "-f", "json").out)["code"] == "FC203"
    assert run("rule", "FC2").code == 2
