"""The rules of `factcheck check`: what each finds, why, and how to mend it.

A rule keeps its code for good. Which are on is told as in ruff: codes, prefixes of codes
(`FC2`), or `ALL`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.errors import InputError
from factcheck.messages import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        code: Its stable id.
        name: In kebab case, as SARIF viewers show it.
        summary: What it finds, in one line.
        why: Why that matters.
        example: A claim file, or part of one, that it finds something in.
        fix: What makes it pass.
        default: Whether it is on unless turned off.
    """

    code: str
    name: str
    summary: str
    why: str
    example: str
    fix: str
    default: bool = False


_ALL = (
    Rule(
        "FC101",
        "claim-countered",
        "A claim that expects no counterpoint is countered.",
        "What was uncontested when the claims were read is contested now: a new source, an edited "
        "text or another model brought a statement that opposes the claim clearly enough.",
        "- id: press-freedom\n  text: The press is free.        # no `expect`",
        "Read the statement named. If it opposes the claim, list it under `expect.counterpoints`; "
        "if it does not, suppress FC101 on the claim with a reason.",
    ),
    Rule(
        "FC201",
        "counterpoint-lost",
        "An expected counterpoint is not among the k statements shown, or does not exist.",
        "Somebody read this statement as a counterpoint of the claim, and readers of a report no "
        "longer find it beside the claim.",
        "- id: press-freedom\n  text: The press is free.\n  expect:\n"
        "    counterpoints: [letter/newspaper-closed]   # ranked 9th, k is 5",
        "Make claim and statement self-contained (names for pronouns, one assertion each), raise "
        "k, or take the expectation back if the statement does not run against the claim.",
        default=True,
    ),
    Rule(
        "FC202",
        "counterpoint-changed-stance",
        "An expected counterpoint is among the k shown, but not as opposing.",
        "The statement stands beside the claim, but a reader is told that it is neutral, or that "
        "it supports the claim.",
        "- id: press-freedom\n  text: The press is free.\n  expect:\n"
        "    counterpoints: [letter/newspaper-closed]   # opposes 0.31",
        "Word claim and statement as plain propositions, without the frame of who says so; "
        "`factcheck explain CLAIM STATEMENT` shows which words matter.",
        default=True,
    ),
    Rule(
        "FC203",
        "uncovered-claim-opposed",
        "A claim that nothing may oppose has a statement that opposes it.",
        "The claim was read as uncontested by these sources; now a statement is shown as opposing.",
        "- id: pandemic\n  text: The pandemic is not over.\n  expect:\n    uncovered: true",
        "Read the statement named. If it opposes the claim, replace `uncovered` by "
        "`counterpoints`; if the model misreads it, suppress FC203 with a reason.",
        default=True,
    ),
    Rule(
        "FC301",
        "statement-unreached",
        "A critique statement is among the k shown of no claim.",
        "A statement that no report shows is work lost: either no claim speaks of its matter, or "
        "its wording hides what it is about.",
        "statements:\n  - id: weather\n    text: It rained.",
        "Add the claim that it runs against, word it so that it names its subject, or remove it.",
    ),
    Rule(
        "FC302",
        "claim-without-expectation",
        "A claim says neither which counterpoints it has nor that it has none.",
        "CI holds a claim only to what its file says; this one can lose all its counterpoints "
        "without anybody noticing.",
        "- id: peace\n  text: Peace has lasted.          # no `expect`",
        "Add `expect.counterpoints`, or `expect: {uncovered: true}`.",
    ),
    Rule(
        "FC401",
        "quote-not-found",
        "A quote is not in its document.",
        "A quote proves that the source says so. One that cannot be found there proves nothing.",
        "- id: peace\n  quote: a peace that has lasted for decades   # the text says `years`",
        "Copy the passage from the document, or correct the source's `sha256` or `document`. "
        "Documents are looked for with `--documents FOLDER`, or by the source's `document`.",
    ),
    Rule(
        "FC402",
        "source-undated",
        "A source has no date, or no publisher.",
        "Who said it, and when, is half of what a reader needs to weigh a statement.",
        "source:\n  id: letter\n  kind: ngo\n  title: An open letter",
        "Add `date` and `publisher` to the source.",
    ),
    Rule(
        "FC501",
        "stale-lock",
        "factcheck.lock does not fit the claim files.",
        "A lock that holds what no file needs, or lacks what one does, was not made from these "
        "files.",
        "$ factcheck check --locked      # a statement was edited after `factcheck lock`",
        "Run `factcheck lock` and commit factcheck.lock.",
        default=True,
    ),
    Rule(
        "FC601",
        "unused-suppression",
        "A suppression silences nothing.",
        "What it was written for is gone; left in place it would hide the next finding.",
        "suppress:\n  - {rule: FC203, reason: irony, until: 2099-01-01}   # nothing opposes it",
        "Remove the suppression.",
        default=True,
    ),
    Rule(
        "FC602",
        "expired-suppression",
        "The last day of a suppression has passed.",
        "A suppression is a promise to look again; its day has come. It no longer silences "
        "anything.",
        "suppress:\n  - {rule: FC203, reason: appeal pending, until: 2020-01-31}",
        "Look at the claim again: mend it, or give a new day and reason.",
        default=True,
    ),
    Rule(
        "FC603",
        "endless-suppression",
        "A suppression has no last day.",
        "Suppressions that never end are never looked at again.",
        "suppress:\n  - {rule: FC203, reason: irony}   # no `until`",
        "Add `until`, a day by which somebody looks again.",
    ),
)

RULES: Mapping[str, Rule] = {rule.code: rule for rule in _ALL}
"""All rules by code, in the order of the codes."""

DEFAULT_SELECT: tuple[str, ...] = tuple(rule.code for rule in _ALL if rule.default)
"""The codes that are on unless turned off."""


def matching(prefixes: Sequence[str]) -> frozenset[str]:
    """The codes that prefixes stand for; `ALL` stands for all.

    Raises:
        InputError: A prefix is that of no rule.
    """
    found: set[str] = set()
    for prefix in prefixes:
        codes = {code for code in RULES if prefix == "ALL" or (prefix and code.startswith(prefix))}
        if not codes:
            raise InputError(f"no rule is called {prefix!r}{suggestion(prefix, RULES)}")
        found |= codes
    return frozenset(found)


def selected(
    select: Sequence[str] = (), extend: Sequence[str] = (), ignore: Sequence[str] = ()
) -> frozenset[str]:
    """The codes that are on.

    Args:
        select: Prefixes; where there is none, the defaults.
        extend: Prefixes added to those.
        ignore: Prefixes taken away; one that is longer than what selected a rule counts,
            a shorter one does not, as in ruff.

    Raises:
        InputError: A prefix is that of no rule.
    """
    chosen = [*select, *extend] if select else [*DEFAULT_SELECT, *extend]

    def reach(code: str, prefixes: Sequence[str]) -> int:
        """How exact the longest fitting prefix is; -1 where none fits."""
        fitting = (0 if p == "ALL" else len(p) for p in prefixes if code in matching([p]))
        return max(fitting, default=-1)

    return frozenset(code for code in RULES if reach(code, chosen) > reach(code, ignore))
