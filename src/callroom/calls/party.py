"""One party of a call: a leg, and what a flow waits for from it."""

import asyncio
from dataclasses import dataclass, field

from callroom.core.ids import AgentId, DeviceId, JourneyId, LegId, TrunkId
from callroom.core.journeys.facts import Role
from callroom.telephony.port import EndCause


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
    digits: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue[str])

    @property
    def gone(self) -> bool:
        return self.ended.done()


class NotAnswered(Exception):
    """Nobody of those rung answered; ``cause`` is the one that tells most."""

    def __init__(self, cause: EndCause) -> None:
        super().__init__(cause)
        self.cause = cause
