"""The head of the page: what was compared, from when, with what, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.formats.html.shared import VERDICTS
from factcheck.formats.html.texts import count, said
from factcheck.formats.text import searched

if TYPE_CHECKING:
    from factcheck.landscape import Landscape
    from factcheck.outcome import Outcome
    from factcheck.report import Report

_TITLE = "Claims and counterpoints"
_WITH_CHECK = "Claims, counterpoints and what check found"

MEANINGS = {
    "countered": "a statement opposes it, none supports it clearly",
    "conflicting": "one statement opposes it, another supports it",
    "supported": "a statement supports it, none opposes it clearly",
    "uncovered": "no statement does either clearly enough",
    "unjudged": "no stance model had a part",
}


@dataclass(frozen=True)
class VerdictCount:
    """A verdict, what it means, how many claims have it, and the share of 1,000."""

    name: str
    meaning: str
    claims: int
    start: int
    share: int


@dataclass(frozen=True)
class Facts:
    """What the head says."""

    version: str
    title: str
    lead: str
    dates: str
    verdicts: tuple[VerdictCount, ...]
    claims: int
    judged: bool
    complete: bool
    by_contrast: bool
    k: int
    limit: str
    encoder: str
    stance_model: str
    min_similarity: str
    calibrated: str
    index: str
    corpus: str
    pairs: str


def facts_of(report: Report, landscape: Landscape, outcome: Outcome | None) -> Facts:
    """The facts of a report."""
    run = report.run
    models = [(each.called, each.sha256) for each in (run.encoder, run.stance_model) if each]
    names = [f"{said(name)} (sha256 {said(digest)[:12]}…)" for name, digest in models]
    calibration = run.calibration
    return Facts(
        version=said(report.tool.version),
        title=_WITH_CHECK if outcome else _TITLE,
        lead=_lead(report, landscape),
        dates=_dates(report),
        verdicts=_verdicts(report),
        claims=len(report.findings),
        judged=run.stance_model is not None,
        complete=landscape.complete,
        by_contrast=run.rank == "contrast",
        k=run.k,
        limit="" if run.opposes_at is None else f"{run.opposes_at:.2f}",
        encoder=names[0],
        stance_model=names[1] if len(names) > 1 else "",
        min_similarity="" if run.min_similarity is None else f"{run.min_similarity:.2f}",
        calibrated=said(calibration.name) if calibration else "",
        index=said(searched(run.index)) if run.index else "",
        corpus=said(run.corpus_sha256),
        pairs=f"{landscape.pairs:,}",
    )


def _lead(report: Report, landscape: Landscape) -> str:
    """`84 claims of 3 official texts, set against 76 statements of 2 critique sources`."""
    official = {finding.claim.source_id for finding in report.findings}
    critique = [s for s in report.sources if s.kind != "official"]
    texts = count(len(official), "official text")
    of = count(len(critique), "critique source")
    shown = "" if landscape.complete else " that are shown"
    statements = count(landscape.statements, "statement")
    claims = count(len(report.findings), "claim")
    return f"{claims} of {texts}, set against {statements}{shown} of {of}"


def _dates(report: Report) -> str:
    days = sorted(source.date.isoformat() for source in report.sources if source.date)
    undated = len(report.sources) - len(days)
    if not days:
        return "None of the sources gives a date."
    span = days[0] if len(set(days)) == 1 else f"{days[0]} to {days[-1]}"
    if not undated:
        return f"All {count(len(days), 'source')} are dated: {span}."
    dated = f"{len(days)} of the {count(len(report.sources), 'source')} are dated ({span})"
    return f"{dated}; {undated} give no date."


def _verdicts(report: Report) -> tuple[VerdictCount, ...]:
    """The verdicts that there are, as stretches of a bar of 1,000."""
    verdicts = [finding.verdict or "unjudged" for finding in report.findings]
    counts = [(name, verdicts.count(name)) for name in VERDICTS if name in verdicts]
    told, before = [], 0
    for name, claims in counts:
        start = round(before / len(verdicts) * 1000)
        before += claims
        end = round(before / len(verdicts) * 1000)
        told.append(VerdictCount(name, MEANINGS[name], claims, start, end - start))
    return tuple(told)
