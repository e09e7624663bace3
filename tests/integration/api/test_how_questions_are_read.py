"""API and command line say which day was used and which slip was corrected."""

from tests.support.http_api import HttpApi


def test_the_search_result_says_its_day_and_its_corrections(api: HttpApi) -> None:
    searched = api.as_("chen").get("/api/library/search", params={"text": "2026年7月5日科创版涨跌幅"}).json()
    assert searched["as_of"] == "2026-07-05"
    assert any("2026年7月5日" in note for note in searched["notes"])
    assert any("已按「科创板」理解" in note for note in searched["notes"])


def test_a_day_that_is_chosen_wins(api: HttpApi) -> None:
    params = {"text": "2026年7月5日科创板涨跌幅", "as_of": "2026-08-01"}
    searched = api.as_("chen").get("/api/library/search", params=params).json()
    assert searched["as_of"] == "2026-08-01"
    assert any("没有采用" in note for note in searched["notes"])


def test_a_plain_question_says_nothing_more(api: HttpApi) -> None:
    searched = api.as_("chen").get("/api/library/search", params={"text": "科创板开通条件"}).json()
    assert searched["notes"] == []
