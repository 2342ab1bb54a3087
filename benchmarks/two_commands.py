"""The least that a Typer application of two commands can be: the peer of `factcheck --help`."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def greet(name: str) -> None:
    """Say hello."""
    typer.echo(f"Hello, {name}")


@app.command()
def part(name: str) -> None:
    """Say goodbye."""
    typer.echo(f"Goodbye, {name}")


if __name__ == "__main__":
    app()
