"""The keeper imports documents: looks, confirms, and only then something changes."""

from datetime import date
from threading import Thread

import pytest

from assistant.audit.model import AuditEvent
from assistant.errors import Invalid, NotFound, NotPermitted
from assistant.workflows.import_document import ImportPreview, ImportReport, Source, Standing
from knowledge.documents.importing import Hints
from knowledge.documents.importing.model import CautionCode
from tests.support.house import CHEN, KEEPER, House

_RULE = """# 演示证券客户服务规定

第一条 演示证券客户经理应当在{days}个工作日内回访客户。

第二条 本规定自{year}年1月1日起施行。
"""
_HINTS = Hints(document_id="DEMORULE")


def _rule(days: int, year: int) -> bytes:
    return _RULE.format(days=days, year=year).encode()


def _preview(house: House, content: bytes) -> ImportPreview:
    return house.application.import_documents.preview(content, "规定.md", hints=_HINTS, by=KEEPER)


def _import(house: House, *files: tuple[str, bytes], confirm: bool = True, hints: Hints = _HINTS) -> ImportReport:
    sources = [Source(name, lambda content=content: content) for name, content in files]  # type: ignore[misc]
    return house.application.import_documents(sources, hints=hints, confirm=confirm, by=KEEPER)


def _published(house: House) -> int:
    with house.application.publish_library.storage.reading() as work:
        return work.audit.counts().get(AuditEvent.VERSION_PUBLISHED, 0)


def _text(house: House, day: date) -> str:
    return house.application.show_provision("DEMORULE:1", as_of=day, by=KEEPER).text


def test_a_preview_changes_nothing(house: House) -> None:
    before = _published(house)
    preview = _preview(house, _rule(3, 2025))
    assert preview.standing is Standing.NEW
    assert preview.publishable
    assert _published(house) == before
    with pytest.raises(NotFound):
        _text(house, date(2026, 1, 1))


def test_what_was_previewed_is_published_found_and_traced(house: House) -> None:
    before = _published(house)
    preview = _preview(house, _rule(3, 2025))
    report = house.application.import_documents.publish(preview.proposal.markdown, by=KEEPER)
    assert report.published == ("DEMORULE@2025-01-01",)
    assert _published(house) == before + 1
    found = house.application.search_library("演示证券客户经理回访客户", as_of=date(2026, 1, 1), by=KEEPER)
    assert found.hits[0].provision.ref.short == "DEMORULE:1"


def test_the_next_version_ends_the_open_one_on_its_first_day(house: House) -> None:
    _import(house, ("旧.md", _rule(3, 2025)))
    preview = _preview(house, _rule(5, 2026))
    assert preview.standing is Standing.NEXT
    assert preview.closes is not None
    assert preview.closes.period.effective_to == date(2026, 1, 1)
    assert CautionCode.SUPERSEDES in {warning.code for warning in preview.warnings}
    report = _import(house, ("新.md", _rule(5, 2026)))
    assert report.publication is not None
    assert report.publication.superseded == ("DEMORULE@2025-01-01",)
    assert "3个工作日" in _text(house, date(2025, 12, 31))
    assert "5个工作日" in _text(house, date(2026, 1, 1))


def test_an_older_version_that_comes_later_ends_where_the_known_one_begins(house: House) -> None:
    _import(house, ("新.md", _rule(5, 2026)))
    report = _import(house, ("旧.md", _rule(3, 2025)))
    assert report.publication is not None
    assert report.publication.superseded == ()
    assert "3个工作日" in _text(house, date(2025, 6, 1))
    assert "5个工作日" in _text(house, date(2026, 6, 1))


def test_versions_in_one_go_are_fitted_to_each_other_in_any_order(house: House) -> None:
    report = _import(house, ("c.md", _rule(7, 2026)), ("a.md", _rule(3, 2024)), ("b.md", _rule(5, 2025)))
    assert not report.failed
    for year, days in ((2024, 3), (2025, 5), (2026, 7)):
        assert f"{days}个工作日" in _text(house, date(year, 6, 1))


def test_the_same_document_again_changes_nothing_under_any_name(house: House) -> None:
    _import(house, ("a.md", _rule(3, 2025)))
    before = _published(house)
    report = _import(house, ("b.md", _rule(3, 2025)), ("c.txt", _rule(3, 2025).removeprefix(b"# ")))
    assert [each.preview.standing for each in report.files if each.preview] == [Standing.SAME, Standing.SAME]
    assert not report.failed
    assert _published(house) == before


def test_another_text_for_a_published_version_is_a_conflict_and_nothing_changes(house: House) -> None:
    _import(house, ("a.md", _rule(3, 2025)))
    report = _import(house, ("b.md", _rule(9, 2025)))
    assert report.files[0].error is not None
    assert "已有另一份文本" in report.files[0].error
    assert "3个工作日" in _text(house, date(2025, 6, 1))


def test_a_bad_file_stops_no_other_and_nothing_of_it_is_taken(house: House) -> None:
    told: list[str] = []

    def unreadable() -> bytes:
        raise Invalid("读不出文件。")

    sources = [
        Source("坏.pdf", lambda: b"%PDF-1.7 broken"),
        Source("没有日期.md", "# 演示无日期规定\n\n第一条 总则。".encode),
        Source("没有.md", unreadable),
        Source("好.md", lambda: _rule(3, 2025)),
    ]
    report = house.application.import_documents(sources, confirm=True, by=KEEPER, progress=told.append)
    assert told == ["坏.pdf", "没有日期.md", "没有.md", "好.md"]
    assert [each.published for each in report.files] == [False, False, False, True]
    assert [each.error is None for each in report.files] == [False, False, False, True]
    assert report.files[1].preview is not None
    assert report.files[1].preview.standing is Standing.INCOMPLETE


def test_without_confirmation_nothing_is_published(house: House) -> None:
    before = _published(house)
    report = _import(house, ("a.md", _rule(3, 2025)), confirm=False)
    assert report.publication is None
    assert _published(house) == before


def test_a_known_document_is_recognised_by_its_name(house: House) -> None:
    content = "# 证券期货投资者适当性管理办法\n\n第一条 总则。\n\n第二条 本办法自2030年1月1日起施行。".encode()
    preview = house.application.import_documents.preview(content, "a.md", by=KEEPER)
    assert preview.proposal.loaded is not None
    assert preview.proposal.loaded.version.document_id == "SUIT"
    assert preview.standing is Standing.NEXT


def test_only_a_keeper_imports(house: House) -> None:
    importing = house.application.import_documents
    with pytest.raises(NotPermitted):
        importing.preview(_rule(3, 2025), "a.md", by=CHEN)
    with pytest.raises(NotPermitted):
        importing.publish(b"---\n---\n", by=CHEN)
    with pytest.raises(NotPermitted):
        importing([Source("a.md", lambda: _rule(3, 2025))], by=CHEN)


def test_a_title_for_several_files_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="一个文件"):
        _import(house, ("a.md", _rule(3, 2025)), ("b.md", _rule(5, 2026)), hints=Hints(title="规定"))


def test_previews_in_many_threads_do_not_mix(house: House) -> None:
    found: dict[int, str] = {}

    def look(days: int) -> None:
        loaded = _preview(house, _rule(days, 2025)).proposal.loaded
        found[days] = loaded.provisions[1 if loaded.provisions[0].heading == "序言" else 0].text if loaded else ""

    threads = [Thread(target=look, args=(days,)) for days in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"{days}个工作日" in text for days, text in found.items())
    assert len(found) == 8


def test_a_version_that_was_withdrawn_is_no_version_that_is_published_already(house: House) -> None:
    _import(house, ("旧.md", _rule(3, 2025)))
    house.application.withdraw_version("DEMORULE", "2025-01-01", reason="录错", by=KEEPER)
    preview = _preview(house, _rule(3, 2025))
    assert preview.standing is Standing.IN_CONFLICT
    assert "已于 2026-11-22 撤回" in preview.message
    assert not preview.publishable
