"""Real documents for tests: what a proposal holds of its source, and files in the formats that are imported."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import cos, sin
from pathlib import Path
from xml.sax.saxutils import escape

from knowledge.documents.importing import Proposal

DATA = Path(__file__).parents[3] / "shared" / "data"
LAWS = DATA / "laws"
PDFS = DATA / "pdf"
_MARKS = re.compile(r"^#{1,6}[ \t\u3000]+", re.MULTILINE)


def words(text: str) -> str:
    """Every character that is no white space."""
    return "".join(text.split())


def markdown_words(text: str) -> str:
    """The same, without the marks of headings."""
    return words(_MARKS.sub("", text))


def told(proposal: Proposal, *, title: bool = True) -> str:
    """Everything that a proposal took from its source, in order: title, each path heading once, headings, texts."""
    parts = [proposal.outline.title] if title else []
    path: tuple[str, ...] = ()
    for unit in proposal.units:
        shared = next((at for at, pair in enumerate(zip(path, unit.path, strict=False)) if pair[0] != pair[1]), None)
        parts += unit.path[min(len(path), len(unit.path)) if shared is None else shared :]
        path = unit.path
        parts += [unit.heading] if unit.named else []
        parts += [] if unit.is_empty else [unit.text]
    return words("".join(parts))


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"


def a_docx(body: str, **parts: str) -> bytes:
    """A Word document around the XML of its body; further parts such as ``numbering`` or ``footnotes`` by name."""
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}</w:body></w:document>'
    files = {"[Content_Types].xml": f'<Types><Default Extension="rels" ContentType="{_PACKAGE}"/></Types>'}
    files["word/document.xml"] = document
    files |= {f"word/{name}.xml": f"<w:{name} {_W}>{content}</w:{name}>" for name, content in parts.items()}
    return a_zip(files)


def a_zip(files: Mapping[str, str | bytes]) -> bytes:
    """An archive."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def w_p(*runs: str, properties: str = "") -> str:
    """A paragraph of Word; a run that is no XML yet becomes one."""
    inner = "".join(run if run.startswith("<") else w_r(run) for run in runs)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def w_r(text: str, properties: str = "") -> str:
    """A run of Word."""
    kept = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{kept}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of text on a page of a PDF, in points from the lower left."""

    text: str
    x: float
    y: float
    size: float = 12
    slant: float = 0
    """Radians, upwards."""


_FONT = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>"
)
_DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>"
)


def a_pdf(pages: Sequence[Sequence[Printed | tuple[float, float, float, float]]], *, title: str = "") -> bytes:
    """A PDF with Chinese text and drawn lines (from, to), in a standard font that needs no embedding."""
    kids = " ".join(f"{6 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        _FONT,
        _DESCRIPTOR,
    ]
    for at, page in enumerate(pages):
        stream = "\n".join(_drawn(each) for each in page).encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * at} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
    if title:
        objects.append(f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> >>".encode())
    return _pdf_of(objects, info=len(objects) if title else None)


def _drawn(each: Printed | tuple[float, float, float, float]) -> str:
    if isinstance(each, Printed):
        turned = f"{cos(each.slant):.4f} {sin(each.slant):.4f} {-sin(each.slant):.4f} {cos(each.slant):.4f}"
        return f"BT /F1 {each.size} Tf {turned} {each.x} {each.y} Tm <{each.text.encode('utf-16-be').hex()}> Tj ET"
    return f"1 w {each[0]} {each[1]} m {each[2]} {each[3]} l S"


def _pdf_of(objects: Sequence[bytes], *, info: int | None) -> bytes:
    packed, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(packed))
        packed += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(packed)
    packed += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    packed += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    told = f" /Info {info} 0 R" if info else ""
    return packed + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{told} >>\nstartxref\n{table}\n%%EOF\n".encode()


def typeset(
    paragraphs: Sequence[str], *, width: int = 28, lines: int = 30, head: str = "", numbers: bool = True, mark: str = ""
) -> bytes:
    """Paragraphs printed as rules are: two characters of indent, full lines, a running head and page numbers."""
    rows: list[Printed] = []
    for paragraph in paragraphs:
        text, first = paragraph, True
        while text:
            room = width - 2 if first else width
            rows.append(Printed(text[:room], 90 + (24 if first else 0), 0))
            text, first = text[room:], False
    pages = []
    for at in range(0, max(len(rows), 1), lines):
        page = [Printed(each.text, each.x, 740 - 20 * down) for down, each in enumerate(rows[at : at + lines])]
        page += [Printed(head, 90, 800, 9)] if head else []
        page += [Printed(f"- {at // lines + 1} -", 280, 40, 9)] if numbers else []
        page += [Printed(mark, 250, 405, 30), Printed(mark, 150, 300, 30, slant=0.7)] if mark else []
        pages.append(page)
    return a_pdf(pages)
