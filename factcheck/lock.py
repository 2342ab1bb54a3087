"""`factcheck.lock`: what the models gave for each text and pair, so that CI runs without them.

A text file, one line an entry, sorted, each line with its own checksum: branches that add
entries merge as text. An entry is keyed by its content alone.

    format 1
    encoder SHA256 "NAME"
    stance SHA256 "NAME"
    calibration SHA256 "NAME"
    pair KEY OPPOSES NEUTRAL CHECKSUM
    text KEY VECTOR CHECKSUM

KEY is the first 96 bits of a sha256, in base64; OPPOSES and NEUTRAL are in 1/10,000; VECTOR
is the text's direction in whole numbers of 8 bits, in base64; CHECKSUM is the CRC-32 of the
model's sha256 and the line before it, so that entries of two models do not mix unseen.
The stance is the model's own: a calibration is applied to what a lock holds. The lock names
the one that it was made beside, if there was one, so that CI runs by that one and no other.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from factcheck.errors import LockError, Problem
from factcheck.report import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FILE_NAME = "factcheck.lock"
FORMAT = 1
MAX_BYTES = 1024 * 1024 * 1024

PARTS = 10_000
"""A stored probability of 1."""

_HEAD = (
    "# What the models gave for each text and pair, so that checks need none of them.\n"
    "# Made by `factcheck lock`; after a merge, run it again.\n"
)
_LARGEST = 127
_MODEL_LINE = re.compile(r'(encoder|stance|calibration) ([0-9a-f]{64}) (".*")')
_PAIR_LINE = re.compile(r"pair ([\w-]{16}) ([0-9]{5}) ([0-9]{5}) [0-9a-f]{8}", re.ASCII)
_TEXT_LINE = re.compile(r"text ([\w-]{16}) ([\w+/=]+) [0-9a-f]{8}", re.ASCII)
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_MEND = "run `factcheck lock`"
_ROLES = {"encoder": "model", "stance": "model", "calibration": "calibration"}

_NO_PAIRS = np.empty(0, "S16")
_NO_VALUES = np.empty((0, 2), np.int16)


@dataclass(frozen=True)
class Lock:
    """What a lock file holds.

    Attributes:
        encoder: What made the vectors.
        stance: What judged the pairs; None where none did.
        texts: Directions in whole numbers, int8 as bytes, by the text's key.
        pairs: Keys of pairs, sorted, of shape (n,).
        parts: `opposes` and `neutral` in 1/10,000, of shape (n, 2).
        calibration: The calibration that it was made beside.
    """

    encoder: Model
    stance: Model | None
    texts: Mapping[bytes, bytes] = field(default_factory=dict)
    pairs: NDArray[np.bytes_] = field(default_factory=lambda: _NO_PAIRS)
    parts: NDArray[np.int16] = field(default_factory=lambda: _NO_VALUES)
    calibration: Model | None = None

    def places(self, keys: Iterable[bytes]) -> NDArray[np.int64]:
        """Where pairs stand in `pairs`; -1 for those that are not there."""
        asked = np.array(list(keys), "S16")
        if not len(self.pairs):
            return np.full(len(asked), -1, np.int64)
        found = np.searchsorted(self.pairs, asked)
        found[found == len(self.pairs)] = 0
        return np.where(self.pairs[found] == asked, found, -1).astype(np.int64)


def text_key(text: str) -> bytes:
    """The key of a text: 16 characters."""
    return _key(_digest(text))


def pair_keys(pairs: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The keys of pairs (statement, claim), in their order."""
    digests: dict[str, bytes] = {}
    for pair in pairs:
        for text in pair:
            if text not in digests:
                digests[text] = _digest(text)
        yield _key(hashlib.sha256(digests[pair[0]] + digests[pair[1]]).digest())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _key(digest: bytes) -> bytes:
    return urlsafe_b64encode(digest[:12])


def quantised(vectors: Vectors) -> NDArray[np.int8]:
    """Directions in whole numbers of 8 bits, shape (n, d): the greatest part becomes 127.

    With rows of length 1, m the greatest absolute part of a row and d its columns, the row
    turns by an angle of at most asin(m * sqrt(d) / 254): each part moves by half a step of
    m/127. The cosine of two rows changes by no more than the sum of their angles.
    """
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    scaled = vectors / np.where(greatest == 0, 1, greatest) * _LARGEST
    return np.rint(scaled).astype(np.int8)


def directions(whole: NDArray[np.int8]) -> Vectors:
    """Rows of length 1 from whole numbers: float32, shape (n, d), the same on every machine."""
    wide = whole.astype(np.int64)
    lengths = np.sqrt((wide * wide).sum(axis=1, keepdims=True).astype(np.float64))
    rows = wide / np.where(lengths == 0, 1, lengths)
    return np.asarray(rows, np.float32)


def render(lock: Lock) -> str:
    """The lock as the text of its file; the same lock, the same bytes."""
    models = {"encoder": lock.encoder, "stance": lock.stance, "calibration": lock.calibration}
    head = [
        f"{role} {model.sha256} {json.dumps(model.name)}\n"
        for role, model in models.items()
        if model
    ]
    seal = lock.stance.sha256 if lock.stance else ""
    lines = [
        _sealed(f"pair {key.decode()} {opposes:05d} {neutral:05d}", seal)
        for key, (opposes, neutral) in zip(lock.pairs.tolist(), lock.parts.tolist(), strict=True)
    ]
    lines += [
        _sealed(f"text {key.decode()} {b64encode(whole).decode()}", lock.encoder.sha256)
        for key, whole in lock.texts.items()
    ]
    return "".join([_HEAD, f"format {FORMAT}\n", *head, *sorted(lines)])


def _sealed(entry: str, seal: str) -> str:
    return f"{entry} {zlib.crc32(f'{seal} {entry}'.encode()):08x}\n"


def read_lock(raw: bytes, path: str) -> Lock:
    """A lock from the bytes of its file.

    Args:
        raw: The bytes.
        path: Its name in problems.

    Raises:
        LockError: It is damaged, half merged, or of another format; it says where.
    """
    reader = _Reader(path)
    for number, line in enumerate(BytesIO(raw), start=1):
        reader.line(number, line.decode("utf-8", "backslashreplace").rstrip("\r\n"))
    return reader.lock()


class _Reader:
    """Takes a lock file line by line."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._format = 0
        self._models: dict[str, Model] = {}
        self._texts: dict[bytes, bytes] = {}
        self._keys = bytearray()
        self._parts: list[int] = []

    def line(self, number: int, line: str) -> None:
        if pair := _PAIR_LINE.fullmatch(line):
            self._pair(number, line, pair)
        elif text := _TEXT_LINE.fullmatch(line):
            self._text(number, line, text)
        elif model := _MODEL_LINE.fullmatch(line):
            self._model(number, model)
        elif line == f"format {FORMAT}":
            self._format = FORMAT
        elif line.startswith("format "):
            raise self._bad(number, f"tells another format than {FORMAT}, which this reads")
        elif line.startswith(_MARKS):
            raise self._bad(number, "is the mark of a merge conflict; keep both sides")
        elif line and not line.startswith("#"):
            raise self._bad(number, "is no entry")

    def _model(self, number: int, found: re.Match[str]) -> None:
        try:
            name = json.loads(found[3])
        except ValueError:
            raise self._bad(number, "is no entry") from None
        model = Model(name=name, sha256=found[2])
        if self._models.setdefault(found[1], model) != model:
            raise self._bad(number, f"names a second {_ROLES[found[1]]}")

    def _pair(self, number: int, line: str, found: re.Match[str]) -> None:
        self._check(number, line, "stance")
        parts = [int(found[2]), int(found[3])]
        if sum(parts) > PARTS:
            raise self._bad(number, "is no entry")
        self._keys += found[1].encode()
        self._parts += parts

    def _text(self, number: int, line: str, found: re.Match[str]) -> None:
        self._check(number, line, "encoder")
        key = found[1].encode()
        try:
            whole = b64decode(found[2], validate=True)
        except binascii.Error:
            raise self._bad(number, "is no entry") from None
        dimension = len(next(iter(self._texts.values()), whole))
        if not whole or len(whole) != dimension or self._texts.setdefault(key, whole) != whole:
            raise self._bad(number, "does not fit the other entries")

    def _check(self, number: int, line: str, role: str) -> None:
        entry, _, checksum = line.rpartition(" ")
        model = self._models.get(role)
        if model is None:
            raise self._bad(number, f"stands before the line that names the {role} model")
        if checksum != f"{zlib.crc32(f'{model.sha256} {entry}'.encode()):08x}":
            raise self._bad(number, "has a wrong checksum: damaged, edited, or of another model")

    def _bad(self, number: int, what: str) -> LockError:
        return LockError([Problem(self._path, number, 1, f"this line {what}; {_MEND}")])

    def lock(self) -> Lock:
        if not self._format or "encoder" not in self._models:
            missing = "its format" if not self._format else "its encoder"
            message = f"is no lock file: it does not tell {missing}; {_MEND}"
            raise LockError([Problem(self._path, 0, 0, message)])
        keys = np.frombuffer(bytes(self._keys), "S16")
        parts = np.array(self._parts, np.int16).reshape(-1, 2)
        order = np.argsort(keys, kind="stable")
        keys, parts = keys[order], parts[order]
        again = keys[1:] == keys[:-1]
        if (parts[1:][again] != parts[:-1][again]).any():
            message = f"judges a pair in two ways; {_MEND}"
            raise LockError([Problem(self._path, 0, 0, message)])
        kept = np.append(np.ones(min(len(keys), 1), bool), ~again)
        return Lock(
            self._models["encoder"],
            self._models.get("stance"),
            self._texts,
            keys[kept],
            parts[kept],
            self._models.get("calibration"),
        )
