"""Looks over a split for what a keeper should see before publishing."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.documents.importing.arranging import REPEAT, Arranged, Scheme
from knowledge.documents.importing.model import Caution, CautionCode, Unit, UnitKind
from knowledge.documents.splitting import NUMERAL

_NUMBER = re.compile(r"(?P<number>[0-9]+)(?:-(?P<sub>[0-9]+))?")
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\u180e\U000e0000-\U000e007f]")
_REPEALED = re.compile(r"(?:已|现予|予以|全文)?(?:废止|失效)")
_NAMED = re.compile(r"[《〈<][^》〉>]*[》〉>]|[^，。；]{0,30}(?:同时|修改和|和修改)[^，。；]{0,4}废止")
_INSTRUCTIONS = re.compile(
    r"(?:忽略|无视|忘记|不要理会|跳过).{0,12}(?:以上|之前|前面|上述|先前|所有).{0,12}(?:指令|指示|提示|要求|规则|设定|内容)|"
    r"(?:ignore|disregard|forget|override)\s.{0,30}(?:instruction|prompt|rule|guideline)|"
    r"(?:你|您)(?:现在|从现在起|必须)?(?:是|扮演|充当)一?[个名位]?.{0,8}(?:助手|AI|人工智能|模型|机器人)|"
    r"(?:作为|身为)一?[个名]?.{0,6}(?:AI|人工智能|大模型|语言模型)(?:助手)?[，,].{0,6}(?:你|请|必须|应)|"
    r"(?:系统|system)\s*(?:提示词?|prompt|message|指令)\s*[:：]|"
    r"you are (?:now )?(?:an? )?.{0,20}(?:assistant|ai|model)|"
    r"<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|^(?:assistant|system|user)\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_TEXT = 6000
_QUOTE = 30


def inspect(arranged: Arranged) -> tuple[Caution, ...]:
    """What is unusual in the provisions."""
    units = arranged.units
    return (*_numbering(arranged), *_texts(units), *_hidden(units), *_repealed(units))


def _numbering(arranged: Arranged) -> Iterator[Caution]:
    if arranged.scheme is Scheme.ARTICLES:
        articles = [unit for unit in arranged.units if unit.kind is UnitKind.ARTICLE]
        yield from _gaps([unit for unit in articles if _NUMBER.fullmatch(unit.locator)])
    for unit in arranged.units:
        if REPEAT in unit.locator:
            told = f"「{unit.heading}」重复出现，第二处编号为 {unit.locator}，请核对。"
            yield Caution(CautionCode.DUPLICATE, told, unit.locator)


def _gaps(articles: Sequence[Unit]) -> Iterator[Caution]:
    if articles and _position(articles[0]) != (1, 0):
        yield Caution(CautionCode.GAP, f"条文从{articles[0].heading}开始，前面的条文没有找到。", articles[0].locator)
    for before, after in pairwise(articles):
        number, sub = _position(before)
        if _position(after) in {(number + 1, 0), (number, sub + 1)}:
            continue
        told = f"{_name(before)}之后是{_name(after)}，中间的编号不连续，请核对。"
        yield Caution(CautionCode.GAP, told, after.locator)


def _position(unit: Unit) -> tuple[int, int]:
    match = _NUMBER.fullmatch(unit.locator)
    return (int(match["number"]), int(match["sub"] or 0)) if match else (0, 0)


def _name(unit: Unit) -> str:
    match = re.match(rf"第(?:{NUMERAL})条(?:之(?:{NUMERAL}))?", unit.heading)
    return match[0] if match else unit.heading[:_QUOTE]


def _texts(units: Sequence[Unit]) -> Iterator[Caution]:
    for unit in units:
        if unit.kind is UnitKind.LOOSE and not unit.is_empty:
            told = f"「{_quote(unit.text)}」不在任何条文之内，单独成为一段，请核对。"
            yield Caution(CautionCode.OUTSIDE, told, unit.locator)
        if unit.is_empty:
            yield Caution(CautionCode.EMPTY, f"「{unit.heading}」没有正文，请核对原文。", unit.locator)
        if len(unit.text) > _LONGEST_TEXT:
            told = f"「{unit.heading}」有 {len(unit.text)} 个字，过长，请核对分条是否正确。"
            yield Caution(CautionCode.OVERLONG, told, unit.locator)
        plain = _HIDDEN.sub("", f"{unit.heading}\n{unit.text}")
        if instruction := _INSTRUCTIONS.search(plain):
            told = (
                f"「{unit.heading}」里有像是写给模型的指令（「{_quote(instruction[0])}」）；"
                "它只会作为文字保存，请核对文件来源是否可靠。"
            )
            yield Caution(CautionCode.INSTRUCTIONS, told, unit.locator)


def _hidden(units: Sequence[Unit]) -> Iterator[Caution]:
    where = [unit for unit in units if _HIDDEN.search(unit.text + unit.heading)]
    if where:
        told = f"有 {len(where)} 处夹有看不见的字符（如「{where[0].heading}」），原样保留，请核对。"
        yield Caution(CautionCode.HIDDEN_CHARACTERS, told, where[0].locator)


def _repealed(units: Sequence[Unit]) -> Iterator[Caution]:
    for unit in units:
        if unit.kind is not UnitKind.PREAMBLE:
            continue
        line = next((line for line in unit.text.split("\n") if _REPEALED.search(_NAMED.sub("", line))), None)
        if line is not None:
            told = f"文首写有「{_quote(line)}」：该文件可能已经失效，请填写失效日期。"
            yield Caution(CautionCode.REPEALED, told, unit.locator)


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line[:_QUOTE] + ("…" if len(line) > _QUOTE else "")
