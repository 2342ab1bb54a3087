"""How far two reviewers agree: the share, and what is left of it without chance."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.desk.views import CALLED
from factcheck.errors import EmptyInputError, InputError
from factcheck.formats.text import printable
from factcheck.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from factcheck.records import Claim, Decision

    Judged = Mapping[tuple[str, str], "Judgement"]


@dataclass(frozen=True)
class Judgement:
    """A decision, with the texts that it is on.

    Attributes:
        claim: The claim.
        decision: On one of its pairs.
    """

    claim: Claim
    decision: Decision


@dataclass(frozen=True)
class Agreement:
    """What two reviewers decided on the same pairs.

    Attributes:
        names: The two.
        both: Pairs that both judged.
        same: Those on which they agree.
        kappa: Cohen's, -1..1; None where it is not defined: no pair, or one label only.
        table: How often the first's label met the second's.
        differing: The pairs on which they do not agree.
        only: How many pairs only the first judged, and only the second.
    """

    names: tuple[str, str]
    both: int
    same: int
    kappa: float | None
    table: Mapping[tuple[str, str], int]
    differing: tuple[tuple[Judgement, Judgement], ...]
    only: tuple[int, int]

    @property
    def raw(self) -> float | None:
        """The share of pairs on which they agree; None where there is no pair."""
        return self.same / self.both if self.both else None


def judged(claims: Iterable[Claim], reviewer: str | None, where: str) -> Judged:
    """What one reviewer decided.

    Args:
        claims: Of one side.
        reviewer: Who; None for the only one that there is.
        where: The side, as messages name it.

    Raises:
        EmptyInputError: There is no decision, or none of theirs.
        InputError: Several decided, and nobody is named.
    """
    made = [
        Judgement(claim, decision)
        for claim in claims
        for decision in (claim.expect.decisions if claim.expect else ())
    ]
    names = sorted({each.decision.reviewer for each in made})
    told = ", ".join(map(repr, names))
    if not made:
        raise EmptyInputError(f"{where}: holds no decision; `factcheck review` makes them")
    if reviewer is None and len(names) > 1:
        raise InputError(f"{where}: holds decisions of {told}; say whose are meant by --between")
    if reviewer is not None and reviewer not in names:
        raise EmptyInputError(f"{where}: holds no decision of {reviewer!r}, but of {told}")
    wanted = reviewer or names[0]
    return {
        (each.claim.key, each.decision.statement): each
        for each in made
        if each.decision.reviewer == wanted
    }


def agreement(one: Judged, two: Judged) -> Agreement:
    """Compare what two reviewers decided; neither side may be empty."""
    shared = sorted(one.keys() & two.keys())
    pairs = [(one[key], two[key]) for key in shared]
    labels = [(first.decision.stance, second.decision.stance) for first, second in pairs]
    for first, second in pairs:
        if first.claim.text != second.claim.text:
            raise InputError(
                f"the claim {first.claim.key!r} reads differently in the two: they did not judge "
                "the same; compare copies of the same files"
            )
    return Agreement(
        names=(_name(one), _name(two)),
        both=len(pairs),
        same=sum(first == second for first, second in labels),
        kappa=_kappa(labels),
        table=Counter(labels),
        differing=tuple(
            pair for pair, (first, second) in zip(pairs, labels, strict=True) if first != second
        ),
        only=(len(one) - len(pairs), len(two) - len(pairs)),
    )


def as_json(told: Agreement) -> str:
    """For other programs."""
    data: dict[str, Any] = {
        "reviewers": list(told.names),
        "pairs": told.both,
        "agreed": told.same,
        "raw_agreement": told.raw,
        "cohens_kappa": told.kappa,
        "only_first": told.only[0],
        "only_second": told.only[1],
        "table": {
            first: {second: told.table.get((first, second), 0) for second in LABELS}
            for first in LABELS
        },
        "differing": [
            {
                "claim": first.claim.key,
                "statement": first.decision.statement,
                "claim_text": first.claim.text,
                "decisions": [
                    {
                        "reviewer": each.decision.reviewer,
                        "stance": each.decision.stance,
                        "date": each.decision.date.isoformat(),
                        "note": each.decision.note,
                    }
                    for each in (first, second)
                ],
            }
            for first, second in told.differing
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def as_text(told: Agreement) -> str:
    """For people."""
    one, two = map(printable, told.names)
    lines = [f"{one} and {two} both judged {_count(told.both)}."]
    lines.append(f"Only {one}: {told.only[0]}. Only {two}: {told.only[1]}.")
    if told.raw is not None:
        lines.append(f"Raw agreement: {told.raw:.2f} ({told.same} of {told.both}).")
        kappa = "not defined, as all have one label" if told.kappa is None else f"{told.kappa:.2f}"
        lines += [f"Cohen's kappa: {kappa}.", "", *_table(told, one, two)]
    for first, second in told.differing:
        lines += ["", printable(f"{first.claim.key} · {first.decision.statement}")]
        lines.append(f"  {printable(first.claim.text)}")
        lines += [_said(each) for each in (first, second)]
    return "\n".join(lines) + "\n"


def _table(told: Agreement, one: str, two: str) -> list[str]:
    names = [CALLED[label] for label in LABELS]
    lines = [f"{one} down, {two} across", f"{'':<10}" + "".join(f"{name:>10}" for name in names)]
    for label in LABELS:
        counts = "".join(f"{told.table.get((label, other), 0):>10}" for other in LABELS)
        lines.append(f"{CALLED[label]:<10}{counts}")
    return lines


def _said(each: Judgement) -> str:
    decision = each.decision
    note = f": {decision.note}" if decision.note else ""
    return "  " + printable(
        f"{CALLED[decision.stance]} ({decision.reviewer}, {decision.date}){note}"
    )


def _count(pairs: int) -> str:
    return f"{pairs} pair{'' if pairs == 1 else 's'}"


def _name(side: Judged) -> str:
    return next(iter(side.values())).decision.reviewer


def _kappa(labels: Sequence[tuple[str, str]]) -> float | None:
    if len({label for pair in labels for label in pair}) < 2:  # noqa: PLR2004 - two labels
        return None
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - slow to load, seldom needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(cohen_kappa_score(*zip(*labels, strict=True), labels=list(LABELS)))
