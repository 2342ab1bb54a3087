"""The gate: claims, statements and a policy to an outcome that fails a build or does not."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from factcheck import __version__
from factcheck.baseline import Baseline, applied, gone
from factcheck.calibration import Calibration, ranking_for, recorded
from factcheck.corpus import Corpus, corpus_of, joined_sources, sources_of
from factcheck.errors import InputError, Problem
from factcheck.gate import JUDGED, at_problem, check_claims, evidence_of
from factcheck.inference import Progress, described, silent
from factcheck.lock import text_key
from factcheck.locked import LockedEncoder, LockedStance, unused
from factcheck.outcome import Checked, Counts, Outcome, ReviewedClaim
from factcheck.ranked import check_passages, rank_statements
from factcheck.report import Tool
from factcheck.suppressions import suppressed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from factcheck.claims import ReadFile
    from factcheck.encoders import Encoder
    from factcheck.gate import Policy
    from factcheck.lock import Lock
    from factcheck.outcome import Diagnostic, FailOn, Known
    from factcheck.records import Claim, Passage, Statement
    from factcheck.stance import StanceModel


def quote_findings(files: Sequence[ReadFile], folder: Path | None) -> list[Diagnostic]:
    """FC401: quotes that are not in their documents, and documents that are not there.

    Args:
        files: Claim files.
        folder: Where documents are looked for by their sha256.

    Raises:
        InputError: There is no such folder.
    """
    from factcheck.validation import check_quotes  # noqa: PLC0415 - slow, and seldom on

    return [
        evidence_of("FC401", each.problem, each.passage)
        if each.passage
        else at_problem("FC401", each.problem, each.source_id, each.problem.message)
        for each in check_quotes(files, folder).problems
        if each.problem.severity == "error"
    ]


def source_findings(files: Sequence[ReadFile]) -> list[Diagnostic]:
    """FC402: sources without date or publisher."""
    found = []
    for file in files:
        source = file.content.source if file.content else None
        lacking = [what for what in ("date", "publisher") if source and not getattr(source, what)]
        if source and lacking:
            problem = file.shown_problem(
                ("source",), f"the source {source.id} has no {' and no '.join(lacking)}"
            )
            found.append(at_problem("FC402", problem, source.id, *lacking))
    return found


def lock_findings(
    lock: Lock, path: str, encoder: Encoder, stance: StanceModel | None, texts: Iterable[str]
) -> list[Diagnostic]:
    """FC501: what a lock lacks (an error), or holds in vain (for review).

    Args:
        lock: The lock.
        path: Its file.
        encoder: What made the vectors of this run: the lock itself, or a model.
        stance: What judged the pairs of this run.
        texts: All texts of this run.
    """
    if isinstance(encoder, LockedEncoder):
        spare = unused(encoder, stance if isinstance(stance, LockedStance) else None, lock)
    else:
        keys = {text_key(text) for text in texts}
        if lacking := len(keys - set(lock.texts)):
            what = f"lacks {lacking:,} {'text' if lacking == 1 else 'texts'}"
            return [at_problem("FC501", Problem(path, 0, 0, f"the lock {what}"), None)]
        spare = len(set(lock.texts) - keys)
    if not spare:
        return []
    entries = "entry that nothing needs" if spare == 1 else "entries that nothing needs"
    problem = Problem(path, 0, 0, f"the lock holds {spare:,} {entries}")
    return [at_problem("FC501", problem, None).model_copy(update={"level": "review"})]


def check(
    claims: Sequence[Claim],
    statements: Iterable[Statement] | Corpus,
    *,
    policy: Policy,
    today: dt.date,
    encoder: Encoder | None = None,
    stance: StanceModel | None = None,
    baseline: Baseline | None = None,
    lock: tuple[str, Lock] | None = None,
    files: Sequence[ReadFile] = (),
    documents: Path | None = None,
    calibration: Calibration | None = None,
    progress: Progress = silent,
    judging: Progress = silent,
) -> Outcome:
    """Hold claims to what their files expect, and to the rules that are on.

    Args:
        claims: All claims; none where there is nothing to check.
        statements: All statements, or an index.
        policy: What is checked, and how strictly.
        today: The day by which suppressions are judged.
        encoder: Texts to vectors; needed where there are claims.
        stance: Judges pairs; rules that need it must be off without.
        baseline: Findings that fail no build.
        lock: A lock file and what it holds, for FC501.
        files: The claim files, for FC401 and FC402.
        documents: Where documents are looked for, for FC401.
        calibration: Figures fitted to a user's own labels, in place of the packaged ones.
        progress: Told how many texts are encoded.
        judging: Told how many pairs are judged.

    Raises:
        InputError: Two claims, statements or sources share a name, a rule needs a stance
            model, the lock lacks a text, or the calibration was fitted on other models.
    """
    found: list[Diagnostic] = []
    if stance is None and encoder and (off := sorted(policy.rules & JUDGED)):
        raise InputError(f"{', '.join(off)} need a stance model; name one, or --ignore them")
    corpus = corpus_of(statements)
    if encoder and claims:
        check_passages(claims, corpus)
        joined_sources(sources_of(claims), corpus.sources())
        ranked = rank_statements(
            claims,
            corpus,
            encoder=encoder,
            stance=stance,
            k=policy.k,
            min_similarity=None,
            rank="contrast" if stance else "similarity",
            ranking=ranking_for(calibration, encoder, stance),
            progress=progress,
            judging=judging,
        )
        found = check_claims(ranked, corpus, policy)
        if lock and "FC501" in policy.rules:
            texts = (passage.text for passage in (*claims, *corpus))
            found += lock_findings(lock[1], lock[0], encoder, stance, texts)
    found += quote_findings(files, documents) if "FC401" in policy.rules else []
    found += source_findings(files) if "FC402" in policy.rules else []
    passages = (*claims, *corpus.suppressing())
    told = _settled(found, passages, policy, today, baseline or Baseline())
    run = _run(policy, encoder, stance, calibration)
    sources = {each.id for each in (*sources_of(claims), *corpus.sources())}
    return _outcome(told, claims, sources, policy, baseline or Baseline(), run)


def rebased(outcome: Outcome, baseline: Baseline) -> Outcome:
    """The same outcome beside another baseline, of which nothing is gone."""
    told = applied(outcome.diagnostics, baseline)
    return outcome.model_copy(
        update={
            "diagnostics": tuple(told),
            "gone": (),
            "summary": _counts(
                told, (), outcome.summary.claims, outcome.summary.checked, outcome.run.fail_on
            ),
        }
    )


def _settled(
    found: Iterable[Diagnostic],
    passages: Sequence[Passage],
    policy: Policy,
    today: dt.date,
    baseline: Baseline,
) -> list[Diagnostic]:
    """Findings in the order of their places, with what each counts for."""
    told = suppressed(found, passages, policy.rules, today)
    if policy.strict:
        told = [each.model_copy(update={"level": "error"}) for each in told]
    kept = [each for each in told if not _ignored(each, policy)]
    return sorted(applied(kept, baseline), key=_place)


def _run(
    policy: Policy,
    encoder: Encoder | None,
    stance: StanceModel | None,
    calibration: Calibration | None,
) -> Checked:
    return Checked(
        encoder=described(encoder) if encoder else None,
        stance_model=described(stance) if stance else None,
        locked=isinstance(encoder, LockedEncoder),
        k=policy.k,
        rules=tuple(sorted(policy.rules)),
        opposes_at=(
            ranking_for(calibration, encoder, stance).opposes_at if encoder and stance else None
        ),
        calibration=recorded(calibration, stance),
        review_band=policy.review_band,
        strict=policy.strict,
        fail_on=policy.fail_on,
    )


def _outcome(
    told: Sequence[Diagnostic],
    claims: Sequence[Claim],
    sources: set[str],
    policy: Policy,
    baseline: Baseline,
    run: Checked,
) -> Outcome:
    no_more = gone(told, baseline, policy.rules, sources)
    return Outcome(
        tool=Tool(version=__version__),
        run=run,
        diagnostics=tuple(told),
        gone=no_more,
        reviewed=tuple(_reviewed(claim) for claim in claims if claim.review),
        summary=_counts(
            told, no_more, len(claims), sum(map(policy.checks, claims)), policy.fail_on
        ),
    )


def _counts(
    told: Sequence[Diagnostic], no_more: Sequence[Known], claims: int, checked: int, fail_on: FailOn
) -> Counts:
    fresh = [each.level for each in told if each.status == "new"]
    failing = {"error": ("error",), "review": ("error", "review"), "never": ()}[fail_on]
    return Counts(
        claims=claims,
        checked=checked,
        errors=fresh.count("error"),
        reviews=fresh.count("review"),
        baseline=sum(each.status == "baseline" for each in told),
        suppressed=sum(each.status == "suppressed" for each in told),
        gone=len(no_more),
        passed=not any(level in failing for level in fresh),
    )


def _place(each: Diagnostic) -> tuple[str, int, int, str, str, str]:
    return (
        *(each.path or "", each.line, each.column),
        *(each.rule, each.statement or "", each.fingerprint),
    )


def _ignored(each: Diagnostic, policy: Policy) -> bool:
    return any(
        each.rule in codes and fnmatchcase(each.path or "", pattern)
        for pattern, codes in policy.ignored.items()
    )


def _reviewed(claim: Claim) -> ReviewedClaim:
    assert claim.review is not None
    return ReviewedClaim(
        text=claim.text,
        publisher=claim.source.publisher,
        date=claim.source.date,
        url=claim.source.url,
        review=claim.review,
    )
