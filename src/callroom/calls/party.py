"""One party of a call: a leg, and what a flow waits for from it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from callroom.core.ids import AgentId, DeviceId, JourneyId, LegId, TrunkId
from callroom.core.journeys.facts import Role
from callroom.telephony.port import EndCause


class Keys:
    """The keys a party pressed and nobody has taken yet: who knows a menu need not wait for its words."""

    def __init__(self) -> None:
        self._pressed: deque[str] = deque()
        self._some = asyncio.Event()
        self._ignored: tuple[str, float] | None = None

    def press(self, key: str) -> None:
        ignored, self._ignored = self._ignored, None
        if ignored is not None and ignored[0] == key and asyncio.get_running_loop().time() <= ignored[1]:
            return
        self._pressed.append(key)
        self._some.set()

    def forget(self) -> None:
        self._pressed.clear()
        self._some.clear()

    def ignore(self, key: str, until: float) -> None:
        """Take no notice of the next key if it is this one and comes before a time of the loop's clock."""
        if self._pressed and self._pressed[0] == key:
            self._pressed.popleft()
            if not self._pressed:
                self._some.clear()
        elif not self._pressed:
            self._ignored = key, until

    async def some(self) -> None:
        """Until there is a key to take."""
        await self._some.wait()

    async def take(self) -> str:
        """The next key, waiting for it."""
        await self._some.wait()
        key = self._pressed.popleft()
        if not self._pressed:
            self._some.clear()
        return key


@dataclass(eq=False, slots=True)
class Party:
    """``ended`` and ``answered`` are futures that only the exchange settles; await them shielded or with ``wait``."""

    leg: LegId
    journey: JourneyId
    role: Role
    number: str
    ended: "asyncio.Future[EndCause]"
    answered: "asyncio.Future[None]"
    agent: AgentId | None = None
    device: DeviceId | None = None
    browser: bool = False
    trunk: TrunkId | None = None
    leads: bool = False  # it is a leader's who supervises
    keys: Keys = field(default_factory=Keys)

    @property
    def gone(self) -> bool:
        return self.ended.done()


class NotAnswered(Exception):
    """Nobody of those rung answered; ``cause`` is the one that tells most."""

    def __init__(self, cause: EndCause) -> None:
        super().__init__(cause)
        self.cause = cause
