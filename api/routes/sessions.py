"""Logging in, and who is logged in."""

from http import HTTPStatus

from fastapi import APIRouter

from api.dependencies import App, CurrentActor
from api.schemas.sessions import ActorView, LoginRequest, SessionView

router = APIRouter(prefix="/sessions", tags=["登录"])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    summary="登录",
    description="以用户名和密码换取短期凭证。连续五次失败，锁定十五分钟。",
)
def log_in(credentials: LoginRequest, app: App) -> SessionView:
    return SessionView.of(app.log_in(credentials.username, credentials.password))


@router.get("/current", summary="当前登录人", description="凭证属于谁，什么角色，有什么资格。")
def current(actor: CurrentActor) -> ActorView:
    return ActorView.of(actor)
