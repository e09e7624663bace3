"""The special warning says of a product only what speaks against it."""

import pytest

from assistant.analysis.model import Dimension
from assistant.drafting.warning import warning_of
from knowledge.customers.model import Horizon, RiskLevel
from knowledge.products.model import Product, RiskGrade
from tests.support.customers import DAY, a_customer, a_product, an_assessment
from tests.support.drafting import some_evidence
from tests.support.insistences import matched

_TOO_RISKY = "高于本人等级的产品，须先被告知不适合。"


@pytest.mark.parametrize(
    ("product", "against", "told"),
    [
        (a_product(risk_grade=RiskGrade.R4), Dimension.RISK, True),
        (a_product(risk_grade=RiskGrade.R1, lock_up_days=1_800), Dimension.TERM, False),
    ],
)
def test_a_risk_level_is_told_as_exceeded_only_where_it_is(product: Product, against: Dimension, told: bool) -> None:
    in_a_hurry = a_customer(assessment=an_assessment(level=RiskLevel.C2, horizon=Horizon.SHORT))
    found = matched(in_a_hurry, product)
    assert against in {reason.dimension for reason in found.against}
    sections, _ = warning_of(
        found,
        product,
        asked_on=DAY,
        as_of=DAY,
        reflection_hours=24,
        evidence=[
            some_evidence(
                _TOO_RISKY, ref="SUIT:19@2017-07-01", heading="第十九条", title="证券期货投资者适当性管理办法"
            )
        ],
    )
    said = [statement.text for section in sections for statement in section.statements]
    assert any(_TOO_RISKY.rstrip("。") in text for text in said) is told
