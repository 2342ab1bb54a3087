"""`factcheck cache`: what is kept of earlier runs."""

from __future__ import annotations

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import emit

app = typer.Typer(help="The cache of vectors.")


@app.command()
def info(cache_dir: setup.CacheDirOption = None) -> None:
    """Show where the cache is and what it holds."""
    from factcheck.cache import VectorCache

    cache = VectorCache(loading.cache_folder(cache_dir))
    count, size = cache.info()
    emit(f"path:    {cache.path}\nvectors: {count}\nsize:    {size / 2**20:.1f} MiB\n")


@app.command()
def clear(cache_dir: setup.CacheDirOption = None) -> None:
    """Delete all vectors."""
    from factcheck.cache import VectorCache

    count = VectorCache(loading.cache_folder(cache_dir)).clear()
    emit(f"{count} vectors deleted\n")
