"""PDF by typst: pages for print, bookmarks from the headings, tagged for readers; labelled by XMP and Info."""

import io
import json
from datetime import timedelta, timezone
from importlib.resources import files
from typing import Any

import pikepdf
import typst

from assistant.errors import Unavailable
from assistant.exporting.drawing import draw
from assistant.exporting.fonts import ChineseFonts
from assistant.exporting.form import (
    chart_inches,
    column_points,
    column_widths,
    end_of_front,
    kind_of,
    numeric_columns,
    stands_beside,
    stays_whole,
    table_points,
)
from assistant.exporting.letter import Block, Heading, Items, Label, Paragraph, Sources, Table, Title
from assistant.exporting.model import ExportDocument

AIGC_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
"""Of the XMP property ``AIGC``, after the practice guides of TC260 on GB 45438-2025."""

_SHANGHAI_OFFSET = timedelta(hours=8)
_TEMPLATE = (files("assistant.exporting") / "templates" / "letter.typ").read_bytes()


def write_pdf(document: ExportDocument, fonts: ChineseFonts) -> bytes:
    """The same document on the same machine gives the same bytes."""
    compiler = typst.Compiler(_TEMPLATE, font_paths=fonts.found)
    try:
        pages = compiler.compile(
            format="pdf",
            sys_inputs={"document": json.dumps(_data(document, fonts), ensure_ascii=False)},
            timestamp=document.dated.astimezone(timezone(_SHANGHAI_OFFSET)).replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise Unavailable("排版没有成功，文件没有生成。请稍后重试；如仍不成功，请联系管理员。") from error
    if not isinstance(pages, bytes):
        raise Unavailable("排版没有得到文件。")
    return _labelled(pages, document)


def _data(document: ExportDocument, fonts: ChineseFonts) -> dict[str, Any]:
    frame = document.frame
    return {
        "title": document.letter.title,
        "author": f"{document.firm_name} {frame.advisor}",
        "description": f"{frame.label}；{frame.reference}",
        "keywords": [frame.label, document.content_id],
        "serif": fonts.serif,
        "sans": fonts.sans,
        "watermark": document.watermark,
        "contents": document.contents,
        "after-front": end_of_front(document.letter),
        "frame": {
            "firm": frame.firm,
            "advisor": frame.advisor,
            "notice": frame.notice,
            "label": frame.label,
            "reference": frame.reference,
            "contents": frame.contents,
            "details_title": frame.details_title,
            "details": frame.details,
        },
        "blocks": [{"kind": kind_of(block)} | _block(block, document, fonts) for block in document.letter.blocks],
    }


def _block(block: Block, document: ExportDocument, fonts: ChineseFonts) -> dict[str, Any]:
    match block:
        case Title(text=text) | Label(text=text):
            return {"text": text}
        case Heading(level=level, text=text):
            return {"level": level, "text": text}
        case Paragraph(text=text, quoted=quoted):
            return {"text": text, "quoted": quoted}
        case Items(items=items):
            return {"items": [{"opinion": i.opinion, "text": i.text, "marks": i.marks} for i in items]}
        case Sources(entries=entries):
            return {"entries": entries}
        case Table():
            return _table(block, document, fonts)


def _table(table: Table, document: ExportDocument, fonts: ChineseFonts) -> dict[str, Any]:
    chart = document.figures.get(table.figure) if table.figure is not None else None
    picture = draw(chart, fonts.sans_file, form="svg", width=chart_inches(table)) if chart is not None else None
    return {
        "caption": table.caption,
        "head": table.head,
        "rows": table.rows,
        "widths": column_widths(table),
        "points": column_points(table) if table_points(table) is not None else None,
        "numeric": numeric_columns(table),
        "dense": table.figure is not None,
        "whole": stays_whole(table),
        "beside": picture is not None and stands_beside(table),
        "picture": picture.content.decode() if picture is not None else None,
    }


def _labelled(pages: bytes, document: ExportDocument) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata.register_xml_namespace(AIGC_NAMESPACE, "TC260")
            metadata[f"{{{AIGC_NAMESPACE}}}AIGC"] = document.implicit_label
        pdf.docinfo["/AIGC"] = document.implicit_label
        pdf.save(
            written,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
        )
    return written.getvalue()
