"""The page of another system that is opened for a call (CC-04)."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from callroom.actions.settings import read_settings
from callroom.calls.pops import facts_of
from callroom.core.ids import AgentId
from callroom.core.pops import filled
from callroom.http.calls import Caller, my_call
from callroom.http.site import Read, SiteDep

router = APIRouter(prefix="/api/v1", tags=["calls"])


class PopOut(BaseModel):
    """``url`` "": no page is opened. ``when``: it is opened when the phone rings, or when the call is answered."""

    url: str
    when: Literal["ring", "answer"]


@router.get("/calls/{call_id}/pop", operation_id="getCallPop")
async def call_pop(call_id: str, me: Caller, site: SiteDep, session: Read) -> PopOut:
    """Of one's own call: the address with what is known of the caller, numbers as far as one may see them."""
    exchange = site.calls
    call = my_call(call_id, me, exchange)
    settings, _ = await read_settings(session)
    facts = facts_of(exchange, call.view, AgentId(me.id), me.sees)
    return PopOut(url=filled(settings["pop_url"], facts), when=settings["pop_when"])
