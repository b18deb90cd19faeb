"""Telling another system by HTTP what happened, out of the job table."""

import asyncio
from typing import Any

import httpx2
import msgspec

from callroom.actions.jobs import WorkFailed
from callroom.errors import LookupFailed
from callroom.integrations.http_source import Passing, refuse_link_local, trust

WHOLE = 20.0  # seconds
GONE = 410  # the one answer that says: never again


async def call_webhook(delivery: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """POST the body to the url; the status of the answer. ``delivery`` is the same each time it is tried.

    Raises ``WorkFailed`` unless the answer is one of success (2xx).
    """
    content = msgspec.json.encode(arguments["body"])
    headers = {"content-type": "application/json", "user-agent": "Callroom", "callroom-delivery": delivery}
    try:
        url = httpx2.URL(arguments["url"])
        async with asyncio.timeout(WHOLE):
            await refuse_link_local(url)
            context = await asyncio.to_thread(trust, True)
            async with (
                httpx2.AsyncClient(verify=context, trust_env=False, timeout=WHOLE) as client,
                client.stream("POST", url, content=content, headers=headers) as answer,
            ):
                status = answer.status_code
    except TimeoutError:
        raise WorkFailed("webhook_timed_out") from None
    except LookupFailed as failed:
        raise WorkFailed("webhook_refused", failed.detail, lasting=True) from None
    except Passing as passing:
        raise WorkFailed("webhook_unreachable", passing.failed.detail) from None
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise WorkFailed("webhook_unreachable", type(error).__name__) from None
    if not 200 <= status < 300:
        raise WorkFailed("webhook_refused", f"status {status}", lasting=status == GONE)
    return {"status": status}
