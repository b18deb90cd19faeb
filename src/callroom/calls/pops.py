"""What other systems are told of a call for one agent, by the names of ``core.pops``."""

from typing import TYPE_CHECKING

from callroom.calls.live import CallView
from callroom.core.ids import AgentId
from callroom.core.numbers import Visibility, hidden, hidden_within
from callroom.core.pops import Occasion

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange


def facts_of(
    exchange: "Exchange", view: CallView, agent: AgentId, sees: Visibility = Visibility.FULL
) -> dict[str, str]:
    """Of a call that rings for ``agent``, or that he has; numbers as far as ``sees`` lets them be told."""
    known = exchange.directory.agents.get(agent)
    inbound = view.direction == "inbound"
    name = view.customer.name if view.customer else view.from_name if inbound else view.to_name
    return {
        "number": hidden(view.from_number if inbound else view.to_number, sees),
        "customer_id": view.customer.id if view.customer else "",
        "customer_name": hidden_within(name, sees),
        "call_id": view.id,
        "agent": agent,
        "agent_name": known.name if known else "",
        "line": view.did,
        "queue": view.queue.name if view.queue else "",
        "direction": view.direction,
    }


def tell_others(call: "Call", agent: AgentId, what: Occasion) -> None:
    """His phone rings for a call from outside, or he dials there: another system may want to know."""
    exchange = call.exchange
    webhook, tell = exchange.directory.company.pop_webhook, exchange.tell_others
    if tell is None or not webhook or call.view.direction == "internal":
        return

    async def tell_when_known() -> None:
        await call.look_up()
        tell(webhook, what, facts_of(exchange, call.view, agent))

    exchange.spawn(tell_when_known(), name=f"webhook of {call.journey}")
