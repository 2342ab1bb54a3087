"""A review desk over the working folder of the tests, with figures made for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from factcheck.desk.desk import Desk
from factcheck.desk.files import OpenFiles
from factcheck.desk.queue import Candidate, queued
from factcheck.desk.sitting import Sitting
from factcheck.inputs import read_claim_files
from factcheck.ranked import RankedPairs
from factcheck.records import Claim, Decision, StanceLabel, Statement

DAY = dt.date(2025, 3, 4)
WHO = "A. Reviewer"


def ranking(
    claim: Claim,
    statements: Sequence[Statement],
    opposes: Sequence[float],
    similarities: Sequence[float] | None = None,
) -> RankedPairs:
    """A ranking with these probabilities of opposing, also as scores; the rest is neutral."""
    chances = np.array(opposes, np.float64)
    order = np.argsort(-chances, kind="stable")
    near = np.array(similarities or [0.5] * len(chances), np.float64)
    told = np.column_stack([chances, 1 - chances, 0 * chances])
    return RankedPairs(claim, statements, order, near[order], chances[order], told[order])


def rankings(folder: Path, opposes: Sequence[float] = (0.9, 0.5, 0.2)) -> list[RankedPairs]:
    """Each claim of the folder's files with its statements."""
    read = read_claim_files([folder / "claims"])
    return [ranking(claim, read.statements, opposes) for claim in read.claims]


def decision(
    statement: str,
    stance: StanceLabel = "opposes",
    reviewer: str = WHO,
    note: str | None = None,
    date: dt.date = DAY,
) -> Decision:
    return Decision(statement=statement, stance=stance, reviewer=reviewer, date=date, note=note)


def official(folder: Path) -> Path:
    return folder / "claims" / "official.yaml"


@contextmanager
def opened(path: Path, source: str = "declaration") -> Iterator[OpenFiles]:
    with OpenFiles({source: path}, [source]) as files:
        yield files


@contextmanager
def desk(folder: Path, queue: Sequence[Candidate] | None = None) -> Iterator[Desk]:
    with opened(official(folder)) as files:
        given = queued(rankings(folder), WHO) if queue is None else tuple(queue)
        yield Desk(Sitting(given), files, WHO, lambda: DAY)
