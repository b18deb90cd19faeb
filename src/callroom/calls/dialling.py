"""What people inside dial: colleagues, queues, attendants, feature codes, and numbers outside."""

from typing import TYPE_CHECKING

from callroom.calls.engagement import engage, release
from callroom.calls.leading import lead
from callroom.calls.outside import call_outside
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId, TapeId
from callroom.core.routing.model import DialPermission, ToExtension
from callroom.telephony.port import CallerId, TapeEnded

if TYPE_CHECKING:
    from callroom.calls.call import Call

ECHO = "*43"
OWN_PHONE = 20.0  # seconds the dialler's own phone is rung
ECHO_SECONDS = 6.0


async def dial_from_phone(call: "Call", number: str, permission: DialPermission) -> None:
    """A phone of ours dialled ``number``; it is the main party."""
    assert call.main is not None
    by = call.main
    inside = call.exchange.directory.inside(number)
    kind = Engagement.INTERNAL if inside is not None or number == ECHO else Engagement.OUTBOUND
    engage(call, by.agent, kind)
    try:
        await _reach(call, number, permission, by)
    finally:
        release(call, by.agent)


async def dial_for_agent(call: "Call", agent: AgentId, number: str, permission: DialPermission) -> None:
    """The page or the API asked for a call: first the agent's own phone, which answers by itself, then the number."""
    exchange = call.exchange
    kind = Engagement.INTERNAL if exchange.directory.inside(number) is not None else Engagement.OUTBOUND
    engage(call, agent, kind)
    try:
        ring = Ringing(call, exchange.phones_of(agent), shown=CallerId(number), timeout=OWN_PHONE, auto_answer=True)
        try:
            by = await ring.answered()
        except NotAnswered as error:
            call.lost, call.ended_by = str(error.cause), "agent"
            return
        call.follow(by)
        await _reach(call, number, permission, by)
    finally:
        release(call, agent)


async def _reach(call: "Call", number: str, permission: DialPermission, by: Party) -> None:
    inside = call.exchange.directory.inside(number)
    if number == ECHO:
        await _echo(call)
    elif (
        isinstance(inside, ToExtension) and call.exchange.directory.extensions[inside.id].agent == by.agent and by.agent
    ):
        await call.answer()
        await call.say(call.exchange.sounds.system(call.language, "party_busy"))
    elif inside is not None:
        await lead(call, inside)
    else:
        await lead(call, await call_outside(call, number, permission, by=by))


async def _echo(call: "Call") -> None:
    """Let somebody hear himself: speak after the tone, then listen."""
    exchange = call.exchange
    assert call.main is not None
    await call.answer()
    call.show(state="voicemail")
    await call.say(exchange.sounds.system(call.language, "echo_intro"))
    tape = TapeId(exchange.new_id("echo"))
    path = f"echo/{tape}"

    def ended(_event: TapeEnded) -> None:
        pass

    sent = exchange.telephony.record_message(tape, call.main.leg, path, longest=ECHO_SECONDS, silence=ECHO_SECONDS)
    heard = await call.expect_tape(tape, ended, sent)
    if heard.seconds > 0:
        await call.say([*exchange.sounds.system(call.language, "echo_replay"), str(exchange.recordings / path)])
        exchange.forget_file(f"{path}.wav")
    await call.say(exchange.sounds.system(call.language, "goodbye"))
