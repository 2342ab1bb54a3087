"""HTML: the main content of a page and what the page says of itself, by trafilatura."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from factcheck.documents.decoding import decode
from factcheck.documents.markup import FURNITURE, all_blocks
from factcheck.documents.matter import day
from factcheck.documents.missing import needs
from factcheck.documents.pieces import Piece, Reading, said
from factcheck.errors import DocumentError
from factcheck.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcheck.records import BlockKind

# The names that trafilatura gives to what it keeps.
_KINDS: dict[str, BlockKind] = {
    "head": "heading",
    "p": "paragraph",
    "item": "item",
    "quote": "quote",
    "code": "paragraph",
    "cell": "cell",
}
_LONGEST_CELL = 600  # characters of a cell of figures
_BREAK = "\u2028"
_BREAKS = re.compile(rf"(?:\s*{_BREAK}){{2,}}")
_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"<html[^<>]{0,2000}?\slang=[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", re.IGNORECASE
)


def read(raw: bytes, path: str) -> Reading:
    """Read a page; nothing is fetched.

    Raises:
        DocumentError: It is none, or has no main text.
    """
    with needs("trafilatura", path):
        from trafilatura import bare_extraction  # noqa: PLC0415 - takes a second
    text, warnings = _page(raw, path)
    found: Any = bare_extraction(
        text,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        deduplicate=False,
        # Only the dates that a page states: none searched for in its text.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    language = _LANGUAGE.search(text[:20_000])
    if found is None or found.body is None or _is_all_in_one(found.body, text):
        return _all_of_it(text, path, language[1] if language else None, warnings)
    metadata = Metadata(
        title=said(found.title),
        author=said(found.author),
        publisher=said(found.sitename),
        date=day(found.date),
        url=said(found.url),
        language=language[1] if language else None,
    )
    return Reading(list(_pieces(found.body)), metadata, warnings)


def _is_all_in_one(body: Any, text: str) -> bool:
    """Whether a page's text is there in one heap, with its menus: so it is where none was told."""
    if len(body) > 1:
        return False
    every = sum(len(piece.text.split()) for piece in all_blocks(text, apart=False))
    return sum(len(part.split()) for part in body.itertext()) >= every


def _all_of_it(text: str, path: str, language: str | None, warnings: tuple[str, ...]) -> Reading:
    """A page in which no main content can be told: often a short one, or one of plain text."""
    pieces = all_blocks(text, FURNITURE) if text.strip() else []
    if not any(piece.text.strip() for piece in pieces):
        raise DocumentError(f"{path}: holds no text that can be read")
    warning = "no main content can be told on this page; all of its text is read"
    return Reading(pieces, Metadata(language=language), (*warnings, warning))


def _page(raw: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """The page as text: in the encoding that it states, else as other texts are."""
    stated = _CHARSET.search(raw[:4096])
    if stated is not None and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return raw.decode(stated[1].decode("ascii")), ()
        except (LookupError, ValueError):
            pass
    return decode(raw, path)


def _pieces(element: Any) -> Iterator[Piece]:
    """Blocks of what was kept; text between them is a paragraph."""
    laid_out = _laid_out(element)
    stack: list[tuple[Any, BlockKind]] = [(element, "paragraph")]
    while stack:
        at, kind = stack.pop()
        inner = [child for child in at if _is_block(child)]
        if not inner:
            yield from _paragraphs(_text(at), kind)
            continue
        stack += [
            (child, kind if child in laid_out else _kind(child, kind)) for child in reversed(inner)
        ]
        yield from _paragraphs(_own_text(at), kind)


def _paragraphs(parts: Iterator[str], kind: BlockKind) -> Iterator[Piece]:
    """Text as a paragraph; two breaks of a line end one, as on old pages."""
    for text in _BREAKS.split("".join(parts)):
        if text.strip():
            yield Piece(text, kind)


def _laid_out(body: Any) -> set[Any]:
    """The cells of tables that lay out a page: one of their cells holds an article."""
    found: set[Any] = set()
    for table in body.iter("table", "div", "body"):  # rows stand in these where a table is cut
        cells = [cell for row in table.findall("row") for cell in row.iter("cell")]
        if any(len("".join(cell.itertext())) > _LONGEST_CELL for cell in cells):
            found.update(cells)
    return found


def _kind(element: Any, outer: BlockKind) -> BlockKind:
    kind = _KINDS.get(str(element.tag), outer)
    return outer if kind == "paragraph" else kind


def _is_block(element: Any) -> bool:
    return element.tag in {*_KINDS, "list", "table", "row", "div"} and element.tag != "code"


def _text(element: Any) -> Iterator[str]:
    for each in element.iter():
        if each.tag == "lb":
            yield _BREAK
        if each.text and isinstance(each.tag, str):
            yield each.text
        if each is not element and each.tail:
            yield each.tail


def _own_text(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not _is_block(child):
            yield from _text(child)
        yield child.tail or ""
