"""Where sentences end in running English text.

A sentence ends at final punctuation before white space and a capital, a digit or a quotation
mark, save after abbreviations, initials and dotted names, and inside a quotation or a
bracket: what somebody said is kept whole with the words that report it. The rules are our own
because they do best on the boundaries of benchmarks/boundaries.jsonl; benchmarks/splitting.md
has the figures beside those of five libraries.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[int, int]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Final punctuation, what closes after it, a footnote's mark, white space, and what opens next.
_BREAK = re.compile(
    r"(?<![.!?…])(?P<run>[.!?…]{1,20})(?P<close>[\"'”’»)\]*_]{0,4})"
    r"(?:\[\d{1,3}\]|[⁰¹²³⁴-⁹]{1,3}|(?<=[a-z]{2}\.)\d{1,2})?"
    r"(?P<space>\s+)(?=(?P<open>[\"'“‘«(\[*_]{0,4})(?P<next>\w))"
)
# Never the last word of a sentence: titles, and words that lead to what follows.
_INNER = _words(
    "mr mrs ms messrs mme mlle dr drs prof gen lt maj col capt cmdr cdr adm sgt cpl brig pte gov"
    " sen rep amb hon rev fr ven msgr supt insp eng cllr atty st ste mt ft h.e h.r.h h.m h.h e.g"
    " i.e viz cf vs v approx esp incl ca dept parl asst assoc ord"
)
# Inside a sentence before a figure, at its end before a word.
_NUMBERED = _words(
    "no nos art arts para paras p pp vol vols ch chap fig figs sec secs sect res ref cl tab app"
    " km rs min bk jan feb mar apr jun jul aug sept sep oct nov dec"
)
# At a sentence's end before any capital.
_CLOSING = frozenset({"etc", "al", "ibid"})
# At a sentence's end only before a word that begins one.
_EITHER = _words(
    "inc ltd co corp bros jr sr esq llc plc est max mg kg mon tue tues wed thu thur thurs fri sat"
    " sun cit"
)
# Words that begin sentences and stand in no name.
_STARTERS = _words(
    "a about according after all also although among an and another any anyone are as asked at"
    " because before both but by can could despite did do does during each eight either eleven"
    " even every everyone few fewer first five for four from had has have he her here his how"
    " however i if in indeed instead is it its last later let many may meanwhile members more"
    " moreover most my neither never nine no nobody none nor not nothing now of on once one only"
    " or other others our over perhaps she should since six so some soon still such ten than that"
    " the their then there these they this those though three thus to today together two under"
    " unless until was we were what when where whether which while who why will with within"
    " without would yes yet you your"
)
_WORD_BEFORE = re.compile(r"[^\W_](?:[\w&'’-]|\.(?=\w)){0,30}$")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[*_]{0,4}([\w’'-]{1,30})")
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_]{1,2}){0,9}")  # an initial, U.N., Ph.D
_ENUMERATOR = re.compile(r"\W{0,6}(?:\d{1,3}|[ivxlc]{1,6}|[A-Za-z])\.")
_ROMAN = re.compile(r"[IVXLC]{1,6}\b")
_LEADING = re.compile(r"(?:[^\W\d_]|Nos?)\.\s")  # an initial or a number comes next
_MARK = re.compile(r"[“”«»\"()]")
_PAIRS = {"“": "”", "«": "»", "(": ")"}
# “Will you sign?” Mr. Doan asked.
_REPORTED = re.compile(
    r"\s+(?:[A-Z][\w.’'-]{0,20}\s+){1,5}(?:asked|said|cried|shouted|replied|answered|called|added"
    r"|wondered|wrote|exclaimed)(?=[.,;:]|\s+(?:me|him|her|us|them)\b)"
)
_ENDS = (".", ";", "!", "?", ",")
_CLOSERS = "\"'”’»)]*_ "
_LISTED = re.compile(r"[;,]\s{0,4}(?:and|or|and/or)$", re.IGNORECASE)
_LOOK_BACK = 40  # longer than any abbreviation
_LONG = 1_000  # a longer quotation is read as running text


def spans(text: str, begin: int, end: int) -> Iterator[Span]:
    """Split a paragraph into sentences.

    Args:
        text: Any text.
        begin: Where the paragraph begins in it: at no white space.
        end: Where it ends: after no white space.

    Yields:
        Where each sentence begins and ends in the text, in order.
    """
    whole = quotations(text, begin, end)
    starts = [first for first, _ in whole]
    start = begin
    for match in _BREAK.finditer(text, begin, end):
        at = bisect_right(starts, match.start()) - 1
        around = whole[at] if at >= 0 and match.start() < whole[at][1] else None
        if _ends(text, start, match, around):
            yield start, match.start("space")
            start = match.end()
    if start < end:
        yield start, end


def is_closed(text: str) -> bool:
    """Whether a text ends as a sentence, or an item of a list ("...; and"), does."""
    end = text[-200:].rstrip().rstrip(_CLOSERS)
    return end.endswith(_ENDS) or _LISTED.search(end) is not None


def quotations(text: str, begin: int, end: int) -> list[Span]:
    """The quotations and brackets of a paragraph that are closed and not too long.

    Returns:
        Where the outermost of them begin and end, marks included, in order.
    """
    found: list[Span] = []
    opened: list[tuple[str, int]] = []  # the mark that closes, and where it was opened
    for match in _MARK.finditer(text, begin, end):
        mark, at = match.group(), match.start()
        if opened and mark == opened[-1][0]:
            _, first = opened.pop()
            if at - first <= _LONG:
                while found and found[-1][0] > first:
                    found.pop()
                found.append((first, at + 1))
        elif mark in _PAIRS:
            opened.append((_PAIRS[mark], at))
        elif mark == '"' and (at == begin or text[at - 1] in " \n\t([—–"):
            opened.append(('"', at))
    return found


def _ends(text: str, start: int, match: re.Match[str], around: Span | None) -> bool:
    """Whether a sentence that began at `start` ends at a possible break."""
    if match["next"].islower() or _ENUMERATOR.fullmatch(text, start, match.start("close")):
        return False
    if around is not None:
        return match.start("space") >= around[1] and _ends_with_bracket(text, start, match, around)
    if match["run"] == ".":
        return _ends_at_stop(text, start, match)
    if "…" in match["run"] or ".." in match["run"]:
        return _ends_at_ellipsis(text, match)
    return True


def _ends_with_bracket(text: str, start: int, match: re.Match[str], around: Span) -> bool:
    if text[around[0]] == "(":
        return around[0] == start  # (A sentence of its own.)
    return match["run"] in {".", "…"} or not _REPORTED.match(text, match.start("space"))


def _ends_at_stop(text: str, start: int, match: re.Match[str]) -> bool:
    before = _WORD_BEFORE.search(text, max(start, match.start() - _LOOK_BACK), match.start())
    if before is None:
        return True
    word = before.group()
    name = word.lower()
    initial = _DOTTED.fullmatch(word) is not None and word != "I"
    if word in {"Sec", "Min"} or name in _INNER:
        # "Sec. 4" and "Gen. Sec. Lora", but a span of 40 sec. ends a sentence.
        return False
    if name in _NUMBERED and not (initial and word.isupper()):
        return not (match["next"].isdigit() or _ROMAN.match(text, match.end()))
    if name in _CLOSING:
        return "(" not in match["open"]
    if initial or name in _EITHER:
        return not _LEADING.match(text, match.end()) and _starts(text, match.end())
    return True


def _ends_at_ellipsis(text: str, match: re.Match[str]) -> bool:
    if match["next"].isdigit():
        return False
    loose = text[match.start() - 1 : match.start()] in {" ", "[", "("}
    return not loose or _starts(text, match.end())


def _starts(text: str, at: int) -> bool:
    """Whether a word begins a sentence rather than goes on with a name."""
    word = _NEXT_WORD.match(text, at)
    return word is not None and word[1].lower() in _STARTERS
