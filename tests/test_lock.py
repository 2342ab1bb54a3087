"""The lock file: what it holds, what it gives back, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEncoder, FakeStance, Run, claim, statement
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from factcheck.errors import LockError
from factcheck.lock import Lock, directions, pair_keys, quantised, read_lock, render, text_key
from factcheck.locked import LockedEncoder, LockedStance, make_lock, unused
from factcheck.ranked import rank_statements

CLAIMS = (claim("press", "The press is free."), claim("peace", "Peace has lasted."))
STATEMENTS = (
    statement("closed", "The press was closed."),
    statement("other", "The weather was fine."),
    statement("praise", "Peace has lasted for decades."),
)


def made(old: Lock | None = None) -> tuple[Lock, FakeEncoder, FakeStance]:
    encoder, stance = FakeEncoder(), FakeStance()
    return make_lock(CLAIMS, STATEMENTS, encoder=encoder, stance=stance, old=old), encoder, stance


def reread(lock: Lock) -> Lock:
    return read_lock(render(lock).encode(), "factcheck.lock")


def test_a_lock_comes_back_as_it_was_and_gives_the_same_bytes() -> None:
    lock, _, _ = made()
    again = reread(lock)
    assert render(again) == render(lock)
    assert (len(again.texts), len(again.pairs)) == (5, 6)
    assert again.encoder.name == "fake"


def test_entries_are_sorted_and_one_a_line() -> None:
    lines = render(made()[0]).splitlines()
    entries = [line for line in lines if line.startswith(("pair ", "text "))]
    assert entries == sorted(entries)
    assert len(entries) == 11


def test_a_locked_run_gives_the_verdicts_and_stance_of_the_models() -> None:
    lock = reread(made()[0])
    runs = []
    for encoder, stance in (
        (FakeEncoder(), FakeStance()),
        (LockedEncoder(lock, CLAIMS), LockedStance(lock, CLAIMS)),
    ):
        ranked = rank_statements(
            CLAIMS,
            STATEMENTS,
            encoder=encoder,
            stance=stance,
            k=2,
            min_similarity=None,
            rank="contrast",
        )
        runs.append(
            [
                (pairs.verdict(), [pairs.pair(n).probabilities for n in range(len(pairs))])
                for pairs in ranked
            ]
        )
    assert runs[0] == runs[1]


def test_making_a_lock_again_asks_the_models_for_nothing() -> None:
    lock, _, _ = made()
    again, encoder, stance = made(old=reread(lock))
    assert render(again) == render(lock)
    assert (encoder.batches, stance.batches) == ([], [])


def test_a_lock_of_other_models_is_not_reused() -> None:
    lock, _, _ = made()
    other = Lock(
        lock.encoder.model_copy(update={"sha256": "a" * 64}),
        lock.stance,
        lock.texts,
        lock.pairs,
        lock.parts,
    )
    _, encoder, stance = made(old=other)
    assert len(encoder.batches[0]) == 5
    assert stance.batches == []


def test_what_no_claim_needs_is_counted_and_pruned() -> None:
    lock, _, _ = made()
    encoder, stance = LockedEncoder(lock), LockedStance(lock)
    encoder.encode(["The press is free."])
    stance.judge([("The press was closed.", "The press is free.")])
    assert unused(encoder, stance, lock) == 4 + 5
    small = make_lock(
        CLAIMS[:1], STATEMENTS[:1], encoder=FakeEncoder(), stance=FakeStance(), old=lock
    )
    assert (len(small.texts), len(small.pairs)) == (2, 1)


def test_a_text_that_is_not_locked_is_told_with_its_place() -> None:
    lock, _, _ = made()
    new = claim("new", "A new claim.", path="claims/a.yaml", line=7, column=5)
    with pytest.raises(LockError, match=r"claims/a.yaml:7:5: .*declaration/new.*factcheck lock"):
        LockedEncoder(lock, [new]).encode(["A new claim."])
    with pytest.raises(LockError, match=r"claims/a.yaml:7:5: .*declaration/new.*factcheck lock"):
        LockedStance(lock, [new]).judge([("The press was closed.", "A new claim.")])


def test_entries_of_two_branches_merge_as_text() -> None:
    whole = render(made()[0]).splitlines(keepends=True)
    head = [line for line in whole if not line.startswith(("pair", "text"))]
    entries = [line for line in whole if line.startswith(("pair", "text"))]
    merged = "".join([*head, *entries[5:], *entries[:7]])  # out of order, some twice
    assert render(read_lock(merged.encode(), "x")) == "".join(whole)


def test_line_ends_of_windows_are_read() -> None:
    text = render(made()[0])
    assert render(read_lock(text.replace("\n", "\r\n").encode(), "x")) == text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("pair ", "<<<<<<< ours\npair ", 1), "merge conflict"),
        (lambda text: text.replace("format 1", "format 2"), "another format"),
        (lambda text: text.replace("format 1\n", ""), "does not tell its format"),
        (lambda text: text.replace("encoder ", "# "), "stands before the line|its encoder"),
        (lambda text: text.replace("stance ", "# ", 1), "stands before the line"),
        (lambda text: text.replace("e" * 64, "d" * 64), "wrong checksum"),
        (lambda text: text.replace("f" * 64, "d" * 64), "wrong checksum"),
        (lambda text: text[:-3] + "zz\n", "is no entry"),
        (lambda text: text[:-9] + "00000000\n", "wrong checksum"),
        (lambda text: text + "encoder " + "0" * 64 + ' "other"\n', "second model"),
        (lambda text: text + "nonsense\n", "is no entry"),
        (lambda _: "", "no lock file"),
        (lambda _: "\x00\xff" * 50, "is no entry"),
    ],
)
def test_a_damaged_lock_is_refused_with_its_line(change: object, message: str) -> None:
    assert callable(change)
    with pytest.raises(LockError, match=rf"^factcheck\.lock(:\d+:1)?: .*({message})"):
        read_lock(change(render(made()[0])).encode(), "factcheck.lock")


def test_a_pair_judged_in_two_ways_is_refused() -> None:
    lock, _, _ = made()
    other = Lock(lock.encoder, lock.stance, lock.texts, lock.pairs, lock.parts[::-1].copy())
    both = render(lock) + "".join(
        line for line in render(other).splitlines(keepends=True) if line.startswith("pair")
    )
    with pytest.raises(LockError, match="two ways"):
        read_lock(both.encode(), "x")


def test_keys_depend_on_the_text_and_the_order_of_a_pair() -> None:
    assert text_key("a") != text_key("b")
    one, other = pair_keys([("a", "b"), ("b", "a")])
    assert one != other
    assert len({text_key(""), text_key("\ud800"), one, other}) == 4


unit_rows = arrays(
    np.float32,
    (2, 24),
    elements=st.floats(-1, 1, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3),
).filter(lambda rows: bool((np.abs(rows).max(axis=1) > 0).all()))


@given(unit_rows)
def test_quantising_moves_a_similarity_by_no_more_than_is_told(rows: np.ndarray) -> None:
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    again = directions(quantised(rows))
    bound = sum(
        math.asin(min(1.0, float(np.abs(row).max()) * math.sqrt(rows.shape[1]) / 254))
        for row in rows
    )
    before, after = float(rows[0] @ rows[1]), float(again[0] @ again[1])
    assert abs(before - after) <= bound + 1e-6
    assert np.allclose(np.linalg.norm(again, axis=1), 1, atol=1e-6)


def test_lock_and_locked_commands(run: Run, folder: Path, fake_model: FakeEncoder) -> None:
    ran = run("lock", "--stance-model", "fake-stance", "--model", "fake")
    assert (ran.code, ran.out) == (0, "")
    assert "5 texts, 6 pairs" in ran.err
    options = ("--model", "fake", "--stance-model", "fake-stance", "-f", "json")
    plain = run("compare", *options)
    fake_model.batches.clear()
    locked = run("compare", "--locked", *options)
    assert locked.code == 0
    assert fake_model.batches == []
    assert [line for line in locked.out.splitlines() if "verdict" in line] == [
        line for line in plain.out.splitlines() if "verdict" in line
    ]


def test_a_lock_is_not_left_half_written(
    run: Run, folder: Path, fake_model: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("lock", "--stance-model", "fake-stance", "--model", "fake")
    before = Path("factcheck.lock").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    ran = run("lock", "--fresh", "--stance-model", "fake-stance", "--model", "fake")
    assert ran.code == 2
    assert Path("factcheck.lock").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "other"), "made with the encoder model 'fake', not 'other'"),
        (
            ("--model", "fake", "--stance-model", "other"),
            "the stance model 'fake-stance', not 'other'",
        ),
        (("--model", "fake", "--stance-model", "fake-stance", "--lock", "none"), "cannot be read"),
    ],
)
def test_a_lock_of_another_model_is_refused(
    run: Run, folder: Path, fake_model: FakeEncoder, arguments: tuple[str, ...], message: str
) -> None:
    run("lock", "--stance-model", "fake-stance", "--model", "fake")
    ran = run("compare", "--locked", *arguments)
    assert ran.code == 2
    assert message in ran.err
    assert "factcheck lock" in ran.err
