"""The demo company and its caller, for who wants to see a call arrive before he has a line."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions.users import Role
from callroom.errors import NotNow
from callroom.http.problems import speaks_english
from callroom.http.site import SiteDep, allow, token_of
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1/demo", tags=["demo"])
Admin = Annotated[User, Depends(allow(Role.ADMIN))]
Caller = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]


class MadeSignIn(Protocol):
    @property
    def login(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def extension(self) -> str: ...


class Demo(Protocol):
    """What the wiring puts behind these routes."""

    async def load(self, token: str, language: str) -> Sequence[MadeSignIn]: ...

    async def call(self, to: str, caller: str, keys: str, language: str) -> None: ...


class DemoSignIn(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    login: str
    password: str
    role: str
    name: str
    extension: str


class DemoCompany(BaseModel):
    sign_ins: list[DemoSignIn]
    did: str


class DemoCall(BaseModel):
    to: str = Field(default="88001", pattern=r"^[0-9]{2,20}$")
    caller: str = Field(default="13800138000", pattern=r"^[0-9]{2,20}$", alias="from")
    keys: str = Field(default="", pattern=r"^[0-9*#]{0,10}$")


def _demo(site: SiteDep) -> Demo:
    if site.demo is None:
        raise NotNow("demo", "no demo here")
    return site.demo


DemoDep = Annotated[Demo, Depends(_demo)]


@router.post("/load", operation_id="loadDemo")
async def load(me: Admin, request: Request, demo: DemoDep) -> DemoCompany:
    """Make the demo company, or what is missing of it; its people get new passwords, told once."""
    language = "en" if speaks_english(request) else "zh"
    made = await demo.load(token_of(request), language)
    return DemoCompany(sign_ins=[DemoSignIn.model_validate(one) for one in made], did="88001")


@router.post("/call", status_code=202, operation_id="callDemo")
async def call(body: DemoCall, me: Caller, request: Request, demo: DemoDep, site: SiteDep) -> None:
    """Let a caller with sound ring over the demo line."""
    await site.limit("demo-call", me.id, 20)
    await demo.call(body.to, body.caller, body.keys, me.language)
