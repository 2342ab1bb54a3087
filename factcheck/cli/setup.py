"""What several commands share: what is read, where the cache is, which models to use."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli.calibrated import CalibrationOption as CalibrationOption  # noqa: PLC0414 - for the commands
from factcheck.cli.calibrated import check_lock
from factcheck.cli.calibrated import read_calibration_file as read_calibration_file  # noqa: PLC0414 - for the commands
from factcheck.cli.console import note
from factcheck.cli.executing import Device, Precision
from factcheck.errors import EmptyInputError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factcheck.cache import VectorCache
    from factcheck.calibration import Calibration
    from factcheck.cluster.comparing import Workers
    from factcheck.encoders import Encoder
    from factcheck.inputs import Sources
    from factcheck.lock import Lock
    from factcheck.locked import LockedEncoder, LockedStance
    from factcheck.records import Claim, Passage, Statement, Weights
    from factcheck.running import Execution
    from factcheck.stance import StanceModel
    from factcheck.timings import Timings
    from factcheck.weights import HashMemo

DEFAULT_PATHS = ("claims",)

ClaimsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Claim files, official documents, or folders of either; '-' reads standard input. "
        "By default what the configuration names, else claims/.",
        show_default=False,
    ),
]
AgainstOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Critique sources: claim files, documents, or folders of either; repeatable. "
        "By default the statements among CLAIMS.",
        envvar="FACTCHECK_AGAINST",
    ),
]


class CritiqueKind(StrEnum):
    """What a critique source can be; Typer takes a list of choices only as an enum."""

    NGO = "ngo"
    ANALYSIS = "analysis"
    PRESS = "press"


KindOption = Annotated[
    list[CritiqueKind] | None,
    typer.Option(help="Only statements from sources of this kind; repeatable."),
]
KOption = Annotated[
    int, typer.Option("-k", help="How many statements a claim.", envvar="FACTCHECK_K", min=1)
]
LockOption = Annotated[Path, typer.Option("--lock", help="The lock file.", envvar="FACTCHECK_LOCK")]
LockedOption = Annotated[
    bool,
    typer.Option(
        "--locked/--no-locked",
        help="Take vectors and stance from the lock file; no model is loaded.",
        envvar="FACTCHECK_LOCKED",
    ),
]
DEFAULT_LOCK = Path("factcheck.lock")

DEFAULT_MODEL = "all-MiniLM-L6-v2"

ModelOption = Annotated[
    str,
    typer.Option(
        help="A sentence-transformers model: a folder, or a name in the local hub cache.",
        envvar="FACTCHECK_MODEL",
    ),
]
StanceOption = Annotated[
    str,
    typer.Option(
        help="The packaged 'contrast', another cross-encoder for natural-language inference (a "
        "folder, or a name in the local hub cache), or 'none'.",
        envvar="FACTCHECK_STANCE_MODEL",
    ),
]
DEFAULT_STANCE = "contrast"
BatchSizeOption = Annotated[
    int, typer.Option(help="Texts encoded at once.", envvar="FACTCHECK_BATCH_SIZE", min=1)
]
DocumentsOption = Annotated[
    Path | None,
    typer.Option(
        help="A folder of documents, found by their sha256; checks every quote.",
        envvar="FACTCHECK_DOCUMENTS",
    ),
]
DownloadOption = Annotated[
    bool,
    typer.Option("--allow-download", help="Fetch the model from the hub where it is not here."),
]
CacheDirOption = Annotated[
    Path | None,
    typer.Option(
        help="Where vectors are kept; by default in the platform's cache folder.",
        envvar="FACTCHECK_CACHE_DIR",
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Neither read nor write the cache.")
]
CacheSizeOption = Annotated[
    int,
    typer.Option(
        help="What the cache may hold, in MiB; the least recently used go first.",
        envvar="FACTCHECK_CACHE_SIZE",
        min=1,
    ),
]
DEFAULT_CACHE_SIZE = 1024
BY_MODEL = "by the model, what the cache lacks"


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


def read_both(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[CritiqueKind] | None = None,
) -> tuple[tuple[Claim, ...], tuple[Statement, ...]]:
    """Claims, of raw documents every sentence, and the statements from sources of some kinds.

    Raises:
        InputError: There are none of them, or a path cannot be read.
    """
    given, statements = read_given(claims, against, kind)
    return given.claims, statements


def read_given(
    claims: Sequence[str] | None,
    against: Sequence[str] | None,
    kind: Sequence[CritiqueKind] | None = None,
) -> tuple[Sources, tuple[Statement, ...]]:
    """What claims are in, and the statements from sources of some kinds.

    Raises:
        InputError: There are none of them, or a path cannot be read.
    """
    from factcheck.inputs import read_sides

    paths = list(claims or DEFAULT_PATHS)
    if "-" in paths and "-" in (against or ()):
        raise InputError("standard input can be only one of the two sides")
    stdin = sys.stdin.buffer if sys.stdin else None
    given, critique = read_sides(paths, against or None, stdin)
    check_claims(given, paths)
    if not critique.statements:
        where = ", ".join(against or paths)
        raise EmptyInputError(
            f"{where}: no statement among these; name critique sources by --against"
        )
    kinds = [each.value for each in kind or CritiqueKind]
    statements = tuple(s for s in critique.statements if s.source.kind in kinds)
    if not statements:
        raise EmptyInputError(f"no statement is from a source of kind {' or '.join(kinds)}")
    return given, statements


def check_claims(given: Sources, paths: Sequence[str]) -> None:
    """Refuse what holds no claim.

    Raises:
        EmptyInputError: There is none.
    """
    if not given.claims:
        raise EmptyInputError(
            f"{', '.join(paths)}: no claim among these; claims are in official sources"
        )


def read_lock_file(path: Path) -> Lock:
    """The lock in a file.

    Raises:
        LockError: There is none, or it cannot be used.
    """
    from factcheck.errors import LockError, Problem
    from factcheck.lock import MAX_BYTES, read_lock

    try:
        if path.stat().st_size > MAX_BYTES:
            raise LockError([Problem(str(path), 0, 0, "is too large for a lock file")])
        raw = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}; `factcheck lock` writes it"
        raise LockError([Problem(str(path), 0, 0, message)]) from None
    return read_lock(raw, str(path))


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
