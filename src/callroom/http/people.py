"""Signing in and out, oneself, the users, and the operation log."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from callroom.actions import sessions, users
from callroom.actions.users import Role
from callroom.errors import WrongCredentials
from callroom.http.site import COOKIE, Me, Read, SiteDep, Write, actor_of, address_of, allow, token_of
from callroom.store.database import writing
from callroom.store.tables import AuditEntry, User

router = APIRouter(prefix="/api/v1")
Admin = Annotated[User, Depends(allow(Role.ADMIN))]
LogReader = Annotated[User, Depends(allow(Role.ADMIN, Role.AUDITOR))]
Limit = Annotated[int, Query(ge=1, le=200)]


class SignIn(BaseModel):
    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    login: str
    name: str
    role: Role
    staff_number: str | None
    language: str
    theme: str
    active: bool
    takes_calls: bool
    must_change_password: bool
    version: int


class SignedIn(BaseModel):
    token: str
    user: UserOut


class NewUser(BaseModel):
    login: str = Field(min_length=1, max_length=64, pattern=r"^\s*[A-Za-z0-9._@-]+\s*$")
    name: str = Field(min_length=1, max_length=80)
    role: Role
    password: str = Field(max_length=200)
    staff_number: str | None = Field(default=None, max_length=20)


class NewPassword(BaseModel):
    current: str = Field(max_length=200)
    password: str = Field(max_length=200)


class UserList(BaseModel):
    items: list[UserOut]
    next: str | None


class LogEntry(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    at: datetime
    actor: str
    address: str
    action: str
    subject_kind: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Log(BaseModel):
    items: list[LogEntry]
    next: str | None


@router.post("/session")
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
    return SignedIn(token=token, user=UserOut.model_validate(user))


@router.delete("/session", status_code=204)
async def sign_out(me: Me, request: Request, response: Response, site: SiteDep, session: Write) -> None:
    await sessions.sign_out(session, token_of(request), actor_of(me, request), site.now())
    response.delete_cookie(COOKIE)


@router.get("/me")
async def who_am_i(me: Me) -> UserOut:
    return UserOut.model_validate(me)


@router.put("/me/password", status_code=204)
async def change_my_password(body: NewPassword, me: Me, request: Request, site: SiteDep, session: Write) -> None:
    await site.limit("password", me.id, 10)
    await users.check_password(me, body.current)
    await users.change_password(session, actor_of(me, request), me.id, body.password, site.now())


@router.get("/users")
async def list_users(me: Admin, session: Read, limit: Limit = 50, cursor: str = "") -> UserList:
    rows = await session.scalars(select(User).where(User.login > cursor).order_by(User.login).limit(limit + 1))
    items = [UserOut.model_validate(row) for row in rows]
    return UserList(items=items[:limit], next=items[limit - 1].login if len(items) > limit else None)


@router.post("/users", status_code=201)
async def create_user(body: NewUser, me: Admin, request: Request, site: SiteDep, session: Write) -> UserOut:
    made = await users.create_user(session, actor_of(me, request), now=site.now(), **body.model_dump())
    return UserOut.model_validate(made)


@router.get("/audit-log")
async def read_log(
    me: LogReader,
    session: Read,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1)] = None,
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
