"""Publishing is by version and all or nothing; looking up is by day. On SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime

import pytest

from knowledge.database import Database
from knowledge.documents.model import Audience, Kind, LoadedVersion, ProvisionRef, Version, Withdrawal
from knowledge.documents.repository import DocumentRepository
from knowledge.errors import Conflict, Invalid, NotFound
from tests.support.library import a_loaded_version

AT = datetime(2026, 11, 22, tzinfo=UTC)
FIVE = "## 3.3.13 涨跌幅\n主板ST股票是5%。"
TEN = "## 3.3.13 涨跌幅\n主板ST股票是10%。"
TWENTY = "## 3.3.13 涨跌幅\n主板ST股票是20%。"
OLD = a_loaded_version(FIVE, id="TRADE", version="old", effective_from="2023-02-17", effective_to="2026-07-06")
NEW = a_loaded_version(TEN, id="TRADE", version="new", effective_from="2026-07-06")


def publish(database: Database, *loaded: LoadedVersion, supersede: bool = False) -> list[bool]:
    with database.begin() as connection:
        repository = DocumentRepository(connection)
        return [repository.publish(each, at=AT, supersede=supersede) is not None for each in loaded]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2023, 2, 17), "主板ST股票是5%。"),
        (date(2026, 7, 5), "主板ST股票是5%。"),
        (date(2026, 7, 6), "主板ST股票是10%。"),
        (date(2026, 7, 7), "主板ST股票是10%。"),
    ],
)
def test_the_day_decides_the_text(database: Database, day: date, text: str) -> None:
    assert publish(database, OLD, NEW) == [True, True]
    with database.read() as connection:
        assert DocumentRepository(connection).provision_on("TRADE", "3.3.13", day).text == text


def test_before_the_first_day_nothing_is_in_force(database: Database) -> None:
    publish(database, OLD, NEW)
    with database.read() as connection, pytest.raises(NotFound, match="2023-02-16 没有有效的版本"):
        DocumentRepository(connection).provision_on("TRADE", "3.3.13", date(2023, 2, 16))


def test_a_reference_resolves_after_the_end(database: Database) -> None:
    publish(database, OLD, NEW)
    with database.read() as connection:
        repository = DocumentRepository(connection)
        assert repository.provision(ProvisionRef("TRADE", "3.3.13", "old")) == OLD.provisions[0]
        assert repository.provisions_of("TRADE", "new") == NEW.provisions
        assert repository.provisions_of_document("TRADE") == (*OLD.provisions, *NEW.provisions)
        assert [each.label for each in repository.versions("TRADE")] == ["old", "new"]
        assert repository.version("TRADE", "old") == OLD.version


def test_the_same_bytes_again_change_nothing(database: Database) -> None:
    publish(database, OLD, NEW)
    assert publish(database, OLD, NEW) == [False, False]
    with database.read() as connection:
        assert DocumentRepository(connection).last_publication() == 2


@pytest.mark.parametrize(
    ("begins", "ends"), [("2026-07-05", "null"), ("2020-01-01", "2023-02-18"), ("2024-01-01", "2025-01-01")]
)
def test_two_versions_in_force_on_one_day_are_refused(database: Database, begins: str, ends: str) -> None:
    publish(database, OLD)
    other = a_loaded_version(id="TRADE", version="other", effective_from=begins, effective_to=ends)
    with pytest.raises(Conflict, match="重叠"):
        publish(database, other)
    with database.read() as connection:
        assert [each.label for each in DocumentRepository(connection).versions("TRADE")] == ["old"]


def test_a_published_text_never_changes(database: Database) -> None:
    publish(database, NEW)
    changed = a_loaded_version(TWENTY, id="TRADE", version="new", effective_from="2026-07-06")
    with pytest.raises(Conflict, match="已经发布"):
        publish(database, changed)


def test_an_open_version_may_be_closed_for_its_successor(database: Database) -> None:
    open_ended = a_loaded_version(FIVE, id="TRADE", version="old", effective_from="2023-02-17")
    publish(database, open_ended)
    assert publish(database, OLD, NEW) == [True, True]
    with database.read() as connection:
        repository = DocumentRepository(connection)
        assert repository.version("TRADE", "old") == OLD.version
        assert [document for _, document in repository.publications(0, 10)] == ["TRADE"] * 3


def test_a_closed_version_stays_closed(database: Database) -> None:
    publish(database, OLD)
    later = a_loaded_version(FIVE, id="TRADE", version="old", effective_from="2023-02-17", effective_to="2027-01-01")
    with pytest.raises(Conflict, match="已经发布"):
        publish(database, later)


def test_a_failed_publication_leaves_nothing(database: Database) -> None:
    other = a_loaded_version(id="TRADE", version="other", effective_from="2026-07-05")
    with pytest.raises(Conflict):
        publish(database, OLD, other)
    with database.read() as connection:
        assert DocumentRepository(connection).last_publication() == 0


def test_the_list_is_filtered_by_reader_kind_day_and_text(database: Database) -> None:
    guide = a_loaded_version(id="GUIDE", kind="guide", short_title="内部指南", audience="internal")
    publish(database, OLD, NEW, guide)
    with database.read() as connection:
        documents = DocumentRepository(connection).documents

        def labels(**filters: object) -> list[str]:
            audiences = filters.pop("audiences", list(Audience))
            found = documents(audiences=audiences, **filters)  # type: ignore[arg-type]
            return [f"{each.document_id}@{each.label}" for each in found]

        assert labels() == ["GUIDE@2017-07-01", "TRADE@old", "TRADE@new"]
        assert labels(audiences=Audience.ADVISOR.may_read) == ["TRADE@old", "TRADE@new"]
        assert labels(kinds={Kind.GUIDE}) == ["GUIDE@2017-07-01"]
        assert labels(in_force_on=date(2026, 7, 6)) == ["GUIDE@2017-07-01", "TRADE@new"]
        assert labels(text="trade") == ["TRADE@old", "TRADE@new"]
        assert labels(text="内部") == ["GUIDE@2017-07-01"]
        assert labels(text="%") == []


def test_many_references_are_read_at_once(database: Database) -> None:
    publish(database, OLD, NEW)
    unknown = [ProvisionRef("TRADE", str(number), "old") for number in range(1000)]
    refs = [ProvisionRef("TRADE", "3.3.13", "old"), *unknown]
    with database.read() as connection:
        assert set(DocumentRepository(connection).provisions(refs)) == {refs[0]}


def test_unknown_records_are_not_found(database: Database) -> None:
    with database.read() as connection:
        repository = DocumentRepository(connection)
        assert repository.versions("NONE") == ()
        with pytest.raises(NotFound, match="没有 NONE:1@x"):
            repository.provision(ProvisionRef("NONE", "1", "x"))
        with pytest.raises(NotFound, match="没有 NONE:1。"):
            repository.provision_on("NONE", "1", date(2026, 1, 1))
        with pytest.raises(NotFound, match="没有 NONE 的"):
            repository.version("NONE", "x")


OPEN = a_loaded_version(FIVE, id="TRADE", version="old", effective_from="2023-02-17")


def test_a_new_version_takes_the_place_of_the_open_one(database: Database) -> None:
    publish(database, OPEN)
    assert publish(database, NEW, supersede=True) == [True]
    with database.read() as connection:
        repository = DocumentRepository(connection)
        old, new = repository.versions("TRADE")
        assert old.period.effective_to == new.period.effective_from == date(2026, 7, 6)
        assert repository.provision_on("TRADE", "3.3.13", date(2026, 7, 5)).ref.version == "old"
        assert repository.provision_on("TRADE", "3.3.13", date(2026, 7, 6)).ref.version == "new"
        assert [document for _, document in repository.publications(0, 10)] == ["TRADE"] * 3


def test_the_file_of_a_superseded_version_still_counts_as_published(database: Database) -> None:
    publish(database, OPEN)
    publish(database, NEW, supersede=True)
    assert publish(database, OPEN, NEW) == [False, False]
    assert publish(database, OPEN, NEW, supersede=True) == [False, False]
    with database.read() as connection:
        assert DocumentRepository(connection).version("TRADE", "old").period.effective_to == date(2026, 7, 6)


def test_a_file_may_catch_up_with_the_record(database: Database) -> None:
    publish(database, OPEN)
    publish(database, NEW, supersede=True)
    assert publish(database, OLD, NEW) == [True, False]
    assert publish(database, OLD, NEW) == [False, False]


def test_an_overlap_leaves_the_open_version_open(database: Database) -> None:
    publish(database, OPEN)
    with pytest.raises(Conflict, match="重叠"):
        publish(database, NEW)
    with database.read() as connection:
        assert [each.period.effective_to for each in DocumentRepository(connection).versions("TRADE")] == [None]


def withdraw(database: Database, label: str) -> None:
    with database.begin() as connection:
        DocumentRepository(connection).withdraw(
            "TRADE", label, Withdrawal(on=date(2026, 11, 22), reason="发布有误"), at=AT
        )


def test_a_withdrawn_version_is_in_force_on_no_day_and_still_resolves(database: Database) -> None:
    publish(database, OLD, NEW)
    withdraw(database, "new")
    with database.read() as connection:
        repository = DocumentRepository(connection)
        provision = repository.provision(ProvisionRef("TRADE", "3.3.13", "new"))
        assert provision.withdrawn
        assert not provision.in_force_on(date(2026, 8, 1))
        assert repository.version("TRADE", "new").withdrawal == Withdrawal(on=date(2026, 11, 22), reason="发布有误")
        with pytest.raises(NotFound, match="没有有效的版本"):
            repository.provision_on("TRADE", "3.3.13", date(2026, 8, 1))
        assert repository.provisions_on(["TRADE:3.3.13"], date(2026, 8, 1)) == ()
        assert repository.documents(audiences=list(Audience), in_force_on=date(2026, 8, 1)) == ()
        assert repository.count_in_force(date(2026, 8, 1)) == (0, 0)
        assert repository.last_publication() == 3


def test_a_withdrawn_label_is_used_up(database: Database) -> None:
    publish(database, OLD, NEW)
    withdraw(database, "new")
    assert publish(database, NEW) == [False]
    with pytest.raises(Conflict, match="已撤回，版本号不能再用"):
        publish(database, a_loaded_version(TWENTY, id="TRADE", version="new", effective_from="2026-07-06"))
    with pytest.raises(Conflict, match="已于 2026-11-22 撤回"):
        withdraw(database, "new")
    assert publish(database, a_loaded_version(TWENTY, id="TRADE", version="new-2", effective_from="2026-07-06")) == [
        True
    ]


def end(database: Database, label: str, on: date | None) -> Version:
    with database.begin() as connection:
        return DocumentRepository(connection).end("TRADE", label, on, at=AT)


def test_an_open_version_may_be_repealed_and_opened_again(database: Database) -> None:
    publish(database, OPEN)
    assert end(database, "old", date(2027, 1, 1)).period.effective_to == date(2027, 1, 1)
    with database.read() as connection, pytest.raises(NotFound):
        DocumentRepository(connection).provision_on("TRADE", "3.3.13", date(2027, 1, 1))
    assert publish(database, OPEN) == [False]
    assert end(database, "old", None).period.effective_to is None
    with pytest.raises(Invalid, match="必须晚于生效日"):
        end(database, "old", date(2023, 2, 17))


def test_what_was_superseded_cannot_simply_be_opened_again(database: Database) -> None:
    publish(database, OLD, NEW)
    with pytest.raises(Conflict, match="重叠"):
        end(database, "old", None)
    withdraw(database, "new")
    assert end(database, "old", None).period.effective_to is None
    with pytest.raises(Conflict, match="已撤回"):
        end(database, "new", date(2027, 1, 1))
