"""The agent's page in a talk: whether it is still there, and ringing it back when it comes again (X-01)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from callroom.calls.pages import POLL, is_lost
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing, Target
from callroom.core import conversation as c
from callroom.core.ids import DeviceId
from callroom.telephony.port import CallerId, ToDevice

if TYPE_CHECKING:
    from callroom.calls.conversation import Conversation

log = structlog.get_logger(__name__)

PAGE_WAIT = 60.0  # seconds a customer is kept with music for an agent whose page is gone
REJOIN_RING = 10.0


class PageWatch:
    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk
        self._exchange = talk.call.exchange
        self._work: asyncio.Task[None] | None = None
        self._unhear: Callable[[], None] = lambda: None

    def follow(self, agent: Party) -> None:
        """Watch this agent's page, if his phone is one, and no other any more."""
        self.stop()
        if agent.browser and agent.device is not None:
            self._unhear = self._exchange.phones.hear(agent.device, self._page_changed)
            if not self._exchange.phones.online(agent.device):  # also after a restart: nobody has told yet
                self._page_changed()

    def stop(self) -> None:
        self._unhear()
        if self._work is not None and self._work is not asyncio.current_task():
            self._work.cancel()

    def ring_back(self) -> None:
        self._start(self._rejoin(self._talk.agent))

    def _page_changed(self) -> None:
        """The page's connection came or went. Its sound may go on all the same, so that is what is looked at."""
        if self._talk.goes_on:
            self._start(self._look_for_sound(self._talk.agent))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._work is not None and self._work is not asyncio.current_task():
            self._work.cancel()
        self._work = self._exchange.spawn(work, name=f"page of {self._talk.call.journey}")

    async def _look_for_sound(self, agent: Party) -> None:
        if await is_lost(self._exchange, agent) and self._talk.goes_on and self._talk.agent is agent:
            self._talk.take(c.PageLost())

    async def _rejoin(self, lost: Party) -> None:
        """Ring the agent's page as soon as it is back, for ``PAGE_WAIT`` seconds at most."""
        assert lost.device is not None
        call = self._talk.call
        try:
            async with asyncio.timeout(PAGE_WAIT):
                while True:
                    await self._online(lost.device)
                    target = Target(ToDevice(lost.device), "agent", lost.number, lost.agent, browser=True)
                    shown = CallerId(call.view.from_number, call.view.from_name)
                    ring = Ringing(call, [target], shown=shown, timeout=REJOIN_RING, auto_answer=True)
                    try:
                        back = await ring.answered()
                        break
                    except NotAnswered as error:
                        log.info("the page did not take its call back", call=call.journey, cause=error.cause)
                        await asyncio.sleep(POLL)
        except TimeoutError:
            self._talk.agent_given_up()
            return
        self._talk.agent_back(back)

    async def _online(self, device: DeviceId) -> None:
        exchange = self._exchange
        changed = asyncio.Event()
        unhear = exchange.phones.hear(device, changed.set)
        try:
            while not exchange.phones.online(device):
                changed.clear()
                await changed.wait()
        finally:
            unhear()
