"""The distributor: the one owner of all queues and agents. Pure: it decides, others do.

The same object runs live, in tests and in simulations. ``handle`` takes what happened, ``tick`` lets time pass,
``next_timer`` says when ``tick`` is due.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from callroom.core.acd import model as m
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId


@dataclass(slots=True)
class _Caller:
    journey: JourneyId
    queue: QueueId
    priority: int
    joined_at: float
    order: int  # who came first among equals
    offers: set[OfferId] = field(default_factory=set[OfferId])
    offered: int = 0  # how often somebody was rung for him
    tried: set[AgentId] = field(default_factory=set[AgentId])  # rung in this round of a rotation


@dataclass(slots=True)
class _Agent:
    id: AgentId
    state: m.AgentState = field(default_factory=m.SignedOut)
    queues: frozenset[QueueId] = frozenset()
    rest: m.Rest = field(default_factory=m.SignedOut)  # what he returns to after a call
    reachable: bool = True
    paused_until: float = float("-inf")
    calls: dict[JourneyId, m.Talking] = field(default_factory=dict[JourneyId, m.Talking])
    owes: float = 0.0  # seconds of wrap-up for calls that ended while another went on
    last_answer: dict[QueueId, int] = field(default_factory=dict[QueueId, int])


@dataclass(frozen=True, slots=True)
class _Offer:
    id: OfferId
    journey: JourneyId
    agent: AgentId
    expires_at: float


class Distributor:
    """Hands waiting callers to agents.

    Unknown callers, agents and offers are ignored: an event may cross a command on its way.
    """

    def __init__(self, queues: Iterable[m.QueueSettings]) -> None:
        self._queues = {queue.id: queue for queue in queues}
        self._callers: dict[JourneyId, _Caller] = {}
        self._agents: dict[AgentId, _Agent] = {}
        self._offers: dict[OfferId, _Offer] = {}
        self._count = 0  # numbers callers, offers and answers, so that order never depends on chance

    def waiting(self, queue: QueueId) -> list[JourneyId]:
        """Who waits in a queue, first in line first."""
        return [caller.journey for caller in self._line() if caller.queue == queue]

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
        return [a.id for a in self._agents.values() if queue in a.queues and not isinstance(a.rest, m.SignedOut)]

    def joined_at(self, journey: JourneyId) -> float | None:
        caller = self._callers.get(journey)
        return caller.joined_at if caller else None

    def next_timer(self) -> float | None:
        """When ``tick`` has something to do, or None."""
        due = [offer.expires_at for offer in self._offers.values()]
        due += [deadline for caller in self._callers.values() if (deadline := self._deadline(caller)) is not None]
        for agent in self._agents.values():
            if isinstance(agent.state, m.WrapUp):
                due.append(agent.state.until)
            elif isinstance(agent.state, m.Ready) and agent.paused_until > agent.state.since:
                due.append(agent.paused_until)
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
        for offer in [offer for offer in self._offers.values() if offer.expires_at <= now]:
            commands += self._withdraw(offer, m.Withdrawal.TIMED_OUT, now)
        for agent in self._agents.values():
            if isinstance(agent.state, m.WrapUp) and agent.state.until <= now:
                commands += self._to_rest(agent, now)
            if agent.paused_until <= now:
                agent.paused_until = float("-inf")
        for caller in list(self._callers.values()):
            deadline = self._deadline(caller)
            if deadline is not None and deadline <= now:
                commands += self._flow_out(caller, m.FlowOutReason.MAX_WAIT, now)
        commands += self._distribute(now)
        return commands

    # ------------------------------------------------------------ events

    def _take(self, event: m.AcdEvent, now: float) -> Iterator[m.AcdCommand]:
        match event:
            case m.QueuesChanged(queues):
                yield from self._change_queues({queue.id: queue for queue in queues}, now)
            case m.CallerJoined():
                yield from self._caller_joined(event, now)
            case m.CallerLeft(journey):
                if caller := self._callers.pop(journey, None):
                    yield from self._withdraw_all(caller, m.Withdrawal.CALLER_LEFT, now)
                    yield m.CallerAbandoned(journey, self._visit(caller, now))
            case m.AgentSignedIn(agent_id, queues):
                agent = self._agents.setdefault(agent_id, _Agent(agent_id))
                if isinstance(agent.rest, m.SignedOut):
                    agent.rest = m.Ready(now)
                yield from self._serve(agent, queues, now, tell=not isinstance(agent.state, m.SignedOut))
                if isinstance(agent.state, m.SignedOut):
                    yield from self._to_rest(agent, now)
            case m.AgentReachable(agent_id, reachable):
                agent = self._agents.setdefault(agent_id, _Agent(agent_id))
                agent.reachable = reachable
                if not reachable:
                    yield from self._stop_ringing(agent, now)
            case m.PresenceChosen(agent_id, rest):
                if agent := self._agents.get(agent_id):
                    yield from self._choose(agent, rest, now)
            case m.OfferAnswered(offer_id):
                if offer := self._offers.get(offer_id):
                    yield from self._connect(offer, now)
            case m.OfferRefused(offer_id):
                if offer := self._offers.get(offer_id):
                    caller = self._callers[offer.journey]
                    self._agents[offer.agent].paused_until = now + self._queues[caller.queue].refusal_pause
                    self._drop(offer)
                    yield from self._to_rest(self._agents[offer.agent], now)
            case m.AgentEngaged(agent_id, journey, kind, wrap_up):
                agent = self._agents.setdefault(agent_id, _Agent(agent_id))
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
        if queue.max_length is not None and len(self.waiting(queue.id)) >= queue.max_length:
            visit = m.Visit(queue.id, event.waited, 0, len(self.signed_in(queue.id)))
            yield m.FlowOut(event.journey, m.FlowOutReason.MAX_LENGTH, visit)
            return
        joined_at = now - event.waited
        self._callers[event.journey] = _Caller(event.journey, queue.id, event.priority, joined_at, self._number())

    def _change_queues(self, queues: dict[QueueId, m.QueueSettings], now: float) -> Iterator[m.AcdCommand]:
        for caller in [caller for caller in self._callers.values() if caller.queue not in queues]:
            yield from self._flow_out(caller, m.FlowOutReason.QUEUE_GONE, now)
        self._queues = queues
        for agent in self._agents.values():
            yield from self._serve(agent, agent.queues, now)

    def _serve(
        self, agent: _Agent, queues: frozenset[QueueId], now: float, *, tell: bool = True
    ) -> Iterator[m.AcdCommand]:
        """Let an agent serve these queues and no others."""
        known = queues & self._queues.keys()
        if known == agent.queues:
            return
        agent.queues = known
        if isinstance(agent.state, m.Ringing):
            offer = self._offers[agent.state.offer]
            if self._callers[offer.journey].queue not in known:
                yield from self._stop_ringing(agent, now)
        if tell and not isinstance(agent.rest, m.SignedOut):
            yield m.AgentChanged(agent.id, agent.state)

    def _talks(self, agent: _Agent, call: m.Talking) -> m.AgentChanged:
        agent.calls[call.journey] = call
        return self._set(agent, call)

    def _talked(self, agent: _Agent, ended: m.Talking, now: float) -> Iterator[m.AcdCommand]:
        agent.owes = max(agent.owes, ended.wrap_up)
        if agent.calls:
            other = next(reversed(agent.calls.values()))
            if agent.state != other:
                yield self._set(agent, other)
            return
        owed, agent.owes = agent.owes, 0.0
        if owed > 0 and not isinstance(agent.rest, m.SignedOut):
            yield self._set(agent, m.WrapUp(now, now + owed))
        else:
            yield from self._to_rest(agent, now)

    def _choose(self, agent: _Agent, rest: m.Rest, now: float) -> Iterator[m.AcdCommand]:
        agent.rest = rest
        match agent.state:
            case m.Talking() | m.WrapUp():
                return  # it counts when the call is done
            case m.Ringing():
                if not isinstance(rest, m.Ready):
                    yield from self._stop_ringing(agent, now)
            case m.SignedOut() | m.Ready() | m.Busy() | m.Away():
                yield from self._to_rest(agent, now)

    def _connect(self, offer: _Offer, now: float) -> Iterator[m.AcdCommand]:
        caller = self._callers.pop(offer.journey)
        agent = self._agents[offer.agent]
        queue = self._queues[caller.queue]
        rung = tuple(self._offers[o].agent for o in sorted(caller.offers, key=_offer_number))
        self._drop(offer)
        caller.offers.discard(offer.id)
        agent.last_answer[queue.id] = self._number()
        yield m.ConnectCaller(offer.id, caller.journey, agent.id, self._visit(caller, now), rung)
        yield self._talks(agent, m.Talking(now, caller.journey, m.Engagement.QUEUE, queue.wrap_up))
        yield from self._withdraw_all(caller, m.Withdrawal.ANSWERED_ELSEWHERE, now)

    # ------------------------------------------------------------ offers

    def _line(self) -> list[_Caller]:
        """All who wait, in the order in which they are served."""
        return sorted(
            self._callers.values(),
            key=lambda c: (-self._queues[c.queue].weight, -c.priority, c.joined_at, c.order),
        )

    def _distribute(self, now: float) -> Iterator[m.AcdCommand]:
        free = {
            a.id: a
            for a in self._agents.values()
            if a.reachable and isinstance(a.state, m.Ready) and a.paused_until <= now
        }
        for caller in self._line():
            if not free:
                return
            queue = self._queues[caller.queue]
            able = [agent for agent in free.values() if queue.id in agent.queues]
            match queue.strategy:
                case m.Strategy.RING_ALL:
                    chosen = able
                case m.Strategy.ROTATE_WITH_MEMORY:
                    chosen = [] if caller.offers else self._next_in_turn(caller, able)
                case _:
                    assert_never(queue.strategy)
            for agent in chosen:
                del free[agent.id]
                offer = _Offer(OfferId(f"o{self._number()}"), caller.journey, agent.id, now + queue.ring_timeout)
                self._offers[offer.id] = offer
                caller.offers.add(offer.id)
                caller.offered += 1
                yield m.RingAgent(offer.id, caller.journey, queue.id, agent.id)
                yield self._set(agent, m.Ringing(now, offer.id))

    @staticmethod
    def _next_in_turn(caller: _Caller, able: list[_Agent]) -> list[_Agent]:
        if not able:
            return []
        fresh = [agent for agent in able if agent.id not in caller.tried]
        if not fresh:
            caller.tried.clear()
            fresh = able
        turn = min(fresh, key=lambda agent: (agent.last_answer.get(caller.queue, 0), agent.id))
        caller.tried.add(turn.id)
        return [turn]

    def _withdraw(self, offer: _Offer, cause: m.Withdrawal, now: float) -> Iterator[m.AcdCommand]:
        self._drop(offer)
        yield m.WithdrawOffer(offer.id, offer.agent, cause)
        yield from self._to_rest(self._agents[offer.agent], now)

    def _withdraw_all(self, caller: _Caller, cause: m.Withdrawal, now: float) -> Iterator[m.AcdCommand]:
        for offer_id in sorted(caller.offers, key=_offer_number):
            yield from self._withdraw(self._offers[offer_id], cause, now)

    def _stop_ringing(self, agent: _Agent, now: float) -> Iterator[m.AcdCommand]:
        if isinstance(agent.state, m.Ringing):
            yield from self._withdraw(self._offers[agent.state.offer], m.Withdrawal.AGENT_GONE, now)

    def _drop(self, offer: _Offer) -> None:
        del self._offers[offer.id]
        if caller := self._callers.get(offer.journey):
            caller.offers.discard(offer.id)

    def _flow_out(self, caller: _Caller, reason: m.FlowOutReason, now: float) -> Iterator[m.AcdCommand]:
        del self._callers[caller.journey]
        yield from self._withdraw_all(caller, m.Withdrawal.FLOWED_OUT, now)
        yield m.FlowOut(caller.journey, reason, self._visit(caller, now))

    def _flow_out_of_empty(self, now: float) -> Iterator[m.AcdCommand]:
        for caller in list(self._callers.values()):
            if not self._queues[caller.queue].waits_without_agents and not self.signed_in(caller.queue):
                yield from self._flow_out(caller, m.FlowOutReason.NO_AGENT, now)

    # ------------------------------------------------------------ small things

    def _visit(self, caller: _Caller, now: float) -> m.Visit:
        return m.Visit(caller.queue, now - caller.joined_at, caller.offered, len(self.signed_in(caller.queue)))

    def _to_rest(self, agent: _Agent, now: float) -> Iterator[m.AcdCommand]:
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

    @staticmethod
    def _set(agent: _Agent, state: m.AgentState) -> m.AgentChanged:
        agent.state = state
        return m.AgentChanged(agent.id, state)

    def _deadline(self, caller: _Caller) -> float | None:
        longest = self._queues[caller.queue].max_wait
        return None if longest is None else caller.joined_at + longest

    def _number(self) -> int:
        self._count += 1
        return self._count


def _offer_number(offer: OfferId) -> int:
    return int(offer[1:])
