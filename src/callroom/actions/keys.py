"""Keys with which programs use the API in a user's name. Only the sha-256 of a key is kept."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.configured import Kind, Values, must_exist
from callroom.errors import NotAllowed, NotSignedIn, invalid
from callroom.store.tables import ApiKey, User

MARK = "crk_"  # how a key is told from a session's token
SCOPES = ("read", "write", "calls")
# A key must not make itself a longer or wider one, nor take over its user.
_SESSION_ONLY = ("/api/v1/session", "/api/v1/api-keys", "/api/v1/users", "/api/v1/me/password", "/api/v1/me/phone")
_CALLS = ("/api/v1/calls", "/api/v1/me/sign-in", "/api/v1/me/presence", "/api/v1/demo/call")


class ApiKeys(Kind[ApiKey]):
    table = ApiKey
    name = "api_key"
    plural = "api-keys"
    prefix = "k"
    unique = ()
    secrets = frozenset({"key_hash"})

    async def check(self, session: AsyncSession, values: Values, row: ApiKey | None) -> None:
        await must_exist(session, User, values["user_id"], "user_id")
        if len(set(values["scopes"])) != len(values["scopes"]):
            raise invalid("scopes", "twice")


API_KEYS = ApiKeys()


def new_key() -> tuple[str, str]:
    """A key and the hash that is kept of it."""
    key = MARK + secrets.token_urlsafe(32)
    return key, _hash(key)


def is_key(token: str) -> bool:
    return token.startswith(MARK)


def scope_of(method: str, path: str) -> str:
    """What a key needs for this request; "" when no key is enough."""
    reads = method in ("GET", "HEAD")
    for prefix in _SESSION_ONLY:
        if (path == prefix or path.startswith(prefix + "/")) and not (reads and prefix == "/api/v1/users"):
            return ""
    if any(path == prefix or path.startswith(prefix + "/") for prefix in _CALLS):
        return "calls"
    return "read" if reads else "write"


async def who(session: AsyncSession, key: str, scope: str, now: datetime) -> User:
    """Whose key this is. Raises ``NotSignedIn`` (unknown, run out, user closed), ``NotAllowed`` (scope)."""
    found = await session.execute(
        select(User, ApiKey.scopes)
        .join(ApiKey, ApiKey.user_id == User.id)
        .where(ApiKey.key_hash == _hash(key), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now), User.active)
    )
    row = found.one_or_none()
    if row is None:
        raise NotSignedIn
    user, scopes = row
    if scope not in scopes and not (scope == "read" and "write" in scopes):
        raise NotAllowed(user.role)
    return user


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
