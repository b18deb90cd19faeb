"""How long agents rest, for which reason: the limits their company set, and today's sums."""

import asyncio
from datetime import date, datetime
from typing import TYPE_CHECKING

from callroom.core.acd import model as m
from callroom.core.ids import AgentId
from callroom.core.rests import Limit, Rested, first_limit

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

SOONEST = 0.05  # seconds; the clock of the calls and that of the day may differ by a little


class Rests:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._day: date | None = None
        self._sums: dict[AgentId, dict[str, float]] = {}
        self._now: dict[AgentId, tuple[str, datetime]] = {}  # reason and since when
        self._timers: dict[AgentId, asyncio.TimerHandle] = {}

    def load(self, rested: dict[AgentId, Rested]) -> None:
        """Go on with what a former server process saw today; agents have been restored."""
        self._turn_day()
        for agent, known in rested.items():
            self._sums[agent] = dict(known.sums)
            if agent in self._now and known.since is not None:
                self._now[agent] = self._now[agent][0], known.since
                self._exchange.board.rests_since(agent, known.since)
                self.look(agent)

    def changed(self, agent: AgentId, state: m.AgentState) -> None:
        """An agent came into another state."""
        if (was := self._now.pop(agent, None)) is not None:
            self._turn_day()
            sums = self._sums.setdefault(agent, {})
            sums[was[0]] = sums.get(was[0], 0.0) + self._today(was[1])
        if isinstance(state, m.Busy | m.Away):
            self._now[agent] = state.reason, self._exchange.now()
        self.look(agent)

    def look(self, agent: AgentId) -> None:
        """Be told when this agent's rest passes a limit; the limits may have changed."""
        if (timer := self._timers.pop(agent, None)) is not None:
            timer.cancel()
        limit = self._limit(agent)
        if limit is not None and limit[1] > 0:
            loop = asyncio.get_running_loop()
            self._timers[agent] = loop.call_later(max(SOONEST, limit[1]), self._passed, agent)

    def over(self, agent: AgentId) -> Limit | None:
        """The limit that his rest has passed."""
        limit = self._limit(agent)
        return limit[0] if limit is not None and limit[1] <= 0 else None

    def sums(self, agent: AgentId) -> dict[str, int]:
        """Whole seconds of today's finished rests by reason."""
        self._turn_day()
        return {reason: round(seconds) for reason, seconds in self._sums.get(agent, {}).items() if reason}

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _passed(self, agent: AgentId) -> None:
        self.look(agent)
        self._exchange.board.show_agent(agent)

    def _limit(self, agent: AgentId) -> tuple[Limit, float] | None:
        if (now := self._now.get(agent)) is None:
            return None
        reason = self._exchange.directory.reasons.get(now[0])
        if reason is None:
            return None
        self._turn_day()
        stay = (self._exchange.now() - now[1]).total_seconds()
        before = self._sums.get(agent, {}).get(reason.id, 0.0)
        return first_limit(reason, stay=stay, today=before + self._today(now[1]))

    def _today(self, since: datetime) -> float:
        """Seconds from ``since`` until now that belong to today."""
        now = self._exchange.now()
        return max(0.0, (now - max(since, self._exchange.board.midnight())).total_seconds())

    def _turn_day(self) -> None:
        today = self._exchange.board.midnight().date()
        if today != self._day:
            self._day = today
            self._sums.clear()
