"""The distributor: the one owner of all queues and agents. Pure: it decides, others do.

The same object runs live, in tests and in simulations. ``handle`` takes what happened, ``tick`` lets time pass,
``next_timer`` says when ``tick`` is due.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import assert_never

from callroom.core.acd import model as m
from callroom.core.acd.expected import HandlingTimes, expected_wait
from callroom.core.acd.lines import Lines
from callroom.core.acd.matching import Choice, Matching, grounds_of
from callroom.core.acd.state import Agent, Caller, Offer, Queue
from callroom.core.acd.strategies import score
from callroom.core.acd.timers import Timers
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId


class Distributor:
    """Hands waiting callers to agents.

    Unknown callers, agents and offers are ignored: an event may cross a command on its way.
    """

    def __init__(self, queues: Iterable[m.QueueSettings], chance: Callable[[], float] = lambda: 0.0) -> None:
        """``chance`` gives numbers from 0 to below 1, for the random strategy."""
        self._timers = Timers()
        self._lines = Lines(self._timers)
        self._agents: dict[AgentId, Agent] = {}
        self._profiles: dict[AgentId, m.Profile] = {}
        self._offers: dict[OfferId, Offer] = {}
        self._free: dict[AgentId, Agent] = {}  # ready, with a phone, and not resting after a refusal
        self._paused: dict[AgentId, Agent] = {}
        self._handling = HandlingTimes()
        self._chance = chance
        self._order = count(1)  # of offers and answers, so that it never depends on chance
        self._lines.settle({queue.id: queue for queue in queues}, 0.0)

    @property
    def _queues(self) -> dict[QueueId, Queue]:
        return self._lines.queues

    @property
    def _callers(self) -> dict[JourneyId, Caller]:
        return self._lines.callers

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

    def whom(self, queue: QueueId, tried: set[AgentId], now: float) -> list[AgentId]:
        """Who of a queue would be rung next for a new caller, of those not ``tried``; nobody is rung by asking."""
        if (known := self._queues.get(queue)) is None:
            return []
        free = {name: agent for name, agent in self._free.items() if name not in tried}
        asks = Caller(JourneyId(""), queue, 0, now, 0, stage=known.settings.stage(0.0))
        choice = Matching(self._queues, free, self._offers, self._chance, now).choose(known, asks)
        return [each.agent for each in choice.chosen] if choice else []

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
            self._missed(offer, now)
            commands += self._withdraw(offer, m.Withdrawal.TIMED_OUT, now)
        for agent in [self._agents[AgentId(name)] for kind, name in due if kind == "wrap_up"]:
            commands += self._to_rest(agent, now)
        for caller in [self._callers[JourneyId(name)] for kind, name in due if kind == "caller"]:
            commands += self._flow_out(caller, m.FlowOutReason.MAX_WAIT, now)
        for caller in [self._callers.get(JourneyId(name)) for kind, name in due if kind == "wake"]:
            if caller is not None:
                self._lines.note_wake(caller, now)
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
            case "wake":
                caller = self._callers.get(JourneyId(name))
                return caller is not None and caller.wakes_at == at
            case _:
                caller = self._callers.get(JourneyId(name))
                return caller is not None and self._lines.deadline(caller) == at

    # ------------------------------------------------------------ events

    def _take(self, event: m.AcdEvent, now: float) -> Iterator[m.AcdCommand]:
        match event:
            case m.QueuesChanged(queues):
                yield from self._change_queues({queue.id: queue for queue in queues}, now)
            case m.AgentsChanged(profiles):
                self._profiles = {profile.id: profile for profile in profiles}
                for agent in self._agents.values():
                    self._describe(agent)
            case m.DayBegan():
                for agent in self._agents.values():
                    for record in agent.records.values():
                        record.offered = record.answered = 0
            case m.CallerJoined():
                yield from self._caller_joined(event, now)
            case m.CallerRanked(journey, tier, served_by):
                if caller := self._callers.get(journey):
                    self._lines.rank(caller, tier, served_by, now)
            case m.CallerLeft(journey):
                if caller := self._callers.get(journey):
                    self._lines.leave(caller)
                    yield from self._withdraw_all(caller, m.Withdrawal.CALLER_LEFT, now)
                    yield m.CallerAbandoned(journey, self._visit(caller, now))
            case m.CallerChose(journey, reason):
                if caller := self._callers.get(journey):
                    yield from self._flow_out(caller, reason, now)
            case m.AgentSignedIn(agent_id, queues):
                agent = self._agent(agent_id)
                if isinstance(agent.rest, m.SignedOut):
                    agent.misses = 0
                    self._rests(agent, m.Ready(now))
                yield from self._serve(agent, queues, now, tell=not isinstance(agent.state, m.SignedOut))
                if isinstance(agent.state, m.SignedOut):
                    yield from self._to_rest(agent, now)
            case m.AgentReachable(agent_id, reachable):
                agent = self._agent(agent_id)
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
                    self._missed(offer, now)
                    agent.paused_until = now + self._queues[caller.queue].settings.refusal_pause
                    self._paused[agent.id] = agent
                    self._drop(offer)
                    yield from self._to_rest(agent, now)
            case m.AgentEngaged(agent_id, journey, kind, wrap_up):
                agent = self._agent(agent_id)
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
        self._lines.join(event, now)

    def _change_queues(self, queues: dict[QueueId, m.QueueSettings], now: float) -> Iterator[m.AcdCommand]:
        for caller in [caller for caller in self._callers.values() if caller.queue not in queues]:
            yield from self._flow_out(caller, m.FlowOutReason.QUEUE_GONE, now)
        self._lines.settle(queues, now)
        for agent in self._agents.values():
            yield from self._serve(agent, agent.queues, now)

    def _serve(
        self, agent: Agent, queues: frozenset[QueueId], now: float, *, tell: bool = True
    ) -> Iterator[m.AcdCommand]:
        """Let an agent serve these queues and no others."""
        known = queues & self._queues.keys()
        if known == agent.queues:
            return
        agent.queues = known
        self._note_serving(agent)
        if isinstance(agent.state, m.Ringing) and self._offers[agent.state.offer].through not in known:
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
        self._lines.leave(caller)
        agent = self._agents[offer.agent]
        agent.misses = 0
        queue = self._queues[caller.queue]
        self._drop(offer)
        caller.offers.discard(offer.id)
        record, queue.last = agent.record(caller.queue), agent.id
        record.answered, record.last_answer, record.answered_at = record.answered + 1, next(self._order), now
        self._handling.began(agent.id, caller.queue, now)
        visit = self._visit(caller, now)
        yield m.ConnectCaller(offer.id, caller.journey, agent.id, visit)
        yield self._talks(agent, m.Talking(now, caller.journey, m.Engagement.QUEUE, queue.settings.wrap_up))
        yield from self._withdraw_all(caller, m.Withdrawal.ANSWERED_ELSEWHERE, now)

    # ------------------------------------------------------------ offers

    def _distribute(self, now: float) -> Iterator[m.AcdCommand]:
        for agent in [agent for agent in self._paused.values() if agent.paused_until <= now]:
            del self._paused[agent.id]
            self._note_free(agent)
        if not self._free or not self._callers:
            return
        matching = Matching(self._queues, self._free, self._offers, self._chance, now)
        for queue, caller in self._lines.in_turn(matching.done):
            if choice := matching.choose(queue, caller):
                yield from self._offer(queue, caller, choice, now)
                if not self._free:
                    return

    def _offer(self, queue: Queue, caller: Caller, choice: Choice, now: float) -> Iterator[m.AcdCommand]:
        settings = queue.settings
        caller.choices += 1
        for each in choice.chosen:
            expires = now + settings.ring_timeout
            offer = Offer(
                OfferId(f"o{next(self._order)}"),
                caller.journey,
                each.agent,
                expires,
                each.through or settings.id,
                each.rank,
            )
            compared = score(settings.strategy, each.place, each.record, now)
            self._offers[offer.id] = offer
            self._timers.add(expires, "offer", offer.id)
            caller.offers.add(offer.id)
            caller.offered += 1
            each.record.offered += 1
            if each.agent == caller.served_by:
                caller.served_by = None  # from now on he is one of them
            if choice.grounds.sticky:
                caller.alone = offer.id
            if settings.strategy is not m.Strategy.RING_ALL:
                caller.tried.add(each.agent)
            yield m.RingAgent(
                offer.id,
                caller.journey,
                caller.queue,
                each.agent,
                caller.choices,
                compared,
                grounds_of(settings, choice, each),
                choice.passed_over,
                choice.others,
            )
            yield self._set(self._agents[each.agent], m.Ringing(now, offer.id))

    def _missed(self, offer: Offer, now: float) -> None:
        """An agent let it ring or refused; too often in a row makes him busy."""
        agent, caller = self._agents[offer.agent], self._callers[offer.journey]
        caller.tried.add(agent.id)
        agent.misses += 1
        most = self._queues[caller.queue].settings.misses_until_busy
        if most and agent.misses >= most:
            agent.misses = 0
            self._rests(agent, m.Busy(now, m.MISSED_CALLS))

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
            if caller.alone == offer.id:
                caller.alone = None

    def _flow_out(self, caller: Caller, reason: m.FlowOutReason, now: float) -> Iterator[m.AcdCommand]:
        self._lines.leave(caller)
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

    def _agent(self, name: AgentId) -> Agent:
        if name not in self._agents:
            self._agents[name] = Agent(name)
            self._describe(self._agents[name])
        return self._agents[name]

    def _describe(self, agent: Agent) -> None:
        profile = self._profiles.get(agent.id) or m.Profile(agent.id)
        agent.skills, agent.team = profile.skills, profile.team


def _offer_number(offer: OfferId) -> int:
    return int(offer[1:])
