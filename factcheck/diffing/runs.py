"""What made two reports differ: the tool, the models, the settings, the texts compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.changes import RunChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factcheck.report import Model, Report

_SHORT = 12  # digits of a sha256 that tell it from another


def run_changes(old: Report, new: Report) -> tuple[RunChange, ...]:
    """What differs in how two reports were made, as it is told to people."""
    told = ((what, way(old), way(new)) for what, way in _WAYS.items())
    return tuple(RunChange(what=what, old=was, new=now) for what, was, now in told if was != now)


def _model(model: Model | None) -> str:
    return f"{model.called}, sha256 {model.sha256[:_SHORT]}" if model else "none"


def _number(value: float | None) -> str:
    return "none" if value is None else str(value)


_WAYS: Mapping[str, Callable[[Report], str]] = {
    "factcheck": lambda report: report.tool.version,
    "encoder": lambda report: _model(report.run.encoder),
    "stance model": lambda report: _model(report.run.stance_model),
    "calibration": lambda report: _model(report.run.calibration),
    "rank": lambda report: report.run.rank,
    "k": lambda report: str(report.run.k),
    "min similarity": lambda report: _number(report.run.min_similarity),
    "opposes at": lambda report: _number(report.run.opposes_at),
    "texts compared": lambda report: f"sha256 {report.run.corpus_sha256[:_SHORT]}",
}
