"""Calls that begin: from a line, from a phone of ours, or asked for in the page."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from callroom.calls import transfers
from callroom.calls.call import Call
from callroom.calls.dialling import dial_for_agent, dial_from_phone
from callroom.calls.engagement import engage
from callroom.calls.faxing import look_for_tone
from callroom.calls.leading import lead
from callroom.calls.live import Named, Supervising
from callroom.calls.supervising import CODES, agent_in, check_phone, supervise_for, supervision_of
from callroom.core.acd.model import Engagement
from callroom.core.directory import Extension
from callroom.core.ids import AgentId, DeviceId, JourneyId, TrunkId
from callroom.core.journeys.facts import CustomerFound, Direction, Origin, Role, Started, SupervisionMode
from callroom.core.numbers import NumberKind, kind_of
from callroom.core.routing.matching import choose_inbound
from callroom.core.routing.model import DialPermission, ToFax
from callroom.errors import CannotSupervise, InternalCall, NotFound
from callroom.telephony import port
from callroom.telephony.port import EndCause

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)


def arrived(exchange: "Exchange", event: port.LegArrived) -> None:
    match event.origin:
        case port.FromTrunk(trunk=trunk):
            _inbound(exchange, event, trunk)
        case port.FromDevice(device=device):
            _from_device(exchange, event, device)
        case port.FromUnknown():
            exchange.telephony.hang_up(event.leg, EndCause.REJECTED)


def _inbound(exchange: "Exchange", event: port.LegArrived, trunk: TrunkId) -> None:
    journey = JourneyId(exchange.new_id("j"))
    exchange.notes.note(journey, Started("inbound", event.caller, event.dialled, trunk=trunk, did=event.dialled))
    call = exchange.new_call(
        journey, "inbound", event.caller, event.dialled, from_name=event.caller_name, did=event.dialled, trunk=trunk
    )
    call.follow(exchange.add_party(call, event.leg, "caller", event.caller, trunk=trunk))
    route = choose_inbound(exchange.directory.inbound, trunk=trunk, did=event.dialled, caller=event.caller)
    exchange.spawn(find_customer(exchange, call, event.caller), name=f"customer of {journey}")
    if route is None:
        log.warning("no number in for a call", call=journey, did=event.dialled, trunk=trunk)
        call.lost = "no_route"
        exchange.telephony.hang_up(event.leg, EndCause.NOT_FOUND)
        call.stop("system")
        call.run(_nothing)
        return
    call.language = route.language or call.language
    call.tell()
    call.checkpoint(s="arrived")
    if route.fax is not None and not isinstance(route.destination, ToFax):
        look_for_tone(exchange, call, event.leg)
    call.run(lambda call: lead(call, route.destination))


def _from_device(exchange: "Exchange", event: port.LegArrived, device: DeviceId) -> None:
    known = exchange.directory.devices.get(device)
    if known is None:
        exchange.telephony.hang_up(event.leg, EndCause.REJECTED)
        return
    extension = exchange.directory.extensions[known.extension]
    agent = extension.agent
    busy = agent is not None and exchange.agent_talks(agent) and known.kind == "browser"
    for_help = _is_for_help(exchange, event.dialled)
    if busy or (_talks_inside_only(exchange, device) and not for_help):
        exchange.telephony.hang_up(event.leg, EndCause.BUSY)
        return
    if agent and not for_help and transfers.asks_on_second_line(exchange, event, agent, device):
        return
    permission = exchange.directory.agents[agent].permission if agent else extension.permission
    call = _outgoing(exchange, agent, extension, event.dialled)
    role: Role = "agent" if agent else "caller"
    call.follow(
        exchange.add_party(call, event.leg, role, extension.number, agent, device, browser=known.kind == "browser")
    )
    call.checkpoint(s="arrived")
    call.run(lambda call: dial_from_phone(call, event.dialled, permission))


def _talks_inside_only(exchange: "Exchange", device: DeviceId) -> bool:
    """Whether the phone is in a call between colleagues and in no other: that one cannot be held for a second call, nor
    transferred to it."""
    calls = [exchange.calls.get(party.journey) for party in exchange.parties.values() if party.device == device]
    talks = [call.conversation for call in calls if call is not None]
    return bool(talks) and all(talk is not None and talk.internal for talk in talks)


def _is_for_help(exchange: "Exchange", number: str) -> bool:
    company = exchange.directory.company
    forms = (number, number.removeprefix(company.external_prefix))
    return any(kind_of(form, company.country, company.area_code) is NumberKind.EMERGENCY for form in forms)


def _outgoing(
    exchange: "Exchange", agent: AgentId | None, extension: Extension, number: str, origin: Origin = "manual"
) -> Call:
    journey = JourneyId(exchange.new_id("j"))
    inside = exchange.directory.inside(number) is not None or number.startswith("*")
    direction: Direction = "internal" if inside else "outbound"
    exchange.notes.note(journey, Started(direction, extension.number, number, origin=origin))
    name = exchange.name_of(agent) if agent else extension.name
    call = exchange.new_call(
        journey,
        direction,
        extension.number,
        number,
        from_name=name,
        agent=agent,
        internal=inside,
        state="dialling",
        origin=origin,
    )
    call.tell()
    if not inside:
        exchange.spawn(find_customer(exchange, call, number), name=f"customer of {journey}")
    return call


async def find_customer(exchange: "Exchange", call: Call, number: str) -> None:
    found, earlier = await exchange.customers.find(number, call.journey)
    if call.journey not in exchange.calls:
        return
    if found is not None and call.view.customer is None:  # a flow may have been faster, and knows better
        call.note(CustomerFound(*found))
        call.tier = found[2]
        call.view.customer = Named(*found[:2])
    call.show(earlier_calls=earlier)
    longest = max((queue.settings.sticky_days for queue in exchange.directory.queues.values()), default=0)
    if longest and earlier and call.view.direction == "inbound":
        since = exchange.now() - timedelta(days=longest)
        call.served = await exchange.customers.served(number, found[0] if found else None, since)
    call.recognised.set()
    exchange.acd.rank(call)


def calls_of(exchange: "Exchange", customers: Collection[str]) -> list[Call]:
    """The calls with one of these customers that go on now."""
    return [call for call in exchange.calls.values() if call.view.customer and call.view.customer.id in customers]


def merged(exchange: "Exchange", gone: Collection[str], into: str, name: str, tier: int) -> None:
    """Customers were made one: the calls with those who are gone are his, also when their stories are written."""
    for call in calls_of(exchange, gone):
        call.belongs_to(into, name, tier)


def dial(
    exchange: "Exchange",
    agent: AgentId,
    number: str,
    permission: DialPermission,
    answered: Callable[[], None] | None = None,
    origin: Origin = "manual",
) -> JourneyId:
    """Call a number for an agent, who has a phone and is free: the caller of this has made sure. ``answered`` is called
    when a number outside answers; ``origin``: why he calls."""
    extension = exchange.directory.extension_of(agent)
    assert extension is not None
    call = _outgoing(exchange, agent, extension, number, origin)
    call.run(lambda call: dial_for_agent(call, agent, number, permission, answered))
    return call.journey


def supervise(
    exchange: "Exchange", leader: AgentId, call_id: JourneyId, agent: AgentId | None, mode: SupervisionMode
) -> tuple[JourneyId, AgentId]:
    """Let a leader take part in a talk of ``agent``'s (None: of whom he leads in it), or do so in another way.

    Returns his own call and the agent. Raises ``NotFound``, ``NotLed``, ``CannotSupervise``, ``NotNow``, and
    ``InternalCall`` for taking over a talk of colleagues.
    """
    target = exchange.calls.get(call_id)
    if target is None:
        raise NotFound("call", call_id)
    running = supervision_of(exchange, leader)
    if running is not None and running.target is target:
        running.switch(mode)
        return running.call.journey, running.agent
    extension = exchange.directory.extension_of(leader)
    if extension is None:  # only who has a phone is known here as one who leads
        raise CannotSupervise("no_phone")
    found = agent_in(exchange, leader, target, agent)
    talk = target.conversation
    assert talk is not None
    if talk.internal and mode == "take_over":
        raise InternalCall(mode)
    check_phone(exchange, leader)
    theirs = exchange.directory.extension_of(found)
    code = next((code for code, each in CODES.items() if each == mode), "*")
    call = _outgoing(exchange, leader, extension, code + (theirs.number if theirs else ""))
    call.show(supervises=Supervising(target.journey, found, exchange.name_of(found)))
    engage(call, leader, Engagement.INTERNAL)  # at once: a second click must not ring him again
    call.run(lambda call: supervise_for(call, leader, target, talk, found, mode))
    return call.journey, found


async def _nothing(_call: Call) -> None:
    pass
