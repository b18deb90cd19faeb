"""One call while it lives: its parties, what it shows, and the verbs that flows are written with."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from callroom.calls.ivr.memory import kept
from callroom.calls.live import About, CallView, Named
from callroom.calls.party import Party
from callroom.calls.pops import tell_others
from callroom.core.ids import AgentId, JourneyId, QueueId, RoomId, SoundId, TapeId
from callroom.core.ivr.templates import folded, is_private
from callroom.core.journeys.facts import (
    CustomerFound,
    Ended,
    EndedBy,
    Fact,
    LegAnswered,
    LegEnded,
    LegStarted,
    RecordingEnded,
)
from callroom.core.journeys.model import Journey
from callroom.telephony.port import DEFAULT_MUSIC, EndCause, LegGone, Snapshot, TapeEnded

if TYPE_CHECKING:
    from callroom.calls.conversation import Conversation
    from callroom.calls.exchange import Exchange
    from callroom.calls.supervising import Supervision

log = structlog.get_logger(__name__)
Flow = Callable[["Call"], Coroutine[Any, Any, None]]
MAIN = "main"  # the role in a main leg's note
RECOGNISED = 0.5  # seconds in which it must be known who calls


class Call:
    """A journey's call. ``main`` is the party whose hang-up ends the flow; ``view`` is what screens are shown."""

    def __init__(self, exchange: "Exchange", journey: JourneyId, view: CallView, language: str) -> None:
        self.exchange = exchange
        self.journey = journey
        self.view = view
        self.language = language
        self.main: Party | None = None
        self.conversation: Conversation | None = None
        self.supervision: Supervision | None = None  # of another call's talk
        self.went_to: JourneyId | None = None  # the call in which its main party has gone on
        self.lost: str | None = None  # why nobody could be reached, where the story does not tell
        self.ended_by: EndedBy | None = None
        self.recognised = asyncio.Event()  # who calls has been looked up
        self.tier = 0  # the customer's
        self.values: dict[str, str] = {}  # what flows keep of him
        self.chose_language = False  # in a flow: then a queue's own language does not change it
        self.served: dict[QueueId, tuple[AgentId, datetime]] = {}  # who served him last in each queue, and when
        self.closed = asyncio.Event()
        self._flow: asyncio.Task[None] | None = None
        self._audience: frozenset[AgentId] = frozenset()
        self._music: str | None = None  # which one main hears
        self.about = About()  # every agent who was ever asked to take part, and every queue it was in
        self._stopped = False
        self._next: Flow | None = None  # what takes the place of its flow
        self._let_go: Party | None = None

    # ------------------------------------------------------------ life

    def run(self, flow: Flow) -> None:
        """Run the flow until it ends or ``main`` hangs up, then close the journey."""
        if self.main is not None and self.main.gone:
            self._close()
        else:
            self._flow = self.exchange.spawn(self._live(flow), name=f"call {self.journey}")

    async def _live(self, flow: Flow) -> None:
        try:
            await flow(self)
        except asyncio.CancelledError:
            then, self._next = self._next, None
            if then is not None and not self._stopped and self.main is not None and not self.main.gone:
                self._flow = self.exchange.spawn(self._live(then), name=f"call {self.journey}")
                return
            if not self._stopped and (self.main is None or not self.main.gone):
                raise  # the server is leaving: the call goes on without it
        except Exception:
            log.exception("a call's flow failed", call=self.journey)
            self.ended_by = "system"
        self._close()

    def stop(self, by: EndedBy) -> None:
        """End the call from outside, wherever its flow stands."""
        self.ended_by, self._stopped = by, True
        if self._flow is not None:
            self._flow.cancel()

    def turn_to(self, flow: Flow) -> None:
        """Leave whatever the flow does, as if the main party had gone, and let it go on with another one."""
        if self._flow is not None:
            self._next, self._music = flow, None
            self._flow.cancel()

    @property
    def turns(self) -> bool:
        """Whether its flow ends now because another one takes its place."""
        return self._next is not None

    @property
    def runs(self) -> bool:
        """Whether its flow has begun."""
        return self._flow is not None

    def close(self, by: EndedBy) -> None:
        """End a call whose flow never began."""
        self.ended_by = by
        self._close()

    def follow(self, party: Party) -> None:
        """Make a party the main one: its hang-up now ends the flow."""
        self.main = party
        party.ended.add_done_callback(lambda _: self._main_gone(party))

    def take_in(self, party: Party) -> None:
        """Let a party of another call go on in this one: what becomes of its leg is told here from now on."""
        if party.journey == self.journey:
            return
        former = self.exchange.calls.get(party.journey)
        if former is not None:
            former.note(LegEnded(party.leg, EndCause.NORMAL))
            if former.main is party:
                former.main, former.went_to = None, self.journey
        party.journey = self.journey
        self.note(LegStarted(party.leg, party.role, party.number, party.agent, party.device, party.trunk))
        self.note(LegAnswered(party.leg))

    def _main_gone(self, party: Party) -> None:
        if self.main is party and self._flow is not None:
            self._flow.cancel()

    def let_go(self) -> None:
        """Hang up the main party, whose call is over; once."""
        if self.main is not None and not self.main.gone and self._let_go is not self.main:
            self._let_go = self.main
            self.exchange.telephony.hang_up(self.main.leg)

    def _close(self) -> None:
        main = self.main
        by: EndedBy = self.ended_by or (main.role if main and main.gone else "system")
        self.let_go()
        if main is not None and main.gone and main.ended.result() is EndCause.ENGINE_LOST:
            by, self.lost = "system", None if self.view.answered_at else "network"
        journey = self.exchange.notes.note(self.journey, Ended(by, self.lost))
        self.exchange.call_ended(self, by, journey.loss_reason if journey else None)
        self.closed.set()

    # ------------------------------------------------------------ telling

    @property
    def story(self) -> Journey:
        """What is known of it so far."""
        return self.exchange.notes.open_journeys()[self.journey]

    async def look_up(self) -> None:
        """Until it is known who calls; a slow database must not keep anybody waiting."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.recognised.wait(), RECOGNISED)

    def belongs_to(self, customer: str, name: str, tier: int) -> None:
        """It is with this customer, whoever was thought to call before."""
        self.note(CustomerFound(customer, name, tier))
        self.tier = tier
        self.show(customer=Named(customer, name))
        self.exchange.acd.rank(self)

    def show_values(self) -> None:
        """Show what flows have asked and found out, but for what agents may not see of it; ids of recordings say
        nothing to people."""
        spoken = {recording.id for recording in self.story.recordings}
        masked = self.exchange.directory.masked_values
        self.view.values = {
            name: value
            for name, value in self.values.items()
            if value and value not in spoken and not is_private(name) and folded(name) not in masked
        }

    def note(self, fact: Fact) -> None:
        self.exchange.notes.note(self.journey, fact)

    def show(self, **changes: Any) -> None:
        """Change the view; a new state starts a new ``since``."""
        if changes.get("state", self.view.state) != self.view.state:
            changes["since"] = self.exchange.now()
        rung = [one for one in changes.get("offered_to", ()) if one not in self.view.offered_to]
        for name, value in changes.items():
            setattr(self.view, name, value)
        self.tell()
        for agent in rung:
            tell_others(self, AgentId(agent), "call.offered")

    def tell(self) -> None:
        view = self.view
        dialler = self.main.agent if self.main else None  # in a call between colleagues both take part
        consulted = view.consult.agent if view.consult else None
        also = (guest.agent for guest in view.guests)
        audience = frozenset(AgentId(a) for a in (*view.offered_to, view.agent, dialler, consulted, *also) if a)
        gone = self._audience - audience
        self._audience = audience
        queues = frozenset((QueueId(view.queue.id),)) if view.queue else frozenset[QueueId]()
        if not (audience <= self.about.agents and queues <= self.about.queues):
            self.about = About(self.about.agents | audience, self.about.queues | queues)
        if not self.exchange.live.watched:
            self.exchange.live.skip()
            return
        self.exchange.live.tell("call.changed", msgspec.to_builtins(view), audience, self.about)
        if gone:  # for them alone the call is over: another agent has it
            over = {"id": self.journey, "ended_by": "elsewhere", "loss_reason": None, "into": None}
            self.exchange.live.tell("call.ended", over, gone)

    @property
    def audience(self) -> frozenset[AgentId]:
        return self._audience

    def checkpoint(self, **stage: Any) -> None:
        """Leave on the main leg what is needed to go on after a restart of the server."""
        assert self.main is not None
        note = {"j": self.journey, "r": MAIN, "lang": self.language, "v": kept(self.values), **stage}
        if self.chose_language:
            note["chose"] = True
        self.exchange.telephony.set_checkpoint(self.main.leg, msgspec.json.encode(note).decode())

    # ------------------------------------------------------------ sound

    async def answer(self) -> None:
        """Answer an arrived main leg; nothing when it is answered."""
        assert self.main is not None
        if not self.main.answered.done():
            with suppress(LegGone):  # its end is told on its own, and cancels this
                await self.exchange.telephony.answer(self.main.leg)
            await asyncio.shield(self.main.answered)

    async def say(self, files: Sequence[str], *, until_key: bool = False, to: Party | None = None) -> None:
        """Play sounds to one party (None: the main one), to their end; ``until_key``: a key of his cuts them short and
        waits to be taken."""
        party = to or self.main
        if not files or party is None:
            return
        sound, ended = self._play(files, party)
        key = asyncio.ensure_future(party.keys.some()) if until_key else None
        try:
            await asyncio.wait({ended, key} if key else {ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if key is not None:
                key.cancel()
            if not ended.done():
                self.exchange.telephony.stop_sound(sound)
                self.exchange.awaited.forget_sound(sound)

    async def inform(self, *prompts: str) -> None:
        """Say the system's own words to the main party, in the call's language; answered first, if it is not."""
        await self.answer()
        await self.say(self.exchange.sounds.system(self.language, *prompts))

    async def ask(self, files: Sequence[str], *, timeout: float, of: Party | None = None) -> str:
        """Play sounds to one party (None: the main one) and wait for one key of his, during them or ``timeout`` seconds
        after; "" for silence."""
        party = of or self.main
        assert party is not None
        await self.say(files, until_key=True, to=party)
        try:
            async with asyncio.timeout(timeout):
                return await party.keys.take()
        except TimeoutError:
            return ""

    def _play(self, files: Sequence[str], party: Party) -> tuple[SoundId, "asyncio.Future[bool]"]:
        sound = SoundId(self.exchange.new_id("s"))
        ended = self.exchange.awaited.expect_sound(sound)
        self.exchange.telephony.play(sound, party.leg, files)
        return sound, ended

    def play_music(self, music: str = "") -> None:
        """Let the main party wait with music until ``stop_music`` or until it enters a room.

        ``music``: a prompt that is some queue's music; "": the usual one.
        """
        assert self.main is not None
        self._music = music
        self.exchange.telephony.start_music(self.main.leg, music or DEFAULT_MUSIC)

    def stop_music(self) -> None:
        if self._music is not None and self.main is not None:
            self.exchange.telephony.stop_music(self.main.leg)
        self._music = None

    def joined_a_room(self) -> None:
        self._music = None

    def reconcile(self, snapshot: Snapshot) -> None:
        """The connection to the engine was lost for a while: what was asked of it in between is asked again."""
        if self.main is None or self.main.gone:
            return
        if self._music is not None:
            self.play_music(self._music)
        elif self.conversation is not None:
            self.conversation.reconcile(snapshot)
        elif self.supervision is not None:
            self.supervision.reconcile(snapshot)

    # ------------------------------------------------------------ tapes

    def new_room(self) -> RoomId:
        return RoomId(self.exchange.new_id("room"))

    async def record(
        self,
        tape: TapeId,
        path: str,
        *,
        longest: float,
        silence: float,
        of: Party | None = None,
        then: Callable[[TapeEnded], None] = lambda _: None,
    ) -> TapeEnded:
        """Let one party (None: the main one) speak after a beep, until ``#`` or ``silence`` seconds. ``then`` as in
        ``expect_tape``."""
        party = of or self.main
        assert party is not None
        sent = self.exchange.telephony.record_message(tape, party.leg, path, longest=longest, silence=silence)
        return await self.expect_tape(tape, then, sent)

    def book_tape(self, ended: TapeEnded) -> None:
        """Note the end of a recording that belongs to the journey."""
        self.note(RecordingEnded(ended.tape, round(ended.seconds, 2), ended.complete))

    def expect_tape(
        self, tape: TapeId, then: Callable[[TapeEnded], None], sent: Awaitable[None] | None = None
    ) -> Awaitable[TapeEnded]:
        """``then`` is called when the file is measured, even if the call is over by then.

        ``sent``: the command that starts it; when it is refused the tape ended with nothing on it.
        """
        self.exchange.notes.keep(self.journey)

        def ended(event: TapeEnded) -> None:
            then(event)
            self.exchange.notes.done(self.journey)

        return self.exchange.awaited.expect_tape(tape, ended, sent)
