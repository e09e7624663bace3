"""The numbers that Word writes before paragraphs by itself, such as 「第%1条」; they stand in no text of the file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from knowledge.documents.importing.markup import attribute, child, children

_DIGITS = "〇一二三四五六七八九"
_PLAIN_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_LETTERS = 26
_CIRCLED = 20
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographTraditional",
        "koreanCounting",
    }
)
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    format: str
    text: str
    start: int
    spaced: bool
    style: str | None


@dataclass(slots=True)
class Numbering:
    """The lists of a document, counted as its paragraphs come."""

    levels: Mapping[str, Mapping[int, Level]]
    """By list (numId), then by depth."""
    counters_of: Mapping[str, str]
    """Lists of one definition count together."""
    counters: dict[str, list[int]] = field(default_factory=dict)

    def label(self, list_id: str, depth: int) -> str:
        """Count one paragraph; what Word prints before it, with the space behind."""
        levels = self.levels.get(list_id)
        level = levels.get(depth) if levels else None
        if levels is None or level is None:
            return ""
        counts = self.counters.setdefault(self.counters_of.get(list_id, list_id), [])
        while len(counts) <= depth:
            above = levels.get(len(counts))
            counts.append((above.start if above else 1) - 1 if len(counts) == depth else above.start if above else 1)
        counts[depth] += 1
        del counts[depth + 1 :]
        if level.format == "bullet":
            return "- "
        text = _PLACE.sub(lambda match: _written(counts, levels, int(match[1]) - 1), level.text)
        return text + (" " if level.spaced and text else "")

    def depth_of_style(self, list_id: str, style: str) -> int:
        """The depth that a paragraph style stands for in a list."""
        levels = self.levels.get(list_id, {})
        return next((depth for depth, level in levels.items() if level.style == style), 0)


def numbering_of(root: etree._Element | None) -> Numbering:
    """The lists of ``numbering.xml``."""
    if root is None:
        return Numbering({}, {})
    abstract = {attribute(each, "abstractNumId"): _levels(each) for each in children(root, "abstractNum")}
    lists: dict[str, Mapping[int, Level]] = {}
    counters: dict[str, str] = {}
    for each in children(root, "num"):
        list_id, of = attribute(each, "numId"), attribute(child(each, "abstractNumId"), "val")
        if list_id is None or of is None:
            continue
        overrides = {int(attribute(one, "ilvl") or 0): one for one in children(each, "lvlOverride")}
        lists[list_id] = {**abstract.get(of, {}), **_overridden(abstract.get(of, {}), overrides)}
        counters[list_id] = f"{of}/{list_id}" if overrides else of
    return Numbering(lists, counters)


def written(number: int, form: str) -> str:
    """A number in one of Word's forms; plain digits in those that Chinese documents do not use."""
    write = _FORMS.get(form)
    return write(number) if write is not None else str(number)


def chinese(number: int) -> str:
    """「二十二」; digit by digit beyond 9,999."""
    if not 0 < number <= 9999:  # noqa: PLR2004 - 千 is the largest unit here
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    text, gap = "", False
    digits = str(number)
    for at, digit in enumerate(digits):
        unit = _UNITS[len(digits) - 1 - at]
        if digit == "0":
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _PLAIN_DIGITS[int(digit)] + unit
        gap = False
    return text.removeprefix("一") if text.startswith("一十") else text


def _levels(element: etree._Element) -> dict[int, Level]:
    found = {}
    for each in children(element, "lvl"):
        depth = int(attribute(each, "ilvl") or 0)
        if depth < _LEVELS:
            found[depth] = _level(each)
    return found


def _level(element: etree._Element) -> Level:
    start = attribute(child(element, "start"), "val") or "1"
    return Level(
        format=attribute(child(element, "numFmt"), "val") or "decimal",
        text=attribute(child(element, "lvlText"), "val") or "",
        start=int(start) if start.isdecimal() else 1,
        spaced=attribute(child(element, "suff"), "val") != "nothing",
        style=attribute(child(element, "pStyle"), "val"),
    )


def _overridden(levels: Mapping[int, Level], overrides: Mapping[int, etree._Element]) -> dict[int, Level]:
    changed = {}
    for depth, element in overrides.items():
        whole = child(element, "lvl")
        level = _level(whole) if whole is not None else levels.get(depth)
        start = attribute(child(element, "startOverride"), "val")
        if level is not None:
            first = int(start) if start and start.isdecimal() else level.start
            changed[depth] = Level(level.format, level.text, first, level.spaced, level.style)
    return changed


def _written(counts: list[int], levels: Mapping[int, Level], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    return written(counts[depth] if depth < len(counts) else level.start, level.format)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _legal(number: int) -> str:
    return chinese(number).translate(_LEGAL)


def _letters(number: int) -> str:
    return chr(ord("A") + (number - 1) % _LETTERS) * ((number - 1) // _LETTERS + 1) if number > 0 else ""


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= _CIRCLED else str(number)


_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_FORMS: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(_CHINESE, chinese),
    "chineseLegalSimplified": _legal,
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda number: f"{number:02d}",
    "none": lambda _number: "",
}
