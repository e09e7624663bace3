from collections.abc import Callable
from datetime import date

import pytest

from assistant.analysis.model import MatchVerdict
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.errors import NotFound
from assistant.tools.customer_tools import CustomerTools, matrix
from knowledge.customers.model import CustomerRecord, RiskLevel, Scope
from knowledge.products.model import RiskGrade
from tests.support.customers import DAY, a_customer, a_product, a_record, an_assessment

RECORDS = {
    "K000001": a_record(a_customer(assessment=an_assessment(level=RiskLevel.C2))),
    "K000002": a_record(a_customer(id="K000002", advisor_id="advisor-2")),
}
PRODUCTS = (a_product(code="YC4", risk_grade=RiskGrade.R4), a_product(code="YC2", risk_grade=RiskGrade.R2))


def read(customer_id: str, scope: Scope, _day: date) -> CustomerRecord:
    record = RECORDS.get(customer_id)
    if record is None or scope.owner_id != record.customer.advisor_id:
        raise NotFound("没有找到这位客户，或您无权查看。")
    return record


TOOLS = CustomerTools(
    scope=Scope.of_advisor("advisor-1"), read=read, products=lambda: PRODUCTS, policy=SuitabilityPolicy(), day=DAY
)


def test_facts_and_matches_of_the_own_customer() -> None:
    assert any(fact.id == "fact:customer.risk_level" and "C2" in fact.text for fact in TOOLS.facts(" K000001 "))
    assert TOOLS.match("K000001", "yc4").verdict is MatchVerdict.UNSUITABLE
    assert [match.product_code for match in TOOLS.match_products("K000001")] == ["YC2", "YC4"]
    assert {found.key for found in TOOLS.observations("K000001")} >= {"idle_cash"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: TOOLS.facts("K000002"),
        lambda: TOOLS.observations("K000002"),
        lambda: TOOLS.match("K000002", "YC2"),
        lambda: TOOLS.match_products("K000002"),
        lambda: TOOLS.facts("K999999"),
    ],
)
def test_other_peoples_customers_are_not_found(call: Callable[[], object]) -> None:
    with pytest.raises(NotFound):
        call()


def test_an_unknown_product_is_not_found() -> None:
    with pytest.raises(NotFound, match="YC9"):
        TOOLS.match("K000001", "YC9")


def test_the_matrix_answers_without_a_customer() -> None:
    answer = matrix(RiskLevel.C2, RiskGrade.R4, as_of=DAY)
    assert "不得主动推介" in answer.fact.text
    assert answer.provisions[0] == "SUIT:22"
    assert TOOLS.matrix(RiskLevel.C2, RiskGrade.R4) == answer
