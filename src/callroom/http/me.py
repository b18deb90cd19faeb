"""What a signed-in person reads and changes about himself."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlalchemy import select

from callroom.actions import users
from callroom.errors import NoPhone
from callroom.http.fields import Body, Language
from callroom.http.site import Me, Read, SiteDep, Write, actor_of
from callroom.http.users import UserOut, show_user
from callroom.store.tables import Device, Extension

router = APIRouter(prefix="/api/v1", tags=["me"])


class AgentPart(BaseModel):
    """``extension`` is its number, ``browser_device`` the id of the phone in the page."""

    takes_calls: bool
    extension: str | None
    browser_device: str | None


class MeOut(UserOut):
    agent: AgentPart


class MyChange(Body):
    language: Language | None = None
    theme: Literal["light", "dark", "system"] | None = None


class NewPassword(BaseModel):
    current: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=200)]


class PhoneOut(BaseModel):
    """A SIP account: user name, digest password, and the name shown to others."""

    device: str
    secret: str
    display_name: str


@router.get("/me", operation_id="getMe")
async def who_am_i(me: Me, session: Read) -> MeOut:
    shown = await show_user(session, me)
    wanted = select(Device.id).where(Device.extension_id == me.extension_id, Device.kind == "browser")
    device = await session.scalar(wanted.limit(1)) if me.extension_id else None
    agent = AgentPart(takes_calls=me.takes_calls, extension=shown.extension, browser_device=device)
    return MeOut.model_validate(shown.model_dump() | {"agent": agent})


@router.patch("/me", operation_id="changeMe")
async def change_me(body: MyChange, me: Me, request: Request, site: SiteDep, session: Write) -> UserOut:
    values = body.model_dump(exclude_none=True)
    user = await users.change_own(session, actor_of(me, request), me.id, values, site.now())
    return await show_user(session, user)


@router.put("/me/password", status_code=204, operation_id="changeMyPassword")
async def change_my_password(body: NewPassword, me: Me, request: Request, site: SiteDep, session: Write) -> None:
    await site.limit("password", me.id, 10)
    await users.check_password(me, body.current)
    await users.change_password(session, actor_of(me, request), me.id, body.password, site.now())


@router.get("/me/phone", operation_id="getMyPhone")
async def my_phone(me: Me, session: Read) -> PhoneOut:
    """The SIP account of the phone in the page; 409 ``no-phone`` without an extension."""
    found = await session.execute(
        select(Device.id, Device.secret, Extension.name)
        .join(Extension, Extension.id == Device.extension_id)
        .where(Device.extension_id == me.extension_id, Device.kind == "browser")
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise NoPhone(me.id)
    device, secret, _ = row
    return PhoneOut(device=device, secret=secret, display_name=me.name)
