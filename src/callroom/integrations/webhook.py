"""Telling another system by HTTP what happened, out of the job table."""

import asyncio
import hashlib
import hmac
from datetime import datetime
from typing import Any

import httpx2
import msgspec

from callroom.actions.jobs import WorkFailed
from callroom.errors import LookupFailed
from callroom.integrations.http_source import Passing, gone_wrong, refuse_link_local, trust

WHOLE = 20.0  # seconds
GONE = 410  # the one answer that says: never again


def signed(secret: str, content: bytes, at: datetime) -> dict[str, str]:
    """The headers by which a receiver knows who sent the content, and when; none without a secret."""
    if not secret:
        return {}
    seconds = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), seconds.encode() + b"." + content, hashlib.sha256)
    return {"callroom-timestamp": seconds, "callroom-signature": f"v1={mac.hexdigest()}"}


async def call_webhook(delivery: str, arguments: dict[str, Any], secret: str, now: datetime) -> dict[str, Any]:
    """POST the body to the url, signed with the secret; the status of the answer. ``delivery`` is the same each time it
    is tried.

    Raises ``WorkFailed`` unless the answer is one of success (2xx).
    """
    content = msgspec.json.encode(arguments["body"])
    headers = {"content-type": "application/json", "user-agent": "Callroom", "callroom-delivery": delivery}
    headers |= signed(secret, content, now)
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
    except httpx2.TransportError as error:
        raise WorkFailed("webhook_unreachable", gone_wrong(error).failed.detail) from None
    except httpx2.InvalidURL:
        raise WorkFailed("webhook_unreachable", "it is no address") from None
    if not 200 <= status < 300:
        raise WorkFailed("webhook_refused", f"status {status}", lasting=status == GONE)
    return {"status": status}
