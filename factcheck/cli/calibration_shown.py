"""What a calibration is and gains, for a reader at a terminal or a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factcheck.crossvalidation import Counts, Validated
    from factcheck.stance.ranking import Ranking


def counted(told: Counts) -> str:
    """How many labels there are, by class and by claim."""
    pairs = ", ".join(f"{n:,} {name}" for name, n in told.pairs.items() if n or name != "other")
    return f"{told.claims:,} claims, {told.opposed:,} of them opposed, with pairs: {pairs}"


def shown(told: Counts, found: Validated, base: Ranking, format_: str) -> str:
    """Labels, figures before and after, and what was fitted, as text or as JSON."""
    if format_ == "json":
        return json.dumps(_row(told, found, base), allow_nan=False) + "\n"
    lines = [counted(told), "", f"{'on claims not fitted on':<28}{'before':>8}{'after':>8}"]
    for name, before in found.before.items():
        lines.append(f"{_NAMES[name]:<28}{_figure(before)}{_figure(found.after[name])}")
    lines += ["", f"{'':<28}{'packaged':>8}{'fitted':>8}"]
    after = _parameters(found.ranking)
    for name, before in _parameters(base).items():
        lines.append(f"{name:<28}{before:>8.3f}{after[name]:>8.3f}")
    what = ", ".join(found.parts) or "nothing: no part is better than what is packaged"
    return "\n".join([*lines, "", f"Fitted anew: {what}."]) + "\n"


def _row(told: Counts, found: Validated, base: Ranking) -> dict[str, Any]:
    from factcheck.choosing import FOLDS, REPEATS

    return {
        "claims": told.claims,
        "opposed": told.opposed,
        "pairs": told.pairs,
        "folds": FOLDS,
        "repeats": REPEATS,
        "before": found.before,
        "after": found.after,
        "parts": found.parts,
        "packaged": _parameters(base),
        "fitted": _parameters(found.ranking),
    }


_NAMES = {
    "nll": "NLL, less is better",
    "ece": "ECE, less is better",
    "macro_f1": "macro-F1 by the limits",
    "acc@1": "acc@1",
    "P@3": "P@3",
    "MRR": "MRR",
    "countered": "opposed claims called so",
    "false_alarms": "false alarms, less is better",
}


def _figure(value: float | None) -> str:
    return f"{'-':>8}" if value is None else f"{value:>8.3f}"


def _parameters(ranking: Ranking) -> dict[str, float]:
    from factcheck.stance.ranking import FEATURES

    return {
        "temperature": ranking.temperature,
        "intercept": ranking.intercept,
        **dict(zip(FEATURES, ranking.weights, strict=True)),
        "opposes_at": ranking.opposes_at,
        "supports_at": ranking.supports_at,
    }
