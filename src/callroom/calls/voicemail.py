"""Taking a message."""

from typing import TYPE_CHECKING

from callroom.core.acd.model import Away, Busy
from callroom.core.ids import ExtensionId, JourneyId, TapeId
from callroom.core.journeys.facts import MessageDropped, MessageStarted, VoicemailLeft, VoicemailStarted
from callroom.core.journeys.model import Message
from callroom.core.mailboxes import Box, BoxKind, Moment
from callroom.telephony.port import TapeEnded

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange

SILENCE = 6.0  # seconds after which the caller is taken to be done
SHORTEST = 1.0  # seconds; less is no message


def _moment(exchange: "Exchange", box_id: str) -> Moment:
    """Why an extension does not answer: its agent talks or is busy, or is away."""
    extension = exchange.directory.extensions.get(ExtensionId(box_id))
    if extension is None or extension.agent is None:
        return "usual"
    rest = exchange.acd.distributor.rest_of(extension.agent)
    if exchange.agent_talks(extension.agent) or isinstance(rest, Busy):
        return "busy"
    return "away" if isinstance(rest, Away) else "usual"


async def take_message(call: "Call", box_kind: BoxKind, box_id: str) -> None:
    """Ask for a message and record it; it counts as left also when the caller simply hangs up after speaking."""
    exchange = call.exchange
    await call.answer()
    call.stop_music()  # who is in a room cannot leave a message
    call.note(VoicemailStarted(box_kind, box_id))
    call.show(state="voicemail", offered_to=[], agent=None)
    call.checkpoint(s="voicemail", kind=box_kind, box=box_id)
    box = exchange.directory.boxes.get(box_id) or Box(box_id, box_kind)
    greeting = box.greeting(_moment(exchange, box_id))
    await call.say([greeting] if greeting else exchange.sounds.system(call.language, "leave_message"))
    tape = TapeId(exchange.new_id("vm"))
    message = Message(tape, box_kind, box_id, f"voicemail/{exchange.now():%Y/%m/%d}/{tape}")

    def ended(event: TapeEnded) -> None:
        book_message(exchange, call.journey, message, event.seconds)

    call.note(MessageStarted(message.id, box_kind, box_id, message.path))
    taken = await call.record(tape, message.path, longest=box.longest, silence=SILENCE, then=ended)
    said = "message_saved" if taken.seconds >= SHORTEST else "no_message"
    await call.say(exchange.sounds.system(call.language, said, "goodbye"))


async def end_message(call: "Call", message: Message) -> None:
    """The server was away while this message was spoken; the engine wrote it to its end all the same.

    What is said waits in the engine until the caller is done, so the file is measured behind it.
    """
    exchange = call.exchange
    if exchange.tape_seconds(message.path) < SHORTEST:
        call.note(MessageDropped(message.id))
        await take_message(call, message.box_kind, message.box_id)
        return
    call.show(state="voicemail")
    try:
        await call.say(exchange.sounds.system(call.language, "message_saved", "goodbye"))
    finally:
        book_message(exchange, call.journey, message, exchange.tape_seconds(message.path))


def book_message(exchange: "Exchange", journey: JourneyId, message: Message, seconds: float) -> None:
    """Note that a message was left, if it is one."""
    left = VoicemailLeft(message.id, message.box_kind, message.box_id, message.path, round(seconds, 2))
    exchange.notes.note(journey, left if seconds >= SHORTEST else MessageDropped(message.id))
