"""HTML: the main content of a page and what the page says of itself, by trafilatura."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from factcheck.documents.decoding import decode
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
    if found is None or found.body is None:
        raise DocumentError(f"{path}: holds no main text")
    language = _LANGUAGE.search(text[:20_000])
    metadata = Metadata(
        title=said(found.title),
        author=said(found.author),
        publisher=said(found.sitename),
        date=day(found.date),
        url=said(found.url),
        language=language[1] if language else None,
    )
    return Reading(list(_pieces(found.body)), metadata, warnings)


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
    stack: list[tuple[Any, BlockKind]] = [(element, "paragraph")]
    while stack:
        at, kind = stack.pop()
        inner = [child for child in at if _is_block(child)]
        if not inner:
            yield Piece("".join(_text(at)), kind)
            continue
        stack += [(child, _kind(child, kind)) for child in reversed(inner)]
        own = "".join(_own_text(at))
        if own.strip():
            yield Piece(own, kind)


def _kind(element: Any, outer: BlockKind) -> BlockKind:
    kind = _KINDS.get(str(element.tag), outer)
    return outer if kind == "paragraph" else kind


def _is_block(element: Any) -> bool:
    return element.tag in {*_KINDS, "list", "table", "row", "div"} and element.tag != "code"


def _text(element: Any) -> Iterator[str]:
    for each in element.iter():
        if each.tag == "lb":
            yield "\n"
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
