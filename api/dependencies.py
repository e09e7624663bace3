"""What a route asks for: the application, and who is calling."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.bootstrap import Application
from assistant.errors import Unauthenticated
from assistant.identity.model import Actor
from assistant.workflows.import_customers import refuse_unless_importer
from assistant.workflows.publish_library import refuse_unless_keeper

_bearer = HTTPBearer(auto_error=False, description="登录后得到的凭证。")


def application(request: Request) -> Application:
    """The application that ``create_app`` was given."""
    opened: Application = request.app.state.application
    return opened


App = Annotated[Application, Depends(application)]


def current_actor(
    app: App, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Actor:
    """Whose token came with the request; ``Unauthenticated`` without a good one."""
    if credentials is None:
        raise Unauthenticated("请先登录。")
    return app.identify(credentials.credentials)


CurrentActor = Annotated[Actor, Depends(current_actor)]


def current_keeper(actor: CurrentActor) -> Actor:
    """The caller, who keeps the library: asked before a large body is read."""
    refuse_unless_keeper(actor)
    return actor


CurrentKeeper = Annotated[Actor, Depends(current_keeper)]


def current_importer(actor: CurrentActor) -> Actor:
    """The caller, who may import customers: asked before a large body is read."""
    refuse_unless_importer(actor)
    return actor


CurrentImporter = Annotated[Actor, Depends(current_importer)]
