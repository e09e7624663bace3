"""What the agent may ask about customers. Bound to one reader's scope and one day; a customer outside is not found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.analysis.diagnosis import diagnose
from assistant.analysis.matching import match_products
from assistant.analysis.model import Fact, Match, Observation
from assistant.analysis.portrait import NO_BACKGROUND, Background, facts_of
from assistant.analysis.suitability import MATRIX_PROVISIONS, SuitabilityPolicy, match, matrix_fact
from assistant.errors import NotFound
from knowledge.customers.model import CustomerRecord, RiskLevel, Scope
from knowledge.products.model import Product, RiskGrade

ReadRecord = Callable[[str, Scope, date], CustomerRecord]
"""Customer id, scope and day to the record; ``NotFound`` outside the scope."""

ReadBackground = Callable[[CustomerRecord, date], Background]
"""What the house knows beside the record on that day: past prices, the model allocation, the catalogue."""


def _no_background(_record: CustomerRecord, _day: date) -> Background:
    return NO_BACKGROUND


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """Whether a level and a grade go together, and the provisions that say so."""

    fact: Fact
    provisions: tuple[str, ...]


def matrix(level: RiskLevel, grade: RiskGrade, *, as_of: date) -> MatrixAnswer:
    """Answers 「C2客户能买R4产品吗？」 without a customer."""
    return MatrixAnswer(matrix_fact(level, grade, as_of=as_of), MATRIX_PROVISIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTools:
    """Facts and matches of the customers within ``scope`` on ``day``."""

    scope: Scope
    read: ReadRecord
    products: Callable[[], Sequence[Product]]
    policy: SuitabilityPolicy
    day: date
    background: ReadBackground = _no_background

    def facts(self, customer_id: str) -> tuple[Fact, ...]:
        """Everything that may be said about the customer."""
        record = self._record(customer_id)
        return facts_of(record, as_of=self.day, policy=self.policy, background=self.background(record, self.day))

    def observations(self, customer_id: str) -> tuple[Observation, ...]:
        """What about the customer deserves service."""
        record = self._record(customer_id)
        return diagnose(record, as_of=self.day, policy=self.policy, background=self.background(record, self.day))

    def match(self, customer_id: str, product_code: str) -> Match:
        """The verdict on one product."""
        record, code = self._record(customer_id), product_code.strip().upper()
        for product in self.products():
            if product.code == code:
                return match(record, product, as_of=self.day, policy=self.policy)
        raise NotFound(f"没有代码为「{code[:32]}」的产品。")

    def match_products(self, customer_id: str) -> tuple[Match, ...]:
        """The verdict on every product, suitable ones first."""
        record = self._record(customer_id)
        allocation = self.background(record, self.day).allocation
        return match_products(record, self.products(), as_of=self.day, policy=self.policy, allocation=allocation)

    def matrix(self, level: RiskLevel, grade: RiskGrade) -> MatrixAnswer:
        """See :func:`matrix`."""
        return matrix(level, grade, as_of=self.day)

    def _record(self, customer_id: str) -> CustomerRecord:
        return self.read(customer_id.strip(), self.scope, self.day)
