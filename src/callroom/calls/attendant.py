"""An attendant at work: it says what its flow holds and follows the keys."""

from typing import TYPE_CHECKING

from callroom.core.directory import Attendant
from callroom.core.ivr.model import Announce, GoTo, HangUp, Menu
from callroom.core.journeys.facts import IvrStepped
from callroom.core.routing.model import Destination, ToHangUp

if TYPE_CHECKING:
    from callroom.calls.call import Call

MOST_STEPS = 100  # a caller who plays with the keys for ever is let go


async def attend(call: "Call", attendant: Attendant, start: str = "") -> Destination:
    """Run a flow from its entry, or from the node ``start``, until it leads somewhere."""
    await call.answer()
    call.show(state="ivr")
    sounds, flow = call.exchange.sounds, attendant.flow
    if call.main is not None:
        call.main.keys.forget()
    name = start if start in flow.nodes else flow.entry
    for _ in range(MOST_STEPS):
        node = flow.nodes[name]
        call.checkpoint(s="ivr", flow=attendant.id, node=name)
        match node:
            case Announce(sound=sound, next=following):
                # A key that comes now is meant for the menu behind: it is kept.
                await call.say(sounds.of(sound, call.language), until_key=isinstance(flow.nodes[following], Menu))
                call.note(IvrStepped(name, node.label or name))
                name = following
            case Menu():
                key = await _choose(call, node)
                call.note(IvrStepped(name, node.label or name, key))
                name = node.keys[key] if key else node.fallback
                chosen = flow.nodes[name].label or name
                call.show(ivr_path=[*call.view.ivr_path, f"{key} {chosen}".strip()])
            case GoTo(destination=destination):
                return destination
            case HangUp(sound=sound):
                await call.say(sounds.of(sound, call.language))
                return ToHangUp()
    return ToHangUp()


async def _choose(call: "Call", menu: Menu) -> str:
    """One valid key of a menu, or "" after its attempts."""
    sounds = call.exchange.sounds
    for _ in range(menu.attempts):
        key = await call.ask(sounds.of(menu.sound, call.language), timeout=menu.timeout)
        if key in menu.keys:
            return key
        await call.say(sounds.system(call.language, "invalid_key" if key else "no_input"))
    return ""
