"""Recording a prompt from a phone: speak after the tone, listen, keep it or speak again.

What was kept waits for whoever set it down: the page of prompts finds it by his extension and makes a prompt of it.
Nothing of it is heard by callers before that.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from callroom.calls.party import Party
from callroom.core.ids import ExtensionId, TapeId

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange

CODE = "*77"
FOLDER = "studio"  # under the recordings
LONGEST = 300.0  # seconds
SILENCE = 10.0  # seconds after which the speaker is taken to be done
SHORTEST = 0.5  # seconds; less is nothing
ASKED = 10.0  # seconds in which a key is waited for
MOST = 20  # recordings and hearings in one call


@dataclass(frozen=True, slots=True)
class Recording:
    """``path`` lies under the recordings, without extension."""

    id: str
    path: str
    seconds: float
    at: datetime


class Studio:
    """What was recorded from each extension last, until the server ends."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._kept: dict[ExtensionId, Recording] = {}
        # What a former server process kept, nobody can ask for any more.
        shutil.rmtree(exchange.recordings / FOLDER, ignore_errors=True)

    def of(self, extension: str | None) -> Recording | None:
        return self._kept.get(ExtensionId(extension)) if extension else None

    def keep(self, extension: ExtensionId, recording: Recording) -> None:
        self.forget(extension)
        self._kept[extension] = recording

    def forget(self, extension: str) -> None:
        if former := self._kept.pop(ExtensionId(extension), None):
            self._exchange.forget_file(f"{former.path}.wav")


async def record_prompt(call: "Call", by: Party, _rest: str) -> None:
    """Let somebody speak a prompt into his phone."""
    exchange = call.exchange
    device = exchange.directory.devices.get(by.device) if by.device else None
    if device is None:
        await call.inform("code_unknown")
        return
    if by.agent and (agent := exchange.directory.agents.get(by.agent)) is not None:
        call.language = agent.language
    call.show(state="voicemail")
    for _ in range(MOST):
        await call.inform("studio_speak")
        tape = TapeId(exchange.new_id("studio"))
        path = f"{FOLDER}/{tape}"
        kept = False
        try:
            heard = await call.record(tape, path, longest=LONGEST, silence=SILENCE, of=by)
            if heard.seconds < SHORTEST:
                await call.inform("no_message")
            elif kept := await _accepted(call, path):
                exchange.studio.keep(device.extension, Recording(tape, path, round(heard.seconds, 2), exchange.now()))
                await call.inform("studio_kept", "goodbye")
                return
        finally:
            if not kept:
                exchange.forget_file(f"{path}.wav")


async def _accepted(call: "Call", path: str) -> bool:
    """Whether he wants to keep what he hears; without a word he does not, and neither does he who asks too often."""
    exchange = call.exchange
    spoken = [str(exchange.recordings / path)]
    for _ in range(MOST):
        await call.say(spoken, until_key=True)
        key = await call.ask(exchange.sounds.system(call.language, "studio_review"), timeout=ASKED)
        if key == "1":
            return True
        if key == "3":
            return False
    return False
