"""The distributor at work: its commands are carried out on phones, its timers kept, its visits noted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom
from typing import TYPE_CHECKING, assert_never

from callroom.calls.offers import Offers
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing
from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.directory import Directory
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId
from callroom.core.journeys.facts import AgentLine, OfferEnd, OfferFailed, Outcome, QueueLeft
from callroom.telephony.port import CallerId, EndCause

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Connected:
    agent: AgentId
    party: Party


@dataclass(frozen=True, slots=True)
class FlowedOut:
    reason: m.FlowOutReason


Result = Connected | FlowedOut


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in a queue. ``begin`` gives his call, which for one without a leg begins with the first offer."""

    result: "asyncio.Future[Result]"
    begin: "Callable[[], Call]"
    absent: bool = False  # his visit was over when he asked to be called back
    offers: Offers = field(default_factory=Offers)


_HEARD = {  # what a phone is told that stops ringing
    m.Withdrawal.ANSWERED_ELSEWHERE: EndCause.ANSWERED_ELSEWHERE,
    m.Withdrawal.CALLER_LEFT: EndCause.CANCELLED,
    m.Withdrawal.TIMED_OUT: EndCause.CANCELLED,
    m.Withdrawal.FLOWED_OUT: EndCause.CANCELLED,
    m.Withdrawal.AGENT_GONE: EndCause.CANCELLED,
}
# How an offer ends by which the visit does not; else the visit's own end says how.
_WITHDRAWN: dict[m.Withdrawal, OfferEnd] = {
    m.Withdrawal.TIMED_OUT: "not_answered",
    m.Withdrawal.AGENT_GONE: "agent_gone",
}
_WITH_THE_VISIT: dict[Outcome, OfferEnd] = {
    "answered": "answered_elsewhere",
    "abandoned": "caller_left",
    "flowed_out": "flowed_out",
}
_LET_RING: dict[EndCause, OfferEnd] = {
    EndCause.REJECTED: "refused",
    EndCause.BUSY: "refused",
    EndCause.NO_ANSWER: "not_answered",
}


class Acd:
    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self.distributor = Distributor([], chance=SystemRandom().random)
        self._waiting: dict[JourneyId, Waiting] = {}
        self._offers: dict[OfferId, Ringing] = {}
        self._keys: dict[JourneyId, str] = {}  # with which a caller leaves just now
        self._timer: asyncio.TimerHandle | None = None
        self._told: dict[AgentId, m.AgentState] = {}

    def set_directory(self, directory: Directory, before: Directory) -> None:
        """Follow a changed configuration.

        Who waits in a deleted queue flows out. A signed-in agent leaves queues that are not his any more and joins
        those he was added to; one who takes no calls any more is signed out, after his talk if he has one.
        """
        self.handle(m.AgentsChanged(tuple(agent.profile for agent in directory.agents.values())))
        self.handle(m.QueuesChanged(tuple(queue.settings for queue in directory.queues.values())))
        for agent, was in before.agents.items():
            if isinstance(self.distributor.rest_of(agent), m.SignedOut):
                continue
            now = directory.agents.get(agent)
            if now is None or not now.takes_calls:
                self.handle(m.PresenceChosen(agent, m.SignedOut()))
                continue
            serves = self.distributor.queues_of(agent)
            wanted = (serves & now.queues) | (now.queues - was.queues)
            if wanted != serves:
                self.handle(m.AgentSignedIn(agent, wanted))

    # ------------------------------------------------------------ callers

    def join(
        self,
        call: "Call",
        queue: QueueId,
        *,
        waited: float = 0.0,
        priority: int = 0,
        skills: tuple[tuple[SkillId, int], ...] = (),
    ) -> "asyncio.Future[Result]":
        """Let a caller wait; the result tells how the visit ended. ``leave`` when he hangs up."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[call.journey] = Waiting(result, lambda: call)
        served_by = self._served_by(call, queue)
        self.handle(m.CallerJoined(call.journey, queue, priority, waited, call.tier, served_by, skills=skills))
        self._exchange.board.show_queue(queue)
        return result

    def rank(self, call: "Call") -> None:
        """Who a caller is became known: if he waits, his tier and who served him last count from now on."""
        if call.journey in self._waiting and call.view.queue is not None:
            served_by = self._served_by(call, QueueId(call.view.queue.id))
            if call.tier or served_by:
                self.handle(m.CallerRanked(call.journey, call.tier, served_by))

    def _served_by(self, call: "Call", queue: QueueId) -> AgentId | None:
        """Who served the caller last in this queue, within the days it looks back."""
        served = call.served.get(queue)
        known = self._exchange.directory.queues.get(queue)
        if served is None or known is None:
            return None
        agent, at = served
        return agent if at >= self._exchange.now() - timedelta(days=known.settings.sticky_days) else None

    def join_absent(
        self, journey: JourneyId, queue: QueueId, *, waited: float, begin: "Callable[[], Call]"
    ) -> "asyncio.Future[Result]":
        """Let somebody wait who is to be called back; ``begin`` makes his call when the first agent is rung."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[journey] = Waiting(result, begin, absent=True)
        self.handle(m.CallerJoined(journey, queue, waited=waited, patient=True))
        self._exchange.board.show_queue(queue)
        return result

    def rank_absent(self, journey: JourneyId, tier: int) -> None:
        """Who is to be called back became known: his tier counts from now on."""
        if tier and journey in self._waiting:
            self.handle(m.CallerRanked(journey, tier, None))

    def leave_by_choice(self, journey: JourneyId, reason: m.FlowOutReason, key: str) -> None:
        """The caller pressed a key that leads out of the queue; nothing when an agent was quicker."""
        self._keys[journey] = key
        self.handle(m.CallerChose(journey, reason))
        self._keys.pop(journey, None)

    def leave(self, journey: JourneyId) -> None:
        self.handle(m.CallerLeft(journey))

    # ------------------------------------------------------------ the loop

    def handle(self, event: m.AcdEvent) -> None:
        self._carry_out(self.distributor.handle(event, self._exchange.clock()))

    def _tick(self) -> None:
        self._carry_out(self.distributor.tick(self._exchange.clock()))

    def _carry_out(self, commands: list[m.AcdCommand]) -> None:
        for command in commands:
            match command:
                case m.RingAgent():
                    self._ring(command)
                case m.WithdrawOffer(offer, agent, cause):
                    if ring := self._offers.pop(offer, None):
                        ring.stop(_HEARD[cause])
                        if ended := _WITHDRAWN.get(cause):
                            self._offer_ended(ring.call, offer, ended)
                        self._no_longer_offered(ring.call, agent)
                    if cause is m.Withdrawal.TIMED_OUT:
                        self._exchange.board.count_refusal(agent)
                case m.ConnectCaller():
                    self._connect(command)
                case m.FlowOut(journey, reason, visit):
                    waiting = self._waiting.pop(journey)
                    self._left(waiting, visit, "flowed_out", reason=reason)
                    if not waiting.result.done():
                        waiting.result.set_result(FlowedOut(reason))
                case m.CallerAbandoned(journey, visit):
                    waiting = self._waiting.pop(journey)
                    self._left(waiting, visit, "abandoned")
                    waiting.result.cancel()
                case m.AgentChanged(agent, state):
                    self._agent_changed(agent, state)
                case _:
                    assert_never(command)
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self.distributor.next_timer()
        loop = asyncio.get_running_loop()
        self._timer = None if due is None else loop.call_at(max(due, loop.time()), self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    # ------------------------------------------------------------ offers

    def _ring(self, offer: m.RingAgent) -> None:
        waiting, exchange = self._waiting[offer.journey], self._exchange
        call = waiting.begin()
        view = call.view
        number = view.to_number if view.direction == "outbound" else view.from_number
        shown = CallerId(number, view.customer.name if view.customer else view.from_name)
        # The distributor takes the offer back when its time is up; the engine's own limit is only a net below it.
        settings = exchange.directory.queues[offer.queue].settings
        timeout = settings.ring_timeout + 10
        waiting.offers.ring(offer, settings, exchange.now(), exchange.clock())
        ring = Ringing(call, exchange.phones.of_agent(offer.agent), shown=shown, timeout=timeout)
        self._offers[offer.offer] = ring
        ring.result.add_done_callback(lambda done: self._rung(offer, done))
        if offer.agent not in view.offered_to:
            call.show(offered_to=[*view.offered_to, offer.agent], state="ringing")

    def _rung(self, offer: m.RingAgent, done: "asyncio.Future[Party]") -> None:
        if done.cancelled() or offer.offer not in self._offers:
            return
        if (error := done.exception()) is None:
            self.handle(m.OfferAnswered(offer.offer))
        else:
            cause = error.cause if isinstance(error, NotAnswered) else EndCause.FAILED
            ring = self._offers.pop(offer.offer)
            self._exchange.board.count_refusal(offer.agent)
            self._no_longer_offered(ring.call, offer.agent)
            self._offer_ended(ring.call, offer.offer, _LET_RING.get(cause, "unreachable"))
            self.handle(m.OfferRefused(offer.offer))

    def _offer_ended(self, call: "Call", offer: OfferId, ended: OfferEnd) -> None:
        """He who waits does so on."""
        waiting = self._waiting.get(call.journey)
        if waiting is None or waiting.absent:
            return
        waiting.offers.end(offer, ended, self._exchange.clock())
        for offered in waiting.offers.failed():
            call.note(OfferFailed(offered))

    def _no_longer_offered(self, call: "Call", agent: AgentId) -> None:
        left = [a for a in call.view.offered_to if a != agent]
        waits = call.journey in self._waiting and not left
        call.show(offered_to=left, **({"state": "waiting"} if waits else {}))

    def _connect(self, command: m.ConnectCaller) -> None:
        waiting = self._waiting.pop(command.journey)
        ring = self._offers.pop(command.offer)
        party = ring.result.result()
        waiting.offers.end(command.offer, "answered", self._exchange.clock())
        self._left(waiting, command.visit, "answered", command.agent)
        if not waiting.result.done():
            waiting.result.set_result(Connected(command.agent, party))

    def _left(
        self,
        waiting: Waiting,
        visit: m.Visit,
        outcome: Outcome,
        agent: AgentId | None = None,
        reason: str = "",
    ) -> None:
        if waiting.absent:
            self._exchange.board.show_queue(visit.queue)
            return
        call = waiting.begin()
        name = self._exchange.name_of(agent) if agent else ""
        call.note(
            QueueLeft(
                visit.queue,
                outcome,
                round(visit.wait, 3),
                visit.offers,
                visit.signed_in,
                agent,
                name,
                waiting.offers.close(_WITH_THE_VISIT[outcome], self._exchange.clock()),
                reason,
                key=self._keys.get(call.journey, ""),
                short=self._exchange.directory.company.short_abandon,
            )
        )
        self._exchange.board.count_visit(visit.queue, outcome, visit.wait, agent)

    # ------------------------------------------------------------ agents

    def _agent_changed(self, agent: AgentId, state: m.AgentState) -> None:
        exchange = self._exchange
        rest = self.distributor.rest_of(agent)
        reason = rest.reason if isinstance(rest, m.Busy | m.Away) else ""
        queues = tuple(sorted(self.distributor.queues_of(agent)))
        exchange.notes.note_agent(AgentLine(agent, exchange.now(), state_name(state), state_name(rest), reason, queues))
        until = None
        if isinstance(state, m.WrapUp):
            until = exchange.now() + timedelta(seconds=max(0.0, state.until - exchange.clock()))
        changed = self._told.get(agent) != state
        self._told[agent] = state
        if changed:
            exchange.rests.changed(agent, state)
        exchange.board.show_agent(agent, changed=changed, until=until)


def state_name(state: m.AgentState) -> str:
    match state:
        case m.SignedOut():
            return "offline"
        case m.Ready():
            return "ready"
        case m.Busy():
            return "busy"
        case m.Away():
            return "away"
        case m.Ringing():
            return "ringing"
        case m.Talking():
            return "talking"
        case m.WrapUp():
            return "wrap_up"
