"""What a check found as a page, where no claim was compared; else `cli.checkpage` adds those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.formats.html import page
from factcheck.report import Model, Report, Run, Summary

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Outcome


def render(outcome: Outcome, _layout: Layout) -> str:
    """The findings alone, without the claims that they are about."""
    run = outcome.run
    nothing = Report(
        tool=outcome.tool,
        run=Run(
            encoder=run.encoder or Model(name="none", sha256=""),
            stance_model=run.stance_model,
            k=run.k,
            min_similarity=None,
            rank="contrast" if run.stance_model else "similarity",
            opposes_at=run.opposes_at,
            corpus_sha256="",
        ),
        sources=(),
        findings=(),
        summary=Summary.of(()),
    )
    return page(nothing, None, outcome)
