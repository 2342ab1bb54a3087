"""`factcheck validate`: claim files against the schema and their documents."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from factcheck.cli import setup
from factcheck.cli.console import QuietOption, emit, note, visible

if TYPE_CHECKING:
    from factcheck.proofs import Proof
    from factcheck.validated import QuoteProof
    from factcheck.validation import Validation

_TOLD = {
    "exact": "found exactly",
    "folded": "found after folding",
    "elsewhere": "found elsewhere",
    "ambiguous": "in several places",
    "changed": "changed",
    "missing": "not found",
    "unchecked": "unchecked",
}
_STATES = {
    "same": "with the sha256 of its source",
    "another": "with another sha256",
    "unstated": "without a stated sha256",
}


def validate(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            help="Claim files, or folders of them. By default what the configuration names, "
            "else claims/.",
            show_default=False,
        ),
    ] = None,
    documents: setup.DocumentsOption = None,
    format_: Annotated[
        Literal["terminal", "json"],
        typer.Option("--format", "-f", help="Lines to read, or one JSON object."),
    ] = "terminal",
    quiet: QuietOption = False,
) -> None:
    """Check claim files; loads no model.

    Exit status: 0 where all is well, 1 where something is wrong, 2 where nothing
    could be checked.
    """
    from factcheck.validation import validate as run

    result = run(
        claims or list(setup.DEFAULT_PATHS), documents, sys.stdin.buffer if sys.stdin else None
    )
    if not quiet:
        for remark in result.notes:
            note(f"note: {remark}")
    if format_ == "json":
        emit(_as_json(result))
    elif lines := _lines(result, quiet):
        emit(visible("\n".join(lines)) + "\n")
    if _errors(result):
        raise typer.Exit(1)


def _errors(result: Validation) -> int:
    return sum(problem.severity == "error" for problem in result.problems)


def _lines(result: Validation, quiet: bool) -> list[str]:
    """One line a problem, and what was checked."""
    lines = [str(problem) for problem in result.problems]
    if quiet:
        return lines
    errors = _errors(result)
    files = f"{result.files} {'file' if result.files == 1 else 'files'}"
    quotes = f", {result.quotes} {'quote' if result.quotes == 1 else 'quotes'} checked"
    verdict = f"{errors} {'error' if errors == 1 else 'errors'}" if errors else "no error"
    lines.append(f"{files}{quotes if result.quotes else ''}: {verdict}")
    if result.quotes:
        lines.append("quotes: " + _counted(_counts(result), _TOLD))
        states = Counter[str](document.state for document in result.documents)
        lines.append("documents: " + _counted(states, _STATES))
    return lines


def _counts(result: Validation) -> dict[str, int]:
    counts = Counter[str](proof.status for proof in result.proofs)
    return {status: counts[status] for status in _TOLD}


def _counted(counts: Mapping[str, int], words: dict[str, str]) -> str:
    """What there is any of, in the order of the words."""
    return ", ".join(f"{counts[key]} {told}" for key, told in words.items() if counts[key])


def _as_json(result: Validation) -> str:
    """The same as one object; offsets are those of the document's cleaned text."""
    from factcheck import __version__
    from factcheck.report import Tool
    from factcheck.validated import CheckedDocument, FoundProblem, QuoteCounts, Validated

    told = Validated(
        tool=Tool(version=__version__),
        files=result.files,
        errors=_errors(result),
        quotes=QuoteCounts(**_counts(result)),
        problems=tuple(
            FoundProblem(
                path=_encodable(each.path),
                line=each.line,
                column=each.column,
                severity=each.severity,
                message=_encodable(each.message),
            )
            for each in result.problems
        ),
        documents=tuple(
            CheckedDocument(
                source_id=each.source_id,
                path=None if each.path is None else _encodable(each.path),
                state=each.state,
                stated_sha256=each.stated,
                sha256=each.sha256,
                warnings=tuple(map(_encodable, each.warnings)),
            )
            for each in result.documents
        ),
        proofs=tuple(map(_proof, result.proofs)),
        notes=tuple(map(_encodable, result.notes)),
    )
    return json.dumps(told.model_dump(mode="json"), indent=2) + "\n"


def _proof(proof: Proof) -> QuoteProof:
    from factcheck.validated import QuoteDifference, QuoteProof

    passage = proof.passage
    return QuoteProof(
        source_id=passage.source.id,
        id=passage.id,
        path=passage.path,
        line=passage.line,
        column=passage.column,
        status=proof.status,
        locator=passage.locator,
        place=None if proof.place is None else _encodable(proof.place),
        start=proof.start,
        end=proof.end,
        occurrences=proof.occurrences,
        score=proof.score,
        differences=tuple(
            QuoteDifference(
                quoted=_encodable(each.quoted), found=_encodable(each.found), same=each.same
            )
            for each in proof.differences
        ),
    )


def _encodable(text: str) -> str:
    """A text without lone surrogates, as names of files and documents may hold them."""
    return text.encode("utf-8", "backslashreplace").decode()
