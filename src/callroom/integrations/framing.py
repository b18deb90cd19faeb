"""Asking another system's page whether it may be shown within the desk, with nothing but its headers (HEAD)."""

import asyncio

import httpx2

from callroom.core.framing import origin_of, refuses
from callroom.errors import LookupFailed
from callroom.integrations.http_source import MOST_REDIRECTS, refuse_link_local, trust

WHOLE = 5.0  # seconds


async def refuses_frames(address: str, own: str) -> bool:
    """Whether it says that it may not be framed by the origin ``own``. False also where it does not answer: the agent's
    browser may reach it although we do not."""
    try:
        async with asyncio.timeout(WHOLE):
            context = await asyncio.to_thread(trust, True)
            async with httpx2.AsyncClient(verify=context, trust_env=False, timeout=WHOLE) as client:
                return await _asked(client, httpx2.URL(address), own)
    except (TimeoutError, LookupFailed, httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return False


async def _asked(client: httpx2.AsyncClient, url: httpx2.URL, own: str) -> bool:
    for _ in range(MOST_REDIRECTS + 1):
        await refuse_link_local(url)
        answer = await client.head(url)
        if not answer.has_redirect_location:
            return refuses(answer.headers, origin_of(str(url)), own)
        url = url.join(answer.headers["location"])
    return False
