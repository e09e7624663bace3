"""History, comparison, links, impact, withdrawal and repeal over HTTP, as far as the caller may see."""

from pathlib import Path

import pytest

from tests.support.house import KEEPER
from tests.support.http_api import HttpApi
from tests.support.library import a_file, write_library

DOCUMENTS = "/api/library/documents"
FIRST = """
# 第一章 总则

## 第一条

经营机构应当按照《证券期货投资者适当性管理办法》第二十二条告知客户。

## 第二条

受理时间为三十分钟。
"""
SECOND = FIRST.replace("三十分钟", "十五分钟").replace(
    "## 第二条", "## 第二条\n\n新增的一条，与其他条文没有关系。\n\n## 第三条"
)


@pytest.fixture(scope="module", autouse=True)
def desk(api: HttpApi, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A document in two versions, and one of another branch."""
    folder: Path = tmp_path_factory.mktemp("desk")
    facts = {"id": "DESK", "title": "柜台办法", "short_title": "柜台办法", "topics": "[]"}
    old = a_file(FIRST, **facts, effective_from="2026-01-01", version='"2026-01-01"')
    new = a_file(SECOND, **facts, effective_from="2026-12-01", version='"2026-12-01"')
    away = a_file(FIRST, **facts | {"id": "AWAY"}, branches="[深圳深南路营业部]", audience="internal")
    publish = api.house.application.publish_library
    publish(write_library(folder / "old", old, away), by=KEEPER)
    publish(write_library(folder / "new", new), supersede=True, by=KEEPER)


def test_a_document_tells_its_history(api: HttpApi) -> None:
    history = api.as_("keeper").get(f"{DOCUMENTS}/DESK/history").json()
    assert [(stage["state"], stage["articles"]) for stage in history["stages"]] == [("in_force", 2), ("upcoming", 3)]
    counts = {count["change"]: count["articles"] for count in history["stages"][1]["counts"]}
    assert (counts["added"], counts["renumbered_and_amended"], counts["unchanged"]) == (1, 1, 1)
    assert [event["event_label"] for event in history["stages"][0]["events"]] == ["发布", "被替代"]
    later = api.as_("keeper").get(f"{DOCUMENTS}/DESK/history", params={"on": "2026-12-01"}).json()
    assert [stage["state_label"] for stage in later["stages"]] == ["已被替代", "现行有效"]
    told = api.as_("customer").get(f"{DOCUMENTS}/DESK/history").json()
    assert [stage["events"] for stage in told["stages"]] == [[], []]


def test_an_article_is_followed_through_its_numbers(api: HttpApi) -> None:
    stages = api.as_("chen").get("/api/library/provisions/DESK:2/history").json()["stages"]
    assert [stage["provision"]["ref"] for stage in stages] == ["DESK:2@2026-01-01", "DESK:3@2026-12-01"]
    assert stages[1]["change"]["change_label"] == "条号变动并修改"


def test_versions_are_compared_word_by_word(api: HttpApi) -> None:
    query = {"before": "DESK@2026-01-01", "after": "DESK@2026-12-01"}
    changes = api.as_("chen").get("/api/library/comparisons", params=query).json()["changes"]
    assert [article["change"] for article in changes["articles"]] == ["added", "renumbered_and_amended"]
    marks = {(mark["mark"], mark["text"]) for mark in changes["articles"][1]["marks"]}
    assert {("delete", "三十"), ("insert", "十五")} <= marks
    everything = api.as_("chen").get("/api/library/comparisons", params=query | {"unchanged": "true"}).json()
    assert len(everything["changes"]["articles"]) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"before": "DESK@2026-01-01"}, 422),
        ({"before": "DESK", "after": "DESK@2026-12-01"}, 422),
        ({"before": "DESK@2026-01-01", "after": "DESK@nothing"}, 404),
        ({"before": "DESK@2026-01-01", "after": "AWAY@2017-07-01"}, 404),
        ({"before": "DESK@2026-01-01", "after": "DESK@../../x"}, 422),
    ],
)
def test_a_comparison_of_what_is_not_there_is_refused(api: HttpApi, query: dict[str, str], status: int) -> None:
    assert api.as_("chen").get("/api/library/comparisons", params=query).status_code == status


def test_a_document_of_another_branch_is_not_there_by_any_road(api: HttpApi) -> None:
    label = "2017-07-01"
    roads = [
        f"{DOCUMENTS}/AWAY/history",
        f"{DOCUMENTS}/AWAY/versions/{label}/file",
        f"{DOCUMENTS}/AWAY/versions/{label}/provisions",
        "/api/library/provisions/AWAY:1/links",
        "/api/library/provisions/AWAY:1/history",
        f"/api/library/provisions/AWAY:1@{label}/links",
    ]
    assert [api.as_("keeper").get(road).status_code for road in roads] == [200] * len(roads)
    for reader in ("chen", "customer"):
        assert [api.as_(reader).get(road).status_code for road in roads] == [404] * len(roads)
        assert "AWAY" not in api.as_(reader).get(DOCUMENTS, params={"text": "柜台办法"}).text
        cited_by = api.as_(reader).get("/api/library/provisions/SUIT:22/links").json()["cited_by"]
        assert "AWAY" not in {each["ref"].partition(":")[0] for each in cited_by}


def test_links_lead_both_ways(api: HttpApi) -> None:
    shown = api.as_("chen").get("/api/library/provisions/DESK:1/links").json()
    assert "SUIT:22@2022-08-12" in {each["ref"] for each in shown["cites"]}
    assert (shown["state"], shown["provision"]["places"]) == ("in_force", ["1"])
    back = api.as_("chen").get("/api/library/provisions/SUIT:22/links").json()
    assert "DESK:1@2026-01-01" in {each["ref"] for each in back["cited_by"]}


def test_the_list_is_filtered_by_issuer_and_state(api: HttpApi) -> None:
    chen = api.as_("chen")
    issuers = chen.get("/api/library/issuers").json()["items"]
    assert "中国证监会" in issuers
    listed = chen.get(DOCUMENTS, params={"issuer": "中国证监会", "state": "upcoming", "limit": 200}).json()["items"]
    assert "DESK" in {row["document_id"] for row in listed}
    assert {(row["issuer"], row["state_label"]) for row in listed} == {("中国证监会", "待生效")}
    pages = [chen.get(DOCUMENTS, params={"limit": 2, "offset": offset}).json() for offset in (0, 2)]
    assert pages[0]["total"] == pages[1]["total"] > 4
    assert pages[0]["items"][0] != pages[1]["items"][0]


def test_what_rests_on_an_article_is_told_to_keepers(api: HttpApi) -> None:
    impact = api.as_("keeper").get("/api/library/provisions/SUIT:22/impact").json()
    assert "DESK:1@2026-01-01" in {text["text"]["ref"] for text in impact["texts"]}
    ending = api.as_("keeper").get(f"{DOCUMENTS}/DESK/versions/2026-12-01/impact", params={"ending_on": "2027-01-01"})
    assert {change["change"] for change in ending.json()["changes"]} == {"repealed"}


def test_the_file_can_be_published_again(api: HttpApi) -> None:
    answer = api.as_("keeper").get(f"{DOCUMENTS}/DESK/versions/2026-12-01/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''DESK%402026-12-01.md"
    again = api.as_("keeper").post("/api/library/imports/previews", files={"file": ("DESK.md", answer.content)})
    assert again.json()["standing"] == "same"


def test_a_withdrawn_version_is_in_force_no_more_and_the_one_before_goes_on(api: HttpApi) -> None:
    path = f"{DOCUMENTS}/DESK/versions/2026-12-01/withdrawal"
    assert api.as_("chen").post(path, json={"reason": "测试。", "reopen": True}).status_code == 403
    done = api.as_("keeper").post(path, json={"reason": "发布有误。", "reopen": True})
    assert done.status_code == 200
    assert done.json()["reopened"]["effective_to"] is None
    assert api.as_("keeper").post(path, json={"reason": "再来一次。"}).status_code == 409
    shown = api.as_("chen").get("/api/library/provisions/DESK:3@2026-12-01/links").json()
    assert (shown["state_label"], shown["provision"]["withdrawn"]) == ("已撤回", True)


def test_a_repeal_can_be_taken_back_before_its_day(api: HttpApi) -> None:
    version = f"{DOCUMENTS}/DESK/versions/2026-01-01"
    repealed = api.as_("keeper").post(f"{version}/repeal", json={"on": "2027-01-01", "reason": "不再需要。"})
    assert repealed.json()["version"]["effective_to"] == "2027-01-01"
    undone = api.as_("keeper").post(f"{version}/reopening", json={"reason": "还需要。"})
    assert undone.json()["version"]["effective_to"] is None
