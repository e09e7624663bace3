"""Citations are derived at publication, on SQLite and on PostgreSQL, and follow names that come later."""

from datetime import UTC, date, datetime

from knowledge.database import Database
from knowledge.documents.citations import WHOLE, CitedArticle
from knowledge.documents.model import LoadedVersion, ProvisionRef, Withdrawal
from knowledge.documents.repository import DocumentRepository
from tests.support.library import a_loaded_version

AT = datetime(2026, 11, 22, tzinfo=UTC)
DAY = date(2026, 11, 22)
SUIT = a_loaded_version(
    "## 第二十二条\n不得主动推介。\n## 第二十三条\n违反本办法第二十二条的，责令改正。",
    version="a",
    effective_to="2026-12-01",
)
SUIT_NEXT = a_loaded_version("## 第二十二条\n一律不得主动推介。", version="b", effective_from="2026-12-01")
CASE = a_loaded_version(
    "## 依据\n（依据：适当性办法第二十二条，SUIT:22）\n## 情境\n《新法100%》第三条。",
    id="CASE-1",
    kind="case",
    title="案例一",
    short_title="案例一",
)
GUIDE = a_loaded_version(
    "## 说明\n见《适当性办法》。", id="GUIDE-1", kind="guide", title="指南一", short_title="指南一", audience="internal"
)
NEW_LAW = a_loaded_version("## 第三条\n新的要求。", id="NEWLAW", title="新法100%", short_title="新法100%")


def publish(database: Database, *loaded: LoadedVersion) -> int:
    with database.begin() as connection:
        repository = DocumentRepository(connection)
        for each in loaded:
            repository.publish(each, at=AT)
        return repository.derive_citations([each.version for each in loaded])


def citing(database: Database, document_id: str, *locators: str, on: date | None = DAY) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = DocumentRepository(connection).citing(document_id, locators or None, on=on)
    return sorted((str(provision.ref), locator) for provision, locator in found)


def test_what_cites_an_article_is_found_as_of_a_day(database: Database) -> None:
    publish(database, SUIT, SUIT_NEXT, CASE, GUIDE)
    assert citing(database, "SUIT", "22") == [("CASE-1:1@2017-07-01", "22"), ("SUIT:23@a", "22")]
    assert citing(database, "SUIT", "22", on=date(2026, 12, 1)) == [("CASE-1:1@2017-07-01", "22")]
    assert citing(database, "SUIT", WHOLE) == [("GUIDE-1:1@2017-07-01", "")]
    assert len(citing(database, "SUIT")) == 3
    assert citing(database, "NONE") == []


def test_what_an_article_cites_is_found(database: Database) -> None:
    publish(database, SUIT, CASE)
    with database.read() as connection:
        repository = DocumentRepository(connection)
        assert repository.cited_by(ProvisionRef("CASE-1", "1", "2017-07-01")) == (CitedArticle("SUIT", "22"),)
        assert repository.cited_by(ProvisionRef("SUIT", "22", "a")) == ()


def test_the_order_of_publication_does_not_matter(database: Database) -> None:
    assert publish(database, CASE) == 1
    assert citing(database, "SUIT") == []
    assert publish(database, SUIT) == 2
    assert citing(database, "SUIT", "22") == [("CASE-1:1@2017-07-01", "22"), ("SUIT:23@a", "22")]


def test_a_name_with_signs_that_a_database_reads_is_only_a_name(database: Database) -> None:
    publish(database, CASE, GUIDE)
    assert publish(database, NEW_LAW) == 2
    assert citing(database, "NEWLAW", "3") == [("CASE-1:2@2017-07-01", "3")]


def test_another_version_of_a_known_document_reads_only_itself(database: Database) -> None:
    publish(database, SUIT, CASE, GUIDE)
    assert publish(database, SUIT_NEXT) == 1


def test_a_withdrawn_text_cites_nothing_any_more(database: Database) -> None:
    publish(database, SUIT, CASE)
    with database.begin() as connection:
        DocumentRepository(connection).withdraw("CASE-1", "2017-07-01", Withdrawal(on=DAY, reason="误发"), at=AT)
    assert citing(database, "SUIT", "22") == [("SUIT:23@a", "22")]
    assert citing(database, "SUIT", "22", on=None) == [("SUIT:23@a", "22")]


def test_a_library_from_before_the_table_is_read_whole(database: Database) -> None:
    with database.begin() as connection:
        repository = DocumentRepository(connection)
        assert not repository.has_underived_citations()
        for each in (CASE, SUIT, GUIDE):
            repository.publish(each, at=AT)
        assert repository.has_underived_citations()
        assert repository.derive_citations() == 3
        assert not repository.has_underived_citations()
        assert repository.derive_citations() == 3
    assert len(citing(database, "SUIT")) == 3
