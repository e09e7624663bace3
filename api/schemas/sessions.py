"""Logging in."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Input, PlainText, Text, View
from api.schemas.terms import ROLE_LABELS, Licence, Role
from assistant.identity.model import Actor
from assistant.workflows.log_in import Login


class LoginRequest(Input):
    """A username and its password."""

    username: Annotated[PlainText, StringConstraints(min_length=1, max_length=64)] = Field(
        description="用户名。", examples=["chen"]
    )
    password: Annotated[Text, StringConstraints(min_length=1, max_length=200)] = Field(
        description="密码。", examples=["yice-demo"], repr=False
    )


class ActorView(View):
    """Who is logged in."""

    id: str = Field(examples=["advisor-chen"])
    role: Role = Field(description="角色。", examples=["advisor"])
    role_label: str = Field(examples=["投资顾问"])
    name: str = Field(description="姓名。", examples=["陈晓岚"])
    registration_number: str | None = Field(description="登记编码。", examples=["S0000000000001"])
    licences: tuple[Licence, ...] = Field(description="资格。", examples=[["investment_advisor"]])
    customer_id: str | None = Field(description="仅客户有。", examples=[None])

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The actor as the actor may see itself."""
        return cls(
            id=actor.id,
            role=actor.role,
            role_label=ROLE_LABELS[actor.role],
            name=actor.name,
            registration_number=actor.registration_number,
            licences=tuple(sorted(actor.licences)),
            customer_id=actor.customer_id,
        )


class SessionView(View):
    """A token and whose it is; send it as ``Authorization: Bearer``."""

    token: str = Field(description="登录凭证。", repr=False)
    token_type: str = Field(default="Bearer", examples=["Bearer"])
    expires_at: datetime = Field(description="失效时刻。", examples=["2026-11-22T15:30:00Z"])
    actor: ActorView

    @classmethod
    def of(cls, login: Login) -> Self:
        """A good login."""
        return cls(token=login.token, expires_at=login.expires_at, actor=ActorView.of(login.actor))
