"""Keys for programs. The key itself is shown once, when it is made."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from callroom.actions import configured, keys
from callroom.actions.keys import API_KEYS
from callroom.errors import invalid
from callroom.http.fields import Body, Id, Name, Shown
from callroom.http.resources import Admin, Resource, etag, mount, plainly
from callroom.http.site import SiteDep, Write, actor_of

router = APIRouter(prefix="/api/v1")


class ApiKeyIn(Body):
    """``expires_at`` null: never."""

    name: Name
    scopes: Annotated[list[Literal["read", "write", "calls"]], Field(min_length=1, max_length=3)]
    expires_at: AwareDatetime | None = None
    user_id: Id


class ApiKeyOut(Shown):
    name: str
    scopes: list[str]
    expires_at: AwareDatetime | None
    user_id: str


class NewApiKey(ApiKeyOut):
    key: str


@router.post("/api-keys", status_code=201, operation_id="createApiKey", tags=["api-keys"])
async def create_key(
    body: ApiKeyIn, me: Admin, request: Request, response: Response, site: SiteDep, session: Write
) -> NewApiKey:
    if body.expires_at is not None and body.expires_at <= site.now():
        raise invalid("expires_at", "past")
    key, hashed = keys.new_key()
    values = body.model_dump() | {"key_hash": hashed}
    row = await configured.create(session, actor_of(me, request), API_KEYS, values, site.now())
    etag(response, row.version)
    shown = ApiKeyOut.model_validate(row)
    return NewApiKey(**shown.model_dump(), key=key)


mount(
    router,
    Resource(
        API_KEYS,
        "ApiKey",
        "ApiKeys",
        ApiKeyIn,
        ApiKeyOut,
        sort=("name", "created_at"),
        search=("name",),
        show=plainly(ApiKeyOut),
        creates=False,
    ),
)
