"""The distributor: the one owner of all queues and agents. Pure: it decides, others do.

The same object runs live, in tests and in simulations. ``handle`` takes what happened, ``tick`` lets time pass,
``next_timer`` says when ``tick`` is due.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import assert_never

from callroom.core.acd import model as m
from callroom.core.acd.expected import HandlingTimes, expected_wait
from callroom.core.acd.state import Agent, Caller, Offer, Queue, obstacle
from callroom.core.acd.strategies import Candidate, next_agent
from callroom.core.acd.timers import Timers
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId


class Distributor:
    """Hands waiting callers to agents.

    Unknown callers, agents and offers are ignored: an event may cross a command on its way.
    """

    def __init__(self, queues: Iterable[m.QueueSettings], chance: Callable[[], float] = lambda: 0.0) -> None:
        """``chance`` gives numbers from 0 to below 1, for the random strategy."""
        self._queues: dict[QueueId, Queue] = {}
        self._callers: dict[JourneyId, Caller] = {}
        self._agents: dict[AgentId, Agent] = {}
        self._offers: dict[OfferId, Offer] = {}
        self._free: dict[AgentId, Agent] = {}  # ready, with a phone, and not resting after a refusal
        self._paused: dict[AgentId, Agent] = {}
        self._timers = Timers()
        self._handling = HandlingTimes()
        self._chance = chance
        self._count = 0  # numbers callers, offers and answers, so that order never depends on chance
        self._settle({queue.id: queue for queue in queues})

    def waiting(self, queue: QueueId) -> list[JourneyId]:
        """Who waits in a queue, first in line first."""
        return [caller.journey for caller in self._queues[queue].line] if queue in self._queues else []

    def state_of(self, agent: AgentId) -> m.AgentState:
        known = self._agents.get(agent)
        return known.state if known else m.SignedOut()

    def rest_of(self, agent: AgentId) -> m.Rest:
        """What an agent returns to after a call."""
        known = self._agents.get(agent)
        return known.rest if known else m.SignedOut()

    def queues_of(self, agent: AgentId) -> frozenset[QueueId]:
        """The queues he is signed in to."""
        known = self._agents.get(agent)
        return known.queues if known and not isinstance(known.rest, m.SignedOut) else frozenset()

    def signed_in(self, queue: QueueId) -> list[AgentId]:
        return list(self._queues[queue].serving) if queue in self._queues else []

    def joined_at(self, journey: JourneyId) -> float | None:
        caller = self._callers.get(journey)
        return caller.joined_at if caller else None

    def expected_wait(self, journey: JourneyId) -> float | None:
        """Seconds that a caller may still have to wait, if nobody is free for him; None when it cannot be known: before
        any call of the queue is over, or with nobody at work in it."""
        if (caller := self._callers.get(journey)) is None:
            return None
        queue = self._queues[caller.queue]
        handling = self._handling.mean(caller.queue)
        # Who serves several queues is there for those where somebody waits, in equal parts.
        agents = sum(
            1 / sum(bool(self._queues[name].line) for name in agent.queues)
            for agent in queue.serving.values()
            if isinstance(agent.rest, m.Ready) and agent.reachable
        )
        return None if handling is None or not agents else expected_wait(queue.line.index(caller), agents, handling)

    def next_timer(self) -> float | None:
        """When ``tick`` has something to do, or None."""
        due = [agent.paused_until for agent in self._paused.values()]
        if (first := self._timers.first(self._still)) is not None:
            due.append(first)
        return min(due, default=None)

    def handle(self, event: m.AcdEvent, now: float) -> list[m.AcdCommand]:
        """Take one event; return what has to be done, in order."""
        commands = list(self._take(event, now))
        commands += self._flow_out_of_empty(now)
        commands += self._distribute(now)
        return commands

    def tick(self, now: float) -> list[m.AcdCommand]:
        """Let time pass: offers expire, wrap-ups end, callers who waited too long flow out."""
        commands: list[m.AcdCommand] = []
        due = self._timers.due(now, self._still)
        for offer in [self._offers[OfferId(name)] for kind, name in due if kind == "offer"]:
            commands += self._withdraw(offer, m.Withdrawal.TIMED_OUT, now)
        for agent in [self._agents[AgentId(name)] for kind, name in due if kind == "wrap_up"]:
            commands += self._to_rest(agent, now)
        for caller in [self._callers[JourneyId(name)] for kind, name in due if kind == "caller"]:
            commands += self._flow_out(caller, m.FlowOutReason.MAX_WAIT, now)
        commands += self._distribute(now)
        return commands

    def _still(self, kind: str, name: str, at: float) -> bool:
        """Whether a time that was noted still counts."""
        match kind:
            case "offer":
                return OfferId(name) in self._offers
            case "wrap_up":
                agent = self._agents[AgentId(name)]
                return isinstance(agent.state, m.WrapUp) and agent.state.until == at
            case _:
                caller = self._callers.get(JourneyId(name))
                return caller is not None and self._deadline(caller) == at

    # ------------------------------------------------------------ events

    def _take(self, event: m.AcdEvent, now: float) -> Iterator[m.AcdCommand]:
        match event:
            case m.QueuesChanged(queues):
                yield from self._change_queues({queue.id: queue for queue in queues}, now)
            case m.DayBegan():
                for agent in self._agents.values():
                    for record in agent.records.values():
                        record.offered = record.answered = 0
            case m.CallerJoined():
                yield from self._caller_joined(event, now)
            case m.CallerLeft(journey):
                if caller := self._callers.get(journey):
                    self._out_of_line(caller)
                    yield from self._withdraw_all(caller, m.Withdrawal.CALLER_LEFT, now)
                    yield m.CallerAbandoned(journey, self._visit(caller, now))
            case m.CallerChose(journey, reason):
                if caller := self._callers.get(journey):
                    yield from self._flow_out(caller, reason, now)
            case m.AgentSignedIn(agent_id, queues):
                agent = self._agents.setdefault(agent_id, Agent(agent_id))
                if isinstance(agent.rest, m.SignedOut):
                    self._rests(agent, m.Ready(now))
                yield from self._serve(agent, queues, now, tell=not isinstance(agent.state, m.SignedOut))
                if isinstance(agent.state, m.SignedOut):
                    yield from self._to_rest(agent, now)
            case m.AgentReachable(agent_id, reachable):
                agent = self._agents.setdefault(agent_id, Agent(agent_id))
                agent.reachable = reachable
                if not reachable:
                    yield from self._stop_ringing(agent, now)
                self._note_free(agent)
            case m.PresenceChosen(agent_id, rest):
                if agent := self._agents.get(agent_id):
                    yield from self._choose(agent, rest, now)
            case m.OfferAnswered(offer_id):
                if offer := self._offers.get(offer_id):
                    yield from self._connect(offer, now)
            case m.OfferRefused(offer_id):
                if offer := self._offers.get(offer_id):
                    agent, caller = self._agents[offer.agent], self._callers[offer.journey]
                    agent.paused_until = now + self._queues[caller.queue].settings.refusal_pause
                    self._paused[agent.id] = agent
                    self._drop(offer)
                    yield from self._to_rest(agent, now)
            case m.AgentEngaged(agent_id, journey, kind, wrap_up):
                agent = self._agents.setdefault(agent_id, Agent(agent_id))
                yield from self._stop_ringing(agent, now)
                yield self._talks(agent, m.Talking(now, journey, kind, wrap_up))
            case m.TalkEnded(agent_id, journey):
                agent = self._agents.get(agent_id)
                if agent and (ended := agent.calls.pop(journey, None)):
                    yield from self._talked(agent, ended, now)
            case m.WrapUpEnded(agent_id):
                agent = self._agents.get(agent_id)
                if agent and isinstance(agent.state, m.WrapUp):
                    yield from self._to_rest(agent, now)
            case _:
                assert_never(event)

    def _caller_joined(self, event: m.CallerJoined, now: float) -> Iterator[m.AcdCommand]:
        if event.journey in self._callers:
            return
        queue = self._queues[event.queue]
        longest = queue.settings.max_length
        if longest is not None and len(queue.line) >= longest and not event.patient:
            visit = m.Visit(queue.settings.id, event.waited, 0, len(queue.serving))
            yield m.FlowOut(event.journey, m.FlowOutReason.MAX_LENGTH, visit)
            return
        caller = Caller(event.journey, event.queue, event.priority, now - event.waited, self._number(), event.patient)
        self._callers[event.journey] = caller
        insort(queue.line, caller, key=lambda each: each.place)
        self._note_deadline(caller)

    def _change_queues(self, queues: dict[QueueId, m.QueueSettings], now: float) -> Iterator[m.AcdCommand]:
        for caller in [caller for caller in self._callers.values() if caller.queue not in queues]:
            yield from self._flow_out(caller, m.FlowOutReason.QUEUE_GONE, now)
        self._settle(queues)
        for caller in self._callers.values():
            self._note_deadline(caller)
        for agent in self._agents.values():
            yield from self._serve(agent, agent.queues, now)

    def _settle(self, queues: dict[QueueId, m.QueueSettings]) -> None:
        """Have these queues and no others; what goes on in them goes on."""
        before, self._queues = self._queues, {}
        for name, settings in queues.items():
            places = {agent: place for place, agent in enumerate(settings.members)}
            queue = self._queues[name] = before.get(name) or Queue(settings, places)
            queue.settings, queue.places = settings, places

    def _serve(
        self, agent: Agent, queues: frozenset[QueueId], now: float, *, tell: bool = True
    ) -> Iterator[m.AcdCommand]:
        """Let an agent serve these queues and no others."""
        known = queues & self._queues.keys()
        if known == agent.queues:
            return
        agent.queues = known
        self._note_serving(agent)
        if isinstance(agent.state, m.Ringing):
            offer = self._offers[agent.state.offer]
            if self._callers[offer.journey].queue not in known:
                yield from self._stop_ringing(agent, now)
        if tell and not isinstance(agent.rest, m.SignedOut):
            yield m.AgentChanged(agent.id, agent.state)

    def _talks(self, agent: Agent, call: m.Talking) -> m.AgentChanged:
        agent.calls[call.journey] = call
        return self._set(agent, call)

    def _talked(self, agent: Agent, ended: m.Talking, now: float) -> Iterator[m.AcdCommand]:
        agent.owes = max(agent.owes, ended.wrap_up)
        if agent.calls:
            other = next(reversed(agent.calls.values()))
            if agent.state != other:
                yield self._set(agent, other)
            return
        owed, agent.owes = agent.owes, 0.0
        if owed > 0 and not isinstance(agent.rest, m.SignedOut):
            self._timers.add(now + owed, "wrap_up", agent.id)
            yield self._set(agent, m.WrapUp(now, now + owed))
        else:
            yield from self._to_rest(agent, now)

    def _choose(self, agent: Agent, rest: m.Rest, now: float) -> Iterator[m.AcdCommand]:
        self._rests(agent, rest)
        match agent.state:
            case m.Talking() | m.WrapUp():
                return  # it counts when the call is done
            case m.Ringing():
                if not isinstance(rest, m.Ready):
                    yield from self._stop_ringing(agent, now)
            case m.SignedOut() | m.Ready() | m.Busy() | m.Away():
                yield from self._to_rest(agent, now)

    def _connect(self, offer: Offer, now: float) -> Iterator[m.AcdCommand]:
        caller = self._callers[offer.journey]
        self._out_of_line(caller)
        agent = self._agents[offer.agent]
        queue = self._queues[caller.queue]
        rung = tuple(self._offers[o].agent for o in sorted(caller.offers, key=_offer_number))
        self._drop(offer)
        caller.offers.discard(offer.id)
        record, queue.last = agent.record(caller.queue), agent.id
        record.answered, record.last_answer = record.answered + 1, self._number()
        self._handling.began(agent.id, caller.queue, now)
        yield m.ConnectCaller(offer.id, caller.journey, agent.id, self._visit(caller, now), rung, offer.passed_over)
        yield self._talks(agent, m.Talking(now, caller.journey, m.Engagement.QUEUE, queue.settings.wrap_up))
        yield from self._withdraw_all(caller, m.Withdrawal.ANSWERED_ELSEWHERE, now)

    # ------------------------------------------------------------ offers

    def _distribute(self, now: float) -> Iterator[m.AcdCommand]:
        for agent in [agent for agent in self._paused.values() if agent.paused_until <= now]:
            del self._paused[agent.id]
            self._note_free(agent)
        if not self._free or not self._callers:
            return
        # The lines of all queues as one: the heaviest queue first, then who is served first in each.
        heads = [
            (-queue.settings.weight, queue.line[0].place, 0, name) for name, queue in self._queues.items() if queue.line
        ]
        heapify(heads)
        while heads and self._free:
            weight, _, at, name = heappop(heads)
            queue = self._queues[name]
            caller = queue.line[at]
            if (
                not caller.offers or queue.settings.strategy is m.Strategy.RING_ALL
            ):  # else somebody is being rung for him
                if not (free := self._free_in(queue)):
                    continue  # for all who wait in it
                yield from self._offer(queue, caller, free, now)
            if at + 1 < len(queue.line):
                heappush(heads, (weight, queue.line[at + 1].place, at + 1, name))

    def _free_in(self, queue: Queue) -> list[Candidate]:
        """Who is free for a queue, in the order of its members."""
        few, many = (self._free, queue.serving) if len(self._free) < len(queue.serving) else (queue.serving, self._free)
        name = queue.settings.id
        free = [Candidate(a.id, queue.place(a.id), a.record(name)) for a in few.values() if a.id in many]
        return sorted(free, key=lambda one: (one.place, one.agent))

    def _offer(self, queue: Queue, caller: Caller, free: list[Candidate], now: float) -> Iterator[m.AcdCommand]:
        chosen = free if queue.settings.strategy is m.Strategy.RING_ALL else [self._next(queue, caller, free)]
        passed_over = self._passed_over(queue, caller, {each.agent for each in chosen})
        for each in chosen:
            expires = now + queue.settings.ring_timeout
            offer = Offer(OfferId(f"o{self._number()}"), caller.journey, each.agent, expires, passed_over)
            self._offers[offer.id] = offer
            self._timers.add(expires, "offer", offer.id)
            caller.offers.add(offer.id)
            caller.offered += 1
            each.record.offered += 1
            yield m.RingAgent(offer.id, caller.journey, caller.queue, each.agent)
            yield self._set(self._agents[each.agent], m.Ringing(now, offer.id))

    def _next(self, queue: Queue, caller: Caller, free: list[Candidate]) -> Candidate:
        """Of those who were not rung for him in this round; when all were, a new round begins."""
        if not (fresh := [one for one in free if one.agent not in caller.tried]):
            caller.tried.clear()
            fresh = free
        last = -1 if queue.last is None else queue.place(queue.last)
        one = next_agent(queue.settings.strategy, fresh, last=last, chance=self._chance)
        caller.tried.add(one.agent)
        return one

    def _passed_over(
        self, queue: Queue, caller: Caller, chosen: set[AgentId]
    ) -> tuple[tuple[AgentId, m.Obstacle], ...]:
        mine = {self._offers[offer].agent for offer in caller.offers}
        others = [agent for name, agent in queue.serving.items() if name not in chosen and name not in mine]
        return tuple((agent.id, obstacle(agent, caller, free=agent.id in self._free)) for agent in others)

    def _withdraw(self, offer: Offer, cause: m.Withdrawal, now: float) -> Iterator[m.AcdCommand]:
        self._drop(offer)
        yield m.WithdrawOffer(offer.id, offer.agent, cause)
        yield from self._to_rest(self._agents[offer.agent], now)

    def _withdraw_all(self, caller: Caller, cause: m.Withdrawal, now: float) -> Iterator[m.AcdCommand]:
        for offer_id in sorted(caller.offers, key=_offer_number):
            yield from self._withdraw(self._offers[offer_id], cause, now)

    def _stop_ringing(self, agent: Agent, now: float) -> Iterator[m.AcdCommand]:
        if isinstance(agent.state, m.Ringing):
            yield from self._withdraw(self._offers[agent.state.offer], m.Withdrawal.AGENT_GONE, now)

    def _drop(self, offer: Offer) -> None:
        del self._offers[offer.id]
        if caller := self._callers.get(offer.journey):
            caller.offers.discard(offer.id)

    def _flow_out(self, caller: Caller, reason: m.FlowOutReason, now: float) -> Iterator[m.AcdCommand]:
        self._out_of_line(caller)
        yield from self._withdraw_all(caller, m.Withdrawal.FLOWED_OUT, now)
        yield m.FlowOut(caller.journey, reason, self._visit(caller, now))

    def _flow_out_of_empty(self, now: float) -> Iterator[m.AcdCommand]:
        for queue in self._queues.values():
            if queue.line and not queue.serving and not queue.settings.waits_without_agents:
                for caller in [caller for caller in queue.line if not caller.patient]:
                    yield from self._flow_out(caller, m.FlowOutReason.NO_AGENT, now)

    # ------------------------------------------------------------ small things

    def _visit(self, caller: Caller, now: float) -> m.Visit:
        return m.Visit(caller.queue, now - caller.joined_at, caller.offered, len(self._queues[caller.queue].serving))

    def _to_rest(self, agent: Agent, now: float) -> Iterator[m.AcdCommand]:
        self._handling.over(agent.id, now)
        match agent.rest:
            case m.Ready():
                rest: m.Rest = m.Ready(now)
            case m.Busy(_, reason):
                rest = m.Busy(now, reason)
            case m.Away(_, reason):
                rest = m.Away(now, reason)
            case m.SignedOut():
                rest = agent.rest
        yield self._set(agent, rest)

    def _set(self, agent: Agent, state: m.AgentState) -> m.AgentChanged:
        agent.state = state
        self._note_free(agent)
        return m.AgentChanged(agent.id, state)

    def _rests(self, agent: Agent, rest: m.Rest) -> None:
        agent.rest = rest
        self._note_serving(agent)

    def _note_free(self, agent: Agent) -> None:
        if agent.reachable and isinstance(agent.state, m.Ready) and agent.id not in self._paused:
            self._free[agent.id] = agent
        else:
            self._free.pop(agent.id, None)

    def _note_serving(self, agent: Agent) -> None:
        signed_in = not isinstance(agent.rest, m.SignedOut)
        for name, queue in self._queues.items():
            if signed_in and name in agent.queues:
                queue.serving[agent.id] = agent
            else:
                queue.serving.pop(agent.id, None)

    def _out_of_line(self, caller: Caller) -> None:
        del self._callers[caller.journey]
        self._queues[caller.queue].line.remove(caller)

    def _note_deadline(self, caller: Caller) -> None:
        if (deadline := self._deadline(caller)) is not None:
            self._timers.add(deadline, "caller", caller.journey)

    def _deadline(self, caller: Caller) -> float | None:
        longest = self._queues[caller.queue].settings.max_wait
        return None if longest is None or caller.patient else caller.joined_at + longest

    def _number(self) -> int:
        self._count += 1
        return self._count


def _offer_number(offer: OfferId) -> int:
    return int(offer[1:])
