"""Feature codes: what a phone dials to be served by the exchange itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from callroom.calls.leading import lead
from callroom.calls.mailbox import LONGEST_NUMBER, open_any_box, open_own_box
from callroom.calls.party import Party
from callroom.calls.studio import CODE, record_prompt
from callroom.calls.supervising import CODES, supervise_by_code
from callroom.core.directory import Agent
from callroom.core.ids import TapeId
from callroom.core.journeys.facts import SupervisionMode

if TYPE_CHECKING:
    from callroom.calls.call import Call

ECHO_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Feature:
    """``takes``: digits that may follow the code, at most."""

    name: str
    serve: "Callable[[Call, Party, str], Awaitable[None]]"
    takes: int = 0


def feature_of(number: str) -> tuple[Feature, str] | None:
    """The feature that a dialled number asks for, and what follows its code."""
    for code, feature in FEATURES.items():
        rest = number.removeprefix(code)
        if number.startswith(code) and len(rest) <= feature.takes and (not rest or rest.isdecimal()):
            return feature, rest
    return None


async def serve_code(call: "Call", number: str, by: Party) -> None:
    """Do what the code asks for, and say so; a wrong code says so too."""
    found = feature_of(number)
    if found is None:
        await call.inform("code_unknown")
    else:
        feature, rest = found
        await feature.serve(call, by, rest)


# ---------------------------------------------------------------- presence


async def _sign_in(call: "Call", by: Party, _rest: str) -> None:
    if (agent := await _agent(call, by)) is not None:
        call.exchange.sign_in(agent.id)
        await call.inform("you_signed_in")


async def _sign_out(call: "Call", by: Party, _rest: str) -> None:
    if (agent := await _agent(call, by)) is not None:
        call.exchange.sign_out(agent.id)
        await call.inform("you_signed_out")


async def _ready(call: "Call", by: Party, _rest: str) -> None:
    await _choose(call, by, "ready")


async def _busy(call: "Call", by: Party, rest: str) -> None:
    """``rest``: the place, in the company's order, of a reason that agents may choose."""
    if not rest:
        await _choose(call, by, "busy")
        return
    reasons = call.exchange.directory.reasons.values()
    mine = [r for r in reasons if r.kind == "busy" and not r.by_leaders and r.position == int(rest)]
    if mine:
        await _choose(call, by, "busy", min(mine, key=lambda reason: reason.id).id)
    else:
        await call.inform("code_unknown")


async def _away(call: "Call", by: Party, _rest: str) -> None:
    await _choose(call, by, "away")


async def _choose(call: "Call", by: Party, state: str, reason: str = "") -> None:
    agent = await _agent(call, by)
    if agent is None:
        return
    if not call.exchange.is_signed_in(agent.id):
        await call.inform("code_sign_in_first")
        return
    call.exchange.set_presence(agent.id, state, reason)
    await call.inform(f"you_are_{state}")


async def _agent(call: "Call", by: Party) -> Agent | None:
    """Whose phone it is; None, and it is said, when nobody can sign in with it."""
    agent = call.exchange.directory.agents.get(by.agent) if by.agent else None
    if agent is not None and agent.takes_calls:
        call.language = agent.language
        return agent
    await call.inform("code_no_agent")
    return None


# ---------------------------------------------------------------- opening hours


async def _switch_hours(call: "Call", by: Party, digits: str) -> None:
    """``digits``: the code of some opening hours, and 1 for open, 2 for closed, 0 for the timetable; without that they
    are turned round, or brought back. What is so afterwards is said."""
    exchange = call.exchange
    hours = next(
        (s for s in exchange.directory.schedules.values() if s.switch_code and s.switch_code == digits[:1]), None
    )
    device = exchange.directory.devices.get(by.device) if by.device else None
    if hours is None or digits[1:] not in ("", "0", "1", "2"):
        await call.inform("code_unknown")
        return
    if device is None or device.extension not in hours.switch_extensions:
        await call.inform("not_allowed")
        return
    now = exchange.local_now()
    turned = (
        "timetable" if hours.override and hours.override.counts(now) else "closed" if hours.is_open(now) else "open"
    )
    state = {"0": "timetable", "1": "open", "2": "closed"}.get(digits[1:], turned)
    if not await exchange.switch_hours(hours.id, state, device.extension):
        await call.inform("code_unknown")
        return
    await call.inform(f"switch_{state}")
    if state == "timetable":
        await call.inform("hours_open" if hours.keeps_open(now) else "hours_closed")


# ---------------------------------------------------------------- echo


async def _echo(call: "Call", by: Party, _rest: str) -> None:
    """Let somebody hear himself: speak after the tone, then listen."""
    exchange = call.exchange
    call.show(state="voicemail")
    await call.inform("echo_intro")
    tape = TapeId(exchange.new_id("echo"))
    path = f"echo/{tape}"
    try:
        heard = await call.record(tape, path, longest=ECHO_SECONDS, silence=ECHO_SECONDS, of=by)
        if heard.seconds > 0:
            await call.say([*exchange.sounds.system(call.language, "echo_replay"), str(exchange.recordings / path)])
    finally:
        exchange.forget_file(f"{path}.wav")
    await call.inform("goodbye")


# ---------------------------------------------------------------- messages


async def _own_box(call: "Call", by: Party, _rest: str) -> None:
    await lead(call, await open_own_box(call, by))


async def _any_box(call: "Call", by: Party, number: str) -> None:
    await lead(call, await open_any_box(call, by, number))


async def _supervise(call: "Call", by: Party, number: str, *, mode: SupervisionMode) -> None:
    await supervise_by_code(call, by, mode, number)


FEATURES = {
    "*11": Feature("sign_in", _sign_in),
    "*12": Feature("sign_out", _sign_out),
    "*13": Feature("ready", _ready),
    "*14": Feature("busy", _busy, takes=2),
    "*15": Feature("away", _away),
    **{code: Feature(mode, partial(_supervise, mode=mode), takes=12) for code, mode in CODES.items()},
    "*28": Feature("switch_hours", _switch_hours, takes=2),
    "*43": Feature("echo", _echo),
    "*97": Feature("own_voicemail", _own_box),
    "*98": Feature("voicemail", _any_box, takes=LONGEST_NUMBER),
    CODE: Feature("record_prompt", record_prompt),
}
