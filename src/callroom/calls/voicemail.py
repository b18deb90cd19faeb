"""Taking a message."""

from typing import TYPE_CHECKING, Literal

from callroom.core.ids import TapeId
from callroom.core.journeys.facts import VoicemailLeft, VoicemailStarted
from callroom.telephony.port import TapeEnded

if TYPE_CHECKING:
    from callroom.calls.call import Call

LONGEST = 180.0  # seconds
SILENCE = 6.0  # seconds after which the caller is taken to be done
SHORTEST = 1.0  # seconds; less is no message


async def take_message(call: "Call", box_kind: Literal["queue", "extension"], box_id: str) -> None:
    """Ask for a message and record it; it counts as left also when the caller simply hangs up after speaking."""
    exchange = call.exchange
    await call.answer()
    call.note(VoicemailStarted(box_kind, box_id))
    call.show(state="voicemail", offered_to=[], agent=None)
    call.checkpoint(s="voicemail", kind=box_kind, box=box_id)
    await call.say(exchange.sounds.system(call.language, "leave_message"))
    assert call.main is not None
    message = TapeId(exchange.new_id("vm"))
    path = f"voicemail/{exchange.now():%Y/%m/%d}/{message}"

    def ended(event: TapeEnded) -> None:
        if event.seconds >= SHORTEST:
            call.note(VoicemailLeft(message, box_kind, box_id, path, round(event.seconds, 2)))

    done = call.expect_tape(message, ended)
    exchange.telephony.record_message(message, call.main.leg, path, longest=LONGEST, silence=SILENCE)
    taken = await done
    said = "message_saved" if taken.seconds >= SHORTEST else "no_message"
    await call.say(exchange.sounds.system(call.language, said, "goodbye"))
