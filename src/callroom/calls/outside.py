"""Calls to numbers outside: permission, route, lines in order, and what the dialler hears when it fails."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing, Target
from callroom.calls.talking import talk
from callroom.core.acd.model import Engagement
from callroom.core.directory import Directory
from callroom.core.numbers import NumberKind, kind_of, permission_for
from callroom.core.routing.matching import Refusal, WayOut, choose_outbound
from callroom.core.routing.model import Destination, DialPermission, ToHangUp
from callroom.telephony.port import CallerId, EndCause, ToNumber

if TYPE_CHECKING:
    from callroom.calls.call import Call

RING_OUTSIDE = 60.0  # seconds
_NEXT_LINE = (EndCause.CONGESTION, EndCause.UNREACHABLE, EndCause.FAILED)  # the line's fault, not the called party's
_SAID = {
    EndCause.BUSY: "party_busy",
    EndCause.REJECTED: "party_busy",
    EndCause.NO_ANSWER: "party_unavailable",
    EndCause.NOT_FOUND: "number_not_in_service",
}


def find_way(directory: Directory, number: str, permission: DialPermission, *, keyed: bool = True) -> WayOut | Refusal:
    """Which lines lead to a number for somebody with this permission; ``keyed``: on a phone of ours, where a prefix may
    stand for an outside line."""
    company = directory.company
    kind = kind_of(number, company.country, company.area_code)
    if keyed and kind is not NumberKind.EMERGENCY:  # "9 for an outside line", but never a digit off a call for help
        number = number.removeprefix(company.external_prefix) or number
        kind = kind_of(number, company.country, company.area_code)
    needed = permission_for(kind)
    emergency = kind is NumberKind.EMERGENCY
    return choose_outbound(directory.outbound, number, permission=permission, needed=needed, emergency=emergency)


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
    call.show(state="dialling", to_number=number, offered_to=[])
    exchange.telephony.ring(call.main.leg)
    full = True
    for line in way.lines:
        trunk = exchange.directory.trunks.get(line.trunk)
        if trunk is None or exchange.calls_on(line.trunk) >= trunk.max_calls:
            continue
        full = False
        call.view.trunk = line.trunk
        seen = shown or way.route.caller_number or trunk.caller_number or call.view.from_number
        target = Target(ToNumber(line.trunk, line.number), "called", number)
        ring = Ringing(call, [target], shown=CallerId(seen), timeout=RING_OUTSIDE)
        call.checkpoint(s="dialling")
        try:
            party = await ring.answered()
        except NotAnswered as error:
            if error.cause in _NEXT_LINE:
                continue
            call.lost = str(error.cause)
            return await _tell(call, _SAID.get(error.cause, "party_unavailable"))
        answered()
        await call.answer()
        if by is None:
            return await talk(call, party, kind=Engagement.OUTBOUND, record=record)
        # The called party is now the one who stays when the colleague hands the call on.
        call.follow(party)
        return await talk(call, by, kind=Engagement.OUTBOUND, record=record, engaged=True)
    call.lost = "trunk_full" if full else "network"
    return await _tell(call, "trunk_busy")


async def _tell(call: "Call", prompt: str) -> Destination:
    await call.answer()
    await call.say(call.exchange.sounds.system(call.language, prompt))
    call.ended_by = "system"
    return ToHangUp()
