"""What several commands share: where the cache is, which encoder to use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from factcheck.cli.console import note

if TYPE_CHECKING:
    from factcheck.encoders import Encoder
    from factcheck.weights import HashMemo

DEFAULT_MODEL = "all-MiniLM-L6-v2"

ModelOption = Annotated[
    str,
    typer.Option(
        help="A sentence-transformers model: a folder, or a name in the local hub cache.",
        envvar="FACTCHECK_MODEL",
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


def make_encoder(
    model: str,
    *,
    batch_size: int,
    cache_dir: Path | None,
    no_cache: bool,
    cache_size: int,
    allow_download: bool,
    verbose: bool,
) -> Encoder:
    """A verified encoder, behind the cache unless that is turned off."""
    from factcheck.cache import CachedEncoder, VectorCache
    from factcheck.encoders import SentenceEncoder
    from factcheck.weights import resolve

    memo = hash_memo(cache_dir, no_cache=no_cache)
    weights = resolve(model, memo=memo, allow_download=allow_download)
    if verbose:
        note(f"encoder {weights.name}, sha256 {weights.sha256}, from {weights.folder}")
    encoder = SentenceEncoder(weights, batch_size=batch_size)
    if no_cache:
        return encoder
    folder = cache_folder(cache_dir)
    if verbose:
        note(f"cache {folder}")
    return CachedEncoder(encoder, VectorCache(folder, max_bytes=cache_size * 1024 * 1024))
