"""What runs a model: on which device, in which precision, by which library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest
from conftest import FakeEncoder, FakeStance

from factcheck import running
from factcheck.encoders import SentenceEncoder
from factcheck.errors import ModelError
from factcheck.inference import Identified, described
from factcheck.records import Weights
from factcheck.running import Execution, compiles, computes_bfloat16
from factcheck.stance.cross_encoder import CrossEncoderStance
from factcheck.timings import TimedEncoder, TimedStance, Timings, table

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER = Weights("other", Path(), "0", "print")
PACKAGED = Weights("packaged", Path(), "0", "print", expected_sha256="0")


@pytest.fixture
def has_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "computes_bfloat16", lambda: True)


@pytest.fixture
def lacks_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "computes_bfloat16", lambda: False)


def test_only_the_packaged_models_on_the_cpu_are_compiled() -> None:
    assert compiles(PACKAGED, "auto")
    assert not compiles(PACKAGED, "torch")
    assert not compiles(PACKAGED, "auto", "cuda")
    assert not compiles(OTHER, "auto")
    for weights, device in ((OTHER, "cpu"), (PACKAGED, "cuda")):
        with pytest.raises(ModelError, match="only the packaged models"):
            compiles(weights, "openvino", device)


@pytest.mark.usefixtures("has_bfloat16")
def test_what_runs_a_model_is_not_mixed_in_the_cache() -> None:
    made: list[Identified] = [
        SentenceEncoder(PACKAGED, Execution(backend="torch")),
        SentenceEncoder(PACKAGED, Execution(backend="torch", precision="bf16")),
        SentenceEncoder(PACKAGED),
        CrossEncoderStance(PACKAGED, Execution(precision="bf16")),
    ]
    assert len({each.fingerprint for each in made}) == len(made)
    assert made[0].fingerprint == PACKAGED.fingerprint
    assert {each.sha256 for each in made} == {"0"}


def test_a_model_is_loaded_once_after_room_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Compiled:
        labels: ClassVar = {0: "contradiction", 1: "neutral", 2: "entailment"}

        def __init__(self, weights: Weights, _precision: str) -> None:
            done.append(f"load {weights.name}")

        def __call__(self, rows: Sequence[object], _size: int, _progress: object) -> object:
            return np.zeros((len(rows), 3), np.float32)

    monkeypatch.setattr(running, "CompiledModel", Compiled)
    encoder = SentenceEncoder(replace(PACKAGED, name="encoder"))

    def make_room() -> None:
        done.append("room")
        encoder.let_go()

    stance = CrossEncoderStance(replace(PACKAGED, name="stance"), before=make_room)
    assert done == []
    for _ in range(2):
        encoder.encode(["text"])
    for _ in range(2):
        stance.judge([("text", "claim")])
    encoder.encode(["text"])
    assert done == ["load encoder", "room", "load stance", "load encoder"]


@pytest.mark.usefixtures("has_bfloat16")
def test_bfloat16_is_told_in_the_report() -> None:
    plain = described(SentenceEncoder(OTHER))
    assert (plain.precision, plain.called) == ("f32", "other")
    assert described(SentenceEncoder(OTHER, Execution(precision="bf16"))).precision == "bf16"
    chosen = described(SentenceEncoder(OTHER, Execution(precision="auto")))
    assert (chosen.precision, chosen.called) == ("bf16", "other in bfloat16")


@pytest.mark.usefixtures("lacks_bfloat16")
def test_bfloat16_is_not_computed_where_it_is_slow() -> None:
    assert SentenceEncoder(OTHER, Execution(precision="auto")).precision == "f32"
    with pytest.raises(ModelError, match="--precision f32, or auto"):
        SentenceEncoder(OTHER, Execution(precision="bf16"))


@pytest.mark.parametrize(
    ("told", "able"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 sse", True),
        ("Features : asimd bf16 i8mm", True),
        ("flags : fpu avx2 fma", False),
        (None, False),
    ],
)
def test_the_system_tells_what_the_processor_can(
    tmp_path: Path, told: str | None, able: bool
) -> None:
    path = tmp_path / "cpuinfo"
    if told is not None:
        path.write_text(told, "utf-8")
    assert computes_bfloat16(path) is able


@pytest.mark.parametrize(
    ("found", "asked", "given"),
    [
        ((True, True), "auto", "cuda"),
        ((False, True), "auto", "mps"),
        ((False, True), "mps", "mps"),
        ((True, False), "cuda", "cuda"),
        ((False, False), "auto", "cpu"),
        ((False, False), "cuda", None),
        ((True, False), "mps", None),
    ],
)
def test_an_accelerator_is_used_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
    found: tuple[bool, bool],
    asked: running.Device,
    given: str | None,
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: found[0])
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: found[1])
    if given is None:
        with pytest.raises(ModelError, match=f"torch finds no {asked} device"):
            SentenceEncoder(PACKAGED, Execution(device=asked))
        return
    print_there = SentenceEncoder(PACKAGED, Execution(device=asked)).fingerprint
    assert (print_there == SentenceEncoder(PACKAGED).fingerprint) is (given == "cpu")


class Clock:
    """Goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_timings_tell_stages_and_what_lies_within_them() -> None:
    timings = Timings(Clock())
    encoder = TimedEncoder(FakeEncoder(), timings, "encoding")
    stance = TimedStance(FakeStance(), timings, "judging")
    timings.add(("starting",), 0.5)
    with timings.stage("comparing"):
        encoder.encode(["a", "b"])
        stance.judge([("a", "b")])
        encoder.encode(["c"])
    with timings.stage("writing"):
        pass
    told = [(each.name, each.depth, each.seconds, each.rows) for each in timings.stages]
    assert told == [
        ("starting", 0, 0.5, 0),
        ("comparing", 0, 7.0, 0),
        ("encoding", 1, 2.0, 3),
        ("judging", 1, 1.0, 1),
        ("writing", 0, 1.0, 0),
    ]
    assert described(encoder) == described(FakeEncoder())
    assert described(stance) == described(FakeStance())
    lines = table(timings.stages).splitlines()
    assert lines[3].split() == ["encoding", "2.000", "3", "2"]
    assert lines[-1].split() == ["in", "all", "8.500"]


def test_a_stage_that_fails_is_closed() -> None:
    timings = Timings(Clock())
    with pytest.raises(KeyError), timings.stage("reading"):
        raise KeyError
    with timings.stage("writing"):
        pass
    assert [each.depth for each in timings.stages] == [0, 0]
