"""What people inside dial: colleagues, queues, attendants, feature codes, and numbers outside."""

from typing import TYPE_CHECKING

from callroom.calls.engagement import engage, release
from callroom.calls.leading import lead
from callroom.calls.outside import call_outside
from callroom.calls.party import Party
from callroom.calls.ringing import ring_own_phone
from callroom.calls.supervising import CODES, supervise_by_code
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId, TapeId
from callroom.core.routing.model import DialPermission, ToExtension
from callroom.telephony.port import TapeEnded

if TYPE_CHECKING:
    from callroom.calls.call import Call

ECHO = "*43"
ECHO_SECONDS = 6.0


async def dial_from_phone(call: "Call", number: str, permission: DialPermission) -> None:
    """A phone of ours dialled ``number``; it is the main party."""
    assert call.main is not None
    by = call.main
    engage(call, by.agent, _kind(call, number))
    try:
        await _reach(call, number, permission, by)
    finally:
        release(call, by.agent)


async def dial_for_agent(call: "Call", agent: AgentId, number: str, permission: DialPermission) -> None:
    """The page or the API asked for a call: first the agent's own phone, which answers by itself, then the number."""
    engage(call, agent, _kind(call, number))
    try:
        by = await ring_own_phone(call, agent, number)
        if by is not None:
            await _reach(call, number, permission, by)
    finally:
        release(call, agent)


def _kind(call: "Call", number: str) -> Engagement:
    inside = number.startswith("*") or call.exchange.directory.inside(number) is not None
    return Engagement.INTERNAL if inside else Engagement.OUTBOUND


async def _reach(call: "Call", number: str, permission: DialPermission, by: Party) -> None:
    inside = call.exchange.directory.inside(number)
    if number == ECHO:
        await _echo(call)
    elif (mode := CODES.get(number[:3])) is not None:
        await supervise_by_code(call, by, mode, number[3:])
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
