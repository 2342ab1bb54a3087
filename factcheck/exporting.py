"""Labels as other tools read them: JSON lines, and a set for retrieval.

`eval stance`, `eval retrieval` and `training/` read what is written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from factcheck.errors import EmptyInputError
from factcheck.labelling import THE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.labelling import Label, Labels
    from factcheck.records import Passage, Statement


def jsonl(labels: Labels) -> str:
    """A line a pair: `claim`, `text` and `label`, and where the label is from.

    Raises:
        EmptyInputError: No pair is labelled.
    """
    if not labels.found:
        raise EmptyInputError(
            "no pair is labelled: no claim among these expects a counterpoint or holds a decision "
            "of a reviewer; `factcheck review` makes some"
        )
    return "".join(json.dumps(_row(label), ensure_ascii=False) + "\n" for label in labels.found)


def _row(label: Label) -> dict[str, Any]:
    latest = max((each.date for each in label.decisions), default=None)
    return {
        "claim": label.claim.text,
        "text": label.statement.text,
        "label": label.stance,
        "claim_id": label.claim.key,
        "statement_id": label.statement.key,
        "reviewers": [each.reviewer for each in label.decisions] or [THE_FILE],
        "votes": label.votes,
        "date": latest.isoformat() if latest else None,
        "notes": [each.note for each in label.decisions if each.note],
        "claim_url": _url(label.claim),
        "statement_url": _url(label.statement),
        # What training/ splits and holds down by: all pairs of a claim stay together.
        "group": label.claim.key,
        "source": f"factcheck:{label.statement.source.id}",
        "split": "train",
    }


def _url(passage: Passage) -> str | None:
    return passage.source.url or passage.source.archived_url


def beir(labels: Labels, statements: Iterable[Statement]) -> dict[str, str]:
    """A set for retrieval, after BEIR: files by their paths in the folder.

    All statements are the corpus, so that there is something to find among. A claim with a
    labelled statement is a query, and so is an uncovered one, for which nothing is relevant.
    What opposes a claim has a gain of 1, what was found not to a gain of 0.

    Raises:
        EmptyInputError: No claim has an opposing statement.
    """
    if not labels.count("opposes"):
        raise EmptyInputError(
            "no claim has an opposing statement: a set for retrieval needs one to find"
        )
    queries = {label.claim.key: label.claim for label in labels.found}
    queries |= {claim.key: claim for claim in labels.uncovered}
    uncovered = {claim.key for claim in labels.uncovered}
    corpus = [
        {"_id": each.key, "title": "", "text": each.text, "metadata": _described(each)}
        for each in sorted(statements, key=lambda statement: statement.key)
    ]
    asked = [
        {
            "_id": key,
            "text": claim.text,
            "metadata": {**_described(claim), "uncovered": key in uncovered},
        }
        for key, claim in sorted(queries.items())
    ]
    judged = [
        f"{label.claim.key}\t{label.statement.key}\t{int(label.stance == 'opposes')}\n"
        for label in sorted(labels.found, key=lambda each: (each.claim.key, each.statement.key))
    ]
    return {
        "corpus.jsonl": _lines(corpus),
        "queries.jsonl": _lines(asked),
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\n" + "".join(judged),
    }


def _described(passage: Passage) -> dict[str, str | None]:
    return {"source": passage.source.id, "url": _url(passage)}


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
