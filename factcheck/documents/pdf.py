"""PDF: the text layer, by PDFium; scripts are not run, as this build of it has no engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from factcheck.documents.layout import Line, paragraphs
from factcheck.documents.missing import needs
from factcheck.documents.pieces import MAX_CHARACTERS, Reading, said
from factcheck.documents.stretches import stretches
from factcheck.errors import DocumentError
from factcheck.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGES = 5_000
_PASSWORD, _SECURITY = 4, 5  # PDFium's codes of errors
_LEAST_LETTERS = 4  # on a page that is more than a picture
_LANGUAGE = re.compile(r"/Lang\s?\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)")
_CATALOG = re.compile(rb"/Type\s?/Catalog\b(?:(?!endobj)[\x00-\xff]){0,2000}")
# What stands for a title where a program had none to give.
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint) - )?"
    r"(?:untitled|document|[^\n]{1,200}\.(?:docx?|odt|pdf|indd|rtf|qxd|txt|html?))"
    r"(?:\s?\d{1,3}|\s-\s[^\n]{1,40})?",
    re.IGNORECASE,
)


def read(raw: bytes, path: str) -> Reading:
    """Read the text of a PDF, page by page.

    Raises:
        DocumentError: It is damaged or encrypted, or holds pictures only.
    """
    with needs("pypdfium2", path):
        import pypdfium2  # noqa: PLC0415 - a library of weight
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{path}: {_trouble(getattr(error, 'err_code', None))}") from None
    count = len(document)
    if count > MAX_PAGES:
        raise DocumentError(f"{path}: has {count} pages, more than {MAX_PAGES}; split it")
    pages: list[list[Line]] = []
    unread: list[int] = []
    empty: list[int] = []
    size = 0
    for number in range(1, count + 1):
        try:
            page = list(_lines(document[number - 1], number))
        except (pypdfium2.PdfiumError, ValueError):
            unread.append(number)
            continue
        size += sum(len(line.text) for line in page)
        if size > MAX_CHARACTERS:
            message = f"holds more than {MAX_CHARACTERS // 2**20} million characters; split it"
            raise DocumentError(f"{path}: {message}")
        if sum(letter.isalpha() for line in page for letter in line.text) < _LEAST_LETTERS:
            empty.append(number)
        pages.append(page)
    if len(empty) + len(unread) == count:
        raise DocumentError(
            f"{path}: holds no text: {_pictures(count)} or empty; recognise the text (OCR) first"
            if empty
            else f"{path}: {_pages(unread)} cannot be read, and there is no other"
        )
    warnings = [f"{_pages(unread)} cannot be read"] if unread else []
    warnings += [f"{_pages(empty)} without text: a picture, or empty"] if empty else []
    return Reading(paragraphs(pages), _metadata(document, raw), tuple(warnings))


def _trouble(code: int | None) -> str:
    if code in {_PASSWORD, _SECURITY}:
        return "is encrypted; save it without a password"
    return "is a damaged or cut-off PDF"


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10])) + (", ..." if len(numbers) > 10 else "")  # noqa: PLR2004
    return f"page {shown}" if len(numbers) == 1 else f"pages {shown}"


def _pictures(count: int) -> str:
    return "its page is a picture" if count == 1 else f"its {count} pages are pictures"


def _lines(page: Any, number: int) -> Iterator[Line]:
    """Stretches of text on a page, in the order in which they are drawn."""
    width, height = (max(side, 1) for side in page.get_size())
    for each in stretches(page.get_textpage(), width):
        left, bottom, right, top = each.box
        at, to = (left / width, bottom / height), (right / width, top / height)
        size = abs(each.size) / height or to[1] - at[1]
        yield Line(each.text, number, at[0], at[1], to[0], to[1], size)


def _metadata(document: Any, raw: bytes) -> Metadata:
    """What the file says of itself; the day on which it was made is not its text's."""
    fields = document.get_metadata_dict()
    title = said(fields.get("Title"))
    catalog = _CATALOG.search(raw)
    language = _LANGUAGE.search(catalog[0].decode("latin-1")) if catalog else None
    return Metadata(
        title=None if title is None or _NO_TITLE.fullmatch(title) else title,
        author=said(fields.get("Author")),
        language=language[1] if language else None,
    )
