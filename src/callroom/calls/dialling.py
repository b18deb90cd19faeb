"""What people inside dial: colleagues, queues, attendants, feature codes, and numbers outside."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callroom.calls.engagement import engage, release
from callroom.calls.features import feature_of, serve_code
from callroom.calls.leading import lead
from callroom.calls.lines import find_way
from callroom.calls.outside import call_outside
from callroom.calls.party import Party
from callroom.calls.ringing import ring_own_phone
from callroom.core.acd.model import Engagement
from callroom.core.directory import Directory
from callroom.core.ids import AgentId
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import DialPermission, ToExtension

if TYPE_CHECKING:
    from callroom.calls.call import Call


async def dial_from_phone(call: "Call", number: str, permission: DialPermission) -> None:
    """A phone of ours dialled ``number``; it is the main party."""
    assert call.main is not None
    by = call.main
    engage(call, by.agent, _kind(call.exchange.directory, number, permission))
    try:
        await _reach(call, number, permission, by)
    finally:
        release(call, by.agent)


async def dial_for_agent(
    call: "Call",
    agent: AgentId,
    number: str,
    permission: DialPermission,
    answered: Callable[[], None] | None = None,
) -> None:
    """The page or the API asked for a call: first the agent's own phone, which answers by itself, then the number."""
    engage(call, agent, _kind(call.exchange.directory, number, permission))
    try:
        by = await ring_own_phone(call, agent, number)
        if by is not None:
            await _reach(call, number, permission, by, answered or _nothing)
    finally:
        release(call, agent)


def _is_code(directory: Directory, number: str, permission: DialPermission) -> bool:
    """Whether the exchange itself answers a number that begins with a star; a carrier may have such codes as well."""
    if feature_of(number) is not None:
        return True
    return number.startswith("*") and isinstance(find_way(directory, number, permission), Refusal)


def _kind(directory: Directory, number: str, permission: DialPermission) -> Engagement:
    inside = directory.inside(number) is not None or _is_code(directory, number, permission)
    return Engagement.INTERNAL if inside else Engagement.OUTBOUND


def _nothing() -> None:
    pass


async def _reach(
    call: "Call", number: str, permission: DialPermission, by: Party, answered: Callable[[], None] = _nothing
) -> None:
    inside = call.exchange.directory.inside(number)
    if _is_code(call.exchange.directory, number, permission):
        await serve_code(call, number, by)
    elif (
        isinstance(inside, ToExtension) and call.exchange.directory.extensions[inside.id].agent == by.agent and by.agent
    ):
        await call.inform("party_busy")
    elif inside is not None:
        await lead(call, inside)
    else:
        await lead(call, await call_outside(call, number, permission, by=by, answered=answered))
