"""Where in a document a paragraph stands, as a reader would cite it: `p. 3, para. 14 (iii)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factcheck.records import Block

# What a numbered paragraph or item begins with.
_NUMBER = re.compile(
    r"(?:[-*•]\s+)?(?:(?P<arabic>\d{1,3}(?:\.\d{1,3}){0,4})[.)](?=\s)"
    r"|(?P<letter>\((?:[ivxlcdm]{1,6}|[a-z]|\d{1,3})\)))\s*"
)
_BULLET = re.compile(r"[-*•]\s+")
_ARABIC = re.compile(r"(\d{1,4}(?:\.\d{1,3}){0,4})[.)]?")
_FEW = 4  # paragraphs are numbered where at least one in so many is
_LABEL = 60  # a longer heading is cut in a locator
_APART: dict[str, str] = {"caption": "caption", "cell": "table", "footnote": "note"}


@dataclass(frozen=True)
class Spot:
    """A block with what its sentences are cited by; `start` is after its number.

    `headed` tells that a heading stands between it and the block before.
    """

    block: Block
    start: int
    locator: str
    heading: str | None
    number: str | None = None
    headed: bool = False


@dataclass(frozen=True)
class _Shape:
    """What a document's paragraphs are cited by.

    `numbered` is how many are numbered, 0 where only a short list is; `continuous` tells that
    no number comes twice; `headed` that headings divide the text; `several` how many paragraphs
    without a number stand before the first heading and under each.
    """

    numbered: int
    continuous: bool
    headed: bool
    several: tuple[int, ...]


@dataclass
class _Count:
    """How far the paragraphs are counted."""

    heading: str | None = None
    section: int = 0
    number: str | None = None  # of the last numbered paragraph
    left: int = 0  # numbered paragraphs to come
    paragraph: int = 0  # under this heading, or in the document where headings do not count
    bullet: int = 0


def spots(text: str, blocks: Sequence[Block]) -> Iterator[Spot]:
    """Cite by number where paragraphs are numbered, else by heading, else by counting.

    Args:
        text: A document's text.
        blocks: Its blocks, in order.

    Yields:
        All blocks that are no headings.
    """
    read = [(block, *_numbered(text, block)) for block in blocks]
    shape = _shape(read)
    count = _Count(left=shape.numbered)
    headed = False
    for block, number, start in read:
        if block.kind == "heading":
            headed = True
            _begin_section(count, shape, _label(text[block.start : block.end]))
            continue
        page = [] if block.page is None else [f"p. {block.page}"]
        if block.kind in _APART:
            note = f" {number.strip('.)([]')}" if number and block.kind == "footnote" else ""
            where = ", ".join([*page, _APART[block.kind] + note])
        else:
            _step(count, shape, block, number)
            base = ", ".join([*page, *_paragraph(count, shape, number)])
            where = _with_item(base, number, count.bullet, numbered=shape.numbered > 0)
        yield Spot(block, start, where or "para. 1", count.heading, number, headed)
        headed = False


def _shape(read: Sequence[tuple[Block, str | None, int]]) -> _Shape:
    blocks = [block for block, _, _ in read]
    numbers = [number for block, number, _ in read if _counts(block) and _is_arabic(number)]
    if len(numbers) * _FEW < sum(map(_counts, blocks)):
        numbers = []
    several = tuple(_paragraphs_under(blocks))
    return _Shape(len(numbers), len(set(numbers)) == len(numbers), _headed(blocks), several)


def _begin_section(count: _Count, shape: _Shape, heading: str) -> None:
    count.heading, count.bullet = heading, 0
    count.section += 1
    if shape.headed:
        count.paragraph = 0
    if not shape.continuous:
        count.number = None


def _step(count: _Count, shape: _Shape, block: Block, number: str | None) -> None:
    if shape.numbered and _is_arabic(number):
        count.number = number
        count.left -= 1
    elif number is None and block.kind != "item":
        count.paragraph += 1
    count.bullet = count.bullet + 1 if block.kind == "item" and number is None else 0


def _paragraph(count: _Count, shape: _Shape, number: str | None) -> list[str]:
    """The heading's and the paragraph's part of a locator."""
    by_number = shape.numbered > 0 and shape.continuous
    heading = [count.heading] if shape.headed and count.heading and not by_number else []
    if count.number is not None:
        after = number is None and not count.left and shape.numbered > 1
        return [*heading, f"{'after ' if after else ''}para. {count.number}"]
    if shape.numbered and count.left == shape.numbered:
        return [*heading, "before the first para."]
    alone = shape.headed and shape.several[count.section] == 1
    return [*heading, f"para. {count.paragraph}"] if count.paragraph and not alone else heading


def _with_item(where: str, number: str | None, bullet: int, *, numbered: bool) -> str:
    if number is not None and not _is_arabic(number):
        return f"{where} {number}".strip()
    item = f"item {number or bullet}" if bullet or (number and not numbered) else ""
    return ", ".join(part for part in (where, item) if part)


def _counts(block: Block) -> bool:
    return block.kind not in _APART and block.kind != "heading"


def _headed(blocks: Iterable[Block]) -> bool:
    """Whether headings divide the text: one above all of it is its title."""
    kinds = [block.kind for block in blocks if block.kind not in _APART]
    runs = sum(
        kind == "heading" and following != "heading" for kind, following in pairwise([*kinds, None])
    )
    return runs > 1 or (runs == 1 and kinds[0] != "heading")


def _paragraphs_under(blocks: Iterable[Block]) -> list[int]:
    """How many unnumbered paragraphs stand before the first heading and under each."""
    found = [0]
    for block in blocks:
        if block.kind == "heading":
            found.append(0)
        elif _counts(block) and block.kind != "item":
            found[-1] += 1
    return found


def _numbered(text: str, block: Block) -> tuple[str | None, int]:
    """A block's number, and where its words begin."""
    start = block.start
    while start < block.end and text[start].isspace():
        start += 1
    match = _NUMBER.match(text, start, block.end)
    if match is None:
        bullet = _BULLET.match(text, start, block.end)
        return _clean(block.number), bullet.end() if bullet else start
    number = _clean(block.number) or match["arabic"] or match["letter"]
    return number, match.end()


def _clean(number: str | None) -> str | None:
    """A number fit for a locator, `14` rather than `14.`."""
    label = _label(number or "")[:12]
    arabic = _ARABIC.fullmatch(label)
    return (arabic[1] if arabic else label) or None


def _is_arabic(number: str | None) -> bool:
    return number is not None and _ARABIC.fullmatch(number) is not None


def _label(text: str) -> str:
    """Words on one line, without characters that steer."""
    label = " ".join("".join(c if c.isprintable() else " " for c in text[:1_000]).split())
    label = label.strip(" *_#:")
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"
