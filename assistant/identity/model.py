"""Who is acting, in which role, under which licence, and whose customers that person may see."""

from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import NotPermitted
from knowledge.customers.model import Scope
from knowledge.documents.model import Audience, Provision, Version


class Role(StrEnum):
    """One role an account. ``SYSTEM`` is the house itself: jobs and checks."""

    CUSTOMER = "customer"
    ADVISOR = "advisor"
    REVIEWER = "reviewer"
    OPERATIONS = "operations"
    KEEPER = "keeper"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.CUSTOMER: "客户",
    Role.ADVISOR: "投资顾问",
    Role.REVIEWER: "合规审核",
    Role.OPERATIONS: "总部运营",
    Role.KEEPER: "知识管理员",
    Role.ADMINISTRATOR: "管理员",
    Role.SYSTEM: "系统",
}


class Licence(StrEnum):
    """What a person is licensed for."""

    INVESTMENT_ADVISOR = "investment_advisor"
    """投资顾问 (ADVISOR:7)."""
    FUND_SALES = "fund_sales"
    """基金从业 (FUNDSALE:30)."""
    COMPLIANCE = "compliance"
    """合规审核, granted by the firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who does something. ``customer_id`` is set for customers only."""

    id: str
    role: Role
    name: str
    registration_number: str | None = None
    licences: frozenset[Licence] = frozenset()
    customer_id: str | None = None
    branch: str | None = None
    """Where the person works or is served; ``None``: nowhere in particular."""

    @property
    def scope(self) -> Scope:
        """Whose customer records this actor may read."""
        if self.role is Role.ADVISOR:
            return Scope.of_advisor(self.id)
        if self.role is Role.CUSTOMER and self.customer_id is not None:
            return Scope.of_customer(self.customer_id)
        if self.role in (Role.REVIEWER, Role.SYSTEM):
            return Scope.everyone()
        raise NotPermitted("您的角色不能查看客户资料。")

    @property
    def reads(self) -> Audience:
        """Which documents this actor may read."""
        if self.role is Role.CUSTOMER:
            return Audience.CUSTOMER
        if self.role is Role.ADVISOR:
            return Audience.ADVISOR
        return Audience.INTERNAL

    @property
    def reads_in(self) -> str | None:
        """The branch whose documents this actor may read beside those for all; ``None``: those of every branch.

        Advisors and customers without a branch read what is for all.
        """
        if self.role in (Role.ADVISOR, Role.CUSTOMER):
            return self.branch or ""
        return None

    def may_read(self, text: Provision | Version) -> bool:
        """Whether a version, or a provision of it, is for this actor at all."""
        return text.audience in self.reads.may_read and text.readable_in(self.reads_in)


SYSTEM = Actor(id="system", role=Role.SYSTEM, name="系统")
"""The house itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login."""

    actor: Actor
    username: str
    password_hash: str
    active: bool = True
