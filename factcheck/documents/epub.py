"""EPUB: the chapters in the order of the book; each is a page of HTML."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from factcheck.documents.archive import open_bounded
from factcheck.documents.markup import all_blocks
from factcheck.documents.matter import day
from factcheck.documents.missing import needs
from factcheck.documents.pieces import Reading, said
from factcheck.errors import DocumentError
from factcheck.records import Metadata

_CONTAINER = "META-INF/container.xml"


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
            piece
            for name in _chapters(package, package_name)
            for piece in all_blocks(archive.read(name))
        ]
    except (KeyError, StopIteration, etree.LxmlError) as error:
        told = " ".join(str(error).split())[:200].strip("\"'")
        message = f"is no EPUB that can be read: {told or 'it names no book'}"
        raise DocumentError(f"{path}: {message}") from None
    return Reading(pieces, _metadata(package))


def _chapters(package: Any, name: str) -> list[str]:
    folder = posixpath.dirname(name)
    items = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
    named = (items.get(each.get("idref")) for each in package.iter("{*}itemref"))
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in named if href]


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
