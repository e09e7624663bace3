"""Reads PDF by pdfium: characters with their places become lines, drawn lines become tables.

Runs in a process of its own (see ``isolation``): pdfium is native code, and not safe in threads.
"""

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from knowledge.documents.importing.grids import Ruling, grids_of
from knowledge.documents.importing.model import Block, Caution, CautionCode, Extracted, Format, Limits
from knowledge.documents.importing.ocr import read_pictures
from knowledge.documents.importing.pages import Grid, Line, Page, blocks_of_pages
from knowledge.errors import Invalid

_FEWEST_CHARACTERS = 20
"""A page with fewer has no text layer worth the name."""
_RAISED = 0.75
_TIGHT = 0.5
_WIDE_FROM = "\u2e80"
_THIN = 3.0
_SHORTEST_RULE = 8.0
_OCR_DOTS_PER_POINT = 200 / 72
_LARGEST_SIDE = 4000
_BROKEN_SHARE = 0.05
_DEPTH = 5
_ASKEW = 0.1
_CORNERS_OF_A_BOX = 6
_NEARLY_WHITE = 230
_SPACED_REFERENCE = re.compile(r" *(\[注[^\]]*\])(?: +(?=[\u2e80-\uffef]))?")
_MOST_CORNERS = 12


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    base: float


def read_pdf(content: bytes, limits: Limits) -> Extracted | None:
    """The text layer of a PDF; ``None`` where its pages are pictures.

    Raises:
        Invalid: locked, damaged, or with too many pages or characters.

    """
    import pypdfium2

    document = _opened(content, limits)
    pages: list[Page] = []
    pictures: list[int] = []
    characters = 0
    for number in range(len(document)):
        try:
            printed = document[number]
            found, count = _page(printed, limits.characters - characters)
        except pypdfium2.PdfiumError:
            raise Invalid(f"PDF 第 {number + 1} 页已损坏，读不出来。") from None
        characters += count
        if count < _FEWEST_CHARACTERS and _has_picture(printed):
            pictures.append(number)
        pages.append(found)
        printed.close()
    if characters < _FEWEST_CHARACTERS * len(document) and len(pictures) * 2 >= len(document):
        return None
    blocks, cautions = blocks_of_pages(pages)
    return Extracted(Format.PDF, blocks, (*cautions, *_told(blocks, pictures)), _title(document))


def _opened(content: bytes, limits: Limits) -> Any:  # noqa: ANN401 - pypdfium2 has no types
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Invalid("PDF 有打开密码，请去掉密码后再导入。") from None
        raise Invalid("PDF 已损坏，读不出来。请重新下载或另存后再导入。") from None
    if len(document) > limits.pages:
        raise Invalid(f"PDF 有 {len(document)} 页，超过上限 {limits.pages} 页，请拆分后导入。")
    if not len(document):
        raise Invalid("PDF 里没有页面。")
    return document


def _page(printed: Any, allowed: int) -> tuple[Page, int]:  # noqa: ANN401 - pypdfium2 has no types
    """One page, and how many characters are on it."""
    width, height = printed.get_size()
    text = printed.get_textpage()
    count = text.count_chars()
    if count > allowed:
        raise Invalid("PDF 里的文字太多，请拆分后导入。")
    grids = grids_of(_rulings(printed))
    lines: list[Line | Grid] = []
    visible = 0
    for run in _runs(text, count):
        outside = []
        for character in run:
            visible += not character.text.isspace()
            holder = next(
                (grid for grid in grids if grid.holds(character.left, character.right, character.bottom)), None
            )
            if holder is None:
                outside.append(character)
            else:
                holder.take(character.text, character.left, character.right, character.bottom, character.top)
        for line in _lines(outside):
            last = lines[-1] if lines else None
            if isinstance(last, Line) and last.goes_on_in(line):
                lines[-1] = last.with_more(line)
            else:
                lines.append(line)
    tables = [grid for grid in (each.grid() for each in grids) if grid is not None]
    return Page(width, height, tuple(_placed(lines, tables))), visible


def _placed(lines: Sequence[Line | Grid], tables: Sequence[Grid]) -> list[Line | Grid]:
    """Lines in the order of the page's own text, tables before the first line below them."""
    placed = list(lines)
    for table in tables:
        below = (
            at for at, each in enumerate(placed) if isinstance(each, Line) and each.top <= table.bottom + each.size
        )
        above = [at + 1 for at, each in enumerate(placed) if isinstance(each, Line) and each.bottom >= table.top - 1]
        last_above = max(above, default=0)
        at = next((found for found in below if found >= last_above), len(placed))
        placed.insert(min(at, len(placed)), table)
    return placed


def _runs(text: Any, count: int) -> Iterator[list[_Character]]:  # noqa: ANN401 - pypdfium2 has no types
    """Characters as pdfium orders them, cut at its line ends."""
    from pypdfium2 import raw

    box, origin = [ctypes.c_double() for _ in range(4)], [ctypes.c_double() for _ in range(2)]
    run: list[_Character] = []
    slanted = sum(_is_slanted(text, at) for at in range(count)) * 2 < count
    for at in range(count):
        code = raw.FPDFText_GetUnicode(text, at)
        if code in {10, 13}:
            if run:
                yield run
            run = []
            continue
        if slanted and _is_slanted(text, at):
            continue
        raw.FPDFText_GetCharBox(text, at, *box)
        left, right, bottom, top = (each.value for each in box)
        character = "" if code in {0, 0xFFFE} else chr(code)
        base = origin[1].value if raw.FPDFText_GetCharOrigin(text, at, *origin) else bottom
        run.append(_Character(character, left, right, bottom, top, raw.FPDFText_GetFontSize(text, at) or 1.0, base))
    if run:
        yield run


def _is_slanted(text: Any, at: int) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Whether a character stands askew, as those of a watermark do; on a page on its side all of them do."""
    from pypdfium2 import raw

    return abs(math.sin(raw.FPDFText_GetCharAngle(text, at))) > _ASKEW


def _lines(characters: Sequence[_Character]) -> Iterator[Line]:
    printed = [each for each in characters if each.text.strip()]
    if not printed:
        return
    size = median([each.size for each in printed])
    height = median([each.top - each.bottom for each in printed])
    parts: list[str] = []
    for at, each in enumerate(characters):
        if each.text.isspace():
            parts.append("" if _is_tight(characters, at, size) else " ")
        else:
            parts.append(each.text)
    text = _with_references("".join(parts), parts, characters, size=size, height=height)
    yield Line(
        " ".join(text.split()),
        min(each.left for each in printed),
        max(each.right for each in printed),
        min(each.bottom for each in printed),
        max(each.top for each in printed),
        size,
        median([each.base for each in printed]),
    )


def _is_tight(characters: Sequence[_Character], at: int, size: float) -> bool:
    """A space between two Chinese characters that stand no further apart than justified ones do."""
    if not 0 < at < len(characters) - 1:
        return True
    before, after = characters[at - 1], characters[at + 1]
    if before.text < _WIDE_FROM or after.text < _WIDE_FROM:
        return False
    return after.left - before.right < _TIGHT * size


def _with_references(
    text: str, parts: Sequence[str], characters: Sequence[_Character], *, size: float, height: float
) -> str:
    """Small raised numbers within a line are references to footnotes: 「[注1]」."""
    floor = median([each.bottom for each in characters if each.text.strip()])
    raised = [
        bool(part.strip())
        and (part.isdecimal() or part in "[]*〔〕" or "①" <= part <= "⑳")
        and each.size < _RAISED * size
        and each.bottom > floor + 0.2 * height
        for part, each in zip(parts, characters, strict=True)
    ]
    if not any(raised):
        return text
    marked: list[str] = []
    for at, part in enumerate(parts):
        begins = raised[at] and (at == 0 or not raised[at - 1])
        ends = raised[at] and (at + 1 == len(parts) or not raised[at + 1])
        mark = part.strip("[]〔〕") if raised[at] else part
        marked.append(("[注" if begins else "") + mark + ("]" if ends else ""))
    return _SPACED_REFERENCE.sub(r"\1", "".join(marked))


def _rulings(printed: Any) -> list[Ruling]:  # noqa: ANN401 - pypdfium2 has no types
    """Thin drawn lines of a page, and the edges of drawn boxes; what is white or invisible is not drawn."""
    from pypdfium2 import raw

    found = []
    for item in printed.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=_DEPTH):
        left, bottom, right, top = _clipped(item, *item.get_bounds())
        if left > right or bottom > top or not _is_drawn(item):
            continue
        flat, upright = top - bottom < _THIN, right - left < _THIN
        if flat and right - left >= _SHORTEST_RULE:
            found.append(Ruling(left, bottom, right, top, upright=False))
        elif upright and top - bottom >= _SHORTEST_RULE:
            found.append(Ruling(left, bottom, right, top, upright=True))
        elif not flat and not upright:
            found += _box(item, left, bottom, right, top)
    return found


def _box(item: Any, left: float, bottom: float, right: float, top: float) -> list[Ruling]:  # noqa: ANN401
    """The four edges of a stroked rectangle."""
    from pypdfium2 import raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    if not stroke.value or raw.FPDFPath_CountSegments(item) > _CORNERS_OF_A_BOX:
        return []
    return [
        Ruling(left, bottom, right, bottom, upright=False),
        Ruling(left, top, right, top, upright=False),
        Ruling(left, bottom, left, top, upright=True),
        Ruling(right, bottom, right, top, upright=True),
    ]


def _clipped(item: Any, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:  # noqa: ANN401
    """The part of a drawn thing that shows: a table that runs over a page is drawn whole, and clipped."""
    from pypdfium2 import raw

    clip = raw.FPDFPageObj_GetClipPath(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        points = []
        for at in range(min(raw.FPDFClipPath_CountPathSegments(clip, path), _MOST_CORNERS)):
            segment = raw.FPDFClipPath_GetPathSegment(clip, path, at)
            if raw.FPDFPathSegment_GetPoint(segment, x, y):
                points.append((x.value, y.value))
        if points:
            left, right = max(left, min(x for x, _ in points)), min(right, max(x for x, _ in points))
            bottom, top = max(bottom, min(y for _, y in points)), min(top, max(y for _, y in points))
    return left, bottom, right, top


def _is_drawn(item: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    from pypdfium2 import raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    colour = [ctypes.c_uint() for _ in range(4)]
    if stroke.value:
        raw.FPDFPageObj_GetStrokeColor(item, *colour)
    elif fill.value:
        raw.FPDFPageObj_GetFillColor(item, *colour)
    else:
        return False
    red, green, blue, alpha = (each.value for each in colour)
    return alpha > 0 and min(red, green, blue) < _NEARLY_WHITE


def _has_picture(printed: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    from pypdfium2 import raw

    return any(True for _ in printed.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH))


def read_scanned_pdf(content: bytes, limits: Limits) -> Extracted:
    """A PDF whose pages are pictures, by OCR.

    Raises:
        Invalid: OCR is not installed, or finds no text.

    """
    document = _opened(content, limits)

    def pictures() -> Iterator[Any]:
        for number in range(len(document)):
            page = document[number]
            scale = min(_OCR_DOTS_PER_POINT, _LARGEST_SIDE / max(*page.get_size(), 1))
            yield page.render(scale=scale).to_numpy()
            page.close()

    return read_pictures(pictures(), limits)


def _told(blocks: Sequence[Block], pictures: Sequence[int]) -> Iterator[Caution]:
    if pictures:
        numbers = "、".join(str(number + 1) for number in pictures[:10])
        yield Caution(CautionCode.LEFT_OUT, f"第 {numbers} 页是图片，没有文字层，其中的内容没有导入。")
    text = "".join(block.text for block in blocks)
    broken = sum(each == "\ufffd" or "\ue000" <= each <= "\uf8ff" for each in text)
    if broken > _BROKEN_SHARE * max(len(text), 1):
        yield Caution(CautionCode.ENCODING, "PDF 的文字层有大量认不出的字符，请核对或改用 DOCX。")


def _title(document: Any) -> str | None:  # noqa: ANN401 - pypdfium2 has no types
    """What the file says its title is, unless that is the name of the file it was made from."""
    title = str(document.get_metadata_dict().get("Title") or "").strip()
    return title if any(character >= _WIDE_FROM for character in title) and "." not in title else None
