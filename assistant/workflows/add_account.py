"""Add a login for a person."""

import re
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Account, Actor, Licence, Role
from assistant.identity.passwords import hash_password
from assistant.storage import Storage

MIN_PASSWORD = 10
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")


@dataclass(frozen=True, slots=True)
class AddAccount:
    """A customer's account names its customer; an investment adviser's licence needs a registration number."""

    storage: Storage
    clock: Clock

    def __call__(
        self,
        username: str,
        password: str,
        *,
        role: Role,
        name: str,
        by: Actor,
        registration_number: str | None = None,
        licences: frozenset[Licence] = frozenset(),
        customer_id: str | None = None,
        branch: str | None = None,
    ) -> Actor:
        if by.role not in (Role.ADMINISTRATOR, Role.SYSTEM):
            raise NotPermitted("只有管理员可以添加账号。")
        actor = Actor(
            id=new_id(role.value),
            role=role,
            name=name.strip(),
            registration_number=registration_number,
            licences=licences,
            customer_id=customer_id,
            branch=(branch or "").strip() or None,
        )
        _must_be_sound(username, password, actor)
        with self.storage.unit_of_work() as work:
            if work.accounts.by_username(username) is not None:
                raise Conflict(f"用户名「{username}」已经有人使用。")
            work.accounts.save(Account(actor=actor, username=username, password_hash=hash_password(password)))
            work.audit.add(
                AuditEvent.ACCOUNT_ADDED,
                actor=by,
                subject=f"account:{actor.id}",
                detail={
                    "role": role.value,
                    "licences": sorted(licence.value for licence in licences),
                    "branch": actor.branch,
                },
                at=self.clock.now(),
            )
        return actor


def _must_be_sound(username: str, password: str, actor: Actor) -> None:
    if _USERNAME.fullmatch(username) is None:
        raise Invalid("用户名应由小写字母、数字、点、横线组成，以字母开头，3到64个字符。")
    if len(password) < MIN_PASSWORD:
        raise Invalid(f"密码至少要有 {MIN_PASSWORD} 个字符。")
    if not actor.name:
        raise Invalid("请写明姓名。")
    if actor.role is Role.SYSTEM:
        raise Invalid("系统角色不能登录。")
    if (actor.role is Role.CUSTOMER) != (actor.customer_id is not None):
        raise Invalid("客户账号须写明客户编号，其他账号不能写。")
    if Licence.INVESTMENT_ADVISOR in actor.licences and not actor.registration_number:
        raise Invalid("具备投资顾问资格的账号须写明登记编码。")
