"""Is the process alive, and can it serve?"""

from http import HTTPStatus

from fastapi import APIRouter, Response

from api.dependencies import App
from api.schemas.health import LiveView, ReadyView

router = APIRouter(prefix="/health", tags=["健康"])


@router.get("/live", summary="进程是否存活", description="不检查任何依赖。")
def live() -> LiveView:
    return LiveView()


@router.get(
    "/ready",
    responses={503: {"model": ReadyView, "description": "有依赖不可用。"}},
    summary="能否服务",
    description="逐项说明数据库、索引、后台任务和模型。",
)
def ready(app: App, response: Response) -> ReadyView:
    view = ReadyView.of(app.health())
    if not view.ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return view
