"""Requests to a platform's HTTP interface, so that it is known of each failure whether the message may have gone."""

import asyncio
from collections.abc import Mapping

import httpx2

from callroom.core.numbers import digits_of, to_dial
from callroom.errors import LookupFailed
from callroom.integrations.http_source import Passing, distrusted, gone_wrong, refuse_link_local, trust
from callroom.integrations.sms.gateway import Away, Unclear
from callroom.integrations.sms.options import Form

ANSWER = 20.0  # seconds
CONNECT = 5.0
LARGEST = 200_000  # bytes of an answer


class Web:
    """Keeps connections open between requests."""

    at_once = 5

    def __init__(self, *, check_certificate: bool = True) -> None:
        self._check = check_certificate
        self._client: httpx2.AsyncClient | None = None

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def ready(self) -> None:
        """A web server is asked when there is something to ask."""

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def ask(self, method: str, url: httpx2.URL, headers: Mapping[str, str], content: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises ``Away`` when nothing was sent, ``Unclear`` when no answer came."""
        if self._client is None:
            context = await asyncio.to_thread(trust, self._check)
            timeout = httpx2.Timeout(ANSWER, connect=CONNECT)
            self._client = httpx2.AsyncClient(verify=context, trust_env=False, timeout=timeout)
        try:
            async with asyncio.timeout(ANSWER + CONNECT):
                await refuse_link_local(url)
                async with self._client.stream(method, url, headers=headers, content=content or None) as answer:
                    return answer.status_code, await _body(answer)
        except LookupFailed as failed:
            raise Away("sms_unreachable", failed.detail) from None
        except Passing as passing:
            raise Away("sms_unreachable", passing.failed.detail) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            told = gone_wrong(error).failed.detail
            raise Away("sms_certificate" if distrusted(error) else "sms_unreachable", told) from None
        except (TimeoutError, httpx2.TransportError, httpx2.DecodingError) as error:
            raise Unclear(type(error).__name__) from None


async def _body(answer: httpx2.Response) -> bytes:
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            break  # what is cut off is no JSON any more, and told so
    return bytes(content)


def formed(number: str, form: Form, country: str) -> str:
    """A number as the platform wants it written."""
    match form:
        case "e164":
            return number
        case "digits":
            return digits_of(number)
        case "national":
            return to_dial(number, country)
