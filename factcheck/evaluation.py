"""Metrics: how stance models and rankings do against labelled data."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from factcheck.errors import InputError
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from factcheck.stance import Probabilities

    Labels = NDArray[np.int64]

_MEANINGS = {
    **dict.fromkeys(("opposes", "oppose", "contradiction", "refutes"), 0),
    **dict.fromkeys(("neutral", "nei"), 1),
    **dict.fromkeys(("supports", "support", "entailment"), 2),
}
_FIELDS = (("text", "claim"), ("premise", "hypothesis"))
_RESAMPLES = 1000
_BINS = 10


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs (statement, claim) and the column of `LABELS` that is right for each."""

    pairs: tuple[tuple[str, str], ...]
    labels: Labels


def read_pairs(path: Path) -> LabelledPairs:
    """Read JSON lines (also .gz) of `{claim, text, label}` or `{premise, hypothesis, label}`.

    Raises:
        InputError: The file cannot be read, or a line is not such an object.
    """
    pairs, labels = [], []
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    pair, label = _read_line(line, f"{path}:{number}")
                    pairs.append(pair)
                    labels.append(label)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    if not pairs:
        raise InputError(f"{path}: holds no labelled pair")
    return LabelledPairs(tuple(pairs), np.array(labels, np.int64))


def _read_line(line: str, place: str) -> tuple[tuple[str, str], int]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{place}: not valid JSON") from None
    for statement, claim in _FIELDS:
        if isinstance(row, dict) and statement in row and claim in row:
            label = _MEANINGS.get(str(row.get("label")).lower())
            if label is None:
                known = ", ".join(_MEANINGS)
                raise InputError(f"{place}: label {row.get('label')!r} is none of {known}")
            return (str(row[statement]), str(row[claim])), label
    raise InputError(f"{place}: neither {{claim, text, label}} nor {{premise, hypothesis, label}}")


def stance_metrics(labels: Labels, probabilities: Probabilities, seed: int = 0) -> dict[str, Any]:
    """How well probabilities tell the labels.

    A set without neutral pairs is judged two-way: the greater of `opposes` and
    `supports`, renormalised.

    Args:
        labels: Shape (n,), columns of `LABELS`.
        probabilities: Shape (n, 3).
        seed: Of the bootstrap.

    Returns:
        n, accuracy, macro_f1 and auc_opposes (each with a 95 % interval by the
        percentile bootstrap, 1,000 resamples), ece (ten bins of equal width), and
        precision and recall of each label.
    """
    present = sorted({int(label) for label in labels} | {0, 2})
    columns = np.array(present)
    kept = probabilities[:, columns].astype(np.float64)
    kept /= kept.sum(axis=1, keepdims=True)
    predicted = columns[kept.argmax(axis=1)]
    metrics: dict[str, Any] = {"n": len(labels), "way": len(present)}
    figures: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "accuracy": lambda at: float((labels[at] == predicted[at]).mean()),
        "macro_f1": lambda at: _macro_f1(labels[at], predicted[at], present),
        "auc_opposes": lambda at: _auc(labels[at] == 0, kept[at, 0]),
    }
    everything = np.arange(len(labels))
    chance = np.random.default_rng(seed)
    resamples = chance.integers(0, len(labels), (_RESAMPLES, len(labels)))
    for name, figure in figures.items():
        metrics[name] = figure(everything)
        drawn = [figure(at) for at in resamples]
        metrics[f"{name}_95"] = [float(q) for q in np.nanquantile(drawn, (0.025, 0.975))]
    metrics["ece"] = calibration_error(labels == predicted, kept.max(axis=1))
    precision, recall, _, support = precision_recall_fscore_support(
        labels, predicted, labels=present, zero_division=0
    )
    metrics["labels"] = {
        LABELS[column]: {"precision": float(p), "recall": float(r), "n": int(s)}
        for column, p, r, s in zip(present, precision, recall, support, strict=True)
    }
    return metrics


def _macro_f1(labels: Labels, predicted: Labels, present: Sequence[int]) -> float:
    scores = []
    for column in present:
        both = float(((labels == column) & (predicted == column)).sum())
        either = float((labels == column).sum() + (predicted == column).sum())
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


def _auc(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return (
        float("nan")
        if positive.all() or not positive.any()
        else float(roc_auc_score(positive, scores))
    )


def calibration_error(right: NDArray[np.bool_], confidence: NDArray[np.float64]) -> float:
    """Expected calibration error over ten bins of equal width.

    Guo et al. 2017, https://arxiv.org/abs/1706.04599.
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            gap = abs(float(right[inside].mean()) - float(confidence[inside].mean()))
            error += gap * float(inside.mean())
    return error


@dataclass(frozen=True)
class RankedClaim:
    """A claim's statements, best first, and what is known of them.

    Attributes:
        ranked: Keys of statements, best first.
        opposing: Those that oppose the claim; empty where nothing does.
        supporting: Those known to support it.
        verdict: What was said of the claim, or None.
    """

    ranked: tuple[str, ...]
    opposing: Collection[str]
    supporting: Collection[str] = ()
    verdict: str | None = None


def ranking_metrics(claims: Sequence[RankedClaim]) -> dict[str, Any]:
    """How well rankings put counterpoints first.

    Returns:
        claims, with_counterpoints; over those that have some: acc@1, P@3 (the share of
        the first three that oppose), MRR, recall@5, and support@1 (the share that has a
        supporting statement first); over those that have none: uncovered, and
        false_alarms, the share called countered or conflicting.
    """
    some = [claim for claim in claims if claim.opposing]
    none = [claim for claim in claims if not claim.opposing]
    hits = [[key in claim.opposing for key in claim.ranked] for claim in some]
    known = any(claim.supporting for claim in claims)
    alarms = [claim.verdict in {"countered", "conflicting"} for claim in none if claim.verdict]
    return {
        "claims": len(claims),
        "with_counterpoints": len(some),
        "acc@1": _mean([hit[0] for hit in hits if hit]),
        "P@3": _mean([sum(hit[:3]) / 3 for hit in hits]),
        "MRR": _mean([1 / (hit.index(True) + 1) if any(hit) else 0.0 for hit in hits]),
        "recall@5": _mean(
            [sum(hit[:5]) / len(claim.opposing) for hit, claim in zip(hits, some, strict=True)]
        ),
        "support@1": _mean(
            [claim.ranked[0] in claim.supporting for claim in some if known and claim.ranked]
        ),
        "uncovered": len(none),
        "false_alarms": _mean(alarms),
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
