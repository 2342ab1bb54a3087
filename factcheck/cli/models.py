"""`factcheck models`: which weights are used, and whether they are intact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from factcheck.cli import loading, setup
from factcheck.cli.console import emit
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.records import Weights
    from factcheck.weights import HashMemo

app = typer.Typer(help="The models in use: where they are, and whether they are intact.")

_Format = Annotated[Literal["terminal", "json"], typer.Option("--format", "-f")]


@app.command("list")
def list_(
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    cache_dir: setup.CacheDirOption = None,
    format_: _Format = "terminal",
) -> None:
    """Show name, path, sha256, dimension and licence of the models in use."""
    emit(_shown(_told(model, stance_model, loading.hash_memo(cache_dir)), format_))


@app.command("verify")
def verify(
    model: setup.ModelOption = setup.DEFAULT_MODEL,
    stance_model: setup.StanceOption = setup.DEFAULT_STANCE,
    format_: _Format = "terminal",
) -> None:
    """Read the weights anew and compare them with what they should be.

    Exit status: 0 where all are intact, 1 where one is not.
    """
    from factcheck.weights import HashMemo

    told = _told(model, stance_model, HashMemo())
    emit(_shown(told, format_))
    if any(each["intact"] is False for each in told):
        raise typer.Exit(1)


def _told(model: str, stance_model: str, memo: HashMemo) -> list[dict[str, Any]]:
    from factcheck.weights import resolve, resolve_stance

    told = [_of(model, "encoder", resolve, memo)]
    if stance_model != "none":
        told.append(_of(stance_model, "stance", resolve_stance, memo))
    return told


def _of(name: str, role: str, find: Callable[..., Weights], memo: HashMemo) -> dict[str, Any]:
    from factcheck.errors import DamagedWeightsError
    from factcheck.weights import dimension

    try:
        weights = find(name, memo=memo)
    except DamagedWeightsError as error:
        return {"name": name, "role": role, "intact": False, "reason": str(error)}
    return {
        "name": weights.name,
        "role": role,
        "path": str(weights.delta or weights.folder),
        "sha256": weights.sha256,
        "dimension": dimension(weights) if role == "encoder" else None,
        "licence": weights.licence,
        # A model that names no expected sum can be shown, not judged.
        "intact": True if weights.expected_sha256 else None,
    }


def _shown(models: list[dict[str, Any]], format_: str) -> str:
    if format_ == "json":
        return json.dumps(models, indent=2, ensure_ascii=False) + "\n"
    words = {True: "intact", False: "DAMAGED", None: "not known: no published sum to compare with"}
    blocks = []
    for model in models:
        shown = {**model, "intact": words[model["intact"]]}
        lines = [
            f"{key + ':':<11} {printable(str(value))}"
            for key, value in shown.items()
            if value is not None
        ]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
