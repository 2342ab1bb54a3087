"""The review desk without a face: what is asked, what a decision does, and what is on the disk."""

from __future__ import annotations

import difflib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from conftest import CLAIMS, NGO, Ran, Run, claim, statement
from desk_made import DAY, WHO, decision, desk, official, opened, ranking, rankings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.claims import read_claim_file
from factcheck.desk.agreement import agreement, as_text, judged
from factcheck.desk.expecting import UncoveredError, with_decision, without_decision
from factcheck.desk.queue import chosen, queued
from factcheck.desk.rewriting import rewritten, sound_file
from factcheck.desk.sitting import Sitting
from factcheck.desk.views import saved_line, view_of
from factcheck.errors import ClaimFileError, EmptyInputError, InputError, OutputError
from factcheck.inputs import read_claim_files
from factcheck.records import Decision, Expectation, Source, StanceLabel

if TYPE_CHECKING:
    from factcheck.records import Claim

STATEMENTS = tuple(statement(name, f"text of {name}") for name in ("a", "b", "c", "d"))
STANCES: tuple[StanceLabel, ...] = ("opposes", "neutral", "supports")


def keys(queue: Any) -> list[tuple[str, str]]:
    return [(each.claim.id, each.statement.id) for each in queue]


class TestQueue:
    def test_what_is_near_the_threshold_comes_first_then_what_scores_high(self) -> None:
        found = queued([ranking(claim("x", "X."), STATEMENTS, (0.95, 0.5, 0.7, 0.56))], WHO)
        assert keys(found) == [("x", "b"), ("x", "d"), ("x", "a"), ("x", "c")]
        assert [each.borderline for each in found] == [True, True, False, False]

    def test_a_borderline_pair_of_unlike_texts_comes_after_one_of_like_texts(self) -> None:
        given = ranking(claim("x", "X."), STATEMENTS[:2], (0.51, 0.5), (0.0, 0.6))
        assert keys(queued([given], WHO)) == [("x", "b"), ("x", "a")]

    def test_the_order_does_not_depend_on_that_of_the_claims(self) -> None:
        made = [ranking(claim(name, "X."), STATEMENTS, (0.5, 0.5, 0.9, 0.9)) for name in "zxy"]
        assert keys(queued(made, WHO)) == keys(queued(made[::-1], WHO))
        assert keys(queued(made, WHO))[0] == ("x", "a")

    def test_without_a_stance_model_the_nearest_come_first(self) -> None:
        from dataclasses import replace

        judged_ = ranking(claim("x", "X."), STATEMENTS[:2], (0.5, 0.9), (0.9, 0.1))
        bare = replace(judged_, probabilities=None, scores=judged_.similarities)
        assert set(keys(queued([bare], WHO))) == {("x", "a"), ("x", "b")}
        found = queued([bare], WHO)
        assert found[0].pair.similarity >= found[1].pair.similarity
        assert not found[0].borderline
        assert view_of(found[0]).model.startswith("similarity ")

    def test_what_the_reviewer_decided_is_left_out_unless_asked_for(self) -> None:
        expect = Expectation(
            decisions=(decision("letter/a"), decision("letter/b", reviewer="Another"))
        )
        made = [ranking(claim("x", "X.", expect=expect), STATEMENTS, (0.5, 0.4, 0.3, 0.2))]
        assert "a" not in {name for _, name in keys(queued(made, WHO))}
        assert "b" in {name for _, name in keys(queued(made, WHO))}
        assert len(queued(made, WHO, again=True)) == 4

    def test_a_limit_counts_what_is_left(self) -> None:
        expect = Expectation(decisions=(decision("letter/a"),))
        made = [ranking(claim("x", "X.", expect=expect), STATEMENTS, (0.9, 0.8, 0.7, 0.6))]
        assert [name for _, name in keys(queued(made, WHO, limit=2))] == ["d", "b"]

    def test_no_claim_is_an_error(self) -> None:
        with pytest.raises(EmptyInputError, match="no claim"):
            queued([], WHO)

    def test_sources_choose_their_side_and_leave_the_other(self) -> None:
        other = Source(id="paper", kind="press", title="A paper")
        claims = (claim("x", "X."),)
        statements = (STATEMENTS[0], statement("z", "Z.", source=other))
        assert chosen(claims, statements, ["paper"]) == (claims, statements[1:])
        assert chosen(claims, statements, ["declaration", NGO.id]) == (claims, statements[:1])
        assert chosen(claims, statements, []) == (claims, statements)
        with pytest.raises(InputError, match=r"no source is called 'papr'.*paper"):
            chosen(claims, statements, ["papr"])


class TestSitting:
    def test_steps_lead_through_the_queue_and_back(self) -> None:
        queue = queued([ranking(claim("x", "X."), STATEMENTS[:2], (0.5, 0.4))], WHO)
        sitting = Sitting(queue, before=7).noted("so").decided("opposes")
        assert sitting.note is None
        assert sitting.last is not None
        assert (sitting.last.stance, sitting.last.note) == ("opposes", "so")
        after = sitting.skipped()
        told = after.progress
        assert (told.decided, told.skipped, told.left, told.total, told.before) == (1, 1, 0, 2, 7)
        assert after.current is None
        assert after.decided("neutral") == after
        assert after.noted("late") == after
        assert after.undone() == sitting
        assert sitting.undone() == Sitting(queue, note="so", before=7)
        assert Sitting(queue).undone() == Sitting(queue)
        assert Sitting(queue).last is None


class TestExpecting:
    def test_an_opposing_statement_becomes_an_expected_counterpoint(self) -> None:
        expect, effect = with_decision(None, decision("letter/a"))
        assert expect.counterpoints == ("letter/a",)
        assert effect.told() == ["now an expected counterpoint"]

    @pytest.mark.parametrize("stance", ["neutral", "supports"])
    def test_another_stance_takes_it_from_among_them(self, stance: StanceLabel) -> None:
        before = Expectation(counterpoints=("letter/a", "letter/b"))
        expect, effect = with_decision(before, decision("letter/a", stance))
        assert expect.counterpoints == ("letter/b",)
        assert effect.told() == ["no longer an expected counterpoint"]

    def test_a_mark_uncovered_goes_only_where_that_was_asked_for(self) -> None:
        marked = Expectation(uncovered=True)
        with pytest.raises(UncoveredError, match="nothing may oppose it"):
            with_decision(marked, decision("letter/a"))
        expect, effect = with_decision(marked, decision("letter/a"), replace_uncovered=True)
        assert (expect.uncovered, expect.counterpoints) == (None, ("letter/a",))
        assert effect.told()[0] == "the claim is no longer marked uncovered"
        kept, _ = with_decision(marked, decision("letter/a", "supports"))
        assert kept.uncovered is True

    def test_a_reviewer_has_one_decision_a_pair_and_another_one_has_theirs(self) -> None:
        first, _ = with_decision(None, decision("letter/a", reviewer="Another"))
        second, _ = with_decision(first, decision("letter/a"))
        third, effect = with_decision(second, decision("letter/a", "neutral"))
        assert [(each.reviewer, each.stance) for each in third.decisions] == [
            ("Another", "opposes"),
            (WHO, "neutral"),
        ]
        assert effect.told()[0] == f"in place of your decision of {DAY}"

    @given(data=st.data())
    def test_taking_back_gives_what_was_there(self, data: st.DataObject) -> None:
        expect = data.draw(expectations())
        made = decision(data.draw(st.sampled_from(REFERENCES)), data.draw(st.sampled_from(STANCES)))
        new, effect = with_decision(expect, made, replace_uncovered=True)
        back = without_decision(new, made, effect)
        assert set(back.counterpoints) == set(expect.counterpoints)
        assert (back.uncovered, back.decisions) == (expect.uncovered, expect.decisions)

    def test_more_than_a_file_may_hold_is_refused(self) -> None:
        full = Expectation(counterpoints=tuple(f"letter/s{n}" for n in range(500)))
        with pytest.raises(InputError, match="as many counterpoints"):
            with_decision(full, decision("letter/a"))

    def test_what_is_gone_cannot_be_taken_back(self) -> None:
        _, effect = with_decision(None, decision("letter/a"))
        with pytest.raises(InputError, match="no longer in the file"):
            without_decision(None, decision("letter/a"), effect)


REFERENCES = ("letter/a", "letter/b", "9/c", "letter/no")


@st.composite
def expectations(draw: st.DrawFn) -> Expectation:
    listed = tuple(draw(st.lists(st.sampled_from(REFERENCES), unique=True)))
    uncovered: Literal[True] | None = None if listed else draw(st.sampled_from([None, True]))
    pairs = st.tuples(st.sampled_from(REFERENCES), st.sampled_from([WHO, "Another", "No: #1, {x}"]))
    decisions = tuple(
        decision(name, draw(st.sampled_from(STANCES)), who, draw(NOTES))
        for name, who in draw(st.lists(pairs, unique=True, max_size=4))
    )
    return Expectation(counterpoints=listed, uncovered=uncovered, decisions=decisions)


NOTES = st.none() | st.sampled_from(
    ["plain", 'it\'s: #x, {y} [z] "q"', "- dash", "漢字 🙂 é", "\u202e turned", "no", "a" * 1000]
)
SHAPES = {
    "block": """\
# a remark at the top
version: 1
source: {id: declaration, kind: official, title: "T: t"}  # flow

claims:
  # above
  - id: first
    text: >-
      A folded
      text.   # no comment
EXPECT
    # deeper, of the first
  # between the two
  - id: second   # remark
    text: "Quoted \\u00e9"
    topics: [a,  b]
""",
    "flat": """\
version: 1
source:
  id: declaration
  kind: official
  title: T
claims:
- text: Some text.
EXPECT
  id: first

- {id: second, text: Other}
# the end
""",
    "last": """\
claims:
  - id: second
    text: Other
  - text: |
      Lines
      of text
    id: first
EXPECT
source: {id: declaration, kind: official, title: T}
version: 1
""",
}


def block(expect: Expectation, indent: str) -> str:
    lines = [f"{indent}expect:  # what CI holds it to"]
    if expect.uncovered:
        lines.append(f"{indent}  uncovered: true # so far")
    if expect.counterpoints:
        lines.append(f"{indent}  counterpoints:")
        lines += [f"{indent}  - {json.dumps(key)} # why" for key in expect.counterpoints]
    for n, each in enumerate(expect.decisions):
        if not n:
            lines.append(f"{indent}  decisions:")
        told = json.loads(each.model_dump_json(exclude_none=True))
        parts = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()]
        lines.append(f"{indent}    - " + f"\n{indent}      ".join(parts))
    return "\n".join(lines)


def flow(expect: Expectation, indent: str) -> str:
    told = json.loads(expect.model_dump_json(exclude_none=True))
    kept = {key: value for key, value in told.items() if value}
    return f"{indent}expect: {json.dumps(kept, ensure_ascii=False)}"


def written(shape: str, expect: Expectation, *, braces: bool, newline: str, end: bool) -> bytes:
    said = expect != Expectation()
    text = SHAPES[shape]
    indent = "  " if shape == "flat" else "    "
    piece = (flow if braces else block)(expect, indent) if said else ""
    text = text.replace("EXPECT\n", f"{piece}\n" if piece else "")
    return (text if end else text.rstrip("\n")).replace("\n", newline).encode()


@given(
    shape=st.sampled_from(sorted(SHAPES)),
    expect=expectations(),
    braces=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    end=st.booleans(),
    made=st.tuples(st.sampled_from(REFERENCES), st.sampled_from(STANCES), NOTES),
)
@settings(max_examples=300, deadline=None)
def test_a_decision_changes_the_expectation_of_one_claim_and_no_other_byte(
    shape: str, expect: Expectation, *, braces: bool, newline: str, end: bool, made: Any
) -> None:
    raw = written(shape, expect, braces=braces, newline=newline, end=end)
    _, content = sound_file(raw, "x.yaml")
    number = [each.id for each in content.claims or ()].index("first")
    assert content.claims is not None
    assert (content.claims[number].expect or Expectation()) == expect
    new, effect = with_decision(expect, decision(made[0], made[1], note=made[2]),
                                replace_uncovered=True)  # fmt: skip
    after = rewritten(raw, "x.yaml", content, number, new)

    _, told = sound_file(after, "x.yaml")
    assert told.claims is not None
    assert told.claims[number].expect == new
    assert told.claims[1 - number] == content.claims[1 - number]
    changed = [
        line
        for line in difflib.ndiff(raw.decode().split(newline), after.decode().split(newline))
        if line[0] in "-+" and line[1:].strip()
    ]
    names = {made[0], "9/c"} if effect.removed else {made[0]}
    for line in changed:
        words = ("expect", "counterpoints", "uncovered", "decisions", "statement", "stance")
        ours = any(word in line for word in (*words, *names, "reviewer", "date", "note"))
        assert ours, line
    assert after.count(b"#") >= raw.count(b"#") - 4
    for remark in ("# a remark", "# above", "# deeper", "# between", "# remark", "# the end"):
        assert after.decode().count(remark) == raw.decode().count(remark)
    others = after.decode().replace("\r\n", "").count("\n")
    assert newline != "\r\n" or not others


class TestShapes:
    def decided(self, text: str, *made: Decision) -> str:
        raw = text.encode()
        for each in made:
            _, content = sound_file(raw, "x.yaml")
            claims = content.claims or ()
            number = [entry.id for entry in claims].index("press")
            expect, _ = with_decision(claims[number].expect, each, replace_uncovered=True)
            raw = rewritten(raw, "x.yaml", content, number, expect)
        return raw.decode()

    HEAD = "version: 1\nsource: {id: d, kind: official, title: T}\nclaims:\n  - id: press\n"

    @pytest.mark.parametrize("given", ["expect:", "expect: null", "expect: ~ # none", "expect: {}"])
    def test_an_empty_expectation_is_filled_in_its_place(self, given: str) -> None:
        text = f"{self.HEAD}    {given}\n    text: Free.\n"
        told = self.decided(text, decision("l/a", "neutral"), decision("l/b"))
        assert told.count("expect") == 1
        expect = read_claim_file(told.encode(), "x").records().claims[0].expect
        assert expect is not None
        assert expect.counterpoints == ("l/b",)
        assert len(expect.decisions) == 2
        assert ("# none" in told) is ("# none" in text)

    def test_a_new_expectation_is_written_as_people_write_them(self) -> None:
        told = self.decided(f"{self.HEAD}    text: Free.\n", decision("l/a"))
        assert told == (
            f"{self.HEAD}    text: Free.\n    expect:\n      counterpoints:\n        - l/a\n"
            "      decisions:\n        - {statement: l/a, stance: opposes, "
            "reviewer: A. Reviewer, date: 2025-03-04}\n"
        )

    def test_an_empty_list_in_brackets_is_filled(self) -> None:
        text = f"{self.HEAD}    text: Free.\n    expect: {{counterpoints: [], decisions: [ ]}}\n"
        told = self.decided(text, decision("l/a"))
        assert "counterpoints: [l/a], decisions: [{statement: l/a" in told

    def test_the_last_counterpoint_takes_its_key_along(self) -> None:
        text = f"{self.HEAD}    text: Free.\n    expect:\n      counterpoints: [l/a]\n"
        told = self.decided(text, decision("l/a", "neutral"))
        assert "counterpoints" not in told

    def test_brackets_over_several_lines_keep_their_remarks(self) -> None:
        text = (
            f"{self.HEAD}    text: Free.\n    expect:\n      counterpoints: [\n"
            "        l/a, # first\n        l/b, # second\n      ]\n"
        )
        told = self.decided(text, decision("l/b", "neutral"), decision("l/c"))
        expect = read_claim_file(told.encode(), "x").records().claims[0].expect
        assert expect is not None
        assert expect.counterpoints == ("l/a", "l/c")
        assert "# first" in told
        assert "# second" in told

    def test_a_file_of_braces_only_stays_one(self) -> None:
        text = (
            '{"version": 1, "source": {"id": "d", "kind": "official", "title": "T"},\n'
            ' "claims": [{"id": "x", "text": "X"}, {"id": "press", "text": "Free."}]}\n'
        )
        told = self.decided(text, decision("l/a"), decision("l/a", "supports"))
        assert told.startswith(text.split("Free.", maxsplit=1)[0])
        assert "stance: supports" in told
        assert "counterpoints" not in told

    def test_blank_lines_that_belong_to_a_text_are_not_moved(self) -> None:
        text = f"{self.HEAD}    text: |+\n      Free.\n\n\n  - {{id: other, text: O}}\n"
        told = self.decided(text, decision("l/a"))
        assert "      Free.\n\n\n    expect:" in told

    def test_a_file_that_cannot_be_edited_is_refused_and_not_bent(self) -> None:
        text = f"{self.HEAD}    text: Free.\n    ? expect\n    : counterpoints: [l/a]\n"
        with pytest.raises(InputError, match=r"x\.yaml:4: the claim 'press' is written in a way"):
            self.decided(text, decision("l/a", "neutral"))


class TestFiles:
    def claim(self, folder: Path, name: str = "press") -> Claim:
        found = read_claim_files([folder / "claims"]).claims
        return next(each for each in found if each.id == name)

    def test_a_decision_is_in_the_file_and_an_undo_gives_its_bytes_back(self, folder: Path) -> None:
        path = official(folder)
        before = path.read_bytes()
        with opened(path) as files:
            one = files.save(self.claim(folder), decision("letter/closed", "neutral", note="no"))
            between = path.read_bytes()
            two = files.save(self.claim(folder, "peace"), decision("letter/other"))
            expect = self.claim(folder).expect
            assert expect is not None
            assert expect.decisions == (decision("letter/closed", "neutral", note="no"),)
            assert expect.counterpoints == ()
            files.undo(two)
            assert path.read_bytes() == between
            files.undo(one)
        assert path.read_bytes() == before
        assert sorted(each.name for each in path.parent.iterdir()) == [
            "letter.yaml",
            "official.yaml",
        ]

    def test_permissions_and_links_stay(self, folder: Path) -> None:
        path = official(folder)
        real = folder / "real.yaml"
        path.rename(real)
        real.chmod(0o640)
        path.symlink_to(real)
        with opened(path) as files:
            files.save(self.claim(folder), decision("letter/other"))
        assert path.is_symlink()
        assert real.stat().st_mode & 0o777 == 0o640
        assert b"letter/other" in real.read_bytes()

    def test_what_others_changed_stays(self, folder: Path) -> None:
        path = official(folder)
        shown = self.claim(folder)
        with opened(path) as files:
            saved = files.save(shown, decision("letter/other"))
            text = path.read_text("utf-8").replace("Peace has lasted.", "Peace has held.  # mine")
            path.write_text(text, "utf-8")
            files.save(shown, decision("letter/praise", "neutral"))
            assert "Peace has held.  # mine" in path.read_text("utf-8")
            files.undo(saved)
        expect = self.claim(folder).expect
        assert expect is not None
        assert [each.statement for each in expect.decisions] == ["letter/praise"]
        assert expect.counterpoints == ("letter/closed",)
        assert "Peace has held.  # mine" in path.read_text("utf-8")

    @pytest.mark.parametrize(
        ("old", "new", "kind", "message"),
        [
            ("The press is free.", "The press is not free.", InputError, "was changed since"),
            ("id: press", "id: news", InputError, "'press' is no longer there"),
            ("text: Peace", "txt: Peace", ClaimFileError, "txt"),
            ("version: 1", "\ufeffversion: 1", ClaimFileError, "byte order mark"),
        ],
    )
    def test_what_was_changed_so_that_it_cannot_be_merged_is_refused(
        self, folder: Path, old: str, new: str, kind: type[Exception], message: str
    ) -> None:
        path = official(folder)
        shown = self.claim(folder)
        with opened(path) as files:
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
            changed = path.read_bytes()
            with pytest.raises(kind, match=message):
                files.save(shown, decision("letter/other"))
        assert path.read_bytes() == changed

    def test_a_save_between_reading_and_writing_is_not_written_over(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = official(folder)
        shown = self.claim(folder)
        times: list[int] = []

        def rewrite(raw: bytes, *rest: Any) -> bytes:
            if not times:
                path.write_bytes(raw + b"# by an editor, just now\n")
            times.append(1)
            return rewritten(raw, *rest)

        monkeypatch.setattr("factcheck.desk.files.rewritten", rewrite)
        with opened(path) as files:
            files.save(shown, decision("letter/other"))
        assert b"just now" in path.read_bytes()
        assert b"letter/other" in path.read_bytes()
        assert len(times) == 2

    def test_a_file_that_never_rests_is_given_up(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("factcheck.desk.files.put_whole", lambda *_: False)
        with opened(official(folder)) as files, pytest.raises(OutputError, match="all the time"):
            files.save(self.claim(folder), decision("letter/other"))

    def test_an_undo_of_what_somebody_removed_is_refused(self, folder: Path) -> None:
        path = official(folder)
        before = path.read_bytes()
        with opened(path) as files:
            saved = files.save(self.claim(folder), decision("letter/other"))
            path.write_bytes(before + b"# later\n")
            with pytest.raises(InputError, match="no longer in the file as you made it"):
                files.undo(saved)
        assert path.read_bytes() == before + b"# later\n"

    def test_an_undo_in_a_changed_file_puts_back_what_was_replaced(self, folder: Path) -> None:
        path = official(folder)
        text = path.read_text("utf-8").replace(
            "topics: [peace, media]", "expect: {uncovered: true}"
        )
        path.write_text(text, "utf-8")
        shown = self.claim(folder, "peace")
        with opened(path) as files:
            files.save(shown, decision("letter/other", "neutral"))
            saved = files.save(shown, decision("letter/other"), replace_uncovered=True)
            assert saved.effect.covered
            path.write_bytes(path.read_bytes() + b"# later\n")
            files.undo(saved)
        expect = self.claim(folder, "peace").expect
        assert expect is not None
        assert expect.uncovered is True
        assert expect.decisions == (decision("letter/other", "neutral"),)

    def test_an_undo_in_a_changed_file_leaves_no_empty_expectation(self, folder: Path) -> None:
        path = official(folder)
        before = path.read_bytes()
        with opened(path) as files:
            saved = files.save(self.claim(folder, "peace"), decision("letter/other", "neutral"))
            path.write_bytes(path.read_bytes() + b"# later\n")
            files.undo(saved)
        assert path.read_bytes() == before + b"# later\n"

    def test_two_desks_cannot_hold_one_file(self, folder: Path) -> None:
        link = folder / "link.yaml"
        link.symlink_to(official(folder))
        with opened(official(folder)):
            for path in (official(folder), link):
                with pytest.raises(InputError, match="open in another review desk"), opened(path):
                    pass
        with opened(official(folder)):
            pass

    def test_a_desk_that_gets_one_of_two_files_lets_it_go(self, folder: Path) -> None:
        from factcheck.desk.files import OpenFiles

        free = folder / "a.yaml"
        free.write_text("", "utf-8")
        paths = {"a": free, "declaration": official(folder)}
        with opened(official(folder)):
            with pytest.raises(InputError, match="another"), OpenFiles(paths, paths):
                pass
            with OpenFiles(paths, ["a"]):
                pass

    def test_what_a_killed_desk_left_is_swept(self, folder: Path) -> None:
        left = folder / "claims" / ".official.yaml.abc.review-tmp"
        others = folder / "claims" / ".other.yaml.abc.review-tmp"
        for each in (left, others):
            each.write_text("half", "utf-8")
        with opened(official(folder)):
            assert not left.exists()
            assert others.exists()

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_file_that_may_not_be_written_is_told_at_once(self, folder: Path) -> None:
        official(folder).chmod(0o400)
        with pytest.raises(OutputError, match="may not be written to"), opened(official(folder)):
            pass

    def test_a_disk_that_is_full_leaves_the_file_and_the_pair(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = official(folder).read_bytes()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with desk(folder) as table:
            shown = table.sitting.current
            monkeypatch.setattr("factcheck.desk.whole.os.fsync", full)
            with pytest.raises(OutputError, match=r"cannot be written: No space left"):
                table.decide("neutral")
            assert table.sitting.current is shown
        assert official(folder).read_bytes() == before
        assert not [each for each in (folder / "claims").iterdir() if "tmp" in each.name]

    def test_a_file_that_is_gone_is_told(self, folder: Path) -> None:
        shown = self.claim(folder)
        with opened(official(folder)) as files:
            official(folder).unlink()
            with pytest.raises(InputError, match="cannot be read: No such file"):
                files.save(shown, decision("letter/other"))

    def test_no_decision_told_as_saved_is_lost_to_a_kill(self, folder: Path) -> None:
        """A process decides in a loop and tells what is saved; it is killed in the midst."""
        script = (
            "import sys, itertools; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
            "from desk_made import *\n"
            "with opened(official(Path('.'))) as files:\n"
            "    claim = read_claim_files(['claims']).claims[1]\n"
            "    for n in itertools.count():\n"
            "        files.save(claim, decision(f'letter/s{n}', 'neutral'))\n"
            "        print(n, flush=True)\n"
        )
        for least in (1, 3, 8):
            process = subprocess.Popen(
                [sys.executable, "-c", script, str(Path(__file__).parent)],
                stdout=subprocess.PIPE,
                cwd=folder,
                text=True,
            )
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= least:
                    break
            process.send_signal(signal.SIGKILL)
            told = [line for line in process.stdout.read().splitlines() if line]
            process.wait()
            process.stdout.close()
            last = int(told[-1]) if told else least
            expect = self.claim(folder, "peace").expect
            assert expect is not None
            names = {each.statement for each in expect.decisions}
            assert {f"letter/s{n}" for n in range(last + 1)} <= names


class TestDesk:
    def test_a_note_is_folded_and_saved_with_the_decision(self, folder: Path) -> None:
        with desk(folder) as table:
            table.note("  because \n of this ")
            candidate, saved = table.decide("supports")
            assert saved.decision.note == "because of this"
            assert saved_line(candidate, saved).startswith("saved: supports")
            table.note("x")
            table.note("  ")
            assert table.sitting.note is None

    @pytest.mark.parametrize(
        ("text", "message"),
        [("a" * 1001, "longer than 1,000"), ("\x1b[2J", "control"), ("\ud800", "lone surrogate")],
    )
    def test_a_note_that_no_file_may_hold_is_refused(
        self, folder: Path, text: str, message: str
    ) -> None:
        with desk(folder) as table, pytest.raises(InputError, match=message):
            table.note(text)

    def test_undo_goes_back_over_skips_to_the_start_and_no_further(self, folder: Path) -> None:
        before = official(folder).read_bytes()
        with desk(folder) as table:
            first = table.sitting.current
            table.decide("supports")
            table.skip()
            assert table.undo() is None
            saved = table.undo()
            assert saved is not None
            assert table.sitting.current is first
            with pytest.raises(InputError, match="nothing to undo"):
                table.undo()
        assert official(folder).read_bytes() == before

    def test_at_the_end_there_is_nothing_to_decide(self, folder: Path) -> None:
        with desk(folder, ()) as table:
            for act in (table.skip, lambda: table.decide("neutral"), lambda: table.note("x")):
                with pytest.raises(InputError, match="all pairs are through"):
                    act()

    def test_the_next_sitting_goes_on_where_this_one_ended(self, folder: Path) -> None:
        with desk(folder) as table:
            for _ in range(2):
                table.decide("neutral")
            left = keys(table.sitting.queue[2:])
        assert keys(queued(rankings(folder), WHO)) == left

    def test_texts_are_shown_with_what_steers_as_codes(self) -> None:
        hostile = statement("h", "turned \u202e and <b>[red]", locator="a\u2028b")
        view = view_of(queued([ranking(claim("x", "X."), [hostile], (0.5,))], WHO)[0])
        assert view.statement.text == "turned \\u202e and <b>[red]"
        assert ("where", "a b") in view.statement.facts


class TestAgreement:
    def side(self, *made: Decision, text: str = "X.", name: str = "x") -> tuple[Claim, ...]:
        return (claim(name, text, expect=Expectation(decisions=made)),)

    def test_figures_and_the_pairs_that_differ(self) -> None:
        stances: tuple[StanceLabel, ...] = ("opposes", "opposes", "neutral", "supports")
        others: tuple[StanceLabel, ...] = ("opposes", "neutral", "neutral", "supports")
        names = ("l/a", "l/b", "l/c", "l/d")
        one = self.side(*(decision(n, s, "One", f"note {n}") for n, s in zip(names, stances, strict=True)), decision("l/e", "neutral", "One"))  # noqa: E501  # fmt: skip
        two = self.side(*(decision(n, s, "Two") for n, s in zip(names, others, strict=True)))
        told = agreement(judged(one, None, "a"), judged(two, None, "b"))
        assert (told.both, told.same, told.raw, told.only) == (4, 3, 0.75, (1, 0))
        # by hand: chance (2*1 + 1*2 + 1*1) / 16 = 5/16, so (12 - 5) / (16 - 5)
        assert told.kappa == pytest.approx(7 / 11)
        assert [first.decision.statement for first, _ in told.differing] == ["l/b"]
        text = as_text(told)
        assert "One and Two both judged 4 pairs." in text
        assert "Raw agreement: 0.75 (3 of 4)." in text
        assert "Cohen's kappa: 0.64." in text
        assert "  opposes (One, 2025-03-04): note l/b\n  neither (Two, 2025-03-04)\n" in text

    def test_one_label_only_has_no_kappa(self) -> None:
        one, two = (self.side(decision("l/a", "neutral", name)) for name in ("One", "Two"))
        told = agreement(judged(one, None, "a"), judged(two, None, "b"))
        assert told.kappa is None
        assert "not defined" in as_text(told)

    def test_no_pair_in_common_has_no_figures(self) -> None:
        one, two = (self.side(decision(f"l/{name}", "neutral", name)) for name in "ab")
        told = agreement(judged(one, None, "a"), judged(two, None, "b"))
        assert (told.raw, told.kappa, told.only) == (None, None, (1, 1))
        assert as_text(told) == "a and b both judged 0 pairs.\nOnly a: 1. Only b: 1.\n"

    def test_several_reviewers_on_a_side_must_be_told_apart(self) -> None:
        side = self.side(decision("l/a", reviewer="One"), decision("l/a", reviewer="Two"))
        with pytest.raises(InputError, match=r"x: holds decisions of 'One', 'Two'; .*--between"):
            judged(side, None, "x")
        assert len(judged(side, "Two", "x")) == 1
        with pytest.raises(EmptyInputError, match="no decision of 'Three'"):
            judged(side, "Three", "x")
        with pytest.raises(EmptyInputError, match="holds no decision"):
            judged(self.side(), None, "x")

    def test_a_claim_that_reads_differently_is_not_compared(self) -> None:
        one = judged(self.side(decision("l/a", reviewer="One")), None, "a")
        two = judged(self.side(decision("l/a", reviewer="Two"), text="Y."), None, "b")
        with pytest.raises(InputError, match="reads differently in the two"):
            agreement(one, two)


class TestCommand:
    def agreed(self, run: Run, folder: Path, *options: str) -> Ran:
        for name, stance in (("One", "opposes"), ("Two", "neutral")):
            with opened(official(folder)) as files:
                shown = read_claim_files([folder / "claims"]).claims[1]
                files.save(shown, decision("letter/other", stance, name, "why"))  # type: ignore[arg-type]
            (folder / f"{name}.yaml").write_bytes(official(folder).read_bytes())
        return run("review", "--agreement", "One.yaml", "Two.yaml", *options)

    def test_agreement_as_json(self, run: Run, folder: Path) -> None:
        ran = self.agreed(run, folder, "--between", "One", "Two", "--format", "json")
        told = json.loads(ran.out)
        assert ran.code == 0
        assert told["reviewers"] == ["One", "Two"]
        assert (told["pairs"], told["agreed"], told["raw_agreement"]) == (1, 0, 0.0)
        assert told["table"]["opposes"]["neutral"] == 1
        assert [each["note"] for each in told["differing"][0]["decisions"]] == ["why", "why"]

    def test_agreement_asks_whose_decisions_are_meant(self, run: Run, folder: Path) -> None:
        ran = self.agreed(run, folder)
        assert ran.code == 2
        assert "Two.yaml: holds decisions of 'One', 'Two'; say whose" in ran.err

    def test_agreement_into_a_file_but_not_over_its_input(self, run: Run, folder: Path) -> None:
        between = ("--between", "One", "Two")
        assert self.agreed(run, folder, *between, "-o", "told.txt").code == 0
        assert "both judged 1 pair." in (folder / "told.txt").read_text("utf-8")
        ran = run("review", "--agreement", "One.yaml", "Two.yaml", *between, "-o", "One.yaml")
        assert ran.code == 2
        assert "is one of the inputs" in ran.err

    def test_without_a_terminal_it_says_what_to_do(self, run: Run, folder: Path) -> None:
        ran = run("review", "--reviewer", WHO)
        assert (ran.code, ran.out) == (2, "")
        assert "review needs a terminal for its keys; --web" in ran.err

    def test_without_a_name_it_asks_for_one(self, run: Run, folder: Path) -> None:
        ran = run("review", "--web")
        assert ran.code == 2
        assert "--reviewer or FACTCHECK_REVIEWER" in ran.err

    @pytest.mark.parametrize("name", ["", "   ", "a\x1b[2J", "x" * 1001])
    def test_a_name_that_cannot_sign_is_refused(self, run: Run, folder: Path, name: str) -> None:
        ran = run("review", "--web", "--reviewer", name)
        assert ran.code == 2
        assert "the reviewer's name" in ran.err

    @pytest.mark.parametrize("given", [("letter.txt",), ("claims", "--against", "-")])
    def test_only_claim_files_can_be_reviewed(
        self, run: Run, folder: Path, given: tuple[str, ...]
    ) -> None:
        (folder / "letter.txt").write_text("The press was closed.", "utf-8")
        ran = run("review", "--web", "--reviewer", WHO, *given)
        assert ran.code == 2
        assert "is no claim file; decisions are written into claim files" in ran.err

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--only", "pres"), "no claim is called 'pres'"),
            (("--topic", "peace", "--only", "press"), "both the ids and the topics"),
            (("--source", "nobody"), "no source is called 'nobody'"),
        ],
    )
    def test_filters_that_leave_nothing_are_told(
        self, run: Run, folder: Path, options: tuple[str, ...], message: str
    ) -> None:
        ran = run("review", "--web", "--reviewer", WHO, *options)
        assert ran.code == 2
        assert message in ran.err

    def test_when_all_is_decided_it_says_so(
        self, run: Run, folder: Path, fake_model: object
    ) -> None:
        with desk(folder) as table:
            while table.sitting.current:
                table.decide("neutral")
        ran = run("review", "--web", "--reviewer", WHO)
        assert ran.code == 0
        assert f"nothing left to review: {WHO} has decided on all 6 pairs" in ran.err


@pytest.mark.parametrize("path", sorted((CLAIMS / "official").glob("*.yaml")), ids=lambda p: p.stem)
def test_in_the_bundled_files_a_decision_on_each_claim_touches_only_lines_of_its_own(
    path: Path,
) -> None:
    raw = before = path.read_bytes()
    _, content = sound_file(raw, str(path))
    for number, entry in enumerate(content.claims or ()):
        _, now = sound_file(raw, str(path))
        assert now.claims is not None
        made = decision("ngo-open-letter/rapid-suppression", STANCES[number % 3], note="a: note")
        expect, _ = with_decision(now.claims[number].expect, made, replace_uncovered=True)
        raw = rewritten(raw, str(path), now, number, expect)
        assert entry.id.encode() in raw
    old, new = before.decode().splitlines(), raw.decode().splitlines()
    gone = [line[2:].strip() for line in difflib.ndiff(old, new) if line.startswith("- ")]
    assert set(gone) <= {"uncovered: true", "- ngo-open-letter/rapid-suppression", "counterpoints:"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=st.text(max_size=60))
def test_any_note_is_saved_as_it_is_or_refused(note: str) -> None:
    try:
        made = decision("l/a", note=note)
    except ValueError:
        return
    text = "version: 1\nsource: {id: d, kind: official, title: T}\nclaims:\n- {id: x, text: X}\n"
    _, content = sound_file(text.encode(), "x")
    expect, _ = with_decision(None, made)
    told = read_claim_file(rewritten(text.encode(), "x", content, 0, expect), "x").records()
    assert told.claims[0].expect == expect
