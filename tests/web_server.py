"""A real HTTP server on loopback that answers as a test says: well, slowly, wrongly, or not at all."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Asked:
    method: str
    target: str  # as it stood in the request
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


async def say(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK", **headers: str) -> None:
    lines = {"content-length": str(len(body)), "connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)
    await writer.drain()


def answers(value: Any, status: str = "200 OK", **headers: str) -> Answer:
    """Always this JSON."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await say(writer, json.dumps(value).encode(), status, **headers)

    return answer


@dataclass
class WebServer:
    """``answer`` is called for each request; ``asked`` are those that came."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: answers({}))
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.asked.append(asked := Asked(method, target, headers, body))
            await self.answer(asked, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # who asked went away
        finally:
            self._open.discard(task)
            writer.close()

    def close(self) -> None:
        for task in self._open:
            task.cancel()
