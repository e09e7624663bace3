"""A new version takes its place among the others, or is told what stands in its way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.model import Period, Version, VersionState, Withdrawal
from knowledge.documents.succession import Succession, succession
from knowledge.errors import Conflict
from tests.support.library import a_loaded_version


def a_version(label: str, begins: date, ends: date | None = None) -> Version:
    return a_loaded_version(
        id="DEMO", version=label, effective_from=begins.isoformat(), effective_to=ends.isoformat() if ends else "null"
    ).version


def day(year: int) -> date:
    return date(year, 1, 1)


def test_an_open_predecessor_ends_on_the_first_day_of_its_successor() -> None:
    old, new = a_version("old", day(2017)), a_version("new", day(2022))
    fits = succession(new, (old,), supersede=True)
    assert fits.closes is not None
    assert (fits.closes.label, fits.closes.period) == ("old", Period(effective_from=day(2017), effective_to=day(2022)))
    assert fits.gap is None


def test_without_the_wish_to_supersede_an_overlap_is_refused() -> None:
    old, new = a_version("old", day(2017)), a_version("new", day(2022))
    with pytest.raises(Conflict, match=r"old 版（2017-01-01 起）有效期重叠.*替代旧版"):
        succession(new, (old,), supersede=False)


def test_a_successor_may_begin_before_the_announced_end_of_its_predecessor() -> None:
    old, new = a_version("old", day(2017), day(2025)), a_version("new", day(2022))
    closes = succession(new, (old,), supersede=True).closes
    assert closes is not None
    assert closes.period.effective_to == day(2022)


def test_two_versions_that_begin_on_one_day_are_a_correction_or_an_error() -> None:
    old, new = a_version("old", day(2017)), a_version("new", day(2017))
    with pytest.raises(Conflict, match=r"同在 2017-01-01 生效.*更正"):
        succession(new, (old,), supersede=True)


def test_an_earlier_version_must_say_when_it_ended() -> None:
    later, earlier = a_version("later", day(2022)), a_version("earlier", day(2017))
    with pytest.raises(Conflict, match=r"早于已发布的 later 版.*effective_to，不晚于 2022-01-01"):
        succession(earlier, (later,), supersede=True)
    ended = a_version("earlier", day(2017), day(2022))
    assert succession(ended, (later,), supersede=True) == Succession()


def test_a_version_between_two_says_when_it_ended_and_ends_the_first() -> None:
    first, last = a_version("first", day(2017), day(2022)), a_version("last", day(2022))
    with pytest.raises(Conflict, match="早于已发布的 last 版"):
        succession(a_version("between", day(2020)), (first, last), supersede=True)
    closes = succession(a_version("between", day(2020), day(2022)), (first, last), supersede=True).closes
    assert closes is not None
    assert (closes.label, closes.period.effective_to) == ("first", day(2020))


def test_a_version_cannot_cut_another_in_two() -> None:
    first = a_version("first", day(2017), day(2022))
    with pytest.raises(Conflict, match=r"落在 first 版.*中间.*2022-01-01"):
        succession(a_version("between", day(2019), day(2020)), (first,), supersede=True)


def test_days_without_any_version_are_told() -> None:
    first = a_version("first", day(2017), day(2020))
    assert succession(a_version("next", day(2022)), (first,), supersede=True) == Succession(
        gap=Period(effective_from=day(2020), effective_to=day(2022))
    )


def test_a_withdrawn_version_stands_in_nobodys_way() -> None:
    wrong = replace(a_version("wrong", day(2017)), withdrawal=Withdrawal(on=day(2018), reason="误发"))
    assert succession(a_version("right", day(2017)), (wrong,), supersede=False) == Succession()


_DAYS = st.integers(0, 40).map(lambda number: day(2020) + timedelta(days=number))


@given(st.lists(st.tuples(_DAYS, st.none() | _DAYS), max_size=12))
def test_whatever_is_published_two_versions_are_never_in_force_on_one_day(
    attempts: list[tuple[date, date | None]],
) -> None:
    known: dict[str, Version] = {}
    for number, (begins, ends) in enumerate(attempts):
        if ends is not None and ends <= begins:
            continue
        version = a_version(f"v{number}", begins, ends)
        try:
            fits = succession(version, known.values(), supersede=True)
        except Conflict:
            continue
        known[version.label] = version
        if fits.closes is not None:
            known[fits.closes.label] = fits.closes
    for number in range(45):
        in_force = [each for each in known.values() if each.in_force_on(day(2020) + timedelta(days=number))]
        assert len(in_force) <= 1


def test_the_state_of_a_version_follows_from_the_day_and_the_others() -> None:
    old, new = a_version("old", day(2017), day(2022)), a_version("new", day(2022), day(2025))
    others = (old, new)
    assert old.state(date(2016, 12, 31), others=others) is VersionState.UPCOMING
    assert old.state(day(2017), others=others) is VersionState.IN_FORCE
    assert old.state(date(2021, 12, 31), others=others) is VersionState.IN_FORCE
    assert old.state(day(2022), others=others) is VersionState.SUPERSEDED
    assert new.state(date(2021, 12, 31), others=others) is VersionState.UPCOMING
    assert new.state(day(2025), others=others) is VersionState.REPEALED
    withdrawn = replace(new, withdrawal=Withdrawal(on=day(2023), reason="误发"))
    assert withdrawn.state(day(2024), others=others) is VersionState.WITHDRAWN
    assert old.state(day(2024), others=(old, withdrawn)) is VersionState.REPEALED


def test_between_its_end_and_a_later_version_nothing_took_its_place_yet() -> None:
    old, new = a_version("old", day(2017), day(2020)), a_version("new", day(2022))
    assert old.state(day(2021), others=(old, new)) is VersionState.REPEALED
    assert old.state(day(2022), others=(old, new)) is VersionState.SUPERSEDED
