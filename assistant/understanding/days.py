"""The day that a question is about."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?P<year>(?:19|20)\d{2}|[一二][九〇零][零〇一二三四五六七八九]{2})\s?年?"
_RELATIVE_YEAR = r"(?P<back>今年|本年|去年|上年|前年|大前年|明年)"
_EDGE = r"(?P<edge>之前|以前|前(?!后|的?\d)|之后|以后|后(?!来)|起)?"
_PATTERNS = (
    re.compile(
        rf"(?:{_YEAR}|{_RELATIVE_YEAR})\s?[-/.年]?\s?(?P<month>{_N})\s?(?:[-/.]|月份?的?)\s?(?P<day>{_N})\s?[日号]?{_EDGE}"
    ),
    re.compile(rf"(?<!\d)(?P<year>(?:19|20)\d{{2}})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_EDGE}"),
    re.compile(rf"(?:{_YEAR}|{_RELATIVE_YEAR})\s?的?(?P<month>{_N})\s?月份?(?P<part>初|中旬?|底|末)?{_EDGE}"),
    re.compile(
        rf"(?:{_YEAR}|{_RELATIVE_YEAR})\s?的?(?P<part>上半年|下半年|[一二三四]季度|第[一二三四]季度|年?初|年?底|年?末|年?中)?{_EDGE}"
    ),
    re.compile(rf"(?<![\d一二三四五六七八九十个])(?P<month>{_N})\s?月\s?(?P<day>{_N})\s?[日号]{_EDGE}"),
    re.compile(
        rf"(?<![\d一二三四五六七八九十个近])(?P<month>{_N})\s?月(?:份|(?P<part>初|中旬|底|末)|(?=之?[前后时]|的时候|那)){_EDGE}"
    ),
)
_AGO = re.compile(
    r"(?P<n>\d{1,3}|[一二两三四五六七八九十半]{1,3})\s?个?(?P<unit>年|月|周|星期|天)半?(?:之前|以前|前)(?!的?持|经|后)"
)
_NEAR = (
    (re.compile(r"大前天"), -3),
    (re.compile(r"前天"), -2),
    (re.compile(r"昨天|昨日|上一?个?交易日"), -1),
    (re.compile(r"上个?(?:周|星期|礼拜)"), -7),
)
_LAST_MONTH = re.compile(r"(?P<two>上上个?月)|上个?月")
_THIS_MONTH = re.compile(r"(?:本月|这个月)(?P<part>初|上旬)?")
_NEXT_MONTH = re.compile(r"下个?月")
_NOW = re.compile(r"现在|目前|当前|如今|现行|眼下|最新")
_EVENT = re.compile(
    r"^\s?(?:份|初|底)?(?:就|才|刚|已经?|时候?)?(?:做|开的?户|买|购|签|办|入职|出生|成立|发布|公布|颁布|修订|修正|版|印发|到期|测评|评估|填|亏|赚|认购|申购|加的?|进的|转的?)"
)
_TITLE = re.compile(r"《[^》]*》|[〔\[（(](?:19|20)\d{2}[〕\]）)]\s*第?\d*号?|第\s?\d+号")
_WHEN_IT_WAS = r"(?:出台|实施|施行|生效|发布)?(?:之前|以前|前(?!后))"
_RULE = r"规则|规定|办法|条例|细则|法|政策|制度|标准|比例|费率|税率|门槛|涨跌幅|限制|要求|期限"
_BEFORE_CHANGE = re.compile(
    rf"(?:新规|新政|修订|新办法|新规则|新规定|新版|新标准|改版){_WHEN_IT_WAS}"
    rf"|(?:(?<![^，。,\s])|(?:{_RULE})(?:的|还?没有?)?)(?:修改|修正|调整|改革|变化|变更|改){_WHEN_IT_WAS}"
    r"|(?:以前|过去|从前|当初|先前)的?(?:规定|规则|标准|要求|比例|办法|口径|版本)"
    r"|(?:旧|老)(?:规定?|办法|规则|标准|口径|版本?)|原来的?(?:规定|规则|标准|比例|要求|办法)|(?:上一|前一)个?(?:版本?|版的?)"
    rf"|(?:{_RULE})没(?:有)?(?:修订|改|调整)(?:之前|以前|的时候|时)"
)


@dataclass(frozen=True, slots=True)
class AskedDay:
    """``day`` is ``None`` where the question names none, or several. ``before_change``: what held before is asked."""

    day: date | None
    before_change: bool = False
    words: tuple[str, ...] = ()
    """How the question names its day, or its days; or how it says that it means before a change."""
    since: date | None = None
    """First day of a stretch (a month, a year) that the question names; its last day is ``day``."""
    impossible: str | None = None
    """What reads like a day and is none: 2月30日. Only where the question names no other."""


@dataclass(frozen=True, slots=True)
class _Named:
    day: date | None
    """``None``: the calendar has no such day."""
    words: str
    since: date | None = None


def asked_day(text: str, *, today: date) -> AskedDay:
    """Read the day that ``text`` (folded) asks about."""
    change = _BEFORE_CHANGE.search(text)
    said = (change[0],) if change else ()
    if _NOW.search(text):
        return AskedDay(None, change is not None, said)
    found = list(_days(_TITLE.sub(lambda match: "#" * len(match[0]), text), today))
    named = {each.day: each for each in found if each.day is not None}
    words = tuple(each.words for each in named.values())
    if len(named) != 1:
        impossible = found[0].words if found and not named else None
        return AskedDay(None, change is not None, words or said, impossible=impossible)
    (only,) = named.values()
    return AskedDay(only.day, change is not None, words, only.since)


def _days(text: str, today: date) -> Iterator[_Named]:
    rest = text
    for pattern in _PATTERNS:
        for match in list(pattern.finditer(rest)):
            groups = match.groupdict()
            year = groups.get("year")
            if year and "年" not in match[0] and not (groups.get("month") and groups.get("day")):
                continue
            stretch = _stretch(groups, today)
            rest = rest[: match.start()] + "#" * len(match[0]) + rest[match.end() :]
            if _EVENT.match(text[match.end() :]):
                continue
            if stretch is None:
                if groups.get("day") and "月" in match[0]:
                    yield _Named(None, match[0].strip(" 的份-/."))
            else:
                since, day = stretch
                yield _Named(day, match[0].strip(" 的份-/."), since if since < day else None)
    yield from _relative_days(rest, today)


def _relative_days(rest: str, today: date) -> Iterator[_Named]:
    for match in _AGO.finditer(rest):
        if (ago := _ago(match, today)) is not None:
            yield _Named(ago, match[0].strip())
    for pattern, back in _NEAR:
        if near := pattern.search(rest):
            yield _Named(today + timedelta(days=back), near[0])
            break
    first = today.replace(day=1)
    if last := _LAST_MONTH.search(rest):
        end = first - timedelta(days=1)
        end = end.replace(day=1) - timedelta(days=1) if last["two"] else end
        yield _Named(end, last[0], end.replace(day=1))
    elif this := _THIS_MONTH.search(rest):
        yield _Named(first if this["part"] else today, this[0])
    elif following := _NEXT_MONTH.search(rest):
        yield _Named((first + timedelta(days=31)).replace(day=1), following[0])


def _stretch(groups: dict[str, str | None], today: date) -> tuple[date, date] | None:
    """First and last day of what is named; the last one is the day that is asked about."""
    year = _year(groups, today)
    month, day = _number(groups.get("month")), _number(groups.get("day"))
    part, edge = groups.get("part") or "", groups.get("edge") or ""
    if year is None or (month is not None and not 1 <= month <= 12):  # noqa: PLR2004 - a calendar
        return None
    if day is not None and month is not None:
        if not 1 <= day <= calendar.monthrange(year, month)[1]:
            return None
        first = last = date(year, month, day)
    elif month is not None:
        first, last = _month(year, month, part)
    else:
        first, last = _part_of_year(year, part)
    if edge in ("之前", "以前", "前"):
        return (first - timedelta(days=1),) * 2
    if edge in ("之后", "以后", "后", "起"):
        return (first if edge == "起" or day is not None else last,) * 2
    return first, min(last, today) if first <= today <= last else last


def _month(year: int, month: int, part: str) -> tuple[date, date]:
    last = date(year, month, calendar.monthrange(year, month)[1])
    if part == "初":
        return date(year, month, 1), date(year, month, 1)
    if part.startswith("中"):
        return date(year, month, 15), date(year, month, 15)
    return (last, last) if part else (date(year, month, 1), last)


def _part_of_year(year: int, part: str) -> tuple[date, date]:
    if "上半年" in part:
        return date(year, 1, 1), date(year, 6, 30)
    if "季度" in part:
        quarter = _NUMERALS[part.removeprefix("第")[0]]
        return _month(year, 3 * quarter - 2, "")[0], _month(year, 3 * quarter, "")[1]
    if "初" in part:
        return date(year, 1, 1), date(year, 1, 1)
    if part.endswith("中"):
        return date(year, 6, 30), date(year, 6, 30)
    if "底" in part or "末" in part:
        return date(year, 12, 31), date(year, 12, 31)
    return date(year, 7 if "下半年" in part else 1, 1), date(year, 12, 31)


def _year(groups: dict[str, str | None], today: date) -> int | None:
    back = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "大前年": -3, "明年": 1}
    if spelled := groups.get("year"):
        return int("".join(str(_NUMERALS.get(c, c)) for c in spelled))
    if relative := groups.get("back"):
        return today.year + back[relative]
    return today.year


def _number(text: str | None) -> int | None:
    """``None`` where there is none; 0, which no month or day has, where it is no number: 十十, 两半."""
    if text is None:
        return None
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_NUMERALS[c]) for c in text)) if all(c in _NUMERALS for c in text) else 0
    if not {tens, ones} <= _NUMERALS.keys() | {""}:
        return 0
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)


def _ago(match: re.Match[str], today: date) -> date | None:
    months = 0
    if match["n"] == "半":
        months = {"年": 6}.get(match["unit"], 0)
        return _months_back(today, months) if months else None
    count = _number(match["n"])
    if not count:
        return None
    if match["unit"] in ("年", "月"):
        return _months_back(today, count * (12 if match["unit"] == "年" else 1))
    return today - timedelta(days=count * (1 if match["unit"] == "天" else 7))


def _months_back(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
