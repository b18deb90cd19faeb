"""The page of another system that is opened for a call (CC-04)."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from callroom.calls.pops import facts_of
from callroom.core.framing import origin_of
from callroom.core.ids import AgentId
from callroom.core.pops import Where, filled
from callroom.http.calls import Caller, my_call
from callroom.http.site import SiteDep
from callroom.integrations.framing import refuses_frames

A_MINUTE = 60  # questions of one person

router = APIRouter(prefix="/api/v1", tags=["calls"])


class PopOut(BaseModel):
    """``url`` "": no page is opened. When it is, the call itself tells in live events: ``pop``, ring or answer."""

    url: str
    shown_in: Where


class FrameOut(BaseModel):
    """``refused``: the page's own headers forbid to show it within the desk."""

    refused: bool


@router.get("/calls/{call_id}/pop", operation_id="getCallPop")
async def call_pop(call_id: str, me: Caller, site: SiteDep) -> PopOut:
    """Of one's own call: the address with what is known of the caller, numbers as far as one may see them."""
    exchange = site.calls
    call = my_call(call_id, me, exchange)
    facts = facts_of(exchange, call.view, AgentId(me.id), me.sees)
    company = exchange.directory.company
    return PopOut(url=filled(company.pop_url, facts), shown_in=company.pop_in)


@router.get("/calls/{call_id}/pop/frame", operation_id="getCallPopFrame")
async def call_pop_frame(call_id: str, me: Caller, request: Request, site: SiteDep) -> FrameOut:
    """Whether that page lets itself be framed: it is asked for its headers only, and told nothing of the caller."""
    exchange = site.calls
    my_call(call_id, me, exchange)
    await site.limit("frame", me.id, A_MINUTE)
    own = origin_of(request.headers.get("origin") or str(request.base_url))
    return FrameOut(refused=await refuses_frames(filled(exchange.directory.company.pop_url, {}), own))
