"""EPUB: the chapters in the order of the book; each is a page of HTML."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from factcheck.documents.archive import open_bounded
from factcheck.documents.matter import day
from factcheck.documents.missing import needs
from factcheck.documents.pieces import Piece, Reading, said
from factcheck.errors import DocumentError
from factcheck.records import Metadata

if TYPE_CHECKING:
    import zipfile

    from factcheck.records import BlockKind

_CONTAINER = "META-INF/container.xml"
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("td", "th"), "cell"),
    "p": "paragraph",
    "li": "item",
    "blockquote": "quote",
    "figcaption": "caption",
}


def read(raw: bytes, path: str) -> Reading:
    """Read an EPUB; nothing outside it is fetched.

    Raises:
        DocumentError: It is none, damaged, or protected.
    """
    with needs("lxml", path):
        from lxml import etree  # noqa: PLC0415 - a library of weight
    archive = open_bounded(raw, path)
    if "META-INF/encryption.xml" in archive.namelist():
        raise DocumentError(f"{path}: is encrypted; a copy without protection is needed")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        container = etree.fromstring(archive.read(_CONTAINER), parser)
        package_name = next(
            each.get("full-path") for each in container.iter("{*}rootfile") if each.get("full-path")
        )
        package = etree.fromstring(archive.read(package_name), parser)
        pieces = [
            piece for name in _chapters(package, package_name) for piece in _pieces(archive, name)
        ]
    except (KeyError, StopIteration, etree.LxmlError) as error:
        message = f"is no EPUB that can be read: {' '.join(str(error).split())[:200]}"
        raise DocumentError(f"{path}: {message}") from None
    return Reading(pieces, _metadata(package))


def _chapters(package: Any, name: str) -> list[str]:
    folder = posixpath.dirname(name)
    items = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
    named = (items.get(each.get("idref")) for each in package.iter("{*}itemref"))
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in named if href]


def _pieces(archive: zipfile.ZipFile, name: str) -> list[Piece]:
    from lxml import html  # noqa: PLC0415 - a library of weight

    raw = archive.read(name)
    if not raw.strip():
        return []
    root = html.document_fromstring(raw, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    for element in list(root.iter("script", "style", "head")):
        element.drop_tree()
    return [
        Piece(element.text_content(), _KINDS[element.tag])
        for element in root.iter(*_KINDS)
        if next(element.iterdescendants(*_KINDS), None) is None  # of blocks in blocks the inner
    ]


def _metadata(package: Any) -> Metadata:
    def first(name: str) -> str | None:
        found = package.find(f".//{{http://purl.org/dc/elements/1.1/}}{name}")
        return None if found is None else said(found.text)

    return Metadata(
        title=first("title"),
        author=first("creator"),
        publisher=first("publisher"),
        date=day(first("date")),
        language=first("language"),
    )
