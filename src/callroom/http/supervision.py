"""What a leader does from the wall: choose an agent's state for him, take part in his talk, end it (CC-13, CC-18)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.users import Role
from callroom.calls.arrivals import supervise
from callroom.core.ids import AgentId, JourneyId
from callroom.core.journeys.facts import SupervisionMode
from callroom.errors import NotFound, NotLed
from callroom.http.calls import AgentState, choose_presence
from callroom.http.site import Site, SiteDep, Write, actor_of, allow
from callroom.store.journeys import sight_of
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1", tags=["supervision"])
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]


class LedPresence(BaseModel):
    """``offline`` signs him out; what is chosen during a call counts from its end."""

    state: Literal["ready", "busy", "away", "offline"]
    reason: str | None = Field(default=None, max_length=40)


async def _led(session: AsyncSession, leader: User, agent_id: str) -> AgentId:
    """The agent, whose calls this person sees too. Raises ``NotFound``, ``NotLed``."""
    agent = await session.get(User, agent_id)
    if agent is None or not agent.active:
        raise NotFound("user", agent_id)
    led = (await sight_of(session, leader)).agents
    if led is not None and agent.id not in led:
        raise NotLed(agent.name)
    return AgentId(agent.id)


@router.put("/users/{user_id}/presence", operation_id="setAgentPresence")
async def set_presence(
    user_id: str, body: LedPresence, me: Leader, request: Request, site: SiteDep, session: Write
) -> AgentState:
    agent = await _led(session, me, user_id)
    return await choose_presence(session, site, agent, body.state, body.reason, actor_of(me, request), leads=True)


@router.post("/calls/{call_id}/force-hangup", status_code=204, operation_id="forceHangUp")
async def force_hang_up(call_id: str, me: Leader, request: Request, site: SiteDep, session: Write) -> None:
    """End a call of an agent one leads, whatever stage it is in."""
    call = site.calls.calls.get(JourneyId(call_id))
    if call is None or call.view.agent is None:  # nobody's yet: there is no agent to take it from
        raise NotFound("call", call_id)
    agent = await _led(session, me, call.view.agent)
    site.calls.force_hang_up(call)
    await audit.record(
        session, actor_of(me, request), "call.forced_hang_up", now=site.now(), subject=("call", call_id),
        after={"agent": agent},
    )  # fmt: skip


class InWhoseTalk(BaseModel):
    """``agent``: whose talk, where two agents talk with each other; else the one whom this person leads."""

    agent: str | None = Field(default=None, max_length=40)


class OwnCall(BaseModel):
    """The leader's own call, by which he takes part; hanging it up ends that."""

    id: str


@router.post("/calls/{call_id}/listen", operation_id="listenToCall")
async def listen(
    call_id: str, me: Leader, request: Request, site: SiteDep, session: Write, body: InWhoseTalk | None = None
) -> OwnCall:
    """Hear both sides of a talk; nobody hears the leader. The first time his phone is rung, and answers by itself."""
    return await _take_part(call_id, "listen", body, me, request, site, session)


@router.post("/calls/{call_id}/whisper", operation_id="whisperInCall")
async def whisper(
    call_id: str, me: Leader, request: Request, site: SiteDep, session: Write, body: InWhoseTalk | None = None
) -> OwnCall:
    """Speak to the agent, unheard by the customer."""
    return await _take_part(call_id, "whisper", body, me, request, site, session)


@router.post("/calls/{call_id}/barge", operation_id="bargeIntoCall")
async def barge(
    call_id: str, me: Leader, request: Request, site: SiteDep, session: Write, body: InWhoseTalk | None = None
) -> OwnCall:
    """Speak with both."""
    return await _take_part(call_id, "barge", body, me, request, site, session)


@router.post("/calls/{call_id}/take-over", operation_id="takeOverCall")
async def take_over(
    call_id: str, me: Leader, request: Request, site: SiteDep, session: Write, body: InWhoseTalk | None = None
) -> OwnCall:
    """Go on with the customer in the agent's place, who is let go."""
    return await _take_part(call_id, "take_over", body, me, request, site, session)


async def _take_part(
    call_id: str,
    mode: SupervisionMode,
    body: InWhoseTalk | None,
    me: User,
    request: Request,
    site: Site,
    session: AsyncSession,
) -> OwnCall:
    wanted = AgentId(body.agent) if body is not None and body.agent else None
    own, agent = supervise(site.calls, AgentId(me.id), JourneyId(call_id), wanted, mode)
    after = {"agent": agent}
    await audit.record(
        session, actor_of(me, request), audit.SUPERVISED[mode], now=site.now(), subject=("call", call_id), after=after
    )
    return OwnCall(id=own)
