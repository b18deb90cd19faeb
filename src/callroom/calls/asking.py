"""Asking a waiting caller at which number he wants to be called back."""

import asyncio
from typing import TYPE_CHECKING

from callroom.calls.acd import Result
from callroom.calls.keying import keyed
from callroom.calls.lines import find_way
from callroom.core.directory import Directory
from callroom.core.numbers import NumberKind, cleaned, kind_of, to_dial
from callroom.core.routing.matching import WayOut
from callroom.core.routing.model import Destination, DialPermission, ToHangUp

if TYPE_CHECKING:
    from callroom.calls.call import Call

PERMISSION = DialPermission.NATIONAL  # how far callers may have themselves called
ATTEMPTS = 3
FOR_KEY = 8.0  # seconds
SHORTEST, LONGEST = 7, 20  # digits of a number


async def ask_number(call: "Call", visit: "asyncio.Future[Result]") -> str:
    """The number at which he wants to be called; "" when he gives none, or an agent comes before that."""
    asking = asyncio.ensure_future(ask_at_leisure(call))
    try:
        await asyncio.wait({visit, asking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asking.cancel()
    return asking.result() if not visit.done() else ""


async def agreed(call: "Call") -> Destination:
    """Tell him that he will be called, and let him go."""
    await call.inform("callback_confirmed")
    return ToHangUp()


async def ask_at_leisure(call: "Call") -> str:
    """The number at which he wants to be called; "" when he gives none."""
    sounds, language = call.exchange.sounds, call.language
    number = callable_number(call.exchange.directory, call.view.from_number)
    for _ in range(ATTEMPTS):
        if not number:
            typed = await _typed(call)
            number = callable_number(call.exchange.directory, typed)
            if not number:
                await call.say(sounds.system(language, "callback_bad_number" if typed else "no_input"))
                continue
        asked = [
            *sounds.system(language, "callback_number"),
            *sounds.digits(number, language),
            *sounds.system(language, "callback_confirm"),
        ]
        match await call.ask(asked, timeout=FOR_KEY):
            case "1":
                return number
            case "2":
                number = ""
            case key:
                await call.say(sounds.system(language, "invalid_key" if key else "no_input"))
    return ""


async def _typed(call: "Call") -> str:
    said = call.exchange.sounds.system(call.language, "callback_enter")
    return await keyed(call, said, most=2 * LONGEST)  # what is too long is refused as a whole


def callable_number(directory: Directory, number: str) -> str:
    """The number as it is dialled; "" when callers may not have themselves called there: no way out leads there, or it
    is dearer than a call within the country, one for help, or a short one."""
    company = directory.company
    dialled = to_dial(cleaned(number), company.country)
    if not dialled.isascii() or not dialled.isdigit() or not SHORTEST <= len(dialled) <= LONGEST:
        return ""
    if kind_of(dialled, company.country, company.area_code) in (NumberKind.EMERGENCY, NumberKind.INTERNAL):
        return ""
    if directory.inside(dialled) is not None:
        return ""
    return dialled if isinstance(find_way(directory, dialled, PERMISSION, keyed=False), WayOut) else ""
