"""What is done to a site under load: its server killed, the agents' link cut, phones without power, pages gone.

``CHAOS_STRIKES`` says how many of each, in an order of chance: ``server=50,link=12,phone=40,closed=40,reloaded=30``;
after ``CHAOS_MINUTES`` what is left of them is let be.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.crowd import Agent, set_link
from bench.machine import pid_of
from bench.pages import PageAgent
from bench.site import BenchSite, SiteFailed
from callroom.supervisor import STEADY

EVERY = 3.0  # seconds between two strikes, in the mean
CALM = 12.0  # seconds at least between two cuts
USUAL = {"server": 16, "link": 6, "phone": 12, "closed": 14, "reloaded": 12}


@dataclass
class Attack:
    """What was struck, and when (loop time): cuts of the link, and times without a server."""

    strikes: Counter[str] = field(default_factory=Counter[str])
    cuts: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    away: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    in_talk: int = 0  # pages that went while their agent talked,
    ringing: int = 0  # and while they rang

    def touched(self, begin: float, end: float, after: float = 0.0) -> bool:
        """Whether a cut, or the ``after`` seconds behind it, was within this time."""
        return any(cut < end and healed + after > begin for cut, healed in self.cuts)

    def alone(self, at: float, after: float = 1.0) -> bool:
        """Whether no server was there at this time, or ``after`` seconds before."""
        return any(begin - 0.5 <= at <= end + after for begin, end in self.away)


def wanted_strikes() -> dict[str, int]:
    """How many of each kind. Raises ``SiteFailed`` for a wish that cannot be read."""
    told = os.environ.get("CHAOS_STRIKES", "")
    if not told:
        return USUAL
    counts = {
        kind: int(count) for kind, _, count in (each.partition("=") for each in told.split(",")) if count.isdigit()
    }
    if not counts or counts.keys() - USUAL.keys() or len(counts) < told.count(",") + 1:
        raise SiteFailed(f"CHAOS_STRIKES={told!r}: KIND=COUNT,… of {', '.join(USUAL)}")
    return counts


class Striker:
    """Strikes a site and its agents, until it has done all it was told."""

    def __init__(self, site: BenchSite, phones: Sequence[Agent], pages: Sequence[PageAgent], random: Random) -> None:
        self.attack = Attack()
        self._site, self._phones, self._pages, self._random = site, phones, pages, random
        self._clock = asyncio.get_running_loop().time
        self._cut: asyncio.Task[None] | None = None
        self._kill: asyncio.Task[None] | None = None
        self._lives_since = self._clock()

    async def strike(self, counts: Mapping[str, int]) -> None:
        """Strike again and again; returns when everything is whole again."""
        left = [kind for kind, count in counts.items() for _ in range(count)]
        self._random.shuffle(left)
        until = self._clock() + 60 * float(os.environ.get("CHAOS_MINUTES", "inf"))
        try:
            while left and (begun := self._clock()) < until:
                kind = next((kind for kind in left if self._may(kind)), None)
                if kind is None:
                    await asyncio.sleep(0.2)
                    continue
                left.remove(kind)
                self.attack.strikes[kind] += 1
                self._do(kind)
                await asyncio.sleep(max(0.0, begun + EVERY * self._random.uniform(0.2, 1.8) - self._clock()))
                for task in (self._cut, self._kill):
                    if task is not None and task.done():
                        task.result()
        finally:
            await asyncio.gather(*(task for task in (self._cut, self._kill) if task is not None))

    def _may(self, kind: str) -> bool:
        now = self._clock()
        match kind:
            case "server":  # one that dies sooner is let wait by the supervisor, longer each time
                return (self._kill is None or self._kill.done()) and now - self._lives_since > STEADY + 1
            case "link":
                calm = all(now - end > CALM for _, end in self.attack.cuts)
                return (self._cut is None or self._cut.done()) and calm
            case "phone":
                return bool(self._phones)
            case _:
                return any(page.open for page in self._pages)

    def _do(self, kind: str) -> None:
        match kind:
            case "server":
                self._kill = asyncio.create_task(self._kill_server(), name="kill")
            case "link":
                self._cut = asyncio.create_task(self._cut_link(self._random.uniform(2, 8)), name="cut")
            case "phone":
                self._random.choice(self._phones).cut_power()
            case _:
                self._strike_page(kind)

    def _strike_page(self, kind: str) -> None:
        """Mostly one that is in a call: of others nobody would notice."""
        there = [page for page in self._pages if page.open]
        busy = [page for page in there if page.talks or page.rings]
        page = self._random.choice(busy if busy and self._random.random() < 0.8 else there)
        self.attack.in_talk += page.talks
        self.attack.ringing += page.rings
        page.strike(kind)

    async def _kill_server(self) -> None:
        begun = self._clock()
        os.kill(pid_of(self._site.pid, "server"), signal.SIGKILL)
        await asyncio.sleep(0.05)
        await self._site.takes_calls(within=60)
        self._lives_since = self._clock()
        self.attack.away.append((begun, self._lives_since))

    async def _cut_link(self, seconds: float) -> None:
        begun = self._clock()
        set_link(up=False)
        try:
            await asyncio.sleep(seconds)
        finally:
            set_link(up=True)
        self.attack.cuts.append((begun, self._clock()))
