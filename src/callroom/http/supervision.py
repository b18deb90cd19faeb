"""What a leader does from the wall: choose an agent's state for him, and end a call (CC-13, CC-18)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.users import Role
from callroom.core.ids import AgentId, JourneyId
from callroom.errors import NotAllowed, NotFound
from callroom.http.calls import AgentState, choose_presence
from callroom.http.site import SiteDep, Write, actor_of, allow
from callroom.store.journeys import sight_of
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1", tags=["supervision"])
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]


class LedPresence(BaseModel):
    """``offline`` signs him out; what is chosen during a call counts from its end."""

    state: Literal["ready", "busy", "away", "offline"]
    reason: str | None = Field(default=None, max_length=40)


async def _led(session: AsyncSession, leader: User, agent_id: str) -> AgentId:
    """The agent, whose calls this person sees too. Raises ``NotFound``, ``NotAllowed``."""
    agent = await session.get(User, agent_id)
    if agent is None or not agent.active:
        raise NotFound("user", agent_id)
    led = (await sight_of(session, leader)).agents
    if led is not None and agent.id not in led:
        raise NotAllowed(leader.role)
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
