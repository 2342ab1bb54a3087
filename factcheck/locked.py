"""The models behind a lock: recorded once where they are, read back where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from factcheck.calibration import Calibration, ranking_for, recorded
from factcheck.errors import LockError, Problem
from factcheck.inference import Progress, StandIn, described, silent
from factcheck.lock import FILE_NAME, PARTS, Lock, directions, pair_keys, quantised, text_key
from factcheck.ranked import check_passages, rank_statements
from factcheck.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.encoders import Encoder
    from factcheck.records import Claim, Passage, Statement
    from factcheck.stance import Probabilities, StanceModel

    Vectors = NDArray[np.float32]

_MOST = 20
_MEND = "run `factcheck lock` on the same files and commit factcheck.lock"


def make_lock(
    claims: Iterable[Claim],
    statements: Iterable[Statement],
    *,
    encoder: Encoder,
    stance: StanceModel | None,
    old: Lock | None = None,
    calibration: Calibration | None = None,
    progress: Progress = silent,
    judging: Progress = silent,
) -> Lock:
    """Record what a locked run over these claims and statements will ask for, and no more.

    Args:
        claims: In any order.
        statements: In any order.
        encoder: Makes the vectors that `old` does not hold.
        stance: Judges the pairs that `old` does not hold; None leaves them out.
        old: An earlier lock; what it holds of the same models stays as it is.
        calibration: What the runs will be calibrated by; the lock names it.
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.

    Raises:
        InputError: There is no claim or no statement, two share a `source/id`, or the
            calibration was fitted on other models.
    """
    ranking_for(calibration, encoder, stance)
    claims = tuple(claims)
    statements = tuple(sorted(statements, key=lambda statement: statement.key))
    check_passages(claims, statements)
    vectors = _RecordingEncoder(encoder, old)
    judge = _RecordingStance(stance, old) if stance else None
    ranked = rank_statements(
        claims,
        statements,
        encoder=vectors,
        stance=judge,
        k=1,
        min_similarity=None,
        rank="contrast" if judge else "similarity",
        progress=progress,
        judging=judging,
    )
    for _ in ranked:  # asks the models for all that there is to record
        pass
    model = described(encoder)
    if judge is None:
        return Lock(model, None, vectors.texts)
    keys = np.array(list(judge.pairs), "S16")
    parts = np.array(list(judge.pairs.values()), np.int16).reshape(-1, 2)
    order = np.argsort(keys)
    return Lock(
        model,
        described(judge),
        vectors.texts,
        keys[order],
        parts[order],
        recorded(calibration, stance),
    )


class _RecordingEncoder(StandIn):
    """Gives what the lock will give: vectors of whole numbers."""

    def __init__(self, inner: Encoder, old: Lock | None) -> None:
        super().__init__(inner)
        self.texts: dict[bytes, bytes] = {}
        self._inner = inner
        self._old = old.texts if old and old.encoder.sha256 == inner.sha256 else {}

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        keys = [text_key(text) for text in texts]
        self.texts = {key: self._old[key] for key in keys if key in self._old}
        new = [n for n, key in enumerate(keys) if key not in self.texts]
        if new:
            rows = quantised(self._inner.encode([texts[n] for n in new], progress))
            self.texts |= {keys[n]: row.tobytes() for n, row in zip(new, rows, strict=True)}
        return _stacked(self.texts, keys)


class _RecordingStance(StandIn):
    """Gives what the lock will give: probabilities of four decimals."""

    def __init__(self, inner: StanceModel, old: Lock | None) -> None:
        super().__init__(inner)
        self.pairs: dict[bytes, tuple[int, int]] = {}
        self._inner = inner
        same = old is not None and old.stance is not None and old.stance.sha256 == inner.sha256
        self._old = old if same else None

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        keys = list(pair_keys(pairs))
        parts = np.zeros((len(pairs), 2), np.int16)
        places = np.full(len(pairs), -1) if self._old is None else self._old.places(keys)
        if self._old is not None:
            parts[places >= 0] = self._old.parts[places[places >= 0]]
        new = np.flatnonzero(places < 0).tolist()
        if new:
            judged = shown(self._inner.judge([pairs[n] for n in new], progress))
            parts[new] = np.rint(judged[:, :2] * PARTS).astype(np.int16)
        self.pairs |= {
            key: (opposes, neutral)
            for key, (opposes, neutral) in zip(keys, parts.tolist(), strict=True)
        }
        return _probabilities(parts)


def _lacking(passages: Mapping[str, Passage], texts: Sequence[str], what: str) -> LockError:
    """That a lock has not what is asked of it, at most twenty places of it."""
    problems = []
    for text in texts[:_MOST]:
        passage = passages.get(text)
        name = passage.key if passage else repr(text[:60])
        message = f"{what} {name} is not locked; {_MEND}"
        if passage and passage.path:
            problems.append(Problem(passage.path, passage.line, passage.column, message))
        else:
            problems.append(Problem(FILE_NAME, 0, 0, message))
    if len(texts) > _MOST:
        problems.append(Problem(FILE_NAME, 0, 0, f"{len(texts) - _MOST:,} more are not locked"))
    return LockError(problems)


def _by_text(passages: Iterable[Passage]) -> dict[str, Passage]:
    return {passage.text: passage for passage in passages}


class LockedEncoder:
    """An encoder that knows only what a lock holds.

    Args:
        lock: The lock.
        passages: Whose texts will be asked for; errors name their places.
    """

    def __init__(self, lock: Lock, passages: Iterable[Passage] = ()) -> None:
        """Take on the identity of the model that the lock was made with."""
        self.name, self.sha256 = lock.encoder.name, lock.encoder.sha256
        self.fingerprint, self.precision = lock.encoder.sha256, lock.encoder.precision
        self.used: set[bytes] = set()
        self._lock = lock
        self._passages = _by_text(passages)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Vectors of texts: float32, shape (n, d), rows of length 1.

        Raises:
            LockError: Texts are not in the lock; it names all of them.
        """
        keys = [text_key(text) for text in texts]
        lacking = [
            text for text, key in zip(texts, keys, strict=True) if key not in self._lock.texts
        ]
        if lacking:
            raise _lacking(self._passages, lacking, "the text of")
        self.used |= set(keys)
        progress(len(texts), len(texts))
        return _stacked(self._lock.texts, keys)


class LockedStance:
    """A stance model that knows only what a lock holds.

    Args:
        lock: The lock; made with a stance model.
        passages: Whose texts will be asked for; errors name their places.

    Raises:
        ValueError: The lock was made without a stance model.
    """

    def __init__(self, lock: Lock, passages: Iterable[Passage] = ()) -> None:
        """Take on the identity of the model that the lock was made with."""
        if lock.stance is None:
            raise ValueError("the lock was made without a stance model")
        self.name, self.sha256 = lock.stance.name, lock.stance.sha256
        self.fingerprint, self.precision = lock.stance.sha256, lock.stance.precision
        self.used = np.zeros(len(lock.pairs), bool)
        self._lock = lock
        self._passages = _by_text(passages)

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress = silent) -> Probabilities:
        """Probabilities of pairs: float32, shape (n, 3), four decimals.

        Raises:
            LockError: Pairs are not in the lock; it names their claims.
        """
        places = self._lock.places(pair_keys(pairs))
        lacking = dict.fromkeys(pairs[n][1] for n in np.flatnonzero(places < 0).tolist())
        if lacking:
            raise _lacking(self._passages, list(lacking), "a statement beside")
        self.used[places] = True
        progress(len(pairs), len(pairs))
        return _probabilities(self._lock.parts[places])


def unused(encoder: LockedEncoder, stance: LockedStance | None, lock: Lock) -> int:
    """How many entries of a lock nothing has asked for."""
    pairs = 0 if stance is None else int((~stance.used).sum())
    return len(lock.texts) - len(encoder.used) + pairs


def _stacked(texts: Mapping[bytes, bytes], keys: Sequence[bytes]) -> Vectors:
    whole = np.frombuffer(b"".join(texts[key] for key in keys), np.int8)
    return directions(whole.reshape(len(keys), -1) if keys else whole.reshape(0, 1))


def _probabilities(parts: NDArray[np.int16]) -> Probabilities:
    rest = PARTS - parts.sum(axis=1, keepdims=True, dtype=np.int64)
    return np.asarray(np.hstack([parts, rest]) / PARTS, np.float32)
