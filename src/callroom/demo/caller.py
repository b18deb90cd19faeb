"""A scripted caller on the demo line: real SIP, real sound, from an address of its own on loopback."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from callroom.demo.company import CARRIER
from callroom.demo.phone import CallRefused, EndReason, NoAnswer, NothingCame, Phone, Sound, Tone, WavFile
from callroom.media.prompts import system_prompt

ANSWER = 30.0  # seconds the exchange has to answer
BETWEEN_KEYS = 1.5  # seconds


@dataclass(frozen=True, slots=True)
class Script:
    """``keys`` are pressed one after another once the exchange has answered; ``seconds`` is how long he stays."""

    to: str
    caller: str
    keys: tuple[str, ...] = ()
    seconds: float = 120.0
    tone: int | None = None  # Hz; None: he speaks
    language: str = "zh"
    wait_for_keys: float = 6.0  # seconds after the answer: greetings are short


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refused`` is the SIP status of a call that was not answered."""

    answered: bool
    refused: int | None = None
    hung_up_there: bool = False
    heard_seconds: float = 0.0  # of sound from the exchange


def voice(language: str) -> Sound:
    """What the caller says, over and over."""
    return WavFile(Path(system_prompt("demo_caller", language) + ".wav"), repeat=True)


async def place(exchange: tuple[str, int], script: Script, told: Callable[[str], None]) -> Outcome:
    """Call, press the keys, talk until the time is over or the other side hangs up.

    ``told`` hears each step: ``ringing``, ``answered``, ``key N``, ``ended there``, ``ended here``. Raises ``OSError``
    when the demo line's address cannot be used on this machine.
    """
    sound = Tone(script.tone) if script.tone else voice(script.language)
    host, port = exchange
    async with Phone(bind=CARRIER, user="demo", codecs=("PCMA", "PCMU")) as phone:
        call = await phone.dial(f"sip:{script.to}@{host}:{port}", sound, caller=script.caller)
        told("calling")
        try:
            await call.answered(timeout=ANSWER)
        except CallRefused as error:
            return Outcome(False, error.status)
        except NoAnswer:
            await call.hang_up()
            return Outcome(False)
        told("answered")
        loop = asyncio.get_running_loop()
        end = loop.time() + script.seconds
        pressing = asyncio.create_task(_press(call.press, script, told), name="keys")
        try:
            await call.wait_ended(timeout=max(0.0, end - loop.time()))
            told("ended there")
        except NothingCame:
            told("ended here")
            await call.hang_up()
        finally:
            pressing.cancel()
        return Outcome(True, None, call.end_reason is EndReason.HUNG_UP_THERE, call.heard.packets * 0.02)


async def _press(press: Callable[[str], Awaitable[None]], script: Script, told: Callable[[str], None]) -> None:
    await asyncio.sleep(script.wait_for_keys)  # as a person who listens to the greeting
    for key in script.keys:
        await press(key)
        told(f"key {key}")
        await asyncio.sleep(BETWEEN_KEYS)
