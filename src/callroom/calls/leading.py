"""Leading a call from destination to destination until it is over."""

from typing import TYPE_CHECKING, assert_never

import structlog

from callroom.calls.attendant import attend
from callroom.calls.faxing import take_fax
from callroom.calls.mailbox import open_any_box
from callroom.calls.outside import call_outside
from callroom.calls.party import NotAnswered
from callroom.calls.queueing import ask_for_callback, wait_in_queue
from callroom.calls.ring_groups import ring_group
from callroom.calls.ringing import Ringing
from callroom.calls.surveying import ask_survey
from callroom.calls.talking import talk
from callroom.calls.voicemail import take_message
from callroom.core.acd.model import Engagement
from callroom.core.ids import ExtensionId
from callroom.core.routing import model as to
from callroom.telephony.port import CallerId

if TYPE_CHECKING:
    from callroom.calls.call import Call

log = structlog.get_logger(__name__)
MOST_STATIONS = 20  # two queues that flow into each other must not keep a call for ever


async def lead(call: "Call", destination: to.Destination) -> None:
    """Follow destinations until the call ends."""
    returned = False
    for _ in range(MOST_STATIONS):
        if isinstance(destination, to.ToHangUp):
            return
        was = destination
        destination = await _station(call, destination, returned=returned)
        returned = isinstance(was, to.ToQueue) and destination == was


async def _station(call: "Call", destination: to.Destination, *, returned: bool) -> to.Destination:
    exchange = call.exchange
    match destination:
        case to.ToQueue(id=queue):
            return await wait_in_queue(call, queue, returned=returned, asked=destination)
        case to.ToCallback(id=queue):
            return await ask_for_callback(call, queue)
        case to.ToFlow(id=flow):
            attendant = exchange.directory.attendants.get(flow)
            if attendant is None:
                return await _sorry(call)
            return await attend(call, attendant)
        case to.ToExtension(id=extension):
            return await ring_extension(call, extension)
        case to.ToRingGroup(id=group):
            return await ring_group(call, group)
        case to.ToSurvey(id=survey):
            return await ask_survey(call, survey)
        case to.ToQueueVoicemail(id=queue):
            await take_message(call, "queue", queue)
            return to.ToHangUp()
        case to.ToExtensionVoicemail(id=extension):
            await take_message(call, "extension", extension)
            return to.ToHangUp()
        case to.ToVoicemailMenu():
            return await open_any_box(call, None)
        case to.ToFax(id=box):
            return await take_fax(call, box)
        case to.ToAnnouncement(id=prompt):
            await call.answer()
            await call.say(exchange.sounds.uploaded(prompt, call.language))
            return to.ToHangUp()
        case to.ToOutside(number=number):
            return await call_outside(call, number)
        case to.ToHangUp():
            return destination
        case _:
            assert_never(destination)


async def _sorry(call: "Call") -> to.Destination:
    await call.inform("nobody_available")
    return to.ToHangUp()


async def ring_extension(call: "Call", extension_id: ExtensionId) -> to.Destination:
    """Ring all phones of an extension; unanswered, its mailbox takes the call."""
    exchange = call.exchange
    extension = exchange.directory.extensions.get(extension_id)
    if extension is None or call.main is None:
        return await _sorry(call)
    agent = extension.agent
    inside = call.main.role == "agent" or call.view.direction == "internal"
    if not (agent and exchange.agent_talks(agent)):
        called = {} if call.view.direction == "outbound" else {"to_name": extension.name}  # else a customer's name
        call.show(state="ringing", offered_to=[agent] if agent else [], **called)
        call.checkpoint(s="extension", extension=extension.id)
        exchange.telephony.ring(call.main.leg)
        shown = CallerId(call.view.from_number, call.view.from_name)
        ring = Ringing(call, exchange.phones.of_extension(extension), shown=shown, timeout=extension.ring_seconds)
        try:
            party = await ring.answered()
        except NotAnswered as error:
            log.info("nobody answered", call=call.journey, cause=error.cause)
            call.show(offered_to=[])
        else:
            await call.answer()
            kind = Engagement.INTERNAL if inside else Engagement.QUEUE
            return await talk(call, party, kind=kind, record=extension.record)
    if extension.voicemail:
        return to.ToExtensionVoicemail(extension.id)
    await call.inform("party_unavailable")
    return to.ToHangUp()
