"""Who is looking: a cookie that scripts cannot read holds the login token; the API says whose it is."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from api.schemas.sessions import ActorView
from api.schemas.terms import Role
from ui.client import ApiClient, ApiError

SESSION_COOKIE = "yice_session"
LANGUAGE_COOKIE = "yice_language"
_TRUSTED_SECONDS = 20.0
_KEPT = 10_000

PAGES: dict[str, tuple[str, frozenset[Role]]] = {
    "/today": ("今日", frozenset({Role.ADVISOR})),
    "/": ("智能问答", frozenset({Role.ADVISOR, Role.REVIEWER, Role.KEEPER})),
    "/customers": ("客户", frozenset({Role.ADVISOR})),
    "/drafts": ("草稿", frozenset({Role.ADVISOR})),
    "/plans": ("批量", frozenset({Role.ADVISOR, Role.OPERATIONS, Role.ADMINISTRATOR})),
    "/review": ("审核", frozenset({Role.REVIEWER})),
    "/inbox": ("我的消息", frozenset({Role.CUSTOMER})),
    "/library": ("知识库", frozenset({Role.ADVISOR, Role.REVIEWER, Role.KEEPER, Role.OPERATIONS, Role.ADMINISTRATOR})),
    "/operations": ("运营", frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMINISTRATOR})),
    "/imports": ("导入", frozenset({Role.ADMINISTRATOR})),
}
"""Path → (name, who sees it). The API decides what anybody may do; this only decides what is shown."""

_HOMES = {
    Role.ADVISOR: "/today",
    Role.KEEPER: "/library",
    Role.REVIEWER: "/review",
    Role.CUSTOMER: "/inbox",
    Role.OPERATIONS: "/operations",
    Role.ADMINISTRATOR: "/operations",
}


def home_of(role: Role) -> str:
    """The page that a role starts on."""
    return _HOMES.get(role, "/library")


def pages_of(role: Role) -> tuple[tuple[str, str], ...]:
    """``(path, name)`` of every page that a role sees, in order."""
    return tuple((path, name) for path, (name, roles) in PAGES.items() if role in roles)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whose token the API accepts."""

    token: str
    actor: ActorView


@dataclass(frozen=True, slots=True)
class _Known:
    actor: ActorView
    until: float


class Visitors:
    """Asks the API whose a token is, and remembers it for some seconds; keeps no token, only its SHA-256."""

    def __init__(self, client: Callable[[str | None], ApiClient], clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def of(self, token: str | None) -> Visitor | None:
        """The visitor, or ``None`` where the token is missing, wrong or has run out. Other errors are raised."""
        if not token:
            return None
        key = hashlib.sha256(token.encode()).hexdigest()
        known = self._known.get(key)
        if known is not None and self._clock() < known.until:
            return Visitor(token, known.actor)
        try:
            actor = self._client(token).actor()
        except ApiError as error:
            if error.expired:
                self.forget(token)
                return None
            raise
        with self._lock:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = _Known(actor, self._clock() + _TRUSTED_SECONDS)
        return Visitor(token, actor)

    def forget(self, token: str) -> None:
        """Ask again next time."""
        with self._lock:
            self._known.pop(hashlib.sha256(token.encode()).hexdigest(), None)
