"""The outcome as JUnit XML, for CI servers that show test reports.

Test cases are findings, in a suite a file; one more stands for the check as a whole, so that
a clean run has a report too. Findings for review pass, with a note: under `--strict` they come
as errors. The suites are those of Jenkins' `junit-10.xsd`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from factcheck.formats.checks.wording import (
    by_file,
    exact,
    figures,
    home,
    place,
    subject,
    tally,
    title,
)
from factcheck.formats.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factcheck.formats import Layout
    from factcheck.outcome import Diagnostic, Outcome

# Beyond the control characters, XML 1.0 has no place for these.
_ILLEGAL = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})
_TOTALS = {"tests": "testcase", "failures": "failure", "errors": "error"}


# Written by hand: junitparser's bytes depend on whether lxml is installed.
def render(outcome: Outcome, _layout: Layout) -> str:
    """Errors as failures; what is suppressed or known to the baseline as skipped."""
    report = Element("testsuites", name="factcheck check", time="0")
    report.append(_suite("factcheck", [_checked(outcome)]))
    for path, group in by_file(outcome.diagnostics).items():
        report.append(_suite(exact(path), [_case(found) for found in group]))
    _count(report, _TOTALS)
    # "unicode" makes it text; the declaration is for those who read the bytes.
    xml = tostring(report, "unicode").translate(_ILLEGAL)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'


def _suite(name: str, cases: Iterable[Element]) -> Element:
    suite = Element("testsuite", name=name, time="0")
    suite.extend(cases)
    _count(suite, _TOTALS | {"skipped": "skipped"})
    return suite


def _count(element: Element, totals: dict[str, str]) -> None:
    for name, tag in totals.items():
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _checked(outcome: Outcome) -> Element:
    case = Element("testcase", name="claims checked", classname="factcheck", time="0")
    SubElement(case, "system-out").text = tally(outcome)
    return case


def _case(found: Diagnostic) -> Element:
    name = f"{title(found.rule)} {subject(found)}".strip()
    case = Element("testcase", name=name, classname=exact(home(found)), time="0")
    rule = printable(found.rule)
    if found.status != "new":
        SubElement(case, "skipped", type=rule, message=_reason(found))
    elif found.level == "error":
        message = printable(found.message)
        SubElement(case, "failure", type=rule, message=message).text = _told(found)
    else:
        SubElement(case, "system-out").text = f"review: {_told(found)}"
    return case


def _reason(found: Diagnostic) -> str:
    if found.status == "baseline":
        return "known to the baseline"
    reason = f": {printable(found.suppression.reason)}" if found.suppression else ""
    return f"suppressed{reason}"


def _told(found: Diagnostic) -> str:
    lines = (place(found), printable(found.message), figures(found), printable(found.fix))
    return "\n".join(line for line in lines if line)
