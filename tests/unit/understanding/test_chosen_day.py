"""Which day answers a question, and that the reader is told."""

from collections.abc import Sequence
from datetime import date

import pytest

from assistant.understanding.chosen_day import changed_meanwhile, chosen_day
from assistant.understanding.days import asked_day
from knowledge.documents.model import Kind, Provision
from tests.support.library import a_provision

TODAY = date(2026, 11, 22)
CHANGED = date(2026, 7, 6)
OLD = a_provision("RULE:3@2023", text="涨跌幅为5%。", effective_from=date(2023, 2, 17), effective_to=CHANGED)
NEW = a_provision("RULE:3@2026", text="涨跌幅为10%。", effective_from=CHANGED)
GUIDE_OLD = a_provision(
    "GUIDE:1@a", text="同上。", kind=Kind.GUIDE, effective_from=CHANGED, effective_to=date(2026, 8, 31)
)
GUIDE_NEW = a_provision("GUIDE:1@b", text="同上。", kind=Kind.GUIDE, effective_from=date(2026, 8, 31))
ONLY = a_provision("ONLY:1@x", text="没有旧版本。", effective_from=date(2020, 1, 1))


def library(*texts: Provision) -> "SearchIn":
    return SearchIn(texts)


class SearchIn:
    def __init__(self, texts: Sequence[Provision]) -> None:
        self._texts = texts

    def __call__(self, text: str, day: date) -> list[Provision]:
        held = [each for each in self._texts if each.in_force_on(day)]
        return [each for each in held if each.ref.short == text] or held


def choose(text: str, *texts: Provision, given: date | None = None) -> tuple[date, str | None]:
    chosen = chosen_day(text, asked_day(text, today=TODAY), given=given, today=TODAY, search=library(*texts))
    return chosen.day, chosen.note


def test_without_a_day_it_is_today_and_nothing_is_said() -> None:
    assert choose("ST涨跌幅", OLD, NEW) == (TODAY, None)


def test_the_day_of_the_question_is_used_and_told() -> None:
    day, note = choose("去年三月ST涨跌幅", OLD, NEW)
    assert day == date(2025, 3, 31)
    assert note is not None
    assert "去年三月" in note
    assert "2025年3月31日" in note


@pytest.mark.parametrize("words", ["新规之前", "修订前", "改之前", "旧规则里", "以前的规定"])
def test_before_a_change_is_the_day_before_the_wording_of_today(words: str) -> None:
    day, note = choose(f"{words}ST涨跌幅是多少", OLD, NEW)
    assert day == date(2026, 7, 5)
    assert note is not None
    assert "2026年7月5日" in note


def test_a_new_version_with_the_same_wording_is_no_change_and_rules_count_first() -> None:
    assert choose("新规之前ST涨跌幅", GUIDE_NEW, GUIDE_OLD, OLD, NEW)[0] == date(2026, 7, 5)


def test_without_an_older_wording_it_is_today_and_that_is_told() -> None:
    day, note = choose("新规之前是多少", ONLY)
    assert day == TODAY
    assert note is not None
    assert "没有找到" in note


def test_several_days_are_told_and_none_is_guessed() -> None:
    day, note = choose("2023年和2024年的ST涨跌幅", OLD, NEW)
    assert day == TODAY
    assert note is not None
    assert "2023年" in note
    assert "2024年" in note


def test_the_chosen_day_wins_and_the_other_is_told() -> None:
    day, note = choose("去年三月ST涨跌幅", OLD, NEW, given=date(2026, 8, 1))
    assert day == date(2026, 8, 1)
    assert note is not None
    assert "没有采用" in note
    assert choose("ST涨跌幅", NEW, given=date(2026, 8, 1)) == (date(2026, 8, 1), None)


@pytest.mark.parametrize(
    ("text", "told"), [("2026年7月ST涨跌幅", True), ("2026年8月ST涨跌幅", False), ("2026年7月6日ST涨跌幅", False)]
)
def test_a_change_within_the_month_that_is_asked_about_is_told(text: str, told: bool) -> None:
    asked = asked_day(text, today=TODAY)
    assert asked.day is not None
    assert (changed_meanwhile(asked, asked.day, (NEW,), library(OLD, NEW)) is not None) is told


def test_a_day_that_no_calendar_has_leaves_today_and_is_told() -> None:
    text = "2026年2月30日主板ST涨跌幅"
    chosen = chosen_day(text, asked_day(text, today=TODAY), given=None, today=TODAY, search=library())
    assert chosen.day == TODAY
    assert "日历上没有「2026年2月30日」这一天" in (chosen.note or "")
