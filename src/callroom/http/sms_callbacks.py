"""What SMS platforms tell us over HTTP: how messages went, and what people reply. The address itself is the secret."""

from hmac import compare_digest
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from callroom.errors import NotFound, invalid
from callroom.http.site import SiteDep
from callroom.integrations.sms.gateway import BadCallback, Callback
from callroom.integrations.sms.making import What, read_callback
from callroom.integrations.sms.queue import store_news
from callroom.store.database import reading
from callroom.store.tables import SmsGateway

router = APIRouter(prefix="/api/v1", tags=["sms-callbacks"])


@router.post("/sms-callbacks/{token}/{what}", operation_id="tellSmsNews", response_class=Response)
async def told(token: str, what: What, request: Request, site: SiteDep) -> Response:
    """For the platforms of SMS gateways, in their own formats; answered when it is stored."""
    return await _told(token, what, request, site)


@router.get("/sms-callbacks/{token}/{what}", operation_id="tellSmsNewsByQuery", response_class=Response)
async def told_by_query(token: str, what: What, request: Request, site: SiteDep) -> Response:
    """The same for platforms that tell it in the address."""
    return await _told(token, what, request, site)


async def _told(token: str, what: What, request: Request, site: SiteDep) -> Response:
    async with reading(site.engine) as session:
        rows = await session.scalars(select(SmsGateway))
        # each compared in the same time, however much of it is right
        row = next((one for one in rows if compare_digest(one.token.encode(), token.encode())), None)
    if row is None:
        raise NotFound("sms_gateway", "")
    callback = Callback(dict(request.query_params), request.headers.get("content-type", ""), await request.body())
    try:
        news, answer = read_callback(row, what, callback)
    except BadCallback:
        raise invalid("body", "bad_callback") from None
    for one in news:
        await store_news(site.engine, row.id, one, site.now())
    return _answer(answer)


def _answer(answer: Any) -> Response:
    if isinstance(answer, str):
        kind = "application/json" if answer.lstrip().startswith(("{", "[")) else "text/plain; charset=utf-8"
        return Response(answer, media_type=kind)
    return Response(msgspec.json.encode(answer), media_type="application/json")
