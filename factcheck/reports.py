"""Reading reports back: bytes to a `Report`, whatever the file turns out to be.

A report of an earlier factcheck lacks the fields that came since; one of a later may have
fields not known here, which are left out with a warning. Another `schema_version` is refused.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from factcheck.errors import FactcheckWarning, InputError
from factcheck.records import Quote, Record
from factcheck.report import (
    Counterpoint,
    Finding,
    Model,
    Report,
    ReportClaim,
    ReportSource,
    ReportStatement,
    Run,
    Signal,
    Span,
    Stance,
    Summary,
    Tool,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES = 256 * 1024 * 1024

_MAKE = "make one by `factcheck compare … --format json`"
_LATER = {"speaker", "calibration"}  # came after the first version of the format
_MOST = 5
_LONGEST = 40
_IN_CLAIM_FILE = re.compile(r"^(?:version|source|claims|statements):", re.MULTILINE)
_JSON_LINES = (
    "holds findings as JSON lines, without the run and the sources that they are of; write the "
    "report by --format json instead of jsonl"
)
_KINDS = {
    "claim": _JSON_LINES,
    "diagnostics": f"is what `factcheck check` found, not a report of `compare`; {_MAKE}",
    "least_move": f"is what `factcheck diff` found, not a report of `compare`; {_MAKE}",
    "$schema": f"is a JSON Schema, not a report; {_MAKE}",
    "source": f"is a claim file, not a report; {_MAKE} from it",
    "version": f"is a baseline, not a report; {_MAKE}",
}
_HOLDS: Mapping[type[Record], Mapping[str, type[Record]]] = {
    Report: {
        "tool": Tool,
        "run": Run,
        "sources": ReportSource,
        "findings": Finding,
        "summary": Summary,
    },
    Run: {"encoder": Model, "stance_model": Model, "calibration": Model},
    Finding: {"claim": ReportClaim, "counterpoints": Counterpoint},
    Counterpoint: {"stance": Stance, "signals": Signal, "statement": ReportStatement},
    Signal: {"claim": Span, "statement": Span},
    ReportClaim: {"quote": Quote},
    ReportStatement: {"quote": Quote},
}


def read_report(raw: bytes, path: str) -> Report:
    """A report from the bytes of a file that `factcheck compare --format json` wrote.

    Args:
        raw: The bytes.
        path: The file, as the user would name it.

    Raises:
        InputError: It is no such report, or contradicts itself; the message says where.
    """
    if len(raw) > MAX_BYTES:
        most = f"{MAX_BYTES // 2**20} MiB"
        raise InputError(f"{path}: is larger than {most}; compare fewer claims, or a lower -k")
    try:
        report = Report.model_validate_json(raw)
    except ValidationError:
        report = _of_another_version(raw, path)
    _check(report, path)
    if Summary.of(report.findings) != report.summary:
        _warn(f"{path}: its summary does not count its findings; they are counted anew")
    return report


def _of_another_version(raw: bytes, path: str) -> Report:
    """A report that this version did not make; most often, it is none at all."""
    data = _report_in(_parsed(raw, path), path)
    unknown: set[str] = set()
    fitted = json.dumps(_fitted(data, Report, unknown))
    try:
        report = Report.model_validate_json(fitted)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if detail["type"] == "json_invalid":  # all else was read once
            half = "half of a surrogate pair, which is no character"
            raise InputError(f"{path}: is no report: holds {half}; {_MAKE}") from None
        at = ".".join(map(str, detail["loc"]))
        told = f" at {at}" if at else ""
        raise InputError(f"{path}: is no report{told}: {detail['msg']}; {_MAKE}") from None
    if unknown:
        names = ", ".join(repr(name[:_LONGEST]) for name in sorted(unknown)[:_MOST])
        made = f"factcheck {report.tool.version[:_LONGEST]} made it"
        _warn(f"{path}: fields that this factcheck does not know are not compared: {names}; {made}")
    return report


def _warn(message: str) -> None:
    warnings.warn(message, FactcheckWarning, stacklevel=3)


def _parsed(raw: bytes, path: str) -> Any:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: is no UTF-8 text (byte {error.start}), so no report; {_MAKE}"
        ) from None
    if not text.strip():
        raise InputError(f"{path}: is empty; {_MAKE}")
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise InputError(f"{path}: nests too deeply for a report; {_MAKE}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path}{_no_json(text, error)}") from None
    except ValueError as error:  # what is called a number and is none, or has too many digits
        raise InputError(f"{path}: is no report: {error}; {_MAKE}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _no_json(text: str, error: json.JSONDecodeError) -> str:
    """Where it stops being JSON, and what it may be instead."""
    start = text.lstrip()
    if error.msg == "Extra data" and start.startswith('{"claim":'):
        return f": {_JSON_LINES}"
    if not start.startswith(("{", "[")) and _IN_CLAIM_FILE.search(text):
        return f": is a claim file, not a report; {_MAKE} from it"
    if start.startswith("<"):
        return f": is a page, not a report in JSON; {_MAKE}"
    return f":{error.lineno}:{error.colno}: is no JSON: {error.msg}; {_MAKE}"


def _report_in(data: Any, path: str) -> dict[str, Any]:
    """The report, once it is clear that it is none of the other files of factcheck."""
    if not isinstance(data, dict):
        raise InputError(f"{path}: holds no JSON object, so no report; {_MAKE}")
    if "findings" not in data or not {"run", "schema_version"} & data.keys():
        told = next((_KINDS[field] for field in _KINDS if field in data), None)
        raise InputError(f"{path}: {told or f'is no report: it has no findings; {_MAKE}'}")
    version = data.get("schema_version")
    if type(version) is not int or version != 1:
        shown = "none" if version is None else json.dumps(version)[:_LONGEST]
        raise InputError(
            f"{path}: has schema_version {shown}; this factcheck reads version 1. Make the report "
            "anew with this one, or use the one that made it"
        )
    return data


def _fitted(data: Any, model: type[Record], unknown: set[str]) -> Any:
    """What was read, without fields that are not known, and with those that came later."""
    if not isinstance(data, dict):
        return data  # told of once it is validated
    fields = model.model_fields
    unknown.update(data.keys() - fields.keys())
    told: dict[str, Any] = dict.fromkeys(_LATER & fields.keys())
    told |= {name: value for name, value in data.items() if name in fields}
    for name, inner in _HOLDS.get(model, {}).items():
        value = told.get(name)
        if isinstance(value, list):
            told[name] = [_fitted(each, inner, unknown) for each in value]
        elif name in told:
            told[name] = _fitted(value, inner, unknown)
    return told


def _check(report: Report, path: str) -> None:
    """Refuse a report that contradicts itself: what follows from it would not be so."""
    claims = [(finding.claim.source_id, finding.claim.id) for finding in report.findings]
    _once(claims, "claims", path)
    _once([(source.id,) for source in report.sources], "sources", path)
    sources = {source.id for source in report.sources}
    texts: dict[tuple[str, str], str] = {}
    for finding, name in zip(report.findings, claims, strict=True):
        about = f"the claim {_named(name)}"
        if name[0] not in sources:
            raise InputError(f"{path}: {about} is of a source that it does not have")
        wrong = _wrong(finding, report.run.k)
        if wrong:
            raise InputError(f"{path}: {about} {wrong}")
        for statement in (each.statement for each in finding.counterpoints):
            key = (statement.source_id, statement.id)
            if key[0] not in sources:
                raise InputError(
                    f"{path}: the statement {_named(key)} is of a source that it does not have"
                )
            if texts.setdefault(key, statement.text) != statement.text:
                raise InputError(f"{path}: the statement {_named(key)} has two different texts")


def _wrong(finding: Finding, k: int) -> str | None:
    """What is wrong with the statements of a claim."""
    shown = {(each.statement.source_id, each.statement.id) for each in finding.counterpoints}
    if len(shown) != len(finding.counterpoints):
        return "has a statement twice"
    ranks = [each.rank for each in finding.counterpoints]
    if any(after <= before for before, after in itertools.pairwise(ranks)):
        return "has statements that are not in the order of their ranks"
    if ranks and ranks[-1] > k:
        return f"has a statement of rank {ranks[-1]}, where k is {k}"
    if not all(math.isfinite(each.score) for each in finding.counterpoints):
        return "has a score that is no number"
    return None


def _once(keys: Sequence[tuple[str, ...]], what: str, path: str) -> None:
    if len(set(keys)) != len(keys):
        twice = next(key for key, many in Counter(keys).items() if many > 1)
        raise InputError(f"{path}: two {what} are called {_named(twice)}")


def _named(key: tuple[str, ...]) -> str:
    name = "/".join(key)
    return repr(name if len(name) <= 3 * _LONGEST else name[: 3 * _LONGEST] + "…")
