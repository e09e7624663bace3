"""Fill an empty house for a demonstration: library, accounts that everybody knows, and a book of customers."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, NotPermitted
from assistant.identity.model import SYSTEM, Account, Actor, Licence, Role
from assistant.identity.passwords import hash_password
from assistant.settings import Mode
from assistant.storage import Storage
from assistant.workflows.approve_script import ApproveScripts
from assistant.workflows.import_customers import ImportCustomers
from assistant.workflows.publish_library import PublishLibrary, PublishReport
from knowledge.customers.generating.people import customer_id
from knowledge.customers.generating.write import Layout, Wanted, write_files
from knowledge.customers.model import Scope
from knowledge.documents.loading import load_folder
from knowledge.documents.model import LoadedVersion

DEMO_PASSWORD = "yice-demo"  # noqa: S105 - printed at start, refused outside demo mode
DEMO_CUSTOMERS = 320
DEMO_SEED = 7
FIRST_CUSTOMER = customer_id(0)
"""Of the first advisor: the account ``customer`` is theirs."""
DEMO_SHANGHAI, DEMO_SHENZHEN = "上海示范营业部", "深圳示范营业部"
"""Fictional branches."""
_APPROVED_FOR = timedelta(days=365)

_ADVISOR = frozenset({Licence.INVESTMENT_ADVISOR, Licence.FUND_SALES})
DEMO_STAFF: dict[str, Actor] = {
    "chen": Actor(
        id="advisor-chen",
        role=Role.ADVISOR,
        name="陈晓岚",
        registration_number="S0000000000001",
        licences=_ADVISOR,
        branch=DEMO_SHANGHAI,
    ),
    "zhou": Actor(
        id="advisor-zhou",
        role=Role.ADVISOR,
        name="周启明",
        registration_number="S0000000000002",
        licences=_ADVISOR,
        branch=DEMO_SHANGHAI,
    ),
    "lin": Actor(
        id="advisor-lin",
        role=Role.ADVISOR,
        name="林若溪",
        registration_number="S0000000000003",
        licences=_ADVISOR,
        branch=DEMO_SHENZHEN,
    ),
    "shen": Actor(id="reviewer-shen", role=Role.REVIEWER, name="沈知微", licences=frozenset({Licence.COMPLIANCE})),
    "ops": Actor(id="operations-ops", role=Role.OPERATIONS, name="许运营"),
    "keeper": Actor(id="keeper-gu", role=Role.KEEPER, name="顾知识"),
    "admin": Actor(id="administrator-demo", role=Role.ADMINISTRATOR, name="管理员"),
}
"""Fictional people; ``customer`` is the first customer of ``chen``."""


@dataclass(frozen=True, slots=True)
class LoadDemo:
    """Customers and accounts that are there stay as they are; the library follows its files. Runs at every start."""

    storage: Storage
    publish: PublishLibrary
    mode: Mode
    library: Path
    scripts: ApproveScripts
    imports: ImportCustomers
    book: Path
    """Where the files of the book lie while they are taken in."""
    clock: Clock

    def __call__(self, *, customers: int = DEMO_CUSTOMERS, seed: int = DEMO_SEED) -> PublishReport:
        if self.mode is not Mode.DEMO:
            raise NotPermitted("演示数据只能在演示模式下装载。")
        shipped = load_folder(self.library)
        report = self._publish(shipped)
        self._add_staff()
        self.scripts.approve_unseen(
            documents={each.version.document_id for each in shipped},
            until=self.clock.today() + _APPROVED_FOR,
            by=DEMO_STAFF["shen"],
            note="演示装载时批准，有效期一年",
        )
        self._add_customers(customers, seed)
        return report

    def _publish(self, shipped: Sequence[LoadedVersion]) -> PublishReport:
        """A document that a keeper has taken further stays as it is, and stops no other."""
        try:
            return self.publish.publish_loaded(shipped, correct=True, by=SYSTEM)
        except Conflict:
            reports = [self._publish_one(list(each)) for _, each in groupby(shipped, _document)]
            return sum(reports, PublishReport())

    def _publish_one(self, versions: Sequence[LoadedVersion]) -> PublishReport:
        try:
            return self.publish.publish_loaded(versions, correct=True, by=SYSTEM)
        except Conflict as error:
            return PublishReport(left=(error.message,))

    def _add_staff(self) -> None:
        with self.storage.unit_of_work() as work:
            for username, actor in DEMO_STAFF.items():
                if work.accounts.by_username(username) is None:
                    work.accounts.save(
                        Account(actor=actor, username=username, password_hash=hash_password(DEMO_PASSWORD))
                    )

    def _add_customers(self, customers: int, seed: int) -> None:
        """Generate the files of a book, import them like any others, and open the first customer's account.

        The files stay until all is done: a start after a crash goes on with them.
        """
        with self.storage.reading() as work:
            if work.customers.count() and not self.book.exists():
                return
            products = tuple(product for product in work.products.all() if product.on_sale)
        if not self.book.exists():
            advisors = tuple(actor.id for actor in DEMO_STAFF.values() if actor.role is Role.ADVISOR)
            wanted = Wanted(
                customers=customers, advisors=advisors, seed=seed, today=self.clock.today(), products=products
            )
            write_files(self.book, wanted, layout=Layout.PARQUET)
        report = self.imports(self.book, by=SYSTEM)
        self._open_account(report.run.id)
        shutil.rmtree(self.book)

    def _open_account(self, import_id: str) -> None:
        with self.storage.unit_of_work() as work:
            first = work.customers.get(FIRST_CUSTOMER, scope=Scope.everyone(), as_of=self.clock.today()).customer
            if work.accounts.by_username("customer") is None:
                actor = Actor(id=f"account-{first.id}", role=Role.CUSTOMER, name=first.salutation, customer_id=first.id)
                work.accounts.save(
                    Account(actor=actor, username="customer", password_hash=hash_password(DEMO_PASSWORD))
                )
            work.audit.add(
                AuditEvent.CUSTOMERS_LOADED,
                actor=SYSTEM,
                subject="customers:demo",
                detail={"customers": work.customers.count(), "import": import_id},
                at=self.clock.now(),
            )


def _document(loaded: LoadedVersion) -> str:
    return loaded.version.document_id
