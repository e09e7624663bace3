"""DOCX by python-docx: Word's own styles, header and footer, page fields; labelled by document properties."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from assistant.exporting.drawing import draw
from assistant.exporting.fonts import FontFile
from assistant.exporting.form import (
    LINE_INCHES,
    chart_inches,
    column_points,
    column_widths,
    end_of_front,
    numeric_columns,
    stands_beside,
    stays_whole,
    table_points,
)
from assistant.exporting.letter import Block, Heading, Item, Items, Label, Paragraph, Sources, Table, Title
from assistant.exporting.model import ExportDocument

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.shared import Length
    from docx.table import Table as WordTable
    from docx.table import _Cell as Cell
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

_SERIF, _SANS = "宋体", "微软雅黑"
"""Every Word and WPS has them; other programs take their own Chinese fonts instead."""
_LATIN = {_SERIF: "Times New Roman", _SANS: "Arial"}
_INK, _FAINT, _RULE, _ACCENT, _WARNING, _PALE = "1F2933", "5F6B78", "CDD5DD", "1F4E79", "B42318", "F1F5F9"
_SMALLEST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of a file in a zip: the archive must not tell when it was written."""
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_LOWEST_PROPERTY = 2
_AFTER_BORDERS = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
"""Word refuses a file whose properties are out of order."""
_CELL_INCHES = 0.08
"""What Word leaves on either side of a cell's words."""


def write_docx(document: ExportDocument, font: FontFile | None) -> bytes:
    """The same document gives the same bytes; ``font`` is wanted where there are charts."""
    from docx import Document

    word = Document()
    _set_styles(word)
    _set_page(word.sections[0], document)
    front = end_of_front(document.letter)
    for place, block in enumerate(document.letter.blocks):
        _write(word, block, document, font)
        if document.contents and place == front:
            _write_contents(word, document)
    _write_details(word, document)
    _describe(word, document)
    written = io.BytesIO()
    word.save(written)
    return _timeless(written.getvalue())


def _set_styles(word: "WordDocument") -> None:
    from docx.shared import Pt

    _style(word, "Normal", font=_SERIF, size=10.5)
    normal: Any = word.styles["Normal"]
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = 1.35, Pt(5)
    language = {"w:val": "en-US", "w:eastAsia": "zh-CN"}
    normal.element.get_or_add_rPr().append(_element("w:lang", **language))
    _style(word, "Title", font=_SANS, size=20, colour=_ACCENT, bold=True)
    _style(word, "Heading 1", font=_SANS, size=13, colour=_ACCENT, bold=True)
    _style(word, "Heading 2", font=_SANS, size=11, colour=_ACCENT, bold=True)
    _style(word, "List Bullet", font=_SERIF, size=10.5)
    for name, before, after in (("Heading 1", 16, 8), ("Heading 2", 10, 5), ("Title", 4, 10)):
        form = word.styles[name].paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), True
    for name in ("Title", "Heading 1"):
        _border(word.styles[name].element.get_or_add_pPr(), bottom=None if name == "Title" else _RULE)


def _style(word: "WordDocument", name: str, *, font: str, size: float, colour: str = _INK, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style: Any = word.styles[name]
    style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    _name_fonts(fonts, font)


def _name_fonts(fonts: Any, font: str) -> None:  # noqa: ANN401 - an element of python-docx
    from docx.oxml.ns import qn

    fonts.set(qn("w:eastAsia"), font)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _LATIN[font])


def _set_page(section: "Section", document: ExportDocument) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Inches

    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.7), Cm(2.4)
    section.header_distance, section.footer_distance = Cm(1.3), Cm(1.2)
    frame = document.frame
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (header, footer):
        paragraph.style = "Normal"
        paragraph.paragraph_format.tab_stops.add_tab_stop(Inches(LINE_INCHES), WD_TAB_ALIGNMENT.RIGHT)
    _small(header, f"{frame.firm}\t{frame.advisor}")
    _border(header._p.get_or_add_pPr(), bottom=_RULE)  # noqa: SLF001 - borders have no API
    if frame.notice:
        _small(section.header.add_paragraph(), frame.notice, colour=_WARNING, bold=True)
    if document.watermark is not None:
        _add_watermark(header, document.watermark)
    _small(footer, f"{frame.label} · {frame.reference}\t第 ")
    _add_field(footer, "PAGE")
    _small(footer, " 页 / 共 ")
    _add_field(footer, "NUMPAGES")
    _small(footer, " 页")
    _border(footer._p.get_or_add_pPr(), top=_RULE)  # noqa: SLF001 - borders have no API


def _write(word: "WordDocument", block: Block, document: ExportDocument, font: FontFile | None) -> None:
    match block:
        case Title(text=text):
            _write_title(word, text)
        case Label(text=text):
            _write_label(word, text)
        case Heading(level=level, text=text):
            word.add_paragraph(text, style=f"Heading {level}")
        case Paragraph(text=text, quoted=quoted):
            _write_prose(word, text, quoted=quoted)
        case Items(items=items):
            for item in items:
                _write_item(word, item)
        case Sources(entries=entries):
            for number, source in entries:
                _write_source(word, number, source)
        case Table():
            _write_table(word, block, document, font)


def _write_title(word: "WordDocument", text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    word.add_paragraph(text, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write_label(word: "WordDocument", text: str) -> None:
    paragraph = word.add_paragraph()
    _run(paragraph, text, font=_SANS, size=9)
    form = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - borders and shades have no API
    _border(form, left=_ACCENT, width=18)
    _shade(form, _PALE)


def _write_prose(word: "WordDocument", text: str, *, quoted: bool) -> None:
    from docx.shared import Cm

    paragraph = word.add_paragraph()
    _run(paragraph, text, colour=_FAINT if quoted else _INK)
    if quoted:
        paragraph.paragraph_format.left_indent = Cm(0.4)
        _border(paragraph._p.get_or_add_pPr(), left=_RULE, width=12)  # noqa: SLF001 - borders have no API


def _write_item(word: "WordDocument", item: Item) -> None:
    paragraph = word.add_paragraph(style="List Bullet")
    if item.opinion:
        _run(paragraph, item.opinion, font=_SANS, size=9.5, colour=_ACCENT)
    _run(paragraph, item.text)
    if item.marks:
        _run(paragraph, item.marks, font=_SANS, size=8, colour=_FAINT)


def _write_source(word: "WordDocument", number: str, source: str) -> None:
    from docx.shared import Cm, Pt

    paragraph = word.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent, form.first_line_indent, form.space_after = Cm(0.75), Cm(-0.75), Pt(3)
    form.tab_stops.add_tab_stop(Cm(0.75))
    _run(paragraph, f"[{number}]\t", font=_SANS, size=9, colour=_FAINT)
    _run(paragraph, source, size=9)


def _write_table(word: "WordDocument", table: Table, document: ExportDocument, font: FontFile | None) -> None:
    from docx.shared import Pt

    if table.caption:
        caption = word.add_paragraph()
        _run(caption, table.caption, font=_SANS, size=9, bold=True)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(8)
    chart = document.figures.get(table.figure) if table.figure is not None else None
    picture = (
        draw(chart, font, form="png", width=chart_inches(table)) if chart is not None and font is not None else None
    )
    if picture is not None and stands_beside(table):
        left, right = _side_by_side(word, picture.width)
        _add_picture(left.paragraphs[0], picture.content, picture.width - 2 * _CELL_INCHES, table.caption)
        _fill(right.add_table(len(table.rows) + 1, len(table.head)), table)
        _shrink(right.paragraphs[0])
        _shrink(right.add_paragraph())
    else:
        if picture is not None:
            drawn = word.add_paragraph()
            drawn.paragraph_format.keep_with_next = True
            _add_picture(drawn, picture.content, picture.width, table.caption)
        _fill(word.add_table(len(table.rows) + 1, len(table.head)), table)
    _shrink(word.add_paragraph(), after=8)


def _side_by_side(word: "WordDocument", chart_inches: float) -> "tuple[Cell, Cell]":
    from docx.shared import Inches

    layout = word.add_table(1, 2)
    left, right = layout.rows[0].cells
    _widen(layout, (Inches(chart_inches), Inches(LINE_INCHES - chart_inches)))
    _keep_rows(layout)
    return left, right


def _widen(made: "WordTable", widths: "Sequence[Length]") -> None:
    """Programs differ in whether they believe the columns or the cells."""
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _shrink(paragraph: "WordParagraph", *, after: float = 0) -> None:
    """Word wants a paragraph about a table in a cell, and between tables; it should not be seen."""
    from docx.shared import Pt

    form = paragraph.paragraph_format
    form.space_after, form.space_before, form.line_spacing = Pt(after), Pt(0), Pt(1)


def _fill(made: "WordTable", table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made.alignment = WD_TABLE_ALIGNMENT.LEFT
    _widen(made, [Pt(points) for points in _points(table)])
    numeric, together = numeric_columns(table), len(table.rows) if stays_whole(table) else 1
    for number, (row, words) in enumerate(zip(made.rows, (table.head, *table.rows), strict=True)):
        for place, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if numeric[place] else WD_ALIGN_PARAGRAPH.LEFT
            form = paragraph.paragraph_format
            form.space_after, form.line_spacing, form.keep_with_next = Pt(0), 1.1, number < together
            _run(paragraph, text, font=_SANS if number == 0 else _SERIF, size=8.5, bold=number == 0)
    _rule(made)
    _keep_rows(made)


def _points(table: Table) -> tuple[float, ...]:
    if table_points(table) is not None:
        return column_points(table)
    widths = column_widths(table)
    return tuple(LINE_INCHES * 72 * width / sum(widths) for width in widths)


def _write_contents(word: "WordDocument", document: ExportDocument) -> None:
    from docx.shared import Cm, Pt

    _run(word.add_paragraph(), document.frame.contents, font=_SANS, size=10, colour=_ACCENT, bold=True)
    for heading in document.letter.headings:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.space_after = Cm(0.4), Pt(1)
        _run(paragraph, heading, size=9.5)


def _write_details(word: "WordDocument", document: ExportDocument) -> None:
    from docx.shared import Pt

    frame = document.frame
    details = word.add_table(len(frame.details) + 1, 2)
    _widen(details, (Pt(64), Pt(LINE_INCHES * 72 - 64)))
    title = details.rows[0].cells[0].merge(details.rows[0].cells[1])
    _run(title.paragraphs[0], frame.details_title, font=_SANS, size=8.5, colour=_FAINT, bold=True)
    for row, (name, value) in zip(details.rows[1:], frame.details, strict=True):
        for cell, text in zip(row.cells, (name, value), strict=True):
            _run(cell.paragraphs[0], text, font=_SANS, size=8, colour=_FAINT)
    for row in details.rows:
        for cell in row.cells:
            form = cell.paragraphs[0].paragraph_format
            form.space_after, form.line_spacing, form.keep_with_next = Pt(1), 1.1, row is not details.rows[-1]
    _box(details)


def _run(
    paragraph: "WordParagraph",
    text: str,
    *,
    font: str = _SERIF,
    size: float | None = None,
    colour: str = _INK,
    bold: bool = False,
) -> "Run":
    from docx.shared import Pt, RGBColor

    run: Any = paragraph.add_run(text)
    run.font.color.rgb, run.font.bold = RGBColor.from_string(colour), bold
    if size is not None:
        run.font.size = Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - East Asian fonts have no API
    _name_fonts(fonts, font)
    return run  # type: ignore[no-any-return]


def _small(paragraph: "WordParagraph", text: str, *, colour: str = _FAINT, bold: bool = False) -> "Run":
    return _run(paragraph, text, font=_SANS, size=8, colour=colour, bold=bold)


def _add_field(paragraph: "WordParagraph", name: str) -> None:
    parts = (
        _element("w:fldChar", **{"w:fldCharType": "begin"}),
        _element("w:instrText", text=f" {name} "),
        _element("w:fldChar", **{"w:fldCharType": "separate"}),
        _element("w:t", text="1"),
        _element("w:fldChar", **{"w:fldCharType": "end"}),
    )
    for part in parts:
        _small(paragraph, "")._element.append(part)  # noqa: SLF001 - fields have no API


def _add_picture(paragraph: "WordParagraph", picture: bytes, width: float, caption: str) -> None:
    from docx.shared import Inches

    drawn: Any = paragraph.add_run().add_picture(io.BytesIO(picture), width=Inches(width))
    drawn._inline.docPr.set("descr", caption)  # noqa: SLF001 - alternative text has no API
    paragraph.paragraph_format.line_spacing = 1.0


def _add_watermark(paragraph: "WordParagraph", words: str) -> None:
    """As Word makes its own: a text path in the header, behind every page."""
    from docx.oxml import parse_xml

    width, height = 105 * len(words), 105
    drawn = parse_xml(
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:pict><v:shapetype id="t136" coordsize="21600,21600" o:spt="136" adj="10800"'
        ' path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="watermark" o:spid="_x0000_s2049" type="#t136" style="position:absolute;width:{width}pt;'
        f"height:{height}pt;rotation:322;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#f0c8c4" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;{_SANS}&quot;;font-size:1pt;font-weight:bold"'
        f" string={quoteattr(words)}/></v:shape></w:pict></w:r>"
    )
    paragraph._p.append(drawn)  # noqa: SLF001 - watermarks have no API


def _border(form: Any, *, width: int = 4, **sides: str | None) -> None:  # noqa: ANN401 - an element of python-docx
    """Lines in eighths of a point, in a colour; ``None`` takes a line away."""
    borders = _element("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        if side in sides:
            colour = sides[side]
            kind = "single" if colour else "nil"
            borders.append(
                _element(
                    f"w:{side}", **{"w:val": kind, "w:sz": str(width), "w:space": "4", "w:color": colour or "auto"}
                )
            )
    for old in form.findall(borders.tag):
        form.remove(old)
    form.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def _shade(form: Any, colour: str) -> None:  # noqa: ANN401 - an element of python-docx
    shade = _element("w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": colour})
    form.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")


def _rule(made: "WordTable") -> None:
    """Lines above, beneath the head, and faint between the rows."""
    _indent(made)
    _line(made, {"top": (7, _ACCENT), "bottom": (4, _RULE), "insideH": (3, _RULE)})
    for cell in made.rows[0].cells:
        form: Any = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - borders have no API
        borders = _element("w:tcBorders")
        borders.append(_element("w:bottom", **{"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _ACCENT}))
        form.append(borders)


def _box(made: "WordTable") -> None:
    _indent(made)
    _line(made, dict.fromkeys(("top", "left", "bottom", "right"), (4, _RULE)))


def _line(made: "WordTable", sides: dict[str, tuple[int, str]]) -> None:
    borders = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH"):
        if side in sides:
            width, colour = sides[side]
            borders.append(
                _element(f"w:{side}", **{"w:val": "single", "w:sz": str(width), "w:space": "0", "w:color": colour})
            )
    made._tbl.tblPr.insert_element_before(borders, *_AFTER_BORDERS)  # noqa: SLF001 - borders have no API


def _indent(made: "WordTable") -> None:
    """The lines begin where the text does."""
    twips = str(round(_CELL_INCHES * 1440))
    indent = _element("w:tblInd", **{"w:w": twips, "w:type": "dxa"})
    made._tbl.tblPr.insert_element_before(indent, "w:tblBorders", *_AFTER_BORDERS)  # noqa: SLF001 - has no API


def _keep_rows(made: "WordTable") -> None:
    """A row is not torn; the first is told again on the next page."""
    for number, row in enumerate(made.rows):
        form: Any = row._tr.get_or_add_trPr()  # noqa: SLF001 - has no API
        form.append(_element("w:cantSplit"))
        if number == 0 and len(made.rows) > 1:
            form.append(_element("w:tblHeader"))


def _element(name: str, *, text: str | None = None, **attributes: str) -> Any:  # noqa: ANN401 - an element of python-docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made: Any = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    if text is not None:
        made.set(qn("xml:space"), "preserve")
        made.text = text
    return made


def _describe(word: "WordDocument", document: ExportDocument) -> None:
    """Core properties, and the implicit label as a property of its own."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    frame, about = document.frame, word.core_properties
    moment = document.dated.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about.author = about.last_modified_by = f"{frame.firm} {document.advisor_name}"
    about.title, about.subject, about.comments = document.letter.title, frame.reference, frame.label
    about.keywords, about.identifier, about.language = frame.label, document.content_id, "zh-CN"
    about.created = about.modified = moment
    about.revision = document.revision
    properties = (
        ("AIGC", document.implicit_label),
        ("ContentDigest", f"SHA-256:{document.digest}"),
        ("AdvisorRegistration", document.registration_number),
        ("ReviewState", document.state if document.approved else document.watermark or ""),
    )
    told = "".join(
        f"<property fmtid={quoteattr(_PROPERTY_SET)} pid={quoteattr(str(number))} name={quoteattr(name)}>"
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties, start=_LOWEST_PROPERTY)
    )
    custom = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        f' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{told}</Properties>'
    )
    package: Any = word.part.package
    package.relate_to(Part(PackURI("/docProps/custom.xml"), _CUSTOM, custom.encode(), package), _CUSTOM_RELATION)


def _timeless(written: bytes) -> bytes:
    """The archive without the time at which it was written."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _SMALLEST_DAY), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
