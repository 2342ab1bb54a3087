"""What tests share: a deterministic encoder, records made short, and a command line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from factcheck.cli import main
from factcheck.inference import Progress, silent
from factcheck.records import Claim, Precision, Quote, Source, Statement, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parent.parent
CLAIMS = REPOSITORY / "claims"
SEEDS = REPOSITORY.parent / "shared" / "seeds"

needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the sample documents are not beside the repository"
)


class FakeEncoder:
    """Words to directions that their hashes give: texts that share words are near."""

    name = "fake"
    sha256 = "f" * 64
    fingerprint = "fake-1"
    precision: Precision = "f32"
    dimension = 32

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        progress(0, len(texts))
        rows = np.array([self._row(text) for text in texts], np.float32)
        progress(len(texts), len(texts))
        return rows.reshape(len(texts), self.dimension)

    def let_go(self) -> None:
        """There is nothing to give back."""

    def _row(self, text: str) -> NDArray[np.float64]:
        row = np.full(self.dimension, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            row += np.random.default_rng(seed).standard_normal(self.dimension)
        return np.asarray(row / np.linalg.norm(row))


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


class FakeStance:
    """Opposes what was closed, supports what has lasted, and has no view of the rest."""

    name = "fake-stance"
    sha256 = "e" * 64
    fingerprint = "fake-stance-1"
    precision: Precision = "f32"

    def __init__(self) -> None:
        self.batches: list[list[tuple[str, str]]] = []

    def judge(
        self, pairs: Sequence[tuple[str, str]], progress: Progress = silent
    ) -> NDArray[np.float32]:
        self.batches.append(list(pairs))
        rows = []
        for statement, claim in pairs:
            shared = len(set(statement.lower().split()) & set(claim.lower().split())) / 100
            if "closed" in statement:
                rows.append((0.8 + shared, 0.1, 0.1 - shared))
            elif "lasted" in statement:
                rows.append((0.1 - shared, 0.1, 0.8 + shared))
            else:
                rows.append((0.1, 0.8, 0.1))
        progress(len(pairs), len(pairs))
        return np.array(rows, np.float32).reshape(len(pairs), 3)


@pytest.fixture
def stance() -> FakeStance:
    return FakeStance()


OFFICIAL = Source(id="declaration", kind="official", title="A declaration", publisher="A union")
NGO = Source(id="letter", kind="ngo", title="A letter")


def claim(name: str, text: str, **fields: Any) -> Claim:
    return Claim(**{"source": OFFICIAL, "id": name, "text": text, **fields})


def statement(name: str, text: str, **fields: Any) -> Statement:
    quote = Quote(exact=f"words of {name}")
    return Statement(**{"source": NGO, "id": name, "text": text, "quote": quote, **fields})


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's: no configuration by environment, a cache of the test's own."""
    for name in list(os.environ):
        if name.startswith(("FACTCHECK_", "HF_", "NO_COLOR", "FORCE_COLOR")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FACTCHECK_STANCE_MODEL", "none")  # where stance is meant, tests name one


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, in this process."""

    def _run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return _run


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The command line with the fake in place of the model."""
    fake = FakeEncoder()

    def resolve(name: str, **_: Any) -> Weights:
        return Weights(name, Path("nowhere"), fake.sha256, fake.fingerprint)

    def make(*_: Any) -> FakeEncoder:
        return fake

    def make_stance(*_: Any) -> FakeStance:
        return FakeStance()

    monkeypatch.setattr("factcheck.weights.resolve", resolve)
    monkeypatch.setattr("factcheck.weights.resolve_stance", resolve)
    monkeypatch.setattr("factcheck.stance.cross_encoder.CrossEncoderStance", make_stance)
    monkeypatch.setattr("factcheck.encoders.SentenceEncoder", make)
    return fake


OFFICIAL_FILE = """\
version: 1
source:
  id: declaration
  kind: official
  title: A declaration
  publisher: A union
  date: 2024-11-23
claims:
  - id: press
    text: The press is free.
    quote: We agreed that the press is free
    locator: para. 1
    topics: [media]
    expect:
      counterpoints: [letter/closed]
  - id: peace
    text: Peace has lasted.
    topics: [peace, media]
"""

NGO_FILE = """\
version: 1
source:
  id: letter
  kind: ngo
  title: A letter
statements:
  - id: closed
    text: The press was closed.
    quote: {exact: closed the press}
  - id: praise
    text: Peace has lasted for decades.
  - id: other
    text: The weather was fine.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with `claims/official.yaml` and `claims/letter.yaml`."""
    working = tmp_path / "work"
    (working / "claims").mkdir(parents=True)
    (working / "claims" / "official.yaml").write_text(OFFICIAL_FILE, "utf-8")
    (working / "claims" / "letter.yaml").write_text(NGO_FILE, "utf-8")
    (working / ".git").mkdir()
    monkeypatch.chdir(working)
    return working
