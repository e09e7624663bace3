"""Prove that the audit chain is whole."""

from dataclasses import dataclass

from assistant.audit.log import ChainReport
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.storage import Storage

_MAY = frozenset({Role.REVIEWER, Role.OPERATIONS, Role.ADMINISTRATOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class VerifyAudit:
    """Walks every entry; time grows with the log."""

    storage: Storage

    def __call__(self, *, by: Actor) -> ChainReport:
        if by.role not in _MAY:
            raise NotPermitted("您的角色不能校验审计链。")
        with self.storage.reading() as work:
            return work.audit.verify()
