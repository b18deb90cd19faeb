"""An attendant at work: callers walk through its flow to where it leads."""

from typing import TYPE_CHECKING

from callroom.calls.ivr.caller import Place
from callroom.calls.ivr.on_call import OnCall
from callroom.calls.ivr.walking import Walk
from callroom.core.directory import Attendant
from callroom.core.ids import FlowId
from callroom.core.routing.model import Destination, ToHangUp

if TYPE_CHECKING:
    from callroom.calls.call import Call


async def attend(call: "Call", attendant: Attendant) -> Destination:
    """Run a flow from its entry until it leads somewhere."""
    if call.main is not None:
        call.main.keys.forget()  # not once he hears that he is answered: from then on they are meant for this
    await call.answer()
    return await _walk(call, [Place(attendant, attendant.flow.entry)])


async def attend_on(call: "Call", stood: list[tuple[str, int, str]]) -> Destination:
    """Go on after a restart of the server, in the flows as they were when he came, at the step where he stood.

    ``stood``: flow, version and node, from the outermost flow in. A flow whose version is no more goes on as it is
    now; where that has no such step it begins anew.
    """
    await call.answer()
    places: list[Place] = []
    for flow, version, node in stood:
        attendant = await call.exchange.flow_version(FlowId(flow), version)
        if attendant is None:
            break
        if node not in attendant.flow.nodes:
            places.append(Place(attendant, attendant.flow.entry))
            break
        places.append(Place(attendant, node))
    if not places:
        await call.inform("nobody_available")
        return ToHangUp()
    return await _walk(call, places)


async def _walk(call: "Call", places: list[Place]) -> Destination:
    try:
        end = await Walk(OnCall(call), call.values, places).run()
    finally:
        call.show_values()
        call.show(at_step=None)
    return end.destination
