"""A product's terms are those of the version that is in force today, whenever it was published."""

from datetime import UTC, datetime

import pytest

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.errors import Invalid
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import LoadedVersion
from knowledge.products.model import RiskGrade
from tests.support.house import KEEPER, House

SHIPPED = (SHIPPED_LIBRARY / "products" / "PROD-YC1022@2026-01-05.md").read_text(encoding="utf-8")
CODE, DOCUMENT = "YC1022", "PROD-YC1022"


def regraded(grade: str, *, begins: str) -> LoadedVersion:
    before = load_bytes(SHIPPED.encode()).product
    assert before is not None
    text = (
        SHIPPED.replace("effective_from: 2026-01-05", f"effective_from: {begins}")
        .replace('version: "2026-01-05"', f'version: "{begins}"')
        .replace(f"risk_grade: {before['risk_grade']}", f"risk_grade: {grade}")
    )
    return load_bytes(text.encode())


def grade(house: House) -> RiskGrade:
    with house.application.publish_library.storage.reading() as work:
        return work.products.get(CODE).risk_grade


def publish(house: House, *loaded: LoadedVersion) -> None:
    house.application.publish_library.publish_loaded(loaded, supersede=True, by=KEEPER)


def test_new_terms_take_effect_on_their_day(house: House) -> None:
    before = grade(house)
    assert before is not RiskGrade.R5
    publish(house, regraded("R5", begins="2026-11-23"))
    house.application.renew_products()
    assert grade(house) is before
    house.time.moment = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    house.application.renew_products()
    assert grade(house) is RiskGrade.R5


def test_publishing_the_shipped_folder_again_does_not_bring_old_terms_back(house: House) -> None:
    publish(house, regraded("R5", begins="2026-11-01"))
    assert grade(house) is RiskGrade.R5
    publish(house, load_bytes(SHIPPED.encode()))
    assert grade(house) is RiskGrade.R5


def test_a_withdrawal_brings_back_the_terms_of_the_version_that_goes_on(house: House) -> None:
    before = grade(house)
    publish(house, regraded("R5", begins="2026-11-01"))
    house.application.withdraw_version(DOCUMENT, "2026-11-01", reason="等级写错", reopen=True, by=KEEPER)
    assert grade(house) is before


def test_wrong_terms_are_refused_also_of_a_version_to_come(house: House) -> None:
    before = grade(house)
    with pytest.raises(Invalid, match="risk_grade"):
        publish(house, regraded("R9", begins="2026-11-23"))
    house.time.moment = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    house.application.renew_products()
    assert grade(house) is before


def test_terms_that_were_not_kept_are_kept_with_the_next_publication_of_the_same_file(house: House) -> None:
    storage = house.application.publish_library.storage
    with storage.database.begin() as connection:
        connection.exec_driver_sql("UPDATE document_versions SET product = NULL")
    house.application.renew_products()
    publish(house, load_bytes(SHIPPED.encode()))
    with storage.reading() as work:
        assert list(work.documents.product_terms_on(house.application.clock.today())) == [DOCUMENT]
