"""How many messages each box holds: on the lamps of the phones, and told to the screens."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from callroom.calls.live import About
from callroom.core.ids import AgentId, DeviceId, ExtensionId, QueueId
from callroom.core.letters import LettersAway

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)
EVERY = 60.0  # seconds: the worker throws messages away too, in a process of its own


class Lamps:
    """What is in the database counts: whoever changes messages says ``look`` when it is there."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._counts: dict[str, tuple[int, int]] = {}
        self._again = False
        self._counting: asyncio.Task[None] | None = None

    def of(self, box: str) -> tuple[int, int]:
        """New and old messages."""
        return self._counts.get(box, (0, 0))

    def load(self, counts: dict[str, tuple[int, int]]) -> None:
        self._counts = dict(counts)

    def look(self) -> None:
        """Messages may have changed: count them soon."""
        self._again = True
        if self._counting is None or self._counting.done():
            self._counting = self._exchange.spawn(self._count(), name="counting messages")

    async def follow(self) -> None:
        """Look by itself every ``EVERY`` seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self.look()

    async def _count(self) -> None:
        while self._again:
            self._again = False
            try:
                now = await self._exchange.letters.counts()
            except LettersAway as error:
                log.warning("the messages cannot be counted", error=str(error))
                return
            before, self._counts = self._counts, now
            for box in before.keys() | now.keys():
                if self.of(box) != before.get(box, (0, 0)):
                    self._show(box)

    def registered(self, device: DeviceId) -> None:
        """A phone has come: its lamp may be wrong."""
        directory = self._exchange.directory
        known = directory.devices.get(device)
        if known is not None and known.kind == "sip" and known.extension in directory.boxes:
            self._exchange.telephony.show_messages(device, *self.of(known.extension))

    def _show(self, box: str) -> None:
        exchange, directory = self._exchange, self._exchange.directory
        new, old = self.of(box)
        extension = directory.extensions.get(ExtensionId(box))
        if extension is not None:
            for device in extension.devices:
                if directory.devices[device].kind == "sip" and exchange.phones.online(device):
                    exchange.telephony.show_messages(device, new, old)
        told = {"box": box, "new": new, "old": old}
        exchange.live.tell("voicemail.changed", told, *self._concerned(box))

    def _concerned(self, box: str) -> tuple[frozenset[AgentId], About]:
        """Who may hear its messages: an extension's agent, a queue's members; and those who lead them."""
        directory = self._exchange.directory
        queue = QueueId(box)
        if queue in directory.queues:
            members = (agent.id for agent in directory.agents.values() if queue in agent.queues)
            return frozenset(members), About(queues=frozenset((queue,)))
        extension = directory.extensions.get(ExtensionId(box))
        owner = frozenset((extension.agent,)) if extension and extension.agent else frozenset[AgentId]()
        return owner, About(owner)
