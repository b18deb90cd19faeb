"""What a leader does from the wall: choose an agent's state for him, and end a call (CC-13, CC-18)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from callroom.actions import audit
from callroom.actions.users import Role
from callroom.core.ids import AgentId, JourneyId
from callroom.errors import NotAllowed, NotFound, NotNow, invalid
from callroom.http.calls import AgentState, state_of
from callroom.http.site import SiteDep, Write, actor_of, allow
from callroom.store.tables import PresenceReason, User

router = APIRouter(prefix="/api/v1", tags=["supervision"])
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]


class LedPresence(BaseModel):
    """``offline`` signs him out; what is chosen during a call counts from its end."""

    state: Literal["ready", "busy", "away", "offline"]
    reason: str | None = Field(default=None, max_length=40)


def leads(leader: User, agent: User) -> bool:
    """An admin leads everybody, a supervisor his teams; one who was given none leads everybody too."""
    return leader.role == Role.ADMIN or not leader.supervises or agent.team_id in leader.supervises


async def _led(session: Write, leader: User, agent_id: str) -> User:
    """Raises ``NotFound``, ``NotAllowed``."""
    agent = await session.get(User, agent_id)
    if agent is None or not agent.active:
        raise NotFound("user", agent_id)
    if not leads(leader, agent):
        raise NotAllowed(leader.role)
    return agent


@router.put("/users/{user_id}/presence", operation_id="setAgentPresence")
async def set_presence(
    user_id: str, body: LedPresence, me: Leader, request: Request, site: SiteDep, session: Write
) -> AgentState:
    agent = AgentId((await _led(session, me, user_id)).id)
    if not site.calls.is_signed_in(agent):
        raise NotNow(body.state, "offline")
    if body.reason is not None and await session.get(PresenceReason, body.reason) is None:
        raise invalid("reason", "unknown_reference")
    if body.state == "offline":
        site.calls.sign_out(agent)
    else:
        site.calls.set_presence(agent, body.state, body.reason or "")
    after = {"state": body.state, "reason": body.reason}
    await audit.record(
        session, actor_of(me, request), "agent.presence", now=site.now(), subject=("user", agent), after=after
    )
    return state_of(site.calls, agent)


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
        after={"agent": agent.id},
    )  # fmt: skip
