"""Documents made byte by byte, so that the tests need no library that writes them.

`benchmarks/loaders.py` makes its large files with these, too.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Line = tuple[float, float, str]
"""A line on a page: from the left, from the foot, its words."""

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_LEVELS = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
    f'<w:lvlText w:val="{shown}"/></w:lvl>'
    for level, (style, shown) in enumerate([("decimal", "%1."), ("lowerRoman", "(%2)")])
)
NUMBERING = (
    f'<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0">{_LEVELS}</w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def pdf(
    pages: Sequence[Sequence[Line]],
    *,
    size: float = 10,
    trailer: str = "",
    info: str = "",
    more: Sequence[bytes] = (),
    catalog: str = "",
) -> bytes:
    """A PDF of pages with lines in Helvetica."""
    objects: list[bytes] = []
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects += [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode("cp1252", "replace"),
    ]
    for n, lines in enumerate(pages):
        drawn = "\n".join(
            f"BT /F1 {size} Tf {left} {foot} Td ({_escaped(words)}) Tj ET"
            for left, foot, words in lines
        )
        stream = zlib.compress(drawn.encode("cp1252", "replace"))
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            f"<< /Filter /FlateDecode /Length {len(stream)} >>\nstream\n".encode()
            + stream
            + b"\nendstream",
        ]
    objects += more
    return _with_table(objects, trailer)


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _with_table(objects: Sequence[bytes], trailer: str) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + each + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out.write(f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R {trailer} >>\n".encode())
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(words: str, *, style: str = "", number: tuple[int, int] | None = None) -> str:
    """A paragraph of a DOCX, perhaps with a style, or in a list: its number and level."""
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        inside += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    run = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    return f"<w:p><w:pPr>{inside}</w:pPr>{run}</w:p>"


def note(number: int) -> str:
    """A paragraph that ends in the mark of a footnote."""
    run = f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'
    return paragraph("This was agreed in Baku.").replace("</w:p>", run + "</w:p>")


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a DOCX."""
    drawn = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{drawn}</w:tbl>"


def docx(
    body: str,
    *,
    footnotes: Mapping[int, str] | None = None,
    more: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    core: str = "",
) -> bytes:
    """A DOCX with a body of paragraphs and tables."""
    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(words)}</w:footnote>'
        for number, words in (footnotes or {}).items()
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="r2" Target="docProps/core.xml" Type="http://schemas.openxmlformats.org'
        '/package/2006/relationships/metadata/core-properties"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="r3" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/>'
        f"{relations}</Relationships>",
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">'
        '<w:style w:type="paragraph" w:styleId="Ue1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Cap"><w:name w:val="caption"/></w:style>'
        "</w:styles>",
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">'
        f"{notes}</w:footnotes>",
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org'
        '/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:dcterms="http://purl.org/dc/terms/">{core}</cp:coreProperties>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">'
        f"<w:body>{body}<w:sectPr/></w:body></w:document>",
        **(more or {}),
    }
    return zipped(members)


def _content_types() -> str:
    parts = {"document": "document.main", "styles": "styles"}
    parts |= {name: name for name in ("numbering", "footnotes")}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_PARTS}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}"
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
