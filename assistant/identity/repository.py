"""Accounts, kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from assistant.errors import NotFound
from assistant.identity.model import Account, Actor, Licence, Role
from assistant.identity.tables import accounts, login_failures


class AccountRepository:
    """Accounts by id or username, and how often a login failed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, account: Account) -> None:
        """Add the account, or replace the one with its id."""
        self._connection.execute(delete(accounts).where(accounts.c.id == account.actor.id))
        self._connection.execute(
            insert(accounts).values(
                id=account.actor.id,
                username=account.username,
                role=account.actor.role.value,
                name=account.actor.name,
                registration_number=account.actor.registration_number,
                licences=sorted(licence.value for licence in account.actor.licences),
                customer_id=account.actor.customer_id,
                branch=account.actor.branch,
                password_hash=account.password_hash,
                active=account.active,
            )
        )

    def get(self, account_id: str) -> Account:
        """The account, or ``NotFound``."""
        row = self._connection.execute(select(accounts).where(accounts.c.id == account_id)).one_or_none()
        if row is None:
            raise NotFound("没有这个账号。")
        return _account_of(row)

    def by_username(self, username: str) -> Account | None:
        """The account that logs in as ``username``."""
        row = self._connection.execute(select(accounts).where(accounts.c.username == username)).one_or_none()
        return _account_of(row) if row is not None else None

    def of_role(self, role: Role) -> tuple[Account, ...]:
        """Every account with the role, also those that may not log in any more."""
        rows = self._connection.execute(select(accounts).where(accounts.c.role == role.value).order_by(accounts.c.id))
        return tuple(_account_of(row) for row in rows)

    def branch_of(self, customer_id: str, advisor_id: str) -> str | None:
        """The branch of a customer's own account, or else of the advisor's."""
        branches = {
            row.id if row.customer_id is None else row.customer_id: row.branch
            for row in self._connection.execute(
                select(accounts.c.id, accounts.c.customer_id, accounts.c.branch).where(
                    or_(accounts.c.customer_id == customer_id, accounts.c.id == advisor_id)
                )
            )
        }
        return branches.get(customer_id) or branches.get(advisor_id)

    def failures(self, username: str, *, since: datetime) -> int:
        """Failed logins in a row, the last of them after ``since``."""
        row = self._connection.execute(
            select(login_failures.c.count.label("failures")).where(
                login_failures.c.username == username, login_failures.c.last_at > since
            )
        ).one_or_none()
        return int(row.failures) if row is not None else 0

    def add_failure(self, username: str, *, at: datetime, window: timedelta) -> None:
        """Count one more failure; the count starts anew after a quiet ``window``."""
        count = self.failures(username, since=at - window) + 1
        changed = self._connection.execute(
            update(login_failures).where(login_failures.c.username == username).values(count=count, last_at=at)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(login_failures).values(username=username, count=1, last_at=at))

    def clear_failures(self, username: str) -> None:
        """A good login forgives the bad ones."""
        self._connection.execute(delete(login_failures).where(login_failures.c.username == username))


def _account_of(row: Row[Any]) -> Account:
    return Account(
        actor=Actor(
            id=row.id,
            role=Role(row.role),
            name=row.name,
            registration_number=row.registration_number,
            licences=frozenset(Licence(licence) for licence in row.licences),
            customer_id=row.customer_id,
            branch=row.branch,
        ),
        username=row.username,
        password_hash=row.password_hash,
        active=row.active,
    )
