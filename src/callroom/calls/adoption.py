"""Taking over calls that went on while no server was there (X-01, R-1).

A flow leaves a note on its main leg at each stage; after a restart every leg that lives tells where its call stood.
Talks go on talking, waiting callers keep their place, a caller in a menu hears the current step again.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import structlog

from callroom.calls.arrivals import arrived, find_customer
from callroom.calls.asking import agreed
from callroom.calls.attendant import attend_on
from callroom.calls.call import MAIN
from callroom.calls.closing import book_fax_that_ended, close, measure
from callroom.calls.consulting import Line
from callroom.calls.conversation import Adopted
from callroom.calls.faxing import await_fax
from callroom.calls.ivr.memory import remembered, stood
from callroom.calls.leading import lead, ring_extension
from callroom.calls.live import Named
from callroom.calls.party import Party
from callroom.calls.queueing import ask_for_callback, led_out, wait_in_queue
from callroom.calls.ring_groups import ring_group
from callroom.calls.surveying import ask_survey
from callroom.calls.talking import talk
from callroom.calls.voicemail import end_message, take_message
from callroom.core.acd.model import Engagement, FlowOutReason
from callroom.core.ids import (
    AgentId,
    DeviceId,
    ExtensionId,
    FaxId,
    JourneyId,
    LegId,
    QueueId,
    RingGroupId,
    RoomId,
    SurveyId,
    TapeId,
    TrunkId,
)
from callroom.core.journeys.facts import (
    LegAnswered,
    LegEnded,
    Started,
    SupervisionEnded,
    TalkEnded,
)
from callroom.core.journeys.model import Journey
from callroom.core.routing.matching import choose_inbound
from callroom.core.routing.model import Destination, ToQueue, destination_from
from callroom.telephony.port import (
    EndCause,
    FromDevice,
    FromTrunk,
    LegArrived,
    LegSeen,
    Snapshot,
)

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)
Note = dict[str, Any]  # what a flow left on a leg


def adopt(exchange: "Exchange", snapshot: Snapshot, *, fresh: bool) -> None:
    """Take over every call found alive that is not ours yet, and close the journeys of those that are gone.

    ``fresh``: the engine is a new one, so the former one's end ended them.
    """
    for call in exchange.calls.values():
        call.reconcile(snapshot)
    listening = {call.supervision.ear for call in exchange.calls.values() if call.supervision is not None}
    for ear in snapshot.ears:
        if ear not in listening:  # a former process' leader: his leg is let go below, and the talk goes on
            exchange.telephony.stop_listening(ear)
    unknown: dict[str, list[LegSeen]] = {}
    notes: dict[LegId, Note] = {}
    for leg in snapshot.legs:
        if leg.leg in exchange.parties:
            continue
        note = notes[leg.leg] = _read(leg)
        if "j" in note:
            unknown.setdefault(str(note["j"]), []).append(leg)
        elif leg.origin is not None:  # it arrived in the very moment the server went
            arrived(exchange, LegArrived(exchange.clock(), leg.leg, leg.origin, leg.dialled, leg.caller))
            if leg.answered and (party := exchange.parties.get(leg.leg)) is not None:  # its note was lost
                exchange.notes.note(party.journey, LegAnswered(leg.leg))
                party.answered.set_result(None)
        else:
            exchange.telephony.hang_up(leg.leg)
    for journey, legs in unknown.items():
        taken: set[LegId] = set()
        # The talk's own note is written last: two legs are main ones for a moment when a call out is answered.
        mains = [leg for leg in legs if notes[leg.leg].get("r") == MAIN]
        if mains and JourneyId(journey) not in exchange.calls:
            main = next((leg for leg in mains if notes[leg.leg].get("s") == "talk"), mains[0])
            others = [leg for leg in legs if leg is not main and leg.answered]
            try:
                taken = {main.leg, *_take_over(exchange, main, notes[main.leg], others, snapshot)}
            except (KeyError, TypeError, ValueError):
                log.exception("a call could not be taken over", leg=main.leg)
        for leg in legs:
            if leg.leg not in taken:  # rung or dialled for a call that is gone, or that rings anew
                exchange.telephony.hang_up(leg.leg)
    _close_rooms(exchange, snapshot)
    for journey in list(exchange.notes.open_journeys().values()):
        if not _lives(exchange, JourneyId(journey.id)):
            close(exchange, journey, EndCause.ENGINE_LOST if fresh else EndCause.NORMAL, snapshot)


def _close_rooms(exchange: "Exchange", snapshot: Snapshot) -> None:
    """Rooms where nobody talks any more."""
    for room in snapshot.rooms:
        if not any(leg in exchange.parties for leg in room.legs):
            exchange.telephony.close_room(room.room)


def _lives(exchange: "Exchange", journey: JourneyId) -> bool:
    return (
        journey in exchange.calls
        or exchange.notes.awaits_more(journey)
        or any(party.journey == journey for party in exchange.parties.values())
    )


def _read(leg: LegSeen) -> Note:
    if not leg.checkpoint:
        return {}
    try:
        return msgspec.json.decode(leg.checkpoint, type=Note)
    except msgspec.DecodeError:
        log.warning("a leg carries a note that cannot be read", leg=leg.leg)
        return {}


def _take_over(
    exchange: "Exchange", leg: LegSeen, note: Note, others: list[LegSeen], snapshot: Snapshot
) -> list[LegId]:
    """Go on with a call; returns which of its other legs are still in it."""
    journey_id = JourneyId(note["j"])
    journey = exchange.notes.open_journeys().get(journey_id)
    if journey is None:  # its facts were lost: the call is kept all the same
        journey = exchange.notes.note(journey_id, Started("inbound", leg.caller, leg.dialled))
        assert journey is not None
    call = exchange.new_call(
        journey_id, journey.direction, journey.from_number, journey.to_number, did=journey.did, trunk=journey.trunk
    )
    call.language = str(note.get("lang", call.language))
    call.chose_language = bool(note.get("chose"))
    call.values = remembered(note)
    call.show_values()
    call.view.started_at = journey.started_at or call.view.started_at
    call.view.answered_at = journey.answered_at
    if journey.customer is not None:
        call.view.customer = Named(journey.customer.id, journey.customer.name)
        call.tier = journey.customer.tier
        call.recognised.set()
    elif journey.direction != "internal" and journey.fax is None:
        number = journey.from_number if journey.direction == "inbound" else journey.to_number
        exchange.spawn(find_customer(exchange, call, number), name=f"customer of {journey_id}")
    if journey.queue_visits:
        visit = journey.queue_visits[-1]
        call.view.queue = Named(visit.queue, visit.queue_name)
    call.view.ivr_path = [f"{step.key} {step.label}".strip() for step in journey.ivr_steps if step.key]
    call.follow(_party(exchange, call, leg, journey))
    log.info("a call is taken over", call=journey_id, stage=note.get("s"))
    resume, sides = _where_it_stood(exchange, call, journey, leg, note, others, snapshot)
    for each in journey.recordings:
        if each.seconds is None and each.id not in snapshot.tapes:
            measure(exchange, journey_id, each)
        elif each.seconds is None and (not sides or note.get("s") != "talk"):
            _end_tape(exchange, call, TapeId(each.id))
    for room in snapshot.rooms:
        if not sides and leg.leg in room.legs:
            exchange.telephony.close_room(room.room)
    for leader in {each.leader for each in journey.supervisions if each.until is None}:
        call.note(SupervisionEnded(leader))
    alive = {seen.leg for seen in snapshot.legs}
    for each in journey.legs:
        if each.ended_at is None and each.id not in (leg.leg, *sides):  # gone meanwhile, or hung up now
            call.note(LegEnded(each.id, EndCause.CANCELLED if each.id in alive else EndCause.NORMAL))
    call.run(resume)
    return sides


Flow = Callable[["Call"], Coroutine[Any, Any, None]]


def _where_it_stood(
    exchange: "Exchange",
    call: "Call",
    journey: Journey,
    leg: LegSeen,
    note: Note,
    others: list[LegSeen],
    snapshot: Snapshot,
) -> tuple[Flow, list[LegId]]:
    """The flow that goes on, and the legs of the others in a talk, the agent's first.

    The journal knows more than the note: a fact is kept at once, a note only when the engine has it."""
    visit = journey.queue_visits[-1] if journey.queue_visits else None
    stage = note.get("s")
    if journey.fax is not None:
        fax = journey.fax
        if fax.ended_at is None and FaxId(fax.id) not in snapshot.faxes:
            book_fax_that_ended(exchange, call.journey, fax, snapshot, fresh=False)
        return (_leading(partial(await_fax, fax=fax)) if fax.ended_at is None else _over), []
    if visit is not None and visit.outcome is None:
        waited = max(0.0, (exchange.now() - visit.entered_at).total_seconds())
        first = bool(note.get("returned"))
        queue = QueueId(visit.queue)
        return _leading(
            lambda c: wait_in_queue(c, queue, waited=waited, adopted=True, returned=first, asked=_asked(note))
        ), []
    if stage == "talk":
        side = next((other for other in others if other.leg == note["leg"]), None)
        if side is not None:
            also = [*note.get("guests", ()), *_consulting(note, others)]
            more = [other for other in others if other.leg in also and other is not side]
            flow = _talk_on(exchange, call, journey, note, side, more, snapshot)
            return flow, [side.leg, *(other.leg for other in more)]
        booked = TalkEnded(str(note["leg"]), float(note["talk"]), float(note["hold"]))
        call.note(booked)
    if stage in ("talk", "queue") and visit is not None and visit.outcome == "answered":
        answered = next((other for other in others if _read(other).get("a") == visit.agent), None)
        queue = exchange.directory.queues.get(QueueId(visit.queue))
        if stage == "queue" and answered is not None and queue is not None:  # not connected yet
            party = _party(exchange, call, answered, journey)
            talks = partial(
                talk, agent=party, kind=Engagement.QUEUE, record=queue.record, wrap_up=queue.settings.wrap_up
            )
            return _leading(talks), [answered.leg]
        back = QueueId(visit.queue)  # the agent is gone: the customer goes first in line
        return _leading(lambda c: wait_in_queue(c, back, returned=True)), []
    if stage == "queue" and (left := exchange.directory.queues.get(QueueId(note["queue"]))) is not None:
        if visit is not None and visit.reason == FlowOutReason.CALLBACK:
            return _leading(agreed), []
        key = visit.key if visit else ""
        return (lambda c: lead(c, led_out(left, key))), []
    if journey.message is not None:
        message = journey.message
        if message.id in snapshot.tapes:
            log.info("a message is still being spoken", call=call.journey)
        return (lambda c: end_message(c, message)), []
    if stage == "ivr":
        return _leading(partial(attend_on, stood=stood(note))), []
    if stage == "callback":
        return _leading(partial(ask_for_callback, queue_id=QueueId(note["queue"]))), []
    if stage == "voicemail" and journey.voicemail is None:
        kind: Literal["extension", "queue"] = "extension" if note["kind"] == "extension" else "queue"
        return (lambda c: take_message(c, kind, str(note["box"]))), []
    if stage == "extension":
        extension = ExtensionId(note["extension"])
        return _leading(lambda c: ring_extension(c, extension)), []
    if stage == "survey":
        survey = SurveyId(note["survey"])
        return _leading(lambda c: ask_survey(c, survey)), []
    if stage == "ring_group":
        group = RingGroupId(note["group"])
        return _leading(lambda c: ring_group(c, group)), []
    return _from_the_start(exchange, call, leg), []


def _consulting(note: Note, others: list[LegSeen]) -> list[str]:
    """The legs of a consultation, if all are there: who was asked, and the agent's second line if he asked by that."""
    legs = [str(note[name]) for name in ("consulted", "line") if note.get(name)]
    return legs if set(legs) <= {other.leg for other in others} else []


def _asked(note: Note) -> ToQueue | None:
    """How urgent a waiting caller is, if his note tells."""
    asked = destination_from(note["asked"]) if "asked" in note else None
    return asked if isinstance(asked, ToQueue) else None


def _leading(station: "Callable[[Call], Coroutine[Any, Any, Destination]]") -> Flow:
    """The flow that goes on from a station."""

    async def go_on(call: "Call") -> None:
        await lead(call, await station(call))

    return go_on


def _talk_on(
    exchange: "Exchange",
    call: "Call",
    journey: Journey,
    note: Note,
    other: LegSeen,
    more: list[LegSeen],
    snapshot: Snapshot,
) -> Flow:
    side = _party(exchange, call, other, journey)
    kind = Engagement.OUTBOUND if journey.direction == "outbound" else Engagement.QUEUE
    kind = Engagement.INTERNAL if note["internal"] else kind
    queue = exchange.directory.queues.get(QueueId(call.view.queue.id)) if call.view.queue else None
    wrap_up = queue.settings.wrap_up if queue and kind is Engagement.QUEUE else 0.0
    running = [TapeId(r.id) for r in journey.recordings if r.seconds is None and r.id in snapshot.tapes]
    parties = {leg.leg: _party(exchange, call, leg, journey) for leg in more}
    line = parties.get(LegId(note.get("line", "")))
    adopted = Adopted(
        RoomId(note["room"]),
        bool(note["held"]),
        bool(note.get("muted")),
        bool(note.get("by_phone")),
        snapshot,
        running[-1] if running else None,
        float(note["talk"]),
        float(note["hold"]),
        note["at"],
        [party for party in parties.values() if party.leg in note.get("guests", ())],
        parties.get(LegId(note.get("consulted") or "")),
        Line(line, RoomId(note["line_room"])) if line else None,
    )
    record = bool(note["record"])
    return _leading(partial(talk, agent=side, kind=kind, record=record, wrap_up=wrap_up, adopted=adopted))


def _end_tape(exchange: "Exchange", call: "Call", tape: TapeId) -> None:
    """A talk is over whose recording goes on."""
    call.expect_tape(tape, call.book_tape, exchange.telephony.stop_tape(tape))


def _from_the_start(exchange: "Exchange", call: "Call", leg: LegSeen) -> Flow:
    """Nothing had happened yet, or what had cannot be gone on with: a caller is routed anew, others are let go."""
    if isinstance(leg.origin, FromTrunk):
        route = choose_inbound(exchange.directory.inbound, trunk=leg.origin.trunk, did=leg.dialled, caller=leg.caller)
        if route is not None:
            return lambda call: lead(call, route.destination)
    call.stop("system")
    return _nothing


async def _over(call: "Call") -> None:
    call.ended_by = "system"


async def _nothing(_call: "Call") -> None:
    pass


def _party(exchange: "Exchange", call: "Call", leg: LegSeen, journey: Journey) -> Party:
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
        trunk=TrunkId(told.trunk) if told and told.trunk else None,
        known=told is not None,
    )
    if leg.answered:
        party.answered.set_result(None)
    return party
