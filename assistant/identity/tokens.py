"""Short-lived signed tokens (JWT, HS256): who is calling, and until when."""

from datetime import datetime, timedelta

import jwt

from assistant.errors import Unauthenticated

_ALGORITHM = "HS256"
_AUDIENCE = "yice"


class Tokens:
    """Issues and reads login tokens."""

    def __init__(self, secret: str, lifetime: timedelta) -> None:
        self._secret = secret
        self._lifetime = lifetime

    def issue(self, account_id: str, *, now: datetime) -> tuple[str, datetime]:
        """A token for the account, and the moment at which it runs out."""
        expires = now + self._lifetime
        claims = {"sub": account_id, "aud": _AUDIENCE, "iat": int(now.timestamp()), "exp": int(expires.timestamp())}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM), expires

    def account_id(self, token: str, *, now: datetime) -> str:
        """Whose token it is; ``Unauthenticated`` when it is forged, foreign or out of date."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["sub", "exp", "aud"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise Unauthenticated("登录凭证无效，请重新登录。") from None
        if not isinstance(claims["exp"], int | float) or claims["exp"] <= now.timestamp():
            raise Unauthenticated("登录已过期，请重新登录。")
        return str(claims["sub"])
