"""The page that benchmarks/quality.py writes: figures to Markdown."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]

_HEAD = """# Quality

Written by `python benchmarks/quality.py --data ../shared/data`; none of these sets was trained
on. Figures in brackets are 95 % intervals by bootstrap over pairs. Higher is better, save for
calibration error (ece), false alarms, and support@1: the share of claims with a supporting
statement in first place.
"""
_PUBLISHED = """## Published figures of larger models

| model | parameters | MNLI matched, accuracy | source |
|---|---|---|---|
| nli-MiniLM2-L6-H768 | 82 M | 86.9 | its model card, huggingface.co/cross-encoder |
| nli-deberta-v3-xsmall | 71 M | 87.8 | likewise |
| nli-deberta-v3-base | 184 M | 90.0 | likewise |

These were trained on all of MNLI (393,000 pairs) and SNLI (550,000); ours has seen 48,000 pairs
in the manner of MNLI and 18,000 of SNLI's, and has 23 M parameters.

| on BEIR's ArguAna | nDCG@10 | source |
|---|---|---|
| all-MiniLM-L6-v2 | 50.2 | MTEB leaderboard |
| bge-small | 60.3 | likewise |
| embeddinggemma-300m | 71.5 | likewise |

A bipolar encoder's published acc@1 there is 49.0. The set here is rebuilt from ArguAna's
validation part, so these compare only roughly.
"""


def page(parts: dict[str, Rows], limit: int | None) -> str:
    """The whole page, of the parts that were measured."""
    lines = [_HEAD]
    if limit:
        lines.append(f"Sets of more than {limit} pairs were cut to so many, drawn at random.\n")
    for name, (title, note, columns) in _TABLES.items():
        if name in parts:
            lines += [f"## {title}\n", f"{note}\n" if note else "", _table(parts[name], columns)]
    return "\n".join([*lines, _PUBLISHED])


_METRICS = {
    "n": "n",
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "auc_opposes": "AUC opposes",
    "ece": "ece",
    "majority": "majority",
    "claim_only": "claim only, F1",
    "statement_only": "statement only, F1",
}
_RANKED = {
    "set": "set",
    "rank": "ranked by",
    "with_counterpoints": "opposed claims",
    "acc@1": "acc@1",
    "P@3": "P@3",
    "hit@3": "hit@3",
    "MRR": "MRR",
    "recall@5": "recall@5",
    "support@1": "support@1",
    "false_alarms": "false alarms",
}
_TABLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "rankings": (
        "Counterpoints of claims",
        (
            "P@3: share of the first three that oppose; hit@3: claims with one among them. "
            "The weights of the ranking were fitted with `documents_dev` among the data; each set "
            "left out in turn, it does as training/README.md tells."
        ),
        _RANKED,
    ),
    "matrices": (
        "Authored matrices",
        (
            "Every statement opposes one claim, supports its contrary, is neutral to others, so "
            "that tone tells nothing. Cells balanced by weight. `test` is ours alone, `dev` also "
            "holds matrices that were handed to us."
        ),
        {
            "set": "set",
            "cells": "cells",
            "macro_f1": "macro-F1",
            "opposes_against_supports": "opposes against supports",
            "first_opposes": "first opposes",
            "first_by_cosine": "by cosine",
            "statement_only": "statement only, F1",
            "claim_only": "claim only, F1",
            "macro_f1_plain": "macro-F1, plain claims",
            "macro_f1_framed": "framed",
            "first_opposes_plain": "first opposes, plain",
            "first_opposes_framed": "framed",
        },
    ),
    "stance_sets": (
        "Inference and fact-checking sets",
        (
            "Sets without neutral pairs are judged two-way. The baselines are bags of words that "
            "see one side alone, fitted on the public training pairs."
        ),
        {"set": "set", **_METRICS},
    ),
    "stance_sources": (
        "Public stance data, dev and test splits by source",
        "Two-way.",
        {"set": "source", **_METRICS},
    ),
    "retrieval": (
        "Counter-arguments: ArguAna, validation part",
        "Contrast re-ranks the nearest 20; a query is never ranked against itself.",
        {
            "rank": "ranked by",
            "n": "queries",
            "acc@1": "acc@1",
            "ndcg@10": "nDCG@10",
            "recall@10": "recall@10",
            "recall@100": "recall@100",
            "mrr@10": "MRR@10",
        },
    ),
    "candidates": (
        "Are the nearest enough to judge?",
        (
            "Share of counterpoints among the nearest statements, all sets in one corpus. "
            "`compare` judges 200 a claim."
        ),
        {"nearest": "nearest", "of": "of", "recall": "recall"},
    ),
    "speed": (
        "Speed",
        "Pairs and texts of about 64 tokens, one after the other in one process.",
        {
            "pairs_a_second": "pairs a second",
            "encoder_texts_a_second": "texts a second, encoder",
            "ratio": "pair to text, time",
        },
    ),
}


def _table(rows: Rows, columns: dict[str, str]) -> str:
    head = [f"| {' | '.join(columns.values())} |", "|" + "---|" * len(columns)]
    body = [f"| {' | '.join(_cell(row, key) for key in columns)} |" for row in rows]
    return "\n".join([*head, *body]) + "\n"


def _cell(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    interval = row.get(f"{key}_95")
    shown = f"{value:.1f}" if value > 10 else f"{value:.3f}"
    return f"{shown} [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else shown
