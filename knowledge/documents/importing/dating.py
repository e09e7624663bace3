"""Reads the days in a rule's life from its text: adoption, publication, amendments, and from when it is in force."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.documents.importing.model import Caution, CautionCode, Event, EventKind, Hints, Unit, UnitKind
from knowledge.documents.splitting import chinese_number

_YEAR = r"(?:[0-9０-９]{4}|[〇○零一二三四五六七八九]{4})"
_SMALL = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
DAY = re.compile(rf"(?P<year>{_YEAR})\s*年\s*(?P<month>{_SMALL})\s*月\s*(?P<day>{_SMALL})\s*日")
_IN_NAME = re.compile(
    r"(?<![0-9])(?P<year>[12][0-9]{3})[-._年]?(?P<month>[01][0-9])[-._月]?(?P<day>[0-3][0-9])(?![0-9])"
)
_ITSELF = (
    r"本(?:法|条例|办法|规定|规则|细则|指引|解释|决定|通知|准则|制度|意见|公告|守则|指南|规范|[\u4e00-\u9fff]{1,12})"
)
_BEGINS = r"(?:施行|实施|生效|执行|起效)"
_FROM_DAY = re.compile(rf"{_ITSELF}[^。；]{{0,12}}?自\s*(?P<on>{DAY.pattern})\s*起?(?:正式)?(?:开始)?{_BEGINS}")
_FROM_PUBLICATION = re.compile(rf"{_ITSELF}[^。；]{{0,12}}?自(?:公布|发布|印发|颁布|下发)之日起(?:正式)?{_BEGINS}")
_QUOTED = re.compile(r"[《<〈][^》>〉]*[》>〉]")
_KINDS = (
    (EventKind.EFFECTIVE, re.compile(_BEGINS)),
    (EventKind.AMENDED, re.compile(r"修正")),
    (EventKind.REVISED, re.compile(r"修订|修改")),
    (EventKind.ADOPTED, re.compile(r"通过|批准|审议")),
    (EventKind.PUBLISHED, re.compile(r"公布|发布|印发|颁布|令")),
)
_CHANGES = frozenset({EventKind.AMENDED, EventKind.REVISED})
_EARLIEST_YEAR = 1949


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that go into the front matter, and what they rest on."""

    issued_on: date | None
    effective_from: date | None
    history: tuple[Event, ...]
    cautions: tuple[Caution, ...]


def dates_of(units: Sequence[Unit], file_name: str, hints: Hints) -> Dates:
    """Days that hints name, else those of the text, else of the file's name; every guess is told."""
    history = tuple(history_of(units))
    issued_on = hints.issued_on or _issued_on(history)
    if hints.effective_from is not None:
        return Dates(issued_on, hints.effective_from, history, ())
    effective, cautions = _effective(units, history, file_name)
    return Dates(issued_on, effective, history, cautions)


def history_of(units: Sequence[Unit]) -> Iterator[Event]:
    """What the lines above the first article, and the signature, say of days."""
    for unit in units:
        if unit.kind is UnitKind.PREAMBLE:
            for line in unit.text.split("\n"):
                yield from _events(line)
        elif unit.kind is UnitKind.SIGNATURE:
            for on, _ in days_in(unit.text):
                yield Event(on, EventKind.PUBLISHED, unit.text.replace("\n", " "))


def days_in(text: str) -> Iterator[tuple[date, re.Match[str]]]:
    """Every day of the calendar that a text names."""
    for match in DAY.finditer(text):
        if (on := _day(match)) is not None:
            yield on, match


def _events(line: str) -> Iterator[Event]:
    found = list(days_in(line))
    for at, (on, match) in enumerate(found):
        end = found[at + 1][1].start() if at + 1 < len(found) else len(line)
        words = _QUOTED.sub("", line[match.end() : end])
        if line[: match.start()].endswith("自") and re.match(rf"\s*起?{_BEGINS}", words):
            yield Event(on, EventKind.EFFECTIVE, line[match.start() : end].strip())
            continue
        kinds = (kind for kind, pattern in _KINDS if pattern.search(words))
        kind = next(kinds, None)
        if kind is not None:
            yield Event(on, kind, line[match.start() : end].strip(" \u3000，,。（()）"))


def _issued_on(history: Sequence[Event]) -> date | None:
    """When this wording was issued: its last publication, revision or adoption."""
    days = [event.on for event in history if event.kind is not EventKind.EFFECTIVE]
    return max(days, default=None)


def _effective(
    units: Sequence[Unit], history: Sequence[Event], file_name: str
) -> tuple[date | None, tuple[Caution, ...]]:
    stated = sorted({*_stated(units), *(event.on for event in history if event.kind is EventKind.EFFECTIVE)})
    changed = _last_change(history)
    if stated:
        return _of_stated(stated, changed, _day_in_name(file_name))
    on_publication = any(_FROM_PUBLICATION.search(unit.text) for unit in units if _is_own(unit))
    published = _last(history, {EventKind.PUBLISHED}) or _last(history, {EventKind.ADOPTED})
    if on_publication and published is not None and (changed is None or changed <= published):
        return published, (
            Caution(CautionCode.DATE_GUESSED, f"原文写明自公布之日起施行，施行日期取公布日 {published}，请核对。"),
        )
    return _guessed(changed or published, _day_in_name(file_name))


def _of_stated(stated: list[date], changed: date | None, named: date | None) -> tuple[date, tuple[Caution, ...]]:
    """The stated day, unless the wording was changed after it: then the change says from when this wording counts."""
    effective = stated[-1]
    if changed is not None and changed > effective:
        chosen = max(changed, named) if named else changed
        told = (
            f"原文写明 {effective} 起施行，但最近一次修改在 {changed}，修改后文本的施行日期没有写在文中；"
            f"暂取 {chosen}，请核对修改决定的施行日期。"
        )
        return chosen, (Caution(CautionCode.DATE_GUESSED, told),)
    if len(stated) > 1:
        days = "、".join(str(day) for day in stated)
        told = f"文中有几个施行日期（{days}），取最后一个，请核对。"
        return effective, (Caution(CautionCode.SEVERAL_DATES, told),)
    return effective, ()


def _guessed(known: date | None, named: date | None) -> tuple[date | None, tuple[Caution, ...]]:
    if known is None and named is None:
        return None, (Caution(CautionCode.NO_DATE, "没有找到施行日期，请填写生效日期后再发布。"),)
    chosen = max(day for day in (known, named) if day is not None)
    origin = "文件名" if chosen == named else "通过、公布或修改的日期"
    return chosen, (Caution(CautionCode.DATE_GUESSED, f"文中没有写明施行日期，暂取{origin} {chosen}，请核对。"),)


def _stated(units: Sequence[Unit]) -> Iterator[date]:
    """Days that the document itself says it comes into force on: 「本法自……起施行」, in its own articles."""
    for unit in units:
        if not _is_own(unit):
            continue
        for match in _FROM_DAY.finditer(unit.text):
            day = DAY.search(match["on"])
            if day is not None and (on := _day(day)) is not None:
                yield on


def _is_own(unit: Unit) -> bool:
    return unit.kind in {UnitKind.ARTICLE, UnitKind.SECTION, UnitKind.LOOSE, UnitKind.PREAMBLE}


def _last_change(history: Sequence[Event]) -> date | None:
    """The last amendment or revision; a second adoption is one."""
    changed = [event.on for event in history if event.kind in _CHANGES]
    adopted = sorted({event.on for event in history if event.kind is EventKind.ADOPTED})
    return max([*changed, *adopted[1:]], default=None)


def _last(history: Sequence[Event], kinds: set[EventKind]) -> date | None:
    return max((event.on for event in history if event.kind in kinds), default=None)


def _day_in_name(file_name: str) -> date | None:
    match = _IN_NAME.search(file_name)
    return _day(match) if match else None


def _day(match: re.Match[str]) -> date | None:
    """The day; ``None`` where the calendar has none such."""
    year, month, day = (_number(match[part]) for part in ("year", "month", "day"))
    if year < _EARLIEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    return chinese_number(text.replace("○", "〇"))
