"""Calls to numbers outside: permission, route, lines in order, and what the dialler hears when it fails."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callroom.calls.lines import find_way, ring_outside
from callroom.calls.party import NotAnswered, Party
from callroom.calls.pops import tell_others
from callroom.calls.talking import talk
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import Destination, DialPermission, ToHangUp
from callroom.telephony.port import EndCause

if TYPE_CHECKING:
    from callroom.calls.call import Call

_SAID = {
    EndCause.CONGESTION: "trunk_busy",
    EndCause.UNREACHABLE: "trunk_busy",
    EndCause.BUSY: "party_busy",
    EndCause.REJECTED: "party_busy",
    EndCause.NO_ANSWER: "party_unavailable",
    EndCause.NOT_FOUND: "number_not_in_service",
}


async def call_outside(
    call: "Call",
    number: str,
    permission: DialPermission = DialPermission.INTERNATIONAL,
    *,
    by: Party | None = None,
    keyed: bool = True,
    shown: str = "",
    record: bool = True,
    answered: Callable[[], None] = lambda: None,
) -> Destination:
    """Call a number and talk. ``by``: the colleague who dials; else a caller is handed on to the number.

    ``keyed``: see ``find_way``.
    ``shown``: the number that the called party sees, "": the route's or the line's. ``answered`` is called when the
    called party answers.
    """
    exchange = call.exchange
    assert call.main is not None
    way = find_way(exchange.directory, number, permission, keyed=keyed)
    if isinstance(way, Refusal):
        call.lost = str(way) if by is not None else None
        said = "not_allowed" if way is Refusal.NOT_PERMITTED else "number_not_in_service"
        return await _tell(call, said)
    if call.view.direction == "outbound":
        call.view.whence = exchange.traced(number)
    call.show(state="dialling", to_number=number, offered_to=[])
    if call.view.direction == "outbound" and call.view.agent:
        tell_others(call, AgentId(call.view.agent), "call.dialled")
    exchange.telephony.ring(call.main.leg)
    call.checkpoint(s="dialling")
    try:
        party = await ring_outside(call, number, way, shown=call.view.from_number, rather=shown)
    except NotAnswered as error:
        call.lost = {EndCause.CONGESTION: "trunk_full", EndCause.UNREACHABLE: "network"}.get(
            error.cause, str(error.cause)
        )
        return await _tell(call, _SAID.get(error.cause, "party_unavailable"))
    call.view.trunk = party.trunk
    answered()
    await call.answer()
    if by is None:
        return await talk(call, party, kind=Engagement.OUTBOUND, record=record)
    # The called party is now the one who stays when the colleague hands the call on.
    call.follow(party)
    return await talk(call, by, kind=Engagement.OUTBOUND, record=record, engaged=True)


async def _tell(call: "Call", prompt: str) -> Destination:
    await call.inform(prompt)
    call.ended_by = "system"
    return ToHangUp()
