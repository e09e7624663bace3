"""The keeper publishes; everybody searches and opens provisions, as far as they may see."""

from datetime import date
from pathlib import Path

import pytest

from assistant.audit.model import AuditEvent
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Kind
from tests.support.house import CHEN, KEEPER, House
from tests.support.library import a_file, write_library

FIVE = a_file("## 3.1 涨幅\n演示板股票的涨跌幅限制是5%。", id="DEMO", short_title="演示规则", effective_to="2026-07-06")
TEN = a_file(
    "## 3.1 涨幅\n演示板股票的涨跌幅限制是10%。",
    id="DEMO",
    short_title="演示规则",
    version='"2026-07-06"',
    effective_from="2026-07-06",
)
QUESTION = "演示板股票的涨跌幅限制"


def published(house: House) -> int:
    with house.application.publish_library.storage.reading() as work:
        return work.audit.counts().get(AuditEvent.VERSION_PUBLISHED, 0)


def test_what_is_published_is_found_at_once_and_by_day(house: House, tmp_path: Path) -> None:
    before = published(house)
    report = house.application.publish_library(write_library(tmp_path / "new", FIVE, TEN), by=KEEPER)
    assert report.published == ("DEMO@2017-07-01", "DEMO@2026-07-06")
    assert report.indexed_documents == 1
    assert published(house) == before + 2
    for day, text in ((date(2026, 7, 5), "5%"), (date(2026, 7, 6), "10%")):
        result = house.application.search_library(QUESTION, as_of=day, by=CHEN)
        assert result.enough
        assert text in result.hits[0].provision.text


def test_publishing_again_changes_nothing(house: House, tmp_path: Path) -> None:
    folder = write_library(tmp_path / "new", FIVE, TEN)
    house.application.publish_library(folder, by=KEEPER)
    before = published(house)
    again = house.application.publish_library(folder, by=KEEPER)
    assert (again.published, again.unchanged, again.indexed_documents) == ((), 2, 0)
    assert published(house) == before


def test_one_bad_file_publishes_nothing(house: House, tmp_path: Path) -> None:
    before = published(house)
    with pytest.raises(Invalid, match="effective_from"):
        house.application.publish_library(
            write_library(tmp_path / "bad", FIVE, a_file(id="OTHER", effective_from="2026-02-30")), by=KEEPER
        )
    with pytest.raises(Conflict, match="已经发布"):
        house.application.publish_library(
            write_library(tmp_path / "changed", FIVE, a_file(id="SUIT", version='"2022-08-12"')), by=KEEPER
        )
    assert published(house) == before
    with pytest.raises(NotFound):
        house.application.show_provision("DEMO:3.1", as_of=date(2026, 1, 1), by=KEEPER)


OPEN_FIVE = FIVE.replace("effective_to: 2026-07-06", "effective_to: null")


def test_a_new_version_supersedes_the_open_one_when_asked_to(house: House, tmp_path: Path) -> None:
    old, new = write_library(tmp_path / "old", OPEN_FIVE), write_library(tmp_path / "new", TEN)
    house.application.publish_library(old, by=KEEPER)
    with pytest.raises(Conflict, match="替代旧版"):
        house.application.publish_library(new, by=KEEPER)
    report = house.application.publish_library(new, supersede=True, by=KEEPER)
    assert (report.published, report.superseded) == (("DEMO@2026-07-06",), ("DEMO@2017-07-01",))
    for day, text in ((date(2026, 7, 5), "5%"), (date(2026, 7, 6), "10%")):
        assert text in house.application.search_library(QUESTION, as_of=day, by=CHEN).hits[0].provision.text
    with house.application.publish_library.storage.reading() as work:
        (entry,) = [
            each
            for each in work.audit.entries(subject="document:DEMO@2017-07-01")
            if each.record.event is AuditEvent.VERSION_SUPERSEDED
        ]
    assert entry.record.actor_id == KEEPER.id
    assert entry.record.detail == {"by": "2026-07-06", "effective_to": "2026-07-06"}
    again = house.application.publish_library(old, supersede=True, by=KEEPER)
    assert (again.published, again.superseded, again.unchanged) == ((), (), 1)


def test_versions_given_in_any_order_are_published_oldest_first(house: House) -> None:
    report = house.application.publish_library.publish_loaded(
        [load_bytes(TEN.encode()), load_bytes(OPEN_FIVE.encode())], supersede=True, by=KEEPER
    )
    assert report.published == ("DEMO@2017-07-01", "DEMO@2026-07-06")
    assert report.superseded == ("DEMO@2017-07-01",)


def test_a_supersession_that_fails_leaves_the_old_version_open(house: House) -> None:
    house.application.publish_library.publish_loaded([load_bytes(OPEN_FIVE.encode())], by=KEEPER)
    changed = a_file(id="SUIT", version='"2022-08-12"')
    with pytest.raises(Conflict, match="已经发布"):
        house.application.publish_library.publish_loaded(
            [load_bytes(TEN.encode()), load_bytes(changed.encode())], supersede=True, by=KEEPER
        )
    assert house.application.show_provision("DEMO:3.1", as_of=date(2026, 7, 6), by=CHEN).ref.version == "2017-07-01"


def test_only_the_keeper_publishes(house: House, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        house.application.publish_library(write_library(tmp_path / "new", FIVE), by=CHEN)
    with pytest.raises(NotPermitted):
        house.application.publish_library.publish_loaded([load_bytes(FIVE.encode())], by=CHEN)


def test_a_reference_opens_the_version_of_the_day(house: House) -> None:
    show = house.application.show_provision
    assert show("SUIT:22", as_of=date(2022, 8, 11), by=CHEN).ref.version == "2020-10-30"
    assert show("SUIT:22", as_of=date(2022, 8, 12), by=CHEN).ref.version == "2022-08-12"
    assert show("SUIT:22", by=CHEN).ref.version == "2022-08-12"
    assert show("SUIT:22@2020-10-30", by=CHEN).ref.version == "2020-10-30"
    assert show("适当性办法第二十二条", by=CHEN).ref.short == "SUIT:22"


@pytest.mark.parametrize("reference", ["", "第22条", "随便写的", "SUIT:22@", "SUIT:@x"])
def test_a_reference_that_cannot_be_read_is_invalid(house: House, reference: str) -> None:
    with pytest.raises(Invalid, match="不是条文引用"):
        house.application.show_provision(reference, by=CHEN)


@pytest.mark.parametrize("reference", ["SUIT:999", "NONE:1", "SUIT:22@1999-01-01"])
def test_a_provision_that_is_not_there_is_not_found(house: House, reference: str) -> None:
    with pytest.raises(NotFound):
        house.application.show_provision(reference, by=CHEN)


def test_what_is_not_for_a_reader_is_not_there(house: House) -> None:
    internal = "GUIDE-AML:1"
    assert house.application.show_provision(internal, by=KEEPER)
    for reader in (CHEN, house.customer):
        with pytest.raises(NotFound):
            house.application.show_provision(internal, by=reader)
        found = house.application.search_library(
            "反洗钱指南 客户身份核实", as_of=date(2026, 11, 22), by=reader, limit=50
        )
        assert "GUIDE-AML" not in {hit.provision.ref.document_id for hit in found.hits}


def test_search_is_narrowed_by_kind_and_refuses_nonsense(house: House) -> None:
    search = house.application.search_library
    result = search("客户问能不能保本", as_of=date(2026, 11, 22), by=CHEN, kinds={Kind.SCRIPT}, limit=5)
    assert len(result.hits) == 5
    assert {hit.provision.kind for hit in result.hits} == {Kind.SCRIPT}
    for text, limit in (("", 8), ("  \n", 8), ("科创板", 0), ("科创板", 101), ("长" * 4001, 8)):
        with pytest.raises(Invalid):
            search(text, as_of=date(2026, 11, 22), by=CHEN, limit=limit)
