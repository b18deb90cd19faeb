"""The people of a site."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import users
from callroom.actions.callcentre import queues_of, skills_of
from callroom.actions.users import Role, Users
from callroom.core.routing.model import DialPermission
from callroom.errors import PasswordTooWeak
from callroom.http.exchange import columns
from callroom.http.fields import Body, Id, Language, MaybeId, Name, Shown
from callroom.http.resources import Admin, FromVersion, Resource, Viewer, etag, mount
from callroom.http.site import SiteDep, Write, actor_of
from callroom.store.tables import Extension, User

router = APIRouter(prefix="/api/v1")


def _none_when_empty(value: Any) -> Any:
    return value or None


class SkillLevel(BaseModel):
    """A skill at a level from 1 to 10."""

    model_config = ConfigDict(extra="forbid")
    skill: Id
    level: Annotated[int, Field(ge=1, le=10)]


class UserIn(Body):
    """``password`` may be left out on a change; ``takes_calls`` left out: agents do."""

    read_only: ClassVar = frozenset({"extension", "must_change_password"})
    login: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]
    name: Name
    role: Role
    password: Annotated[str | None, Field(max_length=200)] = None
    language: Language = "zh"
    theme: Literal["light", "dark", "system"] = "system"
    active: bool = True
    takes_calls: bool | None = None
    staff_number: Annotated[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")] | None, BeforeValidator(_none_when_empty)
    ] = None
    extension_id: MaybeId = None
    team_id: MaybeId = None
    supervises: list[Id] = Field(default=[], max_length=200)
    dial_permission: DialPermission = DialPermission.NATIONAL
    number_visibility: Literal["full", "middle", "name"] = "full"
    may_send_sms: bool = True
    queues: list[Id] = Field(default=[], max_length=200)
    skills: list[SkillLevel] = Field(default=[], max_length=100)


class UserOut(Shown):
    login: str
    name: str
    role: Role
    language: str
    theme: str
    active: bool
    takes_calls: bool
    staff_number: str | None
    extension_id: str | None
    extension: str | None
    team_id: str | None
    supervises: list[str]
    dial_permission: DialPermission
    number_visibility: str
    may_send_sms: bool
    queues: list[str]
    skills: list[SkillLevel]
    must_change_password: bool


async def show_users(viewer: Viewer, rows: Sequence[User]) -> list[UserOut]:
    return await _shown(viewer.session, rows)


async def show_user(session: AsyncSession, user: User) -> UserOut:
    return (await _shown(session, [user]))[0]


async def _shown(session: AsyncSession, rows: Sequence[User]) -> list[UserOut]:
    ids = [row.id for row in rows]
    queues, skills = await queues_of(session, ids), await skills_of(session, ids)
    wanted = select(Extension.id, Extension.number).where(Extension.id.in_([row.extension_id for row in rows]))
    numbers = {id: number for id, number in (await session.execute(wanted))}
    return [
        UserOut.model_validate(
            columns(row)
            | {
                "queues": queues[row.id],
                "skills": skills[row.id],
                "extension": numbers.get(row.extension_id or ""),
            }
        )
        for row in rows
    ]


def _values(body: UserIn) -> dict[str, Any]:
    values = body.model_dump(exclude={"password"})
    if values["takes_calls"] is None:
        values["takes_calls"] = values["role"] == Role.AGENT
    return values


@router.post("/users", status_code=201, operation_id="createUser", tags=["users"])
async def create_user(
    body: UserIn, me: Admin, request: Request, response: Response, site: SiteDep, session: Write
) -> UserOut:
    if body.password is None:
        raise PasswordTooWeak(users.SHORTEST_PASSWORD)
    values: dict[str, Any] = _values(body) | {"password": body.password, "role": Role(body.role)}
    made = await users.create_user(session, actor_of(me, request), now=site.now(), **values)
    etag(response, made.version)
    return await show_user(session, made)


@router.put("/users/{id}", operation_id="replaceUser", tags=["users"])
async def replace_user(
    id: str,
    body: UserIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> UserOut:
    user = await users.replace_user(
        session, actor_of(me, request), id, version, _values(body), body.password or "", site.now()
    )
    etag(response, user.version)
    return await show_user(session, user)


mount(
    router,
    Resource(
        Users(),
        "User",
        "Users",
        UserIn,
        UserOut,
        sort=("login", "name", "role", "created_at"),
        search=("login", "name", "staff_number"),
        show=show_users,
        creates=False,
        replaces=False,
    ),
)
