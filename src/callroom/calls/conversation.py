"""Carries out a conversation of a customer and an agent (or of two colleagues): ``core.conversation`` decides."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from callroom.calls.consulting import Consultation, Line
from callroom.calls.engagement import engage, release
from callroom.calls.live import Guest
from callroom.calls.meeting import Meeting
from callroom.calls.page_watch import PageWatch
from callroom.calls.party import Party
from callroom.calls.surveying import surveyed_queue
from callroom.calls.talk_time import TalkTime
from callroom.calls.taping import Taping
from callroom.core import conversation as c
from callroom.core.acd.model import Engagement
from callroom.core.ids import AgentId, RoomId, TapeId
from callroom.core.journeys.facts import TalkStarted
from callroom.core.routing.model import ToHangUp
from callroom.errors import InternalCall, NotNow
from callroom.telephony.port import Snapshot

if TYPE_CHECKING:
    from callroom.calls.call import Call

log = structlog.get_logger(__name__)
# What colleagues in a plain internal call may not do (CC-14).
_KEPT = c.HoldPressed | c.ResumePressed | c.MutePressed | c.TransferPressed | c.ConsultPressed


class Conversation:
    """``call.main`` is the customer's side. Make it, then ``await run()``; ``press`` is what people do meanwhile."""

    def __init__(
        self,
        call: "Call",
        agent: Party,
        *,
        kind: Engagement,
        record: bool = True,
        wrap_up: float = 0.0,
        adopted: "Adopted | None" = None,
    ) -> None:
        """``wrap_up``: seconds each agent owes after it; the distributor has the first one as talking already."""
        self.call = call
        self.agent = agent
        self.guests: list[Party] = []  # who else is in the room
        self.state: c.State = c.Talking()
        self.internal = kind is Engagement.INTERNAL
        self._kind = kind
        self._record = record
        self._wrap_up = wrap_up
        self._adopted = adopted
        self._meeting = Meeting(self, adopted.room if adopted else call.new_room())
        self._over: asyncio.Future[c.Outcome] = asyncio.get_running_loop().create_future()
        self._time = TalkTime(call.exchange.clock)
        self._consultation: Consultation | None = None
        self._taping = Taping(call)
        self._page = PageWatch(self)
        self.over = False
        self._heeding: list[Callable[[], None]] = []

    async def run(self) -> c.Outcome:
        """Until somebody hangs up, or the agent hands the call on. When the main party hangs up it is cancelled."""
        call, exchange = self.call, self.call.exchange
        call.conversation = self
        try:
            if self._adopted is None:
                self._begin()
            else:
                self._go_on(self._adopted)
            self._follow_agent()
            outcome = await asyncio.shield(self._over)
        except asyncio.CancelledError:
            decided = self._over.done()
            self._over.cancel()  # nothing happens in it any more
            gone = call.turns or (call.main is not None and call.main.gone)
            if gone and not decided:
                exchange.telephony.hang_up(self.agent.leg)
            if decided or gone:
                self._finish()
            raise
        finally:
            self._page.stop()
            call.conversation = None
            self._is_over()
        self._count()
        self._finish(ends=self._ends_with(outcome))
        return outcome

    def _ends_with(self, outcome: c.Outcome) -> bool:
        """Whether it is over for the customer too; he stays who is to be asked about the service."""
        if not isinstance(outcome, c.HungUp) or outcome.by is c.Side.NOBODY:
            return False
        return outcome.by is not c.Side.AGENT or surveyed_queue(self.call, self.agent) is None

    @property
    def goes_on(self) -> bool:
        """The agent is in it, as far as anybody knows."""
        return not self._over.done() and isinstance(self.state, c.Talking | c.Held | c.Consulting)

    def led_by(self, agent: AgentId) -> bool:
        """Whether it is his to act in: the agent's, or in an internal call either side's."""
        return agent in (self.agent.agent, self.call.main.agent if self.call.main else None)

    def press(self, event: c.Event) -> None:
        """Take what the agent pressed. Raises ``NotNow``, ``InternalCall``."""
        if self.internal and isinstance(event, _KEPT):
            raise InternalCall(type(event).__name__)
        self.take(event)

    def keys(self, digits: str) -> None:
        """Send keypad tones to the customer's side. Raises ``NotNow`` while he is on hold."""
        if not self.with_customer or self.call.main is None:
            raise NotNow("keys", type(self.state).__name__)
        self.call.exchange.telephony.send_digits(self.call.main.leg, digits)

    def heed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when the agent goes on at another phone, when another is the agent, and when it is over.

        Returns what ends it."""
        self._heeding.append(listener)
        return lambda: self._heeding.remove(listener)

    def _tell(self) -> None:
        for listener in list(self._heeding):
            listener()

    def _is_over(self) -> None:
        if not self.over:
            self.over = True
            self._tell()

    def dissolve(self) -> None:
        """One side goes on in another call: this one is over, and the talk hangs up nobody."""
        if not self._over.done():
            self.state = c.HungUp(c.Side.AGENT)
            self._over.set_result(self.state)

    # ------------------------------------------------------------ begin and end

    def _begin(self) -> None:
        call, exchange = self.call, self.call.exchange
        self._meeting.open()
        # Before they hear each other: whenever the server goes, the next one knows that these two belong together.
        self.checkpoint()
        exchange.mark_agent_leg(call, self.agent)
        self._meeting.gather()
        self._note_begun()
        if self._record:
            self._taping.start(self.agent.agent)
        call.show(
            state="talking",
            agent=self.agent.agent or call.view.agent,
            offered_to=[],
            answered_at=call.view.answered_at or exchange.now(),
            recording=self._record,
            internal=self.internal,
            muted=False,
        )

    def _go_on(self, adopted: "Adopted") -> None:
        """A former server process began this talk."""
        away = max(0.0, self.call.exchange.now().timestamp() - adopted.at)
        self._time.go_on(adopted.talk, adopted.hold, away, held=adopted.held)
        muted, by_phone = adopted.muted, adopted.by_phone
        self.state = c.Held(muted, by_phone=by_phone) if adopted.held else c.Talking(muted)
        if adopted.consulted is not None:
            by_line = adopted.line is not None
            self.state = c.Consulting(ToHangUp(), True, aside=not adopted.held, muted=muted, by_phone=by_line)
            self._consultation = Consultation(self, ToHangUp(), adopted.consulted, adopted.line)
            engage(self.call, adopted.consulted.agent, Engagement.INTERNAL)
        if adopted.held and not by_phone:
            self.call.play_music()
        for guest in adopted.guests:
            self._welcome(guest)
        self.reconcile(adopted.snapshot)
        view = self.call.view
        view.agent, view.internal, view.recording = self.agent.agent or view.agent, self.internal, self._record
        self._show()
        if adopted.tape is not None:
            self._taping.go_on(adopted.tape)
        elif self._record:
            self._taping.start(self.agent.agent)
        self.checkpoint()

    def _finish(self, *, ends: bool = False) -> None:
        """The talk is over for the agent. Unless the call ``ends``, the flow says what becomes of the customer."""
        telephony = self.call.exchange.telephony
        self._is_over()
        self._book(self.agent)
        if self._consultation is not None:
            self._consultation.drop()
        for guest in self.guests:
            telephony.hang_up(guest.leg)
            release(self.call, guest.agent)
        self._taping.stop()
        if ends:
            self.call.let_go()  # before the room goes, which would first take out who is to go on
        self._meeting.close()
        self.call.view.recording = False
        self.call.view.guests, self.call.view.consult = [], None

    # ------------------------------------------------------------ the room

    def present(self) -> list[Party]:
        """Who is to hear each other now."""
        main = [self.call.main] if self.call.main else []
        consulted = [self._consultation.party] if self._consultation and self._consultation.party else []
        match self.state:
            case c.Talking() | c.Consulting(aside=True) | c.Held(by_phone=True) | c.Consulting(by_phone=True):
                return [*main, self.agent, *self.guests]
            case c.Consulting(answered=True):
                return [self.agent, *consulted, *self.guests]
            case c.Held():
                return [self.agent, *self.guests]
            case _:
                return self.guests

    @property
    def with_customer(self) -> bool:
        """Whether the two talk, and nobody is on hold."""
        return isinstance(self.state, c.Talking) or (isinstance(self.state, c.Consulting) and self.state.aside)

    def reconcile(self, snapshot: Snapshot) -> None:
        """Join them again if the engine did not hear of it."""
        self._meeting.reconcile(snapshot)

    def give_up(self) -> None:
        """They cannot be brought together."""
        self._over.set_result(c.HungUp(c.Side.NOBODY))

    # ------------------------------------------------------------ who else takes part

    def add_guest(self, guest: Party) -> None:
        """Bring a third party in: all hear each other. When the agent leaves, the guest goes on with the customer."""
        self.call.exchange.mark_agent_leg(self.call, guest)
        self._welcome(guest)
        self._meeting.add(guest)
        self._show()
        self.checkpoint()

    def _welcome(self, guest: Party) -> None:
        self.guests.append(guest)
        guest.ended.add_done_callback(lambda _: self.drop_guest(guest))

    def drop_guest(self, guest: Party) -> None:
        """He is no guest any more, whether he left or goes on elsewhere."""
        if guest in self.guests:
            self.guests.remove(guest)
            release(self.call, guest.agent)
            if not self._over.done():
                self._show()
                self.checkpoint()

    def replace_agent(self, successor: Party) -> None:
        """Another goes on in the agent's place: a guest, or a leader who takes over. The former one is let go."""
        self._hand_over(successor)
        self.take(c.AgentReplaced())

    def _hand_over(self, successor: Party) -> None:
        call, exchange = self.call, self.call.exchange
        former, self.agent = self.agent, successor
        self._book(former)
        call.take_in(successor)
        if successor in self.guests:
            self.guests.remove(successor)
        engage(call, successor.agent, self._kind, self._wrap_up)
        exchange.mark_agent_leg(call, successor)
        self._note_begun()
        call.view.agent, call.view.muted = successor.agent, False
        exchange.telephony.hang_up(former.leg)
        if former.agent != successor.agent:
            release(call, former.agent)
        self._follow_agent()

    def _follow_agent(self) -> None:
        agent = self.agent
        agent.ended.add_done_callback(lambda _: self._agent_left(agent))
        self._page.follow(agent)
        self._tell()

    def _agent_left(self, agent: Party) -> None:
        if agent is self.agent and not self._over.done():
            self.take(c.AgentLeft())

    def agent_back(self, agent: Party) -> None:
        """His page answered again: this is its new leg."""
        self._book(self.agent)
        self.agent = agent
        self.call.exchange.mark_agent_leg(self.call, agent)
        self.take(c.PageBack())
        self._follow_agent()

    def agent_given_up(self) -> None:
        if self.guests:
            self.replace_agent(self.guests[0])
        else:
            self.take(c.PageGivenUp())

    # ------------------------------------------------------------ the machine

    def take(self, event: c.Event) -> None:
        """Let something happen. Raises ``NotNow``, and nothing changes."""
        if self._over.done():
            raise NotNow(type(event).__name__, type(self.state).__name__)
        goes = event in (c.AgentLeft(), c.HangUpPressed())
        if goes and self.guests and isinstance(self.state, c.Talking | c.Held):
            self.replace_agent(self.guests[0])
            return
        self._count()
        try:
            self.state, commands = c.step(self.state, event)
        except c.Impossible:
            raise NotNow(type(event).__name__, type(self.state).__name__) from None
        if isinstance(event, c.ConsultPressed):
            self._consultation = Consultation(self, event.to)
        if isinstance(event, c.ConsultDialled):
            line = Line(self.call.exchange.parties[event.line], self.call.new_room())
            self._consultation = Consultation(self, event.to, line=line)
        for command in commands:
            self._do(command)
        if not isinstance(self.state, c.HungUp | c.Transferred):
            self._show()
            self.checkpoint()

    def _do(self, command: c.Command) -> None:
        telephony, consultation = self.call.exchange.telephony, self._consultation
        match command:
            case c.Command.JOIN_CONSULTED if consultation is not None and consultation.line is not None:
                consultation.meet(consultation.line)
            case c.Command.JOIN | c.Command.JOIN_CONSULTED | c.Command.STOP_RINGING:
                self._meeting.gather()
            case c.Command.PLAY_MUSIC:
                self.call.play_music()
            case c.Command.MUTE | c.Command.UNMUTE:
                if not self.agent.browser:  # a page mutes its own microphone: it follows the call's view
                    telephony.mute(self.agent.leg, command is c.Command.MUTE)
            case c.Command.DROP_AGENT:
                telephony.hang_up(self.agent.leg)
            case c.Command.RING_AGENT_BACK:
                self._page.ring_back()
            case c.Command.RING_CONSULTED:
                assert consultation is not None
                if consultation.line is None:
                    self._meeting.leave(self.agent)
                    telephony.ring(self.agent.leg)
                consultation.ring()
            case c.Command.PARK_CONSULTED:
                if consultation is not None and consultation.party is not None:
                    telephony.start_music(consultation.party.leg)
            case c.Command.DROP_CONSULTED:
                if consultation is not None:
                    consultation.drop()
            case c.Command.MAKE_GUEST:
                assert consultation is not None
                self._welcome(consultation.give())
            case c.Command.HAND_OVER:
                assert consultation is not None
                self._hand_over(consultation.give())
            case c.Command.FINISH:
                assert isinstance(self.state, c.HungUp | c.Transferred)
                self._over.set_result(self.state)

    # ------------------------------------------------------------ telling and booking

    def _show(self) -> None:
        match self.state:
            case c.Talking():
                state = "talking"
            case c.Held():
                state = "held"
            case c.Consulting(aside=aside):
                state = "talking" if aside else "consulting"
            case _:
                state = "rejoining"
        name_of = self.call.exchange.name_of
        self.call.show(
            state=state,
            muted=self._muted,
            guests=[Guest(g.agent, name_of(g.agent) if g.agent else "", g.number, g.leads) for g in self.guests],
            consult=self._consultation.view(self.state) if self._consultation else None,
        )

    @property
    def _muted(self) -> bool:
        muted = c.muted_in(self.state)
        return self.call.view.muted if muted is None else muted

    def _note_begun(self) -> None:
        name = self.call.exchange.name_of(self.agent.agent) if self.agent.agent else ""
        self.call.note(TalkStarted(self.agent.agent, name, self.agent.leg))

    def _book(self, agent: Party) -> None:
        """What was talked with this party so far."""
        self._count()
        self.call.note(self._time.booked(agent.leg))

    def _count(self) -> None:
        self._time.count(talking=self.with_customer)

    def checkpoint(self) -> None:
        consulted = self._consultation.party if self._consultation else None
        line = self._consultation.line if self._consultation else None
        self.call.checkpoint(
            s="talk",
            leg=self.agent.leg,
            room=self._meeting.room,
            held=c.is_held(self.state),
            muted=self._muted,
            by_phone=isinstance(self.state, c.Held | c.Consulting) and self.state.by_phone,
            internal=self.internal,
            record=self._record,
            guests=[guest.leg for guest in self.guests],
            consulted=consulted.leg if consulted else None,
            **({"line": line.party.leg, "line_room": line.room} if line else {}),
            talk=round(self._time.talk, 2),
            hold=round(self._time.hold, 2),
            at=self.call.exchange.now().timestamp(),
        )


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a checkpoint told of a talk that went on without the server."""

    room: RoomId
    held: bool
    muted: bool
    by_phone: bool  # it is the agent's phone that holds him
    snapshot: Snapshot  # who is in which room
    tape: TapeId | None  # the recording that still runs
    talk: float  # seconds until ``at``
    hold: float
    at: float  # UTC, seconds
    guests: list[Party]
    consulted: Party | None
    line: Line | None  # the agent's second one, by which he asks
