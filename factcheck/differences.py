"""What differs between a quote and what its document holds, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from factcheck.folding import folded

_AROUND = 3


@dataclass(frozen=True)
class Difference:
    """A run of words, as quoted and as found; the same where both fold to the same."""

    quoted: str
    found: str
    same: bool


def word_differences(quoted: str, found: str, *, exact: bool = False) -> tuple[Difference, ...]:
    """Compare two texts word by word; what folding evens out is no difference, unless `exact`."""
    ours, theirs = quoted.split(), found.split()
    operations = Levenshtein.opcodes(
        *([word if exact else folded(word).text for word in words] for words in (ours, theirs))
    )
    runs: list[Difference] = []
    for step in operations:
        mine = " ".join(ours[step.src_start : step.src_end])
        its = " ".join(theirs[step.dest_start : step.dest_end])
        same = step.tag == "equal"
        if runs and not same and not runs[-1].same:
            last = runs.pop()
            mine, its = f"{last.quoted} {mine}".strip(), f"{last.found} {its}".strip()
        runs.append(Difference(mine, its, same))
    return tuple(runs)


def shown(differences: tuple[Difference, ...], *, most: int = 400) -> str:
    """In short: `the press [-was-] {+is+} free`, long runs of the same words cut.

    What is only in the quote stands in `[- -]`, what is only in the document in `{+ +}`.
    """
    last = len(differences) - 1
    parts = [_shown(each, n == 0, n == last) for n, each in enumerate(differences)]
    line = " ".join(parts)
    return line if len(line) <= most else line[: most - 1] + "…"


def _shown(each: Difference, first: bool, last: bool) -> str:
    if not each.same:
        quoted = f"[-{each.quoted}-]" if each.quoted else ""
        found = f"{{+{each.found}+}}" if each.found else ""
        return f"{quoted} {found}".strip()
    words = each.found.split()
    before = [] if first else words[:_AROUND]
    after = [] if last else words[-_AROUND:]
    if len(before) + len(after) >= len(words):
        return each.found
    return " ".join([*before, "…", *after])
