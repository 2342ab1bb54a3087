"""How commands find models, run them and remember what they gave, as the options say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.cli.calibrated import check_lock
from factcheck.cli.console import note
from factcheck.cli.executing import Device, Precision
from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factcheck.cache import VectorCache
    from factcheck.calibration import Calibration
    from factcheck.cluster.comparing import Workers
    from factcheck.encoders import Encoder
    from factcheck.lock import Lock
    from factcheck.locked import LockedEncoder, LockedStance
    from factcheck.records import Passage, Weights
    from factcheck.running import Execution
    from factcheck.stance import StanceModel
    from factcheck.timings import Timings
    from factcheck.weights import HashMemo

BY_MODEL = "by the model, what the cache lacks"


@dataclass(frozen=True)
class Models:
    """How models are found, run and remembered: what the options say.

    Attributes:
        batch_size: Texts or pairs at once.
        cache_dir: The cache folder; None for the platform's.
        no_cache: Whether to do without.
        cache_size: In MiB.
        allow_download: Whether a model may be fetched.
        verbose: Whether to say which are used.
        precision: What they compute in.
        device: Where they run.
        timings: Where to note how long they take; None for nowhere.
        workers: Of a cluster, who judge; None for this process.
    """

    batch_size: int
    cache_dir: Path | None
    no_cache: bool
    cache_size: int
    allow_download: bool
    verbose: bool = False
    precision: Precision = "f32"
    device: Device = "cpu"
    timings: Timings | None = None
    workers: Workers | None = None
    _encoders: dict[str, Encoder] = field(default_factory=dict, compare=False, repr=False)
    _before_judging: list[Callable[[], None]] = field(
        default_factory=list, compare=False, repr=False
    )

    def encoder(self, name: str) -> Encoder:
        """A verified encoder, behind the cache unless that is turned off; loaded once."""
        if name not in self._encoders:
            self._encoders[name] = self._encoder(name)
        return self._encoders[name]

    def _encoder(self, name: str) -> Encoder:
        from factcheck.cache import CachedEncoder
        from factcheck.encoders import SentenceEncoder
        from factcheck.timings import TimedEncoder
        from factcheck.weights import resolve

        weights = self._verified("encoder", name, resolve)
        loaded = SentenceEncoder(weights, self.execution())
        self._before_judging.append(loaded.let_go)
        encoder: Encoder = loaded
        if self.timings:
            encoder = TimedEncoder(encoder, self.timings, BY_MODEL)
        return encoder if self.no_cache else CachedEncoder(encoder, self._cache())

    def stance(self, name: str) -> StanceModel | None:
        """A verified stance model, behind the cache; None for `none`."""
        if name == "none":
            return None
        from factcheck.cache import CachedStance
        from factcheck.stance.cross_encoder import CrossEncoderStance
        from factcheck.timings import TimedStance
        from factcheck.weights import resolve_stance

        weights = self._verified("stance model", name, resolve_stance)
        model: StanceModel = CrossEncoderStance(weights, self.execution(), self._make_room)
        if self.workers:
            model = self.workers.judging(
                model, name, self.execution(), allow_download=self.allow_download
            )
        if self.timings:
            model = TimedStance(model, self.timings, BY_MODEL)
        return model if self.no_cache else CachedStance(model, self._cache())

    def _make_room(self) -> None:
        """Let go of the encoders: texts are encoded before pairs are judged."""
        for let_go in self._before_judging:
            let_go()

    def execution(self) -> Execution:
        """How models are run."""
        from factcheck.running import Execution

        return Execution(self.batch_size, precision=self.precision, device=self.device)

    def _verified(self, role: str, name: str, find: Callable[..., Weights]) -> Weights:
        memo = hash_memo(self.cache_dir, no_cache=self.no_cache)
        weights = find(name, memo=memo, allow_download=self.allow_download)
        if self.verbose:
            place = weights.delta or weights.folder
            note(f"{role} {weights.name}, sha256 {weights.sha256}, from {place}")
        return weights

    def _cache(self) -> VectorCache:
        from factcheck.cache import VectorCache

        folder = cache_folder(self.cache_dir)
        return VectorCache(folder, max_bytes=self.cache_size * 1024 * 1024)


def cache_folder(cache_dir: Path | None) -> Path:
    """The cache folder: the one named, or the platform's."""
    if cache_dir is not None:
        return cache_dir
    import platformdirs

    return Path(platformdirs.user_cache_dir("factcheck", appauthor=False))


def hash_memo(cache_dir: Path | None, *, no_cache: bool = False) -> HashMemo:
    """What is remembered of weights verified before."""
    from factcheck.weights import HashMemo

    return HashMemo(None if no_cache else cache_folder(cache_dir) / "verified.json")


def needed(model: StanceModel | None) -> StanceModel:
    """The stance model, which the work cannot do without.

    Raises:
        InputError: There is none.
    """
    if model is None:
        raise InputError("this needs a stance model; name one by --stance-model")
    return model


def models_of(
    models: Models,
    model: str,
    stance_model: str,
    lock: tuple[str, Lock] | None,
    passages: Sequence[Passage],
    calibration: Calibration | None = None,
) -> tuple[Encoder, StanceModel | None]:
    """The models named; with a lock its own, where they are those.

    Raises:
        InputError: The calibration was fitted on other models.
        LockError: The lock was made with other models, or beside another calibration.
    """
    from factcheck.calibration import ranking_for

    if lock is None:
        encoder, stance = models.encoder(model), models.stance(stance_model)
    else:
        encoder, stance = _locked_models(*lock, model, stance_model, passages)
        if stance:
            check_lock(*lock, calibration)
    ranking_for(calibration, encoder, stance)  # refused before any work is done
    return encoder, stance


def _locked_models(
    path: str, lock: Lock, model: str, stance_model: str, passages: Sequence[Passage]
) -> tuple[LockedEncoder, LockedStance | None]:
    from factcheck.errors import LockError, Problem
    from factcheck.locked import LockedEncoder, LockedStance
    from factcheck.weights import PINNED

    wanted = {"encoder": model} | ({} if stance_model == "none" else {"stance": stance_model})
    for role, name in wanted.items():
        held = lock.encoder if role == "encoder" else lock.stance
        if held is None:
            what = "was made without a stance model"
        elif held.name != (Path(name).resolve().name if Path(name).is_dir() else name):
            what = f"was made with the {role} model {held.name!r}, not {name!r}"
        elif held.sha256 != PINNED.get(name, held.sha256):
            what = f"was made with other weights of {name!r} than this factcheck has"
        else:
            continue
        raise LockError([Problem(path, 0, 0, f"{what}; run `factcheck lock`")])
    stance = LockedStance(lock, passages) if "stance" in wanted else None
    return LockedEncoder(lock, passages), stance
