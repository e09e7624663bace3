"""The page of batches: asked for, followed while it runs, stopped; what people wrote is never markup."""

from collections.abc import Generator, Iterator
from typing import Any, cast

import pytest

from tests.support.house import House
from tests.support.http_api import HttpApi, an_api
from ui.client import ApiClient, ApiError
from ui.language import Language
from ui.pages import plans
from ui.panels import Caller

PATH = "/plans"


@pytest.fixture
def api(house: House) -> Iterator[HttpApi]:
    with an_api(house) as opened:
        yield opened


def a_caller(api: HttpApi, username: str, **data: str) -> Caller:
    client = ApiClient(api.as_(username))
    return Caller(client=client, actor=client.actor(), language=Language.CHINESE, path=PATH, query={}, data=data)


@pytest.fixture
def view() -> plans._View:
    state, form, main = cast("Any", ("state", "form", "main"))  # keys of the updates are all that counts
    return plans._View(state=state, form=form, main=main)


def last(updates: Iterator[dict[object, object]]) -> str:
    return str(list(updates)[-1]["main"])


def test_a_batch_is_asked_for_followed_and_cancelled(api: HttpApi, view: plans._View) -> None:
    running = cast("Generator[dict[Any, Any]]", view.act(a_caller(api, "chen", act="draft"), plans.PlansState()))
    first = next(running)
    html, state = str(first["main"]), first["state"]
    assert 'data-state="running"' in html
    assert "暂停" in html
    running.close()
    stopped = last(view.act(a_caller(api, "chen", act="cancel", batch=state.batch_id), state))
    assert 'data-state="cancelled"' in stopped
    assert "暂停" not in stopped


def test_the_page_opens_empty_and_offers_headquarters_more(api: HttpApi, view: plans._View) -> None:
    opened, offered = list(view.open(a_caller(api, "zhou"))), list(view.open(a_caller(api, "ops")))
    assert "我的全部客户" in str(opened[0]["form"])
    assert "某位投资顾问" not in str(opened[0]["form"])
    assert "某位投资顾问" in str(offered[0]["form"])
    assert "还没有批次" in str(opened[-1]["main"])


def test_a_segment_is_chosen_by_its_kinds_and_not_beside_an_account(api: HttpApi, view: plans._View) -> None:
    with pytest.raises(ApiError, match="只能选一种"):
        list(view.act(a_caller(api, "ops", act="draft", account="chen", value="wealthy"), plans.PlansState()))
    wish = plans._wish(a_caller(api, "ops", value="wealthy", behaviour="trader", life_cycle="nonsense"))
    assert wish == {"chosen": "segment", "value": "wealthy·trader", "again": False}
    assert plans._wish(a_caller(api, "ops", account="chen")) == {"chosen": "advisor", "value": "chen", "again": False}
