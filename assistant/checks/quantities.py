# ruff: noqa: E501 - units and dates are read by regular expressions, one a line
"""Reads the numbers of a Chinese text: Arabic, full-width, Chinese; units, ranges, dates, clock times."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from assistant.understanding.text import Folded, fold


class Dimension(StrEnum):
    """What a number counts. Numbers of different dimensions never prove each other."""

    PLAIN = "plain"
    COUNT = "count"
    MONEY = "money"
    FOREIGN = "foreign"
    """Money that is not yuan; the label says which."""
    PERCENT = "percent"
    TIMES = "times"
    VAGUE = "vague"
    """三五年, 三四成: two digits for somewhere between; only the very same words prove it."""
    DISCOUNT = "discount"
    AGE = "age"
    MONTHS = "months"
    DAYS = "days"
    TRADING_DAYS = "trading_days"
    WORKING_DAYS = "working_days"
    MINUTES = "minutes"
    CLOCK = "clock"
    DATE = "date"
    ORDINAL = "ordinal"
    ARTICLE = "article"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text. ``value`` is in the dimension's base unit: yuan, percent, months, days, minutes."""

    dimension: Dimension
    value: Decimal
    text: str
    start: int
    end: int
    label: str = ""
    """Of codes and articles: the canonical word (``C2``, ``条22``); of dates: ``2026-07-06``, ``2026-07``, ``2026`` or ``--07-06``."""
    negative: bool = False


_CJK = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟幺"
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_DIGIT |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
_SCALE = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "亿": 10**8}

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:，\d{3})+(?=(?:\.\d+)?\s?[万亿]?元)(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = rf"(?:(?:(?:{_ARABIC})\s?[十百千万亿]*)+|[{_CJK}]+(?:点[零〇一二三四五六七八九]+)?)"

_CURRENCIES = {
    "美元": "USD", "美金": "USD", "美刀": "USD", "港元": "HKD", "港币": "HKD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "日圆": "JPY",
    "加元": "CAD", "澳元": "AUD", "新加坡元": "SGD", "瑞郎": "CHF", "韩元": "KRW", "台币": "TWD", "泰铢": "THB", "卢布": "RUB", "泰达币": "USDT",
    "比特币": "BTC", "US$": "USD", "HK$": "HKD", "$": "USD", "€": "EUR", "£": "GBP",
}  # fmt: skip
_CURRENCY = (
    "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True)) + "|USDT|USD|HKD|EUR|GBP|JPY"
)
_UNITS: tuple[tuple[str, Dimension, Decimal], ...] = (
    (rf"{_CURRENCY}", Dimension.FOREIGN, Decimal(1)),
    (r"%|个百分点|个百分比|个点(?!位)|百分点", Dimension.PERCENT, Decimal(1)),
    (r"‰", Dimension.PERCENT, Decimal("0.1")),
    (r"‱|个?基点|[Bb][Pp][Ss]?(?![A-Za-z])", Dimension.PERCENT, Decimal("0.01")),
    (r"成(?=半|以|的|左|仓|多|$|[^\u4e00-\u9fff]|收|利|资|股|现|至|到|或)", Dimension.PERCENT, Decimal(10)),
    (r"元人民币|人民币元|元(?!旦|素|件)|块钱?(?!头)|RMB|CNY", Dimension.MONEY, Decimal(1)),
    (r"角(?!度|色|落)|毛钱", Dimension.MONEY, Decimal("0.1")),
    (r"分钱", Dimension.MONEY, Decimal("0.01")),
    (r"倍(?!增)", Dimension.TIMES, Decimal(1)),
    (r"折(?!算|价|扣|旧|合|叠)", Dimension.DISCOUNT, Decimal(1)),
    (r"个?(?:交易日|开市日)", Dimension.TRADING_DAYS, Decimal(1)),
    (r"个?工作日", Dimension.WORKING_DAYS, Decimal(1)),
    (r"个?自然日|天|日(?!均|常|期|元|报|线|内瓦|志)", Dimension.DAYS, Decimal(1)),
    (r"日(?=均)", Dimension.DAYS, Decimal(1)),
    (r"周岁|岁", Dimension.AGE, Decimal(1)),
    (r"个?(?:星期|礼拜)|周(?!岁|期|一|二|三|四|五|六|日|末|围)", Dimension.DAYS, Decimal(7)),
    (r"个季度", Dimension.MONTHS, Decimal(3)),
    (r"个?月(?!份)", Dimension.MONTHS, Decimal(1)),
    (r"周?年(?!度|化|报|级|末|初|底|龄|轻|均|份|费|前)|个?年头|年(?=年前)", Dimension.MONTHS, Decimal(12)),
    (r"年(?=均|以前|前)", Dimension.MONTHS, Decimal(12)),
    (r"个?小时|个?钟头", Dimension.MINUTES, Decimal(60)),
    (r"分钟", Dimension.MINUTES, Decimal(1)),
    (r"秒钟?", Dimension.MINUTES, Decimal(1) / Decimal(60)),
)
_COUNTERS = (
    r"个|只|支|款|种|类|项|条|名|位|人|家|户|股|份|手|笔|次|张|点|页|级|档|期|部|款|章|节|组|遍|套|批|方|维|处|场|道|步|代|号|"
    r"段|层|件|起|例|篇|字|倍"
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _d, _f) in enumerate(_UNITS))
_MEASURE = re.compile(rf"(?P<number>{_NUMBER})(?P<half>半)?\s?(?:{_UNIT}|(?P<counter>{_COUNTERS}))?(?P<tail>半)?")
_FRACTION = re.compile(
    rf"(?P<base>[{_CJK}]+|\d+)分之(?P<number>[{_CJK}]+(?:点[零〇一二三四五六七八九]+)?|{_ARABIC})|(?P<vulgar>[¼-¾⅐-⅞↉])"
)
_FOREIGN = re.compile(rf"(?P<currency>{_CURRENCY})\s?(?P<number>{_NUMBER})", re.IGNORECASE)
_DOUBLE = re.compile(r"翻(?P<times>[一二两三四五]|\d)?(?:番|倍)|双倍|倍增")
_VAGUE = re.compile(
    rf"(?<![{_CJK}\d])(?:一两|一二|二三|两三|三四|三五|四五|五六|五七|六七|七八|八九)(?=[十百千万亿]*(?:[年月天日周倍成折元块岁]|个|%|只|次|笔|分钱|点))|(?<![{_CJK}])[一二三四五六七八九]{{2}}开"
)
_HALF = re.compile(r"半(?P<unit>个月|年(?!报|度)|个?小时|天|日(?!均)|数|成)|(?P<whole>一半|半数)")
_RANGE_MARK = re.compile(r"\s?(?:-|~|–|—|～|至|到|或者?|、|/)\s?")

_YEAR = r"(?:(?P<y>(?:19|20)\d{2})|(?P<yc>[一二][九〇零][零〇一二三四五六七八九]{2}))"
_DAY_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DATES = (
    re.compile(rf"(?<!\d){_YEAR}\s?年\s?(?P<m>{_DAY_NUMBER})\s?月\s?(?P<d>{_DAY_NUMBER})\s?[日号]"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}\s?年\s?(?P<m>{_DAY_NUMBER})\s?月(?!薪)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})-(?P<m>0[1-9]|1[0-2])(?!\d)(?!-)"),
    re.compile(rf"(?<![\d一二三四五六七八九十]){_YEAR}\s?年"),
    re.compile(rf"(?<![\d一二三四五六七八九十个])(?P<m>{_DAY_NUMBER})\s?月\s?(?P<d>{_DAY_NUMBER})\s?[日号]"),
    re.compile(r"(?<![\d一二三四五六七八九十个几])(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s?月(?:份|底|末|初)"),
)
_CLOCK = (
    re.compile(r"(?<!\d)(?P<h>[01]?\d|2[0-4])[:：](?P<min>[0-5]\d)(?:[:：][0-5]\d)?(?!\d)"),
    re.compile(r"(?<!\d)(?P<h>[01]?\d|2[0-4])\s?[时点](?P<min>[0-5]?\d)分?(?!\d)"),
    re.compile(
        r"(?P<half>上午|早上|下午|晚上|中午|凌晨)\s?(?P<h>\d{1,2}|[一二两三四五六七八九十]{1,3})\s?[时点]钟?(?P<semi>半)?"
    ),
    re.compile(r"(?<!\d)(?P<h>[01]?\d|2[0-4])\s?(?:时(?!间|期|候)|点(?=前|后|整|钟|开|收|至|到|之))"),
)
_OF_CALENDAR = re.compile(r"[年月]|(?:19|20)\d{2}")
_OF_CLOCK = re.compile(r"[:：时点]")
"""What stands in every text that a pattern of dates, or of times, matches."""
_ARTICLE = re.compile(
    rf"第\s?[（(]?(?P<n>\d+(?:\.\d+)*|[{_CJK}]+)[）)]?\s?(?P<kind>条|款|项|章|节|编)(?:之(?P<sub>[一二三四五六七八九十]+))?"
    r"|(?P<document>[A-Z][A-Z0-9-]*):(?P<locator>[A-Za-z0-9.\-]+)(?:@[A-Za-z0-9.\-]+)?"
    r"|(?<![\d.])(?P<rule>\d{1,2}\.\d{1,2}\.\d{1,3})(?![\d.])"
)
_DOCUMENT_NUMBER = re.compile(
    r"第?\s?(?P<n>\d+)\s?号(?:令|公告)?(?=[）)》，,。；;、\s]|$|》|公布|发布)|[〔\[（(](?P<year>(?:19|20)\d{2})[〕\]）)]"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,6}[-+]?\d+(?:[-.]?\d+)*[A-Za-z]?|[A-Za-z]+\d+[A-Za-z0-9]*)(?!\d)|(?<!\d)\d{6}(?!\d|[.,]\d|\s?[万亿元股份%个])"
)
_NO_UNIT = r"(?!\s*(?:%|‰|个|[元万亿倍成折年月日天岁周点]|[Bb][Pp]))"
_ENUMERATOR = re.compile(
    rf"(?<!第)[（(]\s?[一二三四五六七八九十]{{1,3}}\s?[）)]{_NO_UNIT}"
    rf"|(?:^|(?<=\n))\s*[（(]\s?\d{{1,2}}\s?[）)]{_NO_UNIT}|(?:^|(?<=\n))\s*\d{{1,2}}(?:[、.．](?!\d)|[)）](?!\d){_NO_UNIT})"
    r"|(?:^|(?<=[\n。；;：:]))\s*(?:[一二三四五六七八九十]{1,3}[、.．)）](?!\d)|第[一二三四五六七八九十]{1,2}(?=[，,、：:]|步|点[，,：:是]))"
    rf"|[①-⑳㈠-㈩]{_NO_UNIT}|[其](?:一|二|三|四|五)(?=[，,是、])|(?<=[，。；：])[一二三四五]是"
)
ENDLESS = re.compile(rf"[\d,.]{{25,}}|[{_CJK}]{{25,}}")
"""No number of ours is that long; it can only be proven by the very same characters."""
_NUMERAL = re.compile(rf"[\d{_CJK}半翻双倍¼-¾⅐-⅞↉]|[A-Z-]:[A-Za-z0-9.-]")
"""A text without it holds no quantity: digits, numerals, halves, doubles, fractions and references have it."""
_ORDINAL = re.compile(rf"第\s?(?P<n>\d+|[{_CJK}]+)(?!方)")
_IDIOM = re.compile(
    rf"(?<![{_CJK}])(?:"
    r"一般|一定|一旦|一些|一起|一直|一样|一并|一律|一切|一经|一致|统一|唯一|之一|万一(?![千百十])|千万(?=别|不|要|注意|勿|记|留)|十分(?=重|清|注|明|必|谨|关|充|感|复|不|了|满|抱|理|有)|"
    r"百分百|一方面|同一|任一|逐一|单一|专一|进一步|第三方|第三人|三方存管|一策|一人|两融|双录|一次性|四舍五入|一对一|一一|一手|二手|新三板|三板|二级市场|"
    r"一级市场|一线|二维|一站式|一键|一体|一揽子|一点(?=儿|也|都|不)|有一(?:定|些|点)|一下|一份(?=[《])|一道|一番|一味|一时|一向|一再|一概|一同|一贯|"
    r"一生|一家人|两者|二者|三者|两方|双方|一个(?!月|季|交|工|自|小|星|礼|基|百|点)|一种|一位|一名|一只|一款|一类|一项|一条|一次|一家|一笔|一份|一张|一句|"
    r"一部|一套|一期|一步|另一|某一|哪一|每一(?!年|月|日|天|周|季)|这一|那一|上一(?!年|月|周)|下一(?!年|月|周)|前一(?!年|月|周|交易日)|后一|万能|百货|亿万|"
    r"三农|四大|五险一金|不一|一而|[几数上成好]十(?:万|亿)?|[几数上成好][百千万亿]+|几[十百千万亿]*|十足|百姓|千百|千家|万物|七上八下|半(?=仓|价)|一带一路|三公|一心|"
    r"零售|零钱|零存|零星|归零|清零|从零|零和|三无|五花八门|九成新|百年|千股|万份|两市|两地|两会|两点(?=[：:，,])|一看|一听|一说|一想|一问"
    r")"
)


def chinese_value(numeral: str) -> Decimal | None:
    """The value of 三十万, 十五, 二〇二六, 一亿二千万 or 三点五; ``None`` where it is not a number."""
    whole, _point, decimals = numeral.partition("点")
    value = _chinese_integer(whole)
    if value is None:
        return None
    digits = "".join(str(_DIGIT[character]) for character in decimals)
    return Decimal(f"{value}.{digits}") if digits else Decimal(value)


def _chinese_integer(numeral: str) -> int | None:
    if not numeral or any(character not in _CJK for character in numeral):
        return None
    if all(character in _DIGIT for character in numeral):
        return int("".join(str(_DIGIT[character]) for character in numeral))
    total = section = digit = 0
    last_scale = 1
    for character in numeral:
        if character in _DIGIT:
            digit = _DIGIT[character]
        elif character in _SCALE:
            last_scale = _SCALE[character]
            section += (digit or 1) * last_scale
            digit = 0
        else:
            last_scale = _BIG[character]
            total = (
                (total + section + digit or 1) * last_scale
                if last_scale > total
                else total + (section + digit) * last_scale
            )
            section = digit = 0
    trailing = digit * last_scale // 10 if digit and last_scale > 10 and numeral[-2:-1] not in ("零", "〇") else digit  # noqa: PLR2004 - 一百五 is 150
    return total + section + trailing


def _value(number: str) -> Decimal | None:
    """The value of any spelling: 1,234.5, 5百万, 1亿2000万, 三十万."""
    number = number.replace(" ", "")
    if not number[:1].isdigit():
        return chinese_value(number)
    total = Decimal(0)
    for part in re.finditer(r"([\d,，]+(?:\.\d+)?)([十百千万亿]*)", number):
        scale = 1
        for character in part[2]:
            scale *= _SCALE.get(character) or _BIG[character]
        total += Decimal(re.sub("[,，]", "", part[1])) * scale
    return total


class _Reader:
    """Reads a text once; what one pattern took, a later one does not see."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.rest = folded.text
        self.found: list[Quantity] = []

    def take(self, pattern: re.Pattern[str], make: Callable[[re.Match[str]], Iterator[Quantity]]) -> None:
        for match in list(pattern.finditer(self.rest)):
            quantities = list(make(match))
            if quantities or make is _nothing:
                self.found += quantities
                self.rest = self.rest[: match.start()] + "\x00" * len(match[0]) + self.rest[match.end() :]

    def quantity(
        self, match: re.Match[str], dimension: Dimension, value: Decimal | int, *, label: str = ""
    ) -> Iterator[Quantity]:
        start, end = match.span()
        before = self.folded.text[max(start - _SIGN_WITHIN, 0) : start]
        negative = re.search(r"(?:^|[^\dA-Za-z%)）年月日元万亿])\s?[-−]$|负$", before) is not None
        yield Quantity(
            dimension, Decimal(value).normalize(), self.folded.original(start, end), start, end, label, negative
        )


_SIGN_WITHIN = 4
"""Characters before a number that tell whether it is negative: one more, a blank, the sign, the end of a line."""


def _nothing(_match: re.Match[str]) -> Iterator[Quantity]:
    return iter(())


@lru_cache(maxsize=16384)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of ``text`` in order; list numbering, idioms (一般, 十分重要) and vague amounts (几十万) are none.

    Remembered: the same quote and the same fact are read for many statements.
    """
    reader = _Reader(fold(text))
    if _NUMERAL.search(reader.rest) is None:
        return ()
    reader.take(ENDLESS, lambda match: reader.quantity(match, Dimension.CODE, 0, label=match[0]))
    reader.take(_ENUMERATOR, _nothing)
    reader.take(_ARTICLE, lambda match: _article(reader, match))
    if _OF_CALENDAR.search(reader.rest) is not None:
        for pattern in _DATES:
            reader.take(pattern, lambda match: _date(reader, match))
    if _OF_CLOCK.search(reader.rest) is not None:
        for pattern in _CLOCK:
            reader.take(pattern, lambda match: _clock(reader, match))
    reader.take(_FOREIGN, lambda match: _foreign(reader, match))
    reader.take(_DOCUMENT_NUMBER, lambda match: _document_number(reader, match))
    reader.take(_FRACTION, lambda match: _fraction(reader, match))
    reader.take(
        _VAGUE,
        lambda match: reader.quantity(match, Dimension.VAGUE, 0, label=reader.rest[match.start() : match.end() + 1]),
    )
    reader.take(_DOUBLE, lambda match: _double(reader, match))
    reader.take(_CODE, lambda match: reader.quantity(match, Dimension.CODE, 0, label=_code(match[0])))
    reader.take(_IDIOM, _nothing)
    reader.take(_ORDINAL, lambda match: _ordinal(reader, match))
    reader.take(_HALF, lambda match: _half(reader, match))
    reader.take(_MEASURE, lambda match: _measure(reader, match))
    return _ranges(reader.folded.text, sorted(reader.found, key=lambda quantity: quantity.start))


def _code(text: str) -> str:
    return text.upper().replace("-", "").replace("+", "")


def _article(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    if match["document"]:
        yield from reader.quantity(match, Dimension.ARTICLE, 0, label=f"{match['document']}:{match['locator']}")
        return
    if match["rule"]:
        yield from reader.quantity(match, Dimension.ARTICLE, 0, label=f"条{match['rule']}")
        return
    if "." in match["n"]:
        yield from reader.quantity(match, Dimension.ARTICLE, 0, label=f"{match['kind']}{match['n']}")
        return
    number = _value(match["n"])
    if number is None:
        return
    sub = f"-{chinese_value(match['sub'])}" if match["sub"] else ""
    yield from reader.quantity(match, Dimension.ARTICLE, number, label=f"{match['kind']}{number}{sub}")


def _date(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    groups = match.groupdict()
    year = groups.get("y") or (str(chinese_value(groups["yc"])) if groups.get("yc") else None)
    month = _value(groups["m"]) if groups.get("m") else None
    day = _value(groups["d"]) if groups.get("d") else None
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):  # noqa: PLR2004 - a calendar
        return
    parts = [year or "-", *(f"{int(part):02d}" for part in (month, day) if part is not None)]
    yield from reader.quantity(match, Dimension.DATE, 0, label="-".join(parts))


def _clock(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    groups = match.groupdict()
    hour = _value(groups["h"])
    if hour is None or hour > 24:  # noqa: PLR2004 - a day
        return
    half = groups.get("half") or ""
    afternoon = hour < 12 and (half in ("下午", "晚上") or (half == "中午" and hour < 3))  # noqa: PLR2004 - a clock
    minutes = int(groups.get("min") or (30 if groups.get("semi") else 0))
    yield from reader.quantity(match, Dimension.CLOCK, int(hour) * 60 + minutes + 720 * afternoon)


def _document_number(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    if match["year"]:
        yield from reader.quantity(match, Dimension.DATE, 0, label=match["year"])
    else:
        yield from reader.quantity(match, Dimension.ARTICLE, int(match["n"]), label=f"号{int(match['n'])}")


def _fraction(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    if match["vulgar"]:
        above, _stroke, below = unicodedata.normalize("NFKC", match["vulgar"]).partition("\u2044")
        number, base = Decimal(above), Decimal(below)
    else:
        number, base = _value(match["number"]) or Decimal(0), _value(match["base"]) or Decimal(0)
    if base:
        yield from reader.quantity(match, Dimension.PERCENT, number * 100 / base)


def _foreign(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    number = _value(match["number"])
    if number is not None:
        yield from reader.quantity(match, Dimension.FOREIGN, number, label=_currency(match["currency"]))


def _currency(name: str) -> str:
    return _CURRENCIES.get(name.upper(), name.upper())


def _double(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    """翻倍 and 翻一番 are twice as much, 翻两番 four times (翻N番 is 2 to the N); 翻三倍 three times."""
    times = int(_value(match["times"]) or 1) if match["times"] else 1
    doubled = match[0].endswith("番") or times == 1
    yield from reader.quantity(match, Dimension.TIMES, 2**times if doubled else times)


def _ordinal(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    number = _value(match["n"])
    if number is not None:
        yield from reader.quantity(match, Dimension.ORDINAL, number)


def _half(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    unit = match["unit"] or ""
    if match["whole"] or unit == "数":
        yield from reader.quantity(match, Dimension.PERCENT, 50)
    elif unit == "成":
        yield from reader.quantity(match, Dimension.PERCENT, 5)
    elif unit == "个月":
        yield from reader.quantity(match, Dimension.MONTHS, Decimal("0.5"))
    elif unit.startswith("年"):
        yield from reader.quantity(match, Dimension.MONTHS, 6)
    elif "小时" in unit:
        yield from reader.quantity(match, Dimension.MINUTES, 30)
    else:
        yield from reader.quantity(match, Dimension.DAYS, Decimal("0.5"))


def _measure(reader: _Reader, match: re.Match[str]) -> Iterator[Quantity]:
    number = match["number"]
    value = _value(number)
    if value is None:
        return
    unit = next(((i, spec) for i, spec in enumerate(_UNITS) if match[f"u{i}"]), None)
    spelled = not number[0].isdigit()
    if spelled and unit is None and not _counts(number, match["counter"]):
        return
    if match["half"] or (match["tail"] and unit is not None):
        value += Decimal("0.5")
    if unit is not None:
        _pattern, dimension, factor = unit[1]
        label = _currency(match[f"u{unit[0]}"]) if dimension is Dimension.FOREIGN else ""
        yield from reader.quantity(match, dimension, value * factor, label=label)
    elif match["counter"]:
        yield from reader.quantity(match, Dimension.COUNT, value)
    else:
        yield from reader.quantity(match, Dimension.PLAIN, value)


def _counts(number: str, counter: str | None) -> bool:
    """Whether a spelled-out numeral without a measured unit is a number rather than part of a word."""
    if counter is not None:
        return number not in ("一", "零", "百", "千", "万", "亿")
    has_scale = any(character in _SCALE or character in _BIG for character in number)
    return len(number) > 1 and (has_scale or len(number) > 2) and number not in ("千万", "百万", "万亿", "千百", "亿万")  # noqa: PLR2004 - 一二 is no number, 一二三 may be


def _ranges(text: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Give the first end of 「3-5%」 the unit of the last."""
    result: list[Quantity] = []
    following: Quantity | None = None
    for quantity in reversed(found):
        if (
            following is not None
            and quantity.dimension is Dimension.PLAIN
            and (following.dimension in _MEASURED or following.text[-1:] in "万亿")
            and _RANGE_MARK.fullmatch(text[quantity.end : following.start])
        ):
            quantity = _with_unit_of(quantity, following)  # noqa: PLW2901 - the same number, read with its unit
        result.append(quantity)
        following = quantity
    return tuple(reversed(result))


_MEASURED = frozenset(Dimension) - {
    Dimension.PLAIN,
    Dimension.CODE,
    Dimension.ARTICLE,
    Dimension.DATE,
    Dimension.CLOCK,
    Dimension.ORDINAL,
}


def _with_unit_of(quantity: Quantity, following: Quantity) -> Quantity:
    last = re.match(rf"({_NUMBER})", following.text.replace("，", ","))
    bare = _value(re.sub(r"[^\d.,\u4e00-\u9fff]", "", last[1])) if last else None
    digits = _value(re.sub(r"[万亿千百十]+$", "", last[1])) if last and last[1][:1].isdigit() else bare
    factor = following.value / digits if digits else Decimal(1)
    return Quantity(
        following.dimension,
        (quantity.value * factor).normalize(),
        quantity.text,
        quantity.start,
        quantity.end,
        quantity.label,
        quantity.negative,
    )
