"""A house that was filled from earlier files follows them as they are now; no published text changes silently."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.audit.model import AuditEvent
from assistant.errors import Conflict
from assistant.identity.model import SYSTEM
from assistant.workflows.publish_library import PublishLibrary
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import LoadedVersion, Version
from tests.support.house import KEEPER, SHEN, House, a_house
from tests.support.library import a_file, write_library

DAY = date(2026, 11, 22)
TEXT = "## 3.1 涨幅\n演示板股票的涨跌幅限制是5%。\n\n> 问：演示板一天最多涨多少？"
ASKED = TEXT + "\n> 问：演示板涨停板几个点？"
LAST = TEXT.replace("5%", "20%")
AMENDED = "## 3.1 涨幅\n演示板股票的涨跌幅限制是10%。\n\n## 3.2 跌幅\n跌幅相同。"


def a_version(body: str = TEXT, **fields: str) -> LoadedVersion:
    return load_bytes(a_file(body, **({"id": "DEMO", "short_title": "演示规则"} | fields)).encode())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def publish(house: House) -> PublishLibrary:
    return house.application.publish_library


def versions(house: House, document_id: str = "DEMO") -> tuple[Version, ...]:
    with house.application.publish_library.storage.reading() as work:
        return work.documents.versions(document_id)


def found(house: House, question: str) -> list[str]:
    return [str(hit.provision.ref) for hit in house.application.search_library(question, by=KEEPER).hits]


def test_questions_that_changed_follow_the_file(house: House, publish: PublishLibrary) -> None:
    publish.publish_loaded([a_version()], by=KEEPER)
    report = publish.publish_loaded([a_version(ASKED, topics="[涨停板]", verification="secondary")], by=KEEPER)
    assert (report.annotated, report.published, report.corrected) == (("DEMO@2017-07-01",), (), ())
    assert report.indexed_documents == 1
    shown = house.application.show_provision("DEMO:3.1", by=KEEPER)
    assert shown.typical_questions == ("演示板一天最多涨多少？", "演示板涨停板几个点？")
    assert shown.verification.value == "secondary"
    with publish.storage.reading() as work:
        events = [each.record.event for each in work.audit.entries(subject="document:DEMO@2017-07-01")]
    assert events == [AuditEvent.VERSION_PUBLISHED, AuditEvent.VERSION_ANNOTATED]
    assert publish.publish_loaded([a_version(ASKED, topics="[涨停板]", verification="secondary")], by=KEEPER).unchanged


def test_a_text_that_changed_is_refused_until_it_is_told_to_be_a_correction(
    house: House, publish: PublishLibrary
) -> None:
    other = a_version(id="OTHER", title="另一规则")
    publish.publish_loaded([a_version(), other], by=KEEPER)
    changed = [a_version(AMENDED), a_version(AMENDED, id="OTHER", title="另一规则")]
    with pytest.raises(Conflict) as refused:
        publish.publish_loaded(changed, by=KEEPER)
    for told in ("DEMO@2017-07-01 已经发布", "OTHER@2017-07-01 已经发布", "--correct", "共 2 个文档"):
        assert told in refused.value.message
    report = publish.publish_loaded(changed, correct=True, by=KEEPER)
    assert report.corrected == ("DEMO@2017-07-01", "OTHER@2017-07-01")
    old, new = versions(house)
    assert (old.withdrawal is not None, new.replaces, new.period) == (True, "2017-07-01", old.period)
    assert "5%" in house.application.show_provision("DEMO:3.1@2017-07-01", by=KEEPER).text
    assert "10%" in house.application.show_provision("DEMO:3.1", by=KEEPER).text
    assert found(house, "演示规则3.2")[0] == f"DEMO:3.2@{new.label}"


def test_publishing_again_after_that_changes_nothing(house: House, publish: PublishLibrary) -> None:
    asked = AMENDED + "\n\n> 问：跌多少？"
    states = [a_version(), a_version(AMENDED), a_version(asked), a_version(LAST)]
    for state in states:
        publish.publish_loaded([state], correct=True, by=KEEPER)
    before = versions(house)
    assert [each.withdrawal is None for each in before].count(True) == 1
    assert "20%" in house.application.show_provision("DEMO:3.1", by=KEEPER).text
    for state in (states[0], states[2], states[3]):
        for correct in (False, True):
            report = publish.publish_loaded([state], correct=correct, by=KEEPER)
            assert (report.unchanged, report.published, report.annotated, report.corrected) == (1, (), (), ())
    assert versions(house) == before
    assert house.application.verify_audit(by=SYSTEM).intact


def test_an_end_that_only_the_record_knows_stays(house: House, publish: PublishLibrary) -> None:
    publish.publish_loaded([a_version()], by=KEEPER)
    later = a_version(AMENDED, version='"2026-07-06"', effective_from="2026-07-06")
    publish.publish_loaded([later], supersede=True, by=KEEPER)
    with pytest.raises(Conflict, match="失效日是 2026-07-06"):
        publish.publish_loaded([a_version(ASKED)], by=KEEPER)
    publish.publish_loaded([a_version(ASKED)], correct=True, by=KEEPER)
    publish.publish_loaded([a_version(LAST)], correct=True, by=KEEPER)
    assert {each.period.effective_to for each in versions(house) if each.label != "2026-07-06"} == {date(2026, 7, 6)}


def test_what_a_keeper_took_back_or_corrected_stays(house: House, publish: PublishLibrary) -> None:
    publish.publish_loaded([a_version(), a_version(id="OTHER", title="另一规则")], by=KEEPER)
    house.application.withdraw_version("DEMO", "2017-07-01", reason="录错", by=KEEPER)
    house.application.correct_version.with_loaded(
        a_version(AMENDED + "本公司另有规定。", id="OTHER", title="另一规则", version="own"), by=KEEPER
    )
    before = (*versions(house), *versions(house, "OTHER"))
    report = publish.publish_loaded(
        [a_version(AMENDED), a_version(AMENDED, id="OTHER", title="另一规则")], correct=True, by=SYSTEM
    )
    assert (report.published, len(report.left)) == ((), 2)
    assert (*versions(house), *versions(house, "OTHER")) == before
    again = publish.publish_loaded([a_version(), a_version(id="OTHER", title="另一规则")], correct=True, by=SYSTEM)
    assert (again.unchanged, again.published, again.left) == (2, (), ())


def test_the_demo_starts_over_a_library_that_was_taken_further(house: House, tmp_path: Path) -> None:
    def load(*files: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        folder = write_library(tmp_path / f"library-{len(list(tmp_path.iterdir()))}", *files)
        report = replace(house.application.load_demo, library=folder)(customers=1)
        return report.published, report.left

    product = (Path(__file__).parents[3] / "knowledge/library/products/PROD-YC1001@2026-01-05.md").read_text("utf-8")
    suit, other = a_file(TEXT, id="DEMO"), a_file(TEXT, id="OTHER", title="另一规则")
    load(suit, other, product)
    own = a_version(AMENDED, version="own", effective_from="2026-01-01")
    house.application.publish_library.publish_loaded([own], supersede=True, by=KEEPER)
    newer = a_file(AMENDED, id="DEMO", version='"2026-02-01"', effective_from="2026-02-01")
    closed = a_file(TEXT, id="DEMO", effective_to="2026-02-01")
    published, left = load(closed, newer, a_file(AMENDED, id="OTHER", title="另一规则"), product)
    assert len(published) == 1
    assert published[0].startswith("OTHER@2017-07-01.")
    assert len(left) == 1
    assert "DEMO" in left[0]
    assert [each.label for each in versions(house)] == ["2017-07-01", "own"]


def test_a_correction_of_a_revoked_script_waits_for_a_person(house: House, publish: PublishLibrary) -> None:
    fields = {"id": "SCRIPT-SEA", "kind": "script", "title": "出海话术", "audience": "advisor"}
    publish.publish_loaded([a_version("## 参考话术 {#say}\n您好。", **fields)], by=SYSTEM)
    scripts = house.application.approve_scripts
    until = date(2027, 1, 1)
    assert scripts.approve_unseen(documents={"OTHER"}, until=until, by=SHEN, note="装载") == 0
    assert scripts.approve_unseen(documents={"SCRIPT-SEA"}, until=until, by=SHEN, note="装载") == 1
    scripts.revoke("SCRIPT-SEA", reason="停用", by=SHEN)
    publish.publish_loaded([a_version("## 参考话术 {#say}\n您好！", **fields)], correct=True, by=SYSTEM)
    assert scripts.approve_unseen(documents={"SCRIPT-SEA"}, until=until, by=SHEN, note="装载") == 0
