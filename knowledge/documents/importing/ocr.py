"""Reads scanned pages, where the optional OCR component is installed. Runs in the isolated process."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from statistics import median
from typing import Any

from knowledge.documents.importing.model import Caution, CautionCode, Extracted, Format, Limits
from knowledge.documents.importing.pages import Line, Page, blocks_of_pages
from knowledge.errors import Invalid

_MISSING = '这是扫描件或图片，需要文字识别（OCR）组件才能导入。请安装：pip install "yice[ocr]"，或改用有文字层的文件。'
_LOW_CONFIDENCE = 0.8
_SMALLER, _LARGER = 0.75, 1.3
_MOST_PIXELS = 60_000_000


def read_picture(content: bytes, limits: Limits) -> Extracted:
    """One picture file, each of its frames a page.

    Raises:
        Invalid: damaged, too large, or OCR is not installed.

    """
    return read_pictures(_frames(content), limits)


def read_pictures(pictures: Iterator[Any], limits: Limits) -> Extracted:
    """Pages as arrays of pixels.

    Raises:
        Invalid: OCR is not installed, or finds no text.

    """
    engine = _engine()
    pages, doubtful, lines = [], 0, 0
    for number, picture in enumerate(pictures):
        if number >= limits.pages:
            raise Invalid(f"扫描件超过上限 {limits.pages} 页，请拆分后导入。")
        page, doubts = _page(engine, picture)
        pages.append(page)
        doubtful += doubts
        lines += len(page.content)
    if not lines:
        raise Invalid("扫描件里没有识别出文字。")
    blocks, cautions = blocks_of_pages(pages)
    told = f"文字由 OCR 识别，共 {len(pages)} 页 {lines} 行，其中 {doubtful} 行把握不大，发布前请逐条核对原件。"
    return Extracted(Format.SCAN, blocks, (Caution(CautionCode.RECOGNISED, told), *cautions))


def _engine() -> Any:  # noqa: ANN401 - the component has no types
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise Invalid(_MISSING) from None
    return RapidOCR()


def _frames(content: bytes) -> Iterator[Any]:
    _engine()
    import numpy as np
    from PIL import Image, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with Image.open(BytesIO(content)) as picture:
            for frame in ImageSequence.Iterator(picture):
                yield np.asarray(frame.convert("RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(f"图片超过 {_MOST_PIXELS // 1_000_000} 百万像素，请缩小后导入。") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Invalid("图片已损坏，读不出来。") from None


def _page(engine: Any, picture: Any) -> tuple[Page, int]:  # noqa: ANN401 - the component has no types
    height, width = picture.shape[:2]
    found, _ = engine(picture)
    lines = []
    doubtful = 0
    for corners, text, confidence in found or ():
        xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
        bottom, top = height - max(ys), height - min(ys)
        lines.append(Line(text, min(xs), max(xs), bottom, top, (top - bottom) * 0.85, bottom))
        doubtful += float(confidence) < _LOW_CONFIDENCE
    return Page(float(width), float(height), tuple(_in_rows(_evened(lines)))), doubtful


def _evened(lines: list[Line]) -> list[Line]:
    """The heights of found boxes vary with the letters in them: near ones are one size."""
    if not lines:
        return lines
    usual = median([line.size for line in lines])
    near = (usual * _SMALLER, usual * _LARGER)
    return [replace(line, size=usual) if near[0] < line.size < near[1] else line for line in lines]


def _in_rows(lines: list[Line]) -> list[Line]:
    """Pieces on one height are one line, from left to right; lines from the top down."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: -each.top):
        middle = (line.top + line.bottom) / 2
        row = next((row for row in rows if row[0].bottom < middle < row[0].top), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return [_merged(sorted(row, key=lambda each: each.left)) for row in rows]


def _merged(row: list[Line]) -> Line:
    return Line(
        " ".join(line.text for line in row),
        row[0].left,
        max(line.right for line in row),
        min(line.bottom for line in row),
        max(line.top for line in row),
        max(line.size for line in row),
        row[0].base,
    )
