"""What several commands share: where the cache is, which encoder to use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli.console import note
from factcheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.cache import VectorCache
    from factcheck.encoders import Encoder
    from factcheck.records import Weights
    from factcheck.stance import StanceModel
    from factcheck.weights import HashMemo

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
    """

    batch_size: int
    cache_dir: Path | None
    no_cache: bool
    cache_size: int
    allow_download: bool
    verbose: bool = False

    def encoder(self, name: str) -> Encoder:
        """A verified encoder, behind the cache unless that is turned off."""
        from factcheck.cache import CachedEncoder
        from factcheck.encoders import SentenceEncoder
        from factcheck.weights import resolve

        weights = self._verified("encoder", name, resolve)
        encoder = SentenceEncoder(weights, batch_size=self.batch_size)
        return encoder if self.no_cache else CachedEncoder(encoder, self._cache())

    def stance(self, name: str) -> StanceModel | None:
        """A verified stance model, behind the cache; None for `none`."""
        if name == "none":
            return None
        from factcheck.cache import CachedStance
        from factcheck.stance.cross_encoder import CrossEncoderStance
        from factcheck.weights import resolve_stance

        weights = self._verified("stance model", name, resolve_stance)
        model = CrossEncoderStance(weights, batch_size=self.batch_size)
        return model if self.no_cache else CachedStance(model, self._cache())

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
