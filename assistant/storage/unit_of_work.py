"""The unit of work: every repository over one transaction. Leaving the block commits, an exception rolls back."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection

from assistant.allocations.repository import AllocationRepository
from assistant.audit.log import AuditLog
from assistant.conversations.repository import ConversationRepository
from assistant.demand.repository import DemandRepository
from assistant.dispatch.repository import DispatchRepository, MessageRepository
from assistant.identity.repository import AccountRepository
from assistant.inquiries.repository import InquiryRepository
from assistant.insistences.repository import InsistenceRepository
from assistant.next_actions.repository import NextActionRepository
from assistant.plans.repository import PlanBatchRepository, PlanRequestRepository
from assistant.review.repository import CaseRepository
from assistant.segments.repository import SegmentRepository
from knowledge.customers.history.repository import HistoryRepository
from knowledge.customers.importing.repository import ImportRepository
from knowledge.customers.model import Customer
from knowledge.customers.repository import CustomerRepository
from knowledge.customers.tagging.repository import TagRepository
from knowledge.database import Database
from knowledge.documents.keeping.repository import QuestionRepository, ScriptApprovalRepository
from knowledge.documents.repository import DocumentRepository
from knowledge.prices.repository import PriceRepository
from knowledge.products.repository import ProductRepository


class UnitOfWork:
    """Every repository, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def documents(self) -> DocumentRepository:
        """The library."""
        return DocumentRepository(self._connection)

    @cached_property
    def questions(self) -> QuestionRepository:
        """Typical questions beside those written with the texts."""
        return QuestionRepository(self._connection)

    @cached_property
    def script_approvals(self) -> ScriptApprovalRepository:
        """Which scripts staff may use."""
        return ScriptApprovalRepository(self._connection)

    @cached_property
    def products(self) -> ProductRepository:
        """What is on sale."""
        return ProductRepository(self._connection)

    @cached_property
    def prices(self) -> PriceRepository:
        """Closing prices."""
        return PriceRepository(self._connection)

    @cached_property
    def customers(self) -> CustomerRepository:
        """Customers, within a scope."""
        return CustomerRepository(self._connection)

    @cached_property
    def tags(self) -> TagRepository:
        """Tags of customers, derived for the whole house."""
        return TagRepository(self._connection)

    @cached_property
    def imports(self) -> ImportRepository:
        """Imported customer records, and the runs."""
        return ImportRepository(self._connection)

    @cached_property
    def histories(self) -> HistoryRepository:
        """What was known of whole books on a day, of customers who may be profiled."""
        return HistoryRepository(self._connection)

    @cached_property
    def segments(self) -> SegmentRepository:
        """Segments."""
        return SegmentRepository(self._connection)

    @cached_property
    def demand(self) -> DemandRepository:
        """Models of demand and their scores."""
        return DemandRepository(self._connection)

    @cached_property
    def accounts(self) -> AccountRepository:
        """Logins."""
        return AccountRepository(self._connection)

    @cached_property
    def cases(self) -> CaseRepository:
        """Review cases."""
        return CaseRepository(self._connection)

    @cached_property
    def dispatches(self) -> DispatchRepository:
        """The outbox."""
        return DispatchRepository(self._connection)

    @cached_property
    def messages(self) -> MessageRepository:
        """What customers received."""
        return MessageRepository(self._connection)

    @cached_property
    def inquiries(self) -> InquiryRepository:
        """What customers asked."""
        return InquiryRepository(self._connection)

    @cached_property
    def conversations(self) -> ConversationRepository:
        """Chats."""
        return ConversationRepository(self._connection)

    @cached_property
    def next_actions(self) -> NextActionRepository:
        """Next best actions."""
        return NextActionRepository(self._connection)

    @cached_property
    def plans(self) -> PlanRequestRepository:
        """Requests for plans."""
        return PlanRequestRepository(self._connection)

    @cached_property
    def plan_batches(self) -> PlanBatchRepository:
        """Batches of plans."""
        return PlanBatchRepository(self._connection)

    @cached_property
    def allocations(self) -> AllocationRepository:
        """The firm's model allocation by day of effect."""
        return AllocationRepository(self._connection)

    @cached_property
    def insistences(self) -> InsistenceRepository:
        """Procedures of customers who insist."""
        return InsistenceRepository(self._connection)

    def branch_of(self, customer: Customer) -> str:
        """Where a customer is served: at the branch of the own account, or else of the advisor; ``""`` for neither."""
        return self.accounts.branch_of(customer.id, customer.advisor_id) or ""

    @cached_property
    def audit(self) -> AuditLog:
        """The trace."""
        return AuditLog(self._connection)


class Storage:
    """Opens units of work."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def unit_of_work(self) -> Generator[UnitOfWork, None, None]:
        """Change something: all of it or nothing."""
        with self.database.begin() as connection:
            yield UnitOfWork(connection)

    @contextmanager
    def reading(self) -> Generator[UnitOfWork, None, None]:
        """Look without changing; nothing is committed."""
        with self.database.read() as connection:
            yield UnitOfWork(connection)
