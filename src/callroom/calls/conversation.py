"""Carries out a conversation of a customer and an agent (or of two colleagues): ``core.conversation`` decides."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from callroom.calls.engagement import engage, release
from callroom.calls.live import Guest
from callroom.calls.pages import POLL, is_lost
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing, Target
from callroom.core import conversation as c
from callroom.core.acd.model import Engagement
from callroom.core.ids import DeviceId, RoomId, TapeId
from callroom.core.journeys.facts import RecordingEnded, RecordingStarted, TalkEnded, TalkStarted
from callroom.errors import InternalCall, NotNow
from callroom.telephony.port import CallerId, Snapshot, TapeEnded, ToDevice

if TYPE_CHECKING:
    from callroom.calls.call import Call

log = structlog.get_logger(__name__)

PAGE_WAIT = 60.0  # seconds a customer is kept with music for an agent whose page is gone
REJOIN_RING = 10.0


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
        self._room: RoomId | None = adopted.room if adopted else None
        self._tape: TapeId | None = None
        self._over: asyncio.Future[c.Outcome] = asyncio.get_running_loop().create_future()
        self._since = call.exchange.clock()
        self._talk = self._hold = 0.0
        self._watch: asyncio.Task[None] | None = None
        self._unhear: Callable[[], None] = lambda: None
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
            self._count()
            if call.main is not None and call.main.gone:
                exchange.telephony.hang_up(self.agent.leg)
                self._finish()
            raise
        finally:
            self._unhear()
            if self._watch:
                self._watch.cancel()
            call.conversation = None
            self._is_over()
        self._count()
        self._finish()
        return outcome

    def press(self, event: c.Event) -> None:
        """Take what the agent pressed. Raises ``NotNow``, ``InternalCall``."""
        kept = c.HoldPressed | c.ResumePressed | c.MutePressed | c.TransferPressed
        if self.internal and isinstance(event, kept):
            raise InternalCall(type(event).__name__)
        self._take(event)

    def keys(self, digits: str) -> None:
        """Send keypad tones to the customer's side. Raises ``NotNow`` while he is on hold."""
        if not isinstance(self.state, c.Talking) or self.call.main is None:
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

    # ------------------------------------------------------------ who else takes part

    def add_guest(self, guest: Party) -> None:
        """Bring a third party in: all hear each other. When the agent leaves, the guest goes on with the customer."""
        assert self._room is not None
        telephony = self.call.exchange.telephony
        sent = telephony.enter(self._room, guest.leg)
        self.call.exchange.if_refused(sent, partial(telephony.hang_up, guest.leg))
        self.call.exchange.mark_agent_leg(self.call, guest)
        self._welcome(guest)
        self._show_guests()

    def _welcome(self, guest: Party) -> None:
        self.guests.append(guest)
        guest.ended.add_done_callback(lambda _: self.drop_guest(guest))

    def drop_guest(self, guest: Party) -> None:
        """He is no guest any more, whether he left, leads the talk now, or goes on elsewhere."""
        if guest in self.guests:
            self.guests.remove(guest)
            if not self._over.done():
                self._show_guests()

    def _show_guests(self) -> None:
        name_of = self.call.exchange.name_of
        self.call.show(
            guests=[Guest(g.agent, name_of(g.agent) if g.agent else "", g.number, g.leads) for g in self.guests]
        )
        self._checkpoint()

    def replace_agent(self, successor: Party) -> None:
        """Another goes on in the agent's place: a guest, or a leader who takes over. The former one is let go."""
        call, exchange = self.call, self.call.exchange
        former = self.agent
        self._book(former)
        call.take_in(successor)
        self.drop_guest(successor)
        if self._watch is not None:
            self._watch.cancel()
        self.agent = successor
        engage(call, successor.agent, self._kind, self._wrap_up)
        exchange.mark_agent_leg(call, successor)
        self._note_begun()
        self._take(c.AgentReplaced())
        call.show(agent=successor.agent or None, muted=False)
        exchange.telephony.hang_up(former.leg)
        if former.agent != successor.agent:
            release(call, former.agent)
        self._follow_agent()

    # ------------------------------------------------------------ begin and end

    def _begin(self) -> None:
        call, exchange = self.call, self.call.exchange
        assert call.main is not None
        self._room = call.new_room()
        exchange.telephony.open_room(self._room)
        # Before they hear each other: whenever the server goes, the next one knows that these two belong together.
        self._checkpoint()
        exchange.mark_agent_leg(call, self.agent)
        self._enter(self._room)
        self._note_begun()
        if self._record:
            self._start_tape()
        call.show(
            state="talking",
            agent=self.agent.agent or call.view.agent,
            offered_to=[],
            answered_at=call.view.answered_at or exchange.now(),
            recording=self._record,
            internal=self.internal,
            muted=False,
        )

    def _note_begun(self) -> None:
        name = self.call.exchange.name_of(self.agent.agent) if self.agent.agent else ""
        self.call.note(TalkStarted(self.agent.agent, name, self.agent.leg))

    def _enter(self, room: RoomId, *, again: bool = True) -> None:
        """Bring all together; in another room, or not at all, if the engine refuses."""
        call, exchange = self.call, self.call.exchange
        assert call.main is not None
        sent = exchange.telephony.enter(room, call.main.leg, self.agent.leg, *(guest.leg for guest in self.guests))
        call.joined_a_room()

        def refused() -> None:
            if self._over.done() or not isinstance(self.state, c.Talking):
                return
            if again:
                self._new_room()
            else:
                log.error("two parties cannot be brought together", call=call.journey)
                exchange.telephony.hang_up(self.agent.leg)
                self._over.set_result(c.HungUp(c.Side.NOBODY))

        exchange.if_refused(sent, refused)

    def _new_room(self) -> None:
        telephony = self.call.exchange.telephony
        if self._room is not None:
            telephony.close_room(self._room)
        self._room = self.call.new_room()
        telephony.open_room(self._room)
        self._checkpoint()
        self._enter(self._room, again=False)

    def reconcile(self, snapshot: Snapshot) -> None:
        """Join both again if the engine did not hear of it."""
        main = self.call.main
        seen = next((room for room in snapshot.rooms if room.room == self._room), None)
        all_legs = {party.leg for party in (main, self.agent, *self.guests) if party is not None}
        joined = seen is not None and all_legs <= set(seen.legs)
        if joined or self._over.done() or self.agent.gone or not isinstance(self.state, c.Talking):
            return
        if seen is None:
            self._new_room()
        else:
            self._enter(seen.room)

    def _go_on(self, adopted: "Adopted") -> None:
        """A former server process began this talk."""
        away = max(0.0, self.call.exchange.now().timestamp() - adopted.at)
        self._talk = adopted.talk + (0.0 if adopted.held else away)
        self._hold = adopted.hold + (away if adopted.held else 0.0)
        if adopted.held:
            self.state = c.Held()
            self.call.play_music()
        for guest in adopted.guests:
            self._welcome(guest)
        self.reconcile(adopted.snapshot)
        self.call.show(
            state="held" if adopted.held else "talking",
            agent=self.agent.agent or self.call.view.agent,
            internal=self.internal,
            recording=self._record,
        )
        self._show_guests()
        if adopted.tape is not None:
            self._expect_tape(adopted.tape)
        elif self._record:
            self._start_tape()
        self._checkpoint()

    def _checkpoint(self) -> None:
        agent = self.agent
        self.call.checkpoint(
            s="talk",
            leg=agent.leg,
            room=self._room,
            held=isinstance(self.state, c.Held),
            internal=self.internal,
            record=self._record,
            guests=[guest.leg for guest in self.guests],
            talk=round(self._talk, 2),
            hold=round(self._hold, 2),
            at=self.call.exchange.now().timestamp(),
        )

    def _finish(self) -> None:
        """The talk is over for the agent; what becomes of the customer is the flow's to say."""
        exchange = self.call.exchange
        self._is_over()
        self._book(self.agent)
        for guest in self.guests:
            exchange.telephony.hang_up(guest.leg)
        if self._tape is not None:
            exchange.telephony.stop_tape(self._tape)
        if self._room is not None:
            sent = exchange.telephony.close_room(self._room)
            exchange.if_refused(sent, partial(exchange.telephony.close_room, self._room))
        self.call.view.recording = False

    def _start_tape(self) -> None:
        call, exchange = self.call, self.call.exchange
        assert call.main is not None
        tape = TapeId(exchange.new_id("rec"))
        path = f"{exchange.now():%Y/%m/%d}/{tape}"
        call.note(RecordingStarted(tape, path, self.agent.agent))
        self._expect_tape(tape, exchange.telephony.record_conversation(tape, call.main.leg, path))

    def _expect_tape(self, tape: TapeId, sent: Awaitable[None] | None = None) -> None:
        self._tape = tape

        def ended(event: TapeEnded) -> None:
            self.call.note(RecordingEnded(tape, round(event.seconds, 2), event.complete))
            if self._tape == tape:
                self._tape = None

        self.call.expect_tape(tape, ended, sent)

    # ------------------------------------------------------------ the machine

    def _take(self, event: c.Event) -> None:
        self._count()
        try:
            self.state, commands = c.step(self.state, event)
        except c.Impossible:
            raise NotNow(type(event).__name__, type(self.state).__name__) from None
        for command in commands:
            self._do(command)
        match self.state:
            case c.Talking(muted=muted):
                self.call.show(state="talking", muted=muted)
            case c.Held(muted=muted):
                self.call.show(state="held", muted=muted)
            case c.Rejoining():
                self.call.show(state="rejoining")
            case c.HungUp() | c.Transferred():
                return
        self._checkpoint()

    def _do(self, command: c.Command) -> None:
        telephony, main = self.call.exchange.telephony, self.call.main
        assert main is not None
        match command:
            case c.Command.JOIN if self._room is not None:
                self._enter(self._room)
            case c.Command.JOIN:
                pass
            case c.Command.PLAY_MUSIC:
                self.call.play_music()
            case c.Command.MUTE | c.Command.UNMUTE:
                if not self.agent.browser:  # a page mutes its own microphone: it follows the call's view
                    telephony.mute(self.agent.leg, command is c.Command.MUTE)
            case c.Command.DROP_AGENT:
                telephony.hang_up(self.agent.leg)
            case c.Command.RING_AGENT_BACK:
                self._start_watch(self._rejoin())
            case c.Command.FINISH:
                assert isinstance(self.state, c.HungUp | c.Transferred)
                if not self._over.done():
                    self._over.set_result(self.state)

    def _count(self) -> None:
        """Book the time since the last change as talk or hold."""
        now = self.call.exchange.clock()
        if isinstance(self.state, c.Talking):
            self._talk += now - self._since
        else:
            self._hold += now - self._since
        self._since = now

    # ------------------------------------------------------------ the agent's phone

    def _follow_agent(self) -> None:
        agent = self.agent
        agent.ended.add_done_callback(lambda _: self._agent_left(agent))
        if agent.browser and agent.device is not None:
            self._unhear()
            self._unhear = self.call.exchange.hear_device(agent.device, self._page_changed)
            if not self.call.exchange.device_online(agent.device):  # also after a restart: nobody has told yet
                self._page_changed()
        self._tell()

    def _agent_left(self, agent: Party) -> None:
        if agent is not self.agent or self._over.done():
            return
        if self.guests and not isinstance(self.state, c.Rejoining):
            self.replace_agent(self.guests[0])
        else:
            self._take(c.AgentLeft())

    def _page_changed(self) -> None:
        """The page's connection came or went. Its sound may go on all the same, so that is what is looked at."""
        if not isinstance(self.state, c.Talking | c.Held):
            return
        self._start_watch(self._look_for_sound(self.agent))

    def _start_watch(self, work: Coroutine[Any, Any, None]) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.call.exchange.spawn(work, name=f"page of {self.call.journey}")

    async def _look_for_sound(self, agent: Party) -> None:
        if await is_lost(self.call.exchange, agent) and not self._over.done():
            self._take(c.PageLost())

    async def _rejoin(self) -> None:
        """Ring the agent's page as soon as it is back, for ``PAGE_WAIT`` seconds at most."""
        lost = self.agent
        assert lost.device is not None
        try:
            async with asyncio.timeout(PAGE_WAIT):
                while True:
                    await self._online(lost.device)
                    target = Target(ToDevice(lost.device), "agent", lost.number, lost.agent, browser=True)
                    shown = CallerId(self.call.view.from_number, self.call.view.from_name)
                    ring = Ringing(self.call, [target], shown=shown, timeout=REJOIN_RING, auto_answer=True)
                    try:
                        self.agent = await ring.answered()
                        break
                    except NotAnswered as error:
                        log.info("the page did not take its call back", call=self.call.journey, cause=error.cause)
                        await asyncio.sleep(POLL)
        except TimeoutError:
            self._take(c.PageGivenUp())
            return
        self._book(lost)
        self._take(c.PageBack())
        self._follow_agent()

    def _book(self, agent: Party) -> None:
        """What was talked with this party so far."""
        self._count()
        self.call.note(TalkEnded(agent.leg, round(self._talk, 2), round(self._hold, 2)))
        self._talk = self._hold = 0.0

    async def _online(self, device: DeviceId) -> None:
        exchange = self.call.exchange
        changed = asyncio.Event()
        unhear = exchange.hear_device(device, changed.set)
        try:
            while not exchange.device_online(device):
                changed.clear()
                await changed.wait()
        finally:
            unhear()


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a checkpoint told of a talk that went on without the server."""

    room: RoomId
    held: bool
    snapshot: Snapshot  # who is in which room
    tape: TapeId | None  # the recording that still runs
    talk: float  # seconds until ``at``
    hold: float
    at: float  # UTC, seconds
    guests: list[Party]
