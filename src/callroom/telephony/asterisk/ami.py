"""The little of AMI that ARI cannot tell: who is registered here, and where we are registered."""

import asyncio
from collections.abc import AsyncIterator

from callroom.telephony.port import EngineUnreachable

Message = dict[str, str]


class Ami:
    """One signed-in connection. ``events`` yields everything that is no answer to a request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, user: str, secret: str) -> "Ami":
        """Sign in and wait until the engine has loaded everything. Raises OSError, EngineUnreachable."""
        ami = cls(*await asyncio.open_connection("127.0.0.1", port))
        await ami._reader.readline()  # its greeting
        ami.send("Login", Username=user, Secret=secret)
        async with asyncio.timeout(20):
            async for message in ami.messages():
                if message.get("Response") == "Error":
                    raise EngineUnreachable(f"AMI refused us: {message.get('Message')}")
                if message.get("Event") == "FullyBooted":
                    return ami
        raise EngineUnreachable("AMI closed before the engine was ready")

    def send(self, action: str, **fields: str | list[str]) -> None:
        """Ask for something; a list is sent as a field that comes several times. Raises ``ValueError``."""
        lines = [f"Action: {action}"]
        for key, value in fields.items():
            lines += [f"{key}: {one}" for one in ([value] if isinstance(value, str) else value)]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a line break cannot be part of a request")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def messages(self) -> AsyncIterator[Message]:
        message: Message = {}
        while line := await self._reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if text:
                key, _, value = text.partition(": ")
                message[key.removesuffix(":")] = value
            elif message:
                yield message
                message = {}

    def close(self) -> None:
        self._writer.close()
