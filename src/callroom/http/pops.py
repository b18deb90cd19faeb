"""The page of another system that is opened for a call (CC-04)."""

from fastapi import APIRouter
from pydantic import BaseModel

from callroom.calls.pops import facts_of
from callroom.core.ids import AgentId
from callroom.core.pops import filled
from callroom.http.calls import Caller, my_call
from callroom.http.site import SiteDep

router = APIRouter(prefix="/api/v1", tags=["calls"])


class PopOut(BaseModel):
    """``url`` "": no page is opened. When it is, the call itself tells in live events: ``pop``, ring or answer."""

    url: str


@router.get("/calls/{call_id}/pop", operation_id="getCallPop")
async def call_pop(call_id: str, me: Caller, site: SiteDep) -> PopOut:
    """Of one's own call: the address with what is known of the caller, numbers as far as one may see them."""
    exchange = site.calls
    call = my_call(call_id, me, exchange)
    facts = facts_of(exchange, call.view, AgentId(me.id), me.sees)
    return PopOut(url=filled(exchange.directory.company.pop_url, facts))
