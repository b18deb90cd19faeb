"""Taking over calls that went on while no server was there (X-01, R-1).

A flow leaves a note on its main leg at each stage; after a restart every leg that lives tells where its call stood.
Talks go on talking, waiting callers keep their place, a caller in a menu hears the current step again.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from callroom.calls.arrivals import arrived
from callroom.calls.attendant import attend
from callroom.calls.conversation import Adopted
from callroom.calls.leading import lead, ring_extension
from callroom.calls.live import Named
from callroom.calls.party import Party
from callroom.calls.queueing import wait_in_queue
from callroom.calls.talking import talk
from callroom.calls.voicemail import take_message
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId, DeviceId, ExtensionId, FlowId, JourneyId, LegId, QueueId, RoomId, TapeId
from callroom.core.journeys.facts import Ended, LegEnded, QueueLeft, RecordingEnded, Started
from callroom.core.journeys.model import Journey, Recording
from callroom.core.routing.matching import choose_inbound
from callroom.telephony.port import EndCause, FromDevice, FromTrunk, LegArrived, LegSeen, Snapshot

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)


def adopt(exchange: "Exchange", snapshot: Snapshot) -> None:
    """Take over every call found alive that is not ours yet, and close the journeys of those that are gone."""
    ours = set(exchange.parties)
    unknown = [leg for leg in snapshot.legs if leg.leg not in exchange.parties]
    notes = {leg.leg: _read(leg) for leg in unknown}
    agents: dict[str, list[LegSeen]] = {}
    for room in snapshot.rooms:
        if room.kind == "waiting":
            exchange.adopt_waiting_room(room.room)
    for leg in unknown:
        note = notes[leg.leg]
        if note.get("r") not in (None, "main") and leg.answered:
            agents.setdefault(str(note["j"]), []).append(leg)
    taken: set[LegId] = set()
    for leg in unknown:
        note = notes[leg.leg]
        if note.get("r") == "main":
            others = agents.get(str(note["j"]), [])
            taken |= {leg.leg, *(other.leg for other in others)}
            try:
                _take_over(exchange, leg, note, others, snapshot)
            except (KeyError, TypeError, ValueError):
                log.exception("a call could not be taken over", leg=leg.leg)
                exchange.telephony.hang_up(leg.leg)
        elif not note and leg.origin is not None:  # it arrived in the very moment the server went
            taken.add(leg.leg)
            arrived(exchange, LegArrived(exchange.clock(), leg.leg, leg.origin, leg.dialled, leg.caller))
    for leg in unknown:
        if leg.leg not in taken:  # rung or dialled for a call that is gone, or that rings anew
            exchange.telephony.hang_up(leg.leg)
    in_use = {str(note.get("room")) for note in notes.values()}
    for room in snapshot.rooms:
        if room.kind == "talking" and room.room not in in_use and not ours & set(room.legs):
            exchange.telephony.close_room(room.room)
    for journey in list(exchange.notes.open_journeys().values()):
        if JourneyId(journey.id) not in exchange.calls:
            _close(exchange, journey)


def _read(leg: LegSeen) -> dict[str, Any]:
    if not leg.checkpoint:
        return {}
    try:
        return msgspec.json.decode(leg.checkpoint, type=dict[str, Any])
    except msgspec.DecodeError:
        log.warning("a leg carries a note that cannot be read", leg=leg.leg)
        return {}


def _take_over(
    exchange: "Exchange", leg: LegSeen, note: dict[str, Any], others: list[LegSeen], snapshot: Snapshot
) -> None:
    journey_id = JourneyId(note["j"])
    journey = exchange.notes.open_journeys().get(journey_id)
    if journey is None:  # its facts were lost: the call is kept all the same
        exchange.notes.note(journey_id, Started("inbound", leg.caller, leg.dialled))
        journey = exchange.notes.open_journeys()[journey_id]
    call = exchange.new_call(
        journey_id, journey.direction, journey.from_number, journey.to_number, did=journey.did, trunk=journey.trunk
    )
    call.language = str(note.get("lang", call.language))
    call.view.started_at = journey.started_at or call.view.started_at
    call.view.answered_at = journey.answered_at
    if journey.customer is not None:
        call.view.customer = Named(journey.customer.id, journey.customer.name)
    if journey.queue_visits:
        visit = journey.queue_visits[-1]
        call.view.queue = Named(visit.queue, visit.queue_name)
    call.view.ivr_path = [f"{step.key} {step.label}".strip() for step in journey.ivr_steps if step.key]
    known = {told.id: told for told in journey.legs}
    main = _party(exchange, call, leg, journey, known_legs=set(known))
    call.follow(main)
    sides = {other.leg: _party(exchange, call, other, journey, known_legs=set(known)) for other in others}
    log.info("a call is taken over", call=journey_id, stage=note.get("s"))
    match note.get("s"):
        case "talk" if LegId(note["leg"]) in sides:
            side = sides[LegId(note["leg"])]
            kind = Engagement.OUTBOUND if journey.direction == "outbound" else Engagement.QUEUE
            kind = Engagement.INTERNAL if note["internal"] else kind
            queue = exchange.directory.queues.get(QueueId(call.view.queue.id)) if call.view.queue else None
            wrap_up = queue.settings.wrap_up if queue and kind is Engagement.QUEUE else 0.0
            running = [r for r in journey.recordings if r.seconds is None]
            living = next((TapeId(r.id) for r in running if r.id in snapshot.tapes), None)
            for ended in running:
                if ended.id != living:
                    _measure(exchange, journey_id, ended)
            adopted = Adopted(
                RoomId(note["room"]), bool(note["held"]), living, float(note["talk"]), float(note["hold"]), note["at"]
            )

            async def go_on(call: "Call") -> None:
                record = bool(note["record"])
                await lead(call, await talk(call, side, kind=kind, record=record, wrap_up=wrap_up, adopted=adopted))

            call.run(go_on)
        case "talk" if call.view.queue is not None:  # the agent's side is gone: the customer goes first in line
            exchange.telephony.close_room(RoomId(note["room"]))
            queue = QueueId(call.view.queue.id)
            call.run(lambda call: _again(call, queue))
        case "queue":
            queue = QueueId(note["queue"])
            waited = max(0.0, exchange.now().timestamp() - float(note["at"]))

            async def wait_on(call: "Call") -> None:
                await lead(call, await wait_in_queue(call, queue, waited=waited, adopted=True))

            call.run(wait_on)
        case "ivr" if attendant := exchange.directory.attendants.get(FlowId(note["flow"])):

            async def hear_again(call: "Call") -> None:
                await lead(call, await attend(call, attendant, str(note["node"])))

            call.run(hear_again)
        case "voicemail":
            kind_of_box = "extension" if note["kind"] == "extension" else "queue"
            call.run(lambda call: take_message(call, kind_of_box, str(note["box"])))
        case "extension":
            extension = ExtensionId(note["extension"])

            async def ring_on(call: "Call") -> None:
                await lead(call, await ring_extension(call, extension))

            call.run(ring_on)
        case _:
            _from_the_start(exchange, call, leg)


def _from_the_start(exchange: "Exchange", call: "Call", leg: LegSeen) -> None:
    """Nothing had happened yet, or what had cannot be gone on with: a caller is routed anew, others are let go."""
    if isinstance(leg.origin, FromTrunk):
        route = choose_inbound(exchange.directory.inbound, trunk=leg.origin.trunk, did=leg.dialled, caller=leg.caller)
        if route is not None:
            call.run(lambda call: lead(call, route.destination))
            return
    call.stop("system")
    call.run(_nothing)


async def _nothing(_call: "Call") -> None:
    pass


async def _again(call: "Call", queue: QueueId) -> None:
    await lead(call, await wait_in_queue(call, queue, returned=True))


def _party(exchange: "Exchange", call: "Call", leg: LegSeen, journey: Journey, *, known_legs: set[str]) -> Party:
    told = next((known for known in journey.legs if known.id == leg.leg), None)
    note = _read(leg)
    device = DeviceId(told.device) if told and told.device else None
    if device is None and isinstance(leg.origin, FromDevice):
        device = leg.origin.device
    known_device = exchange.directory.devices.get(device) if device else None
    agent = told.agent if told else note.get("a")
    party = exchange.add_party(
        call,
        leg.leg,
        told.party if told else "caller",
        told.number if told else leg.caller,
        AgentId(agent) if agent else None,
        device,
        browser=known_device is not None and known_device.kind == "browser",
        trunk=leg.origin.trunk if isinstance(leg.origin, FromTrunk) else None,
        known=leg.leg in known_legs,
    )
    if leg.answered:
        party.answered.set_result(None)
    return party


def _measure(exchange: "Exchange", journey: JourneyId, recording: Recording) -> None:
    """A recording ended while no server was there: its file tells how long it is."""
    seconds = exchange.tape_seconds(recording.path)
    exchange.notes.note(journey, RecordingEnded(recording.id, round(seconds, 2), seconds > 0))


def _close(exchange: "Exchange", journey: Journey) -> None:
    """The call ended while no server was there: its journey is completed with what can be known."""
    journey_id = JourneyId(journey.id)

    def seconds_since(moment: datetime) -> float:
        return max(0.0, (exchange.now() - moment).total_seconds())

    for visit in journey.queue_visits:
        if visit.outcome is None:
            exchange.notes.note(
                journey_id, QueueLeft(visit.queue, "abandoned", round(seconds_since(visit.entered_at), 3))
            )
    for recording in journey.recordings:
        if recording.seconds is None:
            _measure(exchange, journey_id, recording)
    for leg in journey.legs:
        if leg.ended_at is None:
            exchange.notes.note(journey_id, LegEnded(leg.id, EndCause.ENGINE_LOST))
    if journey.ended_at is None:
        exchange.notes.note(journey_id, Ended("system"))
