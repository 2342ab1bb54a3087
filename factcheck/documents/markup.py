"""All the blocks of an HTML page or a book's chapter, whatever they are there for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factcheck.documents.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.records import BlockKind

_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("p", "pre"), "paragraph"),
    "li": "item",
    "blockquote": "quote",
    "figcaption": "caption",
}
_NO_TEXT = ("script", "style", "head", "template", "noscript")
FURNITURE = ("nav", "header", "footer", "form")
"""What a page has around its text; in a chapter of a book these are text."""


def all_blocks(
    page: str | bytes, without: Sequence[str] = (), *, apart: bool = True
) -> list[Piece]:
    """The blocks of a page in order; of blocks within blocks the inner ones.

    Args:
        page: As text, or in UTF-8.
        without: Elements that are left out with all that they hold.
        apart: Whether blocks are told; else all text is one.

    Returns:
        Where there are no blocks, one paragraph with whatever text there is.
    """
    from lxml import etree, html  # noqa: PLC0415 - a library of weight

    encoding = "utf-8" if isinstance(page, bytes) else None
    parser = html.HTMLParser(encoding=encoding, no_network=True)
    try:
        root: Any = html.document_fromstring(page, parser=parser)
    except etree.ParserError:  # nothing but white space
        return []
    for element in list(root.iter(*_NO_TEXT, *without)):
        element.drop_tree()
    found = [
        Piece(element.text_content(), _KINDS[element.tag])
        for element in root.iter(*_KINDS)
        if apart and next(element.iterdescendants(*_KINDS), None) is None
    ]
    return found or [Piece(root.text_content())]
