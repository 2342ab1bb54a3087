"""DOCX: headings, lists with their numbers, tables and footnotes, by python-docx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from factcheck.documents.archive import open_bounded
from factcheck.documents.missing import needs
from factcheck.documents.numbering import Numbering
from factcheck.documents.pieces import Piece, Reading, said
from factcheck.errors import DocumentError
from factcheck.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcheck.records import BlockKind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_NO_AUTHORS = {"python-docx", "Un-named", "Unknown", "Author", "User", "Microsoft Office User"}
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}
_MARKS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
# What a paragraph holds that is no text of it: what was deleted, codes, boxes read apart.
_PASSED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "txbxContent")}


def read(raw: bytes, path: str) -> Reading:
    """Read a DOCX; links out of it are not followed, and macros not run.

    Raises:
        DocumentError: It is none, or damaged.
    """
    with needs("python-docx", path):
        import docx  # noqa: PLC0415 - a library of weight
        from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415
        from lxml.etree import LxmlError  # noqa: PLC0415
    archive = open_bounded(raw, path)
    if "[Content_Types].xml" not in archive.namelist():
        raise DocumentError(f"{path}: is a ZIP archive, but no DOCX")
    try:
        document = docx.Document(archive.fp)
        pieces = _Body(document).pieces()
        return Reading(pieces, _metadata(document))
    except (PackageNotFoundError, LxmlError, BadZipFile, KeyError, ValueError, AttributeError) as e:
        raise DocumentError(f"{path}: is no DOCX that can be read: {_told(e)}") from None


def _told(error: Exception) -> str:
    if "xcessive depth" in str(error):
        return "its elements are nested too deep"
    return " ".join(str(error).split())[:200] or type(error).__name__


def _metadata(document: Any) -> Metadata:
    """What the file says of itself; the day on which it was made is not its text's.

    LibreOffice writes the kind of the part in small letters, by which python-docx does not
    know it and puts properties of its own in their place.
    """
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - reads no entities

    told: dict[str, str | None] = {}
    for relation in document.part.package.rels.values():
        if not relation.is_external and relation.reltype.lower().endswith("/core-properties"):
            for element in parse_xml(relation.target_part.blob).iter(f"{_DUBLIN_CORE}*"):
                told.setdefault(element.tag.removeprefix(_DUBLIN_CORE), said(element.text))
    author = told.get("creator")
    return Metadata(
        title=told.get("title"),
        author=None if author in _NO_AUTHORS else author,
        language=told.get("language"),
    )


class _Body:
    """The paragraphs of a document in their order; notes come last."""

    def __init__(self, document: Any) -> None:
        self._element = document.element.body
        self._parts = {
            str(relation.reltype).rpartition("/")[2]: relation.target_part
            for relation in document.part.rels.values()
            if not relation.is_external
        }
        self._styles = _style_names(self._root("styles"))
        self._numbering = Numbering(self._root("numbering"), self._root("styles"))

    def pieces(self) -> list[Piece]:
        found = [
            piece
            for element in _paragraphs(self._element)
            if (piece := self._piece(element, "paragraph")) is not None
        ]
        for part, name in _NOTES.items():
            root = self._root(part)
            written = {
                note.get(f"{_W}id"): " ".join(_text(each) for each in note.iter(f"{_W}p"))
                for note in (() if root is None else root.iter(f"{_W}{name}"))
                if note.get(f"{_W}type") is None  # separators have one
            }
            # They are printed with their number in the text, whatever their ids are.
            marks = [each.get(f"{_W}id") for each in self._element.iter(f"{_W}{name}Reference")]
            for number, mark in enumerate(dict.fromkeys(marks), start=1):
                if mark in written:
                    found.append(Piece(written.pop(mark), "footnote", number=str(number)))
            found += [Piece(text, "footnote") for text in written.values()]
        return found

    def _piece(self, paragraph: Any, kind: BlockKind) -> Piece | None:
        text = _text(paragraph)
        if not text.strip():
            return None
        name = self._styles.get(_value(paragraph, "pPr/pStyle") or "", "")
        label = self._numbering.label(paragraph)
        if _in_table(paragraph):
            kind = "cell"
        elif name.startswith(("heading", "title")):
            kind = "heading"
        elif name == "caption":
            kind = "caption"
        elif "quote" in name:
            kind = "quote"
        elif label is not None:
            kind = "item"
        return Piece(f"{label} {text}" if label else text, kind)

    def _root(self, name: str) -> Any:
        """The XML of a part; a part that python-docx knows is parsed, others are bytes."""
        part = self._parts.get(name)
        if part is None:
            return None
        if hasattr(part, "element"):
            return part.element
        from docx.oxml.parser import parse_xml  # noqa: PLC0415 - reads no entities

        return parse_xml(part.blob)


def _paragraphs(body: Any) -> Iterator[Any]:
    for element in body.iter(f"{_W}p"):
        if not any(each.tag == _FALLBACK for each in element.iterancestors()):
            yield element


def _in_table(paragraph: Any) -> bool:
    return any(each.tag == f"{_W}tc" for each in paragraph.iterancestors())


def _text(paragraph: Any) -> str:
    """The words of a paragraph as it stands with all changes accepted."""
    out: list[str] = []
    stack = [paragraph]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            out.append(element)
        elif element.tag == f"{_W}t":
            out.append(element.text or "")
        elif element.tag in _MARKS:
            out.append(_MARKS[element.tag])
        elif element.tag not in _PASSED and element.tag != _FALLBACK:
            stack += reversed(list(element))
    return "".join(out)


def _value(element: Any, way: str) -> str | None:
    found = element.find("/".join(f"{_W}{step}" for step in way.split("/")))
    return None if found is None else found.get(f"{_W}val")


def _style_names(styles: Any) -> dict[str, str]:
    """Names of styles, in small letters: `heading 1` in whatever language Word was."""
    if styles is None:
        return {}
    return {
        style.get(f"{_W}styleId"): (_value(style, "name") or "").lower()
        for style in styles.iter(f"{_W}style")
    }
