"""Lines of plain text and Markdown to paragraphs, headings and items."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factcheck.documents.phrases import ends_a_sentence, is_caption, is_furniture, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factcheck.records import BlockKind

Span = tuple[int, int]

_RULE = re.compile(r"(?:[-*_=~]\s?){3,200}|(?:`{3}|~{3})[\w-]{0,30}")
_UNDERLINE = re.compile(r"={2,200}|-{2,200}")
_HEADING = re.compile(r"(#{1,6})\s{1,20}(?=\S)")
_QUOTED = re.compile(r"(?:>\s?){1,9}")
_BULLET = re.compile(r"[-*•‣▪◦●+]\s{1,20}(?=\S)")
_ROW = re.compile(r"\|.*\|$")
_ROW_RULE = re.compile(r"\|?\s?:?-{2,}:?\s?(?:\|\s?:?-{2,}:?\s?){0,50}\|?")
_REFERENCE = re.compile(r"\[[^\[\]]{1,60}\]:\s{1,4}\S{1,2000}$")
_FOLIO = re.compile(
    r"\W{0,3}(?:\d{1,3}|p(?:age|\.)\s?\d{1,4})(?:\s?(?:of|/)\s?\d{1,4})?\W{0,3}", re.IGNORECASE
)
_BOLD = re.compile(r"\*\*(?!\s)[^\n]{1,400}\*\*|__(?!\s)[^\n]{1,400}__")
_STRIPPED = re.compile(r"[*_]{2}|\[([^\[\]]{1,300})\]\([^()\s]{0,1000}\)")
_LEADING = re.compile(
    r"\b(?:the|a|an|and|or|of|to|in|for|on|with|by|from|that|which|as|at|its|their)$"
)

_WRAPPED = 150  # longer lines are paragraphs of their own
_HEADING_WORDS = 16
_CUT_WORDS, _CUT_LONG, _CUT_REST = 8, 25, 5


@dataclass(frozen=True)
class Part:
    """A paragraph: its lines, without the marks that say what it is."""

    spans: list[Span]  # grows while its paragraph is read, in this module only
    kind: BlockKind = "paragraph"
    page: int | None = None
    is_title: bool = False
    alone: bool = False


def parts_of(text: str, begin: int = 0) -> list[Part]:
    """The paragraphs of a text in order; rules, furniture and page numbers are in none."""
    parts: list[Part] = []
    pages = "\f" in text
    for page, run in _runs(text, begin):
        found = list(_paragraphs(text, run))
        alone = len(found) == 1
        parts += [replace(part, page=page if pages else None, alone=alone) for part in found]
    return _with_headings(text, _joined(text, parts))


def _runs(text: str, begin: int) -> Iterator[tuple[int, list[Span]]]:
    """Lines without a blank one between them, and the page on which they stand."""
    run: list[Span] = []
    page, start = 1, begin
    for line in re.split(r"(?<=\n)|(?=\f)", text[begin:]):
        if line.startswith("\f"):
            if run:
                yield page, run
            page, run = page + 1, []
        content = line.strip()
        if content:
            first = start + line.index(content[0])
            run.append((first, first + len(content)))
        elif run:
            yield page, run
            run = []
        start += len(line)
    if run:
        yield page, run


def _paragraphs(text: str, run: list[Span]) -> Iterator[Part]:
    if len(run) == 1 and _FOLIO.fullmatch(text, *run[0]):
        return
    wrapped = max(end - start for start, end in run) <= _WRAPPED
    open_part: Part | None = None
    for start, end in run:
        line = text[start:end] if end - start < _WRAPPED * 4 else text[start : start + _WRAPPED * 4]
        if open_part and _UNDERLINE.fullmatch(line) and len(open_part.spans) == 1:
            yield replace(open_part, kind="heading", is_title=line[0] == "=")
            open_part = None
        elif _is_none(line, end - start):
            continue
        else:
            made = list(_part(text, line, start, end))
            goes_on = open_part is not None and wrapped and _goes_on(text, open_part, made[0], line)
            if goes_on and open_part is not None:
                open_part.spans.extend(made[0].spans)
                continue
            if open_part:
                yield open_part
            yield from made[:-1]
            open_part = made[-1]
    if open_part:
        yield open_part


def _is_none(line: str, length: int) -> bool:
    """Whether a line says nothing of the text's own."""
    if length > _WRAPPED * 3:
        return False
    if not line.strip("> "):
        return True
    if _RULE.fullmatch(line) or _ROW_RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
        return True
    return is_furniture(_STRIPPED.sub(r"\1", line))


def _part(text: str, line: str, start: int, end: int) -> Iterable[Part]:
    if found := _HEADING.match(line):
        closing = len(text[start:end].rstrip("# ")) if line.endswith("#") else end - start
        title = len(found[1]) == 1
        return [Part([(start + found.end(), start + closing)], "heading", is_title=title)]
    if found := _QUOTED.match(line):
        return [Part([(start + found.end(), end)], "quote")]
    if found := _BULLET.match(line):
        return [Part([(start + found.end(), end)], "item")]
    if _ROW.fullmatch(line):
        cells = [each.span() for each in re.finditer(r"[^|]+", line) if each[0].strip()]
        return [Part([(start + first, start + last)], "cell") for first, last in cells] or [
            Part([(end, end)], "cell")
        ]
    return [Part([(start, end)])]


def _goes_on(text: str, part: Part, made: Part, line: str) -> bool:
    """Whether a line belongs to the paragraph before it."""
    if part.kind in {"heading", "cell"}:
        return False
    if made.kind != "paragraph":
        return made.kind == part.kind == "quote"
    start, end = part.spans[-1]
    last = text[start:end]
    if number_of(line):
        first = part.spans[0][0]
        return not (
            ends_a_sentence(last) or part.kind == "item" or number_of(text[first : first + 20])
        )
    return True


def _joined(text: str, parts: list[Part]) -> list[Part]:
    """Paragraphs that a page's end cut in two, made whole."""
    joined: list[Part] = []
    for part in parts:
        if joined and _is_cut(text, joined[-1], part):
            joined[-1].spans.extend(part.spans)
        else:
            joined.append(part)
    return joined


def _is_cut(text: str, part: Part, rest: Part) -> bool:
    if rest.kind != "paragraph" or part.kind not in {"paragraph", "item", "quote"}:
        return False
    words = sum(_words(text, span, _CUT_LONG) for span in part.spans[-_CUT_LONG:])
    start, end = part.spans[-1]
    last = text[max(start, end - 80) : end]
    if is_caption(text[part.spans[0][0] : min(end, part.spans[0][0] + 600)]):
        return False
    if words < _CUT_WORDS or ends_a_sentence(last) or last.endswith("**"):
        return False
    begin = rest.spans[0][0]
    first = text[begin : begin + 12].lstrip("“\"'‘(")
    if first[:1].islower():
        return number_of(first) is None
    if number_of(first) or text.startswith("**", begin):
        return False
    ending = text[max(0, rest.spans[-1][1] - 12) : rest.spans[-1][1]]
    whole = ends_a_sentence(ending) and _words(text, rest.spans[0], _CUT_REST) >= _CUT_REST
    leads_on = last.endswith(",") or _LEADING.search(last) is not None
    return whole and (leads_on or words >= _CUT_LONG)


def _words(text: str, span: Span, most: int) -> int:
    return len(text[span[0] : min(span[1], span[0] + most * 30)].split())


def _with_headings(text: str, parts: list[Part]) -> list[Part]:
    return [
        replace(part, kind="heading")
        if part.kind == "paragraph" and part.alone and _is_heading(text, part, following)
        else part
        for part, following in zip(parts, [*parts[1:], None], strict=False)
    ]


def _is_heading(text: str, part: Part, following: Part | None) -> bool:
    """Short, alone, without an end, and something comes after it."""
    words = sum(_words(text, span, _HEADING_WORDS + 1) for span in part.spans[: _HEADING_WORDS * 3])
    start, end = part.spans[0][0], part.spans[-1][1]
    if words > _HEADING_WORDS * 2 or following is None:
        return False
    if end - start < _WRAPPED * 4 and _BOLD.fullmatch(text[start:end].replace("\n", " ")):
        return True
    last = text[max(start, end - 12) : end]
    if text.startswith("**", start) and not ends_a_sentence(last):
        return True
    plain = not ends_a_sentence(last) or last.endswith(":")
    return words <= _HEADING_WORDS and plain and not number_of(text[start : start + 20])
