"""P-9: from a change of an agent's state to all who watch the wall; each watcher is a socket of the live stream."""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection, connect

from bench.figure import Figure
from bench.machine import Busyness, load
from bench.network import own_network
from bench.site import HTTP, BenchSite, bench_site, make_company

WATCHERS = 200
CHANGES = 60
EVERY = 0.25  # seconds between two changes
AGENTS = 20


class Watcher:
    """One wall: notes when it was told of the change that is awaited."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.awaited = ""
        self.told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.expect('"type":"snapshot"')

    def expect(self, words: str) -> None:
        self.awaited, self.told = words, asyncio.get_running_loop().create_future()

    async def read(self) -> None:
        async for message in self._socket:
            if self.awaited and self.awaited in str(message) and not self.told.done():
                self.told.set_result(time.monotonic())


async def _watch(site: BenchSite, ends: AsyncExitStack) -> list[Watcher]:
    headers = {"Authorization": site.client.headers["Authorization"]}
    watchers: list[Watcher] = []
    for _ in range(WATCHERS):
        socket = connect(f"ws://{HTTP}/api/v1/live", additional_headers=headers, compression=None, proxy=None)
        watchers.append(Watcher(await ends.enter_async_context(socket)))
    readers = [asyncio.create_task(watcher.read()) for watcher in watchers]
    ends.callback(lambda: [reader.cancel() for reader in readers])
    return watchers


async def wall() -> list[Figure]:
    beside = load()
    took: list[float] = []
    with own_network():
        async with bench_site() as site, AsyncExitStack() as ends:
            company = await make_company(site, AGENTS)
            me = await site.ask("GET", "me", token=company.tokens[0])
            watchers = await _watch(site, ends)
            await asyncio.gather(*[watcher.told for watcher in watchers])  # each has its snapshot
            busy = Busyness()
            for number in range(CHANGES):
                state = "ready" if number % 2 else "busy"
                for watcher in watchers:
                    watcher.expect(f'"id":"{me["id"]}","name":"{me["name"]}"')
                begun = time.monotonic()
                await site.ask("PUT", "me/presence", {"state": state}, token=company.tokens[0])
                async with asyncio.timeout(10):
                    took += [(at - begun) * 1000 for at in await asyncio.gather(*[w.told for w in watchers])]
                await asyncio.sleep(EVERY)
            share = busy.share()
    detail = {
        "median": round(statistics.median(took), 1),
        "most": round(max(took), 1),
        "watchers": WATCHERS,
        "changes": CHANGES,
        "machine_busy": share,
        "load_before": beside,
        "load_after": load(),
    }
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return [Figure("P-9", round(p95, 1), "ms", "<= 300", detail)]
