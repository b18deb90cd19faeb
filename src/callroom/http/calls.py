"""What an agent does: sign in to queues, choose his presence, dial, and act in his call."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, follow_ups
from callroom.actions.idempotency import Remembered, begin, finish
from callroom.actions.users import Role
from callroom.calls.arrivals import dial as call_number
from callroom.calls.call import Call
from callroom.calls.consulting import can_be_consulted
from callroom.calls.exchange import Exchange
from callroom.calls.transfers import where_to
from callroom.core import conversation as c
from callroom.core.directory import Agent
from callroom.core.ids import AgentId, ExtensionId, JourneyId, QueueId, SurveyId
from callroom.core.journeys.facts import Origin
from callroom.core.letters import Hand
from callroom.core.numbers import cleaned, to_dial
from callroom.core.routing.model import Destination, ToExtension, ToSurvey
from callroom.errors import CannotDial, NoPhone, NotFound, NotNow, invalid
from callroom.http.follow_ups import task_to_dial
from callroom.http.reaching import LONGEST_NUMBER, Reach, number_of
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of, allow
from callroom.store.tables import PresenceReason, User

router = APIRouter(prefix="/api/v1")
Caller = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]


class SignInToQueues(BaseModel):
    queues: list[str] | None = Field(default=None, max_length=200)


class Presence(BaseModel):
    state: str = Field(pattern="^(ready|busy|away)$")
    reason: str | None = Field(default=None, max_length=40)


class AgentState(BaseModel):
    """An agent as the live stream shows him."""

    id: str
    name: str
    staff_number: str
    extension: str
    state: str
    since: datetime
    until: datetime | None
    reason: str | None
    queues: list[str]
    call: str | None
    device_online: bool
    today: dict[str, int]
    over: str | None  # the limit that his rest has passed: stay or day
    rested: dict[str, int]  # seconds of today's finished rests by reason


class Dialled(BaseModel):
    id: str


class Keys(BaseModel):
    digits: str = Field(min_length=1, max_length=32, pattern=r"^[0-9*#A-D]+$")


class OtherNumber(BaseModel):
    to: str = Field(min_length=1, max_length=LONGEST_NUMBER)


def agent_of(me: User, exchange: Exchange) -> Agent:
    """The signed-in person as an agent. Raises ``NoPhone`` when he has no extension."""
    agent = exchange.directory.agents.get(AgentId(me.id))
    if agent is None or agent.extension is None:
        raise NoPhone(me.name)
    return agent


# ---------------------------------------------------------------- presence


@router.put("/me/sign-in", operation_id="signInToQueues")
async def sign_in(body: SignInToQueues, me: Caller, request: Request, site: SiteDep, session: Write) -> AgentState:
    agent = agent_of(me, site.calls)
    if not agent.takes_calls:
        raise NotNow("sign-in", "takes no calls")
    queues = None if body.queues is None else frozenset(QueueId(queue) for queue in body.queues)
    site.calls.sign_in(agent.id, queues)
    state = _state(site.calls, agent.id)
    await _log(session, me, request, site.now(), "agent.signed_in", {"queues": state.queues})
    return state


@router.delete("/me/sign-in", operation_id="signOutOfQueues")
async def sign_out(me: Caller, request: Request, site: SiteDep, session: Write) -> AgentState:
    agent = agent_of(me, site.calls)
    site.calls.sign_out(agent.id)
    await _log(session, me, request, site.now(), "agent.signed_out", {})
    return _state(site.calls, agent.id)


@router.put("/me/presence", operation_id="setPresence")
async def set_presence(body: Presence, me: Caller, request: Request, site: SiteDep, session: Write) -> AgentState:
    agent, actor = agent_of(me, site.calls).id, actor_of(me, request)
    leads = me.role != Role.AGENT
    return await choose_presence(session, site, agent, body.state, body.reason, actor, leads=leads)


async def choose_presence(
    session: AsyncSession,
    site: Site,
    agent: AgentId,
    state: str,
    reason: str | None,
    actor: audit.Actor,
    *,
    leads: bool,
) -> AgentState:
    """Let a signed-in agent be ready, busy or away, or ``offline``, which signs him out; his own choice or a leader's.

    ``leads``: who chooses is a leader. Raises ``NotNow``, ``Invalid``.
    """
    if not site.calls.is_signed_in(agent):
        raise NotNow(state, "offline")
    if reason is not None:
        known = await session.get(PresenceReason, reason)
        if known is None:
            raise invalid("reason", "unknown_reference")
        if known.kind != state:
            raise invalid("reason", "reason_of_another_state")
        if known.chosen_by == "leaders" and not leads:
            raise invalid("reason", "reason_of_leaders")
    if state == "offline":
        site.calls.sign_out(agent)
    else:
        site.calls.set_presence(agent, state, reason or "")
    after = {"state": state, "reason": reason}
    await audit.record(session, actor, "agent.presence", now=site.now(), subject=("user", agent), after=after)
    return _state(site.calls, agent)


@router.get("/me/agent-state", operation_id="getAgentState")
async def agent_state(me: Caller, site: SiteDep) -> AgentState:
    """The signed-in person as an agent."""
    return _state(site.calls, agent_of(me, site.calls).id)


def _state(exchange: Exchange, agent: AgentId) -> AgentState:
    view = exchange.board.agent(agent)
    assert view is not None
    return AgentState.model_validate(msgspec.to_builtins(view))


async def _log(
    session: AsyncSession, me: User, request: Request, now: datetime, action: str, after: dict[str, Any]
) -> None:
    await audit.record(session, actor_of(me, request), action, now=now, subject=("user", me.id), after=after)


# ---------------------------------------------------------------- dialling


@router.post("/calls", status_code=201, operation_id="dial")
async def dial(
    body: Reach,
    me: Caller,
    site: SiteDep,
    session: Write,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=80)] = None,
) -> Dialled:
    """Ring the agent's own phone, then the number. A voicemail counts as answered back when its caller answers. With
    ``Idempotency-Key`` a repeated request dials once."""
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    if key is not None:
        before = await begin(session, me.id, key, digest, site.now())
        if isinstance(before, Remembered):
            return Dialled.model_validate(before.body)
    exchange = site.calls
    agent = agent_of(me, exchange)
    number = _to_dial(await number_of(session, site, me, body), body.to, exchange)
    if exchange.agent_talks(agent.id):
        raise NotNow("dial", "talking")
    if not exchange.phones.agent_online(agent.id):
        raise NoPhone(me.name)
    if not number.startswith("*"):
        where_to(exchange.directory, agent, number)
    answered = _answers_back(exchange, agent.id, body.voicemail) if body.voicemail else None
    origin: Origin = "follow_up" if body.follow_up else "manual"
    made = Dialled(id=call_number(exchange, agent.id, number, agent.permission, answered, origin))
    if body.follow_up:
        task = await task_to_dial(session, body.follow_up, me, site.now())
        await follow_ups.dialled(session, task, made.id, site.now())
    if key is not None:
        await finish(session, me.id, key, 201, made.model_dump())
    return made


def _answers_back(exchange: Exchange, agent: AgentId, voicemail: str) -> Callable[[], None]:
    """What is done when the caller of a message answers."""

    def answered() -> None:
        exchange.spawn(exchange.letters.called_back(voicemail, Hand(agent, "")), name="called back")

    return answered


def _to_dial(number: str, typed: str | None, exchange: Exchange) -> str:
    """A number as phones dial it; ``typed``: by the agent himself. Raises ``CannotDial``."""
    number = to_dial(cleaned(number), exchange.directory.company.country)
    if not number or any(c not in "0123456789*#" for c in number):
        raise CannotDial(typed or "", "bad_number")
    return number


# ---------------------------------------------------------------- in a call


def my_call(call_id: str, me: User, exchange: Exchange) -> Call:
    """Raises ``NotFound`` for calls that are over, or somebody else's."""
    call = exchange.calls.get(JourneyId(call_id))
    if call is None or not exchange.takes_part(AgentId(me.id), call):
        raise NotFound("call", call_id)
    return call


def _press(call_id: str, me: User, exchange: Exchange, event: c.Event) -> None:
    call = my_call(call_id, me, exchange)
    if call.conversation is None or not call.conversation.led_by(AgentId(me.id)):
        raise NotNow(type(event).__name__, call.view.state)
    call.conversation.press(event)


@router.post("/calls/{call_id}/hold", status_code=204, operation_id="holdCall")
async def hold(call_id: str, me: Me, site: SiteDep) -> None:
    _press(call_id, me, site.calls, c.HoldPressed())


@router.post("/calls/{call_id}/resume", status_code=204, operation_id="resumeCall")
async def resume(call_id: str, me: Me, site: SiteDep) -> None:
    _press(call_id, me, site.calls, c.ResumePressed())


@router.post("/calls/{call_id}/mute", status_code=204, operation_id="muteCall")
async def mute(call_id: str, me: Me, site: SiteDep) -> None:
    _press(call_id, me, site.calls, c.MutePressed(True))


@router.post("/calls/{call_id}/unmute", status_code=204, operation_id="unmuteCall")
async def unmute(call_id: str, me: Me, site: SiteDep) -> None:
    _press(call_id, me, site.calls, c.MutePressed(False))


@router.post("/calls/{call_id}/hangup", status_code=204, operation_id="hangUpCall")
async def hang_up(call_id: str, me: Me, site: SiteDep) -> None:
    site.calls.hang_up(my_call(call_id, me, site.calls), AgentId(me.id))


@router.post("/calls/{call_id}/keys", status_code=204, operation_id="sendKeys")
async def send_keys(call_id: str, body: Keys, me: Me, site: SiteDep) -> None:
    call = my_call(call_id, me, site.calls)
    if call.conversation is None or not call.conversation.led_by(AgentId(me.id)):
        raise NotNow("keys", call.view.state)
    call.conversation.keys(body.digits)


@router.post("/calls/{call_id}/transfer", status_code=204, operation_id="transferCall")
async def transfer(call_id: str, body: OtherNumber, me: Me, site: SiteDep) -> None:
    """Hand the customer on, to an extension, a queue, an attendant or a number outside that the agent may dial."""
    _press(call_id, me, site.calls, c.TransferPressed(_led_on(call_id, body, me, site.calls)))


@router.post("/calls/{call_id}/survey", status_code=204, operation_id="sendToSurvey")
async def send_to_survey(call_id: str, me: Me, site: SiteDep, session: Read) -> None:
    """Hand the customer on to the survey of his queue, of a return call to its table's; 409 when there is none."""
    view = my_call(call_id, me, site.calls).view
    queue = site.calls.directory.queues.get(QueueId(view.queue.id)) if view.queue else None
    survey = queue.survey if queue is not None else None
    if queue is None and view.origin == "follow_up":
        asked = await follow_ups.survey_of(session, call_id)
        survey = SurveyId(asked) if asked else None
    if survey is None:
        raise NotNow("survey", "none")
    _press(call_id, me, site.calls, c.TransferPressed(ToSurvey(survey)))


@router.post("/calls/{call_id}/consult", status_code=204, operation_id="consultInCall")
async def consult(call_id: str, body: OtherNumber, me: Me, site: SiteDep) -> None:
    """Ask a colleague, a free agent of a queue or somebody outside, while the customer hears music."""
    to = _led_on(call_id, body, me, site.calls)
    if not can_be_consulted(to) or to == ToExtension(ExtensionId(agent_of(me, site.calls).extension or "")):
        raise CannotDial(body.to, "not_for_consulting")
    _press(call_id, me, site.calls, c.ConsultPressed(to))


@router.post("/calls/{call_id}/swap", status_code=204, operation_id="swapInCall")
async def swap(call_id: str, me: Me, site: SiteDep) -> None:
    """Talk to the customer while the consulted one waits, and the other way round."""
    _press(call_id, me, site.calls, c.SwapPressed())


@router.post("/calls/{call_id}/join", status_code=204, operation_id="joinInCall")
async def join(call_id: str, me: Me, site: SiteDep) -> None:
    """Customer, agent and the consulted one together."""
    _press(call_id, me, site.calls, c.ConferPressed())


@router.post("/calls/{call_id}/complete", status_code=204, operation_id="completeTransfer")
async def complete(call_id: str, me: Me, site: SiteDep) -> None:
    """Let the consulted one go on with the customer; while it still rings there, it rings on for the customer."""
    _press(call_id, me, site.calls, c.CompletePressed())


@router.post("/calls/{call_id}/cancel", status_code=204, operation_id="cancelConsultation")
async def cancel(call_id: str, me: Me, site: SiteDep) -> None:
    """Go back to the customer, without the consulted one."""
    _press(call_id, me, site.calls, c.TakeBackPressed())


def _led_on(call_id: str, body: OtherNumber, me: User, exchange: Exchange) -> Destination:
    """Where a number leads that the agent gives for a customer of his. Raises ``CannotDial``, ``NotFound``."""
    number = to_dial(cleaned(body.to), exchange.directory.company.country)
    if not number or any(character not in "0123456789" for character in number):
        raise CannotDial(body.to, "bad_number")
    my_call(call_id, me, exchange)
    return where_to(exchange.directory, agent_of(me, exchange), number)
