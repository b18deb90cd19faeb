"""What agents do on their SIP phones' own keys: hold, give a call away, bring two calls together (CC-16)."""

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from callroom.calls.consulting import can_be_consulted
from callroom.calls.conversation import Conversation
from callroom.calls.lines import find_way
from callroom.calls.party import Party
from callroom.core import conversation as c
from callroom.core.directory import Agent, Directory
from callroom.core.ids import AgentId, DeviceId, ExtensionId, LegId
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import Destination, ToExtension, ToOutside
from callroom.errors import CannotDial, NotNow
from callroom.telephony.port import LegArrived

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)


def where_to(directory: Directory, agent: Agent, number: str) -> Destination:
    """Where a number leads that an agent gives for his customer. Raises ``CannotDial``."""
    inside = directory.inside(number)
    if inside is not None:
        return inside
    way = find_way(directory, number, agent.permission)
    if isinstance(way, Refusal):
        raise CannotDial(number, way.value)
    return ToOutside(number)


def held(exchange: "Exchange", leg: LegId, *, on: bool) -> None:
    talk, party = _talk_of(exchange, leg)
    if talk is not None and talk.agent is party and not talk.internal:
        with suppress(NotNow):  # it was held in the page already
            talk.take(c.PhoneHeld() if on else c.PhoneResumed())


def asks_on_second_line(exchange: "Exchange", event: LegArrived, agent: AgentId, device: DeviceId) -> bool:
    """Whether the phone asks somebody on its second line while it holds its customer: then that is a part of his call,
    and begun."""
    talks = [call.conversation for call in exchange.calls.values() if call.conversation is not None]
    talk = next((talk for talk in talks if talk.agent.device == device and _is_held_by_phone(talk)), None)
    if talk is None:
        return False
    known = exchange.directory.agents[agent]
    try:
        to = where_to(exchange.directory, known, event.dialled)
    except CannotDial:
        return False  # a call of its own says why
    if not can_be_consulted(to) or to == ToExtension(known.extension or ExtensionId("")):
        return False
    line = exchange.add_party(talk.call, event.leg, "agent", talk.agent.number, agent, device)
    talk.take(c.ConsultDialled(to, line.leg))
    return True


def _is_held_by_phone(talk: Conversation) -> bool:
    return not talk.internal and isinstance(talk.state, c.Held) and talk.state.by_phone


def dialled(exchange: "Exchange", leg: LegId, number: str) -> None:
    """The phone gave its call away, and is out of it: its customer goes on in any case."""
    talk, party = _talk_of(exchange, leg)
    if talk is None or party is None or talk.agent is not party or talk.internal:
        log.warning("a phone gave a call away that is not its own", leg=leg)
        return
    directory = exchange.directory
    agent = directory.agents.get(party.agent) if party.agent else None
    try:
        if agent is None:
            raise CannotDial(number, "not_permitted")
        to = where_to(directory, agent, number)
    except CannotDial as error:
        log.info("a phone gave its call to a number that leads nowhere", call=talk.call.journey, why=error.why)
        if agent is None or agent.extension is None:
            return
        to = ToExtension(agent.extension)  # back to himself
    with suppress(NotNow):  # it ended in this very moment
        talk.take(c.TransferPressed(to))


def joined(exchange: "Exchange", leg: LegId, other: LegId) -> None:
    """The phone brought its customer and whom it had asked together, and is out of both calls."""
    first, party = _talk_of(exchange, leg)
    second, same = _talk_of(exchange, other)
    if first is None or party is None:
        return
    if first is second:  # whom he asked on his second line takes the call
        with suppress(NotNow):
            first.take(c.CompletePressed())
        return
    if second is None:  # it still rings there: the customer goes where was dialled
        asked = exchange.calls.get(same.journey) if same else None
        if asked is not None:
            dialled(exchange, leg, asked.view.to_number)
            asked.stop("agent")
        return
    (keep, mine), (leave, his) = (
        ((second, same), (first, party)) if first.internal else ((first, party), (second, same))
    )
    if keep.internal or keep.agent is not mine or his is None:
        return  # two calls inside the company: both end with the phone's legs
    asked = leave.call.main if leave.agent is his else leave.agent
    if asked is not None and not asked.gone:
        keep.replace_agent(asked)
        leave.dissolve()


def _talk_of(exchange: "Exchange", leg: LegId) -> tuple[Conversation | None, Party | None]:
    party = exchange.parties.get(leg)
    call = exchange.calls.get(party.journey) if party else None
    return (call.conversation if call else None), party
