"""Signing in and out, and the operation log."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from callroom.actions import sessions
from callroom.actions.users import Role
from callroom.errors import WrongCredentials
from callroom.http.fields import PLAIN
from callroom.http.paging import Limit
from callroom.http.site import COOKIE, Me, Read, SiteDep, Write, actor_of, address_of, allow, token_of
from callroom.http.users import UserOut, show_user
from callroom.store.database import writing
from callroom.store.tables import AuditEntry, User

router = APIRouter(prefix="/api/v1")
LogReader = Annotated[User, Depends(allow(Role.ADMIN, Role.AUDITOR))]


class SignIn(BaseModel):
    login: Annotated[str, Field(min_length=1, max_length=64), PLAIN]
    password: str = Field(min_length=1, max_length=200)


class SignedIn(BaseModel):
    token: str
    user: UserOut


class LogEntry(BaseModel):
    """``actor_id``: null where nobody was signed in, as for what the system does by itself ("system")."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    at: datetime
    actor: str
    actor_id: str | None
    address: str
    action: str
    subject_kind: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Log(BaseModel):
    items: list[LogEntry]
    next: str | None


@router.post("/session", operation_id="signIn", tags=["session"])
async def sign_in(body: SignIn, request: Request, response: Response, site: SiteDep) -> SignedIn:
    address = address_of(request)
    await site.limit("sign-in", address, 20)
    await site.limit("sign-in", body.login.strip().lower(), 10)
    try:
        async with writing(site.engine) as session, session.begin():
            user, token = await sessions.sign_in(
                session,
                login=body.login,
                password=body.password,
                address=address,
                agent_string=request.headers.get("user-agent", ""),
                now=site.now(),
            )
            shown = await show_user(session, user)
    except WrongCredentials:
        async with writing(site.engine) as session, session.begin():
            await sessions.note_failure(session, body.login, address, site.now())
        raise
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return SignedIn(token=token, user=shown)


@router.delete("/session", status_code=204, operation_id="signOut", tags=["session"])
async def sign_out(me: Me, request: Request, response: Response, site: SiteDep, session: Write) -> None:
    await sessions.sign_out(session, token_of(request), actor_of(me, request), site.now())
    response.delete_cookie(COOKIE)


@router.get("/audit-log", operation_id="listAuditLog", tags=["audit-log"])
async def read_log(
    me: LogReader,
    session: Read,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, lt=1 << 53)] = None,
    action: Annotated[str, Query(max_length=60)] = "",
) -> Log:
    """The operation log, newest first."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if cursor is not None:
        wanted = wanted.where(AuditEntry.id < cursor)
    if action:
        wanted = wanted.where(AuditEntry.action == action)
    items = [LogEntry.model_validate(row) for row in await session.scalars(wanted)]
    return Log(items=items[:limit], next=str(items[limit - 1].id) if len(items) > limit else None)
