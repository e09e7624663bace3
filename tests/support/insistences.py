"""Builders of procedures for customers who insist."""

from datetime import UTC, date, datetime

from assistant.analysis.model import Match
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.identity.model import Actor, Licence, Role
from assistant.insistences.model import Insistence, InsistenceStep, Proof, ProofKind, StepTaken, Wish
from knowledge.customers.model import Customer, RiskLevel
from knowledge.products.model import Product, RiskGrade
from tests.support.customers import DAY, a_customer, a_product, a_record, an_assessment

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ADVISOR = Actor(id="advisor-1", role=Role.ADVISOR, name="陈明", licences=frozenset({Licence.INVESTMENT_ADVISOR}))
COMPLIANCE = Actor(id="reviewer-1", role=Role.REVIEWER, name="沈静", licences=frozenset({Licence.COMPLIANCE}))
CUSTOMER = Actor(id="account-1", role=Role.CUSTOMER, name="王秀兰", customer_id="K000001")
C2 = a_customer(assessment=an_assessment(level=RiskLevel.C2))
R4 = a_product(risk_grade=RiskGrade.R4)
PROOF = Proof(kind=ProofKind.RECORDING, reference="REC-20261122-0001")


def matched(customer: Customer = C2, product: Product = R4) -> Match:
    return match(a_record(customer), product, as_of=DAY, policy=SuitabilityPolicy())


def an_insistence(
    *, insistence_id: str = "insistence-1", customer_id: str = "K000001", advisor_id: str = "advisor-1"
) -> Insistence:
    return Insistence(
        id=insistence_id,
        customer_id=customer_id,
        advisor_id=advisor_id,
        wish=Wish(asked_on=date(2026, 11, 20), channel="phone", words="我就想买这只，亏了自己认。", by_customer=False),
        match=matched(),
        created_at=NOW,
        updated_at=NOW,
    )


def a_step(step: InsistenceStep, *, by: Actor = ADVISOR, at: datetime = NOW) -> StepTaken:
    """A step with everything that it has to put on record."""
    return StepTaken(
        step=step, by=by.id, role=by.role, at=at, proof=PROOF, note="客户用三年内不用的闲钱。", amount=50_000.0
    )
