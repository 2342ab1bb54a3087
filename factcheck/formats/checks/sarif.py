"""The outcome as SARIF 2.1.0, for code scanning and its viewers.

A result always has a file, as GitHub refuses a whole log for one result without. It also
shows suppressed, known and absent results like new ones, having no notion of those states.

Where a baseline has a part, every result says so (`new`, `unchanged`, or `absent` for what
the baseline records and nobody found), as the specification wants all or none to. A baseline
that matches nothing leaves no trace in an outcome; then no result says so.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from factcheck.formats.checks.notation import dumped
from factcheck.formats.checks.wording import NO_FILE, home, sentence, subject
from factcheck.formats.text import printable
from factcheck.rules import RULES

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Known, Outcome
    from factcheck.rules import Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"error": "error", "review": "warning"}
_STATES = {"new": "new", "baseline": "unchanged", "suppressed": "new"}
_INDICES = {code: index for index, code in enumerate(RULES)}


# Plain dicts: the models of sarif-pydantic know neither `suppressions` nor `baselineState`.
def render(outcome: Outcome, _layout: Layout) -> str:
    """One run with all rules, and all findings, suppressed and known ones too."""
    driver = {
        "name": outcome.tool.name,
        "version": outcome.tool.version,
        "rules": [_rule(rule) for rule in RULES.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": _results(outcome),
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    example = f"```yaml\n{rule.example}\n```"
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"enabled": rule.default, "level": "error"},
        "help": {
            "text": f"{rule.why}\n\n{rule.fix}",
            "markdown": f"{rule.why}\n\n{example}\n\n{rule.fix}",
        },
    }


def _results(outcome: Outcome) -> list[dict[str, Any]]:
    found = [_result(each) for each in outcome.diagnostics]
    if outcome.gone or any(each.status == "baseline" for each in outcome.diagnostics):
        for each, result in zip(outcome.diagnostics, found, strict=True):
            result["baselineState"] = _STATES[each.status]
    return found + [_absent(known) for known in outcome.gone]


def _result(found: Diagnostic) -> dict[str, Any]:
    message = sentence(found).removesuffix(".")
    return {
        **_reference(found.rule),
        "level": _LEVELS[found.level],
        "message": {"text": _said(f"{message}. {found.fix}")},
        "locations": [_location(found)],
        "partialFingerprints": {"factcheck/v1": found.fingerprint},
        "suppressions": _suppressions(found),
    }


def _absent(known: Known) -> dict[str, Any]:
    """A finding that only the baseline knows; neither its level nor its file is recorded."""
    about = f" of {subject(known)}" if subject(known) else ""
    return {
        **_reference(known.rule),
        "level": "note",
        "message": {"text": _said(f"This finding{about} is not there any more.")},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(NO_FILE)}}],
        "partialFingerprints": {"factcheck/v1": known.fingerprint},
        "suppressions": [],
        "baselineState": "absent",
    }


def _reference(code: str) -> dict[str, Any]:
    return {"ruleId": code} | ({"ruleIndex": _INDICES[code]} if code in _INDICES else {})


def _said(text: str) -> str:
    """A message without the links that SARIF reads into plain text."""
    return printable(text).replace("](", "] (")


def _suppressions(found: Diagnostic) -> list[dict[str, Any]]:
    """Empty where not suppressed: all results must have the list, or none."""
    if found.status != "suppressed":
        return []
    by = found.suppression
    return [{"kind": "inSource"} | ({"justification": printable(by.reason)} if by else {})]


def _location(found: Diagnostic) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(home(found))}
    if found.line:
        column = {"startColumn": found.column} if found.column else {}
        physical["region"] = {"startLine": found.line, **column}
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    """A relative reference: neither a scheme nor a host can be read into it."""
    uri = quote(path.encode("utf-8", "backslashreplace")).lstrip("/")
    return {"uri": uri or NO_FILE, "uriBaseId": "%SRCROOT%"}
