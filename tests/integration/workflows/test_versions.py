"""The life of a document: superseded, corrected, withdrawn, repealed; compared and told, on every road."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.audit.model import AuditEvent
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Actor
from assistant.workflows.publish_library import PublishReport
from knowledge.documents.comparison import Change
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Kind, VersionState
from tests.support.house import CHEN, KEEPER, OPS, SHEN, House
from tests.support.library import a_file

DUTIES = (
    "应当核实客户身份并留存记录",
    "不得承诺演示产品的收益",
    "应当每年评估演示算法的公平性",
    "应当在三日内报告演示事故",
)


def a_rule(*texts: str, version: str, begins: str, **fields: str) -> str:
    numbers = "一二三四五六七八九"
    body = "\n".join(f"## 第{numbers[at]}条\n演示机构{text}。\n" for at, text in enumerate(texts))
    return a_file(
        f"# 第一章 总则\n{body}",
        id="DEMO",
        title="演示机构管理办法",
        short_title="演示办法",
        issuer="演示协会",
        version=f'"{version}"',
        effective_from=begins,
        **fields,
    )


FIRST = a_rule(*DUTIES[:2], DUTIES[3], version="2020", begins="2020-01-01")
SECOND = a_rule(DUTIES[0], *DUTIES[2:3], DUTIES[1].replace("收益", "任何收益"), version="2024", begins="2024-01-01")
UPCOMING = a_rule(*DUTIES, version="2027", begins="2027-01-01")
TODAY = date(2026, 11, 22)


def publish(house: House, *files: str) -> PublishReport:
    loaded = [load_bytes(file.encode()) for file in files]
    return house.application.publish_library.publish_loaded(loaded, supersede=True, by=KEEPER)


def found_labels(house: House, day: date, by: Actor = CHEN) -> set[str]:
    result = house.application.search_library("演示机构不得承诺演示产品的收益", as_of=day, by=by, limit=50)
    return {hit.provision.ref.version for hit in result.hits if hit.provision.ref.document_id == "DEMO"}


def events(house: House, name: str) -> list[AuditEvent]:
    with house.application.publish_library.storage.reading() as work:
        return [entry.record.event for entry in work.audit.entries(subject=f"document:{name}")]


def test_a_version_to_come_is_listed_and_found_from_its_day_on_without_any_job(house: House) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    entries = house.application.browse_library.entries(CHEN, text="演示办法")
    assert [(each.version.label, each.state, each.articles) for each in entries] == [
        ("2020", VersionState.SUPERSEDED, 3),
        ("2024", VersionState.IN_FORCE, 3),
        ("2027", VersionState.UPCOMING, 4),
    ]
    assert found_labels(house, TODAY) == found_labels(house, date(2026, 12, 31)) == {"2024"}
    assert found_labels(house, date(2027, 1, 1)) == {"2027"}
    assert house.application.show_provision("DEMO:3", as_of=date(2027, 1, 1), by=CHEN).ref.version == "2027"
    assert house.application.show_provision("DEMO:4@2027", by=CHEN).ref.version == "2027"
    with pytest.raises(NotFound, match="没有有效的版本"):
        house.application.show_provision("DEMO:4", as_of=date(2026, 12, 31), by=CHEN)


def test_the_list_is_filtered_by_kind_issuer_state_and_day(house: House) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    browse = house.application.browse_library

    def labels(**filters: object) -> list[str]:
        entries = browse.entries(CHEN, **filters)  # type: ignore[arg-type]
        return [each.version.label for each in entries if each.version.document_id == "DEMO"]

    assert labels(issuer="演示协会") == ["2020", "2024", "2027"]
    assert labels(issuer="中国证监会") == []
    assert labels(kinds={Kind.GUIDE}) == []
    assert labels(states={VersionState.UPCOMING, VersionState.SUPERSEDED}) == ["2020", "2027"]
    assert labels(in_force_on=date(2023, 12, 31)) == ["2020"]
    assert labels(on=date(2023, 12, 31), states={VersionState.UPCOMING}) == ["2024", "2027"]
    assert {"演示协会", "中国证监会"} <= set(browse.issuers(CHEN))


def test_a_withdrawn_version_is_gone_from_every_road_but_its_reference(house: House) -> None:
    publish(house, FIRST, SECOND)
    report = house.application.withdraw_version("DEMO", "2024", reason="误把征求意见稿发布", by=KEEPER)
    assert (report.reopened, report.indexed_documents) == (None, 1)
    assert found_labels(house, TODAY) == set()
    with pytest.raises(NotFound, match="没有有效的版本"):
        house.application.show_provision("DEMO:1", by=CHEN)
    assert house.application.show_provision("DEMO:1@2024", by=CHEN).withdrawn
    (entry,) = house.application.browse_library.entries(CHEN, text="演示办法", states={VersionState.WITHDRAWN})
    assert entry.version.withdrawal is not None
    assert entry.version.withdrawal.reason == "误把征求意见稿发布"
    assert events(house, "DEMO@2024") == [AuditEvent.VERSION_PUBLISHED, AuditEvent.VERSION_WITHDRAWN]
    assert publish(house, SECOND).published == ()
    assert house.application.verify_audit(by=OPS).intact


def test_what_a_withdrawn_version_superseded_can_go_on(house: House) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    report = house.application.withdraw_version("DEMO", "2024", reason="误发", reopen=True, by=KEEPER)
    assert report.reopened is not None
    assert (report.reopened.label, report.reopened.period.effective_to) == ("2020", date(2027, 1, 1))
    assert found_labels(house, TODAY) == {"2020"}
    assert found_labels(house, date(2027, 1, 1)) == {"2027"}
    assert events(house, "DEMO@2020")[-1] is AuditEvent.VERSION_REOPENED


def test_without_anything_to_open_again_nothing_is_withdrawn(house: House) -> None:
    publish(house, FIRST)
    with pytest.raises(Conflict, match="没有在 2020-01-01 失效的版本可以恢复"):
        house.application.withdraw_version("DEMO", "2020", reason="误发", reopen=True, by=KEEPER)
    assert found_labels(house, TODAY) == {"2020"}


def test_a_correction_takes_the_place_of_the_wrong_version_at_once(house: House, tmp_path: Path) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    right = a_rule(DUTIES[0], DUTIES[1].replace("收益", "收益或者本金"), version="2024.2", begins="2024-01-01")
    file = tmp_path / "DEMO@2024.2.md"
    file.write_text(right, encoding="utf-8")
    report = house.application.correct_version(file, by=KEEPER)
    assert (report.withdrawn.label, report.published.published) == ("2024", ("DEMO@2024.2",))
    assert found_labels(house, TODAY) == {"2024.2"}
    assert found_labels(house, date(2027, 1, 1)) == {"2027"}
    states = {each.version.label: each for each in house.application.browse_library.entries(CHEN, text="演示办法")}
    assert states["2024"].state is VersionState.WITHDRAWN
    assert states["2024.2"].version.replaces == "2024"
    assert states["2024.2"].version.period == states["2024"].version.period
    assert events(house, "DEMO@2024")[-1] is AuditEvent.VERSION_WITHDRAWN
    assert publish(house, FIRST, SECOND, right, UPCOMING).published == ()


def test_a_correction_that_does_not_fit_changes_nothing(house: House, tmp_path: Path) -> None:
    publish(house, FIRST, SECOND)
    correct = house.application.correct_version

    def loaded(version: str, begins: str, **fields: str) -> Path:
        file = tmp_path / "right.md"
        file.write_text(a_rule(*DUTIES, version=version, begins=begins, **fields), encoding="utf-8")
        return file

    with pytest.raises(Conflict, match="更正须用新的版本号"):
        correct(loaded("2024", "2024-01-01"), by=KEEPER)
    with pytest.raises(NotFound, match="没有自 2022-01-01 起有效的版本可以更正"):
        correct(loaded("2022", "2022-01-01"), by=KEEPER)
    with pytest.raises(Conflict, match="失效日 2030-01-01 与被更正的 2024 版"):
        correct(loaded("2024.2", "2024-01-01", effective_to="2030-01-01"), by=KEEPER)
    with pytest.raises(NotFound, match="没有1999 版可以更正"):
        correct(loaded("2024.2", "2024-01-01"), replaces="1999", by=KEEPER)
    with pytest.raises(Conflict, match="重叠"):
        correct(loaded("2024.2", "2023-01-01"), replaces="2024", by=KEEPER)
    with pytest.raises(Invalid, match="文件夹"):
        correct(tmp_path, by=KEEPER)
    assert found_labels(house, TODAY) == {"2024"}
    assert events(house, "DEMO@2024") == [AuditEvent.VERSION_PUBLISHED]


def test_a_wrong_period_is_corrected_by_naming_the_wrong_version(house: House, tmp_path: Path) -> None:
    publish(house, FIRST, SECOND)
    file = tmp_path / "right.md"
    file.write_text(a_rule(*DUTIES, version="2024.2", begins="2024-03-01"), encoding="utf-8")
    house.application.correct_version(file, replaces="2024", reason="生效日写错", by=KEEPER)
    assert found_labels(house, date(2024, 2, 28)) == set()
    assert found_labels(house, date(2024, 3, 1)) == {"2024.2"}


def test_a_repeal_holds_from_its_day_and_can_be_taken_back_before(house: House) -> None:
    publish(house, FIRST)
    repeal = house.application.repeal_version
    report = repeal("DEMO", "2020", on=date(2026, 11, 24), reason="新法施行", by=KEEPER)
    assert report.version.period.effective_to == date(2026, 11, 24)
    assert found_labels(house, date(2026, 11, 23)) == {"2020"}
    assert found_labels(house, date(2026, 11, 24)) == set()
    with pytest.raises(Conflict, match="失效日已定为 2026-11-24"):
        repeal("DEMO", "2020", on=date(2026, 12, 1), reason="改期", by=KEEPER)
    repeal.undo("DEMO", "2020", reason="写错了", by=KEEPER)
    assert found_labels(house, date(2026, 11, 24)) == {"2020"}
    with pytest.raises(Conflict, match="没有失效日"):
        repeal.undo("DEMO", "2020", reason="再来一次", by=KEEPER)
    repeal("DEMO", "2020", on=date(2026, 11, 24), reason="新法施行", by=KEEPER)
    house.time.advance(days=2)
    with pytest.raises(Conflict, match="已于 2026-11-24 失效，不能再取消"):
        repeal.undo("DEMO", "2020", reason="晚了", by=KEEPER)
    assert [each.state for each in house.application.browse_library.entries(CHEN, text="演示办法")] == [
        VersionState.REPEALED
    ]


def test_a_supersession_is_not_undone_by_taking_back_the_end(house: House) -> None:
    publish(house, FIRST, UPCOMING)
    with pytest.raises(Conflict, match="将由 2027 版替代"):
        house.application.repeal_version.undo("DEMO", "2020", reason="不要新版", by=KEEPER)
    with pytest.raises(NotFound):
        house.application.repeal_version.undo("DEMO", "1999", reason="没有", by=KEEPER)


@pytest.mark.parametrize("reason", ["", " \n\t", "理" * 501])
def test_every_change_has_a_reason(house: House, reason: str) -> None:
    publish(house, FIRST)
    with pytest.raises(Invalid, match="理由"):
        house.application.withdraw_version("DEMO", "2020", reason=reason, by=KEEPER)
    with pytest.raises(Invalid, match="理由"):
        house.application.repeal_version("DEMO", "2020", on=date(2027, 1, 1), reason=reason, by=KEEPER)
    assert found_labels(house, TODAY) == {"2020"}


@pytest.mark.parametrize("by", [CHEN, SHEN, OPS])
def test_only_who_keeps_the_library_changes_it(house: House, by: Actor, tmp_path: Path) -> None:
    publish(house, FIRST)
    application = house.application
    with pytest.raises(NotPermitted):
        application.withdraw_version("DEMO", "2020", reason="误发", by=by)
    with pytest.raises(NotPermitted):
        application.repeal_version("DEMO", "2020", on=date(2027, 1, 1), reason="废止", by=by)
    with pytest.raises(NotPermitted):
        application.repeal_version.undo("DEMO", "2020", reason="误写", by=by)
    with pytest.raises(NotPermitted):
        application.correct_version(tmp_path / "none.md", by=by)


def test_versions_are_compared_by_name_by_default_the_last_two(house: House) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    compare = house.application.compare_versions
    found = compare("DEMO@2020", "DEMO@2024", by=CHEN)
    changed = [(each.change, each.before, each.after) for each in found.comparison.changed]
    assert [change for change, _, _ in changed] == [Change.ADDED, Change.RENUMBERED_AND_AMENDED, Change.REPEALED]
    latest = compare.latest("DEMO", by=CHEN)
    assert (latest.before.label, latest.after.label) == ("2024", "2027")
    preview = compare.with_loaded(load_bytes(a_rule(*DUTIES, version="2030", begins="2030-01-01").encode()), by=KEEPER)
    assert preview is not None
    assert preview.before.label == "2027"
    assert preview.comparison.counts[Change.UNCHANGED] == 4
    other = load_bytes(a_file(id="BRANDNEW").encode())
    assert compare.with_loaded(other, by=KEEPER) is None
    with pytest.raises(Invalid, match="不是版本"):
        compare("DEMO", "DEMO@2024", by=CHEN)
    with pytest.raises(NotFound):
        compare("DEMO@1999", "DEMO@2024", by=CHEN)


def test_the_history_of_a_document_tells_who_did_what_and_when(house: House) -> None:
    publish(house, FIRST, SECOND)
    house.time.advance(hours=1)
    house.application.withdraw_version("DEMO", "2024", reason="误发", reopen=True, by=KEEPER)
    told = house.application.tell_history.document("DEMO", by=CHEN)
    assert [(each.version.label, each.state, each.articles) for each in told.stages] == [
        ("2020", VersionState.IN_FORCE, 3),
        ("2024", VersionState.WITHDRAWN, 3),
    ]
    assert [event.event for event in told.stages[0].events] == [
        AuditEvent.VERSION_PUBLISHED,
        AuditEvent.VERSION_SUPERSEDED,
        AuditEvent.VERSION_REOPENED,
    ]
    withdrawn = told.stages[1].events[-1]
    assert (withdrawn.by, withdrawn.reason, withdrawn.at) == (KEEPER.name, "误发", house.time.moment)
    as_of = house.application.tell_history.document("DEMO", on=date(2019, 12, 31), by=CHEN)
    assert as_of.stages[0].state is VersionState.UPCOMING
    of_customer = house.application.tell_history.document("DEMO", by=house.customer)
    assert [stage.events for stage in of_customer.stages] == [(), ()]


def test_an_article_is_followed_through_its_numbers(house: House) -> None:
    publish(house, FIRST, SECOND, UPCOMING)
    tell = house.application.tell_history.article

    def steps(reference: str, on: date | None = None) -> list[tuple[str, str | None, str | None]]:
        return [
            (
                stage.version.label,
                stage.provision.ref.locator if stage.provision else None,
                stage.change.change.value if stage.change else None,
            )
            for stage in tell(reference, on=on, by=CHEN).stages
        ]

    promise = [("2020", "2", None), ("2024", "3", "renumbered_and_amended"), ("2027", "2", "renumbered_and_amended")]
    assert steps("DEMO:3") == promise
    assert steps("DEMO:2", date(2020, 1, 1)) == promise
    assert steps("DEMO:2@2027") == promise
    assert steps("演示办法第三条") == promise
    accident = [("2020", "3", None), ("2024", None, "repealed")]
    assert steps("DEMO:3@2020") == accident
    assert steps("DEMO:4@2027") == [("2027", "4", "added")]
    with pytest.raises(NotFound):
        tell("DEMO:9", by=CHEN)


def test_what_took_the_place_of_a_text_is_told_to_those_only_who_may_read_it(house: House) -> None:
    publish(house, FIRST, SECOND.replace("audience: customer", "audience: internal"))
    for reader, state in ((KEEPER, VersionState.SUPERSEDED), (house.customer, VersionState.REPEALED)):
        entries = house.application.browse_library.entries(reader, text="演示办法")
        assert [each.state for each in entries if each.version.label == "2020"] == [state]
        assert house.application.tell_history.document("DEMO", by=reader).stages[0].state is state
        assert house.application.tell_history.article("DEMO:1@2020", by=reader).stages[0].state is state
        assert house.application.show_provision.shown("DEMO:1@2020", by=reader).state is state


def test_the_history_of_an_internal_document_is_for_nobody_else(house: House) -> None:
    publish(house, FIRST.replace("audience: customer", "audience: internal"), SECOND)
    internal_only = house.application.tell_history.document("DEMO", by=KEEPER)
    assert [each.version.label for each in internal_only.stages] == ["2020", "2024"]
    for reader in (CHEN, house.customer):
        told = house.application.tell_history.document("DEMO", by=reader)
        assert [each.version.label for each in told.stages] == ["2024"]
        assert told.stages[0].counts is None
        assert [each.version.label for each in house.application.tell_history.article("DEMO:1", by=reader).stages] == [
            "2024"
        ]
        with pytest.raises(NotFound):
            house.application.compare_versions("DEMO@2020", "DEMO@2024", by=reader)
        with pytest.raises(NotFound):
            house.application.compare_versions.latest("DEMO", by=reader)
        with pytest.raises(NotFound):
            house.application.tell_history.document("GUIDE-AML", by=replace(reader, id="somebody"))
