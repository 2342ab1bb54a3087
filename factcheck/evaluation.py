"""Metrics: how stance models and rankings do against labelled data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from factcheck.labelled import LabelledSet
    from factcheck.report import Rank, Report
    from factcheck.stance import Probabilities

    Labels = NDArray[np.int64]

_RESAMPLES = 1000
_BINS = 10


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
        value = figure(everything)
        drawn = [figure(at) for at in resamples] if math.isfinite(value) else []
        metrics[name] = value if drawn else None  # an area under no curve is no figure
        metrics[f"{name}_95"] = (
            [float(q) for q in np.nanquantile(drawn, (0.025, 0.975))] if drawn else None
        )
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


def ranked(report: Report, data: LabelledSet, rank: Rank) -> list[RankedClaim]:
    """The claims of a report that holds all statements, by one of its two rankings.

    The verdict is told with contrast only: similarity has none.
    """
    told = []
    for finding in report.findings:
        key = f"{finding.claim.source_id}/{finding.claim.id}"
        order = sorted(
            (
                (-(point.score if rank == "contrast" else point.similarity), point.statement)
                for point in finding.counterpoints
            ),
            key=lambda pair: (pair[0], pair[1].source_id, pair[1].id),
        )
        told.append(
            RankedClaim(
                ranked=tuple(f"{each.source_id}/{each.id}" for _, each in order),
                opposing=data.opposing[key],
                supporting=data.supporting.get(key, ()),
                verdict=finding.verdict if rank == "contrast" else None,
            )
        )
    return told


def ranking_metrics(claims: Sequence[RankedClaim]) -> dict[str, Any]:
    """How well rankings put counterpoints first.

    Returns:
        claims, with_counterpoints; over those that have some: acc@1, P@3 (the share of
        the first three that oppose), hit@3 (the share with one of them among the first
        three), MRR, recall@5 and recall@10, and support@1 (the share that has a supporting
        statement first); over those that have none: uncovered, and
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
        "hit@3": _mean([float(any(hit[:3])) for hit in hits]),
        "MRR": _mean([1 / (hit.index(True) + 1) if any(hit) else 0.0 for hit in hits]),
        **{
            f"recall@{k}": _mean(
                [sum(hit[:k]) / len(claim.opposing) for hit, claim in zip(hits, some, strict=True)]
            )
            for k in (5, 10)
        },
        "support@1": _mean(
            [claim.ranked[0] in claim.supporting for claim in some if known and claim.ranked]
        ),
        "uncovered": len(none),
        "false_alarms": _mean(alarms),
    }


def retrieval_metrics(
    ranked: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """How well rankings find relevant texts, a query at a time and then averaged.

    Args:
        ranked: By a query the ids of texts, best first, at least 100 where there are so many.
        relevant: By a query the gain of each relevant text, above 0.

    Returns:
        n, acc@1, ndcg@10 (gains as they are, discounted by log2 of the rank plus 1;
        Järvelin and Kekäläinen 2002), recall@10, recall@100 and mrr@10.
    """
    rows = [(ranked[query], gains) for query, gains in relevant.items() if query in ranked]
    hits = [[name in gains for name in names] for names, gains in rows]
    return {
        "n": len(rows),
        "acc@1": _mean([float(any(hit[:1])) for hit in hits]),
        "ndcg@10": _mean([_ndcg(names, gains) for names, gains in rows]),
        **{
            f"recall@{k}": _mean(
                [sum(hit[:k]) / len(gains) for hit, (_, gains) in zip(hits, rows, strict=True)]
            )
            for k in (10, 100)
        },
        "mrr@10": _mean([1 / (hit.index(True) + 1) if any(hit[:10]) else 0.0 for hit in hits]),
    }


def _ndcg(names: Sequence[str], gains: Mapping[str, int]) -> float:
    got = _discounted([gains.get(name, 0) for name in names[:10]])
    return got / _discounted(sorted(gains.values(), reverse=True)[:10])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
