"""The way into a voicemail box from a phone: which box, and its PIN."""

from typing import TYPE_CHECKING

import structlog

from callroom.calls.keying import keyed
from callroom.calls.mailbox_menu import Visit
from callroom.calls.party import Party
from callroom.core.guesses import Guesses, Limit
from callroom.core.journeys.facts import MailboxOpened
from callroom.core.letters import Hand, LettersAway
from callroom.core.mailboxes import LONGEST_PIN, Box
from callroom.core.routing.model import Destination, ToHangUp

if TYPE_CHECKING:
    from callroom.calls.call import Call

log = structlog.get_logger(__name__)
ATTEMPTS = 3  # of one call
LONGEST_NUMBER = 8  # digits of an inside number
FOR_FIRST = 10.0  # seconds until the first digit
QUARTER, HOUR = 900.0, 3600.0  # seconds


def new_guesses() -> Guesses:
    """Five wrong PINs for one box in a quarter of an hour lock it for another one; ten of one caller in an hour keep
    him from all boxes for an hour."""
    return Guesses(Limit(5, QUARTER, QUARTER), Limit(10, HOUR, HOUR))


async def open_own_box(call: "Call", by: Party) -> Destination:
    """The box of the phone's own extension. Without a PIN one is chosen first, unless the box asks for none."""
    directory = call.exchange.directory
    device = directory.devices.get(by.device) if by.device else None
    box = directory.boxes.get(device.extension) if device else None
    if box is None:
        await call.inform("vm_unknown_box")
        return ToHangUp()
    await _begin(call, by)
    if box.asks_pin and box.has_pin and not await _gives_pin(call, box, by.number):
        return ToHangUp()
    return await _visit(call, box, by, choose_pin=box.asks_pin and not box.has_pin)


async def open_any_box(call: "Call", by: Party | None, number: str = "") -> Destination:
    """A box by its number and its PIN, also for somebody outside (``by`` None)."""
    await _begin(call, by)
    sounds = call.exchange.sounds
    caller = call.main.number if call.main else ""
    for _ in range(ATTEMPTS):
        if not number:
            number = await keyed(
                call, sounds.system(call.language, "vm_enter_box"), most=LONGEST_NUMBER, first=FOR_FIRST
            )
        # A box that is not there, or has no PIN, asks for one all the same: that it is so is nobody's business.
        box = call.exchange.directory.box_at(number) or Box("", "extension", number)
        if await _gives_pin(call, box, caller, attempts=1):
            return await _visit(call, box, by)
        if call.exchange.guesses.locked(_account(box), caller, call.exchange.clock()):
            return ToHangUp()
        number = ""
    return ToHangUp()


async def _begin(call: "Call", by: Party | None) -> None:
    if call.main is not None:
        call.main.keys.forget()  # not once he hears that he is answered: who knows the way need not wait for its words
    await call.answer()
    call.stop_music()
    call.show(state="voicemail")
    agent = call.exchange.directory.agents.get(by.agent) if by is not None and by.agent else None
    if agent is not None:
        call.language = agent.language


async def _gives_pin(call: "Call", box: Box, caller: str, *, attempts: int = ATTEMPTS) -> bool:
    """Whether the caller knows the box's PIN; wrong ones are counted, and too many refused."""
    exchange = call.exchange
    account = _account(box)
    for _ in range(attempts):
        if exchange.guesses.locked(account, caller, exchange.clock()):
            await call.inform("vm_locked")
            return False
        pin = await keyed(
            call, exchange.sounds.system(call.language, "vm_enter_pin"), most=LONGEST_PIN, first=FOR_FIRST
        )
        if not pin or pin == "*":
            return False
        try:
            right = box.has_pin and await exchange.letters.pin_is(box.id, pin)
        except LettersAway:
            await call.inform("vm_not_now")
            return False
        if right:
            exchange.guesses.right(account)
            return True
        log.warning("a wrong PIN of a voicemail box", call=call.journey, box=box.id, pii_caller=caller)
        if locks := exchange.guesses.wrong(account, caller, exchange.clock()):
            exchange.spawn(exchange.letters.locked(box.id or box.number, caller, locks), name="locked box")
        await call.inform("vm_wrong_pin")
    return False


def _account(box: Box) -> str:
    """What is guessed at; a box that is not there is one too."""
    return box.id or f"none:{box.number}"


async def _visit(call: "Call", box: Box, by: Party | None, *, choose_pin: bool = False) -> Destination:
    agent = by.agent if by is not None else None
    call.note(MailboxOpened(box.kind, box.id))
    visit = Visit(call, box, Hand(agent, box.number), inside=by)
    try:
        return await visit.run(choose_pin=choose_pin)
    except LettersAway as error:
        log.warning("the messages cannot be reached", call=call.journey, error=str(error))
        await call.inform("vm_not_now")
        return ToHangUp()
    finally:
        visit.leave()
