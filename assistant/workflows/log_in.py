"""Log in with a username and password, and tell from a token who is calling."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotFound, TooMany, Unauthenticated
from assistant.identity.model import SYSTEM, Account, Actor, Role
from assistant.identity.passwords import password_matches
from assistant.identity.tokens import Tokens
from assistant.storage import Storage, UnitOfWork

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A good login: who, and the token that says so until ``expires_at``."""

    actor: Actor
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LogIn:
    """Five failures in fifteen minutes lock the username for as long; nothing tells whether a username exists."""

    storage: Storage
    tokens: Tokens
    clock: Clock

    def __call__(self, username: str, password: str) -> Login:
        now = self.clock.now()
        with self.storage.reading() as work:
            failures = work.accounts.failures(username, since=now - LOCKED_FOR)
            account = work.accounts.by_username(username)
        if failures >= MAX_FAILURES:
            raise TooMany("登录失败次数过多，请15分钟后再试。")
        matches = password_matches(password, account.password_hash if account is not None else None)
        if account is None or not matches or not account.active:
            self._remember_failure(username, account, now)
            raise Unauthenticated("用户名或密码不正确。")
        with self.storage.unit_of_work() as work:
            work.accounts.clear_failures(username)
            work.audit.add(AuditEvent.LOGIN, actor=account.actor, subject=f"account:{account.actor.id}", at=now)
        token, expires_at = self.tokens.issue(account.actor.id, now=now)
        return Login(actor=account.actor, token=token, expires_at=expires_at)

    def _remember_failure(self, username: str, account: Account | None, now: datetime) -> None:
        with self.storage.unit_of_work() as work:
            work.accounts.add_failure(username, at=now, window=LOCKED_FOR)
            subject = f"account:{account.actor.id}" if account is not None else "account:unknown"
            work.audit.add(AuditEvent.LOGIN_FAILED, actor=SYSTEM, subject=subject, at=now)


@dataclass(frozen=True, slots=True)
class Identify:
    """Who is calling: a token counts as long as it is good and its account is active."""

    storage: Storage
    tokens: Tokens
    clock: Clock

    def __call__(self, token: str) -> Actor:
        account_id = self.tokens.account_id(token, now=self.clock.now())
        try:
            with self.storage.reading() as work:
                account = work.accounts.get(account_id)
                actor = _placed(work, account.actor)
        except NotFound:
            raise Unauthenticated("登录凭证无效，请重新登录。") from None
        if not account.active:
            raise Unauthenticated("账号已停用。")
        return actor


def _placed(work: UnitOfWork, actor: Actor) -> Actor:
    """A customer without a branch of the own account belongs to the advisor's."""
    if actor.role is not Role.CUSTOMER or actor.customer_id is None or actor.branch is not None:
        return actor
    advisor_id = work.customers.advisor_of(actor.customer_id, scope=actor.scope)
    return replace(actor, branch=work.accounts.branch_of(actor.customer_id, advisor_id))
