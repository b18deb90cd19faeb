"""The board of agents and queues: what the screens show of them, and today's counts."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from callroom.calls.acd import state_name
from callroom.calls.live import About, AgentView, DeviceView, QueueView, TrunkView, veiled
from callroom.calls.watching import Watching
from callroom.core.acd import model as m
from callroom.core.ids import AgentId, DeviceId, JourneyId, QueueId, TrunkId
from callroom.core.journeys.facts import Outcome

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

HOUR = 3600.0  # seconds; the machine's clock may be set meanwhile
# ``in_time``: answered within the queue's goal; ``short``: gave up so soon that nobody could have answered.
_VISITS = ("offered", "answered", "abandoned", "flowed_out", "in_time", "short")


class Board:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._since: dict[AgentId, datetime] = {}
        self._until: dict[AgentId, datetime | None] = {}
        self._day: date | None = None
        self._visits: dict[QueueId, Counter[str]] = defaultdict(Counter)
        self._agents: dict[AgentId, Counter[str]] = defaultdict(Counter)

    # ------------------------------------------------------------ counts of today

    def load(self, visits: dict[QueueId, dict[str, int]], agents: dict[AgentId, dict[str, int]]) -> None:
        """What the database holds of today, at the start of the server."""
        self._turn_day()
        self._visits.update({queue: Counter(counts) for queue, counts in visits.items()})
        self._agents.update({agent: Counter(counts) for agent, counts in agents.items()})

    def count_visit(self, queue: QueueId, outcome: Outcome, wait: float, agent: AgentId | None) -> None:
        """A visit of ``wait`` seconds is over; it belongs to the day on which it began, as in the reports."""
        self._turn_day()
        if self._day == (self._local_now() - timedelta(seconds=wait)).date():
            self._visits[queue].update([outcome, "offered", *self._marks(queue, outcome, wait)])
            if agent is not None:
                self._agents[agent]["answered"] += 1
        self.show_queue(queue)

    def _marks(self, queue: QueueId, outcome: Outcome, wait: float) -> list[str]:
        known = self._exchange.directory.queues.get(queue)
        if outcome == "answered" and known is not None and wait <= known.service_level:
            return ["in_time"]
        return ["short"] if outcome == "abandoned" and wait < self._exchange.directory.company.short_abandon else []

    def count_refusal(self, agent: AgentId) -> None:
        self._turn_day()
        self._agents[agent]["refused"] += 1

    def today_of(self, queue: QueueId) -> dict[str, int]:
        return {name: self._visits[queue][name] for name in _VISITS}

    def midnight(self) -> datetime:
        """When the site's day began."""
        return self._local_now().replace(hour=0, minute=0, second=0, microsecond=0)

    def _local_now(self) -> datetime:
        return self._exchange.now().astimezone(ZoneInfo(self._exchange.directory.company.time_zone))

    def _turn_day(self) -> None:
        """Begin with nothing on a new day of the site."""
        today = self._local_now().date()
        if today != self._day:
            self._day = today
            self._visits.clear()
            self._agents.clear()

    async def follow_days(self) -> None:
        """Let the screens begin a new day at the site's midnight, on which nobody may call."""
        while True:
            now = self._local_now()
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
            await asyncio.sleep(min(HOUR, max(0.05, (midnight - now.astimezone(UTC)).total_seconds())))
            if self._local_now().date() != now.date():  # counting something may have turned it already
                self._turn_day()
                self._exchange.acd.handle(m.DayBegan())
                for agent in self._exchange.directory.agents:
                    self._exchange.rests.look(agent)
                    self.show_agent(agent)
                for queue in self._exchange.directory.queues:
                    self.show_queue(queue)

    # ------------------------------------------------------------ views

    def agent(self, agent: AgentId) -> AgentView | None:
        exchange = self._exchange
        known = exchange.directory.agents.get(agent)
        if known is None:
            return None
        distributor = exchange.acd.distributor
        state = distributor.state_of(agent)
        extension = exchange.directory.extension_of(agent)
        call: JourneyId | None = None
        if isinstance(state, m.Talking):
            call = state.journey
        reason = state.reason if isinstance(state, m.Busy | m.Away) else None
        return AgentView(
            agent,
            known.name,
            known.staff_number,
            extension.number if extension else "",
            state_name(state),
            self._since.get(agent, exchange.started_at),
            self._until.get(agent),
            reason or None,
            sorted(distributor.queues_of(agent)),
            call,
            exchange.phones.agent_online(agent),
            {name: self._agents[agent][name] for name in ("answered", "refused")},
            exchange.rests.over(agent),
            exchange.rests.sums(agent),
        )

    def queue(self, queue: QueueId) -> QueueView | None:
        exchange = self._exchange
        known = exchange.directory.queues.get(queue)
        if known is None:
            return None
        distributor = exchange.acd.distributor
        waiting = distributor.waiting(queue)
        joined = min((at for j in waiting if (at := distributor.joined_at(j)) is not None), default=None)
        longest = None if joined is None else exchange.now() - timedelta(seconds=exchange.clock() - joined)
        signed_in = distributor.signed_in(queue)
        ready = sum(isinstance(distributor.state_of(a), m.Ready) and exchange.phones.agent_online(a) for a in signed_in)
        return QueueView(queue, known.name, len(waiting), longest, ready, len(signed_in), self.today_of(queue))

    def trunk(self, trunk: TrunkId) -> TrunkView | None:
        known = self._exchange.directory.trunks.get(trunk)
        if known is None:
            return None
        state, detail = self._exchange.phones.trunk(trunk)
        return TrunkView(trunk, known.name, state, detail)

    def device(self, device: DeviceId) -> DeviceView | None:
        known = self._exchange.directory.devices.get(device)
        if known is None:
            return None
        extension = self._exchange.directory.extensions[known.extension]
        state, contact = self._exchange.phones.device(device)
        return DeviceView(device, extension.number, known.kind, state, contact)

    # ------------------------------------------------------------ telling

    def show_agent(self, agent: AgentId, *, changed: bool = False, until: datetime | None = None) -> None:
        """Tell a new view; ``changed``: the agent came into another state just now."""
        if changed:
            self._since[agent] = self._exchange.now()
            self._until[agent] = until
        known, only = self._exchange.directory.agents.get(agent), frozenset((agent,))
        if known is not None and known.takes_calls:
            self._tell("agent.changed", lambda: self.agent(agent), about=About(agents=only))
        else:  # he stands on nobody's list but has a phone himself
            self._tell("agent.changed", lambda: self.agent(agent), only)
        if known is not None:
            for queue in sorted(known.queues):
                self.show_queue(queue)

    def rests_since(self, agent: AgentId, since: datetime) -> None:
        """He has been in his state for longer than this process knows of."""
        self._since[agent] = since

    def show_queue(self, queue: QueueId) -> None:
        self._exchange.alarms.look(queue)
        self._tell("queue.changed", lambda: self.queue(queue), about=About(queues=frozenset((queue,))))

    def show_trunk(self, trunk: TrunkId) -> None:
        self._tell("trunk.changed", lambda: self.trunk(trunk))

    def show_device(self, device: DeviceId) -> None:
        self._tell("device.changed", lambda: self.device(device))

    def _tell(
        self,
        kind: str,
        make: Callable[[], msgspec.Struct | None],
        agents: frozenset[AgentId] | None = None,
        about: About | None = None,
    ) -> None:
        live = self._exchange.live
        if not live.watched:
            live.skip()
        elif (view := make()) is not None:
            live.tell(kind, msgspec.to_builtins(view), agents, about)

    def shown(self, who: Watching) -> tuple[list[AgentId], list[QueueId]]:
        """The agents and queues there are for somebody."""
        directory = self._exchange.directory
        agents = [agent for agent, known in directory.agents.items() if known.takes_calls and who.agent(agent)]
        return agents, [queue for queue in directory.queues if who.queue(queue)]

    def snapshot(self, who: Watching) -> dict[str, Any]:
        """All that a page begins with."""
        exchange = self._exchange
        directory = exchange.directory
        device = next((d for d in directory.devices_of(who.me) if directory.devices[d].kind == "browser"), None)
        agents, queues = self.shown(who)
        snapshot = msgspec.to_builtins(
            {
                "me": {
                    "agent": self.agent(who.me),
                    "device": self.device(device) if device else None,
                },
                "agents": [self.agent(agent) for agent in agents],
                "queues": [self.queue(queue) for queue in queues],
                "alarms": [alarm for alarm in exchange.alarms.all() if who.queue(QueueId(alarm.queue))],
                "calls": [call.view for call in exchange.calls.values() if who.call(call.audience, call.about)],
                "trunks": [self.trunk(t) for t in directory.trunks],
                "devices": [self.device(d) for d in directory.devices],
                "engine": {"answers": exchange.engine_answers},
            }
        )
        return snapshot | {"calls": [veiled(call, who.numbers) for call in snapshot["calls"]]}
