"""Journeys of calls that ended while no server was there: completed with what can still be known."""

from datetime import datetime
from typing import TYPE_CHECKING

from callroom.calls.faxing import book_fax
from callroom.calls.voicemail import book_message
from callroom.core.ids import FaxId, JourneyId, QueueId
from callroom.core.journeys.facts import Ended, LegEnded, QueueLeft, RecordingEnded, TalkEnded
from callroom.core.journeys.model import Fax, Journey, Recording
from callroom.telephony.port import EndCause, FaxFault, FaxOutcome, Snapshot

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange


def close(exchange: "Exchange", journey: Journey, cause: EndCause, snapshot: Snapshot) -> None:
    """Complete the journey of a call that is gone; ``cause``: why its legs ended."""
    journey_id = JourneyId(journey.id)

    def seconds_since(moment: datetime) -> float:
        return max(0.0, (exchange.now() - moment).total_seconds())

    for visit in journey.queue_visits:
        if visit.outcome is None:
            wait, short = round(seconds_since(visit.entered_at), 3), exchange.directory.company.short_abandon
            signed_in = len(exchange.acd.distributor.signed_in(QueueId(visit.queue)))
            left = QueueLeft(visit.queue, "abandoned", wait, visit.choices, signed_in, short=short)
            exchange.notes.note(journey_id, left)
            exchange.board.count_visit(QueueId(visit.queue), "abandoned", wait, None)
    for recording in journey.recordings:
        if recording.seconds is None:
            measure(exchange, journey_id, recording)
    if journey.fax is not None and journey.fax.ended_at is None:
        book_fax_that_ended(exchange, journey_id, journey.fax, snapshot, fresh=cause is EndCause.ENGINE_LOST)
    if journey.message is not None:
        book_message(exchange, journey_id, journey.message, exchange.tape_seconds(journey.message.path))
    for leg in journey.legs:
        if leg.talked_at is not None and leg.ended_at is None and leg.talk + leg.hold == 0:
            # What was talked while nobody counted is known from the recording alone.
            heard = [r.seconds or 0.0 for r in journey.recordings if r.started_at >= leg.talked_at]
            exchange.notes.note(journey_id, TalkEnded(leg.id, round(sum(heard), 2), 0.0))
        if leg.ended_at is None:
            exchange.notes.note(journey_id, LegEnded(leg.id, cause))
    if journey.ended_at is None:
        exchange.notes.note(journey_id, Ended("system"))


def measure(exchange: "Exchange", journey: JourneyId, recording: Recording) -> None:
    """A recording ended while no server was there: its file tells how long it is."""
    seconds = exchange.tape_seconds(recording.path)
    exchange.notes.note(journey, RecordingEnded(recording.id, round(seconds, 2), seconds > 0))


def book_fax_that_ended(exchange: "Exchange", journey: JourneyId, fax: Fax, snapshot: Snapshot, *, fresh: bool) -> None:
    """A fax ended while no server was there."""
    lost = FaxOutcome(0, FaxFault.ENGINE_LOST if fresh else FaxFault.HUNG_UP)
    book_fax(exchange, journey, FaxId(fax.id), snapshot.faxes_over.get(FaxId(fax.id), lost))
