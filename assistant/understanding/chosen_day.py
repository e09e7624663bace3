"""The day whose rules answer a question, and what to say about the choice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.understanding.days import AskedDay
from knowledge.documents.model import Kind, Provision

SearchOn = Callable[[str, date], Sequence[Provision]]
"""Finds provisions in force on a day, best first: for a question, or for a short reference such as ``SUIT:22``."""

_TRIED, _STEPS = 5, 6
"""Provisions of which an earlier wording is looked for, and how many versions back."""


@dataclass(frozen=True, slots=True)
class ChosenDay:
    """``note`` is a sentence for the reader; none where today was not even in question."""

    day: date
    note: str | None = None


def chosen_day(text: str, asked: AskedDay, *, given: date | None, today: date, search: SearchOn) -> ChosenDay:
    """The day that the reader chose, else the one that the question names, else the one before a change, else today."""
    if given is not None:
        other = asked.day is not None and asked.day != given and bool(asked.words)
        return ChosenDay(given, f"已按所选的{_day(given)}查，问题里的「{asked.words[0]}」没有采用。" if other else None)
    if asked.day is not None:
        return ChosenDay(asked.day, f"问题里的「{asked.words[0]}」按{_day(asked.day)}理解，以下是那一天有效的规则。")
    if asked.impossible is not None:
        return ChosenDay(today, f"日历上没有「{asked.impossible}」这一天，以下按今天（{_day(today)}）有效的规则。")
    if asked.before_change:
        return _before_change(text, asked.words[0], today=today, search=search)
    if len(asked.words) > 1:
        named = "、".join(f"「{each}」" for each in asked.words)
        return ChosenDay(
            today, f"问题里有几个日期（{named}），以下按今天（{_day(today)}）有效的规则；要查其中一天，请只写那一天。"
        )
    return ChosenDay(today)


def changed_meanwhile(asked: AskedDay, day: date, cited: Iterable[Provision], search: SearchOn) -> str | None:
    """What to say where a cited text reads as it does only since some day of the stretch that was asked about."""
    if asked.since is None or asked.day != day:
        return None
    for provision in cited:
        began = provision.period.effective_from
        if asked.since < began <= day and _last_change(provision, search) == began:
            changed = f"{provision.citation}的这一版自{_day(began)}起施行"
            return f"「{asked.words[0]}」之内规则有变化：{changed}，更早的日子请单独查。"
    return None


def _before_change(text: str, words: str, *, today: date, search: SearchOn) -> ChosenDay:
    """The day before the wording that answers today came into force: of a rule rather than of what tells about it."""
    found = sorted(search(text, today)[:_TRIED], key=lambda each: each.kind is not Kind.RULE)
    for provision in found:
        if (newer := _last_change(provision, search)) is not None:
            day = newer - timedelta(days=1)
            title = provision.document_title
            return ChosenDay(
                day, f"「{words}」按《{title}》自{_day(newer)}起的改动理解，以下是前一天（{_day(day)}）有效的规则。"
            )
    return ChosenDay(today, f"没有找到「{words}」的旧版本，以下按今天（{_day(today)}）有效的规则。")


def _last_change(provision: Provision, search: SearchOn) -> date | None:
    """Since when the provision reads as it does; ``None`` where the library holds no other wording before."""
    began = provision.period.effective_from
    for _ in range(_STEPS):
        earlier = next(iter(search(provision.ref.short, began - timedelta(days=1))), None)
        if earlier is None or earlier.ref.short != provision.ref.short:
            return None
        if earlier.text != provision.text:
            return began
        began = earlier.period.effective_from
    return None


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
