"""Tags follow the day: nobody has to write anything for an assessment to lapse."""

from tests.support.house import CHEN, House


def test_planning_the_day_refreshes_the_tags_of_the_book(house: House) -> None:
    browse, plan_day = house.application.browse_customers, house.application.plan_day
    before = browse.tags(CHEN)
    house.time.advance(days=900)
    for run in plan_day.due():
        plan_day(run)
    after = browse.tags(CHEN)
    book = browse.page(CHEN, limit=200).total
    opted_out = before.get("不接受个性化推荐", 0)
    assert before.get("测评失效", 0) < after["测评失效"] == book - opted_out
    assert after.get("不接受个性化推荐", 0) == opted_out
    assert "近期投诉" not in after
