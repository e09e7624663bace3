"""Reads from a text what the front matter says of it: title, issuer, document number, kind, and a document id."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

from knowledge.documents.importing.arranging import starts_body
from knowledge.documents.importing.model import Block, BlockKind, Caution, CautionCode, Extracted, Unit, UnitKind
from knowledge.documents.importing.pinyin import initials
from knowledge.documents.importing.wording import article_of, is_contents
from knowledge.documents.model import Kind

_TITLE_END = re.compile(
    r"(?:法|典|条例|办法|规定|规则|细则|指引|指南|通知|决定|解释|意见|准则|公告|批复|制度|守则|方案|章程|标准|规程|规范|"
    r"程序|手册|问答|案例|话术|公约|纲要|计划|须知|说明|协议|合同|答复|复函|通告|要求|政策|清单)"
    r"(?:[（(〔\[][^）)〕\]]{1,20}[）)〕\]])*"
)
_NO_TITLE = re.compile(r"[。；，：]|^第.{1,12}[号条]|令$|^[（(]|号[）)]?$|^[0-9]{4}年|[|]|(?:规章|文件)$")
_NUMBERS = (
    re.compile(
        r"[\u4e00-\u9fff]{2,24}?(?:令|公告)\s*(?:[〔\[（(]?[0-9]{4}[〕\]）)]?\s*年?)?\s*第\s*[0-9〇零一二三四五六七八九十百]+\s*号"
    ),
    re.compile(r"[\u4e00-\u9fff]{1,12}\s*[〔\[（(【]\s*[0-9]{4}\s*[〕\]）)】]\s*(?:第)?\s*[0-9]+\s*号"),
)
_NUMBER_LINE = re.compile(r"[\u4e00-\u9fff]{2,30}(?:令|公告)")
_NUMBER_BELOW = re.compile(r"(?:[0-9]{4}年)?\s*第\s*[0-9〇零一二三四五六七八九十百]+\s*号")
_BODIES = "委员会|总局|管理局|监督局|办公厅|办公室|人民银行|人民法院|人民检察院|国务院|协会|交易所|公司|集团|部"
_LED_BY_BODY = re.compile(
    rf"(?P<issuers>[\u4e00-\u9fff]{{2,20}}?(?:{_BODIES})(?:[、 ]?[\u4e00-\u9fff]{{2,20}}?(?:{_BODIES}))*)关于"
)
_OF_NUMBER = re.compile(rf"(?P<issuer>[\u4e00-\u9fff]{{0,20}}?(?:{_BODIES}|主席))(?:令|公告)")
_BY_BODY = re.compile(rf"日\s*(?P<issuer>[\u4e00-\u9fff、]{{2,40}}?(?:{_BODIES}))(?:发布|公布|印发|制定)")
_MEETING = re.compile(
    r"第[一二三四五六七八九十]+届(?P<issuer>全国人民代表大会(?:常务委员会)?)第[一二三四五六七八九十]+次会议"
)
_OFFICE = re.compile(r"(?P<issuer>[\u4e00-\u9fff]{2,30}?)(?:[0-9]{4}年)?第[0-9]+次(?:室务|部务|局务|主席办公|委务)会议")
_REPUBLIC = "中华人民共和国"
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_STEM_DATE = re.compile(r"[（(_\-\s]*[12][0-9]{3}[-._年]?[0-9]{2}[-._月]?[0-9]{2}日?[)）]?\s*$")
_KINDS = (
    (Kind.CASE, re.compile("案例")),
    (Kind.SCRIPT, re.compile("话术")),
    (Kind.GUIDE, re.compile("指南|手册|问答|须知|流程|操作说明")),
)
_EDITION = re.compile(r"(?:[（(][^）)]*[0-9]{4}年?[^）)]*[）)])+\Z")
_FIRST_LINES = 4
_LONGEST_LINE = 60
_MOST_LINES = 4
_LONGEST_ID = 24
_UNKNOWN_ISSUER = "发文机关未写明"


def take_title(extracted: Extracted, file_name: str) -> tuple[str, Sequence[Block], tuple[Caution, ...]]:
    """The title, and the blocks without the lines that it stands on."""
    blocks = extracted.blocks
    head = _before_body(blocks)
    top = next((at for at, block in enumerate(head) if block.kind is BlockKind.HEADING and block.level == 1), None)
    if top is not None:
        return _tidy(blocks[top].text), [*blocks[:top], *blocks[top + 1 :]], ()
    for begin, end in _candidates(head):
        title = _tidy("".join(block.text for block in blocks[begin:end]))
        return title, [*blocks[:begin], *blocks[end:]], ()
    if extracted.title:
        return _tidy(extracted.title), blocks, ()
    title = title_of_name(file_name)
    told = f"没有认出文件标题，暂用文件名「{title}」，请核对。"
    return title, blocks, (Caution(CautionCode.UNCLEAR_TITLE, told),)


def title_of_name(file_name: str) -> str:
    """The title in a file's name: without folders, extension and a date at the end."""
    name = re.split(r"[\\/]", file_name)[-1]
    stem = name.rpartition(".")[0] or name
    return _STEM_DATE.sub("", stem).strip() or "未命名文件"


def document_number_of(units: Iterable[Unit]) -> str | None:
    """The last document number above the first article: 国务院令第737号, 法释〔2022〕2号."""
    found: list[str] = []
    for at, unit in enumerate(units):
        if unit.kind is UnitKind.PREAMBLE or (at == 0 and unit.kind is UnitKind.SECTION):
            lines = unit.text.split("\n")[: None if unit.kind is UnitKind.PREAMBLE else _FIRST_LINES]
            found += [number for line in lines for number in _numbers(line)]
            found += _on_two_lines([line.strip() for line in lines if line.strip()])
    return found[-1] if found else None


def issuer_of(title: str, units: Sequence[Unit], number: str | None) -> tuple[str, tuple[Caution, ...]]:
    """Who issued it: by the title, the lines above the first article, the document number, the signature."""
    told = _led_by(title) or _named_above(units) or _of_number(number) or _signed(units)
    if told:
        return told, ()
    guess = _guess(title)
    if guess:
        return guess, (Caution(CautionCode.NO_ISSUER, f"文中没有写明发文机关，按文件种类暂取「{guess}」，请核对。"),)
    return _UNKNOWN_ISSUER, (Caution(CautionCode.NO_ISSUER, "没有找到发文机关，请填写。"),)


def kind_of(title: str) -> Kind:
    """By the words of the title; a rule where it says nothing else."""
    return next((kind for kind, pattern in _KINDS if pattern.search(title)), Kind.RULE)


def document_id_of(title: str, known: Mapping[str, str]) -> str:
    """The id of the document of that name in the library, else initials of its pinyin."""
    wanted = _bare(title)
    for name, document_id in known.items():
        if _bare(name) == wanted:
            return document_id
    slug = initials(_LED_BY_BODY.sub("", wanted))[:_LONGEST_ID]
    if not slug or not slug[0].isalpha():
        slug = f"DOC{sha256(title.encode()).hexdigest()[:8].upper()}"
    return f"{slug}-{sha256(title.encode()).hexdigest()[:4].upper()}" if slug in known.values() else slug


def short_title_of(title: str) -> str:
    """Without the name of the republic."""
    return title.removeprefix(_REPUBLIC) or title


def _before_body(blocks: Sequence[Block]) -> Sequence[Block]:
    end = next((at for at, block in enumerate(blocks) if starts_body(block)), len(blocks))
    return blocks[:end]


def _candidates(head: Sequence[Block]) -> Iterable[tuple[int, int]]:
    """Runs of lines that read as a title: the longest from the earliest line on."""
    for begin in range(len(head)):
        if not _could_be_title(head[begin]):
            continue
        for end in range(begin + 1, min(begin + _MOST_LINES, len(head)) + 1):
            run = head[begin:end]
            if not all(_could_be_title(block) for block in run):
                break
            if _TITLE_END.search(_tidy(run[-1].text)) and _ends_title(run[-1].text):
                yield begin, end
                break


def _could_be_title(block: Block) -> bool:
    text = _tidy(block.text)
    return (
        block.kind is not BlockKind.TABLE
        and 0 < len(text) <= _LONGEST_LINE
        and not _NO_TITLE.search(text)
        and not is_contents(text)
        and article_of(text) is None
    )


def _ends_title(text: str) -> bool:
    tidy = _tidy(text)
    return any(match.end() == len(tidy) for match in _TITLE_END.finditer(tidy))


def _tidy(text: str) -> str:
    """Without the spaces that only spread or join Chinese words; those between two issuers stay one."""
    words = text.split()
    return _SPREAD.sub(" " if "关于" in text else "", " ".join(words))


def _bare(title: str) -> str:
    """A title to recognise a document by, whichever version of it: without 「（2022年修正）」."""
    named = _EDITION.sub("", "".join(title.split()))
    return re.sub(r"[《》〈〉（）()]", "", named).removeprefix(_REPUBLIC)


def _numbers(line: str) -> list[str]:
    return [re.sub(r"\s+", "", match[0]) for pattern in _NUMBERS for match in pattern.finditer(_after_day(line))]


def _after_day(line: str) -> str:
    """Days set apart, so that 「日」 does not become part of a number's name."""
    return re.sub(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日", "，", line)


def _on_two_lines(lines: Sequence[str]) -> list[str]:
    """「国家金融监督管理总局令」 above 「2023年第2号」."""
    return [
        re.sub(r"\s+", "", upper + lower)
        for upper, lower in pairwise(lines)
        if _NUMBER_LINE.fullmatch(upper) and _NUMBER_BELOW.fullmatch(lower)
    ]


def _led_by(title: str) -> str | None:
    led = _LED_BY_BODY.match(title)
    return "、".join(led["issuers"].split()) if led else None


def _named_above(units: Sequence[Unit]) -> str | None:
    above = "\n".join(unit.text for unit in units if unit.kind is UnitKind.PREAMBLE)
    if meetings := [match["issuer"] for match in _MEETING.finditer(above)]:
        return meetings[-1]
    match = _BY_BODY.search(above) or _OFFICE.search(above)
    return match["issuer"].removeprefix(_REPUBLIC) or None if match else None


def _of_number(number: str | None) -> str | None:
    issued = _OF_NUMBER.match(number or "")
    return issued["issuer"].removeprefix(_REPUBLIC) or None if issued else None


def _signed(units: Sequence[Unit]) -> str | None:
    for unit in units:
        if unit.kind is UnitKind.SIGNATURE:
            names = [line for line in unit.text.split("\n") if re.fullmatch(rf"[\u4e00-\u9fff]+(?:{_BODIES})", line)]
            if names:
                return "、".join(names)
    return None


def _guess(title: str) -> str | None:
    if title.startswith(_REPUBLIC) and title.endswith(("法", "法典")):
        return "全国人民代表大会常务委员会"
    return "国务院" if title.endswith("条例") else None
