"""The company's lines: which of them lead to a number, and ringing it over the first that can carry it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing, Target
from callroom.core.directory import Directory
from callroom.core.numbers import NumberKind, kind_of, permission_for
from callroom.core.routing.matching import Refusal, WayOut, choose_outbound
from callroom.core.routing.model import DialPermission
from callroom.telephony.port import CallerId, EndCause, ToNumber

if TYPE_CHECKING:
    from callroom.calls.call import Call

RING_OUTSIDE = 60.0  # seconds
_NEXT_LINE = (EndCause.CONGESTION, EndCause.UNREACHABLE, EndCause.FAILED)  # the line's fault, not the called party's


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


async def ring_outside(
    call: "Call",
    number: str,
    way: WayOut,
    *,
    shown: str,
    rather: str = "",
    timeout: float = RING_OUTSIDE,
    rings: Callable[[Ringing], None] | None = None,
) -> Party:
    """Ring a number over the first line that can carry it.

    ``shown``: the caller's number, where neither the route nor the line has its own; ``rather``: before theirs.
    ``rings`` is told of each line that is tried.

    Raises ``NotAnswered``: ``congestion`` when all lines are full, ``unreachable`` when none leads there.
    """
    exchange = call.exchange
    full = True
    for line in way.lines:
        trunk = exchange.directory.trunks.get(line.trunk)
        if trunk is None or exchange.calls_on(line.trunk) >= trunk.max_calls:
            continue
        full = False
        number_shown = rather or way.route.caller_number or trunk.caller_number or shown
        target = Target(ToNumber(line.trunk, line.number), "called", number)
        ring = Ringing(call, [target], shown=CallerId(number_shown), timeout=timeout)
        if rings is not None:
            rings(ring)
        try:
            return await ring.answered()
        except NotAnswered as error:
            if error.cause not in _NEXT_LINE:
                raise
    raise NotAnswered(EndCause.CONGESTION if full else EndCause.UNREACHABLE)
