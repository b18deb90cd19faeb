"""No request may send more than its address needs: a body is read before anybody knows who sends it."""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

USUAL = 2  # megabytes
LARGER = (  # a file of one less and the form around it
    (re.compile(r"/api/v1/prompts(/[^/]+/sounds/[^/]+)?"), 51),
    (re.compile(r"/api/v1/(faxes|voicemail-boxes/[^/]+/greetings/[^/]+)"), 21),
    (re.compile(r"/api/v1/customer-imports"), 201),
)


class BodyLimit:
    """Answers 413 as soon as a body is announced, or turns out, to be longer than its address takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        megabytes = next((most for path, most in LARGER if path.fullmatch(scope["path"])), USUAL)
        limit, read = megabytes << 20, 0
        announced = dict(scope["headers"]).get(b"content-length", b"")
        too_long = announced.isdigit() and int(announced) > limit

        async def counted() -> Message:
            nonlocal read
            if too_long:
                raise HTTPException(413)  # what reads the body lets only this kind of error pass
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
